"""A page beside the desk is opened by its key, lies in a window of its own, and goes with the desk."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.figures.room import FiguresRoom
from app.times.room import TimesRoom
from app.window.in_turns import DRESSED_A_TURN
from app.window.page_window import PageRoom, PageWindow
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
    qtbot.waitUntil(lambda: opens.shown is not None and opens.shown.isVisible(), timeout=20_000)
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


class Opening:
    """A page whose module nobody has loaded, and what happened while it came."""

    def __init__(self, here: Room, shown: MainWindow, folder: Path) -> None:
        (folder / "a_part_of_a_page.py").write_text("LOADED = True\n", encoding="utf-8")
        self.made: list[PageWindow] = []
        self._desk = here.desk
        self.when_made: Callable[[], object] = lambda: None
        self.room = PageRoom(
            shown, self._make, key="Ctrl+Shift+F9", menu="menu_view", words="A page", parts=["a_part_of_a_page"]
        )

    def _make(self) -> PageWindow:
        assert "a_part_of_a_page" in sys.modules
        page = QWidget()
        for _ in range(3 * DRESSED_A_TURN):
            QWidget(page)
        self.made.append(PageWindow(self._desk, page, name="a_page", title="A page"))
        QTimer.singleShot(0, self.made[-1], self.when_made)
        return self.made[-1]


@pytest.fixture
def opening(here: Room, shown: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opening]:
    monkeypatch.syspath_prepend(tmp_path)
    yield Opening(here, shown, tmp_path)
    sys.modules.pop("a_part_of_a_page", None)


def test_a_page_comes_in_turns_and_is_seen_when_it_is_whole(opening: Opening, qtbot: QtBot) -> None:
    turns: list[bool] = []  # whether it was seen after each
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: turns.append(bool(opening.made) and opening.made[0].isVisible()))
    beat.start()
    opening.room.action.trigger()
    opening.room.action.trigger()  # while it comes
    assert opening.room.shown is None
    qtbot.waitUntil(lambda: any(turns))
    beat.stop()
    assert len(opening.made) == 1 and turns.count(False) >= 3


def test_a_page_that_comes_goes_with_the_desk(opening: Opening, shown: MainWindow, qtbot: QtBot) -> None:
    seen: list[bool] = []
    beat = QTimer(interval=0)
    beat.timeout.connect(lambda: seen.append(bool(opening.made)))
    beat.start()
    opening.when_made = shown.leaving.emit
    opening.room.open()
    qtbot.waitUntil(lambda: seen.count(True) > 10)
    beat.stop()
    assert opening.room.shown is None and len(opening.made) == 1
