"""Which decisions are worth talking about, the worst first."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.exercise import score_records as r
from dispatch.exercise.score_records import Decision

MOST = 6
GAIN_S = 45.0  # at another incident's cost: from here on it is worth a word


def worst_of(decisions: Sequence[Decision], most: int = MOST) -> tuple[int, ...]:
    """Return the places of the decisions that were short, late or slow, the worst first; then quick ones that cost."""
    ranked: dict[str, list[tuple[float, int]]] = {}
    for place, each in enumerate(decisions):
        badness = _badness(each)
        if badness > 0:
            ranked.setdefault(each.verdict, []).append((-badness, place))
    for found in ranked.values():
        found.sort()
    # In turns: six decisions that were late teach less than one that was late, one short and one slow.
    turns = sorted((turn, first, place) for found in ranked.values() for turn, (first, place) in enumerate(found))
    return tuple(place for _, _, place in turns[:most])


def _badness(decision: Decision) -> float:
    """Return seconds, roughly: a need that is left out counts as ten minutes, a rule departed from as one."""
    rules_s = 60.0 * len(decision.breaches) if decision.kind in (r.SENT, r.REDIRECTED) else 0.0
    match decision.verdict:
        case r.FEWER:
            best = len(decision.best.units) if decision.best is not None else 0
            return 600.0 * max(1, best - len(decision.did.units)) + rules_s
        case r.LATE:
            return (decision.lasted_s or 0.0) + 1.0
        case r.SLOWER:
            return (600.0 if decision.loss_s is None else decision.loss_s) + rules_s
        case r.QUICKER if decision.loss_s is not None and decision.loss_s < -GAIN_S:
            return -decision.loss_s / 10 + rules_s
    return rules_s
