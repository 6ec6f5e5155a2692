"""The command line in a room: take, hand over, decline, whose queue; and that it is nothing for a seat alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.commandline.completion import complete
from app.commandline.line import CommandBar
from dispatch.desk_commands import HandOverIncident, TakeIncident
from tests.app.charge.seats import BELA, CARLA, join
from tests.app.panels.seat import Seat
from tests.dispatch.town import SUPERVISOR, crossing


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[Seat]:
    made = Seat()
    made.desk.state = made.engine.state
    made.report("structure_fire", crossing(1, 1))
    yield made
    made.bridge.close()


@pytest.fixture
def bar(seat: Seat, qtbot: QtBot) -> CommandBar:
    join(seat, BELA, CARLA)
    made = CommandBar(seat.desk)
    qtbot.addWidget(made)
    return made


def test_a_seat_alone_is_told_so_and_offered_none_of_it(seat: Seat, qtbot: QtBot) -> None:
    bar = CommandBar(seat.desk)
    qtbot.addWidget(bar)
    assert not bar.run("take 1") and "works alone" in bar.answer.text()
    assert not seat.state.charges
    assert not {"take", "hand", "handall", "decline"} & set(complete("", seat.state) + complete("h", seat.state))


def test_take_and_take_over(seat: Seat, bar: CommandBar) -> None:
    assert bar.run("take 1") and seat.state.charges[1].seat == "seat-1"
    seat.other(TakeIncident(1, "mine"))
    assert bar.run("take 1")
    assert "bela" in bar.answer.text() and seat.state.charges[1].seat == "seat-2"
    assert bar.run("take 1 because he asked me") and seat.state.charges[1].reason == "he asked me"


def test_hand_to_a_seat_by_its_name_or_a_beginning(seat: Seat, bar: CommandBar) -> None:
    assert bar.run("hand 1 to SEAT-2 because knows the house")
    offer = seat.state.charges[1].offer
    assert offer is not None and (offer.to_seat, offer.note) == ("seat-2", "knows the house")
    assert not bar.run("hand 1 to seat-9")
    assert "seat-2, seat-3" in bar.answer.text()
    assert not bar.run("hand 1") and "hand 1 to seat-2" in bar.answer.text()


def test_hand_all_and_decline(seat: Seat, bar: CommandBar) -> None:
    assert bar.run("take 1") and bar.run("handall seat-3 because end of shift")
    assert seat.state.charges[1].offer.to_seat == "seat-3"  # type: ignore[union-attr]
    seat.other(TakeIncident(1, "carla is away"))
    seat.other(HandOverIncident(1, "seat-1"))
    assert not bar.run("decline 1") and bar.run("decline 1 busy with the flood")
    assert seat.state.charges[1].offer is None


def test_whose_queue(seat: Seat, bar: CommandBar) -> None:
    wanted: list[str] = []
    bar.queue_wanted.connect(wanted.append)
    assert all(bar.run(f"queue {word}") for word in ("mine", "all", "nobody", "seat-1", ""))
    assert wanted == ["mine", "", "nobody", "mine", "mine"]
    assert not bar.run("queue seat-2") and "mine, all, nobody" in bar.answer.text()
    seat.desk.set_who(replace(SUPERVISOR, seat="seat-1"))
    assert bar.run("queue SEAT-2") and wanted[-1] == "seat:seat-2"


def test_lines_are_completed(seat: Seat) -> None:
    seats = ("seat-2", "seat-3")
    assert complete("hand 1 ", seat.state, seats) == ["hand 1 to seat-2", "hand 1 to seat-3"]
    assert complete("take ", seat.state, seats) == ["take 1"]
    assert complete("queue s", seat.state, seats) == ["queue seat-2", "queue seat-3"]
    assert complete("handall ", seat.state, seats) == ["handall seat-2", "handall seat-3"]
    assert complete("decline ", seat.state, seats) == []
    assert "take" in complete("ta", seat.state, seats)
