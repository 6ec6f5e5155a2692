"""What may be asked about who is in charge of an incident, and about the queues of seats, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class TakeIncident:
    """Take charge of an incident: one that nobody has, one that is offered, or, with a `reason`, somebody else's."""

    incident_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TakeOffered:
    """Take charge of all that is offered to the asker; with `from_seat` only of what comes from there."""

    from_seat: str = ""


@dataclass(frozen=True, slots=True)
class GiveUpIncident:
    """Be in charge of an incident no more, without another who is: it stands in everybody's sight again."""

    incident_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class HandOverIncident:
    """Offer an incident to a seat, or to a person wherever they sit. Who has it keeps it until it is taken.

    What nobody has may be offered by anybody: so a call-taker passes it to a dispatcher.
    """

    incident_id: int
    to_seat: str = ""
    to_actor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandOverAll:
    """Offer all that the asker is in charge of at once, as at the end of a shift.

    `from_seat` is another seat's, which a supervisor or a coordinator may clear.
    """

    to_seat: str = ""
    to_actor: str = ""
    note: str = ""
    from_seat: str = ""


@dataclass(frozen=True, slots=True)
class DeclineHandOver:
    """Say that what is offered is not taken, and why."""

    incident_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class WithdrawHandOver:
    """Take an offer back that nobody has taken up."""

    incident_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SetQueue:
    """Say what a seat looks after (see `seat_queue.Queue`); neither departments nor areas: everything."""

    seat: str
    departments: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


DeskBody: TypeAlias = (
    TakeIncident
    | TakeOffered
    | GiveUpIncident
    | HandOverIncident
    | HandOverAll
    | DeclineHandOver
    | WithdrawHandOver
    | SetQueue
)
