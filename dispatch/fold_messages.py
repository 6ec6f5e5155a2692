"""What events make of messages: nothing is lost, and those that wait for a receipt are at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import message_events as events
from dispatch.events import Entry
from dispatch.message import Message, Receipt
from dispatch.record import replace
from dispatch.work import Work


def _sent(work: Work, event: events.MessageSent, entry: Entry) -> None:
    message = Message(
        event.message_id,
        event.text,
        event.addressees,
        entry.occurred_at,
        entry.actor,
        entry.role,
        entry.department,
        entry.seat,
        event.is_to_all,
        event.incident_id,
        event.case_id,
        event.needs_receipt,
        event.receipt_due_at,
    )
    work.messages[message.id] = message
    if message.waits_for:
        work.open_messages[message.id] = None
    work.next_message = max(work.next_message, message.id + 1)


def _received(work: Work, event: events.MessageReceived, entry: Entry) -> None:
    message = work.messages.get(event.message_id)
    if message is None or any(receipt.addressee == event.addressee for receipt in message.receipts):
        return
    receipt = Receipt(event.addressee, entry.actor, entry.occurred_at, event.on_behalf)
    changed = replace(message, receipts=(*message.receipts, receipt))
    work.messages[message.id] = changed
    if not changed.waits_for:
        work.open_messages.pop(message.id, None)


def _overdue(work: Work, event: events.ReceiptOverdue, entry: Entry) -> None:
    if (message := work.messages.get(event.message_id)) is not None:
        late = tuple(each for each in event.addressees if each not in message.overdue)
        work.messages[message.id] = replace(message, overdue=(*message.overdue, *late))


TABLE: dict[type, Callable[[Any, Any, Entry], None]] = {
    events.MessageSent: _sent,
    events.MessageReceived: _received,
    events.ReceiptOverdue: _overdue,
}
