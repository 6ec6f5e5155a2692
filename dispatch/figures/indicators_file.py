"""Read indicators and profiles from TOML that a city may replace by its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from dispatch.figures.facts import FACT_GROUPS
from dispatch.figures.indicators import DIRECTIONS, NEITHER, SECTIONS, Indicator, Mark, Profile, Profiles
from dispatch.figures.sets import SETS, NamedSet
from gis.located_toml import BadFile, Fields, LocatedToml, nearest
from gis.toml_lines import Path as FieldPath

FILE = "indicators.toml"
USUAL_FILE = Path(__file__).parent / FILE
ID = re.compile(r"[a-z][a-z0-9_]{0,40}")

__all__ = ["BadFile", "parse_indicators", "profiles_of", "read_indicators", "usual_profiles"]


@cache
def usual_profiles() -> Profiles:
    """Return the profiles that come with the program."""
    return read_indicators(USUAL_FILE)


def profiles_of(folder: Path | None) -> Profiles:
    """Return the profiles of a city's folder, or the usual ones where it has no file of its own. Raises BadFile."""
    own = folder / FILE if folder is not None else None
    return read_indicators(own) if own is not None and own.is_file() else usual_profiles()


def read_indicators(path: Path) -> Profiles:
    """Read a file of indicators. Raises BadFile with every problem of it, with line and field."""
    return _profiles(LocatedToml.read(path))


def parse_indicators(text: str, file: str = FILE) -> Profiles:
    """Read indicators from TOML text; `file` names it in the problems of BadFile."""
    return _profiles(LocatedToml.parse(text, file))


def _profiles(toml: LocatedToml) -> Profiles:
    toml.check_keys(("indicator", "profile"))
    indicators: dict[str, Indicator] = {}
    for path, table in toml.tables("indicator", required=True):
        fields, own_id = _named(toml, path, table, "indicator", indicators)
        found = _indicator(fields, own_id)
        fields.done()
        indicators[own_id] = found
    profiles: dict[str, Profile] = {}
    for path, table in toml.tables("profile", required=True):
        fields, own_id = _named(toml, path, table, "profile", profiles)
        profiles[own_id] = _profile(fields, own_id, indicators, profiles)
        fields.done()
    toml.raise_if_bad()
    return Profiles(tuple(profiles.values()))


def _named(
    toml: LocatedToml, path: FieldPath, table: dict[str, Any], what: str, seen: Mapping[str, object]
) -> tuple[Fields, str]:
    name = table.get("id")
    fields = Fields(toml, path, table, f"[[{what}]] {name if isinstance(name, str) else f'no. {path[-1]}'}")
    own_id = fields.text("id")
    if own_id and not ID.fullmatch(own_id):
        fields.bad("id", "must be small letters, digits and _, beginning with a letter")
    if own_id in seen:
        fields.bad("id", f"{own_id!r} is used twice")
    return fields, own_id


def _indicator(fields: Fields, own_id: str) -> Indicator:
    indicator = Indicator(
        id=own_id,
        name=fields.text("name"),
        name_zh=fields.text("name_zh"),
        section=fields.one_of("section", SECTIONS, "section"),
        counting=_sets(fields, "counting", required=True),
        definition=fields.text("definition"),
        definition_zh=fields.text("definition_zh"),
        of=_sets(fields, "of"),
        also=_sets(fields, "also"),
        less=_sets(fields, "less"),
        better=fields.one_of("better", DIRECTIONS, "direction", NEITHER),
        by=_known(fields, "by", FACT_GROUPS, "group"),
    )
    _check(fields, indicator)
    return indicator


def _check(fields: Fields, indicator: Indicator) -> None:
    """Note sets that cannot be told apart by department or person: a trait alone says nothing of a period."""
    for key in ("of", "counting"):
        names = getattr(indicator, key)
        if names and (key == "of" or not indicator.of) and not isinstance(SETS.get(names[0]), NamedSet):
            fields.bad(key, f"must begin with what happened in the period, not with {names[0]!r}")
    if indicator.also and not indicator.of:
        fields.bad("also", "needs 'of'")


def _profile(
    fields: Fields, own_id: str, indicators: Mapping[str, Indicator], profiles: Mapping[str, Profile]
) -> Profile:
    based_on = fields.one_of("based_on", profiles, "profile above this one", "")
    base = profiles.get(based_on)
    own = {each.id: each for each in (base.indicators if base else indicators.values())}
    name, name_zh = fields.text("name"), fields.text("name_zh")
    for path, table in fields.tables("change"):
        inner = Fields(fields.toml, path, table, f"{fields.label}: change {table.get('indicator', '')}")
        changed = inner.one_of("indicator", own, "indicator")
        if changed in own:
            own[changed] = _changed(inner, own[changed])
        inner.done()
    marks = list(base.marks if base else ())
    tables = fields.tables("mark")
    if tables:
        marks = [_mark(Fields(fields.toml, path, table, f"{fields.label}: mark"), own) for path, table in tables]
    for (path, _), mark in zip(tables, marks if tables else (), strict=True):
        if sum(each.indicator == mark.indicator for each in marks) > 1:
            fields.toml.problem((*path, "indicator"), f"{mark.indicator!r} has several marks", label=fields.label)
    return Profile(own_id, name, name_zh, tuple(own.values()), tuple(marks))


def _changed(fields: Fields, indicator: Indicator) -> Indicator:
    changes: dict[str, Any] = {
        key: _sets(fields, key) for key in ("counting", "of", "also", "less") if key in fields.table
    }
    changes["definition"] = fields.text("definition")
    changes["definition_zh"] = fields.text("definition_zh")
    changed = replace(indicator, **changes)
    _check(fields, changed)
    return changed


def _mark(fields: Fields, indicators: Mapping[str, Indicator]) -> Mark:
    mark = Mark(
        fields.one_of("indicator", [each.id for each in indicators.values() if each.is_share], "share to be marked"),
        fields.number("weight", 0.01, 1000),
        fields.number("full", 0.0, 1.0),
        fields.number("zero", 0.0, 1.0, 0.0),
    )
    if mark.full == mark.zero:
        fields.bad("zero", "must differ from 'full'")
    if mark.indicator in indicators and "department" not in indicators[mark.indicator].by:
        fields.bad("indicator", f"{mark.indicator!r} is not split by department")
    fields.done()
    return mark


def _sets(fields: Fields, key: str, *, required: bool = False) -> tuple[str, ...]:
    return _known(fields, key, tuple(SETS), "set of cases", required=required)


def _known(fields: Fields, key: str, known: tuple[str, ...], what: str, *, required: bool = False) -> tuple[str, ...]:
    found = fields.texts(key, required=required)
    for name in found:
        if name not in known:
            fields.bad(key, f"{name!r} is no {what}{nearest(name, known)}")
    return tuple(name for name in found if name in known)
