"""The pages of whoever sits here: notes of the shift, handing over, the own password, the accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.desk import Desk
from app.signin.memory import Memory
from app.signin.shift_pages import HandOverPage, NotesPage, unread
from app.wording import sentence
from dispatch.account_commands import HandOver, SignOut
from dispatch.commands import Command, Who
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.refused import Refused
from dispatch.state import State

if TYPE_CHECKING:
    from app.signin.accounts_page import AccountsPage
    from app.signin.password_page import PasswordPage

NOTES_KEPT_FOR = timedelta(hours=36)


class Pages(QObject):
    """Make each page when it is first wanted; hand a desk over, and remember up to where its notes were read.

    `is_here` tells whether somebody is signed in and the desk is open: only then are notes read. `keep` stores the
    memory.
    """

    sign_out_wanted = Signal()

    def __init__(
        self,
        desk: Desk,
        window: QWidget,
        engine: Engine,
        memory: Memory,
        *,
        log_name: str,
        is_here: Callable[[], bool],
        keep: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._desk, self._window, self._engine, self._log_name = desk, window, engine, log_name
        self._memory, self._is_here, self._keep = memory, is_here, keep
        self._handing_over = ""  # the command after which, once the log has it, the session ends
        self._made: list[QWidget] = []  # those that somebody wanted
        desk.state_changed.connect(self._on_state)
        desk.refused.connect(self._on_refused)

    @cached_property
    def hand_over(self) -> HandOverPage:
        """Return the page that hands a desk over; like the others it is made when it is first wanted."""
        page = HandOverPage(self._desk, self._window)
        page.asked.connect(self._hand_over)
        self._made.append(page)
        return page

    @cached_property
    def notes(self) -> NotesPage:
        """Return the page of what was handed over lately."""
        page = NotesPage(self._desk, self._window)
        page.left.connect(self._on_notes_read)
        self._made.append(page)
        return page

    @cached_property
    def password(self) -> PasswordPage:
        """Return the page on which somebody changes the own password."""
        from app.signin.password_page import PasswordPage

        page = PasswordPage(self._desk, self._window, self._engine)
        page.sign_out_wanted.connect(self.sign_out_wanted)
        self._made.append(page)
        return page

    @cached_property
    def accounts(self) -> AccountsPage:
        """Return the page of the accounts."""
        from app.signin.accounts_page import AccountsPage

        page = AccountsPage(self._desk, self._window, self._engine)
        self._made.append(page)
        return page

    @property
    def is_password_held(self) -> bool:
        """Tell whether the page of the own password stays until the password is changed."""
        return "password" in self.__dict__ and self.password.is_held

    def hide_all(self) -> None:
        """Put every page away: nobody reads on over a shut desk."""
        for page in self._made:
            page.hide()

    def show_notes(self) -> None:
        """Show what was handed over lately."""
        now = self._desk.clock()
        self.notes.show_notes(tuple(one for one in self._desk.state.hand_overs if now - one.at < NOTES_KEPT_FOR))

    def show_unread(self, me: Who) -> None:
        """Show what was handed over to `me` or this seat and not read yet, if there is any."""
        handed = unread(
            self._engine.state.hand_overs,
            account_id=me.actor,
            seat=me.seat,
            seen=self._memory.seen.get(self._log_name, 0),
            is_recent=lambda one: self._desk.clock() - one.at < NOTES_KEPT_FOR,
        )
        if handed:
            self.notes.show_notes(handed)

    def _hand_over(self, notes: str, to: str) -> None:
        self._handing_over = self._desk.send(HandOver(notes, to)).id

    def _on_notes_read(self) -> None:
        handed = self._desk.state.hand_overs
        if handed and self._is_here():
            self._memory.seen[self._log_name] = handed[-1].sequence
            self._keep()

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if entry is not None and self._handing_over and entry.command_id == self._handing_over:
            self._handing_over = ""
            self.hand_over.notes.clear()
            self.hand_over.hide()
            self._desk.send(SignOut())

    def _on_refused(self, command: Command, refused: Refused) -> None:
        if self._handing_over and command.id == self._handing_over:
            self._handing_over = ""
            self.hand_over.refuse(
                sentence(refused.code, refused.parameters, self._desk.language, zone=self._desk.state.time_zone)
            )
