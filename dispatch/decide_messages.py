"""Rules for messages: sent to departments and seats, and received."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from dispatch.case_access import OWN_ONLY
from dispatch.case_checks import check_choice, check_department
from dispatch.checks import check_text, incident_of
from dispatch.commands import Command
from dispatch.events import Event
from dispatch.message import ADDRESSEE_KINDS, TO_DEPARTMENT, TO_SEAT, Addressee, Message
from dispatch.message_commands import ReceiveMessage, SendMessage
from dispatch.message_events import MessageReceived, MessageSent
from dispatch.refused import Refused
from dispatch.state import State

MOST_ADDRESSEES = 200
LONGEST_WAIT_MIN = 7 * 24 * 60.0


def send_message(state: State, command: Command, body: SendMessage) -> tuple[Event, ...]:
    """Send it to those named, or to every department of the roster but the sender's own."""
    check_text(body.text, "text")
    if body.incident_id is not None:
        incident_of(state, body.incident_id)
    if body.case_id is not None and body.case_id not in state.cases:
        raise Refused("case_unknown", case_id=body.case_id)
    addressees = tuple(dict.fromkeys(body.addressees))
    if len(addressees) > MOST_ADDRESSEES:
        raise Refused("addressees_too_many", count=len(addressees), limit=MOST_ADDRESSEES)
    for each in addressees:
        check_choice("addressee", each.kind, ADDRESSEE_KINDS)
        if each.kind == TO_DEPARTMENT:
            check_department(state, each.id)
        check_text(each.id, "addressee")
    is_to_all = not addressees
    if is_to_all:
        others = sorted(set(state.departments) - {command.who.department})
        addressees = tuple(Addressee(TO_DEPARTMENT, each) for each in others)
        if not addressees:
            raise Refused("nobody_addressed")
    due = None
    if body.needs_receipt:
        if not 0 < body.receipt_within_min <= LONGEST_WAIT_MIN:
            raise Refused("receipt_time_out_of_range", wanted_min=body.receipt_within_min, longest_min=LONGEST_WAIT_MIN)
        due = command.at + timedelta(minutes=body.receipt_within_min)
    return (
        MessageSent(
            state.next_message,
            body.text,
            addressees,
            is_to_all,
            incident_id=body.incident_id,
            case_id=body.case_id,
            needs_receipt=body.needs_receipt,
            receipt_due_at=due,
        ),
    )


def receive_message(state: State, command: Command, body: ReceiveMessage) -> tuple[Event, ...]:
    """Say that an addressee has it: the asker's department or seat, or another on behalf of which they speak."""
    message = state.messages.get(body.message_id)
    if message is None:
        raise Refused("message_unknown", message_id=body.message_id)
    addressee = body.addressee or _own(command, message)
    if addressee is None or addressee not in message.addressees:
        raise Refused("not_addressed", message_id=message.id, own=command.who.department or command.who.seat)
    is_own = addressee in _selves(command)
    if not is_own:
        if command.who.role in OWN_ONLY:
            raise Refused("not_addressed", message_id=message.id, own=command.who.department)
        if not body.on_behalf.strip():
            raise Refused("receipt_on_behalf_needed", message_id=message.id, addressee=addressee.id)
    if any(receipt.addressee == addressee for receipt in message.receipts):
        return ()
    return (MessageReceived(message.id, addressee, "" if is_own else body.on_behalf),)


def _selves(command: Command) -> tuple[Addressee, ...]:
    """Return whom a receipt of the asker counts for: their seat and, where they have one, their department."""
    seat = Addressee(TO_SEAT, command.who.seat)
    own = command.who.department
    return (Addressee(TO_DEPARTMENT, own), seat) if own else (seat,)


def _own(command: Command, message: Message) -> Addressee | None:
    return next((each for each in _selves(command) if each in message.addressees), None)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    SendMessage: send_message,
    ReceiveMessage: receive_message,
}
