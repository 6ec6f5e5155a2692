"""On a low screen an idle intake leaves its room to the list of who should go, and has it back for a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QListWidget, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from app.panels.intake import IntakePanel
from app.window.idle_room import IdleRoom
from app.window.stand_in import scrolled
from tests.app.panels.seat import Seat


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[Seat]:
    made = Seat()
    made.desk.state = made.engine.state
    yield made
    made.bridge.close()


class Window(QMainWindow):
    def __init__(self, seat: Seat, folder: Path, height_px: int) -> None:
        super().__init__()
        self.panel = IntakePanel(seat.desk, drafts_file=folder / "drafts.json")
        self.intake, self.below = QDockWidget("intake", self), QDockWidget("list", self)
        self.intake.setWidget(scrolled(self.panel))
        self.below.setWidget(QListWidget())
        for dock in (self.intake, self.below):
            self.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        self.report = QDockWidget("report", self)
        self.report.setWidget(QListWidget())
        self.tabifyDockWidget(self.intake, self.report)
        self.report.hide()
        self.resize(900, height_px)
        self.asked_px: list[int] = []
        self.room = IdleRoom(self, self.intake, self.below, self.panel.page, self.report)
        self.show()

    def resizeDocks(self, docks: Sequence[QDockWidget], sizes: Sequence[int], along: Qt.Orientation) -> None:
        self.asked_px.append(sizes[0])
        super().resizeDocks(docks, sizes, along)


def is_seen(widget: QWidget) -> bool:
    """Tell whether all of a widget's height is on the screen."""
    return widget.isVisible() and widget.visibleRegion().boundingRect().height() == widget.height()


@pytest.mark.parametrize(("height_px", "folds"), [(560, True), (1400, False)])
def test_an_idle_intake_is_folded_where_the_window_is_low(
    seat: Seat, qtbot: QtBot, qtlog: Any, tmp_path: Path, height_px: int, folds: bool
) -> None:
    window = Window(seat, tmp_path, height_px)
    qtbot.addWidget(window)
    page = window.panel.page
    qtbot.waitUntil(lambda: is_seen(page.fields.kind.entry) and window.room.is_folded is folds)
    assert page.words.entry.isVisible() is not folds
    assert page.words.maximumHeight() >= 0 and not [each for each in qtlog.records if "Negative" in each.message]
    idle_px = window.below.height()

    window.panel.start()
    qtbot.waitUntil(lambda: page.words.entry.isVisible() and page.send_button.isVisible())
    assert page.send_button.isEnabled()
    qtbot.waitUntil(lambda: (idle_px - window.below.height() > 60) is folds)

    tall_px = window.intake.height() + 40
    docks, both_px = [window.intake, window.below], window.intake.height() + window.below.height()
    window.resizeDocks(docks, [tall_px, both_px - tall_px], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: abs(window.intake.height() - tall_px) <= 2)
    sized_px = window.intake.height()
    page.fields.kind.entry.setText("x")
    window.panel.keep_draft()
    qtbot.waitUntil(lambda: window.room.is_folded is folds and not page.send_button.isEnabled())
    if folds:
        qtbot.waitUntil(lambda: abs(window.below.height() - idle_px) < 60)
    window.panel.start()
    qtbot.waitUntil(lambda: abs(window.intake.height() - sized_px) <= 2)  # the operator's own size comes back


def test_what_is_said_of_a_call_that_was_put_aside_is_seen(seat: Seat, qtbot: QtBot, tmp_path: Path) -> None:
    window = Window(seat, tmp_path, 560)
    qtbot.addWidget(window)
    window.panel.page.words.say("kept")
    said = window.panel.page.words.said
    words = window.panel.page.words
    qtbot.waitUntil(lambda: is_seen(said) and words.height() <= said.heightForWidth(said.width()))  # the fields' rest
    window.resize(900, 1400)
    qtbot.waitUntil(lambda: not window.room.is_folded and window.panel.page.words.entry.isVisible())


def test_a_folded_intake_follows_fields_that_grow(seat: Seat, qtbot: QtBot, tmp_path: Path) -> None:
    window = Window(seat, tmp_path, 800)
    qtbot.addWidget(window)
    page, folded = window.panel.page, window.intake.widget()
    entry = page.fields.kind.entry
    qtbot.waitUntil(lambda: window.room.is_folded and is_seen(entry) and folded.height() == page.folded_px())
    before_px, soon = page.folded_px(), window.room._soon
    entry.setMinimumHeight(entry.height() + 30)
    qtbot.waitUntil(lambda: page.folded_px() > before_px)
    folded.setMaximumHeight(before_px)
    soon.stop()
    QApplication.sendEvent(page.inside, QEvent(QEvent.Type.LayoutRequest))
    assert soon.isActive()
    qtbot.waitUntil(lambda: folded.height() == page.folded_px())


def test_a_call_after_a_dock_in_front_has_no_more_room_than_another(seat: Seat, qtbot: QtBot, tmp_path: Path) -> None:
    window = Window(seat, tmp_path, 800)
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: window.room.is_folded and window.below.height() > 400)
    window.panel.start()
    qtbot.waitUntil(lambda: window.intake.height() > 300)
    call_px = window.intake.height()
    window.panel.keep_draft()
    qtbot.waitUntil(lambda: window.intake.height() < 200)

    window.report.show()
    window.report.raise_()
    qtbot.waitUntil(lambda: not window.room.is_folded and window.report.height() > 300)
    window.report.hide()
    qtbot.waitUntil(lambda: window.room.is_folded)
    assert window.asked_px[-1] <= window.intake.maximumHeight() + 2  # no room that only a call would take
    window.panel.start()
    qtbot.waitUntil(lambda: abs(window.intake.height() - call_px) <= 8)


def test_a_window_that_grows_during_a_call_shares_its_height_as_one_that_was_large_before(
    seat: Seat, qtbot: QtBot, tmp_path: Path
) -> None:
    window = Window(seat, tmp_path, 900)
    qtbot.addWidget(window)
    qtbot.waitUntil(lambda: window.room.is_folded)
    window.panel.start()
    qtbot.waitUntil(lambda: not window.room.is_folded and window.intake.height() > 300)
    large_px = window.intake.height()
    window.panel.page.fields.kind.entry.setText("x")
    window.panel.keep_draft()
    qtbot.waitUntil(lambda: window.room.is_folded)
    window.resize(900, 600)
    window.panel.start()
    qtbot.waitUntil(lambda: not window.room.is_folded and window.intake.height() < large_px)
    window.resize(900, 900)
    qtbot.waitUntil(lambda: abs(window.intake.height() - large_px) <= 2)
    docks = [window.intake, window.below]
    window.resizeDocks(docks, [large_px + 60, window.below.height() - 60], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: abs(window.intake.height() - large_px - 60) <= 2)
    asked = len(window.asked_px)
    window.resize(900, 1000)
    qtbot.waitUntil(lambda: window.height() == 1000 and not window.room._soon.isActive())
    assert len(window.asked_px) == asked, "what an operator sized is left as it is"
