"""A unit as the log knows it, and who touched a fact last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from resources.status import Status
from resources.unit import Unit


@dataclass(frozen=True, slots=True)
class UnitState:
    """A unit as the log knows it: its roster record, status, and the assignment it is bound by (empty: none).

    `held` is why it is held in reserve; empty: it is not.
    """

    unit: Unit
    status: Status
    since: datetime
    assignment_id: str = ""
    reason: str = ""
    until: datetime | None = None
    destination: str = ""
    distress_at: datetime | None = None
    speak_at: datetime | None = None
    on_roster: bool = True
    changed_sequence: int = 0
    held: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Say by which entry a fact was last touched, by whom, where and when (aware UTC, when it was so)."""

    sequence: int
    actor: str
    seat: str
    at: datetime
