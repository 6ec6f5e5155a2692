"""Read a plain list of incidents: CSV with id,kind,lon,lat[,priority,alarm_level,received_at], or GeoJSON points."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from gis.instants import read_instant
from gis.located_toml import BadFile, Problem, nearest, read_listed

COLUMNS = ("id", "kind", "lon", "lat")
OPTIONAL = ("priority", "alarm_level", "received_at")
LARGEST_BYTES = 50_000_000
LONGEST_ID = 60
MOST_DIGITS = 9  # Python refuses to read thousands of them as one number
PRIORITIES, LEVELS = range(1, 6), range(1, 10)


@dataclass(frozen=True, slots=True)
class ListedIncident:
    """One incident of a list: its name there, kind and place (WGS 84); what the list does not say is None.

    `line` is where it stands, 1 for all of GeoJSON.
    """

    name: str
    kind: str
    lon: float
    lat: float
    priority: int | None = None
    alarm_level: int = 1
    received_at: datetime | None = None
    line: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands in one line or feature, as text; `where` names a feature, whose line nobody knows."""

    line: int
    cells: Mapping[str, str]
    where: str = ""


def read_incidents(path: Path, *, kinds: Sequence[str]) -> tuple[ListedIncident, ...]:
    """Read a list of incidents of known kinds. Raises BadFile with every problem: file, line (or feature) and field."""
    return parse_incidents(read_listed(path, largest_bytes=LARGEST_BYTES), str(path), kinds=kinds)


def parse_incidents(text: str, file: str, *, kinds: Sequence[str]) -> tuple[ListedIncident, ...]:
    """Read incidents from text; `file` names it in the problems of BadFile. Text that begins with { is GeoJSON."""
    problems: list[Problem] = []
    rows = _features(text, file, problems) if text.lstrip().startswith("{") else _lines(text, file, problems)
    found: list[ListedIncident] = []
    seen: dict[str, str] = {}
    for row in rows:
        reading = _Reading(file, row, problems)
        incident = reading.incident(kinds)
        where = row.where or f"line {row.line}"
        earlier = seen.setdefault(incident.name, where)
        if earlier != where and incident.name:
            reading.bad("id", f"stands already on {earlier}")
        found.append(incident)
    if problems:
        raise BadFile(problems)
    return tuple(found)


def _lines(text: str, file: str, problems: list[Problem]) -> Iterator[_Row]:
    columns: Sequence[str] = (*COLUMNS, *OPTIONAL)
    is_first = True
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if is_first and cells[0].casefold() == "id":
                columns = [cell.casefold() for cell in cells]
                known = (*COLUMNS, *OPTIONAL)
                wrong = [f"unknown column {name!r}{nearest(name, known)}" for name in columns if name not in known]
                missing = [f"column {name!r} is missing" for name in COLUMNS if name not in columns]
                twice = [f"column {name!r} stands twice" for name in known if columns.count(name) > 1]
                problems += [Problem(file, reader.line_num, "", told) for told in (*wrong, *missing, *twice)]
            elif not len(COLUMNS) <= len(cells) <= len(columns):
                told = f"has {len(cells)} fields, not {len(COLUMNS)} to {len(columns)}"
                problems.append(Problem(file, reader.line_num, "", told))
            else:
                yield _Row(reader.line_num, dict(zip(columns, cells, strict=False)))
            is_first = False
    except csv.Error as error:
        problems.append(Problem(file, reader.line_num, "", f"is no CSV: {error}"))


def _features(text: str, file: str, problems: list[Problem]) -> Iterator[_Row]:
    try:
        data: Any = json.loads(text)
        features = data["features"]
        if data.get("type") != "FeatureCollection" or not isinstance(features, list):
            raise TypeError("it is no FeatureCollection")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        problems.append(Problem(file, line, "", f"is no GeoJSON FeatureCollection: {error}"))
        return
    for number, feature in enumerate(features, start=1):
        where = f"feature {number}"
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        point = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
        if not isinstance(point, list) or len(point) < 2:
            problems.append(Problem(file, 1, where, "must be a Feature with a Point"))
            continue
        properties = feature.get("properties")
        cells = {
            str(key).casefold(): value for key, value in (properties if isinstance(properties, dict) else {}).items()
        }
        told = {"id": feature.get("id"), **cells, "lon": point[0], "lat": point[1]}
        yield _Row(1, {key: "" if value is None else str(value).strip() for key, value in told.items()}, where)


class _Reading:
    def __init__(self, file: str, row: _Row, problems: list[Problem]) -> None:
        self._file, self._row, self._problems = file, row, problems

    def bad(self, column: str, text: str) -> None:
        where = f"{self._row.where}, {column}" if self._row.where else column
        self._problems.append(Problem(self._file, self._row.line, where, text))

    def incident(self, kinds: Sequence[str]) -> ListedIncident:
        cells = self._row.cells
        name, kind = cells.get("id", ""), cells.get("kind", "")
        if not 0 < len(name) <= LONGEST_ID or not name.isprintable():
            self.bad("id", f"{name[:LONGEST_ID]!r} must be 1 to {LONGEST_ID} letters")
        if kind not in kinds:
            shown = kind[:LONGEST_ID]
            self.bad("kind", f"{shown!r} has no run card{nearest(shown, list(kinds))}")
        return ListedIncident(
            name,
            kind,
            self._number("lon", 180),
            self._number("lat", 90),
            self._whole("priority", PRIORITIES),
            self._whole("alarm_level", LEVELS) or 1,
            self._instant("received_at"),
            self._row.line,
        )

    def _number(self, column: str, limit: float) -> float:
        text = self._row.cells.get(column, "")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not abs(value) <= limit:
            self.bad(column, f"must be a number from {-limit:g} to {limit:g}, not {text[:LONGEST_ID]!r}")
            return 0.0
        return value

    def _whole(self, column: str, allowed: range) -> int | None:
        text = self._row.cells.get(column, "")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and int(text) in allowed):
            self.bad(column, f"must be {allowed.start} to {allowed.stop - 1}, not {text[:LONGEST_ID]!r}")
            return None
        return int(text)

    def _instant(self, column: str) -> datetime | None:
        text = self._row.cells.get(column, "")
        if not text:
            return None
        try:
            return read_instant(text)
        except ValueError as error:
            self.bad(column, str(error))
            return None
