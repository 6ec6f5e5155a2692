"""Downloading an extract, from a server of our own; no internet is touched."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gis import extract_catalogue
from gis.extract_catalogue import CatalogueEntry, CatalogueError, DownloadError, download, find, is_pbf
from maps.cities.helsinki.build import extract_file

_hung_up = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = extract_file().read_bytes()
        if self.path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", "/good.osm.pbf" if "good" in self.path else "file:///etc/passwd")
            self.end_headers()
            return
        if self.path.startswith("/gone"):
            self.send_error(404)
            return
        if self.path.startswith("/silent"):
            _hung_up.wait(120)
            return
        if self.path.startswith("/stalls"):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body[:1000])
            _hung_up.wait(120)
            return
        if self.path.startswith("/page"):
            body = b"<html>please log in</html>" * 100
        self.send_response(200)
        if not self.path.startswith("/endless"):
            self.send_header("Content-Length", str(len(body) + (1000 if self.path.startswith("/cut") else 0)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    _hung_up.clear()
    running = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    _hung_up.set()
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["good", "moved_good", "endless"])
def test_a_good_file_arrives_whole(server: str, tmp_path: Path, path: str) -> None:
    said: list[tuple[float, str]] = []
    file = download(CatalogueEntry("x", f"{server}/{path}.osm.pbf"), tmp_path, progress=lambda *step: said.append(step))
    assert file.read_bytes() == extract_file().read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == [f"{path}.osm.pbf"]
    assert said[-1][1].endswith("0.7 MB")


@pytest.mark.parametrize(
    ("path", "said"),
    [("gone", "404"), ("page", "not an OpenStreetMap PBF"), ("cut", "cut short"), ("moved_bad", "file")],
)
def test_what_is_no_extract_leaves_nothing(server: str, tmp_path: Path, path: str, said: str) -> None:
    with pytest.raises(DownloadError, match=said) as caught:
        download(CatalogueEntry("x", f"{server}/{path}.osm.pbf"), tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not caught.value.is_offline


@pytest.mark.parametrize("path", ["good", "endless"])
def test_the_limit_holds(server: str, tmp_path: Path, path: str) -> None:
    with pytest.raises(DownloadError, match="more than the limit"):
        download(CatalogueEntry("x", f"{server}/{path}.osm.pbf"), tmp_path, most_bytes=100_000)
    assert list(tmp_path.iterdir()) == []


def test_no_connection_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="no internet") as caught:
        download(CatalogueEntry("x", "http://127.0.0.1:9/x.osm.pbf"), tmp_path)
    assert caught.value.is_offline


@pytest.mark.parametrize("path", ["silent", "stalls"])
def test_a_server_that_answers_too_late_is_not_called_no_internet(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(extract_catalogue, "TIMEOUT_S", 0.05)
    with pytest.raises(DownloadError, match=r"did not answer within 0\.05 seconds") as caught:
        download(CatalogueEntry("x", f"{server}/{path}.osm.pbf"), tmp_path)
    assert "no internet" not in str(caught.value) and not caught.value.is_offline
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["file:///etc/passwd.osm.pbf", "ftp://localhost/a.osm.pbf", "http://127.0.0.1:9/a.zip"])
def test_other_addresses_are_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(DownloadError, match=r"only http|not the address"):
        download(CatalogueEntry("x", url), tmp_path)


def test_the_catalogue_of_pyrosm() -> None:
    assert find("Vancouver").url.endswith(".osm.pbf")
    assert find("new  york").url.startswith("https://")
    with pytest.raises(CatalogueError, match=r"did you mean .*vancouver"):
        find("vancuver")
    with pytest.raises(CatalogueError, match="ambiguous"):
        find("georgia")
    assert "europe" in find("europe/georgia").url


def test_a_catalogue_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    file.write_text(json.dumps({"Gridtown": "http://localhost/g.osm.pbf"}), "utf-8")
    assert find("gridtown", catalogue=file).url == "http://localhost/g.osm.pbf"
    with pytest.raises(CatalogueError, match="did you mean gridtown"):
        find("gridtwn", catalogue=file)
    file.write_text("[" * 100_000, "utf-8")
    with pytest.raises(CatalogueError, match=r"catalogue\.json: cannot be read"):
        find("gridtown", catalogue=file)
    file.write_text("[1]", "utf-8")
    with pytest.raises(CatalogueError, match="not a table"):
        find("gridtown", catalogue=file)


def test_what_a_pbf_begins_with() -> None:
    assert is_pbf(extract_file().read_bytes()[:100])
    assert not is_pbf(b"<html>" * 20) and not is_pbf(b"")
