"""What a jump changes is laid out before it is painted: nothing in sight is painted twice."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.parts.row import Row
from app.parts.row_list import RowList
from app.replay.laying import lay_out


class Paints(QObject):
    """Count how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.Paint
        return False


def rows(count: int) -> list[Row]:
    return [Row(key=str(number), title=f"Engine {number} " * 9) for number in range(count)]


def in_window(qtbot: QtBot) -> tuple[QWidget, RowList]:
    window, found = QWidget(), RowList("rows", grows=True, most_rows=30)
    column = QVBoxLayout(window)
    column.addWidget(found)
    column.addStretch(1)
    qtbot.addWidget(window)
    window.resize(300, 400)
    window.show()
    qtbot.waitExposed(window)
    found.set_rows(rows(1))
    qtbot.wait(50)
    return window, found


def test_lists_have_their_size_and_their_rows_before_anything_is_painted(qtbot: QtBot) -> None:
    window, found = in_window(qtbot)
    low, paints = found.height(), Paints(found.viewport())
    found.set_rows(rows(5))
    lay_out(window)
    assert found.height() > low
    assert found.visualRect(found.model().index(4, 0)).bottom() < found.viewport().height() or (
        found.verticalScrollBar().maximum() > 0
    )
    assert not paints.count
    qtbot.wait(50)
    assert paints.count == 1


def test_a_list_that_nobody_sees_is_left_alone(qtbot: QtBot) -> None:
    window, found = in_window(qtbot)
    laid: list[int] = []
    found.doItemsLayout = lambda: laid.append(1)  # type: ignore[method-assign]
    found.hide()
    lay_out(window)
    assert not laid
