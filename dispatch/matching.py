"""Give units to slots so that the whole card is served best, not one slot after another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dispatch.matching_small import match_rows

IMPOSSIBLE = -1
LONGEST_MS = 100_000_000  # more than a day: every longer time counts as this, so that the sums below stay exact
SMALL = 1_000  # the most steps of a table that is matched without scipy


def match(costs_ms: NDArray[np.int64]) -> tuple[int | None, ...]:
    """Choose one column (unit) for each row (slot), each column at most once; None for a row left empty.

    costs_ms int64 (slots, units), milliseconds, IMPOSSIBLE where a unit may not fill a slot. As many rows as
    possible are filled; among those answers the sum of milliseconds is the least; among those, earlier columns
    are taken. The same columns in the same order give the same answer.
    """
    slots = len(costs_ms)
    chosen: list[int | None] = [None] * slots
    kept = worth_looking_at(costs_ms)
    if not slots or not len(kept):
        return tuple(chosen)
    costs = np.minimum(costs_ms[:, kept], LONGEST_MS)
    possible = costs != IMPOSSIBLE
    # One number says all three wishes. Every sum of it is a whole number below 2 to the power of 53, so exact; where
    # it would not be (dozens of slots), the wish for earlier columns goes first.
    ranks = slots * len(kept) + 1
    is_exact = float(costs.max()) * ranks * slots * slots < 2.0**52
    weights = costs * ranks + np.arange(len(kept)) if is_exact else costs
    empty = int(weights[possible].max(initial=0)) * slots + 1
    weights = np.where(possible, weights, empty)
    for row, column in _pairs(weights.astype(np.float64)):
        if possible[row, column]:
            chosen[row] = int(kept[column])
    return tuple(chosen)


def _pairs(weights: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Choose at the least sum; the answer for a table does not depend on which of the two ways finds it."""
    slots, units = weights.shape
    if slots * units * min(slots, units) <= SMALL:
        return match_rows(weights.tolist())
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(weights)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def worth_looking_at(costs_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Name the columns that a best answer can use: of n rows, each row needs its n cheapest at most."""
    slots, units = costs_ms.shape
    keep = np.zeros(units, dtype=bool)
    for costs in {row.tobytes(): row for row in costs_ms}.values():  # places of one need have equal rows
        able = np.flatnonzero(costs != IMPOSSIBLE)
        if len(able) > slots:
            mine = np.minimum(costs[able], LONGEST_MS)
            last = np.partition(mine, slots - 1)[slots - 1]
            before, equal = able[mine < last], able[mine == last]
            able = np.concatenate([before, equal[: slots - len(before)]])
        keep[able] = True
    return np.flatnonzero(keep)
