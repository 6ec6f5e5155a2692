"""States of many incidents, for the tests of demand: made as records, which takes a tenth of what commands would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from immutables import Map

from dispatch.events import LogKind
from dispatch.incident import Incident, Location, Stage, Task
from dispatch.state import State
from resources.unit import Department

DAY = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday


@dataclass(frozen=True)
class Told:
    """Tell of an incident: hours after DAY, kind, lon and lat, whose tasks, its priority and the words of its place."""

    hours: float
    kind: str = "fire"
    lon: float = 25.0
    lat: float = 60.0
    owners: tuple[str, ...] = ("f",)
    priority: int = 2
    words: str = ""


def state_with(each: Iterable[Told], *, zone: str = "UTC", kind: LogKind | None = LogKind.HISTORY) -> State:
    """Return a state of two departments with incidents."""
    departments = {"f": Department("f", "Fire", "fire"), "a": Department("a", "Ambulance", "ambulance")}
    incidents, tasks, tasks_of = {}, {}, {}
    last = DAY
    for number, told in enumerate(each, start=1):
        at = DAY + timedelta(hours=told.hours)
        last = max(last, at)
        place = Location(told.lon, told.lat, told.words, "Town")
        incidents[number] = Incident(number, told.kind, told.priority, 1, place, Stage.WAITING, at, at, "emergency")
        mine = [Task(f"{number}{owner}", number, owner, ()) for owner in told.owners]
        tasks.update({task.id: task for task in mine})
        tasks_of[number] = tuple(task.id for task in mine)
    return State(
        time_zone=zone, kind=kind, at=last, city="Town", departments=Map(departments), incidents=Map(incidents),
        tasks=Map(tasks), tasks_of=Map(tasks_of),
    )  # fmt: skip
