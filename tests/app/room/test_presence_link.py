"""What a desk says of itself in the room, and that a desk alone says nothing and loads nothing for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.desk import Draft
from app.room.presence_link import PresenceLink
from dispatch.log_memory import MemoryLog
from dispatch.room import presence_keeper
from dispatch.room.presence import Here, Room
from tests.app.charge.seats import BELA
from tests.app.panels.seat import Seat
from tests.dispatch.town import SUPERVISOR, crossing


class Keeper:
    """Stand for the thread: keep what is said, tell what the test says."""

    last: Keeper

    def __init__(self, log: object, *, on_change: Callable[[Room], None]) -> None:
        Keeper.last = self
        self.said: list[Here] = []
        self.tell = on_change
        self.room = Room()
        self.runs = False

    def say(self, here: Here) -> None:
        self.said.append(here)

    def start(self) -> None:
        self.runs = True

    def stop(self) -> None:
        self.runs = False


class ServerLog(MemoryLog):
    """A log that says it is on a server, and never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.name = "postgresql://nowhere/city"

    def connect(self, purpose: str) -> object:
        raise AssertionError("the window's thread asked the server")


class Reader(ServerLog):
    is_read_only = True


@pytest.fixture
def seat(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seat]:
    monkeypatch.setattr(presence_keeper, "PresenceKeeper", Keeper)
    made = Seat()
    made.desk.state = made.engine.state
    yield made
    made.bridge.close()


def test_a_desk_with_its_log_to_itself_is_in_no_room(seat: Seat) -> None:
    assert PresenceLink.of(seat.desk, seat.log) is None
    assert seat.desk.seats is None


def test_it_says_what_is_in_hand_who_sits_there_and_since_when_a_call_is_taken(seat: Seat, qtbot: QtBot) -> None:
    link = PresenceLink.of(seat.desk, ServerLog())
    assert link is not None
    link.start()
    keeper = Keeper.last
    assert keeper.runs and keeper.said == [Here("seat-1", "anna", "operator")]
    number = seat.report("structure_fire", crossing(1, 1))
    for _ in range(20):  # who steps through says where they stopped
        seat.desk.select(incident_id=None)
        seat.desk.select(incident_id=number)
    seat.desk.set_draft(Draft(started_at=seat.now))
    seat.desk.set_who(SUPERVISOR)
    qtbot.waitUntil(lambda: keeper.said[-1].incident_id == number)
    assert len(keeper.said) == 2
    assert keeper.said[-1] == Here("seat-3", "carla", "supervisor", "", number, None, seat.now)
    link.stop()
    link.stop()
    assert not keeper.runs


def test_what_it_hears_reaches_the_desk_in_the_windows_turn(seat: Seat, qtbot: QtBot) -> None:
    link = PresenceLink.of(seat.desk, ServerLog())
    assert link is not None
    keeper, heard = Keeper.last, []
    seat.desk.seats_changed.connect(heard.append)
    keeper.room = Room("seat-1", (BELA,), is_connected=True)
    keeper.tell(keeper.room)
    assert not heard  # told on another thread's time, shown on the window's
    qtbot.waitUntil(lambda: bool(heard))
    assert seat.desk.seats is keeper.room
    keeper.room = keeper.room.aged(30)
    seat.pass_time(1)
    assert seat.desk.seats.others[0].age_s == 30 and len(heard) == 1
    link.stop()
    keeper.room = Room()
    keeper.tell(Room())
    QApplication.processEvents()
    seat.pass_time(1)
    assert len(heard) == 1
    assert seat.desk.seats.others  # nothing is heard after the end


def test_a_desk_that_only_looks_on_says_nothing(seat: Seat) -> None:
    link = PresenceLink.of(seat.desk, Reader())
    assert link is not None
    link.start()
    assert Keeper.last.runs and not Keeper.last.said
    link.stop()
