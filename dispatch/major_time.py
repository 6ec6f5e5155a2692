"""What time alone brings about at major incidents: clocks that are due, and a roll call that nobody answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from dispatch.events import Event
from dispatch.incident import Stage
from dispatch.major import MajorIncident
from dispatch.major_events import ElapsedTimeDue, RollCallOverdue, RollCallUnanswered
from dispatch.major_now import elapsed_due_at, expected, roll_call_due_at, unheard
from dispatch.state import State

ANSWERED_WITHIN = timedelta(minutes=5)


def major_time(state: State, at: datetime) -> Iterator[Event]:
    """Say once what is due at each declared major incident, in the order of their numbers."""
    for incident_id in sorted(state.majors):
        major = state.majors[incident_id]
        if major.is_declared and state.incidents[incident_id].stage is not Stage.CLOSED:
            yield from _due(state, major, at)


def _due(state: State, major: MajorIncident, at: datetime) -> Iterator[Event]:
    due_at = elapsed_due_at(major)
    if due_at is not None and due_at <= at and major.elapsed_due_at is None:
        elapsed = at - state.incidents[major.incident_id].received_at
        yield ElapsedTimeDue(major.incident_id, max(0.0, elapsed.total_seconds()), due_at)
    call = major.roll_call
    if call is not None and call.ended_at is None and call.unanswered_at is None:
        silent = unheard(call)
        if silent and at - call.started_at >= ANSWERED_WITHIN:
            yield RollCallUnanswered(major.incident_id, call.number, silent)
    due_at = roll_call_due_at(major)
    # Nobody is at the scene: there is nobody to call.
    if due_at is not None and due_at <= at and major.roll_call_late_at is None and expected(state, major):
        yield RollCallOverdue(major.incident_id, due_at)
