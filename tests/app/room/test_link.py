"""The wire to the room's server: it says how old what the window shows is, not what the seat holds."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app import bridge as module
from app.bridge import Bridge
from app.room.link import RoomLink
from dispatch.commands import ReportIncident
from dispatch.engine import Engine
from dispatch.follower import Picture
from dispatch.log_memory import MemoryLog
from tests.app.test_bridge import write
from tests.dispatch import town

LOST, FOUND = Picture(is_connected=False, code="timeout"), Picture(is_connected=True)


class Seat:
    """A seat whose log a test writes, and whose server it loses and finds; `happened` is all that its window hears."""

    def __init__(self) -> None:
        self.engine = Engine(MemoryLog())
        for command in town.opening():
            self.engine.do(command)
        self.engine.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
        self.bridge = Bridge(self.engine)
        self.link = RoomLink(self.engine, after_told=self.bridge.after_told)
        self.happened: list[object] = []
        self.ages_s: list[float] = []
        self.bridge.committed.connect(lambda entry, state: self.happened.append(entry.sequence))
        self.link.picture_changed.connect(lambda picture, age_s: self.happened.append(picture))
        self.link.picture_changed.connect(lambda picture, age_s: self.ages_s.append(age_s))
        self.link.caught_up.connect(lambda count: self.happened.append(f"{count} came"))

    def hear(self, picture: Picture) -> None:
        """Let the link hear of the server as from the thread that follows it."""
        self.link._said.emit(picture)


@pytest.fixture
def seat(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Seat:
    monkeypatch.setattr(module, "TURN_S", 0.0)
    return Seat()


def test_all_is_caught_up_once_the_window_is_told_of_it(seat: Seat, qtbot: QtBot) -> None:
    seat.hear(LOST)
    qtbot.waitUntil(lambda: seat.happened == [LOST], timeout=60_000)
    wanted = write(seat.engine)
    seat.hear(FOUND)
    assert seat.link.head == wanted[-1]
    qtbot.waitUntil(lambda: f"{len(wanted)} came" in seat.happened, timeout=60_000)
    assert seat.happened[-1] == "40 came"
    assert [one for one in seat.happened if isinstance(one, int)] == wanted, "and all before it"
    seat.bridge.close()


def test_a_server_that_is_lost_again_while_the_window_is_told_is_not_said_to_be_back(seat: Seat, qtbot: QtBot) -> None:
    seat.link._follower._seen_s -= 1_000
    seat.hear(LOST)
    qtbot.waitUntil(lambda: seat.happened == [LOST], timeout=60_000)
    wanted = write(seat.engine)
    seat.link._follower._seen_s += 1_000  # it has read all of it
    seat.hear(FOUND)
    seat.hear(LOST)
    qtbot.waitUntil(lambda: wanted[-1] in seat.happened, timeout=60_000)
    assert seat.happened.index(wanted[-1]) > [at for at, one in enumerate(seat.happened) if one == LOST][1]
    assert len(seat.ages_s) == 3 and min(seat.ages_s) > 999, "what is shown is as old as before"
    qtbot.waitUntil(lambda: seat.link.age_s < 999, timeout=60_000)
    more = write(seat.engine, 3)
    seat.hear(FOUND)
    qtbot.waitUntil(lambda: "43 came" in seat.happened, timeout=60_000)
    assert seat.happened[-1] == "43 came" and more[-1] in seat.happened
    assert [one for one in seat.happened if isinstance(one, str)] == ["43 came"]
    seat.bridge.close()
