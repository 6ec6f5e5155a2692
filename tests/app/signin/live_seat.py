"""A seat whose window asks who sits there, on the town's log; passwords are checked cheaply (see `conftest`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.desk import Desk
from app.signin.room import SignInRoom
from app.window.window import MainWindow
from dispatch.account_commands import SignOut
from dispatch.account_events import AccountEvent
from dispatch.commands import Body, Command, ReportIncident, Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log_memory import MemoryLog
from dispatch.signing_in import add_account, change_password, create_first_administrator, sign_in
from tests.app.rooms import Room, window
from tests.dispatch import town

WORDS, GIVEN = "tall birches grow", "five red kites"
HOME = "home"
ADMINISTRATOR = Who("console", "system", "", "console")


class LiveSeat:
    """Drive one window with real keys; the engine answers from its own thread, as in the program."""

    def __init__(
        self, qtbot: QtBot, folder: Path | None = None, kind: LogKind = LogKind.LIVE, *, alone: object | None = None
    ) -> None:
        self.qtbot = qtbot
        self.now = town.START
        self.log = MemoryLog()
        self.engine = Engine(self.log, clock=lambda: self.now)
        for command in town.opening(kind):
            self.engine.do(command)
        self.desk = Desk(Who("x", "operator", "", "desk-1"), clock=lambda: self.now)
        self.desk.state = self.engine.state
        self.desk.alone = alone  # type: ignore[assignment]
        self.bridge = Bridge(self.engine)
        self.bridge.committed.connect(self._show)
        self.bridge.refused.connect(self.desk.refused)
        self.bridge.failed.connect(self.desk.failed)
        self.desk.submit = self.bridge.submit
        self.engine.start()
        self.window: MainWindow = window(Room(self.desk, self.engine, self.bridge), folder)
        self.room = SignInRoom(self.desk, self.window, self.engine, log_name="town", keep_in=folder)
        qtbot.addWidget(self.window)
        self.window.resize(1600, 900)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()

    def close(self) -> None:
        self.room.shut.open()
        self.engine.stop()
        self.bridge.close()

    def begin(self) -> None:
        self.room.begin(None, asks=True)
        self.settle()

    def add(self, account_id: str, *roles: str, name: str = "", is_temporary: bool = False) -> None:
        """Make an account with the password `WORDS`, which its owner chose at home unless it `is_temporary`."""
        if not self.engine.state.accounts:
            create_first_administrator(self.engine, "root", WORDS, name="Root", seat="console", at=self.now)
        word = WORDS if is_temporary else GIVEN
        add_account(
            self.engine, ADMINISTRATOR, account_id, word, name=name or account_id.title(), roles=roles, at=self.now
        )
        if not is_temporary:
            who = sign_in(self.engine, account_id, GIVEN, seat=HOME, at=self.now)
            change_password(self.engine, who, GIVEN, WORDS, at=self.now)
            self.engine.submit(Command(f"home-{account_id}", self.now, who, SignOut())).result()
        self.settle()

    def come(self, account_id: str, role: str = "") -> None:
        """Sign somebody in by the keys."""
        self.until(self.room.card.isVisible)
        if self.room.card.is_for_unlocking:
            self.room.card.other_button.click()
        self.room.card.account.setText("")
        self.room.card.account.setFocus()
        self.type(account_id)
        self.key(Qt.Key.Key_Return)
        self.type(WORDS)
        self.key(Qt.Key.Key_Return)
        self.until(lambda: self.room.card.role.isVisible() or not self.room.shut.is_shut)
        if self.room.shut.is_shut:
            if role:
                self.room.card.role.setCurrentIndex(self.room.card.role.findData(role))
            self.key(Qt.Key.Key_Return)
        self.until(lambda: not self.room.shut.is_shut)

    def report(self) -> int:
        """Let the program report an incident."""
        self.program(ReportIncident("structure_fire", town.crossing(0, 1)))
        return self.desk.state.next_incident - 1

    def program(self, body: Body) -> None:
        who = Who("opsroom", "system", "", "system")
        self.engine.submit(Command(f"{self.log.head}-{type(body).__name__}", self.now, who, body)).result()
        self.settle()

    def pass_time(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.desk.ticked.emit(self.now)

    def events(self, kind: type[AccountEvent]) -> list[object]:  # type: ignore[valid-type]
        """Return what happened at this seat and by the program; not how accounts came to their passwords at home."""
        told = (entry for entry in self.log.read() if entry.seat != HOME)
        return [event for entry in told for event in entry.events if isinstance(event, kind)]

    def settle(self) -> None:
        """Wait until the window has been told everything that the log holds."""
        self.until(lambda: self.desk.state.sequence == self.engine.state.sequence)

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=10_000)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focused, key, modifier)

    def type(self, words: str) -> None:
        QTest.keyClicks(self.focused, words)

    @property
    def focused(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def _show(self, entry: object, state: object) -> None:
        self.desk.state = state  # type: ignore[assignment]
        self.desk.state_changed.emit(entry, state)
