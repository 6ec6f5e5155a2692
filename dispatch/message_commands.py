"""What may be asked about messages, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from dispatch.message import RECEIVED_WITHIN_MIN, Addressee


@dataclass(frozen=True, slots=True)
class SendMessage:
    """Tell departments or seats something; without addressees it is for every department but the sender's own."""

    text: str
    addressees: tuple[Addressee, ...] = ()
    incident_id: int | None = None
    case_id: int | None = None
    needs_receipt: bool = False
    receipt_within_min: float = RECEIVED_WITHIN_MIN


@dataclass(frozen=True, slots=True)
class ReceiveMessage:
    """Say that one has a message; for another department say in `on_behalf` why ('read out by telephone')."""

    message_id: int
    addressee: Addressee | None = None
    on_behalf: str = ""


MessageBody: TypeAlias = SendMessage | ReceiveMessage
