"""What has happened to messages, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from dispatch.message import Addressee


@dataclass(frozen=True, slots=True)
class MessageSent:
    """A message went to its addressees."""

    message_id: int
    text: str
    addressees: tuple[Addressee, ...]
    is_to_all: bool = False
    incident_id: int | None = None
    case_id: int | None = None
    needs_receipt: bool = False
    receipt_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """An addressee has a message."""

    message_id: int
    addressee: Addressee
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptOverdue:
    """Some have not said in time that they have a message."""

    message_id: int
    addressees: tuple[Addressee, ...]


MessageEvent: TypeAlias = MessageSent | MessageReceived | ReceiptOverdue
