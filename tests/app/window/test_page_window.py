"""A page beside the desk is opened by its key, lies in a window of its own, and goes with the desk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.figures.room import FiguresRoom
from app.times.room import TimesRoom
from app.window.page_window import PageRoom
from app.window.window import MainWindow
from tests.app.rooms import Room, room, window

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PAGES = {
    "figures": (FiguresRoom, "Ctrl+G", Qt.Key.Key_G, CONTROL, "Figures of urban management",
                "Nothing was counted in this period."),
    "times": (TimesRoom, "Ctrl+Shift+T", Qt.Key.Key_T, CONTROL | SHIFT, "Response times",
              "No incident was received in this time."),
}  # fmt: skip


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


@pytest.fixture(params=list(PAGES))
def page(request: pytest.FixtureRequest, here: Room, shown: MainWindow) -> Iterator[tuple[str, PageRoom]]:
    """What opens a page; nothing of it is made before."""
    made = PAGES[request.param][0](here.desk, shown)
    yield request.param, made
    made.close()


def test_the_key_opens_and_puts_away(shown: MainWindow, page: tuple[str, PageRoom], qtbot: QtBot) -> None:
    name, opens = page
    _, words, key, with_keys, menu, said = PAGES[name]
    assert opens.shown is None
    assert (words, menu) in shown.menus.keys
    shown.activateWindow()
    QTest.keyClick(shown, key, with_keys)
    opened = opens.shown
    assert opened is not None
    qtbot.waitUntil(lambda: opened.page.counted is not None, timeout=20_000)
    assert opened.page.said.text() == said
    assert opened.frame.kind == "drill"
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    assert not opened.isVisible()
    opens.open()
    assert opens.shown is opened
    assert opened.isVisible()


def test_it_goes_with_the_desk(shown: MainWindow, page: tuple[str, PageRoom]) -> None:
    opens = page[1]
    opens.open()
    shown.leaving.emit()
    assert opens.shown is None
