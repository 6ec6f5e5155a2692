"""The commands of the room of a major incident: which page asked for each, and that one changed nothing."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from app.desk import Desk
from app.parts.own_commands import OwnCommands
from dispatch.commands import Body
from dispatch.events import Entry

if TYPE_CHECKING:
    from app.major.page import Page


class PageCommands(OwnCommands):
    """Tell which page's command is done, also where all was so already and no entry comes."""

    done = Signal(object)  # the page that asked, or None: the room itself
    _changed_nothing = Signal(str)  # command's id

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(desk, parent)
        self._pages: dict[str, Page | None] = {}  # of the commands that wait
        self._changed_nothing.connect(self._on_nothing, Qt.ConnectionType.QueuedConnection)

    def do_for(self, page: Page | None, body: Body, based_on: int | None = None) -> None:
        """Send a command, made from the state on the screen or from the sequence that a sheet was filled from."""
        command = self._make(body, based_on)
        self._waiting.add(command.id)  # before it is sent: the answer may come at once
        self._pages[command.id] = page
        ticket = self._desk.submit(command)
        if isinstance(ticket, Future):
            ticket.add_done_callback(partial(self._on_ticket, command.id))

    def take(self, entry: Entry | None) -> bool:
        """Tell whether an entry answers a command sent from here, after `done`."""
        page = self._pages.get(entry.command_id) if entry is not None else None
        is_own = super().take(entry)
        if is_own:
            self.done.emit(page)
        return is_own

    def forget(self) -> None:
        """Wait for nothing any more: another incident is in hand."""
        super().forget()
        self._pages.clear()

    def _answered(self, command_id: str) -> bool:
        self._pages.pop(command_id, None)
        return super()._answered(command_id)

    def _on_ticket(self, command_id: str, done: Future[Entry | None]) -> None:
        """Told in whichever thread answered."""
        if not done.cancelled() and done.exception() is None and done.result() is None:
            self._changed_nothing.emit(command_id)

    def _on_nothing(self, command_id: str) -> None:
        page = self._pages.get(command_id)
        if self._answered(command_id):
            self.done.emit(page)
