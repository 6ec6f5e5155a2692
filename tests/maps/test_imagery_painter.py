"""Pictures of the ground are painted where they lie, as strongly as asked, and a broken one stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import rasterio
from PySide6.QtGui import QColor, QImage, QPainter
from rasterio.transform import from_origin

from gis.city import City
from gis.imagery import add_imagery
from maps.imagery_painter import forget_pictures, paint_imagery
from maps.strokes import Canvas
from maps.view import View
from tests.gis.test_tile_archive import around, write_mbtiles
from tests.maps.village import CRS, EAST, NORTH, build_village, colour_at


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    yield City.open(build_village(tmp_path / "village"))
    forget_pictures()


def add(city: City, folder: Path, colour: tuple[int, int, int]) -> Path:
    """Add a picture of 200 x 200 m round the middle, in quarter metres."""
    source = folder / "source.tif"
    with rasterio.open(
        source, "w", driver="GTiff", width=800, height=800, count=3, dtype="uint8", crs=CRS,
        transform=from_origin(EAST - 100, NORTH + 100, 0.25, 0.25),
    ) as picture:  # fmt: skip
        picture.write(np.broadcast_to(np.array(colour, np.uint8)[:, None, None], (3, 800, 800)))
    return add_imagery(source, city, "photo").file


def painted(file: Path, view: View, opacity: float = 1.0) -> QImage:
    ratio = view.device_pixel_ratio
    image = QImage(round(view.width * ratio), round(view.height * ratio), QImage.Format.Format_RGB32)
    image.fill(QColor("#000000"))
    painter = QPainter(image)
    paint_imagery(Canvas(painter, view), file, CRS, opacity)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return image


@pytest.mark.parametrize(("scale", "ratio"), [(0.5, 1.0), (1.0, 2.0), (4.0, 1.0)])
def test_a_picture_lies_in_its_place_at_every_scale(city: City, tmp_path: Path, scale: float, ratio: float) -> None:
    file = add(city, tmp_path, (40, 160, 220))
    view = View(EAST + 10.3, NORTH - 7.7, scale, 700, 600, ratio)
    image = painted(file, view)
    edge = 1.5 * scale / ratio
    for x, y in ((0, 0), (100 - edge, 0), (-100 + edge, 100 - edge), (0, -100 + edge)):
        colour = QColor(colour_at(image, view, x, y))
        assert abs(colour.red() - 40) + abs(colour.green() - 160) + abs(colour.blue() - 220) < 12, (x, y)
    for x, y in ((100 + edge, 0), (-100 - edge, 0), (0, 100 + edge), (0, -100 - edge)):
        assert colour_at(image, view, x, y) == "#000000", (x, y)


def test_a_view_larger_than_a_piece_has_no_seam(city: City, tmp_path: Path) -> None:
    file = add(city, tmp_path, (40, 160, 220))
    view = View(EAST, NORTH, 0.1, 1500, 1200)
    image = painted(file, view)
    for across in range(0, 1500, 7):
        assert image.pixelColor(across, 1023).blue() > 200
        assert image.pixelColor(across, 1024).blue() > 200


def test_opacity_mixes_with_the_ground(city: City, tmp_path: Path) -> None:
    file = add(city, tmp_path, (200, 200, 200))
    view = View(EAST, NORTH, 1.0, 100, 100)
    assert abs(QColor(colour_at(painted(file, view, 0.5), view, 0, 0)).red() - 100) < 4
    assert colour_at(painted(file, view, 0.0), view, 0, 0) == "#000000"


def test_a_picture_that_was_replaced_is_seen(city: City, tmp_path: Path) -> None:
    view = View(EAST, NORTH, 1.0, 100, 100)
    file = add(city, tmp_path, (250, 0, 0))
    assert QColor(colour_at(painted(file, view), view, 0, 0)).red() > 230
    file = add(city, tmp_path, (0, 0, 250))
    assert QColor(colour_at(painted(file, view), view, 0, 0)).blue() > 230


def test_a_broken_file_is_said_once_and_leaves_the_map(
    city: City, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "broken.tif"
    broken.write_bytes(b"II*\0" + bytes(500))
    view = View(EAST, NORTH, 1.0, 100, 100)
    for _ in range(3):
        assert colour_at(painted(broken, view), view, 0, 0) == "#000000"
    assert caplog.text.count("left out of the map") == 1
    assert colour_at(painted(tmp_path / "missing.mbtiles", view), view, 0, 0) == "#000000"


def test_an_archive_is_painted_by_any_thread_of_a_process(city: City, tmp_path: Path) -> None:
    photo = add(city, tmp_path, (40, 160, 220))
    archive = write_mbtiles(tmp_path / "sky.mbtiles", around(city))
    view = View(EAST, NORTH, 1.0, 120, 120)
    wanted = [painted(file, view) for file in (archive, photo)]
    assert wanted[0].pixelColor(60, 60) != QColor("#000000")
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda number: painted((archive, photo)[number % 2], view), range(24)))
    assert all(image == wanted[number % 2] for number, image in enumerate(found))
    forget_pictures()
