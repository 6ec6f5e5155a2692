"""The best answer for classes of places by a solver for whole-number programmes, without this program's own search."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from dispatch.matching import IMPOSSIBLE


def by_highs(
    costs: NDArray[np.int64],
    classes: Sequence[NDArray[np.int64]],
    *,
    groups: Sequence[NDArray[np.int64]] = (),
    station: NDArray[np.int64] | None = None,
) -> list[int]:
    """Return, class by class, the places left empty and the sum of costs; each optimum becomes a constraint.

    Every one of `groups` (rows of places) gets its units from one station, int64 (units,).
    """
    if station is not None:
        return _by_highs(costs, classes, groups, station)
    return _by_highs(costs, classes, (), np.zeros(costs.shape[1], dtype=np.int64))


def _by_highs(
    costs: NDArray[np.int64],
    classes: Sequence[NDArray[np.int64]],
    groups: Sequence[NDArray[np.int64]],
    station: NDArray[np.int64],
) -> list[int]:
    row, column = np.nonzero(costs != IMPOSSIBLE)
    stations = int(station.max(initial=0)) + 1
    extra = len(groups) * stations  # one more variable a group and station: that this one sends
    width, edges, ones = len(row) + extra, np.arange(len(row)), np.ones(len(row))
    of_row = csr_array((ones, (row, edges)), shape=(len(costs), width))
    of_column = csr_array((ones, (column, edges)), shape=(costs.shape[1], width))
    rules, most = [of_row, of_column], [np.ones(len(costs)), np.ones(costs.shape[1])]
    for number, rows in enumerate(groups):
        sends = len(row) + number * stations + np.arange(stations)
        rules.append(csr_array((np.ones(stations), (np.zeros(stations, dtype=int), sends)), shape=(1, width)))
        most.append(np.ones(1))
        mine = np.flatnonzero(np.isin(row, rows))
        pairs = np.arange(len(mine))
        entries = np.concatenate([np.ones(len(mine)), -np.ones(len(mine))])
        at = np.concatenate([mine, sends[station[column[mine]]]])
        rules.append(csr_array((entries, (np.concatenate([pairs, pairs]), at)), shape=(len(mine), width)))
        most.append(np.zeros(len(mine)))
    sums = []
    for rows in classes:
        is_mine = np.isin(row, rows)
        most_filled = np.concatenate([-is_mine.astype(float), np.zeros(extra)])
        filled = _least(most_filled, rules, most)
        rules.append(csr_array(most_filled[None, :]))
        most.append(np.array([filled]))
        times = np.concatenate([np.where(is_mine, costs[row, column], 0).astype(float), np.zeros(extra)])
        spent = _least(times, rules, most)
        rules.append(csr_array(times[None, :]))
        most.append(np.array([spent + 0.5]))
        sums += [len(rows) + filled, spent]
    return sums


def _least(wish: NDArray[np.float64], rules: list[csr_array], most: list[NDArray[np.float64]]) -> int:
    rule = LinearConstraint(vstack(rules), ub=np.concatenate(most))
    found = milp(
        wish, constraints=rule, integrality=np.ones(len(wish)), bounds=Bounds(0, 1), options={"mip_rel_gap": 0}
    )
    assert found.success, found.message
    return round(float(found.fun))
