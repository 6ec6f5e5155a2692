"""Give units to places class by class: the first class gets its best answer before the next is weighed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.joint_face import Face, TooLarge, narrow, settled
from dispatch.matching import IMPOSSIBLE, LONGEST_MS

# A table of more cells than this (200 MB, and as much again twice) would take longer than anybody waits.
MOST_CELLS = 25_000_000

Leaders = tuple[NDArray[np.bool_], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """Say which unit (column) every place (row) gets, int64 (rows,), -1 for none.

    `is_optimal` is false where time ran out or a class is too large: classes from `greedy_from` on may be served
    better. `bound_ms` is what the places that are filled in those would take at least, each by its quickest unit.
    """

    picks: NDArray[np.int64]
    is_optimal: bool
    greedy_from: int | None = None
    bound_ms: int = 0


def solve(
    costs_ms: NDArray[np.int64],
    classes: Sequence[NDArray[np.int64]],
    *,
    leaders: Leaders | None = None,
    is_late: Callable[[], bool] = lambda: False,
) -> Solution:
    """Fill the places of each class in turn: most of them, then in the least sum of milliseconds.

    costs_ms int64 (places, units), IMPOSSIBLE where a unit cannot serve; `classes` are the rows of each class, the
    most urgent first. `leaders` are the places that want an officer, bool (places,), and who would leave one without,
    bool (places, units): of answers that fill as many places the one that leaves the fewest without comes first. No
    class gives anything up for a later one, and of its equally good answers it takes one that suits the later ones
    best. Among answers that are equal in everything, the rows that stand first are filled, and earlier columns are
    taken. Exact unless `is_late` says that time is over.
    """
    units = costs_ms.shape[1]
    picks = np.full(len(costs_ms), -1, dtype=np.int64)
    is_free = np.ones(units, dtype=bool)
    face = Face.nothing(units)
    for number, rows in enumerate(classes):
        possible = costs_ms[rows] != IMPOSSIBLE
        old = len(face.rows)
        wider = face.with_rows(rows, possible & is_free)
        if is_late() or wider.cells > MOST_CELLS:
            _keep(face, picks, is_free)
            bound_ms = _serve_in_turn(costs_ms, classes[number:], picks, is_free)
            return Solution(picks, False, number, bound_ms)
        face = wider
        costs = np.zeros(face.allowed.shape)
        costs[old:] = np.where(possible, np.minimum(costs_ms[rows], LONGEST_MS), 0)
        is_new = np.arange(len(face.rows)) >= old
        wanting = np.zeros(len(face.rows), dtype=bool)
        lacking = np.zeros(face.allowed.shape, dtype=bool)
        if leaders is not None:
            wanting[old:] = leaders[0][rows]
            lacking[old:] = leaders[1][rows]
        face = _fill_most_then_least(face, costs, is_new, wanting, lacking)
        done = settled(face)
        picks[face.rows[done]] = face.picks[done]
        is_free[face.picks[done & (face.picks >= 0)]] = False
        face = face.without(done)
    if len(face.rows) and not is_late():
        count = len(face.rows)
        face = narrow(face, np.zeros(face.allowed.shape), np.arange(count, 0, -1, dtype=np.float64))
        order = np.broadcast_to(np.arange(units, dtype=np.float64), face.allowed.shape)
        face = narrow(face, order, np.zeros(count))
    _keep(face, picks, is_free)
    return Solution(picks, True)


def _fill_most_then_least(
    face: Face,
    costs: NDArray[np.float64],
    is_new: NDArray[np.bool_],
    wanting: NDArray[np.bool_],
    lacking: NDArray[np.bool_],
) -> Face:
    """Narrow by all wishes at once where the numbers stay exact, else by one after the other.

    Rows that are `wanting` lack an officer when they are empty, and where they get a unit that is `lacking` one.
    """
    dearest, count = float(costs[face.allowed].max(initial=0.0)), int(is_new.sum())
    officer = count * dearest + 1.0 if wanting.any() else 0.0
    empty = np.where(is_new, count * (dearest + officer) + 1.0, 0.0) + officer * wanting
    try:
        return narrow(face, costs + officer * lacking if officer else costs, empty)
    except TooLarge:
        none = np.zeros_like(costs)
        face = narrow(face, none, is_new.astype(np.float64))
        if officer:
            face = narrow(face, lacking.astype(np.float64), wanting.astype(np.float64))
        return narrow(face, costs, np.zeros(len(face.rows)))


def _keep(face: Face, picks: NDArray[np.int64], is_free: NDArray[np.bool_]) -> None:
    picks[face.rows] = face.picks
    is_free[face.picks[face.picks >= 0]] = False


def _serve_in_turn(
    costs_ms: NDArray[np.int64],
    classes: Sequence[NDArray[np.int64]],
    picks: NDArray[np.int64],
    is_free: NDArray[np.bool_],
) -> int:
    """Give every place the quickest unit that is left, in place; return the sum if each had its quickest."""
    bound_ms = 0
    start = is_free.copy()
    for row in np.concatenate(classes).tolist() if classes else ():
        able = np.flatnonzero((costs_ms[row] != IMPOSSIBLE) & is_free)
        first = costs_ms[row][(costs_ms[row] != IMPOSSIBLE) & start]
        if len(able):
            picks[row] = able[np.argmin(costs_ms[row, able])]
            is_free[picks[row]] = False
            bound_ms += int(first.min())
    return bound_ms
