"""What events make of assignments, orders and units."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from dispatch import events, fact
from dispatch.events import Entry
from dispatch.fold_incidents import restage
from dispatch.incident import Assignment, OrderState
from dispatch.record import replace
from dispatch.unit_state import Post, UnitState
from dispatch.work import Work
from resources.status import COMMITTED, ORDER_ON_ASSIGNMENT, Status

# Where an assignment keeps the instant of a status.
INSTANTS = {
    Status.ACKNOWLEDGED: "acknowledged_at",
    Status.EN_ROUTE: "en_route_at",
    Status.STAGED: "staged_at",
    Status.ON_SCENE: "on_scene_at",
    Status.TRANSPORTING: "transporting_at",
    Status.AT_DESTINATION: "at_destination_at",
}
# As far back as a report keyed in from paper looks for its assignment.
KEPT_BY_UNIT = 100
SENT_LATELY = 20
_IN_ORDER = ("assigned_at", *INSTANTS.values(), "released_at")


def put(work: Work, unit: UnitState, entry: Entry, **changes: Any) -> None:
    """Keep a unit with some fields changed; one that left the roster goes as soon as nothing holds it."""
    unit_id, unit = unit.unit.id, replace(unit, changed_sequence=entry.sequence, **changes)
    if unit.on_roster or unit.assignment_id or unit.distress_at or unit.speak_at:
        work.units[unit_id] = unit
    else:
        work.units.pop(unit_id, None)
        work.forget(*(fact.of_unit(unit_id, field) for field in ("assignment", "status", "held", "post")))


def _unit_assigned(work: Work, event: events.UnitAssigned, entry: Entry) -> None:
    at = entry.occurred_at
    work.assignments[event.assignment_id] = Assignment(
        id=event.assignment_id,
        incident_id=event.incident_id,
        task_id=event.task_id,
        unit_id=event.unit_id,
        need_id=event.need_id,
        order=event.order,
        order_state=OrderState.UNSENT,
        assigned_at=at,
        eta_s=event.eta_s,
        recommendation=event.recommendation,
        override_reason=event.override_reason,
        ordered_at=at,
        also=event.also,
    )
    work.assignments_of[event.incident_id] = (
        *work.assignments_of.get(event.incident_id, ()),
        event.assignment_id,
    )
    before = work.assignments_by_unit.get(event.unit_id, ())
    work.assignments_by_unit[event.unit_id] = (*before[1 - KEPT_BY_UNIT :], event.assignment_id)
    work.open_assignments[event.assignment_id] = None
    work.sent_lately = (*work.sent_lately[1 - SENT_LATELY :], event.assignment_id)
    for need_id in (event.need_id, *event.also):
        work.touch(entry, fact.of_need(event.incident_id, need_id))
    if (unit := work.units.get(event.unit_id)) is not None:
        put(
            work,
            unit,
            entry,
            status=Status.ALERTED,
            since=at,
            assignment_id=event.assignment_id,
            reason="",
            until=None,
            destination="",
            post=None,
        )
        work.touch(entry, fact.of_unit(event.unit_id, "assignment"))
        work.touch(entry, fact.of_unit(event.unit_id, "status"))
    restage(work, event.incident_id)


def _order_changed(work: Work, event: events.OrderChanged, entry: Entry) -> None:
    if (assignment := work.assignments.get(event.assignment_id)) is not None:
        work.assignments[assignment.id] = replace(
            assignment,
            order=event.order,
            order_state=OrderState.UNSENT,
            order_overdue=False,
            ordered_at=entry.occurred_at,
        )
        work.touch(entry, fact.of_order(assignment.id))


def _order_moved(work: Work, event: events.OrderMoved, entry: Entry) -> None:
    """Move the order on. The instants are those of the first order; taking a changed one leaves them alone."""
    assignment = work.assignments.get(event.assignment_id)
    if assignment is None:
        return
    at = entry.occurred_at
    changes: dict[str, Any] = {"order_state": event.state}
    if event.state is OrderState.SENT:
        changes["sent_at"] = assignment.sent_at or at
    elif event.state is OrderState.DELIVERED:
        changes["delivered_at"] = assignment.delivered_at or at
    elif event.state is OrderState.ACKNOWLEDGED:
        changes["order_overdue"] = False
        if assignment.ordered_at == assignment.assigned_at:
            changes["acknowledged_at"] = assignment.acknowledged_at or at
    _keep(work, replace(assignment, **changes))


def _order_overdue(work: Work, event: events.OrderOverdue, entry: Entry) -> None:
    if (assignment := work.assignments.get(event.assignment_id)) is not None:
        work.assignments[assignment.id] = replace(assignment, order_overdue=True)


def _status_reported(work: Work, event: events.StatusReported, entry: Entry) -> None:
    assignment, unit = work.assignments.get(event.assignment_id), work.units.get(event.unit_id)
    if assignment is not None:
        _keep(work, _with_status(assignment, event, entry))
        restage(work, assignment.incident_id)
    if unit is not None and "late" not in event.marks:
        keeps_destination = event.status in (Status.TRANSPORTING, Status.AT_DESTINATION)
        put(
            work,
            unit,
            entry,
            status=event.status,
            since=entry.occurred_at,
            reason=event.reason,
            until=event.until,
            destination=event.destination or (unit.destination if keeps_destination else ""),
        )
        work.touch(entry, fact.of_unit(event.unit_id, "status"))


def _with_status(assignment: Assignment, event: events.StatusReported, entry: Entry) -> Assignment:
    """Fill the instant if it is blank; a correction takes back the instants of the statuses behind it."""
    changes: dict[str, Any] = {}
    if "corrected" in event.marks and event.status in ORDER_ON_ASSIGNMENT:
        behind = ORDER_ON_ASSIGNMENT[ORDER_ON_ASSIGNMENT.index(event.status) + 1 :]
        changes = {INSTANTS[status]: None for status in behind}
    name = INSTANTS.get(event.status)
    if name is not None and getattr(assignment, name) is None:
        changes[name] = entry.occurred_at
    if event.acknowledges:
        changes |= {"order_state": OrderState.ACKNOWLEDGED, "order_overdue": False}
    marks = (*assignment.marks, *(mark for mark in event.marks if mark != "late"))
    return replace(assignment, marks=tuple(dict.fromkeys(marks)), **changes)


def _unit_released(work: Work, event: events.UnitReleased, entry: Entry) -> None:
    assignment, unit = work.assignments.get(event.assignment_id), work.units.get(event.unit_id)
    if assignment is not None:
        _keep(work, replace(assignment, released_at=entry.occurred_at, release_reason=event.reason))
        work.open_assignments.pop(assignment.id, None)
        work.forget(fact.of_order(assignment.id))
        restage(work, assignment.incident_id)
    if unit is not None and unit.assignment_id == event.assignment_id:
        free: dict[str, Any] = {"assignment_id": ""}
        if unit.status in COMMITTED:
            free |= {"status": Status.AVAILABLE_BY_RADIO, "since": entry.occurred_at, "destination": ""}
        work.touch(entry, fact.of_unit(event.unit_id, "assignment"))
        put(work, unit, entry, **free)


def _unit_held(work: Work, event: events.UnitHeld, entry: Entry) -> None:
    _hold(work, event.unit_id, event.reason, entry)


def _unit_unheld(work: Work, event: events.UnitUnheld, entry: Entry) -> None:
    _hold(work, event.unit_id, "", entry)


def _hold(work: Work, unit_id: str, reason: str, entry: Entry) -> None:
    if (unit := work.units.get(unit_id)) is not None:
        work.touch(entry, fact.of_unit(unit_id, "held"))
        put(work, unit, entry, held=reason)


def _unit_moved_up(work: Work, event: events.UnitMovedUp, entry: Entry) -> None:
    _post(work, event.unit_id, Post(event.station_id, event.lon, event.lat, entry.occurred_at), entry)


def _move_up_ended(work: Work, event: events.MoveUpEnded, entry: Entry) -> None:
    _post(work, event.unit_id, None, entry)


def _post(work: Work, unit_id: str, post: Post | None, entry: Entry) -> None:
    if (unit := work.units.get(unit_id)) is not None:
        work.touch(entry, fact.of_unit(unit_id, "post"))
        put(work, unit, entry, post=post)


def _keep(work: Work, assignment: Assignment) -> None:
    instants = [at for name in _IN_ORDER if (at := getattr(assignment, name)) is not None]
    if "time_order" not in assignment.marks and any(b < a for a, b in pairwise(instants)):
        assignment = replace(assignment, marks=(*assignment.marks, "time_order"))
    work.assignments[assignment.id] = assignment


TABLE: dict[type, Callable[[Any, Any, Entry], None]] = {
    events.UnitAssigned: _unit_assigned,
    events.OrderChanged: _order_changed,
    events.OrderMoved: _order_moved,
    events.OrderOverdue: _order_overdue,
    events.StatusReported: _status_reported,
    events.UnitReleased: _unit_released,
    events.UnitHeld: _unit_held,
    events.UnitUnheld: _unit_unheld,
    events.UnitMovedUp: _unit_moved_up,
    events.MoveUpEnded: _move_up_ended,
}
