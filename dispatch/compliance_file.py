"""Read and write the tables that say which stations to hold, in TOML that a city's people edit."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dispatch.compliance import ComplianceTable
from dispatch.coverage_targets import Targets
from gis.located_toml import BadFile, Fields, LocatedToml, nearest
from resources.unit import Roster

FILE = "compliance.toml"

__all__ = ["BadFile", "compliance_text", "parse_compliance", "read_compliance"]


def read_compliance(path: Path, *, roster: Roster, targets: Targets) -> tuple[ComplianceTable, ...]:
    """Read a file of tables for a roster and targets. Raises BadFile with every problem of it."""
    return _tables(LocatedToml.read(path), roster, targets)


def parse_compliance(text: str, file: str = FILE, *, roster: Roster, targets: Targets) -> tuple[ComplianceTable, ...]:
    """Read tables from TOML text; `file` names it in the problems of BadFile."""
    return _tables(LocatedToml.parse(text, file), roster, targets)


def compliance_text(tables: Iterable[ComplianceTable]) -> str:
    """Write tables as the TOML text that is read."""
    lines = [
        "# Which stations to hold with 1, 2, 3 ... units of a department free that count for a target of targets.toml.",
        "# A line of `hold` a number of units; a station may stand in a line several times.",
    ]
    for table in tables:
        lines += ["", "[[table]]", f"department = {json.dumps(table.department, ensure_ascii=False)}"]
        lines += [f"target = {json.dumps(table.target, ensure_ascii=False)}", "hold = ["]
        lines += [f"    {json.dumps(list(row), ensure_ascii=False)}," for row in table.hold]
        lines.append("]")
    return "\n".join(lines) + "\n"


def _tables(toml: LocatedToml, roster: Roster, targets: Targets) -> tuple[ComplianceTable, ...]:
    toml.check_keys(("table",))
    kinds = {department.id: department.kind for department in roster.departments}
    tables: list[ComplianceTable] = []
    for number, (path, table) in enumerate(toml.tables("table"), start=1):
        name = table.get("department")
        fields = Fields(toml, path, table, f"[[table]] {name if isinstance(name, str) else f'no. {number}'}")
        department = fields.one_of("department", kinds, "department of the roster")
        known = [target.id for target in targets.of(kinds.get(department, ""))]
        target = fields.one_of("target", known, f"target of {department}")
        stations = {station.id for station in roster.stations if station.department == department}
        hold = _hold(fields, stations)
        fields.done()
        if any((each.department, each.target) == (department, target) for each in tables):
            fields.bad("target", f"{target!r} of {department!r} has a table already")
        tables.append(ComplianceTable(department, target, hold))
    toml.raise_if_bad()
    return tuple(tables)


def _hold(fields: Fields, stations: set[str]) -> tuple[tuple[str, ...], ...]:
    """Take the rows of a table: lists of stations, none longer than its number of units."""
    value: Any = fields.raw("hold")
    rows: list[tuple[str, ...]] = []
    if value is None:
        return ()
    rows_of_words = isinstance(value, list) and all(isinstance(row, list) for row in value)
    if not value or not rows_of_words or not all(isinstance(word, str) for row in value for word in row):
        fields.bad("hold", 'must be a list of lists of stations such as [["west"], ["west", "east"]]')
        return ()
    for number, row in enumerate(value):
        unknown = [station for station in row if station not in stations]
        for station in unknown:
            hint = nearest(station, sorted(stations))
            fields.toml.problem(
                (*fields.path, "hold", number), f"{station!r} is no station of this department{hint}",
                label=f"{fields.label}: field 'hold'",
            )  # fmt: skip
        if len(row) > number + 1:
            fields.toml.problem(
                (*fields.path, "hold", number), f"{number + 1} units cannot hold {len(row)} stations",
                label=f"{fields.label}: field 'hold'",
            )  # fmt: skip
        rows.append(tuple(row))
    return tuple(rows)
