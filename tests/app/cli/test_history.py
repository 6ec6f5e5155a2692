"""`opsroom history`: what it takes, writes, says and refuses."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from app.city_files import roster_of, run_cards_of
from app.cli.history import add_commands
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.history.mapping_file import read_mapping
from dispatch.log import open_log
from dispatch.refused import Refused
from gis.city import City

CALLS = """number,unit,received,dispatched,on scene,available,call type,address,station
1,E1,2024-03-05 10:00:00,2024-03-05 10:01:00,2024-03-05 10:06:00,2024-03-05 10:40:00,Fire,Mannerheimintie 5,1
1,L1,2024-03-05 10:00:00,2024-03-05 10:01:00,,2024-03-05 10:41:00,Fire,Mannerheimintie 5,1
2,E1,2024-03-05 12:00:00,2024-03-05 12:01:00,2024-03-05 12:05:00,2024-03-05 12:40:00,Alarm,Nowhere at all 7,1
3,E1,2024-03-05 13:00:00,2024-03-05 13:01:00,soon,2024-03-05 13:40:00,Alarm,Kaivokatu,1
"""


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(required=True))
    args = parser.parse_args(["history", *map(str, arguments)])
    return int(args.run(args))


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    file = tmp_path / "calls.csv"
    file.write_text(CALLS.replace("number,", "Incident Number,", 1), "utf-8")
    return file


def test_a_file_becomes_a_log_of_its_own_with_a_report_of_every_row(
    helsinki: Path, calls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("import", calls, "--city", helsinki, "--keys", tmp_path / "keys", "--quiet")
    assert run(*words, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["taken"], told["mended"], told["refused"]) == (4, 2, 1, 1)
    assert told["precision"] == {"house": 1, "street": 1} and told["what"]["unreadable on_scene"] == 1
    log = open_log(calls.with_name("calls.history.db"), key_folder=tmp_path / "keys", read_only=True)
    state = Engine(log).state
    log.close()
    assert state.kind is LogKind.HISTORY and len(state.incidents) == 2 and set(state.units) == {"E1", "L1"}
    rows = calls.with_name("calls.history.db.rows.csv").read_text("utf-8").splitlines()
    assert len(rows) == 5 and rows[3].startswith('"3","refused"')
    assert run(*words) == 1
    assert "log of its own" in capsys.readouterr().err
    assert run(*words, "--json") == 1
    refused = json.loads(capsys.readouterr().out)
    assert refused["error"] == "failed" and refused["message"] == refused["problems"][0] and "own" in refused["message"]


def test_a_log_that_says_no_is_heard_in_its_own_words(
    helsinki: Path, calls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def says_no(*arguments: object, **more: object) -> None:
        raise Refused("unknown_station", station="station_9")

    monkeypatch.setattr("dispatch.history.keep.keep", says_no)
    assert run("import", calls, "--city", helsinki, "--keys", tmp_path / "keys", "--quiet") == 1
    assert "refuses what was learnt from the file: unknown_station (station=station_9)" in capsys.readouterr().err


def test_a_preview_says_what_columns_are_taken_for_and_writes_a_map(
    calls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("preview", calls, "--write-map", tmp_path / "map.toml", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    fields = {each["column"]: each["field"] for each in told["columns"]}
    assert fields["on scene"] == "on_scene"
    assert fields["Incident Number"] == "incident" and fields["call type"] == "kind" and not told["is_shipped"]
    assert read_mapping(tmp_path / "map.toml").columns["unit"] == (("unit",),)
    assert run("preview", calls) == 0
    assert "Incident Number" in capsys.readouterr().out


def test_a_city_learns_its_roster_and_run_cards_from_a_file(
    helsinki: Path, calls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "city"
    folder.mkdir()
    for each in helsinki.iterdir():
        if each.name not in ("roster.toml", "runcards.toml"):
            (folder / each.name).symlink_to(each)
    assert run("city", calls, "--city", folder, "--quiet") == 0
    city = City.open(folder)
    roster, cards = roster_of(city)[0], run_cards_of(city)[0]
    assert {unit.id for unit in roster.units} == {"E1", "L1"} and {card.kind for card in cards.cards} == {
        "fire",
        "alarm",
    }
    assert run("city", calls, "--city", folder, "--quiet") == 1
    assert "--force" in capsys.readouterr().err


def test_what_cannot_be_used_is_said_and_leaves_nothing(
    helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("id,received,address\n1,2024-01-01 10:00:00,Nowhere at all 7\n", "utf-8")
    words = ("--city", helsinki, "--keys", tmp_path / "keys", "--quiet")
    assert run("import", bad, *words, "--log", tmp_path / "out.db") == 1
    assert "no place" in capsys.readouterr().err and not (tmp_path / "out.db").exists()
    assert run("import", tmp_path / "none.csv", *words) == 1
    assert run("import", bad, "--city", tmp_path / "nowhere", "--quiet") == 1
    (tmp_path / "map.toml").write_text("name = 4\n", "utf-8")
    assert run("import", bad, *words, "--map", tmp_path / "map.toml") == 1
    assert "map.toml:1" in capsys.readouterr().err


def test_no_report_goes_over_what_is_read_or_written(
    calls: Path, helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, other, before = tmp_path / "past.db", tmp_path / "live.csv", calls.read_bytes()
    other.write_bytes(b"SQLite format 3\0 and all that was recorded")
    for report in (calls, log, other):
        words = ("import", calls, "--city", helsinki, "--log", log, "--keys", tmp_path / "keys", "--report", report)
        assert run(*words, "--quiet") != 0
        assert report.name in capsys.readouterr().err and not log.exists()
    assert calls.read_bytes() == before and other.read_bytes().startswith(b"SQLite format 3")
