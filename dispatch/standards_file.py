"""Read the standards of urban management from the TOML file that a city edits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dispatch.clocks import URGENT as DAY_AND_NIGHT
from dispatch.clocks import WORKING, WORKING_DAYS, Limit
from dispatch.runcard import RunCards
from dispatch.standards import (
    AREA_RULES,
    BY_CELL,
    BY_OWNER,
    COMPONENT,
    DEGREES,
    GROUPS,
    USUAL,
    Handling,
    LargeClass,
    StageLimits,
    Standard,
    Standards,
)
from gis.columns import is_layer_name
from gis.located_toml import BadFile, Fields, LocatedToml, nearest
from gis.toml_lines import Path as FieldPath
from resources.unit import DEPARTMENT_KINDS

FILE = "standards.toml"
ID = re.compile(r"[a-z][a-z0-9_]{0,40}")
MOST_PHOTOS = 20
_UNITS = {"urgent_h": DAY_AND_NIGHT, "working_h": WORKING, "working_days": WORKING_DAYS}
_STAGES = ("accept", "dispatch", "verify", "check")

__all__ = ["BadFile", "parse_standards", "read_standards"]


def read_standards(path: Path, *, cards: RunCards) -> Standards:
    """Read a file of standards beside a city's run cards. Raises BadFile with every problem, with line and field."""
    return _standards(LocatedToml.read(path), cards)


def parse_standards(text: str, file: str = FILE, *, cards: RunCards) -> Standards:
    """Read standards from TOML text; `file` names it in the problems of BadFile."""
    return _standards(LocatedToml.parse(text, file), cards)


def _standards(toml: LocatedToml, cards: RunCards) -> Standards:
    toml.check_keys(("stages", "large", "small"))
    modes = {card.kind: card.mode for card in cards.cards}
    seen: dict[str, int] = {}
    large = [_large(toml, path, table, seen) for path, table in toml.tables("large", required=True)]
    known = {(each.group, each.code) for each in large}
    small = [_small(toml, path, table, known, modes, seen) for path, table in toml.tables("small", required=True)]
    used = {(each.group, each.large) for each in small}
    for (path, _), each in zip(toml.tables("large"), large, strict=True):
        if (each.group, each.code) not in used:
            toml.problem((*path, "code"), f"{each.code!r} has no small class", label=f"[[large]] {each.name}")
    stages = _stages(toml)
    toml.raise_if_bad()
    return Standards(tuple(large), tuple(small), stages)


def _large(toml: LocatedToml, path: FieldPath, table: dict[str, Any], seen: dict[str, int]) -> LargeClass:
    fields = _fields(toml, path, table, "large", "name")
    group = fields.one_of("group", GROUPS, "group")
    large = LargeClass(group, _code(fields, 2), fields.text("name"), fields.text("name_zh", ""))
    _once(fields, "code", f"the code {large.code} of the {group}s", large.code, seen)
    fields.done()
    return large


def _small(
    toml: LocatedToml,
    path: FieldPath,
    table: dict[str, Any],
    large: set[tuple[str, str]],
    modes: Mapping[str, str],
    seen: dict[str, int],
) -> Standard:
    fields = _fields(toml, path, table, "small", "id")
    standard_id = fields.text("id")
    if standard_id and not ID.fullmatch(standard_id):
        fields.bad("id", f"{standard_id!r} must be small letters, digits and _, beginning with a letter")
    _once(fields, "id", f"the id {standard_id!r}", standard_id, seen)
    group, code = fields.one_of("group", GROUPS, "group"), _code(fields, 4)
    _once(fields, "code", f"the code {code} of the {group}s", code, seen)
    if group in GROUPS and code and (group, code[:2]) not in large:
        fields.bad("code", f"{code!r} belongs to no large class of the {group}s")
    standard = Standard(
        id=standard_id,
        group=group,
        code=code,
        name=fields.text("name"),
        name_zh=fields.text("name_zh", ""),
        file_when=fields.text("file_when"),
        file_when_zh=fields.text("file_when_zh", ""),
        close_when=fields.text("close_when"),
        close_when_zh=fields.text("close_when_zh", ""),
        handling=_handling(fields),
        department_kind=fields.one_of("department_kind", DEPARTMENT_KINDS, "kind of department"),
        area_rule=fields.one_of("area_rule", AREA_RULES, "rule of areas", BY_CELL),
        photos_before=fields.whole("photos_before", 0, MOST_PHOTOS, 1),
        photos_after=fields.whole("photos_after", 0, MOST_PHOTOS, 1),
        is_fixed_on_the_spot=fields.truth("on_the_spot"),
        make_safe=_limit_in(fields, "make_safe"),
        emergency=_card(fields, "emergency", modes, "emergency"),
        card=_card(fields, "card", modes, ""),
        layer=fields.text("layer", ""),
        words=fields.texts("words"),
    )
    _check_sense(fields, standard)
    fields.done()
    return standard


def _check_sense(fields: Fields, standard: Standard) -> None:
    """Note what is well written and yet cannot be meant."""
    if standard.is_fixed_on_the_spot and min(standard.photos_before, standard.photos_after) < 1:
        fields.bad("on_the_spot", "needs a photograph before and one after, which nobody else checks")
    if standard.is_fixed_on_the_spot and (standard.make_safe or standard.emergency):
        fields.bad("on_the_spot", "is not for what is dangerous or an emergency")
    if standard.layer and not is_layer_name(standard.layer):
        fields.bad("layer", f"{standard.layer!r} is no layer's name")
    if standard.group != COMPONENT and (standard.layer or standard.area_rule == BY_OWNER):
        fields.bad("layer" if standard.layer else "area_rule", "is for components; an event has no layer and no owner")


def _handling(fields: Fields) -> tuple[Handling, ...]:
    found: list[Handling] = []
    for number, (path, table) in enumerate(fields.tables("limits"), start=1):
        each = Fields(fields.toml, path, table, f"{fields.label}: limit no. {number}")
        degree = each.one_of("degree", DEGREES, "degree", USUAL)
        limit = _limit(each)
        if any(degree == other.degree for other in found):
            each.bad("degree", f"{degree!r} stands twice")
        handling = Handling(degree, limit, each.text("when", ""), each.text("when_zh", ""))
        if degree != USUAL and not handling.when:
            each.bad("when", f"is missing: by what is {degree!r} known?")
        each.done()
        found.append(handling)
    if not found or found[0].degree != USUAL:
        fields.bad("limits", "must begin with the usual one, as [ { working_h = 4 } ]")
    return tuple(found)


def _limit(fields: Fields) -> Limit:
    """Take exactly one of urgent_h, working_h, working_days."""
    given = [unit for unit in _UNITS if unit in fields.table]
    amounts = {unit: fields.number(unit, 0.05, 10_000, 1.0) for unit in _UNITS}
    if len(given) != 1:
        fields.toml.problem(fields.path, f"must have one of {', '.join(_UNITS)}", label=fields.label)
    unit = given[0] if given else "working_h"
    return Limit(_UNITS[unit], amounts[unit])


def _limit_in(fields: Fields, key: str) -> Limit | None:
    if key not in fields.table:
        return None
    table = fields.any(key)
    if not isinstance(table, dict):
        fields.bad(key, "must be a limit as { urgent_h = 1 }")
        return None
    inner = Fields(fields.toml, (*fields.path, key), table, f"{fields.label}: {key}")
    limit = _limit(inner)
    inner.done()
    return limit


def _stages(toml: LocatedToml) -> StageLimits:
    table = toml.data.get("stages", {})
    if not isinstance(table, dict):
        toml.problem(("stages",), "must be written as [stages]", label="[stages]")
        return StageLimits()
    fields = Fields(toml, ("stages",), table, "[stages]")
    given = {name: _limit_in(fields, name) for name in _STAGES}
    fields.done()
    return StageLimits(**{name: limit for name, limit in given.items() if limit is not None})


def _card(fields: Fields, key: str, modes: Mapping[str, str], mode: str) -> str:
    kind = fields.text(key, "")
    if kind and kind not in modes:
        fields.bad(key, f"there is no run card {kind!r}{nearest(kind, sorted(modes))}")
    elif kind and mode and modes[kind] != mode:
        fields.bad(key, f"the run card {kind!r} is driven as {modes[kind]!r}, which is no {mode}")
    return kind


def _code(fields: Fields, digits: int) -> str:
    code = fields.text("code")
    if code and not (len(code) == digits and code.isascii() and code.isdigit()):
        fields.bad("code", f"{code!r} must be {digits} digits in quotes")
        return ""
    return code


def _once(fields: Fields, key: str, what: str, value: str, seen: dict[str, int]) -> None:
    line = fields.toml.lines.get((*fields.path, key), 0)
    earlier = seen.setdefault(what, line)
    if value and earlier != line:
        fields.bad(key, f"{what} stands already on line {earlier}")


def _fields(toml: LocatedToml, path: FieldPath, table: dict[str, Any], key: str, named_by: str) -> Fields:
    name = table.get(named_by)
    known = isinstance(name, str) and name.isprintable() and name
    return Fields(toml, path, table, f"[[{key}]] {name}" if known else f"[[{key}]] no. {int(path[-1]) + 1}")
