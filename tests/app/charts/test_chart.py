"""Charts painted the same in the window and on paper: titles, round times, and what is under the mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.charts.chart import Chart, between, ink_on
from app.charts.picture import SCALE, painted, picture_of
from app.charts.times import STEPS_S, paint_times, step_of
from app.charts.view import ChartView
from app.theme import LOOKS, Look


class Square(Chart):
    """A red square that stands for seven."""

    title_key = "saving.where"

    def __init__(self, is_empty: bool = False) -> None:
        super().__init__("en")
        self.is_empty = is_empty

    def has_something(self) -> bool:
        return not self.is_empty

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        self.plot = QRectF(area.topLeft(), area.topLeft() + QPointF(40, 40))
        painter.fillRect(self.plot, QColor("#ff0000"))

    def words_at(self, at: QPointF) -> str:
        return "seven" if self.plot.contains(at) else ""

    def behind(self, at: QPointF) -> int | None:
        return 7 if self.plot.contains(at) else None


def test_a_chart_lies_on_white_below_its_title(qapp: object) -> None:
    chart = Square()
    image = picture_of(chart, (200.0, 120.0))
    assert (image.width(), image.height()) == (200 * SCALE, 120 * SCALE)
    assert chart.plot.top() > 10
    middle = chart.plot.center() * SCALE
    assert image.pixelColor(round(middle.x()), round(middle.y())) == QColor("#ff0000")
    assert image.pixelColor(image.width() - 1, image.height() - 1) == QColor("#ffffff")
    above = image.copy(0, 0, image.width(), int(chart.plot.top() * SCALE))
    assert above != painted(lambda painter, area: None, (200.0, 120.0)).copy(above.rect())


def test_nothing_to_draw_is_said(qapp: object) -> None:
    chart = Square(is_empty=True)
    image = picture_of(chart, (200.0, 120.0))
    assert chart.plot.isNull()
    below = image.copy(0, 60, image.width(), image.height() - 60)
    assert below != painted(lambda painter, area: None, (200.0, 120.0)).copy(0, 60, image.width(), image.height() - 60)


def test_a_click_tells_what_stands_there(qtbot: QtBot) -> None:
    view = ChartView()
    qtbot.addWidget(view)
    taken: list[object] = []
    view.taken.connect(taken.append)
    chart = Square()
    view.show_chart(chart)
    view.resize(300, 220)
    view.grab()
    assert view.accessibleName() == "Where to?"
    inside, outside = chart.plot.center().toPoint(), (chart.plot.bottomRight() + QPointF(20, 20)).toPoint()
    for place in (outside, inside):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert taken == [7]
    for place, shape in ((inside, Qt.CursorShape.PointingHandCursor), (outside, Qt.CursorShape.ArrowCursor)):
        none, at = Qt.MouseButton.NoButton, QPointF(place)
        moved = QMouseEvent(QEvent.Type.MouseMove, at, at, none, none, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(view, moved)
        assert view.cursor().shape() is shape


@pytest.mark.parametrize(
    ("span_s", "most", "step_s"), [(4, 5, 1), (600, 5, 120), (601, 5, 300), (86_400 * 9, 5, 172_800)]
)
def test_steps_of_time_are_round_and_few(span_s: float, most: float, step_s: float) -> None:
    assert step_of(span_s, most) == step_s
    assert span_s / step_of(span_s, most) <= most
    assert sorted(STEPS_S) == list(STEPS_S)


@pytest.mark.parametrize("across", [True, False])
def test_times_are_written_along_one_side_alone(qapp: object, across: bool) -> None:
    plot = QRectF(60, 10, 200, 100)
    image = painted(lambda painter, area: paint_times(painter, plot, 600, LOOKS["day"], across=across), (300.0, 150.0))
    white = painted(lambda painter, area: None, (300.0, 150.0))
    left = (0, 0, round(55 * SCALE), round(105 * SCALE))
    foot = (round(62 * SCALE), round(114 * SCALE), round(230 * SCALE), round(30 * SCALE))
    assert (image.copy(*left) == white.copy(*left)) == across
    assert (image.copy(*foot) == white.copy(*foot)) != across


def test_colours_are_mixed_and_read_on(qapp: object) -> None:
    assert between("#000000", "#ffffff", 0.5) == QColor(128, 128, 128)
    assert ink_on(QColor("#ffffff")).lightness() < 60 < ink_on(QColor("#000000")).lightness()
