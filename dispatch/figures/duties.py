"""What of a case counts, and at which instant: the one place that says what 'due in a period' means.

A *duty* is one stay of a case at a stage, from when it came until somebody did what is owed there: to accept, verify,
file, dispatch, handle, feed back, check, close. The case as a whole is a duty too, from its first sending until it is
closed (`Kind.CLOSING`), and so is a danger that must be made safe.

**A duty counts in exactly one period: the one in which it was done or, if that comes first, in which it fell due.**
What is done before its limit counts when it is done, in time; what is not, counts when its limit ended, late or open.
So no duty counts twice, and a month's figures do not change because somebody worked in the next one.

- A duty *falls due* at its limit, extensions and pauses reckoned in. One that was found late before its limit was moved
  or its clock was stopped fell due when it was found late: raw lateness stays.
- While its clock stands a duty does not fall due.
- A duty that ends without being done (handed back as 'not ours', merged, made an emergency, given back) before it fell
  due is nobody's any more and does not count; after that it counts as due and not done.
- An upheld appeal takes the limit away from handling and closing up to the appeal, and the rework with it: such work
  counts as in time when it was done.
- A case that is merged into another counts as a duplicate and as nothing else.
- Where a case owes the same thing twice in a period (handled again after a failed check), it counts once: as done, or
  in time, only where each time was.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from dispatch.case import Case, CaseStage, Visit

NEVER = 1 << 62
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
S = CaseStage


class Kind(IntEnum):
    """Say what a fact is. The first eight are the duties of a stage, in the order of the loop."""

    COLLECT = 0
    VERIFY = 1
    FILE = 2
    DISPATCH = 3
    HANDLE = 4
    FEED_BACK = 5
    CHECK = 6
    CLOSE = 7
    CLOSING = 8
    MAKE_SAFE = 9
    REPORTED = 10
    FILED = 11
    SENT = 12
    ON_THE_SPOT = 13
    DECLINED = 14
    CLOSED = 15
    GIVEN_BACK = 16
    EXTENDED = 17
    DISOWNED = 18
    ANSWERED = 19
    APPEALED = 20
    HELD = 21
    HELD_AT_HANDLE = 22
    HELD_BEFORE_CLOSE = 23


# By which moves a stay at a stage is done; left by any other, it ended without being done.
DONE_BY: dict[CaseStage, frozenset[str]] = {
    S.COLLECT: frozenset({"accepted", "declined", "fixed_on_the_spot"}),
    S.VERIFY: frozenset({"verified", "fixed_on_the_spot"}),
    S.FILE: frozenset({"filed", "declined"}),
    S.DISPATCH: frozenset({"dispatched", "ruled"}),
    S.HANDLE: frozenset({"handled"}),
    S.FEED_BACK: frozenset({"passed_on", "returned"}),
    S.CHECK: frozenset({"checked", "check_failed", "returned"}),
    S.CLOSE: frozenset({"closed", "returned"}),
}
KIND_OF = {stage: Kind(place) for place, stage in enumerate(DONE_BY)}
# Whose post a duty is.
POSTS = ("acceptor", "collector", "dispatcher", "officer", "supervisor")
POST_OF = {
    Kind.COLLECT: "acceptor",
    Kind.VERIFY: "collector",
    Kind.FILE: "acceptor",
    Kind.DISPATCH: "dispatcher",
    Kind.HANDLE: "officer",
    Kind.FEED_BACK: "dispatcher",
    Kind.CHECK: "collector",
    Kind.CLOSE: "supervisor",
}
_BESIDE = frozenset({S.EVALUATE, S.EMERGENCY, S.MERGED})
_PROOFS = frozenset({"filed", "fixed_on_the_spot", "escalated"})
_SENT_BY = DONE_BY[S.DISPATCH]

# (kind, counts at, due, done, left, undone at, mark, department, person); microseconds since 1970, NEVER for none.
# `undone at` is when it was shown to be wrong, for a report when it was shown to be true; `mark` is late or satisfied.
Row = tuple[int, int, int, int, int, int, bool, str, str]


def us(at: datetime | None) -> int:
    """Return an instant as microseconds since 1970, NEVER for None."""
    return NEVER if at is None else (at - EPOCH) // _US


def fell_due(due_at: datetime | None, overdue_at: datetime | None) -> int:
    """Return when a limit ended: when it was found late, where the limit was moved or its clock stopped after that."""
    return min(us(due_at), us(overdue_at))


def rows_of(case: Case) -> list[Row]:
    """List every fact of a case. Those of a merged case are only that it was reported."""
    reported = us(case.reported_at)
    if case.stage is S.MERGED:
        return [_event(Kind.REPORTED, reported, case.answerable, case.reported_by)]
    sent_to = [visit.held_by or None for visit in case.visits]  # None: to no department yet
    spared_until = us(case.appeal.made_at) if case.is_excused and case.appeal is not None else -1
    rows = [_event(Kind.REPORTED, reported, case.answerable, case.reported_by, undone=_proved(case))]
    rows += _duties(case, sent_to, spared_until)
    rows += _events(case, sent_to, spared_until)
    if any(department is not None for department in sent_to):
        rows += _closings(case, sent_to, spared_until)
    if case.extensions:
        rows += _extended(case, sent_to)
    if case.answers:
        rows += _answered(case)
    if case.pauses:
        rows += _held(case, sent_to)
    if case.appeal is not None:
        appeal = case.appeal
        rows.append(_event(Kind.APPEALED, us(appeal.made_at), appeal.department, appeal.actor, mark=appeal.is_upheld))
    safe = case.make_safe
    if safe is not None:
        due = fell_due(safe.due_at, safe.overdue_at)
        rows += _duty(Kind.MAKE_SAFE, due, us(safe.done_at), us(safe.done_at), safe.department, "")
    return rows


def _event(kind: Kind, at: int, department: str, person: str, *, undone: int = NEVER, mark: bool = False) -> Row:
    return (int(kind), at, NEVER, at, at, undone, mark, department, person)


def _duty(
    kind: Kind, due: int, done: int, left: int, department: str, person: str, *, is_late: bool = False
) -> Iterator[Row]:
    """Give the fact of a duty, unless it ended before it fell due without being done."""
    at = min(due, done)
    if at == NEVER or (done == NEVER and left <= due):
        return
    yield (int(kind), at, due, done, left, NEVER, is_late or done > due, department, person)


def _proved(case: Case) -> int:
    """Return when a report was shown to be true: filed, fixed on the spot, or an emergency."""
    return next((us(visit.left_at) for visit in case.visits if visit.move in _PROOFS), NEVER)


def _duties(case: Case, sent_to: list[str | None], spared_until: int) -> Iterator[Row]:
    for visit, department in zip(case.visits, sent_to, strict=True):
        kind = KIND_OF.get(visit.stage)
        if kind is None:
            continue
        left = us(visit.left_at)
        done = left if visit.move in DONE_BY[visit.stage] else NEVER
        due = fell_due(visit.due_at, visit.overdue_at)
        is_late = visit.overdue_at is not None
        if kind is Kind.HANDLE and us(visit.entered_at) <= spared_until:
            due, is_late = NEVER, False
        own = (department or "") if kind is Kind.HANDLE else ""
        yield from _duty(kind, due, done, left, own, _person(case, visit), is_late=is_late)


def _person(case: Case, visit: Visit) -> str:
    """Return who ended a stay; while nobody has, the collector who was asked to go."""
    if visit.left_at is not None or visit.stage not in (S.VERIFY, S.CHECK):
        return visit.actor
    return case.collector


def _events(case: Case, sent_to: list[str | None], spared_until: int) -> list[Row]:
    """List what happened at the moves, and which of it was shown to be wrong later."""
    rows: list[Row] = []
    last: dict[Kind, int] = {}

    def add(kind: Kind, visit: Visit, department: str) -> None:
        last[kind] = len(rows)
        rows.append(_event(kind, us(visit.left_at), department, visit.actor))

    def undo(kind: Kind, at: int, again: int = NEVER) -> None:
        if kind in last:
            row = rows[last[kind]]
            rows[last[kind]] = (*row[:2], again, *row[3:5], at, *row[6:])

    ruled_at = next((us(visit.left_at) for visit in reversed(case.visits) if visit.move == "ruled"), NEVER)
    visits = case.visits
    for place, (visit, had) in enumerate(zip(visits, sent_to, strict=True)):
        left, department = us(visit.left_at), had or case.answerable
        to = visits[place + 1].stage if place + 1 < len(visits) else None
        if visit.move == "filed":
            add(Kind.FILED, visit, case.answerable)
        elif visit.move in _SENT_BY:
            add(Kind.SENT, visit, sent_to[place + 1] or "")
        elif visit.move == "fixed_on_the_spot":
            add(Kind.ON_THE_SPOT, visit, case.answerable)
        elif visit.move == "declined":
            add(Kind.DECLINED, visit, case.answerable)
        elif visit.move == "closed":
            add(Kind.CLOSED, visit, department)
        elif visit.move == "disowned":
            add(Kind.DISOWNED, visit, department)
            undo(Kind.SENT, left, ruled_at if department == case.ruled else NEVER)
        elif visit.move == "returned" and visit.stage is S.DISPATCH:
            undo(Kind.FILED, left)
        elif visit.move == "reopened":
            undo(Kind.CLOSED, left)
        if to is S.HANDLE and visit.move in ("returned", "check_failed", "reopened") and left > spared_until:
            add(Kind.GIVEN_BACK, visit, department)
    return rows


def _closings(case: Case, sent_to: list[str | None], spared_until: int) -> Iterator[Row]:
    """Give each round of a case from its sending to its closing; merged, an emergency or not filed it ends undone."""
    began: int | None = None
    department = ""
    for place, (visit, had) in enumerate(zip(case.visits, sent_to, strict=True)):
        entered = us(visit.entered_at)
        if visit.stage is S.HANDLE:
            began = entered if began is None else began
            department = had or department
        elif visit.stage in _BESIDE and began is not None:
            is_done = case.visits[place - 1].move == "closed"
            yield from _closing(case, began, entered, entered if is_done else NEVER, department, spared_until)
            began = None
    if began is not None:
        yield from _closing(case, began, NEVER, NEVER, department, spared_until)


def _closing(case: Case, began: int, ended: int, done: int, department: str, spared_until: int) -> Iterator[Row]:
    missed = [due for due in map(us, case.overdue) if began <= due <= ended]
    is_last = case.close_from_at is not None and us(case.close_from_at) == began
    due = min([*missed, us(case.close_due_at) if is_last else NEVER])
    is_late = bool(missed)
    if began <= spared_until:
        due, is_late = NEVER, False
    yield from _duty(Kind.CLOSING, due, done, ended, department, "", is_late=is_late)


def _extended(case: Case, sent_to: list[str | None]) -> Iterator[Row]:
    for extension in case.extensions:
        if extension.answer == "granted":
            at = us(extension.asked_at)
            yield _event(Kind.EXTENDED, at, _sent_by(case, sent_to, at), extension.actor)


def _answered(case: Case) -> Iterator[Row]:
    """Give each answer of the reporter, undone by the next one."""
    said = [each for each in case.answers if each.answer != "no_answer"]
    for place, each in enumerate(said):
        undone = us(said[place + 1].answered_at) if place + 1 < len(said) else NEVER
        satisfied = each.answer == "satisfied"
        department = case.department or case.answerable
        yield _event(Kind.ANSWERED, us(each.answered_at), department, "", undone=undone, mark=satisfied)


def _held(case: Case, sent_to: list[str | None]) -> Iterator[Row]:
    """Give when its clocks stood (due: from, done: until), and the limit that the stage had before."""
    for pause in case.pauses:
        start, until = us(pause.from_at), us(pause.until_at)
        if until <= start:
            continue
        yield (int(Kind.HELD), start, start, until, until, NEVER, False, "", "")
        at = max((place for place, each in enumerate(case.visits) if us(each.entered_at) <= start), default=0)
        visit, department = case.visits[at], sent_to[at] or ""
        limit = us(visit.first_due_at)
        if visit.stage is S.HANDLE:
            yield (int(Kind.HELD_AT_HANDLE), limit, start, until, until, NEVER, False, department, visit.actor)
        if department and visit.stage in KIND_OF:
            yield (int(Kind.HELD_BEFORE_CLOSE), limit, start, until, until, NEVER, False, department, visit.actor)


def _sent_by(case: Case, sent_to: list[str | None], at: int) -> str:
    stays = zip(case.visits, sent_to, strict=True)
    found = [had for visit, had in stays if visit.stage is S.HANDLE and us(visit.entered_at) <= at]
    return (found[-1] if found else None) or case.department
