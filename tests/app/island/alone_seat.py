"""A seat of a room with everything but a window, whose server a test loses and finds: two engines on one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.desk import Desk
from app.island.alone import Alone
from app.island.stage import Stage
from app.pulse import Pulse
from app.room.told import RoomTold, failure_words
from dispatch.commands import AddNote, AssignUnits, Body, Choice, Command, ReportIncident, Who
from dispatch.island.conflicts import conflicts
from tests.app.window.test_room_cell import Link
from tests.dispatch.island.parted import Parted, make_folder, remove
from tests.dispatch.island_story import DISPATCHER
from tests.dispatch.town import crossing

SITTING = replace(DISPATCHER, seat="seat-1")


class AloneSeat:
    """Seat 1 of a town's room, on a desk; seat 2 is an engine that tests speak to."""

    def __init__(self, folder: Path, bot: QtBot, *, who: Who = SITTING) -> None:
        self.parted = Parted(folder)
        self.bot = bot
        self.engine, self.other = self.parted.seat, self.parted.other
        self.desk = Desk(who, clock=self.clock)
        self.desk.state = self.engine.state
        self.desk.people = self.engine.log
        self.link = Link()
        self.desk.room = self.link  # type: ignore[assignment]
        self.bridge = Bridge(self.engine, word=lambda problem: failure_words(problem, language="en"))
        self.desk.submit = self.bridge.submit
        self.pulse = Pulse(self.desk, self.engine, None, in_thread=True)
        self.pulse.remember_history()
        RoomTold(self.desk, self.link, self.bridge)  # type: ignore[arg-type]
        self.bridge.committed.connect(self.pulse.on_committed)
        self.bridge.rebased.connect(self.pulse.on_rebased)
        self.bridge.refused.connect(self.desk.refused)
        self.bridge.failed.connect(self.desk.failed)
        self.alone = Alone(self.desk, self.engine, self.bridge, self.parted.islands)
        self.desk.alone = self.alone
        self.told: list[object] = []  # what the desk was told: an entry, or None for all at once
        self.said: list[tuple[str, str]] = []
        self.failed: list[str] = []
        self.desk.state_changed.connect(lambda entry, state: self.told.append(entry))
        self.desk.said.connect(lambda level, words: self.said.append((level, words)))
        self.desk.failed.connect(lambda command, reason: self.failed.append(reason))
        self.engine.start()

    def clock(self) -> datetime:
        return self.parted.now

    def lose(self, seconds: float = 6.0) -> None:
        """Lose the server, so many seconds ago."""
        self.link.lose(seconds)
        self.desk.ticked.emit(self.clock())

    def go(self, reason: str = "") -> None:
        """Lose the server and go on alone."""
        self.lose()
        self.alone.go(reason)
        self.bot.waitUntil(lambda: self.alone.stage is Stage.ALONE)

    def do(self, body: Body) -> None:
        """Do something at the desk, and wait until it shows."""
        before = self.desk.state.sequence
        self.desk.send(body)
        self.bot.waitUntil(lambda: self.desk.state.sequence > before)

    def fire(self, *units: str, east: int = 0) -> int:
        """Report a fire at the desk and send units; return its number."""
        number = self.desk.state.next_incident
        self.do(ReportIncident("structure_fire", crossing(east, 0)))
        if units:
            self.do(AssignUnits(number, tuple(Choice(each) for each in units)))
        return number

    def find(self) -> None:
        """Let the server answer again."""
        self.link.find()

    def come_back(self) -> None:
        """Find the server, come back and merge."""
        self.find()
        self.alone.come_back()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is being done."""
        self.bot.waitUntil(lambda: not self.alone.is_working)

    def notes(self, number: int, count: int) -> None:
        """Write many notes, without waiting for each."""
        before = self.desk.state.sequence
        for turn in range(count):
            self.desk.send(AddNote(number, f"note {turn}"))
        self.bot.waitUntil(lambda: self.desk.state.sequence == before + count)

    def conflict(self) -> None:
        """Go alone, send E1 and A1 to a fire here while the room sends E1 elsewhere, and come back."""
        self.go()
        self.fire("E1", "A1")
        self.parted.fire_in_room("E1")
        self.come_back()

    def command(self, body: Body, who: Who) -> Command:
        return self.parted.command(body, who)

    @property
    def whys(self) -> list[str]:
        assert self.alone.merge is not None
        return [each.why for each in conflicts(self.alone.merge)]

    def close(self) -> None:
        self.alone.close()
        self.engine.stop()
        self.bridge.close()
        self.parted.close()


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[AloneSeat]:
    folder = make_folder()
    made = AloneSeat(folder, qtbot)
    yield made
    made.close()
    remove(folder)
