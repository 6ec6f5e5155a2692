"""A room of two seats of which one goes on alone: what both do meanwhile, and the merge."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from dispatch.commands import AssignUnits, Body, Choice, Command, ReportIncident, Who
from dispatch.engine import Engine
from dispatch.events import Entry, UnitAssigned, UnitReleased
from dispatch.island.conflicts import conflicts
from dispatch.island.merge import Merge
from dispatch.island.outcome import MergeReport, Outcome
from dispatch.island.seat import Islands
from dispatch.log_sqlite import SqliteLog
from dispatch.log_table import TableLog
from dispatch.refused import Refused
from dispatch.state import State
from tests.dispatch.town import OPERATOR, OTHER_OPERATOR, START, crossing, opening

QUICK = Path("/dev/shm")  # a commit waits for no disk there


def make_folder() -> Path:
    """Return an empty folder, where there is one in memory; whoever asks removes it."""
    return Path(tempfile.mkdtemp(prefix="opsroom-island-", dir=QUICK if QUICK.is_dir() else None))


class Parted:
    """Anna at seat-1 goes on alone; Bela at seat-2 stays in the room. Both share the state up to `base`."""

    def __init__(self, folder: Path, *, before: tuple[Body, ...] = ()) -> None:
        self.folder = folder
        self.now = START
        self.numbers = count(1)
        self.left: list[TableLog] = []  # islands that it came back from, open until they are put away
        self.log = SqliteLog(folder / "room.db", key_folder=folder / "keys")
        self.seat = Engine(self.log, clock=self.clock)
        self.other = Engine(self.log, clock=self.clock)
        for one in opening():
            self.seat.do(one)
        for body in before:
            self.room(body)
        self.seat.catch_up()
        self.islands = self.islands_of(self.seat)
        self.base = self.seat.state.sequence

    def islands_of(self, engine: Engine) -> Islands:
        return Islands(engine, folder=self.folder / "islands", key_folder=self.folder / "keys", clock=self.clock)

    def clock(self) -> datetime:
        return self.now

    def command(
        self, body: Body, who: Who, *, based_on: int | None = None, id: str = "", at: datetime | None = None
    ) -> Command:
        self.now += timedelta(seconds=10)
        return Command(id or f"asked-{next(self.numbers)}", at or self.now, who, body, based_on)

    def alone(self, body: Body, *, who: Who = OPERATOR, id: str = "", at: datetime | None = None) -> Entry:
        """Do something on the island."""
        assert self.seat.log.is_island
        entry = self.seat.do(self.command(body, who, based_on=self.seat.state.sequence, id=id, at=at))
        assert entry is not None
        return entry

    def room(self, body: Body, *, who: Who = OTHER_OPERATOR, id: str = "", at: datetime | None = None) -> Entry:
        """Do something in the room."""
        entry = self.other.do(self.command(body, who, based_on=self.other.state.sequence, id=id, at=at))
        assert entry is not None
        return entry

    def go(self) -> None:
        self.seat.catch_up()
        self.base = self.seat.state.sequence
        self.islands.go(OPERATOR, reason="the server is gone", command_id=f"gone-{self.base}")

    def come_back(self) -> Merge:
        self.now += timedelta(minutes=10)
        if isinstance(island := self.seat.log, TableLog):
            self.left.append(island)
        return self.islands.come_back()

    def merged(self) -> tuple[Merge, MergeReport]:
        merge = self.come_back()
        return merge, merge.run()

    @property
    def state(self) -> State:
        """The room's state, as the seat that came back has it."""
        self.seat.catch_up()
        return self.seat.state

    def close(self) -> None:
        for island in self.left:
            island.close()
        self.seat.log.close()
        self.log.close()

    def fire_alone(self, *unit_ids: str, east: int = 0) -> int:
        """Report a fire on the island and send units there; return its number there."""
        number = self.seat.state.next_incident
        self.alone(ReportIncident("structure_fire", crossing(east, 0)))
        if unit_ids:
            self.alone(AssignUnits(number, tuple(Choice(each) for each in unit_ids)))
        return number

    def fire_in_room(self, *unit_ids: str, east: int = 2) -> int:
        """Report a fire in the room and send units there; return its number."""
        number = self.other.state.next_incident
        self.room(ReportIncident("structure_fire", crossing(east, 2)))
        if unit_ids:
            self.room(AssignUnits(number, tuple(Choice(each) for each in unit_ids)))
        return number


def outcomes(merge: Merge) -> list[Outcome]:
    """Return what became of the entries behind the one that began the island."""
    settled = merge.ledger.settled
    return [settled[sequence].outcome for sequence in sorted(settled)][1:]


def whys(merge: Merge) -> list[str]:
    return [each.why for each in conflicts(merge)]


def unit_refused(work: object) -> str:
    try:
        work()  # type: ignore[operator]
    except Refused as refused:
        return refused.code
    return ""


def bound_twice(entries: Iterator[Entry]) -> list[str]:
    """Return what a log must never say, told from its entries alone: a unit sent while it is bound."""
    bound: dict[str, str] = {}
    wrong = []
    for entry in entries:
        for event in entry.events:
            if isinstance(event, UnitAssigned):
                if event.unit_id in bound:
                    wrong.append(f"entry {entry.sequence}: {event.unit_id} is on {bound[event.unit_id]} already")
                bound[event.unit_id] = event.assignment_id
            elif isinstance(event, UnitReleased) and bound.get(event.unit_id) == event.assignment_id:
                del bound[event.unit_id]
    return wrong


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
