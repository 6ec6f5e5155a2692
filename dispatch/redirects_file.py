"""Read the rules for redirecting from the TOML file that a city edits."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dispatch.redirects import Redirects
from gis.located_toml import BadFile, Fields, LocatedToml

SHIPPED = Path(__file__).resolve().parent / "redirects.toml"
PRIORITIES = range(1, 6)
_NUMBERS = ("min_gain_s", "again_after_min", "almost_there_s")

__all__ = ["BadFile", "default_redirects", "parse_redirects", "read_redirects"]


def read_redirects(path: Path) -> Redirects:
    """Read a file of rules; what it leaves out is never done. Raises BadFile with every problem of it."""
    return _redirects(LocatedToml.read(path))


def parse_redirects(text: str, file: str = "redirects.toml") -> Redirects:
    """Read rules from TOML text; `file` names it in the problems of BadFile."""
    return _redirects(LocatedToml.parse(text, file))


@cache
def default_redirects() -> Redirects:
    """Return the rules that are shipped, for cities that have none of their own."""
    return read_redirects(SHIPPED)


def _redirects(toml: LocatedToml) -> Redirects:
    toml.check_keys((*_NUMBERS, "from"))
    head = Fields(toml, (), {key: value for key, value in toml.data.items() if key in _NUMBERS}, "the file")
    found = Redirects(
        min_gain_s=head.number("min_gain_s", 0, 7200, 0.0),
        again_after_min=head.number("again_after_min", 0, 24 * 60, 0.0),
        almost_there_s=head.number("almost_there_s", 0, 3600, 0.0),
        pairs=frozenset(_pairs(toml)),
    )
    head.done()
    toml.raise_if_bad()
    return found


def _pairs(toml: LocatedToml) -> set[tuple[int, int]]:
    table = toml.data.get("from", {})
    if not isinstance(table, dict):
        toml.problem(("from",), "must be a table", label="from")
        return set()
    pairs: set[tuple[int, int]] = set()
    for key, targets in table.items():
        path, label = ("from", key), f"[from] {key}"
        if key not in {str(each) for each in PRIORITIES}:
            toml.problem(path, f"{key!r} is no priority from 1 to 5", label=label)
        elif not isinstance(targets, list) or not all(type(each) is int and each in PRIORITIES for each in targets):
            toml.problem(path, "must be a list of priorities from 1 to 5", label=label)
        elif any(each >= int(key) for each in targets):
            toml.problem(path, f"may only be taken by what is more urgent than {key}", label=label)
        else:
            pairs.update((int(key), each) for each in targets)
    return pairs
