"""Read mappings from the small TOML files that people edit and the program ships; `mapping_toml` writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.history.mapping import FIELDS, INCIDENT_INSTANTS, INSTANTS, Mapping, UnitKind
from dispatch.history.mapping_toml import written
from gis.located_toml import BadFile, Fields, LocatedToml, nearest
from gis.toml_lines import Path as FieldPath
from resources.roster import CAPABILITY
from resources.unit import DEPARTMENT_KINDS, Department

SHIPPED = Path(__file__).resolve().parent / "maps"
PRECISIONS = ("exact", "block", "crossing", "area")
MODES = ("emergency", "ordinary")
TABLES = (
    "name", "needs", "time_zone", "formats", "day_first", "crs", "precision", "priority", "mode", "stations",
    "close_after_min", "columns", "seconds", "kinds", "priorities", "department", "unit_kind",
)  # fmt: skip
LONGEST_PATTERN = 200

__all__ = ["BadFile", "parse_mapping", "read_mapping", "shipped_mappings", "written"]


def read_mapping(file: Path) -> Mapping:
    """Read a mapping. Raises BadFile with every problem of it, each with file, line and field."""
    return _mapping(LocatedToml.read(file))


def parse_mapping(text: str, file: str = "mapping.toml") -> Mapping:
    """Read a mapping from TOML text; `file` names it in the problems of BadFile."""
    return _mapping(LocatedToml.parse(text, file))


@cache
def shipped_mappings() -> tuple[Mapping, ...]:
    """Return the mappings that the program ships, the one that asks for most columns first."""
    found = [read_mapping(file) for file in sorted(SHIPPED.glob("*.toml"))]
    return tuple(sorted(found, key=lambda each: -len(each.needs)))


def _mapping(toml: LocatedToml) -> Mapping:
    toml.check_keys(TABLES)
    top = Fields(toml, (), toml.data, "mapping")
    columns = {name: _alternatives(value) for name, value in _table(toml, "columns", FIELDS)}
    if not columns and "columns" not in toml.data:
        toml.problem(("columns",), "has no [columns]", label="mapping")
    kinds = {name: str(value) for name, value in _table(toml, "kinds", None)}
    departments = tuple(_department(toml, path, table) for path, table in toml.tables("department"))
    known = {each.id for each in departments}
    mapping = Mapping(
        name=top.text("name"),
        columns=columns,
        needs=top.texts("needs"),
        time_zone=_zone(top),
        formats=top.texts("formats"),
        is_day_first=top.truth("day_first") if "day_first" in toml.data else None,
        seconds=dict(_seconds(toml)),
        crs=top.text("crs", ""),
        precision=top.one_of("precision", PRECISIONS, "precision", "exact"),
        kinds=kinds,
        priorities=dict(_priorities(toml)),
        priority=top.whole("priority", 1, 5, 3),
        mode=top.one_of("mode", MODES, "mode", "emergency"),
        departments=departments,
        unit_kinds=tuple(_unit_kind(toml, path, table, known) for path, table in toml.tables("unit_kind")),
        stations=_pattern(top),
        close_after_min=top.number("close_after_min", 1, 525_600, 60.0),
        file=toml.file,
    )
    toml.raise_if_bad()
    return mapping


def _table(toml: LocatedToml, key: str, known: Iterable[str] | None) -> list[tuple[str, Any]]:
    value = toml.data.get(key, {})
    if not isinstance(value, dict):
        toml.problem((key,), f"must be written as [{key}]")
        return []
    names = tuple(known) if known is not None else None
    found = []
    for name, item in value.items():
        if names is not None and name not in names:
            toml.problem((key, name), f"unknown field{nearest(name, names)}", label=f"[{key}] {name}")
        elif not _is_columns(item):
            toml.problem((key, name), "must be text, or a list of texts", label=f"[{key}] {name}")
        else:
            found.append((name, item))
    return found


def _is_columns(item: object) -> bool:
    return isinstance(item, str) or (isinstance(item, list) and all(isinstance(each, str) for each in item))


def _alternatives(value: Any) -> tuple[tuple[str, ...], ...]:
    """Read "A" (one column), "A | B" (the first that is there), ["A", "B"] (both, joined by a blank)."""
    if isinstance(value, list):
        return (tuple(each.strip() for each in value),)
    return tuple((each.strip(),) for each in str(value).split("|") if each.strip())


def _zone(top: Fields) -> str:
    name = top.text("time_zone", "")
    if name:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            top.bad("time_zone", f"{name[:60]!r} is no time zone such as Europe/Helsinki")
    return name


def _pattern(top: Fields) -> str:
    text = top.text("stations", "")
    try:
        if text and (len(text) > LONGEST_PATTERN or re.compile(text).groups < 1):
            top.bad("stations", "must have one group, the station's number, as in '^E0*([0-9]+)$'")
    except re.error as error:
        top.bad("stations", f"is no pattern: {error}")
        return ""
    return text


def _seconds(toml: LocatedToml) -> Iterable[tuple[str, tuple[str, str]]]:
    """Read instants told as seconds: `on_scene = { column = "...", after = "received" }`."""
    value = toml.data.get("seconds", {})
    for name, item in value.items() if isinstance(value, dict) else ():
        label, path = f"[seconds] {name}", ("seconds", name)
        if name not in (*INSTANTS, *INCIDENT_INSTANTS) or not isinstance(item, dict):
            toml.problem(path, "must be an instant with { column, after }", label=label)
            continue
        fields = Fields(toml, path, item, label)
        yield name, (fields.text("column"), fields.one_of("after", (*INCIDENT_INSTANTS, *INSTANTS), "instant"))
        fields.done()


def _priorities(toml: LocatedToml) -> Iterable[tuple[str, int]]:
    value = toml.data.get("priorities", {})
    if not isinstance(value, dict):
        toml.problem(("priorities",), "must be written as [priorities]")
        return
    for name, item in value.items():
        if isinstance(item, bool) or not isinstance(item, int) or not 1 <= item <= 5:
            toml.problem(("priorities", name), "must be a whole number from 1 to 5", label=f"[priorities] {name}")
        else:
            yield name.casefold(), item


def _department(toml: LocatedToml, path: FieldPath, table: dict[str, Any]) -> Department:
    fields = Fields(toml, path, table, f"[[department]] no. {int(path[-1]) + 1}")
    found = Department(
        id=fields.text("id"),
        name=fields.text("name"),
        kind=fields.one_of("kind", DEPARTMENT_KINDS, "kind of department"),
        name_zh=fields.text("name_zh", ""),
    )
    fields.done()
    return found


def _unit_kind(toml: LocatedToml, path: FieldPath, table: dict[str, Any], departments: set[str]) -> UnitKind:
    fields = Fields(toml, path, table, f"[[unit_kind]] no. {int(path[-1]) + 1}")
    found = UnitKind(
        word=fields.text("word"),
        capabilities=fields.texts("capabilities", required=True, pattern=CAPABILITY),
        department=fields.one_of("department", departments, "department of this file", ""),
        crew=fields.whole("crew", 0, 99, 2),
    )
    fields.done()
    return found
