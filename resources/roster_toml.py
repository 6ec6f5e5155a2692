"""Write a roster as the TOML file that a person edits and `read_roster` reads."""

from __future__ import annotations

import json
from pathlib import Path

from resources.unit import Roster


def write_roster(file: Path, roster: Roster, *, head: str = "") -> None:
    """Write a roster; `head` stands above it as a comment."""
    file.write_text(roster_text(roster, head=head), "utf-8", newline="\n")


def roster_text(roster: Roster, *, head: str = "") -> str:
    """Answer a roster as TOML text."""
    lines = [f"# {line}" for line in head.splitlines()]
    for department in roster.departments:
        lines += _table("department", id=department.id, name=department.name, name_zh=department.name_zh,
                        kind=department.kind)  # fmt: skip
    for turnout in roster.turnouts:
        lines += _table(
            "turnout", id=turnout.id, day_s=turnout.day_s, night_s=turnout.night_s, mobile_s=turnout.mobile_s,
            night_from=turnout.night_from, night_to=turnout.night_to,
            hours=tuple(
                {"from": each.from_hour, "to": each.to_hour, "turnout_s": each.turnout_s} for each in turnout.hours
            ),
        )  # fmt: skip
    for station in roster.stations:
        lines += _table("station", id=station.id, name=station.name, department=station.department, lon=station.lon,
                        lat=station.lat, invented=station.invented)  # fmt: skip
    for shift in roster.shifts:
        lines += _table("shift", id=shift.id, starts=shift.starts, ends=shift.ends)
    homes = {station.id: (station.lon, station.lat) for station in roster.stations}
    for unit in roster.units:
        away = (unit.lon, unit.lat) != homes.get(unit.station)
        lines += _table(
            "unit", id=unit.id, department=unit.department, kind=unit.kind, capabilities=unit.capabilities,
            station=unit.station, lon=unit.lon if away else None, lat=unit.lat if away else None, crew=unit.crew,
            min_crew=unit.min_crew, turnout=unit.turnout, equipment=unit.equipment, officers=unit.officers or None,
            cross_staffed=unit.cross_staffed, height_m=unit.height_m or None, width_m=unit.width_m or None,
            weight_t=unit.weight_t or None, shift=unit.shift, invented=unit.invented,
        )  # fmt: skip
    for force in roster.task_forces:
        lines += _table("task_force", id=force.id, name=force.name, name_zh=force.name_zh, units=force.units,
                        capabilities=force.capabilities)  # fmt: skip
    for area in roster.areas:
        lines += _table("first_due", id=area.id, department=area.department, stations=area.stations, ring=area.ring)
    return "\n".join(lines).lstrip("\n") + "\n"


def _table(table: str, /, **values: object) -> list[str]:
    """Write one [[table]]; what is empty or false is left out."""
    rows = [f"{key} = {_value(value)}" for key, value in values.items() if value not in ("", None, False, ())]
    return ["", f"[[{table}]]", *rows]


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(item)}' for key, item in value.items())} }}"
    # JSON's strings are TOML's, but for the one character that JSON leaves bare.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
