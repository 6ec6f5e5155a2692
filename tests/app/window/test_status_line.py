"""The bottom line has room for one long sentence: the more serious of two stands whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from app.desk import Desk, Figures
from app.window.status_line import StatusLine
from dispatch.commands import Who

LOST, SAVED = Figures(is_saved=False), Figures(is_saved=True)
WHY = "NOT SAVED: the server does not answer. The picture stays; its age is on the strip. Write it on paper."


@pytest.fixture
def line(qtbot: QtBot) -> Iterator[StatusLine]:
    window = QMainWindow()
    made = StatusLine(Desk(Who("anna", seat="seat-1")))
    window.setStatusBar(made)
    qtbot.addWidget(window)
    window.resize(1280, 100)
    window.show()
    yield made
    window.close()


def is_whole(line: StatusLine) -> bool:
    """Tell whether what stands at the right is seen to its last letter."""
    cells = [cell for cell in (line.saved, line.city, line.log, line.entry, line.seat, line.zone, line.kind)
             if cell.isVisible()]  # fmt: skip
    right = max(cell.geometry().right() for cell in cells)
    return right <= line.width() and all(cell.width() >= cell.sizeHint().width() for cell in cells)


def test_what_is_lost_is_said_whole_beside_what_passes(line: StatusLine) -> None:
    line._desk.figures_changed.emit(LOST)
    line._desk.said.emit("warning", "A word in passing that is as long as any refusal of a command may become " * 2)
    line.layout().activate()
    assert line.saved.text().startswith("NOT SAVED:") and line.saved.property("level") == "alarm"
    assert is_whole(line)
    assert "word in passing" in line.message.toolTip()


def test_an_alarm_that_passes_has_the_room_and_of_the_other_two_words_stay(line: StatusLine) -> None:
    line._desk.figures_changed.emit(LOST)
    line._desk.said.emit("alarm", WHY)
    line.layout().activate()
    assert line.saved.text() == "NOT SAVED" and "may be lost" in line.saved.toolTip()
    assert line.message.text() == WHY and line.message.width() > line.width() / 3
    assert is_whole(line)
    assert line.message.width() >= line.message.fontMetrics().horizontalAdvance(WHY), "nothing calm is in its way"
    line.tell("A new incident", "notice")
    assert line.saved.text().startswith("NOT SAVED:")
    line._desk.figures_changed.emit(SAVED)
    assert line.saved.text() == "Saved" and not line.saved.toolTip() and line.city.isVisible() and line.log.isVisible()


def test_an_alarm_while_all_is_saved_leaves_the_cell_alone(line: StatusLine) -> None:
    line._desk.figures_changed.emit(SAVED)
    line._desk.said.emit("alarm", WHY)
    assert line.saved.text() == "Saved"
