"""States in which people called for help at set hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from immutables import Map

from dispatch.incident import Incident, Location, Stage, Task
from dispatch.state import State
from resources.unit import Department

DAY = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday


def state_of(*each: tuple[float, str, float, tuple[str, ...]]) -> State:
    """Return a state with incidents: hours after DAY, kind, cell of the street, departments that have a task."""
    departments = {"f": Department("f", "Fire", "fire"), "a": Department("a", "Ambulance", "ambulance")}
    incidents, tasks, tasks_of = {}, {}, {}
    for number, (hours, kind, cell, owners) in enumerate(each, start=1):
        at = DAY + timedelta(hours=hours)
        place = Location(25.0 + 0.01 * cell, 60.0)
        incidents[number] = Incident(number, kind, 2, 1, place, Stage.WAITING, at, at, "emergency")
        mine = [Task(f"{number}{owner}", number, owner, ()) for owner in owners]
        tasks.update({task.id: task for task in mine})
        tasks_of[number] = tuple(task.id for task in mine)
    return State(
        time_zone="UTC",
        departments=Map(departments),
        incidents=Map(incidents),
        tasks=Map(tasks),
        tasks_of=Map(tasks_of),
    )
