"""Rules for what time alone brings about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from dispatch.case_clocks import pass_time
from dispatch.commands import Command, Tick
from dispatch.duty_clocks import pass_duty_time
from dispatch.events import (
    DeadlinePassed,
    Event,
    OrderOverdue,
    RoadOpened,
    StatusReported,
    WarningRemoved,
    WeatherReported,
)
from dispatch.incident import OrderState
from dispatch.major_time import major_time
from dispatch.state import State
from resources.status import Status

ACKNOWLEDGED_WITHIN = timedelta(seconds=30)


def tick(state: State, command: Command, body: Tick) -> tuple[Event, ...]:
    """Say once what is due: orders nobody acknowledged, deadlines, and what ends (closures, weather, …).

    The events come in the order of their numbers and ids, whatever order the state was made in.
    """
    return tuple(_due(state, command.at))


def _due(state: State, at: datetime) -> Iterator[Event]:
    late = [a for a in map(state.assignments.__getitem__, state.open_assignments) if not a.order_overdue]
    late = [a for a in late if a.order_state is not OrderState.ACKNOWLEDGED]
    for assignment in sorted(late, key=lambda a: (a.assigned_at, a.id)):
        if at - (assignment.ordered_at or assignment.assigned_at) >= ACKNOWLEDGED_WITHIN:
            yield OrderOverdue(assignment.id)
    for incident_id in sorted(state.open_incidents):
        incident = state.incidents[incident_id]
        if incident.deadline_at is not None and not incident.is_overdue and incident.deadline_at <= at:
            yield DeadlinePassed(incident_id)
    for closure_id in sorted(c.id for c in state.closures.values() if c.until is not None and c.until <= at):
        yield RoadOpened(closure_id)
    if state.weather_until is not None and state.weather_until <= at:
        yield WeatherReported()
    for warning_id in sorted(w.id for w in state.warnings.values() if w.until is not None and w.until <= at):
        yield WarningRemoved(warning_id)
    over = (u for u in state.units.values() if u.until is not None and u.until <= at)
    for unit_id in sorted(u.unit.id for u in over if u.status is Status.OUT_OF_SERVICE):
        yield StatusReported(unit_id, Status.AVAILABLE, source="system")
    yield from pass_time(state, at)
    yield from major_time(state, at)
    yield from pass_duty_time(state, at)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {Tick: tick}
