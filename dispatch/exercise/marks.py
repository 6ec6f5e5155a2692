"""Sum a score up: three columns over the incidents, and a line for each trainee."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dispatch.exercise.score_records import (
    AS_BEST,
    AS_QUICK,
    BEST,
    DID,
    NOTHING,
    QUICKER,
    REALLY,
    REDIRECTED,
    REFUSED,
    SENT,
    UNJUDGED,
    Decision,
    IncidentRow,
    Marks,
    Served,
    Total,
)
from dispatch.exercise.score_times import figure_of

GOOD = frozenset({AS_BEST, AS_QUICK, QUICKER})


def totals_of(rows: Sequence[IncidentRow]) -> tuple[Total, ...]:
    """Return the columns that there are, each over the incidents that came in during the exercise."""
    new = [row for row in rows if row.at_s >= 0]
    columns: list[tuple[str, list[Served]]] = [(DID, [row.did for row in new])]
    for name, found in ((REALLY, [row.really for row in new]), (BEST, [row.best for row in new])):
        known = [each for each in found if each is not None]
        if known:
            columns.append((name, known))
    return tuple(
        Total(
            column=name,
            incidents=len(served),
            attended=sum(each.first_s is not None for each in served),
            complete=sum(each.needs_s is not None for each in served),
            to_decide=figure_of(each.decided_s for each in served),
            to_first=figure_of(each.first_s for each in served),
            to_needs=figure_of(each.needs_s for each in served),
            to_full=figure_of(each.full_s for each in served),
            sent=sum(len(each.units) for each in served),
        )
        for name, served in columns
    )


def marks_of(decisions: Sequence[Decision]) -> tuple[Marks, ...]:
    """Return the marks of all together (named ""), then of each trainee."""
    names = sorted({each.trainee for each in decisions})
    return tuple(_marks(decisions, names))


def _marks(decisions: Sequence[Decision], names: Sequence[str]) -> Iterator[Marks]:
    for name in ("", *names):
        own = [each for each in decisions if name in ("", each.trainee)]
        made = [each for each in own if each.kind not in (NOTHING, REFUSED)]
        judged = [each for each in made if each.verdict != UNJUDGED]
        first: dict[int, float | None] = {}
        for each in made:
            if each.kind in (SENT, REDIRECTED):
                first.setdefault(each.incident, each.waited_s)
        yield Marks(
            trainee=name,
            decisions=len(made),
            judged=len(judged),
            as_good=sum(each.verdict in GOOD for each in judged),
            loss_s=round(sum(max(0.0, each.loss_s or 0.0) for each in judged), 1),
            to_decide=figure_of(first.values()),
            late=sum(each.kind == NOTHING for each in own),
            overrides=sum(len(each.breaches) for each in made),
            refusals=sum(each.kind == REFUSED for each in own),
            coverage_lost=round(sum(_lost(each) for each in made), 4),
        )


def _lost(decision: Decision) -> float:
    """Return how much more of the demand a decision uncovered than the best one, the mean over all targets."""
    if not decision.coverage:
        return 0.0
    return sum(max(0.0, each.best - each.did) for each in decision.coverage) / len(decision.coverage)
