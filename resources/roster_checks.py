"""Check what no single unit of a roster can know: that vehicles with one crew stand together and are two at least."""

from __future__ import annotations

from gis.located_toml import LocatedToml
from resources.unit import Unit


def check_shared_crews(toml: LocatedToml, units: tuple[Unit, ...]) -> None:
    """Note every vehicle that shares its crew with none, or with one of another station."""
    by_word: dict[str, list[int]] = {}
    for row, unit in enumerate(units):
        if unit.cross_staffed:
            by_word.setdefault(unit.cross_staffed, []).append(row)
    for word, rows in by_word.items():
        first = units[rows[0]]
        for row in rows[1:]:
            if (units[row].station, units[row].department) != (first.station, first.department):
                _bad(toml, row, units[row], f"{word!r} is the crew of {first.id} at {first.station or 'no station'}")
        if len(rows) == 1:
            _bad(toml, rows[0], first, f"{word!r} stands at no other unit: a crew is shared by two vehicles at least")


def _bad(toml: LocatedToml, row: int, unit: Unit, text: str) -> None:
    toml.problem(("unit", row, "cross_staffed"), text, label=f"[[unit]] {unit.id}: field 'cross_staffed'")
