from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.__main__ import main
from resources.roster import read_roster


def test_a_city_is_generated_with_a_roster_that_can_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "city"
    words = ["city", "generate", "--junctions", "1,000", "--seed", "6", "--out", str(out), "--name", "Drillham"]
    assert main([*words, "--built-at", "2026-05-01T12:00Z", "--json"]) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert (report["name"], report["folder"]) == ("Drillham", str(out))
    assert "100%" in said.err
    roster = read_roster(out / "roster.toml")
    assert {unit.department for unit in roster.units} == {department.id for department in roster.departments}
    assert all(unit.invented for unit in roster.units)
    assert main(["city", "check", str(out)]) == 0
    assert main([*words, "--quiet"]) == 1
    assert "--force" in capsys.readouterr().err


def test_numbers_out_of_range_are_wrong_arguments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["city", "generate", "--junctions", "999", "--out", str(tmp_path / "city")]) == 2
    assert "1,000 to 500,000" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["many", "2.5"])
def test_what_is_no_number_is_told(tmp_path: Path, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["city", "generate", "--junctions", word, "--out", str(tmp_path / "city")])
    assert f"'{word}' is not a whole number" in capsys.readouterr().err
