"""The best answer for classes of places by a solver for whole-number programmes, without this program's own search."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from dispatch.matching import IMPOSSIBLE


def by_highs(costs: NDArray[np.int64], classes: Sequence[NDArray[np.int64]]) -> list[int]:
    """Return, class by class, the places left empty and the sum of costs; each optimum becomes a constraint."""
    row, column = np.nonzero(costs != IMPOSSIBLE)
    edges, ones = np.arange(len(row)), np.ones(len(row))
    of_row = csr_array((ones, (row, edges)), shape=(len(costs), len(row)))
    of_column = csr_array((ones, (column, edges)), shape=(costs.shape[1], len(row)))
    rules, most = [of_row, of_column], [np.ones(len(costs)), np.ones(costs.shape[1])]
    sums = []
    for rows in classes:
        mine = np.isin(row, rows)
        filled = _least(-mine.astype(float), rules, most)
        rules.append(csr_array(-mine.astype(float)[None, :]))
        most.append(np.array([filled]))
        spent = _least(np.where(mine, costs[row, column], 0).astype(float), rules, most)
        rules.append(csr_array(np.where(mine, costs[row, column], 0).astype(float)[None, :]))
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
