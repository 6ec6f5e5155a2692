"""Read the four things of a photograph's EXIF that evidence needs: instant, place, how good the place is, and which
side is up. The rest (owner, serial numbers, maker's notes, the small picture) is never looked at.

Where a photograph was taken is personal data: it may tell where a reporter lives or a collector stood. It is worked
with in memory and stays in the kept file; what goes into the log is only whether it was near, and how far.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from gis.measure import LonLat

MOST_BYTES = 65_536  # what one segment of a JPEG can hold; of a PNG no more is read
MOST_FIELDS = 512  # of one table; cameras write some sixty
MOST_VALUE_BYTES = 64  # of a field that is read here; the longest is an instant, 20 letters
MOST_ERROR_M = 100_000.0

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}  # bytes of one value of a type (TIFF 6.0, EXIF 3.0)
_ORIENTATION, _EXIF_TABLE, _GPS_TABLE = 0x0112, 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET, _TAKEN_FRACTION = 0x9003, 0x9011, 0x9291
_LAT_SIDE, _LAT, _LON_SIDE, _LON, _GPS_TIME, _GPS_STATUS, _GPS_DATE, _GPS_ERROR = 1, 2, 3, 4, 7, 9, 0x1D, 0x1F
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

Value = bytes | tuple[float, ...]
Table = dict[int, Value]


@dataclass(frozen=True, slots=True)
class Exif:
    """Hold what a camera says of a photograph; it is a claim of whoever made the file, not a proof.

    `taken_at` is aware UTC; `taken_by` says from what: `offset` (the camera gave its offset), `gps`, `zone` (its
    clock read in the city's zone), empty where there is none. `position` is (lon, lat) in WGS 84. `orientation` is 1
    to 8 as EXIF counts. `problem`: `damaged`, `too_large` or `too_many`; what could be read stands all the same.
    """

    taken_at: datetime | None = None
    taken_by: str = ""
    position: LonLat | None = None
    position_error_m: float | None = None
    orientation: int = 1
    problem: str = ""


def read_exif(block: bytes, *, zone: tzinfo = UTC) -> Exif:
    """Return what an EXIF block says (it begins with a TIFF header). Never raises, and reads each table once.

    `zone` is the city's, for cameras that write only what their clock showed.
    """
    if not block:
        return Exif()
    if len(block) > MOST_BYTES:
        return Exif(problem="too_large")
    reader = _Reader(block)
    main = reader.table(reader.start)
    taken = reader.table_named(main, _EXIF_TABLE)
    gps = reader.table_named(main, _GPS_TABLE)
    found = Exif(orientation=_orientation(main), problem=reader.problem)
    position = _position(gps)
    if position is not None:
        found = replace(found, position=position, position_error_m=_error_m(gps))
    instants = (("offset", _by_offset(taken)), ("gps", _by_gps(gps)), ("zone", _by_zone(taken, zone)))
    for taken_by, taken_at in instants:
        if taken_at is not None and _EARLIEST <= taken_at < _LATEST:
            return replace(found, taken_at=taken_at, taken_by=taken_by)
    return found


class _Reader:
    """Read tables of a TIFF block; whatever points outside it is a problem, not an error."""

    def __init__(self, block: bytes) -> None:
        self._block = block
        self._order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4], "")
        self.problem = "" if self._order and len(block) >= 8 else "damaged"
        self.start = 0 if self.problem else struct.unpack_from(f"{self._order}I", block, 4)[0]

    def table_named(self, main: Table, field: int) -> Table:
        """Return the table that a field of the main one points to, empty where there is none."""
        match main.get(field):
            case (float(start),):
                return self.table(int(start))
        return {}

    def table(self, start: int) -> Table:
        """Return the fields of the table at `start` that can be read; of two with one number the first."""
        found: Table = {}
        for field, kind, count, entry in self._fields(start):
            size = _SIZES.get(kind, 0) * count
            if field in found or not 0 < size <= MOST_VALUE_BYTES:
                continue
            at = entry if size <= 4 else struct.unpack_from(f"{self._order}I", self._block, entry)[0]
            raw = self._block[at : at + size]
            if len(raw) < size:
                self.problem = "damaged"
            else:
                found[field] = raw if kind in (1, 2, 7) else self._numbers(kind, count, raw)
        return found

    def _fields(self, start: int) -> Iterator[tuple[int, int, int, int]]:
        if self.problem or not 8 <= start <= len(self._block) - 2:
            self.problem = self.problem or "damaged"
            return
        (count,) = struct.unpack_from(f"{self._order}H", self._block, start)
        if count > MOST_FIELDS:
            self.problem = "too_many"
            return
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            if entry + 12 > len(self._block):
                self.problem = "damaged"
                return
            yield *struct.unpack_from(f"{self._order}HHI", self._block, entry), entry + 8

    def _numbers(self, kind: int, count: int, raw: bytes) -> tuple[float, ...]:
        letter = {3: "H", 4: "I", 5: "II", 9: "i", 10: "ii"}[kind]
        whole = struct.unpack(self._order + letter * count, raw)
        if len(letter) == 1:
            return tuple(float(each) for each in whole)
        pairs = zip(whole[::2], whole[1::2], strict=True)
        return tuple(top / bottom if bottom else math.nan for top, bottom in pairs)


def _text(table: Table, field: int) -> str:
    value = table.get(field)
    return value.split(b"\0")[0].decode("ascii", "replace").strip() if isinstance(value, bytes) else ""


def _numbers(table: Table, field: int, count: int) -> tuple[float, ...]:
    """Return exactly so many finite numbers that are not negative, or none."""
    value = table.get(field)
    if not isinstance(value, tuple) or len(value) != count:
        return ()
    return value if all(0 <= each < math.inf for each in value) else ()


def _orientation(main: Table) -> int:
    value = _numbers(main, _ORIENTATION, 1)
    return int(value[0]) if value and 1 <= value[0] <= 8 else 1


def _position(gps: Table) -> LonLat | None:
    if _text(gps, _GPS_STATUS) == "V":  # void: the receiver knew of no fix
        return None
    lon = _degrees(gps, _LON, {"E": 1, "W": -1}.get(_text(gps, _LON_SIDE), 0), 180)
    lat = _degrees(gps, _LAT, {"N": 1, "S": -1}.get(_text(gps, _LAT_SIDE), 0), 90)
    if lon is None or lat is None or (lon, lat) == (0, 0):  # cameras without a fix write noughts
        return None
    return lon, lat


def _degrees(gps: Table, field: int, side: int, most: int) -> float | None:
    parts = _numbers(gps, field, 3)
    if not parts or not side or parts[1] > 60 or parts[2] > 60:
        return None
    degrees = parts[0] + parts[1] / 60 + parts[2] / 3600
    return side * degrees if degrees <= most else None


def _error_m(gps: Table) -> float | None:
    value = _numbers(gps, _GPS_ERROR, 1)
    return value[0] if value and value[0] <= MOST_ERROR_M else None


def _clock(table: Table) -> datetime | None:
    """Return what the camera's clock showed, without a zone."""
    try:
        shown = datetime.strptime(_text(table, _TAKEN), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None
    fraction = _text(table, _TAKEN_FRACTION)[:6]
    return shown.replace(microsecond=int(fraction.ljust(6, "0"))) if fraction.isdecimal() else shown


def _by_offset(table: Table) -> datetime | None:
    shown, offset = _clock(table), _text(table, _TAKEN_OFFSET)
    if shown is None or len(offset) != 6 or offset[0] not in "+-" or offset[3] != ":":
        return None
    if not (offset[1:3].isdecimal() and offset[4:].isdecimal()):
        return None
    span = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:]))
    if span > timedelta(hours=15):
        return None
    return _utc(shown, timezone(-span if offset[0] == "-" else span))


def _by_gps(gps: Table) -> datetime | None:
    time = _numbers(gps, _GPS_TIME, 3)
    try:
        day = datetime.strptime(_text(gps, _GPS_DATE), "%Y:%m:%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    if not time or time[0] >= 24 or time[1] >= 60 or time[2] >= 61 or not _EARLIEST <= day < _LATEST:
        return None
    return day + timedelta(hours=time[0], minutes=time[1], seconds=time[2])


def _by_zone(table: Table, zone: tzinfo) -> datetime | None:
    shown = _clock(table)
    return None if shown is None else _utc(shown, zone)


def _utc(shown: datetime, zone: tzinfo) -> datetime | None:
    try:
        return shown.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:  # the first and the last day of the calendar
        return None
