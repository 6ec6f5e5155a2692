"""Frames of positions: what goes in comes out, as near as it says; what is no frame is refused."""

from __future__ import annotations

import math
import zlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.position import Fix
from resources.position_frames import MOST_BYTES, MOST_FIXES, BadFrame, pack, unpack

AT = datetime(2026, 3, 2, 8, 0, 0, 123_456, tzinfo=UTC)
INSTANTS = st.integers(0, 7_200_000_000 * 1_000_000).map(
    lambda us: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
)
FIXES = st.builds(
    Fix,
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=64),
    st.floats(-180, 180),
    st.floats(-90, 90),
    INSTANTS,
    INSTANTS,
    st.none() | st.floats(0, 6_400),
    st.none() | st.floats(0, 360),
    st.sampled_from(["avl", "gateway 2", ""]),
)


@given(st.lists(FIXES, max_size=30, unique_by=lambda fix: fix.unit_id))
@settings(max_examples=60, deadline=None)
def test_what_goes_in_comes_out(fixes: list[Fix]) -> None:
    found = [fix for frame in pack(fixes) for fix in unpack(frame)]
    assert [fix.unit_id for fix in found] == sorted(fix.unit_id for fix in fixes)
    given_ = {fix.unit_id: fix for fix in fixes}
    for fix in found:
        was = given_[fix.unit_id]
        assert fix.source == was.source
        assert math.isclose(fix.lon, was.lon, abs_tol=6e-7) and math.isclose(fix.lat, was.lat, abs_tol=6e-7)
        for now, before in ((fix.fixed_at, was.fixed_at), (fix.received_at, was.received_at)):
            assert timedelta(0) <= before - now < timedelta(milliseconds=1)  # never newer than it was
        for now, before in ((fix.speed_mps, was.speed_mps), (fix.heading_deg, was.heading_deg)):
            assert now == before if now is None or before is None else abs(now - before) <= 0.051


def test_many_become_several_frames_and_few_bytes() -> None:
    fixes = [Fix(f"unit-{n}", 24.9 + n / 1e5, 60.1 + n / 1e5, AT, AT, 10.0, n % 360) for n in range(2 * MOST_FIXES + 1)]
    frames = list(pack(fixes))
    assert len(frames) == 3 and list(pack([])) == []
    assert sum(map(len, frames)) < 20 * len(fixes)


def test_speeds_and_headings_that_cannot_be_are_unknown() -> None:
    [frame] = pack([Fix("E1", 24.9, 60.1, AT, AT, -1.0, math.nan)])
    assert (unpack(frame)[0].speed_mps, unpack(frame)[0].heading_deg) == (None, None)


GOOD = next(pack([Fix("E1", 24.9, 60.1, AT, AT)]))


def _changed(place: int, value: object) -> bytes:
    content = msgspec.msgpack.decode(zlib.decompress(GOOD))
    content[place] = value
    return zlib.compress(msgspec.msgpack.encode(content))


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"no frame",
        GOOD[:-3],
        zlib.compress(b"\xc1"),
        zlib.compress(bytes(MOST_BYTES + 1)),
        zlib.compress(msgspec.msgpack.encode([1, 2])),
        _changed(0, 2),
        _changed(1, ["E1", "E2"]),
        _changed(1, [7]),
        _changed(2, []),
        _changed(3, b"\xff"),
        _changed(4, [b"1234"]),
        _changed(4, [b"1234", b"1234", b"\xff" * 7 + b"\x7f", bytes(8), bytes(2), bytes(2)]),
    ],
)
def test_what_is_no_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(BadFrame):
        unpack(frame)
