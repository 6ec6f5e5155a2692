"""Rules for what units do and call: facts from crews and from paper, the desk's word, signals.

A crew's report is a fact: it is accepted even where it makes no sense, and marked. The first instant of a status
stays; a second report with another time is marked `time_differs` and stands in the log. Paper that is keyed in later
fills the instants of the assignment of that time and does not turn back what the unit has done since. The desk's word
obeys `moves.DESK_STATUS`; against it a reason is needed, and the instants taken back stand in the log only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from dispatch import fact, moves
from dispatch.checks import (
    changed_since,
    check_binding_unchanged,
    check_ends_later,
    check_place,
    check_text,
    unit_of,
    where,
    who_changed,
)
from dispatch.commands import AcknowledgeSignal, Command, RaiseSignal, ReportStatus
from dispatch.events import Event, OrderMoved, SignalAcknowledged, SignalRaised, StatusReported, UnitReleased
from dispatch.fold_units import INSTANTS
from dispatch.incident import Assignment, OrderState
from dispatch.refused import Refused
from dispatch.state import State, UnitState
from resources.status import COMMITTED, ORDER_ON_ASSIGNMENT, Signal, Status

LONGEST_CALLER = 200
SOURCES = ("desk", "crew", "paper", "system")
# Clocks of devices differ: a crew's report this much older than the unit's present status still counts as now.
CLOCKS_DIFFER_BY = timedelta(seconds=60)


def report_status(state: State, command: Command, body: ReportStatus) -> tuple[Event, ...]:
    """Keep what a unit is doing: the desk's word by the table of moves, everything else as a fact."""
    unit = unit_of(state, body.unit_id)
    if body.source not in SOURCES:
        raise Refused("source_unknown", source=body.source, choices=SOURCES)
    source = "crew" if command.who.role == "crew" and body.source == "desk" else body.source
    if source == "desk":
        return _desk_word(state, command, body, unit)
    return _fact(state, command, body, unit, source)


def _desk_word(state: State, command: Command, body: ReportStatus, unit: UnitState) -> tuple[Event, ...]:
    check_binding_unchanged(state, command, unit)
    if _says_nothing_new(unit, body):
        return ()
    if body.status is Status.OUT_OF_SERVICE:
        check_text(body.reason, "reason")
        check_ends_later(body.until, command.at)
    goes_on = body.status in COMMITTED and body.status in moves.DESK_STATUS[unit.status]
    if not goes_on and changed_since(state, command, fact.of_unit(body.unit_id, "status")) is not None:
        changed_by = who_changed(state, fact.of_unit(body.unit_id, "status"))
        raise Refused("status_changed_since", asked=str(body.status), **where(state, unit), **changed_by)
    marks: tuple[str, ...] = ()
    if body.status not in moves.DESK_STATUS[unit.status] and body.status is not unit.status:
        if not unit.assignment_id:
            raise Refused("unit_not_assigned", **where(state, unit))
        if not body.reason.strip():
            raise Refused("status_against_order", asked=str(body.status), **where(state, unit))
        marks = ("corrected",)
    return _reported(state, body, state.assignments.get(unit.assignment_id), "desk", marks, body.until)


def _fact(state: State, command: Command, body: ReportStatus, unit: UnitState, source: str) -> tuple[Event, ...]:
    at = command.at  # on paper a minute such as 0214 lasts until `upto`
    upto = at + timedelta(seconds=59) if source == "paper" and at.second == at.microsecond == 0 else at
    if body.assignment_id and body.assignment_id != unit.assignment_id:
        return _late(body, _named(state, body), at, source)
    assignment = _assignment_at(state, unit, at, upto, source)
    if _is_late(unit, assignment, body.status, upto, source):
        return _late(body, assignment, at, source)
    if _says_nothing_new(unit, body):
        if source == "paper" and _instant_differs(assignment, body.status, at):
            return _late(body, assignment, at, source)
        return _acknowledged(assignment, body.status)
    if body.status is Status.ACKNOWLEDGED and unit.status in ORDER_ON_ASSIGNMENT[2:]:
        return _acknowledged(assignment, body.status)  # the crew takes a changed order and goes on with its work
    marks: list[str] = []
    if body.status in COMMITTED and (
        assignment is None or body.status not in {*moves.DESK_STATUS[unit.status], unit.status}
    ):
        marks.append("out_of_sequence")
    if source == "paper" and _instant_differs(assignment, body.status, at):
        marks.append("time_differs")
    until = body.until if body.until is not None and body.until > at else None
    return _reported(state, body, assignment, source, tuple(marks), until)


def _named(state: State, body: ReportStatus) -> Assignment:
    """Return the assignment that a report names, which must be one of its unit's."""
    assignment = state.assignments.get(body.assignment_id)
    if assignment is None or assignment.unit_id != body.unit_id:
        raise Refused("assignment_unknown", assignment_id=body.assignment_id)
    return assignment


def _assignment_at(state: State, unit: UnitState, at: datetime, upto: datetime, source: str) -> Assignment | None:
    """Return the assignment that a report of that time belongs to: the present one unless it is from before it."""
    present = state.assignments.get(unit.assignment_id)
    slack = timedelta(0) if source == "paper" else CLOCKS_DIFFER_BY
    began = present.assigned_at if present is not None else unit.since
    if upto >= began - slack:
        return present
    for assignment_id in reversed(state.assignments_by_unit.get(unit.unit.id, ())):
        assignment = state.assignments[assignment_id]
        if assignment.assigned_at <= upto and (assignment.released_at is None or at <= assignment.released_at):
            return assignment
    return None


def _is_late(unit: UnitState, assignment: Assignment | None, status: Status, at: datetime, source: str) -> bool:
    """Tell whether a report would turn back what the unit has done since."""
    if source == "paper":
        return at < unit.since
    if at >= unit.since - CLOCKS_DIFFER_BY:
        return False
    same = (assignment.id if assignment is not None else "") == unit.assignment_id
    return not (same and status in moves.DESK_STATUS[unit.status])


def _late(body: ReportStatus, assignment: Assignment | None, at: datetime, source: str) -> tuple[Event, ...]:
    """Fill the instant that is still blank; where it is filled with another time, keep the report all the same."""
    marks: tuple[str, ...] = ("late",)
    name = INSTANTS.get(body.status)
    if assignment is not None and name is not None and getattr(assignment, name) is not None:
        if getattr(assignment, name) == at:
            return ()
        marks = ("late", "time_differs")
    return (
        StatusReported(
            unit_id=body.unit_id,
            status=body.status,
            assignment_id=assignment.id if assignment is not None else "",
            reason=body.reason,
            until=body.until,
            destination=body.destination,
            source=source,
            marks=marks,
            acknowledges=assignment is not None and _acknowledges(assignment, body.status),
        ),
    )


def _reported(
    state: State,
    body: ReportStatus,
    assignment: Assignment | None,
    source: str,
    marks: tuple[str, ...],
    until: datetime | None,
) -> tuple[Event, ...]:
    """Return the report; a status that is none of an assignment's ends the assignment first."""
    ends = assignment is not None and body.status not in COMMITTED
    released = (UnitReleased(assignment.id, body.unit_id, body.reason),) if assignment is not None and ends else ()
    reported = StatusReported(
        unit_id=body.unit_id,
        status=body.status,
        assignment_id=assignment.id if assignment is not None and not ends else "",
        reason=body.reason,
        until=until if body.status is Status.OUT_OF_SERVICE else None,
        destination=body.destination,
        source=source,
        marks=marks,
        acknowledges=assignment is not None and not ends and _acknowledges(assignment, body.status),
    )
    return (*released, reported)


def _says_nothing_new(unit: UnitState, body: ReportStatus) -> bool:
    return (
        body.status is unit.status
        and body.reason in ("", unit.reason)
        and body.destination in ("", unit.destination)
        and body.until in (None, unit.until)
    )


def _acknowledged(assignment: Assignment | None, status: Status) -> tuple[Event, ...]:
    if assignment is not None and _acknowledges(assignment, status):
        return (OrderMoved(assignment.id, OrderState.ACKNOWLEDGED),)
    return ()


def _acknowledges(assignment: Assignment, status: Status) -> bool:
    """Tell whether a crew that does this has taken its order; one that was changed wants a word of its own."""
    if assignment.order_state is OrderState.ACKNOWLEDGED or not assignment.is_open:
        return False
    if status in (Status.ACKNOWLEDGED, Status.EN_ROUTE):
        return True
    return status in ORDER_ON_ASSIGNMENT[2:] and assignment.ordered_at == assignment.assigned_at


def _instant_differs(assignment: Assignment | None, status: Status, at: datetime) -> bool:
    name = INSTANTS.get(status)
    return assignment is not None and name is not None and getattr(assignment, name) not in (None, at)


def raise_signal(state: State, command: Command, body: RaiseSignal) -> tuple[Event, ...]:
    """Keep a crew's call until somebody takes it. Distress is never refused, whoever it comes from."""
    unit = state.units.get(body.unit_id)
    if body.signal is Signal.DISTRESS:
        caller = body.unit_id[:LONGEST_CALLER]
        has_place = body.lon is not None and body.lat is not None and -180 <= body.lon <= 180 and -90 <= body.lat <= 90
        pending = caller in state.strays if unit is None else unit.distress_at is not None
        if pending and not has_place:
            return ()
        lon, lat = (body.lon, body.lat) if has_place else (None, None)
        return (SignalRaised(caller, body.signal, lon, lat),)
    if unit is None:
        raise Refused("unit_unknown", unit_id=body.unit_id)
    if body.lon is not None and body.lat is not None:
        check_place(body.lon, body.lat)
    return () if unit.speak_at is not None else (SignalRaised(body.unit_id, body.signal, body.lon, body.lat),)


def acknowledge_signal(state: State, command: Command, body: AcknowledgeSignal) -> tuple[Event, ...]:
    """Take a crew's call; where somebody was quicker there is nothing left to do."""
    unit = state.units.get(body.unit_id)
    if body.signal is Signal.DISTRESS:
        pending = body.unit_id in state.strays or (unit is not None and unit.distress_at is not None)
    else:
        pending = unit is not None and unit.speak_at is not None
    if unit is None and not pending:
        raise Refused("unit_unknown", unit_id=body.unit_id)
    return (SignalAcknowledged(body.unit_id, body.signal),) if pending else ()


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    ReportStatus: report_status,
    RaiseSignal: raise_signal,
    AcknowledgeSignal: acknowledge_signal,
}
