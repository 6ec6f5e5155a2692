"""Many positions as few bytes: the frames in which a room hands them from seat to seat."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray

from resources.position import Fix

MOST_FIXES = 1_000  # in one frame: what a slow wire carries in a second or two
MOST_BYTES = 1_000_000  # of one frame unpacked; more is no frame of ours
LONGEST_ID, LONGEST_SOURCE = 64, 40
_UNKNOWN = 65_535
_DEGREE = 1e6  # a tenth of a metre
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELDS = (("lon", "<i4"), ("lat", "<i4"), ("fixed", "<i8"), ("received", "<i8"), ("speed", "<u2"), ("heading", "<u2"))


class BadFrame(ValueError):
    """What came is no frame of positions."""


class _Frame(msgspec.Struct, array_like=True):
    version: int
    unit_ids: list[str]
    sources: list[str]
    source_of: bytes
    columns: list[bytes]  # in the order of _FIELDS, as planes of bytes


def pack(fixes: Sequence[Fix]) -> Iterator[bytes]:
    """Yield frames that hold `fixes`, up to `MOST_FIXES` each, sorted by unit.

    A position keeps a tenth of a metre, a millisecond (cut off, not rounded: a fix that comes back is no newer than
    the one that went), a tenth of a metre a second and a tenth of a degree.
    """
    ordered = sorted(fixes, key=lambda fix: fix.unit_id)
    for begin in range(0, len(ordered), MOST_FIXES):
        yield _pack(ordered[begin : begin + MOST_FIXES])


def unpack(frame: bytes) -> list[Fix]:
    """Return the positions of a frame. Raises BadFrame."""
    opened = zlib.decompressobj()
    try:
        content = opened.decompress(frame, MOST_BYTES)
        if not opened.eof:
            raise BadFrame("a frame is cut off, or far larger than a frame can be")
        found = msgspec.msgpack.decode(content, type=_Frame)
    except (zlib.error, msgspec.DecodeError) as error:
        raise BadFrame(f"no frame of positions: {error}") from None
    count = len(found.unit_ids)
    if found.version != 1:
        raise BadFrame(f"a frame of version {found.version}: this program reads 1")
    sizes = [len(column) == count * np.dtype(kind).itemsize for column, (_, kind) in _both(found.columns)]
    if count > MOST_FIXES or not all(sizes) or len(found.source_of) != count:
        raise BadFrame("the columns of a frame are not of one length")
    if count and max(found.source_of) >= len(found.sources):
        raise BadFrame("a frame names a source that it does not hold")
    if not count:
        return []
    values = {name: _values(column, kind) for column, (name, kind) in _both(found.columns)}
    try:
        return _fixes(found, values)
    except (OverflowError, ValueError) as error:
        raise BadFrame(f"a frame holds what cannot be: {error}") from None


def _both(columns: list[bytes]) -> Iterator[tuple[bytes, tuple[str, str]]]:
    if len(columns) != len(_FIELDS):
        raise BadFrame(f"a frame has {len(columns)} columns and not {len(_FIELDS)}")
    return zip(columns, _FIELDS, strict=True)


def _pack(fixes: Sequence[Fix]) -> bytes:
    sources = sorted({fix.source[:LONGEST_SOURCE] for fix in fixes})[:256]
    place_of = {source: place for place, source in enumerate(sources)}
    columns: dict[str, list[int]] = {
        "lon": [round(fix.lon * _DEGREE) for fix in fixes],
        "lat": [round(fix.lat * _DEGREE) for fix in fixes],
        "fixed": [_ms(fix.fixed_at) for fix in fixes],
        "received": [_ms(fix.received_at) for fix in fixes],
        "speed": [_tenths(fix.speed_mps) for fix in fixes],
        "heading": [_tenths(fix.heading_deg) for fix in fixes],
    }
    frame = _Frame(
        1,
        [fix.unit_id[:LONGEST_ID] for fix in fixes],
        sources,
        bytes(place_of.get(fix.source[:LONGEST_SOURCE], 0) for fix in fixes),
        [_planes(np.array(columns[name], kind)) for name, kind in _FIELDS],
    )
    return zlib.compress(msgspec.msgpack.encode(frame), 1)


def _fixes(frame: _Frame, values: dict[str, NDArray[np.int64]]) -> list[Fix]:
    sources = frame.sources
    lon, lat = (np.clip(values[name] / _DEGREE, -1e3, 1e3).tolist() for name in ("lon", "lat"))
    speed, heading = values["speed"].tolist(), values["heading"].tolist()
    instants: dict[int, datetime] = {}  # all of a batch were received in one moment
    received = [
        instants.get(ms) or instants.setdefault(ms, _EPOCH + timedelta(milliseconds=ms))
        for ms in values["received"].tolist()
    ]
    return [
        Fix(
            unit_id,
            lon[row],
            lat[row],
            _EPOCH + timedelta(milliseconds=fixed_ms),
            received[row],
            None if speed[row] == _UNKNOWN else speed[row] / 10,
            None if heading[row] == _UNKNOWN else heading[row] / 10,
            sources[frame.source_of[row]],
        )
        for row, (unit_id, fixed_ms) in enumerate(zip(frame.unit_ids, values["fixed"].tolist(), strict=True))
    ]


def _planes(values: NDArray[np.integer]) -> bytes:
    """Return all first bytes, then all second ones, ...: the high ones are alike, and take little room packed."""
    return values.view(np.uint8).reshape(len(values), -1).T.tobytes()


def _values(planes: bytes, kind: str) -> NDArray[np.int64]:
    shape = (np.dtype(kind).itemsize, -1)
    return np.frombuffer(planes, np.uint8).reshape(shape).T.copy().view(kind).ravel().astype(np.int64)


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _tenths(value: float | None) -> int:
    return _UNKNOWN if value is None or not 0 <= value < 6_500 else round(value * 10)
