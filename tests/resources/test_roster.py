"""A roster is read whole or not at all, and everything that is wrong with it is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

import maps
from gis.city import City
from resources import roster_made
from resources.roster import BadFile, default_roster, parse_roster, read_roster

GOOD = """
[[department]]
id = "fire"
name = "Fire"
kind = "fire"
name_zh = "消防"

[[turnout]]
id = "fire"
day_s = 80
night_s = 100

[[station]]
id = "s1"
name = "Station 1"
department = "fire"
lon = 24.95
lat = 60.17

[[unit]]
id = "E1"
department = "fire"
capabilities = ["engine", "rescue"]
station = "s1"
crew = 4
turnout = "fire"
"""


def problems(text: str) -> list[str]:
    with pytest.raises(BadFile) as caught:
        parse_roster(text, "roster.toml")
    return [str(problem) for problem in caught.value.problems]


def test_a_unit_stands_at_its_station_unless_it_says_where() -> None:
    roster = parse_roster(
        GOOD + '[[unit]]\nid = "E2"\ndepartment = "fire"\ncapabilities = ["engine"]\nlon = 1.5\nlat = 2\n'
    )
    first, other = roster.units
    assert (first.lon, first.lat, first.kind, first.crew) == (24.95, 60.17, "engine", 4)
    assert (other.lon, other.lat, other.station) == (1.5, 2.0, "")
    assert roster.departments[0].name_zh == "消防"


def test_every_problem_is_told_at_once_with_its_line() -> None:
    text = GOOD + (
        '[[unit]]\nid = "e1"\ndepartment = "fyre"\ncapabilities = ["Engine"]\nlon = 200\nlat = 60\nturnout = "slow"\n'
        'station = "s9"\nclew = 3\n'
    )
    assert problems(text) == [
        "roster.toml:28: [[unit]] e1: field 'id': 'e1' stands already on line 21",
        "roster.toml:29: [[unit]] e1: field 'department': 'fyre' is no department of this file; did you mean 'fire'?",
        (
            "roster.toml:30: [[unit]] e1: field 'capabilities': 'Engine' must be small letters, digits and _, "
            "beginning with a letter"
        ),
        "roster.toml:31: [[unit]] e1: field 'lon': must be a number from -180 to 180, not 200",
        "roster.toml:33: [[unit]] e1: field 'turnout': 'slow' is no turnout of this file; known: fire",
        "roster.toml:34: [[unit]] e1: field 'station': 's9' is no station of this file; known: s1",
        "roster.toml:35: [[unit]] e1: field 'clew': unknown field; did you mean 'crew'?",
    ]


def test_a_unit_without_station_and_place_is_refused() -> None:
    text = GOOD + '[[unit]]\nid = "E2"\ndepartment = "fire"\ncapabilities = ["engine"]\n'
    assert [line.split(": ", 2)[2] for line in problems(text)] == [
        "field 'lon': is missing",
        "field 'lat': is missing",
    ]


def test_a_call_sign_that_would_break_a_line_is_refused() -> None:
    text = GOOD.replace('id = "E1"', 'id = "E1\\nE2"')
    assert problems(text) == [
        "roster.toml:21: [[unit]] no. 1: field 'id': must not hold control characters or line breaks"
    ]


def test_a_unit_at_another_departments_station_is_refused() -> None:
    text = GOOD + (
        '[[department]]\nid = "police"\nname = "Police"\nkind = "police"\n'
        '[[unit]]\nid = "P1"\ndepartment = "police"\ncapabilities = ["patrol"]\nstation = "s1"\n'
    )
    [problem] = problems(text)
    assert "'s1' belongs to the department 'fire', not 'police'" in problem


def test_helsinkis_roster_is_whole_marked_and_within_its_city(helsinki: Path) -> None:
    roster = read_roster(Path(maps.__file__).parent / "cities" / "helsinki" / "roster.toml")
    assert len({department.kind for department in roster.departments}) >= 7
    assert len(roster.units) >= 40
    assert all(unit.invented for unit in roster.units)
    assert [station.id for station in roster.stations if not station.invented] == ["erottaja"]
    assert all(department.name_zh for department in roster.departments)
    west, south, east, north = City.open(helsinki).bounds
    assert all(west <= unit.lon <= east and south <= unit.lat <= north for unit in roster.units)
    layer = City.open(helsinki).layer("stations")
    assert layer.attribute("name")[0] in next(s.name for s in roster.stations if s.id == "erottaja")


def test_a_city_without_a_roster_gets_one_at_its_real_places(helsinki: Path) -> None:
    city = City.open(helsinki)
    roster = default_roster(city)
    assert roster == default_roster(city)
    assert len({unit.id for unit in roster.units}) == len(roster.units) >= 40
    assert {unit.department for unit in roster.units} == {department.id for department in roster.departments}
    real = [station for station in roster.stations if not station.invented]
    assert [station.name for station in real] == ["Erottajan paloasema"]
    west, south, east, north = city.bounds
    assert all(west <= station.lon <= east and south <= station.lat <= north for station in roster.stations)


def test_a_larger_city_gets_more_crews_at_more_stations(monkeypatch: pytest.MonkeyPatch, helsinki: Path) -> None:
    city = City.open(helsinki)
    spots = [roster_made._Spot(f"Fire hall {n}", 24.93 + n * 0.002, 60.17, False) for n in range(10)]
    monkeypatch.setattr(roster_made, "_stations", lambda city, kind: spots if kind == "fire" else [])
    roster = default_roster(city)
    ladders = [unit.station for unit in roster.units if "ladder" in unit.capabilities]
    assert len(ladders) == len(set(ladders)) == 4
    assert sum(unit.capabilities[0] == "engine" for unit in roster.units) == 10
    assert len([station for station in roster.stations if station.department == "ambulance"]) == 6


def test_a_city_of_streets_alone_gets_its_crews_spread_over_them(
    monkeypatch: pytest.MonkeyPatch, helsinki: Path
) -> None:
    """A city built from its own street file knows no addresses: its crews must not all stand in one spot."""
    city = City.open(helsinki)
    monkeypatch.setattr(City, "layer_names", lambda city: ("roads", "stations"))
    roster = default_roster(city)
    assert len({(unit.lon, unit.lat) for unit in roster.units}) >= 12
    names = set(city.layer("roads").attribute("name"))
    assert all(station.name in names for station in roster.stations if station.invented)
