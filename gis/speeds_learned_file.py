"""Write learned speed factors as the plain file that `gis.speeds` reads and a person may look through."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from gis.speeds import DAYS, Band, Learned, parse_learned

_HEAD = """\
# Speed factors learned from recorded trips: each multiplies the speed of a driving profile on one class of road in a
# band of local hours, and takes the place of the traffic of speeds.toml there. Weather still counts on top.
# trips and units say how many recorded trips of how many units were heard in the row; spread is how much they differ
# (0.2: mostly within 20 %). evidence "class": too few in these hours, so that what speeds.toml expects of them was
# moved by what the class's trips of all hours showed. Delete a row, or the file, and speeds.toml holds again.
"""


def write_learned(path: Path, rows: Iterable[Learned], *, notes: Iterable[str] = ()) -> None:
    """Write the file, whole or not at all; `notes` are lines of remarks at its head."""
    text = learned_text(rows, notes=notes)
    parse_learned(text)  # nothing is written that could not be read
    beside = path.with_name(f"{path.name}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def learned_text(rows: Iterable[Learned], *, notes: Iterable[str] = ()) -> str:
    """Give the file's text."""
    remarks = "".join(f"# {' '.join(note.split())}\n" for note in notes)
    return _HEAD + remarks + "".join(_row(row) for row in rows)


def _row(row: Learned) -> str:
    return f"""
[[learned]]
profile = {json.dumps(row.profile, ensure_ascii=False)}
road_class = "{row.road_class}"
days = {_days(row.band)}
from_hour = {row.band.from_hour}
to_hour = {row.band.to_hour}
factor = {row.factor:.3f}
trips = {row.trips}
units = {row.units}
spread = {row.spread:.3f}
evidence = "{row.evidence}"
"""


def _days(band: Band) -> str:
    words = {frozenset(range(7)): '"every"', frozenset(range(5)): '"workdays"', frozenset((5, 6)): '"weekend"'}
    return words.get(band.days) or json.dumps([DAYS[day] for day in sorted(band.days)])
