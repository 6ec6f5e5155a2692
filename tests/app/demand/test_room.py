"""The page of demand beside the desk: a key, a line of the menu, parts loaded before it, nothing left when it goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.demand.room import KEY, DemandRoom
from tests.app.rooms import Room, room, window

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def here() -> Iterator[Room]:
    """A desk on the town's log, without a city's folder and without an incident."""
    made = room()
    made.desk.city = None
    yield made
    made.bridge.close()


def test_the_key_opens_and_puts_away(here: Room, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = window(here, tmp_path)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    opens = DemandRoom(here.desk, shown, workers=0)
    assert opens.shown is None and opens.page is None and KEY in [keys for keys, _ in shown.menus.keys]
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    QTest.keyClick(shown, Qt.Key.Key_D, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: opens.shown is not None and opens.shown.isVisible())
    opened, page = opens.shown, opens.page
    assert opened is not None and page is not None and opened.windowTitle() == "Demand"
    # What would start the child is answered here: a log without incidents has nothing to look for.
    qtbot.waitUntil(lambda: page.counted is not None)
    assert page.said.text() == "No incident was received in this time."
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    assert not opened.isVisible()
    opens.open()
    assert opens.shown is opened and opened.isVisible() and opens.page is page
    stopped: list[str] = []
    real = page.stop
    monkeypatch.setattr(page, "stop", lambda: (stopped.append("page"), real()))
    shown.leaving.emit()
    assert opens.shown is None and opens.page is None and stopped == ["page"]
    assert page.apart.process_id is None
