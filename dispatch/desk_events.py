"""What has happened to who is in charge of incidents, and to the queues of seats, in the past tense.

Who took, offered or declined is the entry's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class IncidentTaken:
    """Somebody is in charge of an incident; `way` is one of `charge.WAYS`, `from_…` who was before (empty: nobody)."""

    incident_id: int
    way: str
    reason: str = ""
    from_actor: str = ""
    from_seat: str = ""


@dataclass(frozen=True, slots=True)
class IncidentGivenUp:
    """Nobody is in charge of an incident any more."""

    incident_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HandOverOffered:
    """An incident is offered to a seat or a person; an earlier offer no longer stands."""

    incident_id: int
    to_seat: str = ""
    to_actor: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandOverDeclined:
    """Whoever an incident was offered to does not take it."""

    incident_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HandOverWithdrawn:
    """An offer no longer stands."""

    incident_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class QueueSet:
    """A seat looks after these departments and areas from now on; neither: after everything."""

    seat: str
    departments: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


DeskEvent: TypeAlias = (
    IncidentTaken | IncidentGivenUp | HandOverOffered | HandOverDeclined | HandOverWithdrawn | QueueSet
)
