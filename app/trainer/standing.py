"""How an inject of an exercise stands: done, due, or waiting, for how long and for what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch import injects as i
from dispatch.exercise.due import came_true, holds, inject_id_of
from dispatch.injects import Condition, Inject
from dispatch.state import State

DONE, DUE, WAITING = "done", "due", "waiting"


@dataclass(frozen=True, slots=True)
class Standing:
    """Say how one inject stands. `left_s` is how long till it happens, None where something else has to come first.

    `open` are the conditions that do not hold yet.
    """

    inject: Inject
    stage: str
    left_s: float | None = None
    open: tuple[Condition, ...] = ()


def standing(inject: Inject, state: State, at: datetime, *, start_at: datetime) -> Standing:
    """Return how an inject stands at an instant."""
    if inject_id_of(inject) in state.answered:
        return Standing(inject, DONE)
    open_ones = tuple(each for each in inject.when if not holds(each, state, at, start_at=start_at))
    if not open_ones:
        return Standing(inject, DUE, 0.0)
    left = [_left_s(each, state, at, start_at) for each in open_ones]
    known = [each for each in left if each is not None]
    return Standing(inject, WAITING, max(known) if len(known) == len(left) else None, open_ones)


def standings(injects: Iterable[Inject], state: State, at: datetime, *, start_at: datetime) -> tuple[Standing, ...]:
    """Return how all stand: what is due first, then what comes soonest, what waits for something else, what is done."""
    found = [standing(each, state, at, start_at=start_at) for each in injects]
    order = {DUE: 0, WAITING: 1, DONE: 2}
    return tuple(sorted(found, key=lambda each: (order[each.stage], each.left_s is None, each.left_s or 0.0)))


def _left_s(condition: Condition, state: State, at: datetime, start_at: datetime) -> float | None:
    if condition.kind == i.FEW_FREE:
        return None
    began_at = came_true(condition, state, start_at=start_at)
    if began_at is None:
        return None
    return (began_at + timedelta(seconds=condition.after_s) - at).total_seconds()
