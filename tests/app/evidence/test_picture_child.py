"""What the decoder makes: upright, small or whole, of pixels alone; and what it says of what breaks off."""

from __future__ import annotations

import io
import json

import pytest
from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QColor, QColorSpace, QImage, QImageReader

from app.evidence.picture_child import Undecodable, answer_of, serve
from app.evidence.pictures_apart import COPY, THUMBNAIL
from dispatch.photograph import inspect
from tests import photographs as p


def job(data: bytes, do: str = COPY, *, orientation: int = 1, edge_px: int = 320) -> dict[str, object]:
    found = inspect(data)
    return {
        "do": do, "format": found.media_type.removeprefix("image/"), "width_px": found.width_px,
        "height_px": found.height_px, "orientation": orientation, "edge_px": edge_px,
    }  # fmt: skip


def as_qt_turns_it(data: bytes) -> str:
    source = QBuffer()
    source.setData(QByteArray(data))
    reader = QImageReader(source)
    reader.setAutoTransform(True)
    return p.corners(p.written(reader.read(), b"png"))


@pytest.mark.parametrize("do", [COPY, THUMBNAIL])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_upright(orientation: int, do: str) -> None:
    data = p.jpeg(64, 48, exif=p.exif_block(orientation=orientation))
    made = answer_of(job(data, do, orientation=orientation), data, [])
    size = inspect(made)
    assert p.corners(made) == as_qt_turns_it(data)
    assert (size.width_px, size.height_px) == ((64, 48) if orientation < 5 else (48, 64))


def test_the_oracle_tells_every_orientation_apart() -> None:
    seen = {as_qt_turns_it(p.jpeg(exif=p.exif_block(orientation=each))) for each in range(1, 9)}
    assert len(seen) == 8 and p.corners(p.jpeg()) == "rgbw"


def test_a_copy_of_a_jpeg_carries_nothing_but_pixels() -> None:
    exif = p.exif_block(taken="2026:03:02 10:00:05", position=(24.9, 60.1), orientation=6)
    image = p.scene()
    image.setText("Owner", p.SECRET.decode())
    data = p.with_segment(p.written(image, b"jpeg"), 0xE1, b"Exif\0\0" + exif)
    data = p.with_segment(data, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>" + p.SECRET + b"</x>")
    data = p.with_segment(data, 0xED, b"Photoshop 3.0\0" + p.SECRET) + p.with_segment(p.jpeg(), 0xFE, p.SECRET)
    assert data.count(p.SECRET) == 5
    for do in (COPY, THUMBNAIL):
        made = answer_of(job(data, do, orientation=6), data, [])
        assert p.SECRET not in made and b"Exif" not in made and b"Owner" not in made
        assert inspect(made).exif == b""


def test_a_copy_of_a_png_carries_nothing_but_pixels_and_keeps_them_all() -> None:
    image = p.scene().convertToFormat(QImage.Format.Format_ARGB32)
    image.setPixelColor(5, 5, QColor(10, 200, 30, 90))
    image.setText("Owner", p.SECRET.decode())
    image.setDotsPerMeterX(12_345)
    data = p.with_chunk(p.written(image, b"png"), b"eXIf", p.exif_block(position=(24.9, 60.1)))
    assert data.count(p.SECRET) == 2
    made = answer_of(job(data), data, [])
    assert p.SECRET not in made and b"eXIf" not in made and b"tEXt" not in made
    back = QImage.fromData(QByteArray(made)).convertToFormat(QImage.Format.Format_ARGB32)
    assert all(back.pixelColor(x, y) == image.pixelColor(x, y) for x in range(64) for y in range(48))


def test_a_wide_profile_is_brought_to_the_screens_colours() -> None:
    image = p.scene()
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.DisplayP3))
    data = p.written(image, b"png")
    made = QImage.fromData(QByteArray(answer_of(job(data), data, [])))
    plain = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    assert b"iCCP" in data
    assert made.pixelColor(5, 5) == plain.pixelColor(5, 5)
    assert b"iCCP" not in answer_of(job(data), data, [])


@pytest.mark.parametrize("kind", [b"jpeg", b"png"])
@pytest.mark.parametrize("size", [(900, 300), (300, 900), (330, 321), (320, 320), (40, 30), (2000, 1)])
def test_a_thumbnail_fits_and_is_not_blown_up(kind: bytes, size: tuple[int, int]) -> None:
    data = p.written(p.scene(*size), kind)
    found = inspect(answer_of(job(data, THUMBNAIL), data, []))
    assert found.media_type == "image/jpeg"
    assert max(found.width_px, found.height_px) == min(320, max(size))
    assert found.width_px / found.height_px == pytest.approx(size[0] / size[1], rel=0.05) or 1 in size


def test_what_is_seen_through_stands_on_white_in_a_thumbnail() -> None:
    image = QImage(50, 50, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    data = p.written(image, b"png")
    assert p.corners(answer_of(job(data, THUMBNAIL), data, [])) == "wwww"


def test_a_size_that_the_decoder_sees_otherwise_is_told() -> None:
    data = p.jpeg()
    with pytest.raises(Undecodable, match="another_size"):
        answer_of(job(data) | {"width_px": 65}, data, [])


def test_answers_come_in_turn_and_one_that_fails_is_no_end() -> None:
    data, broken = p.jpeg(), b"\xff\xd8\xff no jpeg"
    asked = io.BytesIO()
    for content in (data, broken, data):
        asked.write(json.dumps(job(data, THUMBNAIL) | {"size": len(content)}).encode() + b"\n" + content)
    asked.seek(0)
    told = io.BytesIO()
    serve(asked, told, [])
    told.seek(0)
    answers = []
    while line := told.readline():
        answer = json.loads(line)
        answers.append((bool(answer["why"]), len(told.read(answer["size"]))))
    assert [failed for failed, _ in answers] == [False, True, False]
    assert answers[0] == answers[2] and answers[1][1] == 0 < answers[0][1]
