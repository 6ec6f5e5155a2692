"""`opsroom report demand`: words, JSON, CSV, paper, page and map of a log, or a sentence that says why not."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from app.__main__ import main
from dispatch.commands import Command, ReportIncident
from dispatch.engine import Engine
from dispatch.incident import Location
from dispatch.log import open_log
from gis.city import City
from tests.browser import chromium
from tests.dispatch import town
from tests.maps.village import build_village

pytestmark = pytest.mark.usefixtures("qapp")
HOSTILE = "=cmd|' /C calc'!A0 <img src=x onerror=\"document.title='broken'\"> ${1} </script>\u202e\n2 `x`"


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the village; for reading only."""
    return build_village(tmp_path_factory.mktemp("village"))


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory, village: Path) -> Path:
    """A log of seven fires close together at a place with a hostile name, and one far away."""
    folder = tmp_path_factory.mktemp("demand")
    stored = open_log(str(folder / "log.db"), key_folder=folder / "keys")
    now = [town.START]
    engine = Engine(stored, clock=lambda: now[0])
    for command in town.opening():
        engine.do(command)
    lon, lat = (float(each) for each in City.open(village).to_lonlat(500_000.0, 6_650_000.0))
    for number in range(8):
        now[0] = town.at(1800 * number)
        place = Location(lon + 0.0001 * number, lat, HOSTILE) if number < 7 else Location(lon, lat + 0.0018, "far")
        engine.do(Command(f"c{number}", now[0], town.OPERATOR, ReportIncident("structure_fire", place)))
    stored.close()
    return folder / "log.db"


def _run(log: Path, *more: str) -> int:
    return main(["report", "demand", "--log", str(log), "--keys", str(log.parent / "keys"), *more])


def test_words_say_when_where_and_why_there_is_no_forecast(
    log: Path, village: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(log, "--city", str(village)) == 0
    said = capsys.readouterr().out
    assert "8 of 8 incidents" in said and "Calls by hour" in said
    assert "7 calls lie close together within" in said and "No forecast: the log knows" in said
    assert "\u202e" not in said and not any(line.startswith("2 `x`") for line in said.splitlines())


def test_json_tells_everything_under_what_is_chosen(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(log, "--json", "--only", "hour=10", "--only", "hour=11", "--language", "zh") == 0
    told = json.loads(capsys.readouterr().out)
    counts = {way["way"]: {bar["key"]: bar["count"] for bar in way["bars"]} for way in told["counts"]["ways"]}
    assert told["counts"]["of_all"] == 8 and told["counts"]["total"] == counts["hour"]["10"] + counts["hour"]["11"]
    assert sum(counts["hour"].values()) == 8, "its own way is counted whole"
    assert told["ahead"]["hours"] == [] and "无法预测" in told["ahead"]["words"]
    assert told["places"]["problem"] == ""


def test_a_table_has_no_formula(log: Path, tmp_path: Path) -> None:
    assert _run(log, "--csv", str(tmp_path / "d.csv")) == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "d.csv").read_text(encoding="utf-8-sig"))))
    names = [row["name"] for row in rows if row["part"] == "cell"]
    assert names and all(not name.startswith("=") for name in names) and any("cmd|" in name for name in names)


def test_a_report_on_paper_and_as_a_page_takes_text_for_text(log: Path, village: Path, tmp_path: Path) -> None:
    assert _run(log, "--city", str(village), "--html", str(tmp_path / "d.html")) == 0
    page = (tmp_path / "d.html").read_text(encoding="utf-8")
    assert page.count("data:image/png") == 9 and "<img src=x" not in page and "&lt;img src=x" in page
    assert _run(log, "--city", str(village), "--pdf", str(tmp_path / "d.pdf"), "--language", "zh") == 0
    assert (tmp_path / "d.pdf").read_bytes().startswith(b"%PDF")


def test_a_map_opens_in_a_browser_that_is_asked_for_nothing(log: Path, village: Path, tmp_path: Path) -> None:
    file = tmp_path / "m.html"
    assert _run(log, "--city", str(village), "--map", str(file)) == 0
    with chromium() as browser:
        browser.open(file)
        browser.run("[...document.querySelectorAll('path.leaflet-interactive')].pop().dispatchEvent("
                    "new MouseEvent('click', {bubbles: true, clientX: 500, clientY: 400}))")  # fmt: skip
        browser.run("new Promise(done => setTimeout(done, 400))")
        said = browser.run("document.querySelector('.leaflet-popup-content').textContent")
        assert browser.run("document.querySelectorAll('img.leaflet-image-layer').length") == 1
        assert browser.run("document.title") == "smalltown: where calls gather"
        assert browser.requests == [] and browser.complaints == []
    assert "<img src=x" in said and "7 calls lie close together" in said


@pytest.mark.parametrize(("more", "why"), [
    (("--only", "colour=red"), "write WAY=KEY"), (("--only", "hour"), "write WAY=KEY"),
    (("--map", "m.html"), "--map needs --city"), (("--pdf", "x.txt"), "end it in .pdf"), (("--side", "0"), "--side is"),
    (("--to", "2026-03-02"), "--to needs --from"),
])  # fmt: skip
def test_what_does_not_fit_is_said(
    log: Path, more: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(log, *more) == 2
    assert why in capsys.readouterr().err


def test_the_log_itself_is_never_written_over_and_a_content_needs_a_form(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = log.stat().st_size
    (tmp_path / "same.csv").symlink_to(log)
    assert _run(log, "--csv", str(tmp_path / "same.csv")) == 2 and log.stat().st_size == before
    assert "is the log itself" in capsys.readouterr().err
    (tmp_path / "c.json").write_text("{}", encoding="utf-8")
    assert main(["report", "demand", "--content", str(tmp_path / "c.json")]) == 2
    assert main(["report", "demand", "--content", str(tmp_path / "c.json"), "--pdf", str(tmp_path / "x.pdf")]) == 2
    assert "holds no figures" in capsys.readouterr().err
    assert main(["report", "demand", "--log", str(tmp_path / "none.db")]) == 2


def test_a_program_is_told_as_json_that_there_is_no_answer(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(log, "--only", "hour", "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert told["error"] == "bad_input" and told["problems"] == [told["message"]] and told["message"]
