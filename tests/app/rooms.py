"""Desks on the 3 × 3 town for the tests of the window: no city, no display, everything in one thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.bridge import Bridge
from app.desk import Desk
from app.window.sound import Sounds
from app.window.stand_in import stand_in
from app.window.window import MainWindow, Panels
from dispatch.commands import AssignUnits, Choice, ReportIncident
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.log_memory import MemoryLog
from tests.dispatch import town


@dataclass
class Room:
    """A desk on the town's log, with a clock that tests turn by hand."""

    desk: Desk
    engine: Engine
    bridge: Bridge
    hands: list[datetime] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        """Let time pass and tell everybody."""
        self.hands[0] += timedelta(seconds=seconds)
        self.desk.ticked.emit(self.hands[0])

    def report(self, kind: str = "structure_fire", east: int = 0, north: int = 1) -> int:
        """Report an incident and return its number."""
        self.desk.send(ReportIncident(kind, town.crossing(east, north)))
        return self.desk.state.next_incident - 1

    def assign(self, number: int, *units: str) -> None:
        """Send units to an incident."""
        self.desk.send(AssignUnits(number, tuple(Choice(unit) for unit in units)))


def room(kind: LogKind = LogKind.DRILL) -> Room:
    """Open the town's log and stand a desk on it."""
    hands = [town.START]
    clock: Callable[[], datetime] = lambda: hands[0]  # noqa: E731
    engine = Engine(MemoryLog(), clock=clock)
    for command in town.opening(kind):
        engine.do(command)
    desk = Desk(town.OPERATOR, clock=clock)
    desk.state = engine.state
    bridge = Bridge(engine, in_thread=False)

    def show(entry: object, state: object) -> None:
        desk.state = state  # type: ignore[assignment]
        desk.state_changed.emit(entry, state)

    bridge.committed.connect(show)
    bridge.refused.connect(desk.refused)
    bridge.failed.connect(desk.failed)
    desk.submit = bridge.submit
    return Room(desk, engine, bridge, hands)


def window(one: Room, keep_in: Path | None = None) -> MainWindow:
    """Return a window with stand-ins for the panels that are tested elsewhere."""
    docks: dict[str, QWidget] = {
        key: stand_in(key) for key in ("intake", "recommendation", "incident", "cameras", "closures")
    }
    return MainWindow(
        one.desk,
        Panels(docks, stand_in("map")),
        sounds=Sounds(is_silent=True),
        log_place="/a/log.db",
        keep_in=keep_in,
    )
