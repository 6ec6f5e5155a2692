"""Outlines cut to a picture look as before, and of a million corners only those are painted that show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

from gis.column_writer import write_columns
from gis.columns import LayerColumns
from maps import strokes
from maps.clipping import clipped_rings
from maps.strokes import Canvas, fill
from maps.view import View

SIDE = 200.0
PICTURE = shapely.box(0, 0, SIDE, SIDE)


def ring(seed: int) -> NDArray[np.float64]:
    """Make a star about the picture, with corners on all sides of it, far and near."""
    dice = np.random.default_rng(seed)
    angle = np.sort(dice.random(400)) * 2 * np.pi
    reach = 20 + dice.random(400) * 400
    points = np.stack((reach * np.cos(angle), reach * np.sin(angle)), axis=1) + dice.random(2) * SIDE
    return np.vstack((points, points[:1]))


@pytest.mark.parametrize("seed", range(20))
def test_what_is_seen_of_a_ring_stays(seed: int) -> None:
    whole = ring(seed)
    points, sizes = clipped_rings(whole, np.array([len(whole)]), SIDE, SIDE, 5.0)
    assert sizes.tolist() == [len(points)] and len(points) < len(whole)
    before = shapely.Polygon(whole).intersection(PICTURE)
    after = shapely.make_valid(shapely.Polygon(points)).intersection(PICTURE)
    assert before.symmetric_difference(after).area < 1e-6


def test_rings_beside_the_picture_keep_their_ends_and_their_places() -> None:
    near = np.array([(10.0, 10.0), (20, 10), (20, 20), (10, 10)])
    far = near + np.array((1000.0, 0.0))
    points, sizes = clipped_rings(np.vstack((far, near, far)), np.array([4, 4, 4]), SIDE, SIDE, 5.0)
    assert sizes.tolist() == [2, 4, 2]
    assert points[2:6].tolist() == near.tolist()


def test_of_a_million_corners_most_are_left_out(qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    outlines = strokes._outlines

    def counted(*given: Any) -> Any:
        paths, edge = outlines(*given)
        drawn.append(sum(path.elementCount() for some in paths.values() for path in some))
        return paths, edge

    monkeypatch.setattr(strokes, "_outlines", counted)
    angle = np.linspace(0, 2 * np.pi, 1_000_000)
    reach = 1000 * (1 + 0.3 * np.sin(angle * 2000))
    coords = np.stack((reach * np.cos(angle), reach * np.sin(angle)), axis=1)
    coords[-1] = coords[0]
    write_columns(
        tmp_path / "big", coords, np.array([len(coords)]), part_counts=np.array([1]), name="big", geometry="polygon",
        kinds=("feature",), kind_codes=np.zeros(1, np.uint16), crs="EPSG:32635", attributes={"a": [1]}, source="",
    )  # fmt: skip
    layer = LayerColumns.open(tmp_path / "big")
    for scale in (8.0, 4.0, 0.5):
        view = View(900.0, 0.0, scale, 512, 512, 1.0)
        image = QImage(512, 512, QImage.Format.Format_RGB32)
        image.fill(QColor("#000000"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill(Canvas(painter, view), layer, np.array([0]), "#ffffff", "#ffffff", 1.2)
        painter.end()
        assert drawn[-1] < 300_000
        inside = view.x - 400  # 500 m from the middle: inside whatever the spikes do
        across = round((inside - view.box[0]) / scale)
        if 0 <= across < 512:
            assert image.pixelColor(across, 256).lightness() > 200
