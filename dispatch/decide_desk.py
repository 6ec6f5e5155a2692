"""Rules for who is in charge of an incident, for handing it over, and for the queues of seats."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.account_checks import account_of
from dispatch.case_checks import check_department
from dispatch.charge import FREE, HANDED_OVER, LEFT, MOVED, TAKEN_OVER, Charge
from dispatch.charges import is_in_charge, is_there, offered_to
from dispatch.checks import check_field_unchanged, check_text, open_incident
from dispatch.commands import Command
from dispatch.desk_access import MAY_DESK, OVERSEERS
from dispatch.desk_commands import (
    DeclineHandOver,
    GiveUpIncident,
    HandOverAll,
    HandOverIncident,
    SetQueue,
    TakeIncident,
    TakeOffered,
    WithdrawHandOver,
)
from dispatch.desk_events import (
    HandOverDeclined,
    HandOverOffered,
    HandOverWithdrawn,
    IncidentGivenUp,
    IncidentTaken,
    QueueSet,
)
from dispatch.events import Event
from dispatch.refused import Refused
from dispatch.state import State

MOST_PARTS = 200


def take_incident(state: State, command: Command, body: TakeIncident) -> tuple[Event, ...]:
    """Take charge; of what somebody has who is there, and has not offered, only with a reason."""
    incident, who = open_incident(state, body.incident_id), command.who
    charge = state.charges.get(incident.id)
    if charge is None or not charge.is_held:
        return (IncidentTaken(incident.id, _way_of_free(charge, command), body.reason),)
    if (charge.actor, charge.seat) == (who.actor, who.seat):
        return ()
    if charge.offer is not None and charge.offer.is_for(who):
        return (_taken(charge, HANDED_OVER, body.reason),)
    if is_in_charge(state, charge, who):
        return (_taken(charge, MOVED, body.reason),)
    check_field_unchanged(state, command, incident, "charge", charge.actor)
    if not is_there(state, charge):
        return (_taken(charge, LEFT, body.reason),)
    if not body.reason.strip():
        raise Refused(
            "incident_in_charge",
            incident_id=incident.id,
            actor=charge.actor,
            seat=charge.seat,
            changed_at=charge.since,
        )
    return (_taken(charge, TAKEN_OVER, body.reason),)


def take_offered(state: State, command: Command, body: TakeOffered) -> tuple[Event, ...]:
    """Take charge of everything that is offered to the asker."""
    offered = [
        charge
        for charge in offered_to(state, command.who)
        if charge.offer is not None and body.from_seat in ("", charge.offer.seat)
    ]
    if not offered:
        raise Refused("nothing_offered", seat=command.who.seat)
    return tuple(_taken(charge, HANDED_OVER, "") for charge in offered)


def give_up_incident(state: State, command: Command, body: GiveUpIncident) -> tuple[Event, ...]:
    """Let nobody be in charge, with a reason; an offer that stands is withdrawn with it."""
    incident = open_incident(state, body.incident_id)
    check_text(body.reason, "reason")
    charge = state.charges.get(incident.id)
    if charge is None or not charge.is_held:
        return ()
    _check_own(state, command, charge)
    withdrawn = () if charge.offer is None else (HandOverWithdrawn(incident.id, body.reason),)
    return (*withdrawn, IncidentGivenUp(incident.id, body.reason))


def hand_over_incident(state: State, command: Command, body: HandOverIncident) -> tuple[Event, ...]:
    """Offer it; what nobody has is offered by anybody, what somebody has by them or an overseer."""
    incident = open_incident(state, body.incident_id)
    _check_receiver(state, body.to_seat, body.to_actor)
    charge = state.charges.get(incident.id)
    if charge is not None and charge.is_held:
        _check_own(state, command, charge)
    return _offer(command, charge or Charge(incident.id), body)


def hand_over_all(state: State, command: Command, body: HandOverAll) -> tuple[Event, ...]:
    """Offer everything that the asker has, or that another seat has."""
    who = command.who
    _check_receiver(state, body.to_seat, body.to_actor)
    if body.from_seat not in ("", who.seat):
        if who.role not in OVERSEERS:
            raise Refused("not_in_charge")
        found = [each for each in state.charges.values() if each.is_held and each.seat == body.from_seat]
    else:
        found = [each for each in state.charges.values() if is_in_charge(state, each, who)]
    if not found:
        raise Refused("nothing_in_charge", seat=body.from_seat or who.seat)
    found.sort(key=lambda charge: charge.incident_id)
    return tuple(event for charge in found for event in _offer(command, charge, body))


def decline_hand_over(state: State, command: Command, body: DeclineHandOver) -> tuple[Event, ...]:
    """Say why what was offered is not taken; whoever has it keeps it."""
    charge = _offered(state, body.incident_id)
    check_text(body.reason, "reason")
    if charge.offer is not None and not charge.offer.is_for(command.who):
        raise Refused(
            "hand_over_not_yours",
            incident_id=charge.incident_id,
            to_actor=charge.offer.to_actor,
            to_seat=charge.offer.to_seat,
        )
    return (HandOverDeclined(charge.incident_id, body.reason),)


def withdraw_hand_over(state: State, command: Command, body: WithdrawHandOver) -> tuple[Event, ...]:
    """Take an offer back: whoever made it, whoever has the incident, or an overseer."""
    charge = _offered(state, body.incident_id)
    offer, who = charge.offer, command.who
    made_it = offer is not None and (offer.actor, offer.seat) == (who.actor, who.seat)
    if not made_it:
        _check_own(state, command, charge)
    return (HandOverWithdrawn(charge.incident_id, body.reason),)


def set_queue(state: State, command: Command, body: SetQueue) -> tuple[Event, ...]:
    """Say what a seat looks after: the asker's own, or any seat's where an overseer says it."""
    check_text(body.seat, "seat")
    if body.seat != command.who.seat and command.who.role not in OVERSEERS:
        raise Refused("queue_not_yours", seat=body.seat, own=command.who.seat)
    departments, areas = (tuple(dict.fromkeys(each)) for each in (body.departments, body.areas))
    for each in departments:
        check_department(state, each)
    for each in areas:
        check_text(each, "areas")
    if len(departments) + len(areas) > MOST_PARTS:
        raise Refused("queue_too_long", count=len(departments) + len(areas), limit=MOST_PARTS)
    before = state.queues.get(body.seat)
    if (departments, areas) == ((before.departments, before.areas) if before is not None else ((), ())):
        return ()
    return (QueueSet(body.seat, departments, areas),)


def _way_of_free(charge: Charge | None, command: Command) -> str:
    is_offered = charge is not None and charge.offer is not None and charge.offer.is_for(command.who)
    return HANDED_OVER if is_offered else FREE


def _taken(charge: Charge, way: str, reason: str) -> IncidentTaken:
    return IncidentTaken(charge.incident_id, way, reason, charge.actor, charge.seat)


def _offer(command: Command, charge: Charge, body: HandOverIncident | HandOverAll) -> tuple[Event, ...]:
    """Offer it, to another than the asker and whoever has it: what one takes oneself is taken, with a reason."""
    offer, who = charge.offer, command.who
    for actor, seat in ((who.actor, who.seat), (charge.actor, charge.seat)):
        if body.to_seat in ("", seat) and body.to_actor in ("", actor):
            raise Refused("hand_over_to_self", incident_id=charge.incident_id, actor=actor, seat=seat)
    if offer is not None and (offer.to_seat, offer.to_actor, offer.note) == (body.to_seat, body.to_actor, body.note):
        return ()
    return (HandOverOffered(charge.incident_id, body.to_seat, body.to_actor, body.note),)


def _offered(state: State, incident_id: int) -> Charge:
    incident = open_incident(state, incident_id)
    charge = state.charges.get(incident.id)
    if charge is None or charge.offer is None:
        raise Refused("no_hand_over", incident_id=incident.id)
    return charge


def _check_own(state: State, command: Command, charge: Charge) -> None:
    """Raise Refused `not_in_charge` unless the asker has the incident, or oversees those who have."""
    if not is_in_charge(state, charge, command.who) and command.who.role not in OVERSEERS:
        raise Refused("not_in_charge", incident_id=charge.incident_id, actor=charge.actor, seat=charge.seat)


def _check_receiver(state: State, to_seat: str, to_actor: str) -> None:
    """Raise Refused unless there is a receiver, and the log knows nothing that speaks against them.

    Codes: `hand_over_to_nobody`, `account_unknown`, `cannot_take_charge`.
    """
    if not (to_seat.strip() or to_actor.strip()):
        raise Refused("hand_over_to_nobody")
    if to_actor and len(state.accounts):
        account = account_of(state, to_actor)
        roles = () if account.is_disabled else account.roles
    elif (session := state.sessions.get(to_seat)) is not None:
        roles = (session.role,)
    else:
        return  # a seat that nobody sits at yet: the next shift's
    if not any(TakeIncident in MAY_DESK.get(role, frozenset()) for role in roles):
        raise Refused("cannot_take_charge", actor=to_actor, seat=to_seat, roles=roles)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    TakeIncident: take_incident,
    TakeOffered: take_offered,
    GiveUpIncident: give_up_incident,
    HandOverIncident: hand_over_incident,
    HandOverAll: hand_over_all,
    DeclineHandOver: decline_hand_over,
    WithdrawHandOver: withdraw_hand_over,
    SetQueue: set_queue,
}
