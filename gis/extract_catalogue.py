"""Find extracts in the catalogue that pyrosm carries, and download one where there is internet.

The only place in this package that uses the network, and only when it is asked to.
"""

from __future__ import annotations

import difflib
import http.client
import json
import secrets
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

Progress = Callable[[float, str], None]
MOST_BYTES = 4 << 30
TIMEOUT_S = 30.0
_CHUNK = 1 << 18


class CatalogueError(LookupError):
    """The catalogue does not know the name, or cannot be read; the message names close names."""


class DownloadError(OSError):
    """An extract could not be downloaded; nothing was kept. is_offline: there seems to be no internet at all.

    A server that answers too late, or breaks off, is not that.
    """

    def __init__(self, message: str, *, is_offline: bool = False) -> None:
        super().__init__(message)
        self.is_offline = is_offline


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """An extract that can be downloaded."""

    name: str
    url: str


def find(name: str, *, catalogue: Path | None = None) -> CatalogueEntry:
    """Find an extract by name. catalogue: a JSON file {name: address} to use in place of pyrosm's own.

    Raises CatalogueError for a name that is unknown, or that several regions share ("europe/georgia").
    """
    wanted = " ".join(name.casefold().split())
    spellings = dict.fromkeys((wanted, wanted.replace(" ", ""), wanted.replace(" ", "_"), wanted.replace("-", "_")))
    if catalogue is not None:
        table = _own_table(catalogue)
        known = {key.casefold(): CatalogueEntry(key, url) for key, url in table.items()}
        for spelling in spellings:
            if spelling in known:
                return known[spelling]
        raise CatalogueError(_unknown(name, known))
    from pyrosm.data import search_source, sources

    reasons = []
    for spelling in spellings:
        try:
            source = search_source(spelling)
        except ValueError as error:
            reasons.append(str(error))
        else:
            return CatalogueEntry(spelling, str(source["url"]))
    ambiguous = next((reason for reason in reasons if "ambiguous" in reason), None)
    raise CatalogueError(ambiguous or _unknown(name, sources._all_sources))


def _own_table(catalogue: Path) -> dict[str, str]:
    try:
        table = json.loads(catalogue.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CatalogueError(f"{catalogue}: cannot be read ({error})") from error
    if not isinstance(table, dict) or not all(isinstance(url, str) for url in table.values()):
        raise CatalogueError(f"{catalogue}: not a table of names and addresses")
    return table


def _unknown(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name.casefold(), list(known), n=3)
    return f"the catalogue has no extract {name!r}" + (f"; did you mean {' or '.join(close)}?" if close else "")


def download(
    entry: CatalogueEntry, folder: Path, *, progress: Progress | None = None, most_bytes: int = MOST_BYTES
) -> Path:
    """Download an extract into a folder and answer the file, which is there whole or not at all.

    What is not an OpenStreetMap PBF, is cut short, or is larger than `most_bytes` or the free space is refused.
    Raises DownloadError.
    """
    tell = progress or (lambda share, doing: None)
    if urlsplit(entry.url).scheme not in ("http", "https"):
        raise DownloadError(f"{entry.url}: only http and https addresses are downloaded")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (Path(urlsplit(entry.url).path).name or "extract.osm.pbf")
    if not target.name.endswith(".osm.pbf"):
        raise DownloadError(f"{entry.url}: not the address of an .osm.pbf file")
    beside = folder / f".{target.name}.{secrets.token_hex(4)}.part"
    request = urllib.request.Request(entry.url, headers={"User-Agent": "opsroom"})
    try:
        with _opener().open(request, timeout=TIMEOUT_S) as answer, beside.open("xb") as stream:
            _copy(answer, stream, folder, entry.url, tell, most_bytes)
        beside.replace(target)
    except urllib.error.HTTPError as error:
        error.close()  # it is the answer too, and holds the line
        raise DownloadError(f"{entry.url}: the server answers {error.code} {error.reason}") from error
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        host, reason = urlsplit(entry.url).hostname, getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise DownloadError(
                f"{host} did not answer within {TIMEOUT_S:g} seconds: it is down or the line is slow. "
                "Nothing was downloaded; try again later."
            ) from error
        raise DownloadError(
            f"no connection to {host} ({reason}): there seems to be no internet here. "
            "Nothing was downloaded; an extract from a memory stick does as well (opsroom city build FILE).",
            is_offline=True,
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return target


def _opener() -> urllib.request.OpenerDirector:
    """Open http and https only: a redirect must not lead to a file of this machine."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler, urllib.request.HTTPHandler, urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler, urllib.request.HTTPRedirectHandler, urllib.request.HTTPErrorProcessor,
        urllib.request.UnknownHandler,
    ):  # fmt: skip
        opener.add_handler(handler())
    return opener


def _copy(answer: Any, stream: IO[bytes], folder: Path, url: str, tell: Progress, most_bytes: int) -> None:
    stated = answer.headers.get("Content-Length", "")
    total = int(stated) if stated.isdigit() else 0
    room = shutil.disk_usage(folder).free
    if total > most_bytes:
        raise DownloadError(f"{url}: {total / 1e6:,.0f} MB, more than the limit of {most_bytes / 1e6:,.0f} MB")
    if total > room:
        raise DownloadError(f"{url}: {total / 1e6:,.0f} MB, but only {room / 1e6:,.0f} MB are free")
    written = 0
    while chunk := answer.read(_CHUNK):
        if written == 0 and not is_pbf(chunk):
            raise DownloadError(f"{url}: what came is not an OpenStreetMap PBF file")
        written += len(chunk)
        if written > most_bytes:
            raise DownloadError(f"{url}: more than the limit of {most_bytes / 1e6:,.0f} MB")
        stream.write(chunk)
        of = f" of {total / 1e6:,.1f}" if total else ""
        tell(written / total if total else 0.0, f"{written / 1e6:,.1f}{of} MB")
    if written == 0 or (total and written != total):
        raise DownloadError(f"{url}: cut short after {written:,} of {total:,} bytes")


def is_pbf(head: bytes) -> bool:
    """Tell whether bytes begin an OpenStreetMap PBF file: a header block, its length before it."""
    return len(head) >= 15 and 0 < int.from_bytes(head[:4], "big") < 65536 and head[6:15] == b"OSMHeader"
