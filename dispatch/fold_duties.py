"""What events make of duties, and of who leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import duty_events as events
from dispatch import fact
from dispatch.duty import DEPARTMENT, DUTY_MOVES, Duty, DutyState, DutyStep, HandBack
from dispatch.events import Entry
from dispatch.record import replace
from dispatch.work import Work


def _given(work: Work, event: events.DutyGiven, entry: Entry) -> None:
    duty = Duty(
        event.duty_id,
        event.text,
        event.department,
        event.state,
        entry.occurred_at,
        entry.actor,
        entry.occurred_at,
        code=event.code,
        incident_id=event.incident_id,
        case_id=event.case_id,
        given_department=entry.department,
        depends_on=event.depends_on,
        limit=event.limit,
        begins_at=entry.occurred_at if event.state is DutyState.GIVEN else None,
        due_at=event.due_at,
        steps=(DutyStep("given", entry.occurred_at, entry.actor, event.department),),
    )
    work.duties[duty.id] = duty
    work.open_duties[duty.id] = None
    work.next_duty = max(work.next_duty, duty.id + 1)
    if event.incident_id is not None:
        known = work.duties_of_incident.get(event.incident_id, ())
        work.duties_of_incident[event.incident_id] = (*known, duty.id)
    if event.case_id is not None:
        work.duties_of_case[event.case_id] = (*work.duties_of_case.get(event.case_id, ()), duty.id)
    work.touch(entry, fact.of_duty(duty.id))


def _moved(work: Work, event: events.DutyMoved, entry: Entry) -> None:
    duty = work.duties.get(event.duty_id)
    if duty is None:
        return
    at, changes = entry.occurred_at, dict[str, Any]()
    step = DutyStep(event.move, at, entry.actor, event.department, event.reason, event.on_behalf)
    move = DUTY_MOVES.get(event.move)
    if move is not None and move.side == DEPARTMENT and not event.on_behalf and entry.actor not in duty.members:
        changes["members"] = (*duty.members, entry.actor)
    if event.state is DutyState.ACCEPTED:
        changes["accepted_at"] = at
    elif event.state is DutyState.DONE:
        changes["done_at"] = at
    elif event.state is DutyState.HANDED_BACK:
        back = HandBack(event.department, event.reason, entry.actor, at)
        changes["hand_backs"] = (*duty.hand_backs, back)
    elif event.state in (DutyState.GIVEN, DutyState.WAITING):
        changes |= {"begins_at": at if event.state is DutyState.GIVEN else None, "accepted_at": None, "done_at": None}
        if event.department != duty.department:
            changes["members"] = ()
    elif event.move == "rejected":
        changes |= {"done_at": None, "rejections": duty.rejections + 1}
    if event.move == "ruled":
        changes["ruled"] = event.department
    _put(
        work,
        entry,
        duty,
        state=event.state,
        department=event.department,
        limit=event.limit,
        due_at=event.due_at,
        steps=(*duty.steps, step),
        **changes,
    )


def _began(work: Work, event: events.DutyBegan, entry: Entry) -> None:
    if (duty := work.duties.get(event.duty_id)) is not None:
        step = DutyStep("began", entry.occurred_at, entry.actor, duty.department)
        _put(
            work,
            entry,
            duty,
            state=DutyState.GIVEN,
            begins_at=entry.occurred_at,
            due_at=event.due_at,
            steps=(*duty.steps, step),
        )


def _linked(work: Work, event: events.DutyLinked, entry: Entry) -> None:
    if (duty := work.duties.get(event.duty_id)) is not None:
        begins_at = None if event.state is DutyState.WAITING else duty.begins_at or entry.occurred_at
        _put(
            work,
            entry,
            duty,
            depends_on=event.depends_on,
            state=event.state,
            begins_at=begins_at,
            due_at=event.due_at,
        )


def _deadline_set(work: Work, event: events.DutyDeadlineSet, entry: Entry) -> None:
    if (duty := work.duties.get(event.duty_id)) is not None:
        step = DutyStep("deadline_set", entry.occurred_at, entry.actor, duty.department, event.reason)
        _put(work, entry, duty, limit=event.limit, due_at=event.due_at, steps=(*duty.steps, step))


def _overdue(work: Work, event: events.DutyOverdue, entry: Entry) -> None:
    """Keep that it is late; nobody touched the duty, so that what somebody is about to say of it still counts."""
    duty = work.duties.get(event.duty_id)
    if duty is not None and event.due_at not in duty.overdue:
        work.duties[duty.id] = replace(duty, overdue=(*duty.overdue, event.due_at))


def _lead_named(work: Work, event: events.LeadNamed, entry: Entry) -> None:
    if (incident := work.incidents.get(event.incident_id)) is not None:
        work.incidents[incident.id] = replace(incident, lead=event.department)
        work.touch(entry, fact.of_incident(incident.id, "lead"))


def _put(work: Work, entry: Entry, duty: Duty, **changes: Any) -> None:
    """Keep a duty with some fields changed; one that is over is open no more, and nobody can be late to know of it."""
    changed = replace(duty, moved_at=max(entry.occurred_at, duty.moved_at), **changes)
    if changed.is_open:
        work.open_duties[duty.id] = None
    else:
        work.open_duties.pop(duty.id, None)
        changed = replace(changed, ended_at=entry.occurred_at)
    work.duties[duty.id] = changed
    work.touch(entry, fact.of_duty(duty.id))


TABLE: dict[type, Callable[[Any, Any, Entry], None]] = {
    events.DutyGiven: _given,
    events.DutyMoved: _moved,
    events.DutyBegan: _began,
    events.DutyLinked: _linked,
    events.DutyDeadlineSet: _deadline_set,
    events.DutyOverdue: _overdue,
    events.LeadNamed: _lead_named,
}
