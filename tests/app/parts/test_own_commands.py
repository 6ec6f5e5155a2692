"""A panel's own commands: what became of them is told, of others nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.desk import Desk
from app.parts.own_commands import OwnCommands
from dispatch.commands import AddNote, Command, Who
from dispatch.refused import Refused

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


class Sent:
    def __init__(self) -> None:
        self.desk = Desk(Who("bela", "dispatcher"), clock=lambda: NOON)
        self.commands: list[Command] = []
        self.desk.submit = self.commands.append
        self.own = OwnCommands(self.desk, self.desk)
        self.not_done: list[tuple[str, str]] = []
        self.refused: list[tuple[Command, Refused]] = []
        self.own.not_done.connect(lambda words, level: self.not_done.append((words, level)))
        self.own.refused.connect(lambda command, refused: self.refused.append((command, refused)))


@pytest.fixture
def sent(qtbot: QtBot) -> Sent:
    return Sent()


def _entry(command_id: str) -> Any:
    return SimpleNamespace(command_id=command_id)


def test_a_command_is_made_from_what_the_desk_shows_and_waits_for_its_entry(sent: Sent) -> None:
    sent.own.do(AddNote(1, "smoke"))
    (command,) = sent.commands
    assert (command.body, command.who, command.based_on) == (AddNote(1, "smoke"), sent.desk.who, 0)
    assert sent.own.is_waiting
    assert not sent.own.take(None) and not sent.own.take(_entry("of somebody else")) and sent.own.is_waiting
    assert sent.own.take(_entry(command.id)) and not sent.own.is_waiting
    assert not sent.own.take(_entry(command.id))  # answered once


def test_a_refusal_is_worded_once_and_told_with_its_command(sent: Sent) -> None:
    sent.own.do(AddNote(1, "smoke"))
    (command,) = sent.commands
    problem = Refused("account_unknown", account_id="anna")
    sent.desk.refused.emit(command, problem)
    sent.desk.refused.emit(command, problem)
    ((words, level),) = sent.not_done
    assert (words, level) == ("There is no account “anna”.", "warning")
    assert sent.refused == [(command, problem)] and not sent.own.is_waiting


def test_what_went_wrong_is_an_alarm(sent: Sent) -> None:
    sent.own.do(AddNote(1, "smoke"))
    sent.desk.failed.emit(sent.commands[0], "disk full")
    assert sent.not_done == [("disk full", "alarm")] and not sent.refused and not sent.own.is_waiting


def test_others_commands_and_forgotten_ones_are_not_told(sent: Sent) -> None:
    sent.own.do(AddNote(1, "smoke"))
    other = OwnCommands(sent.desk, sent.desk)
    other.do(AddNote(1, "fire"))
    sent.desk.failed.emit(sent.commands[1], "disk full")
    assert not sent.not_done and sent.own.is_waiting and not other.is_waiting
    sent.own.forget()
    sent.desk.failed.emit(sent.commands[0], "disk full")
    assert not sent.not_done and not sent.own.is_waiting


def test_all_are_waited_for_before_the_first_is_answered(sent: Sent) -> None:
    left: list[bool] = []

    def answer(command: Command) -> None:
        assert sent.own.take(_entry(command.id))
        left.append(sent.own.is_waiting)

    sent.desk.submit = answer
    sent.own.do(AddNote(1, "smoke"), AddNote(1, "fire"))
    assert left == [True, False]
