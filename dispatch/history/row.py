"""Read the rows of one table by its mapping: cells as fields, instants as UTC, everything that is odd noted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch.history.clock import AMBIGUOUS, NONEXISTENT, UNREADABLE, Clock, Moment, day_first, written_day_first
from dispatch.history.locating import Clues
from dispatch.history.mapping import FIELDS, INCIDENT_INSTANTS, INSTANTS, Mapping
from dispatch.history.report import Report
from dispatch.history.table import LAT, LON, Table

ALL_INSTANTS = (*INCIDENT_INSTANTS, *INSTANTS)
_ORDER = ("received", "entered", *INSTANTS, "closed")
MOST_SECONDS = 366 * 86_400.0
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Row:
    """One row as fields; `line` is its number in the report."""

    line: int
    cells: dict[str, str]
    instants: dict[str, datetime] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    @property
    def clues(self) -> Clues:
        """Return what it says about its place."""
        get = self.cells.get
        return Clues(
            get("lon", ""), get("lat", ""), get("point", ""), get("x", ""), get("y", ""), get("address", ""),
            get("cross_street", ""), get("cross_street_2", ""), get("municipality", ""),
        )  # fmt: skip


class RowReader:
    """Read a table's rows by a mapping; `time_zone` counts where the mapping names none."""

    def __init__(self, table: Table, mapping: Mapping, *, time_zone: str) -> None:
        self.table, self.mapping = table, mapping
        place = {name: number for number, name in enumerate(table.columns)}
        self._places = {
            name: tuple(place[each] for each in columns)
            for name in FIELDS
            if (columns := mapping.of(name, table.columns))
        }
        if LON in place and not {"lon", "lat"} & set(self._places):
            self._places |= {"lon": (place[LON],), "lat": (place[LAT],)}
        known = {"".join(sign for sign in name.casefold() if sign.isalnum()): name for name in table.columns}
        self._seconds = {
            name: (place[known[folded]], after)
            for name, (column, after) in mapping.seconds.items()
            if (folded := "".join(sign for sign in column.casefold() if sign.isalnum())) in known
        }
        is_day_first, self.decided_by = mapping.is_day_first, "map"
        if is_day_first is None and mapping.formats:
            is_day_first = written_day_first(mapping.formats)
        if is_day_first is None:
            is_day_first, self.decided_by = day_first(self._cells_of_instants())
        self.is_day_first = is_day_first
        zone = mapping.time_zone or time_zone
        self.clock = Clock(zone, formats=mapping.formats, is_day_first=is_day_first)

    @property
    def fields(self) -> tuple[str, ...]:
        """Name the fields that the table has."""
        return (*self._places, *(name for name in self._seconds if name not in self._places))

    def _cells_of_instants(self) -> Iterator[str]:
        for name in ALL_INSTANTS:
            for number in self._places.get(name, ())[:1]:
                yield from (row[number] for row in self.table.rows)

    def rows(self, report: Report, *, first: int = 0) -> Iterator[Row]:
        """Yield every row that is not a copy of an earlier one; `first` is the number before the first row's."""
        seen: dict[tuple[str, ...], int] = {}
        for line, cells in enumerate(self.table.rows, start=first + 1):
            report.rows += 1
            earlier = seen.setdefault(cells, line)
            if earlier != line:
                report.refuse(line, "same_as_row", cell=str(earlier))
                continue
            row = Row(line, {name: self._cell(cells, places) for name, places in self._places.items()})
            self._read_instants(row, cells, report)
            yield row

    def _cell(self, cells: tuple[str, ...], places: tuple[int, ...]) -> str:
        if len(places) == 1:
            return cells[places[0]]
        return " ".join(each for each in (cells[place] for place in places) if each)

    def _read_instants(self, row: Row, cells: tuple[str, ...], report: Report) -> None:
        unsure: dict[str, Moment] = {}
        for name in ALL_INSTANTS:
            text = row.cells.get(name, "")
            if not text:
                continue
            moment = self.clock.read(text)
            if moment.at is None:
                report.note(row.line, moment.note or UNREADABLE, name, text)
                continue
            row.instants[name] = moment.at
            if moment.note == AMBIGUOUS:
                unsure[name] = moment
            elif moment.note == NONEXISTENT:
                report.note(row.line, NONEXISTENT, name, text)
        if unsure:
            self._choose_hours(row, unsure, report)
        for name, (place, after) in self._seconds.items():
            if cells[place] and name not in row.instants:
                self._add_seconds(row, name, cells[place], after, report)

    def _add_seconds(self, row: Row, name: str, text: str, after: str, report: Report) -> None:
        try:
            seconds = float(text)
        except ValueError:
            seconds = -1.0
        start = row.instants.get(after)
        if not 0 <= seconds <= MOST_SECONDS:
            report.note(row.line, "before_received" if seconds < 0 else UNREADABLE, name, text)
        elif start is not None:
            row.instants[name] = start + timedelta(seconds=round(seconds, 3))

    def _choose_hours(self, row: Row, unsure: dict[str, Moment], report: Report) -> None:
        """Take, of the two hours that an autumn night has, the one in which the row's instants run forwards.

        The first that is known before decides, then the first behind; where neither says, the earlier hour counts.
        """
        before: datetime | None = None
        for number, name in enumerate(_ORDER):
            at = row.instants.get(name)
            if at is None:
                continue
            moment = unsure.get(name)
            if moment is not None and moment.other is not None:
                behind = next(
                    (
                        row.instants[each]
                        for each in _ORDER[number + 1 :]
                        if each in row.instants and each not in unsure
                    ),
                    None,
                )
                is_second = (before is not None and at < before <= moment.other) or (
                    before is None and behind is not None and behind - at >= HOUR and behind >= moment.other
                    and behind - moment.other < HOUR
                )  # fmt: skip
                row.instants[name] = at = moment.other if is_second else at
                report.note(row.line, AMBIGUOUS, name, row.cells.get(name, ""))
            before = at
