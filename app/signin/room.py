"""Signing in at the desk: who sits here follows the log, and what nobody may touch meanwhile is shut, never hidden."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.charge.leaving import left_words
from app.desk import Desk
from app.signin.corner import Corner
from app.signin.first_start import FirstStart
from app.signin.force import ForceBar, ForceGate
from app.signin.glass import GlassBar
from app.signin.idle import Idle
from app.signin.memory import Memory
from app.signin.pages import Pages
from app.signin.proving import Proving
from app.signin.seat_menu import SeatMenu
from app.signin.shut import Shut
from app.signin.sign_in_card import SignInCard
from app.signin.who_sits import Sitting, nobody, sitting
from app.wording import label, sentence, text
from dispatch.account_commands import LockSeat, SignIn, SignOut
from dispatch.commands import Body, Command, Who
from dispatch.engine import Engine
from dispatch.events import Entry, LogKind
from dispatch.refused import Refused
from dispatch.signing_in import DEMO_ID, DEMO_PASSWORD
from dispatch.state import State

if TYPE_CHECKING:
    from app.window.window import MainWindow


class SignInRoom(QObject):
    """Ask who sits here where it must be known, and let them go: roles, lock, change of shift, accounts.

    `begin` is told who was signed in by the program itself (a drill's demonstration account); without it, and with
    `asks`, the desk is shut until somebody signs in. A desk that does not ask is as one whose log has no accounts.
    """

    def __init__(
        self, desk: Desk, window: MainWindow, engine: Engine, *, log_name: str = "", keep_in: Path | None = None
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._engine = desk, window, engine
        self._file = keep_in / "signin.json" if keep_in is not None else None
        self.memory = Memory.read(self._file)
        self._asks = False
        self._me: Who | None = None
        self._coming: tuple[str, Who] | None = None  # a command and who sits here once the log has it
        self._shown: Sitting = Sitting.HERE
        self.gate = ForceGate(desk)
        over = window.map.parentWidget() or window
        self.corner = Corner(window, over)
        self.glass = GlassBar(desk)
        self.force_bar = ForceBar(desk, self.gate)
        self.card = SignInCard(desk.language)
        self.first = FirstStart(desk.language)
        for each in (self.glass, self.force_bar, self.first, self.card):
            self.corner.add(each)
            each.changed.connect(self.corner.arrange)
        self.first.hide()
        self.card.hide()
        self.shut = Shut(self.corner)
        self.idle = Idle(self)
        self.proving = Proving(desk, engine, self.first, self.card, self.memory)
        self.pages = Pages(
            desk,
            window,
            engine,
            self.memory,
            log_name=log_name,
            is_here=lambda: self._shown is Sitting.HERE,
            keep=lambda: self.memory.keep(self._file),
        )
        self.menu = SeatMenu(desk, window.menus, self.memory)
        self._connect()
        self._follow(engine.state)

    def begin(self, who: Who | None, *, asks: bool) -> None:
        """Begin with who the program signed in, or let the desk ask; `asks` False: nobody is ever asked."""
        # A drill whose disk takes no demonstration account goes on as one without accounts.
        can_ask = self._engine.state.kind is LogKind.LIVE or len(self._engine.state.accounts) > 0
        self._asks = can_ask and (asks or who is not None)
        if who is not None:
            self._sit(who)
        elif self._asks:
            self._desk.set_who(nobody(self._desk.who.seat))
        self._set_idle()
        self._follow(self._engine.state)

    def lock(self) -> None:
        """Lock the desk until the password is given again."""
        if self._me is not None:
            self._desk.send(LockSeat())

    def sign_out(self) -> None:
        """End the session at this seat; what is left in one's charge is said, and holds nobody up."""
        if self._me is not None:
            left = left_words(self._desk)
            if left:
                self._desk.said.emit("warning", left)
            self._desk.send(SignOut())

    def take_role(self, role: str) -> None:
        """Go on as the same person in another role, without a password."""
        me = self._me
        if me is None or role == me.role or self._shown is not Sitting.HERE:
            return
        who = Who(me.actor, role, me.department, me.seat)
        command = Command(str(uuid.uuid4()), self._desk.clock(), who, SignIn(me.actor, role))
        self._coming = (command.id, who)
        self._desk.submit(command)

    def leave(self) -> None:
        """End the session as the program ends: nobody is signed in at a seat that nobody sees."""
        self.shut.open()
        if self._asks and self._shown in (Sitting.HERE, Sitting.LOCKED):
            self._asks = False
            self._by_program(SignOut())
        self.memory.keep(self._file)

    def _connect(self) -> None:
        desk = self._desk
        desk.state_changed.connect(self._on_state)
        desk.refused.connect(self._on_refused)
        desk.ticked.connect(self._on_tick)
        self.idle.due.connect(lambda: self._by_program(LockSeat()))
        self.shut.knocked.connect(self._on_knock)
        self.proving.came_in.connect(self._came_in)
        self.proving.log_asked.connect(lambda: self._follow(self._engine.state))
        self.card.unlock_asked.connect(self._unlock)
        self.card.alone_asked.connect(self._come_in_alone)
        self.card.reopen_wanted.connect(self._window.open_log_wanted)
        menu = self.menu
        menu.role_wanted.connect(self.take_role)
        menu.lock_wanted.connect(self.lock)
        menu.sign_out_wanted.connect(self.sign_out)
        menu.hand_over_wanted.connect(lambda: self.pages.hand_over.come())  # noqa: PLW0108 - not before it is wanted
        menu.notes_wanted.connect(self.pages.show_notes)
        menu.password_wanted.connect(lambda: self.pages.password.come())  # noqa: PLW0108 - not before it is wanted
        menu.accounts_wanted.connect(lambda: self.pages.accounts.come())  # noqa: PLW0108 - not before it is wanted
        self.pages.sign_out_wanted.connect(self.sign_out)
        menu.idle_chosen.connect(self._choose_idle)
        self._window.leaving.connect(self.leave)
        desk.who_changed.connect(self._on_who)

    def _follow(self, state: State) -> None:
        """Show what the log says of this seat."""
        if not self._asks:
            self.menu.follow(state, None)
            return
        seat = self._desk.who.seat
        session = state.sessions.get(seat)
        if self._coming is not None and session is not None:
            who = self._coming[1]
            if (session.account_id, session.role) == (who.actor, who.role):
                self._sit(who)
        found = sitting(state, self._me, seat)
        if found is Sitting.NOBODY and self._me is not None:
            self._me = None
            self._coming = None
            self._desk.set_who(nobody(seat))
            self._refresh_panels()
        self.menu.follow(state, self._me if found is Sitting.HERE else None)
        if found is not self._shown or (found is not Sitting.HERE and not self.shut.is_shut):
            self._show(found, state)
        self._hold_for_password(state)

    def _hold_for_password(self, state: State) -> None:
        """Open the password page for whoever signed in with a password that somebody else knows, and keep it there.

        The desk is not shut for it, and a distress stands above it in a window of its own: a life may hang on either.
        """
        is_held = self.pages.is_password_held
        if not self._must_change(state):
            if is_held:
                self.pages.password.hold(False)
                self.pages.password.hide()
                if self._shown is Sitting.HERE and self._me is not None:
                    self.pages.show_unread(self._me)
            return
        page = self.pages.password
        if not is_held:
            page.hold(True)
        if page.isHidden():
            page.come()

    def _must_change(self, state: State) -> bool:
        account = state.accounts.get(self._me.actor) if self._me is not None else None
        return self._shown is Sitting.HERE and account is not None and account.must_change and not account.is_demo

    def _show(self, found: Sitting, state: State) -> None:
        self._shown = found
        self.first.setVisible(found is Sitting.FIRST)
        self.card.setVisible(found in (Sitting.NOBODY, Sitting.LOCKED))
        if found is Sitting.HERE:
            self.shut.open()
            self.idle.touch()
            self.corner.arrange()
            self._window.commands.line.setFocus()
            return
        self.pages.hide_all()
        self.shut.shut()
        if found is Sitting.NOBODY:
            self.card.ask(about=text("signin.about", self._desk.language))
        elif found is Sitting.LOCKED:
            self._ask_to_unlock(state)
        self.corner.arrange()
        QTimer.singleShot(0, self, self._take_focus)

    def _ask_to_unlock(self, state: State) -> None:
        assert self._me is not None
        account = state.accounts.get(self._me.actor)
        language = self._desk.language
        name = account.name if account is not None else self._me.actor
        role = label("role", self._me.role, language)
        about = text("signin.locked_about", language)
        if account is not None and account.is_demo and account.id == DEMO_ID:
            name = text("signin.strip_demo", language)
            about = text("signin.demo_password", language, password=DEMO_PASSWORD)
        words = text("signin.name_role", language, name=name, role=role)
        self.card.ask(locked=(self._me.actor, words), about=about)

    def _take_focus(self) -> None:
        if self._shown is Sitting.HERE:
            return
        self._window.activateWindow()
        (self.first if self._shown is Sitting.FIRST else self.card).take_focus()

    def _on_knock(self) -> None:
        held = self.corner.focusWidget()
        if held is None or not held.hasFocus():
            QTimer.singleShot(0, self, self._take_focus)

    def _unlock(self, password: str) -> None:
        if self._me is not None:
            self.proving.unlock(self._me, password)

    def _come_in_alone(self, account_id: str, password: str) -> None:
        self.proving.come_in_alone(account_id or (self._me.actor if self._me is not None else ""), password)

    def _came_in(self, who: Who) -> None:
        self.first.wait(False)
        for each in (self.first.password, self.first.again):
            each.clear()
        self._sit(who)
        self._follow(self._engine.state)
        if not self._must_change(self._engine.state):  # else once the password was changed
            self.pages.show_unread(who)

    def _sit(self, who: Who) -> None:
        self._me = who
        self._coming = None
        self.memory.roles[who.actor] = who.role
        self.memory.keep(self._file)
        self._desk.set_who(who)
        self._refresh_panels()

    def _refresh_panels(self) -> None:
        # Buttons that a role may not use were held off: now every panel says anew which it wants.
        self._desk.state_changed.emit(None, self._desk.state)

    def _by_program(self, body: Body) -> None:
        desk = self._desk
        if self._me is not None:
            desk.submit(Command(str(uuid.uuid4()), desk.clock(), Who("opsroom", "system", "", desk.who.seat), body))

    def _choose_idle(self, minutes: int) -> None:
        self.memory.locks_after_min = minutes
        self.memory.keep(self._file)
        self._set_idle()

    def _set_idle(self) -> None:
        is_real = self._desk.state.kind is LogKind.LIVE
        self.idle.minutes = self.memory.locks_after_min if self._asks and is_real else 0
        self.menu.show_idle(self.memory.locks_after_min)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        # The engine's state and not the one that is shown: what is shown comes later, and may be from before a sign-in.
        self._follow(self._engine.state)

    def _on_refused(self, command: Command, refused: Refused) -> None:
        if self._coming is not None and command.id == self._coming[0]:
            self._coming = None
            self._desk.said.emit("warning", self._words(refused))

    def _on_tick(self) -> None:
        if self._shown is Sitting.HERE and self._me is not None:
            self.idle.beat()

    def _on_who(self) -> None:
        self._window.status_line.show_seat()

    def _words(self, refused: Refused) -> str:
        return sentence(refused.code, refused.parameters, self._desk.language, zone=self._desk.state.time_zone)
