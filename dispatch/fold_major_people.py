"""What events make of the people of a major incident: roles, action cards, call-outs, roll calls, the missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import major_events as events
from dispatch.events import Entry
from dispatch.major import CallOut, CallOutAnswer, Missing, RoleHeld, RollAnswer, RollCall, TickedLine
from dispatch.major_put import put_major
from dispatch.record import replace
from dispatch.work import Work


def _role_assigned(work: Work, event: events.RoleAssigned, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        held = RoleHeld(event.role_id, event.holder, entry.occurred_at, entry.actor)
        put_major(work, entry, major, f"role/{event.role_id}", roles=(*major.roles, held))


def _ticked(work: Work, event: events.ActionTicked, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        tick = TickedLine(event.card_id, event.line_id, entry.occurred_at, entry.actor, event.text)
        put_major(work, entry, major, f"action/{event.card_id}/{event.line_id}", ticks=(*major.ticks, tick))


def _unticked(work: Work, event: events.ActionUnticked, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        line = (event.card_id, event.line_id)
        ticks = tuple(each for each in major.ticks if (each.card_id, each.line_id) != line)
        put_major(work, entry, major, f"action/{event.card_id}/{event.line_id}", ticks=ticks)


def _call_out_asked(work: Work, event: events.CallOutAsked, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        asked = CallOut(event.call_out_id, event.name, event.duty, event.department, entry.occurred_at, entry.actor)
        put_major(work, entry, major, call_outs=(*major.call_outs, asked))


def _call_out_answered(work: Work, event: events.CallOutAnswered, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        said = CallOutAnswer(event.answer, entry.occurred_at, entry.actor, event.expected_at, event.text)
        call_outs = tuple(
            replace(each, answers=(*each.answers, said)) if each.id == event.call_out_id else each
            for each in major.call_outs
        )
        put_major(work, entry, major, f"call_out/{event.call_out_id}", call_outs=call_outs)


def _roll_call_started(work: Work, event: events.RollCallStarted, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        call = RollCall(event.number, entry.occurred_at, entry.actor, event.expected)
        put_major(work, entry, major, roll_calls=(*major.roll_calls, call), roll_call_late_at=None)


def _roll_answered(work: Work, event: events.RollAnswered, entry: Entry) -> None:
    answer = RollAnswer(
        event.kind, event.party, event.accounted, event.missing, entry.occurred_at, entry.actor, event.text
    )
    _edit_call(work, entry, event.incident_id, event.number, answer=answer)


def _roll_call_ended(work: Work, event: events.RollCallEnded, entry: Entry) -> None:
    _edit_call(
        work,
        entry,
        event.incident_id,
        event.number,
        ended_at=entry.occurred_at,
        end_reason=event.reason,
        unheard=event.unheard,
    )


def _roll_call_unanswered(work: Work, event: events.RollCallUnanswered, entry: Entry) -> None:
    _edit_call(work, entry, event.incident_id, event.number, unanswered_at=entry.occurred_at)


def _edit_call(
    work: Work, entry: Entry, incident_id: int, number: int, answer: RollAnswer | None = None, **changes: Any
) -> None:
    if (major := work.majors.get(incident_id)) is None:
        return
    calls = tuple(
        replace(call, answers=(*call.answers, answer) if answer is not None else call.answers, **changes)
        if call.number == number
        else call
        for call in major.roll_calls
    )
    put_major(work, entry, major, roll_calls=calls)


def _roll_call_overdue(work: Work, event: events.RollCallOverdue, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        put_major(work, entry, major, roll_call_late_at=event.due_at)


def _people_missing(work: Work, event: events.PeopleMissing, entry: Entry) -> None:
    """Keep who is missing since when; another number is the same alarm."""
    if (major := work.majors.get(event.incident_id)) is None:
        return
    party = (event.kind, event.party)
    known = next((each for each in major.missing if (each.kind, each.party) == party), None)
    others = tuple(each for each in major.missing if each is not known)
    missing = Missing(
        event.kind,
        event.party,
        event.missing,
        known.since_at if known is not None else entry.occurred_at,
        entry.actor,
        event.text or (known.text if known is not None else ""),
    )
    put_major(work, entry, major, missing=(*others, missing))


def _missing_resolved(work: Work, event: events.MissingResolved, entry: Entry) -> None:
    if (major := work.majors.get(event.incident_id)) is not None:
        party = (event.kind, event.party)
        put_major(
            work,
            entry,
            major,
            missing=tuple(each for each in major.missing if (each.kind, each.party) != party),
        )


TABLE: dict[type, Callable[[Any, Any, Entry], None]] = {
    events.RoleAssigned: _role_assigned,
    events.ActionTicked: _ticked,
    events.ActionUnticked: _unticked,
    events.CallOutAsked: _call_out_asked,
    events.CallOutAnswered: _call_out_answered,
    events.RollCallStarted: _roll_call_started,
    events.RollAnswered: _roll_answered,
    events.RollCallEnded: _roll_call_ended,
    events.RollCallUnanswered: _roll_call_unanswered,
    events.RollCallOverdue: _roll_call_overdue,
    events.PeopleMissing: _people_missing,
    events.MissingResolved: _missing_resolved,
}
