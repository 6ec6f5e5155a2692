"""EXIF is read with bounds, in either order of bytes, and nothing in it makes the reader raise or wander."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.exif import MOST_BYTES, Exif, read_exif
from tests.photographs import exif_block, tiff
from tests.work import lines_run

HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize("order", ["<", ">"])
def test_what_a_telephone_writes_is_read(order: str) -> None:
    block = exif_block(
        taken="2026:03:02 10:00:05", offset="+02:00", fraction="25", position=(24.9384, 60.1699), error_m=4.7,
        orientation=6, order=order,
    )  # fmt: skip
    found = read_exif(block)
    assert found.taken_at == datetime(2026, 3, 2, 8, 0, 5, 250_000, tzinfo=UTC)
    assert (found.taken_by, found.orientation, found.problem) == ("offset", 6, "")
    assert found.position == pytest.approx((24.9384, 60.1699), abs=1e-6)
    assert found.position_error_m == pytest.approx(4.7)


def test_south_and_west_are_negative() -> None:
    assert read_exif(exif_block(position=(-58.5, -34.25))).position == pytest.approx((-58.5, -34.25))


def test_a_clock_without_an_offset_is_read_in_the_citys_zone_and_the_satellites_come_first() -> None:
    summer = exif_block(taken="2026:07:01 12:00:00")
    assert read_exif(summer, zone=HELSINKI) == Exif(datetime(2026, 7, 1, 9, tzinfo=UTC), "zone")
    both = exif_block(taken="2026:07:01 12:00:00", gps_at=("2026:07:01", (8, 59, 58)))
    assert read_exif(both, zone=HELSINKI) == Exif(datetime(2026, 7, 1, 8, 59, 58, tzinfo=UTC), "gps")


@pytest.mark.parametrize(
    ("taken", "offset"),
    [
        ("0000:00:00 00:00:00", ""), ("    :  :     :  :  ", ""), ("2026:13:02 10:00:00", ""), ("not a moment", ""),
        ("0001:01:01 00:00:00", "+14:00"), ("9999:12:31 23:59:59", "-12:00"), ("1969:12:31 23:59:59", "+00:00"),
    ],
)  # fmt: skip
def test_no_instant_is_made_of_what_is_none(taken: str, offset: str) -> None:
    assert read_exif(exif_block(taken=taken, offset=offset)).taken_at is None


@pytest.mark.parametrize("offset", ["+99:00", "Z", "+2:00", "+٠٢:00", "02:00+"])
def test_a_strange_offset_counts_as_none(offset: str) -> None:
    found = read_exif(exif_block(taken="2026:03:02 10:00:05", offset=offset), zone=HELSINKI)
    assert (found.taken_by, found.taken_at) == ("zone", datetime(2026, 3, 2, 8, 0, 5, tzinfo=UTC))


def test_no_position_is_made_of_noughts_or_a_void_fix() -> None:
    assert read_exif(exif_block(position=(0.0, 0.0))).position is None
    assert read_exif(exif_block(position=(24.9, 60.1), status="V")).position is None
    assert read_exif(exif_block(position=(24.9, 60.1), status="A")).position is not None


@pytest.mark.parametrize(
    "parts", [(91, 1, 0, 1, 0, 1), (60, 0, 0, 1, 0, 1), (60, 1, 61, 1, 0, 1), (60, 1, 0, 1, 2**32 - 1, 1), (60, 1)]
)
def test_no_position_is_made_of_what_no_globe_has(parts: tuple[int, ...]) -> None:
    lat = struct.pack(f"<{len(parts)}I", *parts)
    lon = struct.pack("<6I", 24, 1, 0, 1, 0, 1)
    gps = [(1, 2, b"N\0"), (2, 5, lat), (3, 2, b"E\0"), (4, 5, lon)]
    assert read_exif(tiff([], {0x8825: gps})).position is None


def test_a_position_without_its_hemisphere_is_none() -> None:
    lon = struct.pack("<6I", 24, 1, 0, 1, 0, 1)
    assert read_exif(tiff([], {0x8825: [(2, 5, lon), (3, 2, b"E\0"), (4, 5, lon)]})).position is None


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_an_orientation_that_is_none_is_upright(value: int) -> None:
    assert read_exif(tiff([(0x0112, 3, struct.pack("<H", value))], {})).orientation == 1


def test_a_table_that_points_to_itself_is_read_once() -> None:
    looped = bytearray(tiff([(0x8769, 4, struct.pack("<I", 8)), (0x8825, 4, struct.pack("<I", 8))], {}))
    looped[-4:] = struct.pack("<I", 8)  # and the next table is this one
    assert read_exif(bytes(looped)) == Exif()
    assert lines_run(lambda: read_exif(bytes(looped))) < 2_000


def test_a_bomb_of_fields_or_bytes_is_told_and_costs_nothing() -> None:
    many = b"II*\0\x08\0\0\0" + struct.pack("<H", 65_535) + b"\xff" * 60_000
    huge = tiff([(0x0112, 3, b"\x06\0"), (0x9003, 2, b"x" * 3000)], {})
    counted = tiff([(0x0112, 3, b"\x06\0")], {}).replace(
        struct.pack("<HHI", 0x0112, 3, 1), struct.pack("<HHI", 0x0112, 3, 2**31)
    )
    assert read_exif(many).problem == "too_many"
    assert read_exif(b"II*\0" + b"\0" * MOST_BYTES).problem == "too_large"
    assert read_exif(huge) == Exif(orientation=6)
    assert read_exif(counted) == Exif()
    for bomb in (many, b"II*\0" + b"\0" * MOST_BYTES, huge, counted):
        assert lines_run(lambda bomb=bomb: read_exif(bomb)) < 2_000  # type: ignore[misc]


def test_what_points_outside_is_told_and_the_rest_stands() -> None:
    block = tiff([(0x0112, 3, b"\x06\0"), (0x8769, 4, struct.pack("<I", 2**32 - 1))], {})
    assert read_exif(block) == Exif(orientation=6, problem="damaged")
    assert read_exif(b"no tiff at all").problem == "damaged"
    assert read_exif(b"") == Exif()


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 400), junk=st.binary(min_size=1, max_size=12), cut=st.integers(0, 400))
def test_a_spoilt_block_never_raises(at: int, junk: bytes, cut: int) -> None:
    block = exif_block(
        taken="2026:03:02 10:00:05",
        offset="+02:00",
        position=(24.9, 60.1),
        gps_at=("2026:03:02", (8, 0, 5)),
        orientation=8,
    )
    at %= len(block)
    found = read_exif((block[:at] + junk + block[at + len(junk) :])[: len(block) - cut % 60], zone=HELSINKI)
    assert 1 <= found.orientation <= 8
    assert found.position is None or (abs(found.position[0]) <= 180 and abs(found.position[1]) <= 90)
