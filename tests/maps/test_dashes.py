"""Dashes that run on through corners."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from maps.dashes import dashed
from maps.strokes import Canvas, polylines
from tests.maps.references import pixels
from tests.maps.village import view

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_dash_runs_on_through_a_corner() -> None:
    pieces = dashed(np.array([[0.0, 0], [5, 0], [5, 6]]), np.array([3]), (3, 1))
    assert pieces.tolist() == [[0, 0, 3, 0], [4, 0, 5, 0], [5, 0, 5, 2], [5, 3, 5, 6]]


def test_every_line_begins_anew() -> None:
    points = np.array([[0.0, 0], [5, 0], [100, 0], [105, 0], [7, 7], [7, 7]])
    pieces = dashed(points, np.array([2, 2, 2]), (3, 1))
    assert pieces.tolist() == [[0, 0, 3, 0], [4, 0, 5, 0], [100, 0, 103, 0], [104, 0, 105, 0]]


def test_patterns_of_several_dashes_repeat() -> None:
    pieces = dashed(np.array([[0.0, 0], [27, 0]]), np.array([2]), (6, 3, 1.5, 3))
    assert pieces[:, [0, 2]].tolist() == [[0, 6], [9, 10.5], [13.5, 19.5], [22.5, 24]]


def test_no_line_has_no_dashes() -> None:
    assert dashed(np.empty((0, 2)), np.empty(0, np.int64), (3, 1)).shape == (0, 4)
    assert dashed(np.array([[1.0, 1]]), np.array([1]), (3, 1)).shape == (0, 4)


@pytest.mark.parametrize("width", [1.1, 2.4])
def test_it_looks_as_qt_draws_dashes(width: float) -> None:
    corners = np.array([[20.0, 20], [90, 30], [150, 60], [170, 120], [60, 150], [60, 180]])
    pictures = []
    for is_ours in (True, False):
        image = QImage(200, 200, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_ours:
            polylines(Canvas(painter, view(0, 0, 1.0)), corners, np.array([6]), "#ffffff", width, (6.0, 3.0, 1.5, 3.0))
        else:
            pen = QPen(QColor("#ffffff"), width)
            pen.setDashPattern([6.0, 3.0, 1.5, 3.0])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline([QPointF(*corner) for corner in corners.tolist()])
        painter.end()
        pictures.append(pixels(image)[..., 0])
    assert pictures[1].sum() / 255 > 150 * width
    assert np.abs(pictures[0] - pictures[1]).sum() < 0.05 * pictures[1].sum()


def test_what_is_seen_is_cut_as_if_all_were_seen() -> None:
    dice = np.random.default_rng(4)
    points, sizes = np.cumsum(dice.uniform(-60, 60, (4_000, 2)), axis=0), np.array([2_500, 1, 1_499])
    window = (-200.0, -100.0, 300.0, 250.0)
    every = dashed(points, sizes, (6, 3, 1.5, 3))
    near = dashed(points, sizes, (6, 3, 1.5, 3), within=window)
    low, high = np.minimum(every[:, :2], every[:, 2:]), np.maximum(every[:, :2], every[:, 2:])
    seen = every[((low <= window[2:]) & (high >= window[:2])).all(axis=1)]
    assert 20 < len(seen) <= len(near) < len(every) / 2
    assert {tuple(piece) for piece in seen.tolist()} <= {tuple(piece) for piece in near.tolist()}
    assert {tuple(piece) for piece in near.tolist()} <= {tuple(piece) for piece in every.tolist()}
