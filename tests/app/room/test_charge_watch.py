"""What a desk is told of its incidents, and that whoever sends to one that nobody has is in charge of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from app.room.charge_watch import ChargeWatch
from dispatch.commands import AddNote, AssignUnits, Choice
from dispatch.desk_commands import DeclineHandOver, HandOverAll, HandOverIncident, TakeIncident, WithdrawHandOver
from dispatch.desk_events import IncidentTaken
from tests.app.charge.seats import BELA, CARLA, join
from tests.app.panels.seat import Seat
from tests.dispatch.town import crossing


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[Seat]:
    made = Seat()
    made.desk.state = made.engine.state
    join(made, BELA, CARLA)
    made.sounded = []  # type: ignore[attr-defined]
    made.watch = ChargeWatch(made.desk, sound=lambda: made.sounded.append(1))  # type: ignore[attr-defined]
    made.report("structure_fire", crossing(1, 1))
    made.report("structure_fire", crossing(2, 1))
    made.said.clear()
    yield made
    made.bridge.close()


def test_an_offer_is_told_with_a_soft_sound_once_for_all_of_it(seat: Seat) -> None:
    seat.other(TakeIncident(1))
    seat.other(TakeIncident(2))
    assert not seat.said and not seat.sounded  # type: ignore[attr-defined]
    seat.other(HandOverAll("seat-1", "", "end of shift"))
    assert seat.said == [("warning", "bela (seat-2) hands you incident 1, 2: end of shift")]
    assert len(seat.sounded) == 1  # type: ignore[attr-defined]
    seat.other(WithdrawHandOver(1))
    assert seat.said[-1][0] == "info" and "back" in seat.said[-1][1] and len(seat.sounded) == 1  # type: ignore[attr-defined]


def test_what_is_taken_over_is_told_to_whoever_had_it(seat: Seat) -> None:
    seat.desk.send(TakeIncident(1))
    seat.other(TakeIncident(1, "anna is at lunch"))
    assert seat.said[-1] == ("warning", "bela (seat-2) took incident 1 over from you: anna is at lunch")
    assert len(seat.sounded) == 1  # type: ignore[attr-defined]
    assert seat.desk.selection.incident_id is None  # nothing is moved under anybody's hands


def test_what_was_handed_over_and_taken_is_told_calmly_and_what_is_declined_is_not(seat: Seat) -> None:
    for number in (1, 2):
        seat.desk.send(TakeIncident(number))
        seat.desk.send(HandOverIncident(number, "seat-2"))
    seat.other(TakeIncident(1))
    assert seat.said[-1][0] == "info" and "that you handed over" in seat.said[-1][1]
    seat.other(DeclineHandOver(2, "busy"))
    assert seat.said[-1] == ("warning", "bela (seat-2) does not take incident 2: busy")


def test_what_others_do_on_ones_own_is_told_and_on_theirs_is_not(seat: Seat) -> None:
    seat.desk.send(TakeIncident(1))
    seat.other(AddNote(1, "caller rang again"))
    assert seat.said[-1] == ("info", "bela (seat-2) worked on your incident 1")
    count = len(seat.said)
    seat.other(AddNote(2, "caller rang again"))
    assert len(seat.said) == count


def test_sending_takes_charge_of_what_nobody_has(seat: Seat) -> None:
    seat.desk.send(AssignUnits(1, (Choice("E1"),)))
    assert seat.state.charges[1].seat == "seat-1"
    assert len(seat.bodies(IncidentTaken)) == 1
    seat.desk.send(AssignUnits(1, (Choice("E2"),)))
    assert len(seat.bodies(IncidentTaken)) == 1


def test_sending_takes_charge_of_nothing_that_somebody_has_or_is_offered(seat: Seat) -> None:
    seat.other(TakeIncident(1))
    seat.desk.send(AssignUnits(1, (Choice("E1"),)))
    assert seat.state.charges[1].seat == "seat-2"
    seat.other(HandOverIncident(2, "seat-3"))
    seat.desk.send(AssignUnits(2, (Choice("E2"),)))
    assert not seat.state.charges[2].is_held
    seat.other(HandOverIncident(2, "seat-1"))
    seat.desk.send(AssignUnits(2, (Choice("P1"),)))
    assert seat.state.charges[2].seat == "seat-1"


def test_others_sending_takes_nothing_here_and_a_desk_alone_neither(seat: Seat) -> None:
    seat.assign(1, "E1")
    assert not seat.state.charges
    seat.desk.seats = None
    seat.desk.send(AssignUnits(2, (Choice("E2"),)))
    assert not seat.state.charges


def test_what_was_caught_up_with_is_not_shouted(seat: Seat) -> None:
    seat.now -= timedelta(minutes=4)
    seat.other(TakeIncident(1))
    clock = seat.desk.clock
    seat.desk.clock = lambda: clock() + timedelta(minutes=4)
    seat.other(HandOverIncident(1, "seat-1"))
    assert not seat.said
