"""The window of response times is opened by its key, lies beside the desk, and goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.times.room import KEY, TimesRoom
from app.window.window import MainWindow
from tests.app.rooms import Room, room, window


@pytest.fixture
def here() -> Iterator[Room]:
    """A desk on the town's log, which has no incident."""
    made = room()
    yield made
    made.bridge.close()


@pytest.fixture
def shown(here: Room, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """Its window."""
    one = window(here, tmp_path)
    qtbot.addWidget(one)
    one.show()
    qtbot.waitExposed(one)
    return one


@pytest.fixture
def figures(here: Room, shown: MainWindow) -> Iterator[TimesRoom]:
    """What opens the response times; nothing of them is made before."""
    made = TimesRoom(here.desk, shown)
    yield made
    made.close()


def test_the_key_opens_and_puts_away(shown: MainWindow, figures: TimesRoom, qtbot: QtBot) -> None:
    assert figures.shown is None
    assert (KEY, "Response times") in shown.menus.keys
    shown.activateWindow()
    QTest.keyClick(shown, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    opened = figures.shown
    assert opened is not None
    qtbot.waitUntil(lambda: opened.page.counted is not None, timeout=20_000)
    assert opened.page.said.text() == "No incident was received in this time."
    assert opened.frame.kind == "drill"
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    assert not opened.isVisible()
    figures.open()
    assert figures.shown is opened
    assert opened.isVisible()


def test_it_goes_with_the_desk(shown: MainWindow, figures: TimesRoom) -> None:
    figures.open()
    shown.leaving.emit()
    assert figures.shown is None
