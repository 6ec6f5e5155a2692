"""What is unread for whom, what was missed, and what a watch says aloud of messages and duties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from app.duties.watch import DutyWatch, concerns
from app.messages.unread import everything, inbox, is_unread, known_seats, missed, reaches, unread
from app.messages.watch import MessageWatch
from app.messages.words import seat_words
from dispatch import duty_commands as d
from dispatch import message_commands as m
from dispatch.commands import Who
from dispatch.message import Addressee
from tests.app.duties.duty_seat import DutySeat
from tests.dispatch import case_town as t
from tests.dispatch.duty_story import SEAT, URBAN, VALVE, WATER
from tests.dispatch.town import OBSERVER


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[DutySeat]:
    made = DutySeat()
    yield made
    made.bridge.close()


def test_a_department_and_a_seat_are_reached_each_by_its_own(seat: DutySeat) -> None:
    seat.act(m.SendMessage("a", (WATER, SEAT)), t.COORDINATOR)
    seat.act(m.SendMessage("b", (URBAN,)), t.COORDINATOR)
    at_seat = Who("zoe", "operator", "", SEAT.id)
    assert [one.id for one in unread(seat.state, t.WATER_OFFICER)] == [1]
    assert [one.id for one in unread(seat.state, at_seat)] == [1]
    assert [one.id for one in unread(seat.state, t.OFFICER)] == [2]
    seat.act(m.ReceiveMessage(1), t.WATER_OFFICER)
    assert not unread(seat.state, t.WATER_OFFICER) and unread(seat.state, at_seat), "each says so for itself"
    assert [one.id for one in everything(seat.state)] == [2, 1]


def test_who_sent_it_has_it_even_where_it_reaches_them(seat: DutySeat) -> None:
    own = Addressee("seat", t.COORDINATOR.seat)
    seat.act(m.SendMessage("note to the desk", (own, WATER)), t.COORDINATOR)
    assert not unread(seat.state, t.COORDINATOR) and not inbox(seat.state, t.COORDINATOR)
    assert not is_unread(seat.state.messages[1], t.COORDINATOR)
    assert reaches(seat.state.messages[1], t.COORDINATOR) == own
    after = replace(t.COORDINATOR, actor="next shift")
    assert [one.id for one in unread(seat.state, after)] == [1]


def test_what_was_missed_is_told_to_who_sent_it_until_it_comes(seat: DutySeat) -> None:
    seat.act(m.SendMessage("a", (WATER,), needs_receipt=True, receipt_within_min=5), t.COORDINATOR)
    seat.now += timedelta(minutes=6)
    assert not missed(seat.state, t.COORDINATOR), "nobody has found it out yet"
    seat.tick()
    assert missed(seat.state, t.COORDINATOR) and not missed(seat.state, t.DISPATCHER)
    seat.act(m.ReceiveMessage(1), t.WATER_OFFICER)
    assert not missed(seat.state, t.COORDINATOR)


def test_seats_are_known_from_who_wrote(seat: DutySeat) -> None:
    assert known_seats(seat.state, t.COORDINATOR) == ()
    seat.act(m.SendMessage("a", (URBAN,)), t.WATER_OFFICER)
    assert known_seats(seat.state, t.COORDINATOR) == (t.WATER_OFFICER.seat,)


def test_a_seat_is_called_a_seat_once() -> None:
    assert seat_words("seat-8", "en") == "seat-8" and seat_words("desk-1", "en") == "seat desk-1"


def test_the_watch_tells_of_what_is_for_here_and_follows_who_sits_here(seat: DutySeat) -> None:
    watch, counts, words = MessageWatch(seat.desk), [], []
    watch.counted.connect(lambda new, late: counts.append((new, late)))
    watch.arrived.connect(words.append)
    seat.act(m.SendMessage("for water", (WATER,)), t.DISPATCHER)
    assert counts[-1] == (0, 0) and not words
    seat.desk.set_who(t.WATER_OFFICER)
    assert counts[-1] == (1, 0)
    seat.act(m.SendMessage("again\nfor water", (WATER,)), t.DISPATCHER)
    assert counts[-1] == (2, 0) and words == ["Message from jon (seat-7): again for water"]


def test_duties_are_told_to_the_desks_and_to_the_department_that_has_them(seat: DutySeat) -> None:
    seat.give(VALVE)
    duty = seat.duty()
    assert concerns(duty, t.COORDINATOR) and concerns(duty, t.WATER_OFFICER)
    assert not concerns(duty, t.OFFICER) and not concerns(duty, OBSERVER)
    seat.desk.set_who(t.WATER_OFFICER)
    watch, told = DutyWatch(seat.desk), []
    watch.told.connect(lambda level, words: told.append(words))
    seat.give(VALVE)
    assert told == ["New duty 2: shut the valve"]
    seat.act(d.HandBackDuty(2, "not ours"), t.WATER_OFFICER)
    assert len(told) == 1, "nobody is told what they did themselves"
