"""`opsroom figures`: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import pytest

from app.cli.figures import add_commands
from dispatch import case_commands as k
from dispatch.case import CaseStage
from dispatch.figures.indicators_file import USUAL_FILE
from dispatch.log import open_log
from tests.dispatch.case_town import ADMINISTRATOR, CASE_ROSTER, PLACE
from tests.dispatch.figures.test_compute import filed
from tests.dispatch.figures.told import ToldStory


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from dataclasses import replace

    from dispatch.commands import LoadRoster
    from resources.unit import Department

    story, folder = ToldStory(), tmp_path_factory.mktemp("figures")
    named = tuple(
        Department(each.id, "=1+1", each.kind, each.name_zh) if each.id == "urban" else each
        for each in CASE_ROSTER.departments
    )
    story.do(LoadRoster(replace(CASE_ROSTER, departments=named)), who=ADMINISTRATOR)
    story.walk(CaseStage.EVALUATE, filed(story))
    late = filed(story)
    story.wait(30)
    story.do(k.ReportCase("patrol", "rubbish", PLACE), who=replace(ADMINISTRATOR, actor="@evil"))
    story.walk(CaseStage.EVALUATE, late)
    made = open_log(folder / "log.db", key_folder=folder / "keys")
    for entry in story.entries:
        made.append(entry)
    made.close()
    return folder / "log.db"


def run(log: Path, *arguments: object) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(["figures", str(log), "--keys", str(log.parent / "keys"), *map(str, arguments)])
    return int(args.run(args))


def test_the_month_of_the_last_entry_is_shown(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(log) == 0
    out = capsys.readouterr().out
    assert "Figures from 2026-03-01 to 2026-03-31" in out
    (line,) = [line for line in out.splitlines() if line.strip().startswith("Handled in time")]
    assert line.split()[-5:] == ["50.00", "%", "1", "of", "2"]


def test_departments_are_ranked_and_cases_named(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(log, "--by", "department", "--cases", "handle_in_time_rate", "--places", "--compare") == 0
    out = capsys.readouterr().out
    assert "Counted (1): 1" in out
    assert "Not counted (1): 2" in out
    assert "SCORE SHEET" in out
    assert "REPEATED PLACES" in out


def test_chinese_is_chinese(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(log, "--language", "zh", "--by", "post") == 0
    out = capsys.readouterr().out
    assert "按期处置率" in out
    assert "派遣员" in out


def test_json_says_the_same_with_the_cases(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(log, "--json", "--by", "department", "--cases", "handle_rate", "--from", "2026-03-02") == 0
    found = json.loads(capsys.readouterr().out)
    (rate,) = [row for row in found["figures"] if row["indicator"] == "handle_rate" and row["group"] == "all"]
    assert (rate["numerator"], rate["denominator"], rate["cases"], rate["of_cases"]) == (1, 2, [1], [1, 2])
    assert found["ranking"][0]["key"] == "urban"


def test_a_spreadsheet_runs_nothing(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = log.parent / "figures.csv"
    assert run(log, "--csv", out, "--by", "department", "--by", "collector", "--by", "person") == 0
    rows = list(csv.DictReader(out.read_text("utf-8-sig").splitlines(keepends=True)))
    assert f"{len(rows)} figures written" in capsys.readouterr().out
    cells = {cell for row in rows for cell in row.values()}
    assert {"'=1+1", "'@evil"} <= cells
    assert not any(cell.startswith(("=", "@", "+")) for cell in cells)
    (rate,) = [row for row in rows if row["Indicator"] == "Handled in time" and row["Split by"] == "All cases"]
    assert (rate["Counted"], rate["Out of"], rate["Value"], rate["First day"]) == ("1", "2", "0.5", "2026-03-01")


def test_a_city_counts_by_its_own_file(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = log.parent / "indicators.toml"
    own.write_text(USUAL_FILE.read_text("utf-8").replace('"Handled in time"', '"In time here"'), "utf-8")
    assert run(log, "--indicators", own, "--profile", "jinhua") == 0
    out = capsys.readouterr().out
    assert "In time here" in out
    assert "Counted as: Jinhua" in out
    assert run(log, "--city", log.parent) == 0
    assert "In time here" in capsys.readouterr().out
    assert run(log, "--city", log.parent / "keys") == 0
    assert "In time here" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--profile", "moon"), "there are gb, with_suspended, jinhua"),
        (("--cases", "moon"), "is no indicator"),
        (("--to", "2026-03-02"), "--to needs --from"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "ends before it begins"),
        (("--indicators", "/no/such.toml"), "cannot be read"),
    ],
)
def test_what_does_not_fit_is_said(
    log: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
):
    assert run(log, *arguments) == 2
    assert said in capsys.readouterr().err


def test_the_log_is_never_overwritten(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = log.read_bytes()
    assert run(log, "--csv", log) == 2
    assert log.read_bytes() == before
    assert run(log.parent / "none.db") == 2
    assert "no such file" in capsys.readouterr().err


def test_a_date_that_is_none_is_refused(log: Path) -> None:
    with pytest.raises(SystemExit):
        run(log, "--month", "2026-13")
