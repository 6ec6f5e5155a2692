"""A day of the town on a tape, and a player on it whose hand tests turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from pytestqt.qtbot import QtBot

from app.replay.player import Player
from app.replay.record_desk import RecordDesk, names_of
from dispatch.log_memory import MemoryLog
from dispatch.replay.record import Record
from dispatch.replay.tape import Tape
from tests.dispatch.replay.told import Day, Shut


@dataclass
class Played:
    """A tape on a desk; `told` holds what the desk's panels were told, an entry's number or None for a whole look."""

    day: Day
    record: Record
    player: Player
    desk: RecordDesk
    hands: list[float]
    told: list[int | None] = field(default_factory=list)

    def pass_s(self, seconds: float) -> None:
        """Let seconds of the room pass while it plays."""
        for _ in range(max(1, round(seconds / 0.1))):
            self.hands[0] += 0.1
            self.player.beat()


@pytest.fixture
def played(qtbot: QtBot) -> Iterator[Played]:
    day = Day(MemoryLog())
    day.go_on(300)
    record = Record(Shut(day.log))
    tape = Tape(record, names=names_of)
    tape.wind()
    hands = [100.0]
    player = Player(tape, hand=lambda: hands[0])
    desk = RecordDesk(record, clock=player.clock)
    player.join(desk)
    found = Played(day, record, player, desk, hands)
    desk.state_changed.connect(lambda entry, state: found.told.append(entry.sequence if entry is not None else None))
    player.to_start()
    found.told.clear()
    yield found
    player.stop()
