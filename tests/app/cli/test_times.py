"""`opsroom report times`: words, JSON, CSV, paper, page and map of a log, or a sentence that says why not."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from app.__main__ import main
from dispatch.commands import AssignUnits, Choice, Command, ReportIncident, ReportStatus
from dispatch.engine import Engine
from dispatch.incident import Location
from dispatch.log import open_log
from dispatch.times.spans import INTERVALS
from resources.status import Status
from tests.dispatch import town

pytestmark = pytest.mark.usefixtures("qapp")
HOSTILE = "=cmd|' /C calc'!A0 <img src=x onerror=alert(1)> ${1} </script>\u202e"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of two fires and of a place with a hostile name, where the engine's crew pressed the wrong way round."""
    folder = tmp_path_factory.mktemp("times")
    stored = open_log(str(folder / "log.db"), key_folder=folder / "keys")
    now = [town.START]
    engine = Engine(stored, clock=lambda: now[0])

    def do(body: object, seconds: float, who: object = town.OPERATOR) -> None:
        now[0] = town.at(seconds)
        engine.do(Command(f"c{engine.state.sequence}", now[0], who, body))  # type: ignore[arg-type]

    for command in town.opening():
        engine.do(command)
    for number, start in enumerate((0, 4000), start=1):
        place = town.crossing(1, 1)
        do(ReportIncident("structure_fire", Location(place.lon, place.lat, HOSTILE, "=1+1")), start)
        do(AssignUnits(number, (Choice("E1"), Choice("A1"))), start + 60)
        steps = ((Status.EN_ROUTE, 100), (Status.ON_SCENE, 300)) if number == 1 else ((Status.ON_SCENE, 250),)
        for status, seconds in (*steps, (Status.AVAILABLE, 900)):
            do(ReportStatus("E1", status, source="crew"), start + seconds, town.crew("E1"))
        do(ReportStatus("A1", Status.AVAILABLE, source="crew"), start + 400, town.crew("A1"))
    stored.close()
    return folder / "log.db"


def _run(log: Path, *more: str) -> int:
    return main(["report", "times", "--log", str(log), "--keys", str(log.parent / "keys"), *more])


def test_words_say_how_long_and_what_is_blank(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(log, "--by", "station", "--incidents", "response") == 0
    said = capsys.readouterr().out
    assert "Against the targets of NFPA 1710" in said
    assert "Response: 2 of 4 are known. Blank, and in no figure: 2 over without its end in the record" in said
    assert "First at each incident · Response: all 2 are known." in said
    assert "Response (2): 1, 2" in said
    assert "No interval runs backwards." in said
    assert _run(log, "--language", "zh") == 0
    assert "每次出动" in capsys.readouterr().out


def test_json_has_every_figure_and_target(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(log, "--profile", "nfpa1710", "--json", "--by", "unit", "--incidents", "turnout") == 0
    told = json.loads(capsys.readouterr().out)
    figures = {(each["counted"], each["group"], each["key"], each["interval"]): each for each in told["figures"]}
    assert len(figures) == 2 * 6 * (1 + 2)  # all, E1 and A1
    assert figures["response", "unit", "E1", "response"]["p50_s"] == 275.0
    assert figures["response", "unit", "A1", "response"]["p50_s"] is None
    assert figures["response", "all", "all", "response"]["blank"] == {"not_reported": 2}
    assert told["incidents"] == {"interval": "turnout", "known": [1], "blank": {"not_reported": [2]}}
    turnout = next(each for each in told["targets"] if each["target"] == "turnout_fire" and each["key"] == "all")
    assert (turnout["asked"], turnout["n"], turnout["within"], turnout["met"]) == (2, 1, 1, True)
    assert told["percentiles"] == "linear interpolation (Hyndman and Fan, method 7)"


def test_a_table_runs_no_formula(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(log, "--csv", str(tmp_path / "t.csv"), "--by", "area", "--only", "unit=E1") == 0
    rows = list(csv.DictReader((tmp_path / "t.csv").read_text("utf-8-sig").splitlines(keepends=True)))
    assert f"t.csv: {len(rows)} rows" in capsys.readouterr().out
    own = [row for row in rows if row["group"] == "area" and not row["target"]]
    assert [row["interval"] for row in own] == [*INTERVALS, *INTERVALS]
    response = own[INTERVALS.index("response")]
    assert (response["key"], response["rows"], response["n"], response["p90_s"]) == ("'=1+1", "2", "2", "295")
    assert own[INTERVALS.index("turnout")]["blank_not_reported"] == "1"
    assert not any(cell.startswith(("=", "+", "@", "\t")) for row in rows for cell in row.values())


def test_paper_and_page_are_written(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(log, "--pdf", str(tmp_path / "t.pdf"), "--profile", "nhs_arp") == 0
    assert (tmp_path / "t.pdf").read_bytes().startswith(b"%PDF")
    assert _run(log, "--html", str(tmp_path / "t.html"), "--language", "zh") == 0
    page = (tmp_path / "t.html").read_text(encoding="utf-8")
    assert "首到最慢的警情" in page and page.count("data:image/png") == 10
    assert "<img src=x" not in page and "&lt;img src=x onerror" in page


def test_a_map_needs_nothing_from_outside_and_takes_text_for_text(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(log, "--map", str(tmp_path / "t.html")) == 0
    assert capsys.readouterr().out.splitlines() == [
        "t.html is written", "Its dots lie on nothing: --city DIR draws the city's map under them.",
    ]  # fmt: skip
    page = (tmp_path / "t.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    begin = page.index('id="opsroom-data">') + len('id="opsroom-data">')
    data = json.loads(page[begin : page.index("</script>", begin)])
    assert sum(len(group["items"]) for group in data["groups"]) == 2
    words = data["groups"][-1]["items"][-1]["words"]  # the slowest on top
    assert words[:2] == ["1 Structure fire", "Response 5:00"]
    assert any("<img src=x onerror=alert(1)>" in line for line in words)  # in JSON, where it is text
    assert "<img src=x" not in page.replace(page[begin : page.index("</script>", begin)], "")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--profile", "x"), "'x' is none; there are nfpa1710, nfpa1221_2016, nfpa1225_2022, nhs_arp"),
        (("--pdf", "t.doc"), "end it in .pdf"),
        (("--only", "moon=1"), "write GROUP=KEY"),
        (("--only", "kind=structure_fir"), "--only kind=structure_fir: the log has none of it; did you mean"),
        (("--only", "unit=Z9"), "--only unit=Z9: the log has none of it; known: "),
        (("--to", "2026-03-02"), "--to needs --from"),
        (("--city", "/nowhere/at/all"), "/nowhere/at/all"),
    ],
)
def test_what_does_not_fit_is_said(
    log: Path, more: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(log, *more) == 2
    assert words in capsys.readouterr().err


def test_an_empty_time_is_said(log: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert _run(log, "--from", "2020-01-01") == 0
    assert capsys.readouterr().out == "No incident was received in this time.\n"
    assert _run(log, "--from", "2020-01-01", "--map", str(tmp_path / "m.html")) == 2
    assert _run(log, "--from", "2020-01-01", "--pdf", str(tmp_path / "m.pdf")) == 0


def test_the_log_itself_is_never_written_over(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(log, "--csv", str(log)) == 2
    assert "is the log itself" in capsys.readouterr().err


def test_the_old_form_is_the_month(log: Path, tmp_path: Path) -> None:
    keys = ("--keys", str(log.parent / "keys"))
    assert main(["report", str(log), *keys, "--month", "2026-03", "--out", str(tmp_path / "a.csv")]) == 0
    assert main(["report", "--out", str(tmp_path / "b.csv"), str(log), *keys, "--month", "2026-03"]) == 0
    assert main(["report", "month", str(log), *keys, "--month", "2026-03", "--out", str(tmp_path / "c.csv")]) == 0
    written = [(tmp_path / f"{name}.csv").read_bytes() for name in "abc"]
    assert written[0] == written[1] == written[2]


def test_a_program_is_told_as_json_that_there_is_no_answer(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(log, "--profile", "x", "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert told["error"] == "bad_input" and told["problems"] == [told["message"]] and told["message"]
