"""The table of moves of the closed loop: from where to where, on which side, and what may never be passed.

The supervision centre (监督中心) collects, verifies, files, checks, closes and evaluates; the command centre (指挥中心)
dispatches and coordinates; departments handle. Whoever handles does not judge.
"""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.case import LOOP, PLACE_IN_LOOP, CaseStage

S = CaseStage
SUPERVISE, COORDINATE, HANDLE, NO_SIDE = "supervise", "coordinate", "handle", ""
FORWARD, BACK, ASIDE = "forward", "back", "aside"


@dataclass(frozen=True, slots=True)
class Move:
    """Say from which stages a move leads to which, on which side it is made, and whether it needs a written reason.

    `way` is `forward` (what was given back must be put right first), `back`, or `aside` of the loop.
    """

    start: frozenset[CaseStage]
    to: frozenset[CaseStage]
    side: str
    way: str = FORWARD
    needs_reason: bool = False


def _move(start: set[CaseStage], to: set[CaseStage], side: str, way: str = FORWARD, *, reason: bool = False) -> Move:
    return Move(frozenset(start), frozenset(to), side, way, reason)


_MERGEABLE = {S.COLLECT, S.VERIFY, S.FILE, S.DISPATCH, S.HANDLE}

# From a stage back to which: never forward, and never to nobody. Handling gives back by 'not ours'.
RETURNS: dict[CaseStage, frozenset[CaseStage]] = {
    S.VERIFY: frozenset({S.COLLECT}),
    S.FILE: frozenset({S.COLLECT, S.VERIFY}),
    S.DISPATCH: frozenset({S.FILE}),
    S.FEED_BACK: frozenset({S.HANDLE}),
    S.CHECK: frozenset({S.FEED_BACK, S.HANDLE}),
    S.CLOSE: frozenset({S.CHECK, S.FEED_BACK, S.HANDLE}),
}

MOVES: dict[str, Move] = {
    "accepted": _move({S.COLLECT}, {S.VERIFY, S.FILE}, SUPERVISE),
    "verified": _move({S.VERIFY}, {S.FILE}, SUPERVISE),
    "filed": _move({S.FILE}, {S.DISPATCH}, SUPERVISE),
    "declined": _move({S.COLLECT, S.FILE}, {S.EVALUATE}, SUPERVISE, reason=True),
    "dispatched": _move({S.DISPATCH}, {S.HANDLE}, COORDINATE),
    "ruled": _move({S.DISPATCH}, {S.HANDLE}, COORDINATE, reason=True),
    "handled": _move({S.HANDLE}, {S.FEED_BACK}, HANDLE),
    "disowned": _move({S.HANDLE}, {S.DISPATCH}, HANDLE, BACK, reason=True),
    "passed_on": _move({S.FEED_BACK}, {S.CHECK}, COORDINATE),
    "checked": _move({S.CHECK}, {S.CLOSE}, SUPERVISE),
    "check_failed": _move({S.CHECK}, {S.HANDLE}, SUPERVISE, BACK, reason=True),
    "closed": _move({S.CLOSE}, {S.EVALUATE}, SUPERVISE),
    "returned": _move(set(RETURNS), set().union(*RETURNS.values()), SUPERVISE, BACK, reason=True),
    "fixed_on_the_spot": _move({S.COLLECT, S.VERIFY}, {S.EVALUATE}, HANDLE),
    "reopened": _move({S.EVALUATE}, {S.VERIFY, S.FILE, S.DISPATCH, S.HANDLE}, SUPERVISE, BACK, reason=True),
    "escalated": _move(set(LOOP[:8]), {S.EMERGENCY}, NO_SIDE, ASIDE, reason=True),
    "deescalated": _move({S.EMERGENCY}, set(LOOP[:4]), COORDINATE, ASIDE, reason=True),
    "merged": _move(_MERGEABLE, {S.MERGED}, SUPERVISE),
    "unmerged": _move({S.MERGED}, _MERGEABLE, SUPERVISE, ASIDE, reason=True),
}  # fmt: skip


def is_past_fixer(stage: CaseStage, fixer: CaseStage | None) -> bool:
    """Tell whether a stage lies past the one that must put right what was given back."""
    if fixer is None or stage not in PLACE_IN_LOOP:
        return False
    return PLACE_IN_LOOP[stage] > PLACE_IN_LOOP[fixer]


def stage_after_emergency(fixer: CaseStage | None) -> CaseStage:
    """Return where a case comes back from its emergency: to be dispatched, or before that to who must put it right."""
    return fixer if fixer is not None and is_past_fixer(S.DISPATCH, fixer) else S.DISPATCH


def fixers_from(to: CaseStage) -> tuple[CaseStage, ...]:
    """List who can be made to put it right where a case goes back to a stage: that one, or one further back."""
    found = {to}
    while more := {back for stage in found for back in RETURNS.get(stage, ())} - found:
        found |= more
    return tuple(sorted(found, key=PLACE_IN_LOOP.__getitem__))


def earlier(one: CaseStage | None, other: CaseStage) -> CaseStage:
    """Return the earlier of two stages that must put something right: what was given back twice is owed by both."""
    return other if one is None or PLACE_IN_LOOP[other] < PLACE_IN_LOOP[one] else one
