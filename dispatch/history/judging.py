"""Say how sure it is what the columns of a table are taken for: by what they were known, and how many cells read so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dispatch.history.clock import SAMPLE
from dispatch.history.locating import is_point
from dispatch.history.mapping import FIELDS, INCIDENT_INSTANTS, INSTANTS, Mapping, folded
from dispatch.history.recognise import NAMES, is_number
from dispatch.history.row import RowReader
from dispatch.history.table import Table

KNOWN, NAME, CONTENT = "known", "name", "content"  # by what a column was taken for its field
SURE, LIKELY, DOUBTFUL, EMPTY = "sure", "likely", "doubtful", "empty"
SURE_FROM, LIKELY_FROM = 0.98, 0.8  # of the cells that are not blank
_LIMITS = {"lon": 180.0, "lat": 90.0, "x": 1e8, "y": 1e8}


@dataclass(frozen=True, slots=True)
class Judged:
    """Say of one field which columns it is read from, by what, and which shares of the sample are filled and read.

    `filled` is of all rows looked at, `readable` of the filled ones (0 to 1).
    """

    field: str
    columns: tuple[str, ...]
    by: str
    filled: float
    readable: float

    @property
    def sureness(self) -> str:
        """Return how sure it is: `sure`, `likely`, `doubtful`, or `empty` where no cell is filled."""
        if not self.filled:
            return EMPTY
        if self.readable >= SURE_FROM and self.by != CONTENT:
            return SURE
        return LIKELY if self.readable >= LIKELY_FROM else DOUBTFUL


def judge(table: Table, mapping: Mapping, *, time_zone: str) -> tuple[Judged, ...]:
    """Judge every field that a mapping reads from a table, by up to SAMPLE rows spread over it."""
    reader = RowReader(table, mapping, time_zone=time_zone)
    rows = table.rows[:: max(1, len(table.rows) // SAMPLE)][:SAMPLE]
    place = {name: number for number, name in enumerate(table.columns)}
    known: dict[str, str] = {}
    for column in table.columns:
        known.setdefault(folded(column), column)
    found = []
    for name in FIELDS:
        columns = mapping.of(name, table.columns)
        is_seconds = not columns and name in mapping.seconds
        if is_seconds:
            own = known.get(folded(mapping.seconds[name][0]))
            columns = (own,) if own is not None else ()
        if not columns:
            continue
        cells = [" ".join(row[place[each]] for each in columns if row[place[each]]) for row in rows]
        filled = [cell for cell in cells if cell]
        reads = _is_seconds if is_seconds else _test_of(name, reader, mapping)
        good = sum(map(reads, filled))
        found.append(Judged(
            name, columns, _by(name, columns, mapping), len(filled) / max(1, len(cells)), good / max(1, len(filled))
        ))  # fmt: skip
    return tuple(found)


def _by(name: str, columns: tuple[str, ...], mapping: Mapping) -> str:
    if mapping.needs:
        return KNOWN
    return NAME if all(folded(each) in NAMES.get(name, ()) for each in columns) else CONTENT


def _test_of(name: str, reader: RowReader, mapping: Mapping) -> Callable[[str], bool]:
    if name in (*INSTANTS, *INCIDENT_INSTANTS):
        return lambda cell: reader.clock.read(cell).at is not None
    if name in _LIMITS:
        return lambda cell: is_number(cell, _LIMITS[name])
    if name == "point":
        return is_point
    if name == "priority":
        return lambda cell: cell.casefold() in mapping.priorities or (not mapping.priorities and cell in "12345")
    if name == "alarm_level":
        return lambda cell: cell.isascii() and cell.isdigit() and 1 <= int(cell[:9]) <= 9
    return bool


def _is_seconds(cell: str) -> bool:
    return is_number(cell, 366 * 86_400.0)
