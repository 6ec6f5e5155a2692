"""Positions as lines of text, from trackers and gateways: JSON or CSV, each line judged for itself."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from gis.instants import read_instant
from resources.position import Fix
from resources.position_frames import LONGEST_ID

LONGEST_LINE = 4_096  # bytes
COLUMNS = ("unit_id", "lon", "lat", "fixed_at", "speed_mps", "heading_deg")
_NEEDED = COLUMNS[:4]
_LATEST_S = 7_258_118_400.0  # the year 2200


class BadLine(ValueError):
    """A line holds no position; `code` says why in a word, for counting, and the message in full."""

    def __init__(self, code: str, told: str) -> None:
        super().__init__(told)
        self.code = code


class _Line(msgspec.Struct):
    unit_id: Any = None
    lon: Any = None
    lat: Any = None
    fixed_at: Any = None
    speed_mps: Any = None
    heading_deg: Any = None
    exercise: Any = False


class LineReader:
    """Read positions from lines of JSON objects or of CSV; a first line of names may order the columns.

    Fields: `unit_id`, `lon`, `lat` (WGS 84), `fixed_at` (ISO 8601 with its offset, or seconds since 1970), and where
    they are known `speed_mps` and `heading_deg`. `exercise: true` in JSON says that a message is not real.
    """

    def __init__(
        self, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC), source: str = "gateway", is_practice: bool
    ) -> None:
        self._clock = clock
        self._source = source
        self._is_practice = is_practice
        self._places = list(range(len(COLUMNS)))  # in a line, of each of COLUMNS; -1 for one that is not there
        self._is_begun = False
        self._decoder = msgspec.json.Decoder(_Line)

    def read(self, line: bytes) -> Fix | None:
        """Return the position of a line, None for one that is empty or names the columns. Raises BadLine."""
        line = line.strip()
        if not line:
            return None
        if len(line) > LONGEST_LINE:
            raise BadLine("too_long", f"longer than {LONGEST_LINE:,} bytes")
        is_first, self._is_begun = not self._is_begun, True
        if line.startswith(b"{"):
            return self._from_json(line)
        return self._from_csv(line, is_first=is_first)

    def _from_json(self, line: bytes) -> Fix:
        try:
            found = self._decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise BadLine("not_json", f"it is not JSON: {error}") from None
        if found.exercise is not False and not self._is_practice:
            raise BadLine("exercise", "it is of an exercise, and this log is live")
        return self._fix(found.unit_id, found.lon, found.lat, found.fixed_at, found.speed_mps, found.heading_deg)

    def _from_csv(self, line: bytes, *, is_first: bool) -> Fix | None:
        try:
            words = line.decode("utf-8-sig" if is_first else "utf-8")
            cells = next(csv.reader([words], strict=True)) if '"' in words else words.split(",")
        except (UnicodeDecodeError, csv.Error, StopIteration):
            raise BadLine("not_csv", "it is neither JSON nor CSV in UTF-8") from None
        if is_first:
            names = [cell.strip().casefold() for cell in cells]
            if "unit_id" in names:
                missing = [name for name in _NEEDED if name not in names]
                if missing:
                    raise BadLine("columns", f"the columns lack {', '.join(missing)}")
                self._places = [names.index(name) if name in names else -1 for name in COLUMNS]
                return None
        if len(cells) <= max(self._places[: len(_NEEDED)]):
            raise BadLine("columns", f"it has {len(cells)} cells, too few for {', '.join(_NEEDED)}")
        count = len(cells)
        return self._fix(*((cells[at].strip() or None) if 0 <= at < count else None for at in self._places))

    def _fix(self, unit_id: Any, lon: Any, lat: Any, fixed_at: Any, speed: Any, heading: Any) -> Fix:
        if isinstance(unit_id, int) and not isinstance(unit_id, bool):
            unit_id = str(unit_id)
        if not isinstance(unit_id, str) or not unit_id.isprintable() or not 0 < len(unit_id) <= LONGEST_ID:
            raise BadLine("unit_id", f"unit_id {_shown(unit_id)} is not 1 to {LONGEST_ID} signs that can be printed")
        found_lon, found_lat = _number("lon", lon, 180), _number("lat", lat, 90)
        return Fix(
            unit_id,
            found_lon,
            found_lat,
            _instant(fixed_at),
            self._clock(),
            None if speed is None else _number("speed_mps", speed, 1_000),
            None if heading is None else _number("heading_deg", heading, 360) % 360,
            self._source,
        )


def _number(name: str, value: Any, most: float) -> float:
    try:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        is_text = isinstance(value, str) and "_" not in value  # which float reads as nothing
        found = float(value) if is_number or is_text else math.nan
    except (ValueError, OverflowError):
        found = math.nan
    if not abs(found) <= most:  # NaN is not
        raise BadLine(name, f"{name} {_shown(value)} is no number from {-most:g} to {most:g}")
    return found


def _instant(value: Any) -> datetime:
    try:
        if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
            return read_instant(value)
        seconds = _number("fixed_at", value, _LATEST_S)
        return datetime.fromtimestamp(seconds, UTC)
    except (BadLine, ValueError, OverflowError, OSError):
        raise BadLine(
            "fixed_at", f"fixed_at {_shown(value)} is no moment such as 2026-03-02T22:30:05+02:00 or 1772483405"
        ) from None


def _shown(value: Any) -> str:
    """Return a value so that it stays on its line: everything that is no plain sign is escaped."""
    text = json.dumps(value if isinstance(value, str | int | float | bool) else str(value))
    return text if len(text) <= 60 else f"{text[:60]}…"
