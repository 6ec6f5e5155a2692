"""Hold what an invented month came to against what was aimed at: counted from its cases, one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime

from dispatch.case import FOUND, NOT_FILED, ON_THE_SPOT, SUSPENDED, Case, CaseStage
from dispatch.month_aims import Aims
from dispatch.state import State

S = CaseStage
_RETURNED = {S.VERIFY: "verify_returned", S.FILE: "file_returned", S.DISPATCH: "dispatch_returned"}


def compare(aims: Aims, state: State, end_at: datetime) -> tuple[tuple[str, int, int], ...]:
    """List each figure with what was aimed at and what it came to by an instant (aware)."""
    counted = Counter(name for case in state.cases.values() for name in _of(case, end_at))
    return tuple((each.name, getattr(aims, each.name), counted[each.name]) for each in fields(Aims))


def _of(case: Case, end_at: datetime) -> Iterator[str]:
    """Name every figure that a case counts in."""
    handling = [visit for visit in case.visits if visit.stage is S.HANDLE]
    if case.outcome == ON_THE_SPOT:
        yield from ("found", "spot")
    elif case.filed_at is not None:
        yield from ("found", "dispatched")
    elif case.outcome == NOT_FILED:
        yield "declined" if case.verified in ("", FOUND) else "not_found"
    elif case.stage is S.MERGED:
        yield "merged"
    if any(visit.move == "handled" for visit in handling):
        yield "handled"
    if any(visit.is_late(end_at) for visit in handling):
        yield "overdue"
        if case.stage is S.HANDLE:
            yield "overdue_open"
    if case.rework:
        yield "rework"
    yield from _on_the_way(case)


def _on_the_way(case: Case) -> Iterator[str]:
    answers = {each.answer for each in case.extensions}
    if "granted" in answers:
        yield "extended"
    if "refused" in answers:
        yield "extension_refused"
    if case.paused == SUSPENDED:
        yield "suspended_open"
    elif case.suspensions:
        yield "suspended"
    if len(case.pauses) > case.suspensions:
        yield "citizen"
    if case.ruled:
        yield "ruled"
    elif case.disownings:
        yield "disowned"
    moves = {visit.move for visit in case.visits}
    if "unmerged" in moves:
        yield "unmerged"
    if any(visit.stage is S.EMERGENCY for visit in case.visits):
        yield "emergency"
    for start in {each.start for each in case.returns}:
        if start in _RETURNED:
            yield _RETURNED[start]
    if case.appeal is not None and len(case.appeal.readings) == 2:
        yield "appeal_upheld" if case.is_excused else "appeal_dismissed"
