"""Which units on their way may be taken for something more urgent: the table of a city, and whom it allows where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.incident import Assignment, Incident
from dispatch.state import State
from resources.status import Status

ON_THE_WAY = frozenset({Status.ALERTED, Status.ACKNOWLEDGED, Status.EN_ROUTE})
REDIRECTED = "redirected"  # the reason of a release that is the first half of a redirect


@dataclass(frozen=True, slots=True)
class Redirects:
    """Hold a city's rules for redirecting, as `redirects.toml` explains them; none by default.

    `pairs` holds (from priority, to priority), the second always the smaller number.
    """

    min_gain_s: float = 0.0
    again_after_min: float = 0.0
    almost_there_s: float = 0.0
    pairs: frozenset[tuple[int, int]] = frozenset()


NEVER = Redirects()


def may_leave_for(state: State, redirects: Redirects, at: datetime) -> Mapping[str, frozenset[int]]:
    """Give the units that may be taken from where they go to, each with the open incidents that may take it.

    A unit counts while it is alerted, has acknowledged or is on the road: not in distress, not part of a task force
    under way, not redirected a short while ago, and not about to arrive by the time that was shown when it was sent.
    """
    takers: dict[int, set[int]] = {}
    for source, target in redirects.pairs:
        takers.setdefault(source, set()).add(target)
    by_priority: dict[int, set[int]] = {}
    for number in state.open_incidents:
        by_priority.setdefault(state.incidents[number].priority, set()).add(number)
    together = {unit_id for force in state.roster.task_forces for unit_id in force.units}
    found: dict[str, frozenset[int]] = {}
    for assignment_id in state.open_assignments:
        assignment = state.assignments[assignment_id]
        incident = state.incidents[assignment.incident_id]
        wanted = takers.get(incident.priority, ())
        allowed = frozenset().union(*(by_priority.get(priority, ()) for priority in wanted))
        if allowed and assignment.unit_id not in together and _may_go(state, assignment, incident, redirects, at):
            found[assignment.unit_id] = allowed
    return dict(sorted(found.items()))


def _may_go(state: State, assignment: Assignment, incident: Incident, redirects: Redirects, at: datetime) -> bool:
    unit = state.units.get(assignment.unit_id)
    if unit is None or unit.status not in ON_THE_WAY or unit.distress_at is not None or not unit.on_roster:
        return False
    if assignment.on_scene_at is not None or assignment.staged_at is not None:
        return False  # it was there and has gone back a status: its crew knows more than the desk
    if assignment.eta_s is not None:
        left_s = assignment.eta_s - (at - assignment.assigned_at).total_seconds()
        if 0 <= left_s < redirects.almost_there_s:
            return False
    since = at - timedelta(minutes=redirects.again_after_min)
    earlier = (state.assignments[each] for each in reversed(state.assignments_by_unit.get(assignment.unit_id, ())))
    return not any(
        each.release_reason == REDIRECTED and each.released_at is not None and each.released_at > since
        for each in earlier
    )
