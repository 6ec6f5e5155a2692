"""Messages from one desk to departments and seats, with receipts: frozen records of who was told what, and knows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from immutables import Map

TO_DEPARTMENT, TO_SEAT = "department", "seat"
ADDRESSEE_KINDS = (TO_DEPARTMENT, TO_SEAT)
RECEIVED_WITHIN_MIN = 10.0


@dataclass(frozen=True, slots=True)
class Addressee:
    """Name one that a message is for: a department, or one seat."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """Say that an addressee has a message, who says so, and when; `on_behalf` is why somebody else said it."""

    addressee: Addressee
    actor: str
    received_at: datetime
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `overdue` are those who had not confirmed it in time, which later receipts do not take back.

    `is_to_all` says that it was meant for every department; `addressees` are who they were then.
    """

    id: int
    text: str
    addressees: tuple[Addressee, ...]
    sent_at: datetime
    actor: str
    role: str
    department: str
    seat: str
    is_to_all: bool = False
    incident_id: int | None = None
    case_id: int | None = None
    needs_receipt: bool = False
    receipt_due_at: datetime | None = None
    receipts: tuple[Receipt, ...] = ()
    overdue: tuple[Addressee, ...] = ()

    @property
    def waits_for(self) -> tuple[Addressee, ...]:
        """Return those whose receipt is wanted and has not come."""
        if not self.needs_receipt:
            return ()
        known = {receipt.addressee for receipt in self.receipts}
        return tuple(each for each in self.addressees if each not in known)


def messages_for(
    messages: Map[int, Message],
    last: int,
    *,
    department: str = "",
    seat: str = "",
    incident_id: int | None = None,
    limit: int = 100,
) -> tuple[Message, ...]:
    """Return the newest messages that a department or seat sent or is told, newest first.

    Neither given: everybody's. `last` is the highest number that was given (`State.next_message` - 1).
    """
    wanted = {Addressee(kind, each) for kind, each in ((TO_DEPARTMENT, department), (TO_SEAT, seat)) if each}
    found: list[Message] = []
    for message in _newest_first(messages, last):
        if len(found) >= limit:
            break
        is_theirs = (
            not wanted
            or not wanted.isdisjoint(message.addressees)
            or (department and message.department == department)
            or (seat and message.seat == seat)
        )
        if is_theirs and incident_id in (None, message.incident_id):
            found.append(message)
    return tuple(found)


def _newest_first(messages: Map[int, Message], last: int) -> Iterator[Message]:
    for number in range(last, 0, -1):
        if (message := messages.get(number)) is not None:
            yield message
