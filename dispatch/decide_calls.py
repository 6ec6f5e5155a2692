"""Rules for calls: what becomes known of them, and which incident they belong to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dispatch.checks import check_place, check_text, incident_of, open_incident
from dispatch.commands import AttachCall, Command, DetachCall, RecordCall
from dispatch.events import CallAttached, CallDetached, CallerLocated, CallRecorded, Event
from dispatch.incident import Call
from dispatch.refused import Refused
from dispatch.state import State


def record_call(state: State, command: Command, body: RecordCall) -> tuple[Event, ...]:
    """Merge what is newly known into the call. Instants once known stay, the newest position and words win."""
    check_text(body.call_id, "call_id")
    if body.position is not None:
        check_place(body.position.lon, body.position.lat)
        if body.position.radius_m < 0:
            raise Refused("radius_negative", radius_m=body.position.radius_m)
    known = state.calls.get(body.call_id)
    before = known or Call(body.call_id, channel=body.channel)
    after = replace(
        before,
        ringing_at=before.ringing_at or body.ringing_at,
        answered_at=before.answered_at or body.answered_at,
        ended_at=before.ended_at or body.ended_at,
        recorder_reference=body.recorder_reference or before.recorder_reference,
        person_id=body.person_id or before.person_id,
        text=body.text or before.text,
    )
    position = body.position or before.position
    if known is not None and after == known:
        return () if position is None or position == known.position else (CallerLocated(known.id, position),)
    return (CallRecorded(replace(after, position=position)),)


def attach_call(state: State, command: Command, body: AttachCall) -> tuple[Event, ...]:
    """Attach a call to one open incident; a call belongs to no more than one."""
    open_incident(state, body.incident_id)
    call = free_call(state, body.call_id, incident_id=body.incident_id)
    return () if call.incident_id is not None else (CallAttached(call.id, body.incident_id),)


def detach_call(state: State, command: Command, body: DetachCall) -> tuple[Event, ...]:
    """Take a call off the incident that it was attached to, also when that is closed."""
    incident = incident_of(state, body.incident_id)
    if body.call_id not in incident.call_ids:
        raise Refused("call_not_attached", call_id=body.call_id, incident_id=incident.id)
    return (CallDetached(body.call_id, incident.id),)


def free_call(state: State, call_id: str, *, incident_id: int | None = None) -> Call:
    """Return a call that belongs to no incident but `incident_id`; raise Refused."""
    call = state.calls.get(call_id)
    if call is None:
        raise Refused("call_unknown", call_id=call_id)
    if call.incident_id not in (None, incident_id):
        raise Refused("call_attached_elsewhere", call_id=call_id, incident_id=call.incident_id)
    return call


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    RecordCall: record_call,
    AttachCall: attach_call,
    DetachCall: detach_call,
}
