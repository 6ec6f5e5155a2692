"""What the folds of cases do in the same way: put a changed case, keep evidence, add to a list once."""

from __future__ import annotations

from typing import Any

from dispatch import fact
from dispatch.case import Case, CaseStage, Evidence, Exhibit
from dispatch.events import Entry
from dispatch.record import replace
from dispatch.work import Work


def put_case(work: Work, entry: Entry, case: Case, **changes: Any) -> None:
    """Keep a case with some fields changed, and remember who touched it."""
    work.cases[case.id] = replace(case, moved_at=max(entry.occurred_at, case.moved_at), **changes)
    work.touch(entry, fact.of_case(case.id))


def exhibits(evidence: tuple[Evidence, ...], stage: CaseStage, entry: Entry) -> tuple[Exhibit, ...]:
    """Return evidence with who added it, when and at which stage."""
    return tuple(Exhibit(each, stage, entry.occurred_at, entry.actor) for each in evidence)


def with_one(known: tuple[Any, ...], one: Any) -> tuple[Any, ...]:
    """Return a list with one more, unless it holds it already or it is empty."""
    return known if one in known or one == "" else (*known, one)
