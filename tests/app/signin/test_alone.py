"""A desk that is locked, or at which nobody sits, when the server is lost: the card lets people on by going alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import argon2
import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.island.stage import Stage
from dispatch import passwords
from dispatch.account_commands import UnlockSeat
from dispatch.commands import Command, Who
from dispatch.log import NotSaved
from dispatch.refused import Refused
from tests.app.signin.live_seat import WORDS, LiveSeat


class Alone(QObject):
    """Stand in for what takes a seat to an island; `tests/dispatch/island/test_entering.py` holds that to its word."""

    changed = Signal()
    is_island = is_busy = is_room_there = False

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage.ROOM
        self.asked: list[tuple[str, str, str]] = []

    def turn(self, stage: Stage) -> None:
        self.stage = stage
        self.changed.emit()

    def come_in(self, account_id, password, *, role, done, refused, failed):  # type: ignore[no-untyped-def]
        self.asked.append((account_id, password, role))
        if password != WORDS:
            refused(Refused("island_sign_in_failed"))
        else:
            done(self.let_in(account_id))

    def let_in(self, account_id: str) -> Who:
        raise NotImplementedError


@pytest.fixture
def seat(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSeat]:
    monkeypatch.setattr(passwords, "HASHER", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    made = LiveSeat(qtbot, tmp_path, alone=Alone())
    made.add("bela", "dispatcher")
    made.begin()
    made.come("bela")
    yield made
    made.close()


def test_a_locked_desk_is_opened_by_going_alone_once_the_server_is_lost(seat: LiveSeat) -> None:
    alone, card = seat.desk.alone, seat.room.card
    assert isinstance(alone, Alone)
    seat.room.lock()
    seat.until(lambda: card.is_for_unlocking)
    assert card.alone_button.isHidden()  # the room is there: it is unlocked as ever
    calm = card.about.text()
    alone.turn(Stage.LOST)
    assert card.alone_button.isVisible() and card.about.text() != calm
    card.alone_button.click()  # no password yet
    assert not alone.asked
    card.password.setText("wrong")
    card.alone_button.click()
    assert "since it was started" in card.said.text() and seat.room.shut.is_shut

    def let_in(account_id: str) -> Who:
        me = Who(account_id, "dispatcher", "", "desk-1")
        seat.engine.submit(Command("in", seat.now, me, UnlockSeat())).result()
        return me

    alone.let_in = let_in  # type: ignore[method-assign]
    card.password.setText(WORDS)
    card.alone_button.click()
    assert alone.asked[-1] == ("bela", WORDS, "dispatcher")
    seat.until(lambda: not seat.room.shut.is_shut)
    assert seat.desk.who.actor == "bela"


def test_the_offer_goes_when_the_server_is_back(seat: LiveSeat) -> None:
    alone, card = seat.desk.alone, seat.room.card
    assert isinstance(alone, Alone)
    alone.turn(Stage.LOST)
    seat.room.lock()
    seat.until(lambda: card.is_for_unlocking)
    assert card.alone_button.isVisible()
    card.other_button.click()
    card.password.setText(WORDS)
    card.alone_button.click()  # nobody is named
    assert not alone.asked
    alone.turn(Stage.ROOM)
    assert card.alone_button.isHidden()


def test_a_failure_is_said_on_the_card_in_the_language_of_the_desk(
    seat: LiveSeat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise NotSaved("timeout", "the server gave up")

    seat.room.lock()
    seat.until(lambda: seat.room.card.is_for_unlocking)
    monkeypatch.setattr(seat.log, "append", fail)
    monkeypatch.setattr(seat.desk, "language", "zh")
    seat.room.card.password.setText(WORDS)
    seat.room.card.go_button.click()
    seat.until(lambda: "服务器未在限定时间内完成" in seat.room.card.said.text())
