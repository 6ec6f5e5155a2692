"""A roster is read whole or not at all, and everything that is wrong with it is said with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

import maps
from gis.city import City
from resources import roster_made
from resources.roster import BadFile, default_roster, parse_roster, read_roster
from resources.roster_toml import roster_text
from resources.unit import FirstDueArea, Shift, TaskForce, TurnoutHours

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


TOGETHER = """
[[shift]]
id = "day"
starts = "07:00"
ends = "19:00"

[[unit]]
id = "L1"
department = "fire"
capabilities = ["ladder"]
equipment = ["ladder", "cutter"]
station = "s1"
crew = 3
officers = 1
cross_staffed = "s1"
height_m = 3.4
width_m = 2.5
weight_t = 16
shift = "day"

[[unit]]
id = "T1"
department = "fire"
capabilities = ["tanker"]
station = "s1"
cross_staffed = "s1"

[[task_force]]
id = "TF1"
name = "Strike team"
units = ["E1", "T1"]
capabilities = ["strike_team"]

[[first_due]]
id = "north"
department = "fire"
stations = ["s1"]
ring = [[24.9, 60.1], [25, 60.1], [25.0, 60.2]]
"""


def test_what_units_carry_and_how_they_go_together_is_read() -> None:
    text = GOOD.replace("night_s = 100", "night_s = 100\nhours = [{ from = 7, to = 9, turnout_s = 95 }]")
    roster = parse_roster(text + TOGETHER)
    ladder = roster.units[1]
    assert (ladder.equipment, ladder.officers, ladder.cross_staffed, ladder.shift) == (
        ("ladder", "cutter"),
        1,
        "s1",
        "day",
    )
    assert (ladder.height_m, ladder.width_m, ladder.weight_t) == (3.4, 2.5, 16.0)
    assert roster.turnouts[0].hours == (TurnoutHours(7, 9, 95.0),)
    assert roster.shifts == (Shift("day", "07:00", "19:00"),)
    assert roster.task_forces == (TaskForce("TF1", ("E1", "T1"), ("strike_team",), "Strike team"),)
    assert roster.areas == (FirstDueArea("north", "fire", ("s1",), ((24.9, 60.1), (25.0, 60.1), (25.0, 60.2))),)


@pytest.mark.parametrize(
    ("right", "wrong", "field", "words"),
    [
        ('starts = "07:00"', 'starts = "7"', "[[shift]] day: field 'starts'", "must be a local time of day"),
        ("officers = 1", "officers = 4", "[[unit]] L1: field 'officers'", "4 officers cannot be among a crew of 3"),
        ('"cutter"]', '"Cutter"]', "[[unit]] L1: field 'equipment'", "must be small letters"),
        (
            'shift = "day"',
            'shift = "dya"',
            "[[unit]] L1: field 'shift'",
            "'dya' is no shift of this file; did you mean",
        ),
        ("weight_t = 16", "weight_t = 1600", "[[unit]] L1: field 'weight_t'", "must be a number from 0 to 200"),
        ('"E1", "T1"', '"E1", "T9"', "[[task_force]] TF1: field 'units'", "'T9' is no unit of this file; known: E1"),
        ('"E1", "T1"', '"E1"', "[[task_force]] TF1: field 'units'", "must name 2 units at least"),
        ('id = "TF1"', 'id = "E1"', "[[task_force]] E1: field 'id'", "'E1' is the call sign of a unit"),
        ("[25, 60.1], ", "", "[[first_due]] north: field 'ring'", "must have 3 different corners at least"),
        ("[25, 60.1]", "[60.1, 250]", "[[first_due]] north: field 'ring'", "must be corners such as"),
        ('stations = ["s1"]', 'stations = ["s7"]', "[[first_due]] north: field 'stations'", "'s7' is no station"),
        ('cross_staffed = "s1"\nheight_m', "height_m", "[[unit]] T1: field 'cross_staffed'", "stands at no other unit"),
        (
            '"tanker"]\nstation = "s1"',
            '"tanker"]\nlon = 1\nlat = 1',
            "[[unit]] T1: field 'cross_staffed'",
            "of L1 at s1",
        ),
    ],
)
def test_what_does_not_go_together_is_told_with_its_line(right: str, wrong: str, field: str, words: str) -> None:
    assert right in TOGETHER
    text = GOOD + TOGETHER.replace(right, wrong, 1)
    [told] = problems(text)
    line, problem = told.removeprefix("roster.toml:").split(": ", 1)
    assert problem.startswith(f"{field}: ") and words in problem
    assert text.splitlines()[int(line) - 1].startswith(field.split("'")[1])


def test_helsinkis_units_carry_share_and_go_together_as_its_cards_ask(helsinki: Path) -> None:
    roster = read_roster(Path(maps.__file__).parent / "cities" / "helsinki" / "roster.toml")
    made = default_roster(City.open(helsinki))
    for each in (roster, made):
        assert {word for unit in each.units for word in unit.equipment} >= {
            "foam",
            "ladder",
            "jet_rodder",
            "traffic_cones",
        }
        assert all(
            unit.officers for unit in each.units if "engine" in unit.capabilities or "chief" in unit.capabilities
        )
        assert all(unit.weight_t > 10 for unit in each.units if unit.capabilities[0] in ("engine", "ladder", "tanker"))
        assert [force.capabilities for force in each.task_forces] == [("strike_team",)]
        assert len([unit for unit in each.units if unit.cross_staffed]) == 2
        assert {unit.shift for unit in each.units} > {"", "full_day", "city_day"} - {""}
    assert {area.department for area in roster.areas} == {"fire", "ambulance"}
    assert parse_roster(roster_text(made)) == made
