"""Read what a plan weighs beside time from the TOML file that a city edits."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from dispatch.penalties import HELP_FROM, Penalties
from gis.located_toml import BadFile, Fields, LocatedToml

SHIPPED = Path(__file__).resolve().parent / "penalties.toml"
MOST_S = 7200.0
_TABLES = ("departments", "neighbours", "first_due", "rest", "shift")

__all__ = ["BadFile", "default_penalties", "parse_penalties", "read_penalties"]


def read_penalties(path: Path) -> Penalties:
    """Read a file of prices; what it leaves out costs nothing. Raises BadFile with every problem of it."""
    return _penalties(LocatedToml.read(path))


def parse_penalties(text: str, file: str = "penalties.toml") -> Penalties:
    """Read prices from TOML text; `file` names it in the problems of BadFile."""
    return _penalties(LocatedToml.parse(text, file))


@cache
def default_penalties() -> Penalties:
    """Return the prices that are shipped, for cities that have none of their own."""
    return read_penalties(SHIPPED)


def _penalties(toml: LocatedToml) -> Penalties:
    toml.check_keys(("from_priority", *_TABLES))
    head = Fields(toml, (), {key: value for key, value in toml.data.items() if key == "from_priority"}, "the file")
    from_priority = head.whole("from_priority", 1, 6, 1)
    parts = {name: _table(toml, name) for name in _TABLES if name != "neighbours"}
    departments, first_due, rest, shift = (parts[name] for name in ("departments", "first_due", "rest", "shift"))
    neighbours = _table(toml, "neighbours")
    found = Penalties(
        from_priority=from_priority,
        help_from=departments.one_of("help_from", HELP_FROM, "choice", "own"),
        same_kind_s=departments.number("same_kind_s", 0, MOST_S, 0.0),
        other_kind_s=departments.number("other_kind_s", 0, MOST_S, 0.0),
        neighbours=tuple((name, neighbours.number(name, 0, MOST_S)) for name in sorted(_content(toml, "neighbours"))),
        skipped_s=first_due.number("skipped_s", 0, MOST_S, 0.0),
        window_h=rest.number("window_h", 1, 48, 12.0),
        after_h=rest.number("after_h", 0, 48, 12.0),
        hour_s=rest.number("hour_s", 0, MOST_S, 0.0),
        within_min=shift.number("within_min", 0, 24 * 60, 0.0),
        end_s=shift.number("end_s", 0, MOST_S, 0.0),
    )
    for fields in (head, *parts.values(), neighbours):
        fields.done()
    toml.raise_if_bad()
    return found


def _content(toml: LocatedToml, name: str) -> dict[str, Any]:
    content = toml.data.get(name, {})
    return content if isinstance(content, dict) else {}


def _table(toml: LocatedToml, name: str) -> Fields:
    if not isinstance(toml.data.get(name, {}), dict):
        toml.problem((name,), "must be a table", label=name)
    return Fields(toml, (name,), dict(_content(toml, name)), f"[{name}]")
