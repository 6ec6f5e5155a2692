"""Recorded trips: where a unit was, again and again, on one drive, as a plain CSV file."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gis.located_toml import BadFile, Problem, nearest

COLUMNS = ("trip", "unit", "at", "lon", "lat")
OPTIONAL = ("mode",)
USUAL_MODE = "emergency"
MOST_TOLD = 1000
LONGEST_NAME = 200
_EARLIEST_S, _LATEST_S = 0.0, datetime(2200, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True, eq=False)
class Trip:
    """Hold one trip: `at_s` float64 (k,) in epoch seconds, rising, and `lonlat` float64 (k, 2) in WGS 84."""

    id: str
    unit_id: str
    mode: str
    at_s: NDArray[np.float64]
    lonlat: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trips:
    """Hold what a file of trips holds.

    `problems` tells the lines that were left out, at most MOST_TOLD of them, `bad_lines` how many there are.
    `put_in_order` trips had lines whose times ran backwards; `twice` lines repeated an instant of their trip.
    """

    trips: tuple[Trip, ...]
    problems: tuple[Problem, ...] = ()
    lines: int = 0
    bad_lines: int = 0
    put_in_order: int = 0
    twice: int = 0


def read_trips(path: Path) -> Trips:
    """Read a CSV file with the columns trip, unit, at, lon, lat and, where there is one, mode (a driving profile).

    `at` is ISO 8601 with its offset from UTC, or epoch seconds. A wrong line is left out and told; lines of a trip
    may come in any order. Raises BadFile where the file cannot be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return parse_trips(lines, str(path))
    except OSError as error:
        raise BadFile([Problem(str(path), 1, "", f"cannot be read: {error.strerror or error}")]) from error
    except UnicodeDecodeError as error:
        raise BadFile([Problem(str(path), 1, "", "must be UTF-8 text")]) from error


def parse_trips(lines: Iterable[str], file: str = "trips.csv") -> Trips:
    """Read trips from lines of CSV; `file` names it in problems."""
    reader = csv.reader(lines)
    reading = _Reading(file)
    count = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            reading.bad(reader.line_num, "", f"is no CSV: {error}")
            continue
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if not reading.columns:
            reading.head([cell.strip().casefold() for cell in cells], reader.line_num)
            continue
        count += 1
        reading.line(cells, reader.line_num)
    if not reading.columns:
        raise BadFile([Problem(file, 1, "", f"is empty; the first line names the columns: {','.join(COLUMNS)}")])
    return reading.done(count)


class _Reading:
    def __init__(self, file: str) -> None:
        self.columns: tuple[str, ...] = ()
        self._file = file
        self._problems: list[Problem] = []
        self._bad_lines: set[int] = set()
        self._of: dict[str, tuple[str, str, int]] = {}  # unit, mode and first line of every trip
        self._rows: dict[str, list[tuple[float, float, float]]] = {}

    def bad(self, line: int, field: str, text: str) -> None:
        self._bad_lines.add(line)
        if len(self._problems) < MOST_TOLD:
            self._problems.append(Problem(self._file, line, field, text))

    def head(self, columns: list[str], line: int) -> None:
        known = (*COLUMNS, *OPTIONAL)
        missing = [name for name in COLUMNS if name not in columns]
        wrong = [f"column {name!r} is missing{nearest(name, columns)}" for name in missing]
        wrong += [f"column {name!r} stands twice" for name in known if columns.count(name) > 1]
        if wrong:
            raise BadFile([Problem(self._file, line, "", text) for text in wrong])
        self.columns = tuple(columns)

    def line(self, cells: list[str], line: int) -> None:
        if len(cells) != len(self.columns):
            self.bad(line, "", f"has {len(cells)} fields, not {len(self.columns)}")
            return
        values = {name: cell.strip() for name, cell in zip(self.columns, cells, strict=True)}
        for field in ("trip", "unit"):
            if not values[field].isprintable() or not 0 < len(values[field]) <= LONGEST_NAME:
                self.bad(line, field, f"must be a name of 1 to {LONGEST_NAME} printable characters")
                return
        try:
            row = (_instant(values["at"]), _degrees(values["lon"], 180, "lon"), _degrees(values["lat"], 90, "lat"))
        except _Wrong as error:
            self.bad(line, error.field, str(error))
            return
        trip, unit, mode = values["trip"], values["unit"], values.get("mode") or USUAL_MODE
        known = self._of.setdefault(trip, (unit, mode, line))
        for field, value, first in (("unit", unit, known[0]), ("mode", mode, known[1])):
            if value != first:
                self.bad(line, field, f"{value!r}, but trip {trip!r} is of {first!r} since line {known[2]}")
                return
        self._rows.setdefault(trip, []).append(row)

    def done(self, count: int) -> Trips:
        trips, put_in_order, twice = [], 0, 0
        for trip, rows in self._rows.items():
            table = np.array(rows, dtype=np.float64)
            if (np.diff(table[:, 0]) < 0).any():
                put_in_order += 1
            _, first = np.unique(table[:, 0], return_index=True)
            twice += len(table) - len(first)
            unit, mode, _ = self._of[trip]
            trips.append(Trip(trip, unit, mode, table[first, 0], table[first, 1:]))
        # Whatever the order of lines, the answer is the same.
        trips.sort(key=lambda trip: trip.id)
        return Trips(tuple(trips), tuple(self._problems), count, len(self._bad_lines), put_in_order, twice)


class _Wrong(ValueError):
    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


def _instant(text: str) -> float:
    try:
        at_s = float(text)
    except ValueError:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise _Wrong("at", f"{text[:40]!r} is no instant, as 2026-03-02T22:30:05+02:00") from None
        if at.tzinfo is None:
            raise _Wrong("at", f"{text!r} needs its offset from UTC, as {text}+02:00 or {text}Z") from None
        at_s = at.timestamp()
    if not _EARLIEST_S < at_s < _LATEST_S:
        raise _Wrong("at", f"{text[:40]!r} is not between 1970 and 2200; epoch times are in seconds")
    return at_s


def _degrees(text: str, limit: float, field: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise _Wrong(field, f"{text[:40]!r} is no number") from None
    if not math.isfinite(value) or abs(value) > limit:
        raise _Wrong(field, f"must be from -{limit:g} to {limit:g} degrees, not {text[:40]}")
    return value
