"""Wide lines: bars that meet in their bends, round ends where they do not."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from maps.strokes import Canvas, lines
from maps.wide_lines import DISC_CORNERS, OVERLAP_PX, discs, mitred
from tests.maps.references import pixels
from tests.maps.village import view

pytestmark = pytest.mark.usefixtures("qapp")
BENT = np.array([[20.0, 20], [90, 30], [150, 60], [170, 120], [60, 150], [60, 180]])


def test_bars_of_a_gentle_bend_meet_as_a_mitre() -> None:
    pieces, ends = mitred(np.array([[0.0, 0], [10, 0], [10 + 10 * np.cos(0.5), 10 * np.sin(0.5)]]), np.array([3]), 8)
    reach = 4 * np.tan(0.25) + OVERLAP_PX
    assert pieces[0] == pytest.approx([0, 0, 10 + reach, 0])
    assert pieces[1, :2] == pytest.approx([10 - reach * np.cos(0.5), -reach * np.sin(0.5)])
    assert sorted(ends.tolist())[0] == [0, 0]
    assert len(ends) == 2


def test_a_sharp_bend_is_round_and_lines_do_not_join() -> None:
    points = np.array([[0.0, 0], [10, 0], [10, 10], [50, 0], [60, 0], [60, 0]])
    pieces, ends = mitred(points, np.array([3, 3]), 6)
    assert pieces.tolist() == [[0, 0, 10, 0], [10, 0, 10, 10], [50, 0, 60, 0]]
    assert {tuple(end) for end in ends.tolist()} == {(0, 0), (10, 0), (10, 10), (50, 0), (60, 0)}


def test_a_line_of_one_place_is_a_round_spot() -> None:
    pieces, ends = mitred(np.array([[5.0, 5], [5, 5]]), np.array([2]), 6)
    assert len(pieces) == 0
    assert ends.tolist() == [[5, 5]]


def test_ends_at_one_place_make_one_disc() -> None:
    rings = discs(np.array([[5.0, 5], [5.01, 5], [-20, 5]]), 6)
    assert rings.shape == (2 * (DISC_CORNERS + 1), 2)
    middles = rings.reshape(2, -1, 2)[:, :-1].mean(axis=1)
    assert sorted(np.round(middles, 1).tolist()) == [[-20, 5], [5, 5]]


@pytest.mark.parametrize("width", [3.0, 7.0, 18.0])
def test_it_looks_as_qt_draws_round_lines(width: float) -> None:
    pictures = []
    for is_ours in (True, False):
        image = QImage(200, 200, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_ours:
            lines(Canvas(painter, view(0, 0, 1.0)), BENT, np.array([len(BENT)]), "#ffffff", width)
        else:
            solid, round_ends = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap
            painter.setPen(QPen(QColor("#ffffff"), width, solid, round_ends, Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline([QPointF(*point) for point in BENT.tolist()])
        painter.end()
        pictures.append(pixels(image)[..., 0])
    apart = np.abs(pictures[0] - pictures[1])
    assert (pictures[1] > 128).sum() > 300 * width
    assert (apart > 128).sum() <= 2
    assert apart.sum() / 255 < 0.02 * (pictures[1] / 255).sum()
