"""What events make of who is in charge of incidents, and of the queues of seats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import desk_events as events
from dispatch import fact
from dispatch.charge import Charge, Offer
from dispatch.events import Entry
from dispatch.record import replace
from dispatch.seat_queue import Queue
from dispatch.work import Work


def _taken(work: Work, event: events.IncidentTaken, entry: Entry) -> None:
    if event.incident_id in work.open_incidents:
        work.charges[event.incident_id] = Charge(
            event.incident_id,
            entry.actor,
            entry.role,
            entry.department,
            entry.seat,
            entry.occurred_at,
            event.way,
            event.reason,
        )
        work.touch(entry, fact.of_incident(event.incident_id, "charge"))


def _given_up(work: Work, event: events.IncidentGivenUp, entry: Entry) -> None:
    if work.charges.pop(event.incident_id, None) is not None:
        work.touch(entry, fact.of_incident(event.incident_id, "charge"))


def _offered(work: Work, event: events.HandOverOffered, entry: Entry) -> None:
    if event.incident_id not in work.open_incidents:
        return
    offer = Offer(event.to_seat, event.to_actor, event.note, entry.actor, entry.seat, entry.occurred_at)
    charge = work.charges.get(event.incident_id, Charge(event.incident_id))
    work.charges[event.incident_id] = replace(charge, offer=offer)


def _over(work: Work, event: events.HandOverDeclined | events.HandOverWithdrawn, entry: Entry) -> None:
    charge = work.charges.get(event.incident_id)
    if charge is None:
        return
    if charge.is_held:
        work.charges[event.incident_id] = replace(charge, offer=None)
    else:
        del work.charges[event.incident_id]


def _queue_set(work: Work, event: events.QueueSet, entry: Entry) -> None:
    if event.departments or event.areas:
        work.queues[event.seat] = Queue(
            event.seat, event.departments, event.areas, set_by=entry.actor, set_at=entry.occurred_at
        )
    else:
        work.queues.pop(event.seat, None)


def forget_charge(work: Work, incident_id: int) -> None:
    """Let nobody be in charge of an incident that is closed."""
    work.charges.pop(incident_id, None)
    work.forget(fact.of_incident(incident_id, "charge"))


TABLE: dict[type, Callable[[Any, Any, Entry], None]] = {
    events.IncidentTaken: _taken,
    events.IncidentGivenUp: _given_up,
    events.HandOverOffered: _offered,
    events.HandOverDeclined: _over,
    events.HandOverWithdrawn: _over,
    events.QueueSet: _queue_set,
}
