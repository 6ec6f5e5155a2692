"""Rules for incidents: opened, corrected, escalated, closed, opened again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dispatch import fact
from dispatch.case_repair import all_brought_back
from dispatch.checks import (
    card_of,
    changed_since,
    check_field_unchanged,
    check_place,
    check_priority,
    check_text,
    incident_of,
    open_incident,
    who_changed,
)
from dispatch.commands import (
    AddNote,
    ChangeAlarmLevel,
    ChangeKind,
    ChangePriority,
    CloseIncident,
    Command,
    CorrectLocation,
    ReopenIncident,
    ReportIncident,
)
from dispatch.decide_assignments import released
from dispatch.decide_calls import free_call
from dispatch.decide_duties import all_cancelled, check_duties_over
from dispatch.events import (
    AlarmRaised,
    CallAttached,
    Event,
    IncidentClosed,
    IncidentReopened,
    IncidentReported,
    KindChanged,
    LocationCorrected,
    NoteAdded,
    PriorityChanged,
    TaskDone,
)
from dispatch.incident import Stage
from dispatch.major_checks import check_may_close
from dispatch.orders import changed_orders
from dispatch.refused import Refused
from dispatch.runcard import RunCard
from dispatch.state import State


def report_incident(state: State, command: Command, body: ReportIncident) -> tuple[Event, ...]:
    """Open an incident under the next number; what is not said comes from its run card and its call."""
    card = card_of(state, body.kind)
    check_place(body.location.lon, body.location.lat)
    priority = card.priority if body.priority is None else body.priority
    check_priority(priority)
    _check_level(card, body.alarm_level)
    received_at = body.received_at or command.at
    attached: tuple[Event, ...] = ()
    if body.call_id:
        call = free_call(state, body.call_id)
        received_at = body.received_at or call.answered_at or call.ringing_at or command.at
        attached = (CallAttached(call.id, state.next_incident),)
    opened = IncidentReported(
        incident_id=state.next_incident,
        kind=card.kind,
        priority=priority,
        alarm_level=body.alarm_level,
        location=body.location,
        mode=card.mode,
        lead=card.lead,
        received_at=received_at,
        text=body.text,
        hazards=tuple(dict.fromkeys((*card.hazards, *body.hazards))),
        deadline_at=_deadline(card, received_at),
    )
    return (opened, *attached)


def correct_location(state: State, command: Command, body: CorrectLocation) -> tuple[Event, ...]:
    """Correct the place and tell every unit that was sent."""
    incident = open_incident(state, body.incident_id)
    check_place(body.location.lon, body.location.lat)
    if body.location == incident.location:
        return ()
    check_field_unchanged(state, command, incident, "location", incident.location.text)
    corrected = LocationCorrected(incident.id, body.location, body.reason)
    return (corrected, *changed_orders(state, replace(incident, location=body.location)))


def change_kind(state: State, command: Command, body: ChangeKind) -> tuple[Event, ...]:
    """Change the kind, with priority, mode, lead, deadline and hazards of its card, and tell every unit sent.

    Hazards that were added by hand stay.
    """
    incident = open_incident(state, body.incident_id)
    card = card_of(state, body.kind)
    if card.kind == incident.kind:
        return ()
    check_field_unchanged(state, command, incident, "kind", incident.kind)
    if card.priority != incident.priority:
        check_field_unchanged(state, command, incident, "priority", incident.priority)
    if card.max_level < incident.alarm_level:
        check_field_unchanged(state, command, incident, "alarm_level", incident.alarm_level)
    old = state.cards.get(incident.kind)
    by_hand = (hazard for hazard in incident.hazards if old is None or hazard not in old.hazards)
    changed = KindChanged(
        incident_id=incident.id,
        kind=card.kind,
        priority=card.priority,
        mode=card.mode,
        lead=card.lead if old is None or incident.lead == old.lead else incident.lead,  # one that was named stays
        deadline_at=_deadline(card, incident.received_at),
        hazards=tuple(dict.fromkeys((*card.hazards, *by_hand))),
    )
    after = replace(incident, kind=card.kind, priority=card.priority, hazards=changed.hazards)
    level: tuple[Event, ...] = ()
    if incident.alarm_level > card.max_level:
        level = (AlarmRaised(incident.id, card.max_level),)
    return (changed, *level, *changed_orders(state, after))


def change_priority(state: State, command: Command, body: ChangePriority) -> tuple[Event, ...]:
    """Set the priority by hand."""
    incident = open_incident(state, body.incident_id)
    check_priority(body.priority)
    if body.priority == incident.priority:
        return ()
    check_field_unchanged(state, command, incident, "priority", incident.priority)
    return (PriorityChanged(incident.id, body.priority, body.reason),)


def change_alarm_level(state: State, command: Command, body: ChangeAlarmLevel) -> tuple[Event, ...]:
    """Set the alarm level, up or down, within what the run card knows."""
    incident = open_incident(state, body.incident_id)
    if body.alarm_level == incident.alarm_level:
        return ()
    _check_level(card_of(state, incident.kind), body.alarm_level)
    check_field_unchanged(state, command, incident, "alarm_level", incident.alarm_level)
    return (AlarmRaised(incident.id, body.alarm_level, body.reason),)


def add_note(state: State, command: Command, body: AddNote) -> tuple[Event, ...]:
    """Add words to an incident's story, also when it is closed."""
    incident = incident_of(state, body.incident_id)
    check_text(body.text, "text")
    return (NoteAdded(incident.id, body.text),)


def close_incident(state: State, command: Command, body: CloseIncident) -> tuple[Event, ...]:
    """Close an incident with a disposition that its card knows; nobody may be left bound, and no duty open."""
    incident = open_incident(state, body.incident_id)
    check_text(body.disposition, "disposition")
    check_may_close(state, incident.id)
    card = state.cards.get(incident.kind)
    if card is not None and card.dispositions and body.disposition not in card.dispositions:
        raise Refused("disposition_unknown", disposition=body.disposition, choices=card.dispositions)
    bound = [a for a in state.assignments_of.get(incident.id, ()) if a in state.open_assignments]
    units = tuple(state.assignments[a].unit_id for a in bound)
    if bound and not body.release_units:
        raise Refused("units_still_bound", incident_id=incident.id, units=units)
    for unit_id in units:
        key = fact.of_unit(unit_id, "assignment")
        if changed_since(state, command, key) is not None:
            raise Refused("unit_sent_since", unit_id=unit_id, incident_id=incident.id, **who_changed(state, key))
    duties = state.duties_of_incident.get(incident.id, ())
    if not body.cancel_duties:
        check_duties_over(state, duties, incident_id=incident.id)
    tasks = (state.tasks[task] for task in state.tasks_of.get(incident.id, ()))
    return (
        *(event for a in bound for event in released(state.assignments[a], body.disposition)),
        *(TaskDone(task.id) for task in tasks if task.done_at is None),
        *all_cancelled(state, duties, command, body.disposition),
        IncidentClosed(incident.id, body.disposition, body.text),
        *all_brought_back(state, command, incident.id, body.disposition),
    )


def reopen_incident(state: State, command: Command, body: ReopenIncident) -> tuple[Event, ...]:
    """Open a closed incident again, with a reason."""
    incident = incident_of(state, body.incident_id)
    if incident.stage is not Stage.CLOSED:
        raise Refused("incident_not_closed", incident_id=incident.id)
    check_text(body.reason, "reason")
    return (IncidentReopened(incident.id, body.reason),)


def _check_level(card: RunCard, level: int) -> None:
    if not 1 <= level <= card.max_level:
        raise Refused("alarm_level_out_of_range", kind=card.kind, alarm_level=level, lowest=1, highest=card.max_level)


def _deadline(card: RunCard, received_at: datetime) -> datetime | None:
    return None if card.deadline_min is None else received_at + timedelta(minutes=card.deadline_min)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    ReportIncident: report_incident,
    CorrectLocation: correct_location,
    ChangeKind: change_kind,
    ChangePriority: change_priority,
    ChangeAlarmLevel: change_alarm_level,
    AddNote: add_note,
    CloseIncident: close_incident,
    ReopenIncident: reopen_incident,
}
