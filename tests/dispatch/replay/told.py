"""A day of the town in a log that tests play back: incidents, crews, a distress, in an order that a seed gives."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from dispatch.commands import (
    AddNote,
    AssignUnits,
    Body,
    ChangeAlarmLevel,
    Choice,
    CloseIncident,
    Command,
    RaiseSignal,
    ReportIncident,
    ReportStatus,
    Who,
)
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log import Log
from dispatch.log_memory import MemoryLog
from dispatch.refused import Refused
from dispatch.state import State
from resources.status import Signal, Status
from tests.dispatch import town


class Day:
    """Tell a day to an engine; `clock` is what it records by."""

    def __init__(self, log: Log, *, seed: int = 1, kind: LogKind = LogKind.DRILL, at: datetime = town.START) -> None:
        self.at = at
        self.log = log
        self.engine = Engine(log, clock=lambda: self.at)
        self._dice = random.Random(seed)
        self._given = 0
        for command in town.opening(kind, at=at):
            self.engine.do(command)

    def do(self, body: Body, who: Who = town.OPERATOR, *, at: datetime | None = None) -> bool:
        """Give a command; tell whether it was taken."""
        self._given += 1
        try:
            self.engine.do(Command(f"day-{self._given}", at or self.at, who, body))
        except Refused:
            return False
        return True

    def go_on(self, commands: int) -> None:
        """Let so many things happen; now and then two at one instant."""
        for body, who in (self._next() for _ in range(commands)):
            self.do(body, who)
            self.at += timedelta(seconds=self._dice.choice((0, 1, 7, 95, 1_800)))

    def _next(self) -> tuple[Body, Who]:
        state, dice = self.engine.state, self._dice
        number = dice.choice(sorted(state.open_incidents) or [0])
        unit_id = dice.choice([unit.id for unit in town.UNITS])
        status = dice.choice([Status.EN_ROUTE, Status.ON_SCENE, Status.AVAILABLE_BY_RADIO, Status.AVAILABLE])
        deeds: list[tuple[Body, Who]] = [
            (ReportStatus(unit_id, status, source="crew"), town.crew(unit_id)),
            (ReportIncident("structure_fire", town.crossing(dice.randrange(3), dice.randrange(3))), town.OPERATOR),
            (AssignUnits(number, (Choice(unit_id),)), town.OPERATOR),
            (AssignUnits(number, (Choice(unit_id),)), town.OPERATOR),
            (ReportStatus(unit_id, status, source="crew"), town.crew(unit_id)),
            (AddNote(number, f"word {dice.random()}"), town.OTHER_OPERATOR),
            (CloseIncident(number, "extinguished", release_units=True), town.OPERATOR),
            (ChangeAlarmLevel(number, 2), town.OPERATOR),
            (RaiseSignal(unit_id, Signal.DISTRESS), town.crew(unit_id)),
        ]
        return dice.choice(deeds)


class Shut(MemoryLog):
    """A log in memory that somebody else writes."""

    def __init__(self, written: MemoryLog) -> None:
        super().__init__(written.name)
        self._written = written

    @property
    def head(self) -> int:
        return self._written.head

    @property
    def kind(self) -> LogKind | None:
        return self._written.kind

    @property
    def is_read_only(self) -> bool:
        return True

    def read(self, after: int = 0) -> Iterator:
        return self._written.read(after)

    def shown(self, name: str):
        return self._written.shown(name)

    def shown_for(self, incident_id: int):
        return self._written.shown_for(incident_id)


def states(log: Log) -> list[State]:
    """Return the state after each entry, the empty one first: folded anew, one by one."""
    from dispatch.state import apply

    found = [State()]
    for entry in log.read():
        found.append(apply(found[-1], entry))
    return found
