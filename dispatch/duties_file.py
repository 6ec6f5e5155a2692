"""Read usual duties from the TOML file that a city edits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dispatch.clocks import URGENT, WORKING, WORKING_DAYS, Limit
from dispatch.duty_templates import UsualDuties, UsualDuty
from gis.located_toml import BadFile, Fields, LocatedToml, nearest
from gis.toml_lines import Path as FieldPath
from resources.unit import DEPARTMENT_KINDS

FILE = "duties.toml"
SHIPPED = Path(__file__).resolve().parent / FILE
CODE = re.compile(r"[a-z][a-z0-9_]{0,40}")
_UNITS = {"urgent_h": URGENT, "working_h": WORKING, "working_days": WORKING_DAYS}

__all__ = ["BadFile", "duties_file_of", "parse_usual_duties", "read_usual_duties"]


def duties_file_of(folder: Path) -> Path:
    """Return a city's own file, which takes the shipped one's place whole, or the shipped one."""
    own = folder / FILE
    return own if own.is_file() else SHIPPED


def read_usual_duties(path: Path, *, kinds: Iterable[str] = ()) -> UsualDuties:
    """Read a file of usual duties; `kinds` are those of the run cards (none: not checked).

    Raises BadFile with every problem, each with line and field.
    """
    return _usual(LocatedToml.read(path), tuple(kinds))


def parse_usual_duties(text: str, file: str = FILE, *, kinds: Iterable[str] = ()) -> UsualDuties:
    """Read usual duties from TOML text; `file` names it in the problems of BadFile."""
    return _usual(LocatedToml.parse(text, file), tuple(kinds))


def _usual(toml: LocatedToml, kinds: tuple[str, ...]) -> UsualDuties:
    toml.check_keys(("duty",))
    found: list[UsualDuty] = []
    codes: dict[str, set[str]] = {}
    for path, table in toml.tables("duty", required=True):
        found.append(_duty(toml, path, table, kinds, codes))
    toml.raise_if_bad()
    return UsualDuties(tuple(found))


def _duty(
    toml: LocatedToml, path: FieldPath, table: Mapping[str, Any], kinds: tuple[str, ...], codes: dict[str, set[str]]
) -> UsualDuty:
    name = table.get("code")
    label = f"[[duty]] {name}" if isinstance(name, str) and name.isprintable() else f"[[duty]] no. {int(path[-1]) + 1}"
    fields = Fields(toml, path, dict(table), label)
    kind, code = fields.text("kind"), fields.text("code")
    if kind and kinds and kind not in kinds:
        fields.bad("kind", f"{kind!r} is no run card{nearest(kind, kinds)}")
    if code and not CODE.fullmatch(code):
        fields.bad("code", f"{code!r} must be small letters, digits and _, beginning with a letter")
    before = codes.setdefault(kind, set())
    if code in before:
        fields.bad("code", f"{code!r} stands twice for {kind}")
    after = fields.texts("after")
    for each in after:
        # Only what stands above: so that no file can describe a ring.
        if each not in before:
            fields.bad("after", f"{each!r} stands nowhere above for {kind}{nearest(each, sorted(before))}")
    before.add(code)
    duty = UsualDuty(
        kind=kind,
        code=code,
        department_kind=fields.one_of("department_kind", DEPARTMENT_KINDS, "kind of department"),
        text=fields.text("text"),
        text_zh=fields.text("text_zh", ""),
        limit=_limit(fields),
        after=after,
    )
    fields.done()
    return duty


def _limit(fields: Fields) -> Limit | None:
    """Take at most one of urgent_h, working_h, working_days."""
    given = [unit for unit in _UNITS if unit in fields.table]
    amounts = {unit: fields.number(unit, 0.05, 10_000, 1.0) for unit in _UNITS}
    if len(given) > 1:
        fields.bad(given[1], f"has a limit already; leave one of {', '.join(given)}")
    return Limit(_UNITS[given[0]], amounts[given[0]]) if given else None
