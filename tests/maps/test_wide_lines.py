"""Wide lines: bars that meet in their bends, round ends where they do not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from maps.strokes import Canvas, lines
from maps.wide_lines import OVERLAP_PX, SMALL_PX, bends_of, discs, mitred
from tests.maps.references import pixels
from tests.maps.village import view

pytestmark = pytest.mark.usefixtures("qapp")
BENT = np.array([[20.0, 20], [90, 30], [150, 60], [170, 120], [60, 150], [60, 180]])


def test_bars_of_a_gentle_bend_meet_as_a_mitre() -> None:
    points = np.array([[0.0, 0], [10, 0], [10 + 10 * np.cos(0.5), 10 * np.sin(0.5)]])
    pieces, ends = mitred(bends_of(points, np.array([3])), 8)
    reach = 4 * np.tan(0.25) + OVERLAP_PX
    assert pieces[0] == pytest.approx([0, 0, 10 + reach, 0])
    assert pieces[1, :2] == pytest.approx([10 - reach * np.cos(0.5), -reach * np.sin(0.5)])
    assert sorted(ends.tolist())[0] == [0, 0]
    assert len(ends) == 2


def test_a_sharp_bend_is_round_and_lines_do_not_join() -> None:
    points = np.array([[0.0, 0], [10, 0], [10, 10], [50, 0], [60, 0], [60, 0]])
    pieces, ends = mitred(bends_of(points, np.array([3, 3])), 6)
    assert pieces.tolist() == [[0, 0, 10, 0], [10, 0, 10, 10], [50, 0, 60, 0]]
    assert {tuple(end) for end in ends.tolist()} == {(0, 0), (10, 0), (10, 10), (50, 0), (60, 0)}


def test_a_line_of_one_place_is_a_round_spot() -> None:
    pieces, ends = mitred(bends_of(np.array([[5.0, 5], [5, 5]]), np.array([2])), 6)
    assert len(pieces) == 0
    assert ends.tolist() == [[5, 5]]
    _, ends = mitred(bends_of(np.array([[5.0, 5], [5, 5], [0, 0], [9, 0]]), np.array([2, 2])), 6)
    assert sorted(ends.tolist()) == [[0, 0], [5, 5], [9, 0]]


def test_ends_at_one_place_make_one_disc() -> None:
    points = np.array([[5.0, 5], [5, 30], [5.01, 5], [30, 20], [-20, 5], [-50, 5]])
    _, ends = mitred(bends_of(points, np.array([2, 2, 2])), 6)
    assert sorted({tuple(end) for end in np.round(ends).tolist()}) == [(-50, 5), (-20, 5), (5, 5), (5, 30), (30, 20)]
    assert len(ends) == 5


def test_two_lines_that_go_on_as_each_other_meet_as_a_mitre_and_cover_a_third() -> None:
    points = np.array([[0.0, 0], [20, 0], [20, 0], [40, 0], [20, 30], [20, 0]])
    pieces, ends = mitred(bends_of(points, np.array([2, 2, 2])), 6)
    assert pieces.tolist() == [[0, 0, 20 + OVERLAP_PX, 0], [20 - OVERLAP_PX, 0, 40, 0], [20, 30, 20, 0]]
    assert {tuple(end) for end in ends.tolist()} == {(0, 0), (40, 0), (20, 30)}


def test_what_is_shorter_than_it_is_wide_covers_nothing() -> None:
    points = np.array([[0.0, 0], [20, 0], [20, 0], [21, 0], [20, 30], [20, 0]])
    pieces, ends = mitred(bends_of(points, np.array([2, 2, 2])), 6)
    assert pieces.tolist() == [[0, 0, 20, 0], [20, 0, 21, 0], [20, 30, 20, 0]]
    assert (20, 0) in {tuple(end) for end in ends.tolist()}


@pytest.mark.parametrize("width", [3.0, SMALL_PX, SMALL_PX + 1, 30.0])
def test_a_disc_has_the_area_of_its_circle(width: float) -> None:
    rings, sizes = discs(np.array([[5.0, 5], [-20, 5]]), width)
    assert sizes.sum() == len(rings)
    for ring, middle in zip(np.split(rings, [sizes[0]]), ((5, 5), (-20, 5)), strict=True):
        assert ring[0] == pytest.approx(ring[-1])
        assert ring[:-1].mean(axis=0) == pytest.approx(middle)
        x, y = ring.T
        assert abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2 == pytest.approx(np.pi * width**2 / 4)
        assert abs(np.hypot(*(ring - middle).T) - width / 2).max() < 0.2


def _picture(points: NDArray[np.float64], sizes: list[int], width: float, *, is_ours: bool) -> NDArray[np.float64]:
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if is_ours:
        lines(Canvas(painter, view(0, 0, 1.0)), points, np.array(sizes), "#ffffff", width)
    else:
        solid, round_ends = Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap
        painter.setPen(QPen(QColor("#ffffff"), width, solid, round_ends, Qt.PenJoinStyle.RoundJoin))
        for line in np.split(points, np.cumsum(sizes)[:-1]):
            painter.drawPolyline([QPointF(*point) for point in line.tolist()])
    painter.end()
    return pixels(image)[..., 0]


@pytest.mark.parametrize("width", [3.0, 7.0, 18.0])
def test_it_looks_as_qt_draws_round_lines(width: float) -> None:
    ours, theirs = (_picture(BENT, [len(BENT)], width, is_ours=is_ours) for is_ours in (True, False))
    apart = np.abs(ours - theirs)
    assert (theirs > 128).sum() > 300 * width
    assert (apart > 128).sum() <= 2
    assert apart.sum() / 255 < 0.02 * (theirs / 255).sum()


@pytest.mark.parametrize("width", [3.0, 7.0, 18.0])
@pytest.mark.parametrize("many", [2, 3, 4, 5])
def test_crossings_look_as_qt_draws_round_lines(width: float, many: int) -> None:
    dice = np.random.default_rng(many)
    for _ in range(10):
        turns = dice.uniform(0, 2 * np.pi, many)
        turns[1] = turns[0] + np.pi + dice.uniform(-1, 1)
        far = np.array([100.0, 100]) + np.stack((np.cos(turns), np.sin(turns)), axis=1) * dice.uniform(5, 80, (many, 1))
        points = np.stack((np.full((many, 2), 100.0), far), axis=1)
        points[::2] = points[::2, ::-1]  # some lines end where others start
        ours, theirs = (
            _picture(points.reshape(-1, 2), [2] * many, width, is_ours=is_ours) for is_ours in (True, False)
        )
        apart = np.abs(ours - theirs)
        assert (apart > 150).sum() <= 1 + width / 6
        assert apart.sum() / 255 < 0.06 * (theirs / 255).sum()
