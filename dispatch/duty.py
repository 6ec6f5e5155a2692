"""Duties: what one department is told to do for an incident or a case, in words and with a deadline of its own.

A `Task` is made silently and says that a department has units there; a duty is given by somebody, accepted by the
department, done, and confirmed by who gave it. `DUTY_MOVES` says from where to where a duty may go, and whose move it
is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from dispatch.clocks import Limit


class DutyState(StrEnum):
    """Say how far a duty has come. `waiting` waits for another duty, and its clock has not begun."""

    WAITING = "waiting"
    GIVEN = "given"
    ACCEPTED = "accepted"
    WORKING = "working"
    DONE = "done"
    CONFIRMED = "confirmed"
    HANDED_BACK = "handed_back"
    CANCELLED = "cancelled"


S = DutyState
OPEN = frozenset(S) - {S.CONFIRMED, S.CANCELLED}
# States in which the department owes something: only there a deadline can pass.
OWED = OPEN - {S.WAITING, S.DONE}
# What no longer keeps another duty waiting.
OVER = frozenset({S.DONE, S.CONFIRMED, S.CANCELLED})
# Whose move it is: the department's that has the duty, or the centre's that gave it.
DEPARTMENT, CENTRE = "department", "centre"
HAND_BACKS_BEFORE_RULING = 2


@dataclass(frozen=True, slots=True)
class DutyMove:
    """Say where a move starts, where it may lead, whose it is, and whether its reason must be written."""

    start: frozenset[DutyState]
    to: frozenset[DutyState]
    side: str
    needs_reason: bool = False


_BEGUN = frozenset({S.WAITING, S.GIVEN})
DUTY_MOVES: Mapping[str, DutyMove] = MappingProxyType(
    {
        "accepted": DutyMove(frozenset({S.GIVEN}), frozenset({S.ACCEPTED}), DEPARTMENT),
        "started": DutyMove(frozenset({S.ACCEPTED}), frozenset({S.WORKING}), DEPARTMENT),
        "done": DutyMove(frozenset({S.ACCEPTED, S.WORKING}), frozenset({S.DONE}), DEPARTMENT),
        "handed_back": DutyMove(
            frozenset({S.WAITING, S.GIVEN, S.ACCEPTED, S.WORKING}), frozenset({S.HANDED_BACK}), DEPARTMENT, True
        ),
        "confirmed": DutyMove(frozenset({S.DONE}), frozenset({S.CONFIRMED}), CENTRE),
        "rejected": DutyMove(frozenset({S.DONE}), frozenset({S.WORKING}), CENTRE, True),
        "reassigned": DutyMove(frozenset({S.WAITING, S.GIVEN, S.HANDED_BACK}), _BEGUN, CENTRE, True),
        "ruled": DutyMove(frozenset({S.HANDED_BACK}), _BEGUN, CENTRE, True),
        "cancelled": DutyMove(OPEN, frozenset({S.CANCELLED}), CENTRE, True),
    }
)


@dataclass(frozen=True, slots=True)
class HandBack:
    """Say which department handed a duty back, why, who said so, and when."""

    department: str
    reason: str
    actor: str
    handed_back_at: datetime


@dataclass(frozen=True, slots=True)
class DutyStep:
    """Say one move of a duty, who made it, and when; `on_behalf` is why somebody else spoke for the department."""

    move: str
    moved_at: datetime
    actor: str
    department: str
    reason: str = ""
    on_behalf: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """One piece of work that a department owes an incident or a case (never both). The log gives the number.

    `code` names a usual duty (empty: none) and `text` says it in words. `limit` begins at `begins_at`, when no other
    duty keeps it waiting any more; without one `due_at` is an instant that was given, and may be missing. `overdue`
    are the deadlines that were found to have passed: a fact that nothing takes back. `ruled` is the department that a
    ruling bound. `members` are who worked on it for the department: they do not confirm it.
    """

    id: int
    text: str
    department: str
    state: DutyState
    given_at: datetime
    given_by: str
    moved_at: datetime
    code: str = ""
    incident_id: int | None = None
    case_id: int | None = None
    given_department: str = ""
    depends_on: tuple[int, ...] = ()
    limit: Limit | None = None
    begins_at: datetime | None = None
    due_at: datetime | None = None
    accepted_at: datetime | None = None
    done_at: datetime | None = None
    ended_at: datetime | None = None
    overdue: tuple[datetime, ...] = ()
    hand_backs: tuple[HandBack, ...] = ()
    ruled: str = ""
    rejections: int = 0
    members: tuple[str, ...] = ()
    steps: tuple[DutyStep, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether anybody still owes something: the department its work, or the centre its word."""
        return self.state in OPEN

    @property
    def is_owed(self) -> bool:
        """Tell whether it has begun and is not done: where a deadline can pass."""
        return self.state in OWED

    def is_late(self, at: datetime) -> bool:
        """Tell whether a deadline of it was ever found to have passed, or has passed at an instant."""
        if self.overdue:
            return True
        return self.due_at is not None and self.state in OWED and self.due_at < at


def cycle_of(links: Mapping[int, Iterable[int]]) -> tuple[int, ...]:
    """Return numbers that wait for each other in a ring (the first stands again at the end), empty where none do."""
    done: set[int] = set()
    for start in sorted(links):
        if start in done:
            continue
        path, rests = [start], [iter(sorted(links[start]))]
        while path:
            follower = next(rests[-1], None)
            if follower is None:
                rests.pop()
                done.add(path.pop())
            elif follower in path:
                return (*path[path.index(follower) :], follower)
            elif follower not in done:
                path.append(follower)
                rests.append(iter(sorted(links.get(follower, ()))))
    return ()
