"""The planning page beside the desk: a key, a line of the menu, and nothing left when the desk goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.siting.room import KEY, SitingRoom
from tests.app.rooms import Room, room, window

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def here() -> Iterator[Room]:
    """A desk on the town's log, without a city's folder."""
    made = room()
    made.desk.city = None
    yield made
    made.bridge.close()


def test_the_key_opens_and_puts_away(here: Room, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = window(here, tmp_path)
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    opens = SitingRoom(here.desk, shown)
    assert opens.shown is None and (KEY, "Plan stations …") in shown.menus.keys
    assert len([keys for keys, _ in shown.menus.keys if keys == KEY]) == 1
    shown.activateWindow()
    qtbot.waitUntil(shown.isActiveWindow)
    QTest.keyClick(shown, Qt.Key.Key_K, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: opens.shown is not None and opens.shown.isVisible())
    opened = opens.shown
    assert opened is not None and opened.windowTitle() == "Planning: stations and posts"
    assert "no ground to plan on" in opened.page.said.text()  # type: ignore[attr-defined]
    QTest.keyClick(opened, Qt.Key.Key_Escape)
    assert not opened.isVisible()
    opens.open()
    assert opens.shown is opened and opened.isVisible()
    closed: list[str] = []
    monkeypatch.setattr(opened.page, "close_all", lambda: closed.append("all"))
    shown.leaving.emit()
    assert opens.shown is None and closed == ["all"]
