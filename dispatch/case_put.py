"""What the folds of cases do in the same way: put a changed case, keep evidence, add to a list once."""

from __future__ import annotations

from typing import Any

from dispatch import fact
from dispatch.case import TASK_STAGES, Case, CaseStage, Evidence, Exhibit
from dispatch.events import Entry
from dispatch.record import replace
from dispatch.watched import is_watched
from dispatch.work import Work

# One picture under everything is said often enough by so many cases.
MOST_CASES_OF_EVIDENCE = 100


def put_case(work: Work, entry: Entry, case: Case, **changes: Any) -> None:
    """Keep a case with some fields changed, and remember who touched it."""
    after = work.cases[case.id] = replace(case, moved_at=max(entry.occurred_at, case.moved_at), **changes)
    if not after.is_open:
        watch(work, after)
    work.touch(entry, fact.of_case(case.id))


def watch(work: Work, case: Case) -> None:
    """Have an eye on a closed case, or no more."""
    if not case.is_open and is_watched(case):
        work.watched_cases[case.id] = None
    else:
        work.watched_cases.pop(case.id, None)


def keep_evidence(
    work: Work, case_id: int, evidence: tuple[Evidence, ...], stage: CaseStage, entry: Entry
) -> tuple[Exhibit, ...]:
    """Return evidence with who added it, when and at which stage, and remember the first hundred cases that show it."""
    for each in evidence:
        known = work.cases_of_evidence.get(each.id, ())
        if len(known) < MOST_CASES_OF_EVIDENCE:
            work.cases_of_evidence[each.id] = with_one(known, case_id)
    return tuple(Exhibit(each, stage, entry.occurred_at, entry.actor) for each in evidence)


def hand_task_on(work: Work, before: Case, after: Case) -> None:
    """Take a case from the tasks of one collector, and give it to another, as its stage and its collector say."""
    old = before.collector if before.stage in TASK_STAGES else None
    new = after.collector if after.stage in TASK_STAGES else None
    if old == new:
        return
    if old is not None:
        left = tuple(each for each in work.tasks_of_collector.get(old, ()) if each != before.id)
        if left:
            work.tasks_of_collector[old] = left
        else:
            work.tasks_of_collector.pop(old, None)
    if new is not None:
        work.tasks_of_collector[new] = (*work.tasks_of_collector.get(new, ()), after.id)


def with_one(known: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    """Return a list with one more, unless it holds it already or it is empty."""
    return known if one in known or one == "" else (*known, one)
