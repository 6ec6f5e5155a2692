"""All best answers of an assignment at once, narrowed wish by wish: what makes exact lexicographic choices possible.

Weights such as 'a life is worth 10^6 lamps' are unsafe: five classes of a few hundred places need more digits than a
double has. Instead every wish is solved to its optimum, and linear programming duality describes *all* its optima: an
answer is best if and only if it uses only edges of reduced cost 0 and every unit with a price above 0 (complementary
slackness; it holds for any one optimal dual). The next wish chooses among those. All numbers are whole and small
enough to be exact in double precision, which is checked, as are the prices that prove each optimum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Sums along any path of the solver stay below a quarter of this, so that whole numbers are exact in a double.
EXACT_BELOW = 2.0**53


class TooLarge(ArithmeticError):
    """Costs so large that sums of them would not be exact."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """Hold every answer that is still best: which edges it may use and which units it must use.

    `rows` int64 (n,) are numbers of places; `allowed` bool (n, units); `may_stay_empty` bool (n,); `must` bool
    (units,) are units that one of these rows has to have; `picks` int64 (n,) is one such answer, -1 for empty.
    """

    rows: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    may_stay_empty: NDArray[np.bool_]
    must: NDArray[np.bool_]
    picks: NDArray[np.int64]

    @classmethod
    def nothing(cls, units: int) -> Face:
        """Begin with no place at all."""
        none = np.zeros(0, dtype=np.int64)
        return cls(none, np.zeros((0, units), dtype=bool), none.astype(bool), np.zeros(units, dtype=bool), none)

    @property
    def cells(self) -> int:
        """Count the cells of the table that narrowing it takes."""
        return len(self.rows) * (int(self.allowed.any(axis=0).sum()) + len(self.rows))

    def with_rows(self, rows: NDArray[np.int64], allowed: NDArray[np.bool_]) -> Face:
        """Take in places; they may use every unit that the earlier ones can do without."""
        count = len(rows)
        return Face(
            np.concatenate([self.rows, rows]),
            np.concatenate([self.allowed, allowed & ~self.must]),
            np.concatenate([self.may_stay_empty, np.ones(count, dtype=bool)]),
            self.must,
            np.concatenate([self.picks, np.full(count, -1, dtype=np.int64)]),
        )

    def without(self, gone: NDArray[np.bool_]) -> Face:
        """Leave out the rows that are marked, with the units that they have."""
        taken = self.picks[gone]
        must, allowed = self.must.copy(), self.allowed[~gone]
        must[taken[taken >= 0]] = False
        allowed[:, taken[taken >= 0]] = False
        return Face(self.rows[~gone], allowed, self.may_stay_empty[~gone], must, self.picks[~gone])


def narrow(face: Face, costs: NDArray[np.float64], empty: NDArray[np.float64]) -> Face:
    """Keep of the answers those of the least sum: `costs` (n, units) of a unit at a row, `empty` (n,) of none.

    Costs are whole numbers from 0. Raises TooLarge where sums of them would not be exact.
    """
    from scipy.optimize import linear_sum_assignment

    count = len(face.rows)
    if not count:
        return face
    kept = np.flatnonzero(face.allowed.any(axis=0))
    table = np.where(face.allowed[:, kept], costs[:, kept], np.inf)
    nothing = np.where(face.may_stay_empty, empty, np.inf)
    finite = [float(part[np.isfinite(part)].max(initial=0.0)) for part in (table, nothing)]
    if face.must.any():  # leaving out one of these costs more than anything else can save
        changing = int(((np.where(np.isfinite(table), table, 0.0) > 0).any(axis=1) | (empty > 0)).sum())
        penalty = changing * max(finite) + 1.0
        table[:, ~face.must[kept]] += penalty
        nothing = nothing + penalty
    else:
        penalty = 0.0
    if 4.0 * count * (penalty + max(finite)) >= EXACT_BELOW:
        raise TooLarge(f"{count} places of up to {max(finite):.0f}")
    near = worth_looking_at(table)
    kept, table = kept[near], table[:, near]
    own = np.full((count, count), np.inf)
    np.fill_diagonal(own, nothing)
    table = np.concatenate([table, own], axis=1)
    _, chosen = linear_sum_assignment(table)
    price = prices(table, chosen)
    worth = table[np.arange(count), chosen] + price[chosen]
    tight = table + price == worth[:, None]
    units = len(kept)
    allowed = np.zeros_like(face.allowed)
    allowed[:, kept] = tight[:, :units]
    stays_empty = price[units:] > 0  # a place that is empty in every best answer
    allowed[stays_empty] = False
    must = face.must.copy()
    must[kept] |= price[:units] > 0
    picks = np.where(chosen < units, kept[np.minimum(chosen, units - 1)] if units else -1, -1).astype(np.int64)
    return Face(face.rows, allowed, np.diagonal(tight[:, units:]).copy(), must, picks)


def settled(face: Face) -> NDArray[np.bool_]:
    """Mark the rows that leave later ones no choice: they share as many units as they are, and have them all."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    count, units = face.allowed.shape
    row, column = np.nonzero(face.allowed)
    shape = (count + units, count + units)
    graph = coo_array((np.ones(len(row), dtype=np.int8), (row, count + column)), shape=shape)
    parts, part = connected_components(graph, directed=False)
    used = face.allowed.any(axis=0)
    rows_in = np.bincount(part[:count], minlength=parts)
    units_in = np.bincount(part[count:][used], minlength=parts)
    loose = np.bincount(part[:count], weights=face.may_stay_empty, minlength=parts) > 0
    closed = (rows_in == units_in) & ~loose
    never = ~face.allowed.any(axis=1)
    marked: NDArray[np.bool_] = closed[part[:count]] | never
    return marked


def worth_looking_at(table: NDArray[np.float64]) -> NDArray[np.int64]:
    """Name the columns that some best answer uses.

    Of n rows, none has a unit dearer than its n-th cheapest: one of those n would be free, and cheaper. Units as
    dear as that one stay in, so that no best answer is lost.
    """
    count, units = table.shape
    if units <= count:
        return np.arange(units)
    limit = np.partition(table, count - 1, axis=1)[:, count - 1 : count]
    return np.flatnonzero((np.isfinite(table) & (table <= limit)).any(axis=0))


def prices(table: NDArray[np.float64], chosen: NDArray[np.intp]) -> NDArray[np.float64]:
    """Find the least prices of columns that prove `chosen` best; raise ArithmeticError where there are none.

    What a row pays, its cost and its column's price, is nowhere less; columns that nobody has cost nothing.
    """
    count = len(chosen)
    own = table[np.arange(count), chosen]
    step = own[:, None] - table[:, chosen]  # a price of the row's own column forces one on another row's column
    known = np.zeros(count)
    changed = np.arange(count)
    for _ in range(count + 1):
        forced = (known[changed, None] + step[changed]).max(axis=0, initial=0.0)
        higher = np.maximum(known, forced)
        changed = np.flatnonzero(higher != known)
        known = higher
        if not len(changed):
            break
    price = np.zeros(table.shape[1])
    price[chosen] = known
    if len(changed) or ((own + known)[:, None] > table + price).any():
        raise ArithmeticError("the solver's answer is not the best one")
    return price
