"""The commands of the room of a major incident: the page that asked hears when its command is done."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.major.page_commands import PageCommands
from dispatch.commands import AddNote, Command, Who

PAGE: Any = object()  # only handed back


class Sent:
    def __init__(self) -> None:
        self.desk = Desk(Who("bela", "dispatcher"))
        self.commands: list[Command] = []
        self.ticket: Future[Any] = Future()
        self.desk.submit = self._submit
        self.own = PageCommands(self.desk, self.desk)
        self.done: list[Any] = []
        self.own.done.connect(self.done.append)

    def _submit(self, command: Command) -> Future[Any]:
        self.commands.append(command)
        return self.ticket


@pytest.fixture
def sent(qtbot: QtBot) -> Sent:
    return Sent()


def test_the_page_hears_of_its_entry_and_the_command_is_based_on_what_its_sheet_showed(sent: Sent) -> None:
    sent.own.do_for(PAGE, AddNote(1, "smoke"), 7)
    (command,) = sent.commands
    assert command.based_on == 7
    assert sent.own.take(SimpleNamespace(command_id=command.id)) and sent.done == [PAGE]  # type: ignore[arg-type]


def test_a_command_that_changes_nothing_is_done_once(sent: Sent, qtbot: QtBot) -> None:
    sent.own.do_for(PAGE, AddNote(1, "smoke"))
    sent.ticket.set_result(None)
    qtbot.waitUntil(lambda: sent.done == [PAGE])
    assert not sent.own.is_waiting
    assert not sent.own.take(SimpleNamespace(command_id=sent.commands[0].id)) and len(sent.done) == 1  # type: ignore[arg-type]


def test_a_refused_command_is_not_done(sent: Sent, qtbot: QtBot) -> None:
    sent.own.do_for(PAGE, AddNote(1, "smoke"))
    sent.desk.failed.emit(sent.commands[0], "disk full")
    sent.ticket.set_result(None)
    qtbot.wait(10)
    assert not sent.done
