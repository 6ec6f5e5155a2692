"""Which cases wait for whoever sits at a desk, by the role there."""

from __future__ import annotations

from dispatch.areas import Areas
from dispatch.case import Case, CaseStage
from dispatch.collectors import is_task_of
from dispatch.commands import Who

_S = CaseStage
# What each role is waited for at. Collectors and departments see their own alone, below.
WAITS_AT: dict[str, frozenset[CaseStage]] = {
    "operator": frozenset({_S.COLLECT, _S.FILE}),
    "acceptor": frozenset({_S.COLLECT, _S.FILE}),
    "collector": frozenset({_S.VERIFY, _S.CHECK}),
    "checker": frozenset({_S.VERIFY, _S.CHECK}),
    "dispatcher": frozenset({_S.DISPATCH, _S.FEED_BACK}),
    "coordinator": frozenset({_S.DISPATCH, _S.FEED_BACK, _S.EMERGENCY}),
    "supervisor": frozenset({_S.FILE, _S.CHECK, _S.CLOSE}),
}
_ANSWERS_TIME = frozenset({"dispatcher", "coordinator", "supervisor"})
_READS_APPEALS = frozenset({"supervisor"})
_REOPENS = frozenset({"operator", "acceptor", "supervisor"})


def has_own(role: str) -> bool:
    """Tell whether a role has cases of its own, so that a board can show them alone."""
    return role in WAITS_AT or role == "department_officer"


def is_mine(case: Case, who: Who, areas: Areas) -> bool:
    """Tell whether a case waits for somebody.

    A collector is waited for by the tasks in their name and those in nobody's of their cells; a department officer by
    all that the department has in hand. Whoever grants time is waited for where it was asked for, readers by an appeal.
    """
    role = who.role
    if role == "department_officer":
        safe = case.make_safe
        makes_safe = safe is not None and safe.done_at is None and safe.department == who.department
        return bool(who.department) and (makes_safe or (case.department == who.department and case.stage is _S.HANDLE))
    if not case.is_open:
        return _is_mine_though_closed(case, who)
    if role == "collector":
        return is_task_of(areas, case, who.actor)
    if case.pending is not None and role in _ANSWERS_TIME:
        return True
    return case.stage in WAITS_AT.get(role, frozenset())


def _is_mine_though_closed(case: Case, who: Who) -> bool:
    """Tell whether a closed case waits: whoever speaks with reporters for one not put right, a reader for an appeal."""
    if case.is_contested and who.role in _REOPENS:
        return True
    appeal = case.appeal
    is_open = appeal is not None and len(appeal.readings) < 2
    return is_open and who.role in _READS_APPEALS and all(one.actor != who.actor for one in appeal.readings)  # type: ignore[union-attr]
