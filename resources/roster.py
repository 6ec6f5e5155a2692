"""Read a city's roster from the TOML file that a person edits, or make one for a city that has none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from gis.located_toml import BadFile, Fields, LocatedToml
from gis.toml_lines import line_of
from resources.roster_checks import check_shared_crews
from resources.roster_groups import area_of, shift_of, task_force_of
from resources.roster_made import default_roster
from resources.unit import (
    DEPARTMENT_KINDS,
    Department,
    FirstDueArea,
    Roster,
    Shift,
    Station,
    TaskForce,
    Turnout,
    TurnoutHours,
    Unit,
)

CAPABILITY = re.compile(r"[a-z][a-z0-9_]{0,40}")
CALL_SIGN = re.compile(r"\S(?:.{0,22}\S)?")
DEFAULT_TURNOUT = Turnout("default", day_s=60.0, night_s=90.0, mobile_s=10.0)

Record = TypeVar("Record", bound=Department | Station | Turnout | Unit | Shift | TaskForce | FirstDueArea)

__all__ = ["CAPABILITY", "DEFAULT_TURNOUT", "BadFile", "default_roster", "parse_roster", "read_roster"]


def read_roster(path: Path) -> Roster:
    """Read a roster file. Raises BadFile with every problem of it, each with file, line and field."""
    return _roster(LocatedToml.read(path))


def parse_roster(text: str, file: str = "roster.toml") -> Roster:
    """Read a roster from TOML text; `file` names it in the problems of BadFile."""
    return _roster(LocatedToml.parse(text, file))


def _roster(toml: LocatedToml) -> Roster:
    toml.check_keys(("department", "station", "turnout", "shift", "unit", "task_force", "first_due"))
    departments = _records(toml, "department", _department)
    known = {record.id for record in departments}
    turnouts = _records(toml, "turnout", _turnout)
    stations = _records(toml, "station", lambda fields: _station(fields, known))
    places = {record.id: record for record in stations}
    times = {record.id for record in turnouts}
    shifts = _records(toml, "shift", shift_of)
    rows = {record.id for record in shifts}
    units = _records(toml, "unit", lambda fields: _unit(fields, known, places, times, rows))
    check_shared_crews(toml, units)
    call_signs = {record.id for record in units}
    forces = _records(toml, "task_force", lambda fields: task_force_of(fields, call_signs))
    areas = _records(toml, "first_due", lambda fields: area_of(fields, known, places))
    if not toml.problems and not departments:
        toml.problem((), "has no [[department]]")
    toml.raise_if_bad()
    return Roster(departments, stations, units, turnouts, shifts, forces, areas)


def _records(toml: LocatedToml, key: str, read: Callable[[Fields], Record]) -> tuple[Record, ...]:
    """Read every table of one kind; an id that stands twice (capitals or not) is a problem of the second."""
    records: list[Record] = []
    first_lines: dict[str, int] = {}
    for number, located in enumerate(toml.tables(key), start=1):
        path, table = located
        name = table.get("id")
        label = f"[[{key}]] {name}" if isinstance(name, str) and name.isprintable() else f"[[{key}]] no. {number}"
        fields = Fields(toml, path, table, label)
        record = read(fields)
        fields.done()
        line = line_of(toml.lines, (*path, "id"))
        earlier = first_lines.setdefault(record.id.casefold(), line)
        if earlier != line and record.id:
            fields.bad("id", f"{record.id!r} stands already on line {earlier}")
        records.append(record)
    return tuple(records)


def _department(fields: Fields) -> Department:
    return Department(
        id=fields.text("id"),
        name=fields.text("name"),
        kind=fields.one_of("kind", DEPARTMENT_KINDS, "kind of department"),
        name_zh=fields.text("name_zh", ""),
    )


def _turnout(fields: Fields) -> Turnout:
    usual = DEFAULT_TURNOUT
    return Turnout(
        id=fields.text("id"),
        day_s=fields.number("day_s", 0, 7200),
        night_s=fields.number("night_s", 0, 7200),
        mobile_s=fields.number("mobile_s", 0, 7200, usual.mobile_s),
        night_from=fields.whole("night_from", 0, 23, usual.night_from),
        night_to=fields.whole("night_to", 0, 23, usual.night_to),
        hours=tuple(_hours(fields)),
    )


def _hours(fields: Fields) -> Iterator[TurnoutHours]:
    """Read windows of hours such as { from = 6, to = 9, turnout_s = 70 }."""
    for number, (path, table) in enumerate(fields.tables("hours"), start=1):
        window = Fields(fields.toml, path, table, f"{fields.label}: hours no. {number}")
        yield TurnoutHours(window.whole("from", 0, 23), window.whole("to", 0, 24), window.number("turnout_s", 0, 7200))
        window.done()


def _station(fields: Fields, departments: Iterable[str]) -> Station:
    return Station(
        id=fields.text("id"),
        name=fields.text("name"),
        department=fields.one_of("department", departments, "department of this file"),
        lon=fields.number("lon", -180, 180),
        lat=fields.number("lat", -90, 90),
        invented=fields.truth("invented"),
    )


def _unit(
    fields: Fields, departments: set[str], stations: dict[str, Station], turnouts: set[str], shifts: set[str]
) -> Unit:
    call_sign = fields.text("id")
    if call_sign and not CALL_SIGN.fullmatch(call_sign):
        fields.bad("id", f"{call_sign!r} must be a call sign of at most 24 characters")
    department = fields.one_of("department", departments, "department of this file")
    station = fields.one_of("station", stations, "station of this file", "")
    stands = stations.get(station)
    if stands is not None and stands.department != department and department in departments:
        fields.bad("station", f"{station!r} belongs to the department {stands.department!r}, not {department!r}")
    capabilities = fields.texts("capabilities", required=True, pattern=CAPABILITY)
    crew = fields.whole("crew", 0, 99, 2)
    officers = fields.whole("officers", 0, 99, 0)
    if officers > crew:
        fields.bad("officers", f"{officers} officers cannot be among a crew of {crew}")
    return Unit(
        id=call_sign,
        department=department,
        capabilities=capabilities,
        lon=fields.number("lon", -180, 180, stands.lon if stands else None),
        lat=fields.number("lat", -90, 90, stands.lat if stands else None),
        kind=fields.text("kind", capabilities[0] if capabilities else ""),
        station=station,
        crew=crew,
        min_crew=fields.whole("min_crew", 0, 99, 1),
        turnout=fields.one_of("turnout", turnouts, "turnout of this file", ""),
        invented=fields.truth("invented"),
        equipment=fields.texts("equipment", pattern=CAPABILITY),
        officers=officers,
        cross_staffed=fields.text("cross_staffed", ""),
        height_m=fields.number("height_m", 0, 10, 0.0),
        width_m=fields.number("width_m", 0, 10, 0.0),
        weight_t=fields.number("weight_t", 0, 200, 0.0),
        shift=fields.one_of("shift", shifts, "shift of this file", ""),
    )
