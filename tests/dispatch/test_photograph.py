"""What is no whole, ordinary photograph is refused by name, fast, and before any decoder sees it."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.photograph import JPEG, PNG, Photograph, inspect
from dispatch.photograph_walk import MOST_BYTES
from dispatch.refused import Refused
from tests import photographs as p
from tests.work import lines_run

JPEG_DATA, PNG_DATA = p.jpeg(), p.png()


def refusal(data: bytes, name: str = "") -> Refused:
    """Return how `data` is refused; it must not take much work."""
    told: list[Refused] = []

    def look() -> None:
        with pytest.raises(Refused) as caught:
            inspect(data, name)
        told.append(caught.value)

    assert lines_run(look) < 100_000
    return told[0]


@pytest.mark.parametrize("name", ["", "a.jpg", "B.JPEG", "c.jfif", "日期.jpg"])
def test_a_jpeg_is_one(name: str) -> None:
    exif = p.exif_block(orientation=6)
    assert inspect(p.jpeg(80, 60, exif=exif), name) == Photograph(JPEG, 80, 60, exif)
    assert inspect(p.jpeg(80, 60, progressive=True), name) == Photograph(JPEG, 80, 60)


def test_a_png_is_one_and_carries_exif_too() -> None:
    exif = p.exif_block(orientation=3)
    assert inspect(p.with_chunk(PNG_DATA, b"eXIf", exif), "a.png") == Photograph(PNG, 64, 48, exif)
    assert inspect(p.with_chunk(PNG_DATA, b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * 1000))).width_px == 64


@pytest.mark.parametrize(("depth", "colour", "channels"), [(1, 0, 1), (4, 3, 1), (16, 2, 3), (8, 4, 2), (16, 6, 4)])
@pytest.mark.parametrize("size", [(1, 1), (13, 9), (64, 5)])
def test_every_kind_of_png_is_counted_right(depth: int, colour: int, channels: int, size: tuple[int, int]) -> None:
    width_px, height_px = size
    line = 1 + (width_px * depth * channels + 7) // 8
    data = p.drawn_png(*size, zlib.compress(bytes(line * height_px)), depth=depth, colour=colour)
    assert inspect(data).height_px == height_px
    assert refusal(p.drawn_png(*size, zlib.compress(bytes(line * height_px - 1)), depth=depth, colour=colour)).code == (
        "evidence_truncated"
    )


def test_an_interlaced_png_is_counted_by_its_passes() -> None:
    # 5 × 3 of one byte a pixel: passes of 1×1, 1×1, 2×0, 1×1, 3×1, 2×2 and 5×1 as Adam7 takes them
    lines = [1, 1, 1, 3, 2, 2, 5]
    content = bytes(sum(lines) + len(lines))
    assert inspect(p.drawn_png(5, 3, zlib.compress(content), colour=0, interlace=1)).width_px == 5
    assert refusal(p.drawn_png(5, 3, zlib.compress(content + b"\0"), colour=0, interlace=1)).code == "evidence_bomb"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"GIF89a" + b"\0" * 20, "gif"), (b"%PDF-1.7", "pdf"), (p.archive(), "zip"), (b"MZ\x90\0", "program"),
        (b"\0\0\0\x18ftypheic", "heic"), (b"\0\0\0\x18ftypavif", "avif"), (b"\0\0\0\x18ftypisom", "video"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"), (b"<svg onload='x'>", "text"), (b"\xef\xbb\xbf <html>", "text"),
        (b"#!/bin/sh", "text"), (b"II*\0", "tiff"), (b"\xff\xd8", "unknown"), (b"\0" * 64, "unknown"),
    ],
)  # fmt: skip
def test_what_is_something_else_is_called_by_its_name(data: bytes, found: str) -> None:
    refused = refusal(data, "photo.jpg")
    assert (refused.code, refused.parameters) == ("evidence_not_a_photograph", {"photograph_found": found})


@pytest.mark.parametrize("name", ["a.png", "a.jpg.exe", "a.heic", "a.svg"])
def test_a_wrong_extension_is_told_with_what_it_is(name: str) -> None:
    refused = refusal(JPEG_DATA, name)
    assert (refused.code, refused.parameters["photograph_found"]) == ("evidence_wrong_extension", JPEG)


def test_nothing_and_too_much_are_refused() -> None:
    assert refusal(b"").code == "evidence_empty"
    assert refusal(JPEG_DATA + bytes(MOST_BYTES)).code == "evidence_too_large"


@settings(max_examples=60, deadline=None)
@given(st.data())
@pytest.mark.parametrize("whole", [JPEG_DATA, p.jpeg(progressive=True), PNG_DATA], ids=["jpeg", "progressive", "png"])
def test_a_photograph_that_was_cut_anywhere_is_refused(whole: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(whole) - 1))
    assert refusal(whole[:cut]).code in ("evidence_truncated", "evidence_not_a_photograph")


@settings(max_examples=150, deadline=None)
@given(st.data())
@pytest.mark.parametrize("whole", [JPEG_DATA, PNG_DATA], ids=["jpeg", "png"])
def test_spoilt_bytes_are_refused_or_pass_but_never_raise_otherwise(whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(3, len(whole) - 1))
    junk = data.draw(st.binary(min_size=1, max_size=8))
    try:
        found = inspect(whole[:at] + junk + whole[at + len(junk) :])
    except Refused as refused:
        assert refused.code.startswith("evidence_")
    else:
        assert found.width_px * found.height_px <= 110_000_000


def test_any_changed_byte_of_a_png_is_refused() -> None:
    for at in range(8, len(PNG_DATA)):
        changed = bytearray(PNG_DATA)
        changed[at] ^= 0x10
        refusal(bytes(changed))


def test_a_size_that_its_bytes_cannot_fill_is_refused() -> None:
    """A picture of 100 megapixels in a kilobyte costs a decoder gigabytes."""
    for progressive in (False, True):
        data = p.jpeg(progressive=progressive)
        assert refusal(p.with_size(data, 10_000, 10_000)).code == "evidence_truncated"
        assert refusal(p.with_size(data, 65_500, 65_500)).code == "evidence_too_many_pixels"
        assert refusal(p.with_size(data, 0, 10)).code == "evidence_damaged"
    assert refusal(p.drawn_png(2**31, 1, b"")).code == "evidence_too_many_pixels"


def test_packed_bombs_stop_where_the_picture_is_full() -> None:
    bomb = zlib.compress(bytes(20_000_000), 9)
    assert refusal(p.drawn_png(64, 48, bomb)).code == "evidence_bomb"
    for kind, before in ((b"zTXt", b"a\0\0"), (b"iCCP", b"a\0\0"), (b"iTXt", b"a\0\1\0\0\0")):
        assert refusal(p.with_chunk(PNG_DATA, kind, before + bomb)).code == "evidence_bomb"


def test_a_bomb_of_scans_or_segments_is_refused() -> None:
    data = p.jpeg(progressive=True)
    at = data.index(b"\xff\xda")
    scan = data[at : at + 2 + int.from_bytes(data[at + 2 : at + 4])]
    assert refusal(data[:at] + scan * 70 + data[at:]).code == "evidence_bomb"
    assert refusal(data[:2] + b"\xff\xe1\0\x02" * 1_001 + data[2:]).code == "evidence_too_much_beside"
    assert refusal(data[:2] + (b"\xff\xe1\xff\xff" + bytes(65_533)) * 250 + data[2:]).code == "evidence_too_much_beside"
    many = PNG_DATA[:33] + p.chunk(b"tEXt", b"a\0b") * 1_001 + PNG_DATA[33:]
    assert refusal(many).code == "evidence_too_much_beside"


@pytest.mark.parametrize("whole", [JPEG_DATA, PNG_DATA], ids=["jpeg", "png"])
def test_a_photograph_that_is_an_archive_too_is_refused(whole: bytes) -> None:
    assert refusal(whole + p.archive()).parameters == {"photograph_found": "zip"}
    assert refusal(whole + p.archive() + b"junk behind").code == "evidence_two_things"
    assert refusal(whole + b"<script>alert(1)</script>").code == "evidence_more_behind"


def test_an_archive_or_a_document_within_is_refused_too() -> None:
    assert refusal(p.with_segment(JPEG_DATA, 0xFE, p.archive())).parameters == {"photograph_found": "zip"}
    assert refusal(p.with_segment(JPEG_DATA, 0xFE, b"%PDF-1.4\n")).parameters == {"photograph_found": "pdf"}
    assert refusal(p.with_chunk(PNG_DATA, b"tEXt", b"a\0" + p.archive())).parameters == {"photograph_found": "zip"}


@pytest.mark.parametrize(
    "behind",
    [JPEG_DATA, b"\0" * 100, p.film(), JPEG_DATA + b"\0\0" + p.film(), p.directory(), JPEG_DATA + p.directory()],
    ids=["a second", "padding", "a film", "both", "a directory", "a second and a directory"],
)
def test_what_telephones_put_behind_a_photograph_is_kept(behind: bytes) -> None:
    assert inspect(JPEG_DATA + behind).media_type == JPEG


@pytest.mark.parametrize(
    "behind",
    [p.film() + b"x", p.film()[:-3], b"x" + p.film(), p.directory()[:-4], b"MZ" + p.directory(), JPEG_DATA * 20, b"\n"],
)
def test_what_only_looks_like_it_is_not(behind: bytes) -> None:
    assert refusal(JPEG_DATA + behind).code == "evidence_more_behind"
    assert refusal(JPEG_DATA + JPEG_DATA[:-2]).code == "evidence_truncated"


def test_codings_that_no_camera_uses_are_refused() -> None:
    at = JPEG_DATA.index(b"\xff\xc0")
    arithmetic = JPEG_DATA[: at + 1] + b"\xc9" + JPEG_DATA[at + 2 :]
    deep = JPEG_DATA[: at + 4] + b"\x0c" + JPEG_DATA[at + 5 :]
    assert refusal(arithmetic).parameters == {"photograph_part": "coding"}
    assert refusal(deep).parameters == {"photograph_part": "depth"}
    assert refusal(p.with_chunk(PNG_DATA, b"acTL", struct.pack(">II", 2, 0))).code == "evidence_animated"
    assert refusal(p.with_chunk(PNG_DATA, b"EVIL", b"")).parameters == {"photograph_part": "chunk"}
