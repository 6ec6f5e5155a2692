"""The lines of the menu that are about who sits here."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from app.desk import Desk
from app.parts.allow import allow
from app.signin.memory import CHOICES_MIN, Memory
from app.window.menus import Menus
from app.wording import label, text
from app.wording.screen import say
from dispatch.account import ADMINISTRATOR
from dispatch.case_commands import ReportCase
from dispatch.commands import AcknowledgeSignal, AssignUnits, AttachCall, CloseRoad, RecordCall, ReportIncident, Who
from dispatch.state import State

LOCK_KEY = "Ctrl+Alt+L"
# What lines of other menus do, by their codes.
_COMMANDS: dict[str, tuple[type, ...]] = {
    "new_call": (RecordCall, ReportIncident),
    "send": (ReportIncident, AssignUnits),
    "attach": (AttachCall,),
    "acknowledge_distress": (AcknowledgeSignal,),
    "acknowledge_speak": (AcknowledgeSignal,),
    "close_road": (CloseRoad,),
    "new_case": (ReportCase,),
}


class SeatMenu(QObject):
    """Offer roles, lock, change of shift, sign-out, password and accounts; off while nobody is signed in."""

    role_wanted = Signal(str)
    lock_wanted = Signal()
    sign_out_wanted = Signal()
    hand_over_wanted = Signal()
    notes_wanted = Signal()
    password_wanted = Signal()
    accounts_wanted = Signal()
    idle_chosen = Signal(int)

    def __init__(self, desk: Desk, menus: Menus, memory: Memory) -> None:
        super().__init__(desk)
        self._desk = desk
        language = desk.language
        self.roles = QMenu(say("role_menu", language))
        self._role_group = QActionGroup(self)
        self._shown: tuple[tuple[str, ...], str] = ((), "")
        self.idle = QMenu(say("idle_menu", language))
        self._idle_group = QActionGroup(self)
        for minutes in CHOICES_MIN:
            words = text("signin.idle_min", language, count=minutes) if minutes else text("signin.idle_never", language)
            line = QAction(words, self._idle_group, checkable=True)
            line.setData(minutes)
            line.triggered.connect(lambda checked=False, minutes=minutes: self.idle_chosen.emit(minutes))
            self.idle.addAction(line)
        menus.put_before(
            "menu_desk",
            "open_log_again",
            self.roles.menuAction(),
            ("lock_desk", LOCK_KEY, self.lock_wanted.emit),
            ("hand_over", "", self.hand_over_wanted.emit),
            ("shift_notes", "", self.notes_wanted.emit),
            ("sign_out", "", self.sign_out_wanted.emit),
            None,
            ("my_password", "", self.password_wanted.emit),
            ("accounts", "", self.accounts_wanted.emit),
            self.idle.menuAction(),
            None,
        )
        for code, commands in _COMMANDS.items():
            if code in menus.actions:
                allow(menus.actions[code], desk, *commands)
        self.lines = {
            code: menus.actions[code]
            for code in ("lock_desk", "hand_over", "shift_notes", "sign_out", "my_password", "accounts")
        }

    def follow(self, state: State, me: Who | None) -> None:
        """Show what whoever sits here may do; None: nobody does."""
        account = state.accounts.get(me.actor) if me is not None else None
        for code, line in self.lines.items():
            line.setEnabled(account is not None and (code != "accounts" or me.role == ADMINISTRATOR))  # type: ignore[union-attr]
        self.roles.menuAction().setEnabled(account is not None and len(account.roles) > 1)
        self.idle.menuAction().setEnabled(account is not None)
        shown = (account.roles if account is not None else (), me.role if me is not None else "")
        if shown != self._shown:
            self._shown = shown
            self._build(*shown)

    def show_idle(self, minutes: int) -> None:
        """Mark after how many minutes the desk locks by itself."""
        for line in self._idle_group.actions():
            line.setChecked(line.data() == minutes)

    def _build(self, roles: tuple[str, ...], held: str) -> None:
        self.roles.clear()
        for line in self._role_group.actions():
            self._role_group.removeAction(line)
            line.deleteLater()
        for role in roles:
            line = QAction(label("role", role, self._desk.language), self._role_group, checkable=True)
            line.setChecked(role == held)
            line.triggered.connect(lambda checked=False, role=role: self.role_wanted.emit(role))
            self.roles.addAction(line)
