"""A call taken in the real window by its keys alone, on the bundled city, with the planner in its own process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import build
from app.desk import Desk
from app.desktop import Shown
from dispatch.commands import Command, RaiseSignal, ReleaseUnit, ReportIncident, Who
from dispatch.events import LogKind
from dispatch.incident import Location
from resources.status import Signal

OTHER = Who("bela", seat="seat-2")


class Floor:
    """The window of one seat, its real threads and its planner's process; keys go where the focus is."""

    def __init__(self, helsinki: Path, folder: Path, qtbot: QtBot) -> None:
        self.desktop = build(
            helsinki,
            log_place=folder / "drill.db",
            kind=LogKind.DRILL,
            who=Who("anna", seat="seat-1"),
            key_folder=folder / "keys",
        )
        self.shown = Shown(self.desktop, keep_in=folder / "desk", workers=0, silent=True)
        self.qtbot = qtbot
        self.keys = 0
        window = self.shown.window
        qtbot.addWidget(window)
        window.resize(1920, 1080)
        window.show()
        window.activateWindow()
        qtbot.waitExposed(window)

    @property
    def desk(self) -> Desk:
        return self.desktop.desk

    @property
    def focused(self) -> QWidget:
        found = self.shown.window.focusWidget()
        assert found is not None
        return found

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.focused, key)
        self.keys += 1

    def type(self, words: str) -> None:
        QTest.keyClicks(self.focused, words)

    def until(self, is_so: object) -> None:
        self.qtbot.waitUntil(is_so, timeout=8_000)

    def other(self, body: object) -> None:
        """Let somebody at another desk, or a crew, do something."""
        command = Command(f"other-{time.monotonic_ns()}", self.desk.clock(), OTHER, body)  # type: ignore[arg-type]
        self.desktop.bridge.submit(command)


@pytest.fixture
def floor(helsinki: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Floor]:
    made = Floor(helsinki, tmp_path, qtbot)
    yield made
    made.shown.window.close()
    made.shown.close()
    made.desk.deleteLater()  # nothing is told to a window that is gone
    made.shown.map_link.deleteLater()


def test_a_call_is_sent_with_fewer_than_a_dozen_keys(floor: Floor) -> None:
    floor.key(Qt.Key.Key_F2)
    floor.type("Aleksanterinkatu 52")
    floor.key(Qt.Key.Key_Return)
    floor.until(lambda: floor.desk.draft is not None and floor.desk.draft.location is not None)
    floor.type("cardiac")
    floor.key(Qt.Key.Key_Return)
    floor.until(lambda: floor.desk.recommendation is not None)
    shown = [one.unit_id for one in floor.desk.recommendation.chosen]  # type: ignore[union-attr]
    floor.key(Qt.Key.Key_F12)
    floor.until(lambda: bool(floor.desk.state.open_assignments))
    assert floor.keys < 12
    state = floor.desk.state
    assert [state.assignments[key].unit_id for key in state.assignments_of[1]] == shown
    floor.type("breathing again")
    floor.key(Qt.Key.Key_F12)
    floor.until(lambda: floor.desk.state.sequence > state.sequence)
    assert floor.shown.window.panels["intake"].words.words == ""  # type: ignore[attr-defined]


def _written(widget: QWidget) -> str:
    assert isinstance(widget, (QLineEdit, QPlainTextEdit))
    return widget.text() if isinstance(widget, QLineEdit) else widget.toPlainText()


@pytest.mark.parametrize("where", ["place", "words"])
def test_no_keystroke_is_lost_to_what_comes_from_outside(floor: Floor, where: str) -> None:
    floor.key(Qt.Key.Key_F2)
    intake = floor.shown.window.panels["intake"]
    if where == "words":
        intake.words.setFocus()  # type: ignore[attr-defined]
    field = floor.focused
    units = list(floor.desk.state.units)
    story = "a man fell at the tram stop and does not answer"
    arrives = {
        3: lambda: floor.other(ReportIncident("structure_fire", Location(24.94, 60.17, "Bulevardi 1"))),
        9: lambda: floor.desktop.bridge.submit(
            Command("d", floor.desk.clock(), Who(units[0], "crew", "", "unit"), RaiseSignal(units[0], Signal.DISTRESS))
        ),
        15: lambda: floor.desk.send(ReleaseUnit("nobody")),  # refused
        21: lambda: floor.desk.failed.emit(Command("f", floor.desk.clock(), floor.desk.who, None), "disk full"),
        27: floor.desktop.planner._quick._link.kill,  # type: ignore[union-attr]
        33: lambda: floor.other(RaiseSignal(units[1], Signal.REQUEST_TO_SPEAK)),
    }
    for number, letter in enumerate(story):
        if number in arrives:
            arrives[number]()
            floor.qtbot.wait(60)
        QTest.keyClicks(floor.focused, letter)
        assert floor.focused is field
    floor.until(lambda: floor.desk.state.units[units[0]].distress_at is not None)
    floor.qtbot.wait(100)
    assert _written(field) == story
    assert floor.focused is field
    assert QApplication.activeModalWidget() is None
    assert floor.desk.draft is not None
