"""Read a city's responsible areas from the TOML file that it edits."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from dispatch.areas import PREFIXES, Area, Areas, Collector
from dispatch.calendar_file import WEEKDAYS, hours_in
from dispatch.standards import Standards
from gis.located_toml import BadFile, Fields, LocatedToml, nearest
from gis.toml_lines import Path as FieldPath
from resources.unit import Roster

FILE = "areas.toml"

__all__ = ["BadFile", "parse_areas", "read_areas"]


def read_areas(path: Path, *, roster: Roster, standards: Standards, cells: Collection[str] = ()) -> Areas:
    """Read a file of areas; `cells` are the codes of the city's grid. Raises BadFile with every problem of it."""
    return _areas(LocatedToml.read(path), roster, standards, cells)


def parse_areas(
    text: str, file: str = FILE, *, roster: Roster, standards: Standards, cells: Collection[str] = ()
) -> Areas:
    """Read areas from TOML text; `file` names it in the problems of BadFile."""
    return _areas(LocatedToml.parse(text, file), roster, standards, cells)


def _areas(toml: LocatedToml, roster: Roster, standards: Standards, cells: Collection[str]) -> Areas:
    toml.check_keys(("area", "collector"))
    beginnings = {cell[:digits] for cell in cells for digits in PREFIXES}
    kinds = {department.id: department.kind for department in roster.departments}
    large = [f"{each.group} {each.code}" for each in standards.large]
    classes = [*(each.id for each in standards.small), *large]
    lines: dict[str, int] = {}
    taken: dict[tuple[str, str], Area] = {}
    areas = []
    for path, table in toml.tables("area", required=True):
        fields = _fields(toml, path, table)
        area = _area(fields, list(kinds), classes)
        _check_cells(fields, area, beginnings)
        _once(fields, path, area.id, lines)
        _check_rivals(fields, area, taken, kinds)
        areas.append(area)
    collectors = _collectors(toml, [area.id for area in areas])
    toml.raise_if_bad()
    return Areas(tuple(areas), collectors)


def _area(fields: Fields, departments: list[str], classes: list[str]) -> Area:
    area = Area(
        id=fields.text("id"),
        name=fields.text("name"),
        name_zh=fields.text("name_zh", ""),
        cells=fields.texts("cells", required=True),
        department=fields.one_of("department", departments, "department of the roster", ""),
        classes=fields.texts("classes"),
        collectors=fields.texts("collectors"),
    )
    for each in area.classes:
        if each not in classes:
            fields.bad("classes", f"{each!r} is no class of the standards{nearest(each, classes)}")
    if not area.department and (area.classes or not area.collectors):
        fields.bad("department", "is missing: an area has a department, or collectors and no classes")
    fields.done()
    return area


def _collectors(toml: LocatedToml, areas: list[str]) -> tuple[Collector, ...]:
    """Read who works when; whoever only areas name works at any hour."""
    lines: dict[str, int] = {}
    found = []
    for path, table in toml.tables("collector"):
        fields = _fields(toml, path, table)
        collector = _collector(fields, areas)
        _once(fields, path, collector.id, lines)
        found.append(collector)
    return tuple(found)


def _collector(fields: Fields, areas: list[str]) -> Collector:
    days = fields.texts("days")
    collector = Collector(
        id=fields.text("id"),
        name=fields.text("name", ""),
        name_zh=fields.text("name_zh", ""),
        shift=hours_in(fields, "shift") if "shift" in fields.table else (),
        days=tuple(sorted(WEEKDAYS.index(each) for each in days if each in WEEKDAYS)),
        areas=fields.texts("areas"),
    )
    for each in days:
        if each not in WEEKDAYS:
            fields.bad("days", f"{each!r} is no weekday{nearest(each, WEEKDAYS)}")
    for each in collector.areas:
        if each not in areas:
            fields.bad("areas", f"{each!r} is no area of this file{nearest(each, areas)}")
    fields.done()
    return collector


def _check_cells(fields: Fields, area: Area, beginnings: Collection[str]) -> None:
    for each in area.cells:
        if not (each.isascii() and each.isdigit() and len(each) in PREFIXES):
            fields.bad("cells", f"{each!r} is no code of a county (6 digits), street (9), community (12) or cell (15)")
        elif beginnings and each not in beginnings:
            fields.bad("cells", f"{each!r} is no cell of the grid, and none begins with it")


def _fields(toml: LocatedToml, path: FieldPath, table: dict[str, Any]) -> Fields:
    name = table.get("id")
    known = isinstance(name, str) and name.isprintable() and name
    label = f"[[{path[0]}]] {name}" if known else f"[[{path[0]}]] no. {int(path[-1]) + 1}"
    return Fields(toml, path, table, label)


def _once(fields: Fields, path: FieldPath, record_id: str, lines: dict[str, int]) -> None:
    line = fields.toml.lines.get((*path, "id"), 0)
    earlier = lines.setdefault(record_id, line)
    if record_id and earlier != line:
        fields.bad("id", f"{record_id!r} stands already on line {earlier}")


def _check_rivals(fields: Fields, area: Area, taken: dict[tuple[str, str], Area], kinds: Mapping[str, str]) -> None:
    """Note cells that two departments answer for alike; an area within a wider one may well have another."""
    for each in area.cells if area.department in kinds else ():
        for named in area.classes or (f"every class of {kinds[area.department]}",):
            earlier = taken.setdefault((each, named), area)
            if earlier.department != area.department:
                fields.bad("cells", f"{each} belongs to {earlier.department!r} by {earlier.id!r} already, for {named}")
