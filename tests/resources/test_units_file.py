"""A list of units is read with or without column names, and told line by line where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis.located_toml import BadFile
from resources.status import Status
from resources.units_file import parse_units, read_units

ROWS = "E1,fire,engine;rescue,available,24.95,60.17\nA 1,ambulance,ambulance_als,On Scene,24.96,60.18\n"


def test_column_names_may_be_there_or_not() -> None:
    plain = parse_units(ROWS, "u.csv")
    assert parse_units("id,department,capabilities,status,lon,lat\n" + ROWS, "u.csv") == plain
    first, second = plain
    assert first.unit.capabilities == ("engine", "rescue")
    assert (second.unit.id, second.status, second.unit.lon) == ("A 1", Status.ON_SCENE, 24.96)


def test_columns_may_stand_in_another_order_with_a_crew() -> None:
    [unit] = parse_units(
        "id,crew,lat,lon,status,capabilities,department\nE1,3,60.17,24.95,available,engine,fire\n", "u"
    )
    assert (unit.unit.lat, unit.unit.crew) == (60.17, 3)


def test_words_of_other_systems_for_a_status_are_understood() -> None:
    rows = "".join(f"E{n},fire,engine,{word},24.95,60.17\n" for n, word in enumerate(("Dispatched", "At hospital")))
    assert [each.status for each in parse_units(rows, "u")] == [Status.ALERTED, Status.AT_DESTINATION]


def test_everything_wrong_is_told_with_line_and_field() -> None:
    text = ROWS + "e1,fire,,availble,24.95,north\nE2,fire,engine,available,nan\n"
    with pytest.raises(BadFile) as caught:
        parse_units(text, "u.csv")
    told = [str(problem) for problem in caught.value.problems]
    assert "u.csv:3: id: stands already on line 1" in told
    assert "u.csv:3: capabilities: must name at least one, separated by ;" in told
    assert "u.csv:3: status: 'availble' is no status; did you mean 'available'?" in told
    assert "u.csv:3: lat: must be a number from -90 to 90, not 'north'" in told
    assert "u.csv:4: has 5 fields, not 6" in " ".join(told)
    assert "u.csv:4: lon: must be a number from -180 to 180, not 'nan'" in told


def test_a_missing_column_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="column 'lat' is missing"):
        parse_units("id,department,capabilities,status,lon\nE1,fire,engine,available,1\n", "u.csv")
    with pytest.raises(BadFile, match="cannot be read"):
        read_units(tmp_path / "none.csv")


def test_thousands_of_letters_and_digits_are_told_in_a_line_each() -> None:
    head = "id,department,capabilities,status,lon,lat,crew\n"
    with pytest.raises(BadFile) as caught:
        parse_units(
            f"{head}{'E' * 9999},{'f' * 9999},{'C' * 9999},{'s' * 9999},1{'0' * 9999},2,{'9' * 6000}\n", "u.csv"
        )
    told = [str(problem) for problem in caught.value.problems]
    assert [each.split(": ")[1] for each in told] == ["id", "department", "capabilities", "lon", "crew", "status"]
    assert all(len(each) < 250 for each in told)
    with pytest.raises(BadFile, match="column 'id' stands twice"):
        parse_units(f"id,{head}", "u.csv")
