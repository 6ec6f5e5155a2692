"""`opsroom coverage` says how the city is covered, in words and as JSON, and what is wrong with what it was given."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import main
from resources.roster import read_roster


def asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = main(["coverage", *map(str, arguments)])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_the_bundled_centre_is_covered_until_its_ambulances_leave(
    helsinki: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    by_day = ("--when", "2026-03-02T12:00+02:00")  # at night no inspector is on duty
    code, out, _ = asked(capsys, "--city", helsinki, *by_day, "--json")
    answer: dict[str, Any] = json.loads(out)
    assert code == 0 and answer["demand"]["source"] == "addresses+buildings"
    assert all(cover["reached"] == cover["reached_after"] >= cover["at_least"] for cover in answer["covers"])
    some = [unit.id for unit in read_roster(helsinki / "roster.toml").units if unit.department == "ambulance"][:2]
    code, out, _ = asked(capsys, "--city", helsinki, "--leaving", " , ".join(some), *by_day, "--json")
    answer = json.loads(out)
    assert answer["leaving"] == some
    changed = {cover["department"] for cover in answer["covers"] if cover["units"] != cover["units_after"]}
    assert changed == {"ambulance"}
    assert all(cover["expected_after"] <= cover["expected"] for cover in answer["covers"])


def test_a_list_of_units_takes_the_rosters_place(
    helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "units.csv"
    file.write_text(
        "id,department,capabilities,status,lon,lat\n"
        "X1,ambulance,ambulance_als,available,24.9402,60.1675\n"
        "X2,ambulance,ambulance_als,on_scene,24.9402,60.1675\n"
        "X3,circus,clown,available,24.9402,60.1675\n",
        "utf-8",
    )
    code, out, _ = asked(capsys, "--city", helsinki, "--units", file, "--leaving", "X1", "--json")
    answer = json.loads(out)
    assert code == 1 and answer["leaving"] == ["X1"]
    assert [(cover["department"], cover["units"], cover["units_after"]) for cover in answer["covers"]] == [
        ("ambulance", 1, 0)
    ] * 2
    assert answer["covers"][0]["reason"]["code"] == "cover_nobody"
    assert answer["problems"] == ["X3: no department 'circus' in the roster of Helsinki"]
    code, out, err = asked(capsys, "--city", helsinki, "--units", file, "--leaving", "X1")
    assert "No ambulance left" in out and "circus" in err


def test_units_off_the_map_are_named_and_nobody_covers_nothing(
    helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "units.csv"
    file.write_text("X1,ambulance,ambulance_als,available,60.1675,24.9402\n", "utf-8")
    code, _, err = asked(capsys, "--city", helsinki, "--units", file)
    assert code == 1 and "X1: 60.1675,24.9402 lies far off the map" in err
    file.write_text("", "utf-8")
    code, out, _ = asked(capsys, "--city", helsinki, "--units", file)
    assert (code, out) == (1, "Nobody is there who counts for a target of this city.\n")


def test_what_cannot_be_answered_is_said(helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = asked(capsys, "--city", helsinki, "--leaving", "A0", "--json")
    assert code == 2 and json.loads(out)["error"] == "bad_input" and "there is no unit 'A0'" in err
    assert asked(capsys, "--city", tmp_path)[0] == 2
    with pytest.raises(SystemExit):
        main(["coverage", "--city", str(helsinki), "--when", "noon"])


def test_a_citys_own_targets_and_tables_count(
    helsinki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in helsinki.iterdir():
        (tmp_path / file.name).symlink_to(file)
    (tmp_path / "targets.toml").write_text(
        '[use]\nfire = "own"\n[[target]]\nprofile = "own"\nid = "quick"\ndepartment = "fire"\nwithin_s = 30\n'
        'name = "engine"\n',
        "utf-8",
    )
    code, out, _ = asked(capsys, "--city", tmp_path, "--json", "--move-ups", "table")
    answer = json.loads(out)
    assert code == 1 and [cover["target"] for cover in answer["covers"]] == ["quick"]
    (tmp_path / "compliance.toml").write_text(
        '[[table]]\ndepartment = "fire"\ntarget = "quick"\nhold = [["nowhere"]]\n', "utf-8"
    )
    code, _, err = asked(capsys, "--city", tmp_path, "--move-ups", "table")
    assert code == 2 and "compliance.toml:4" in err
