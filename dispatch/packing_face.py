"""All best answers of one assignment of crews to places, narrowed wish by wish, and what every other choice would cost.

As `joint_face`, for a part of a city: crews may have several vehicles, and the dual prices of an optimum say of every
choice by how much an answer that has it is worse at least. That is what a search among assignments is bounded by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dispatch.joint_face import EXACT_BELOW, TooLarge, prices, worth_looking_at

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """Hold every answer that is still best: which choices it may use and which columns' crews must go.

    `rows` int64 (n,) are numbers of places, `columns` int64 (m,) of units, those of one `crew` (m,) side by side;
    `allowed` bool (n, m), `may_stay_empty` bool (n,), `must` bool (m,), alike for all columns of a crew.
    """

    rows: Ints
    columns: Ints
    crew: Ints
    allowed: Bools
    may_stay_empty: Bools
    must: Bools

    def barring(self, rows: Bools, columns: Bools) -> Face:
        """Bar columns, bool (m,), from rows, bool (n,)."""
        return replace(self, allowed=self.allowed & ~(rows[:, None] & columns))

    def filling(self, row: int, columns: Bools) -> Face:
        """Have a row filled by some of the columns, bool (m,)."""
        allowed, may_stay_empty = self.allowed.copy(), self.may_stay_empty.copy()
        allowed[row] &= columns
        may_stay_empty[row] = False
        return replace(self, allowed=allowed, may_stay_empty=may_stay_empty)

    def without(self, row: int) -> Face:
        """Leave out one row."""
        rows = np.arange(len(self.rows)) != row
        return replace(self, rows=self.rows[rows], allowed=self.allowed[rows], may_stay_empty=self.may_stay_empty[rows])

    def part(self, rows: Bools) -> Face:
        """Return some rows with the columns that they may use."""
        used = self.allowed[rows].any(axis=0)
        return Face(
            self.rows[rows],
            self.columns[used],
            self.crew[used],
            self.allowed[np.ix_(rows, used)],
            self.may_stay_empty[rows],
            self.must[used],
        )


def joined(faces: Sequence[Face], rows: Ints, possible: Bools, crew_of: Ints) -> Face:
    """Put faces together with new rows, `possible` bool (rows, all columns), that may not use who must go already."""
    possible = possible.copy()
    for face in faces:
        gone = np.isin(crew_of, face.crew[face.must])
        possible[:, gone] = False
    used: Bools = np.any(possible, axis=0)
    for face in faces:
        used[face.columns] = True
    columns = np.flatnonzero(used)
    columns = columns[np.lexsort((columns, crew_of[columns]))]
    at = np.full(len(used), -1, dtype=np.int64)
    at[columns] = np.arange(len(columns))
    count = sum(len(face.rows) for face in faces)
    allowed = np.zeros((count + len(rows), len(columns)), dtype=bool)
    must = np.zeros(len(columns), dtype=bool)
    begin = 0
    for face in faces:
        allowed[begin : begin + len(face.rows), at[face.columns]] = face.allowed
        must[at[face.columns]] = face.must
        begin += len(face.rows)
    allowed[begin:] = possible[:, columns]
    return Face(
        np.concatenate([*(face.rows for face in faces), rows]),
        columns,
        crew_of[columns],
        allowed,
        np.concatenate([*(face.may_stay_empty for face in faces), np.ones(len(rows), dtype=bool)]),
        must,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Hold one best answer, `picks` int64 (n,), -1 for empty, and what proves it.

    `slack` float64 (n, m) and `empty_slack` (n,) say by how much an answer with that choice is worse at least, inf
    where it is not allowed; `worth` (n,) by how much an answer without that row is better at most.
    """

    face: Face
    picks: Ints
    value: float
    slack: Floats
    empty_slack: Floats
    worth: Floats
    must: Bools

    def narrowed(self) -> Face:
        """Keep only what is used by answers as good as this one.

        What costs nothing more by the prices may still be of no use: another best answer differs from this one by
        crews that change places in a circle, or along a chain from one that may be left out to a place that may do
        without. Choices that lie on neither are dropped (Berge 1957; Tassa, Finding all maximally-matchable edges).
        """
        face, count = self.face, len(self.face.rows)
        is_tight, may_stay_empty = self.slack == 0.0, self.empty_slack == 0.0
        crew = np.cumsum(np.diff(face.crew, prepend=-1) != 0) - 1
        filled = np.flatnonzero(self.picks >= 0)
        out = count  # stands for the crews and the places that are left out
        holder = np.full(int(crew.max(initial=-1)) + 1, out, dtype=np.int64)
        holder[crew[self.picks[filled]]] = filled
        row, column = np.nonzero(is_tight)
        other = holder[crew[column]]
        leaves = filled[may_stay_empty[filled]]
        is_optional = np.ones(count, dtype=bool)
        is_optional[filled] = ~self.must[self.picks[filled]]
        joins = np.flatnonzero(is_optional)
        one = np.concatenate([row, leaves, np.full(len(joins), out)])
        two = np.concatenate([other, np.full(len(leaves), out), joins])
        part = _circles(one, two, count + 1)
        is_tight[row, column] = part[row] == part[other]
        is_out = part[:count] == part[out]
        may_stay_empty &= is_out | (self.picks < 0)
        always = filled[~is_out[filled]]
        goes = np.zeros(len(holder), dtype=bool)
        goes[crew[self.picks[always]]] = True
        used = is_tight.any(axis=0)
        must = (self.must | goes[crew])[used]
        return Face(face.rows, face.columns[used], face.crew[used], is_tight[:, used], may_stay_empty, must)


def _circles(one: Ints, two: Ints, many: int) -> Ints:
    """Number what lies on a circle of links from `one` to `two` together, int64 (many,)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if many == 2:  # most parts are one place
        has_both = bool(((one == 0) & (two == 1)).any() and ((one == 1) & (two == 0)).any())
        return np.array([0, 0 if has_both else 1])
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, two)), shape=(many, many))
    part = connected_components(graph, directed=True, connection="strong")[1]
    return part.astype(np.int64)


def assign(face: Face, costs: Floats, empty: Floats) -> Optimum | None:
    """Find the least sum of whole `costs` (n, m) and of `empty` (n,), both from 0; None where nothing is allowed.

    Raises TooLarge where sums would not be exact.
    """
    from scipy.optimize import linear_sum_assignment

    count, width = face.allowed.shape
    own = np.where(face.allowed, costs, np.inf)
    nothing = np.where(face.may_stay_empty, empty, np.inf)
    begins = np.flatnonzero(np.diff(face.crew, prepend=-1))
    crew = np.cumsum(np.diff(face.crew, prepend=-1) != 0) - 1
    penalty = 0.0
    dearest = max(float(part[np.isfinite(part)].max(initial=0.0)) for part in (own, nothing))
    if face.must.any():  # leaving out one of these costs more than anything else can save
        changing = int((((own > 0) & np.isfinite(own)).any(axis=1) | (empty > 0)).sum())
        penalty = changing * dearest + 1.0
        own[:, ~face.must] += penalty
        nothing = nothing + penalty
    if 4.0 * count * (penalty + dearest) >= EXACT_BELOW:
        raise TooLarge(f"{count} places of up to {dearest:.0f}")
    whole = own if len(begins) == width else np.minimum.reduceat(own, begins, axis=1)
    near = worth_looking_at(whole)
    table = np.full((count, len(near) + count), np.inf)
    table[:, : len(near)] = whole[:, near]
    table[np.arange(count), len(near) + np.arange(count)] = nothing
    try:
        _, chosen = linear_sum_assignment(table)
    except ValueError:
        return None
    found = prices(table, chosen)
    worth = table[np.arange(count), chosen] + found[chosen]
    price = np.zeros(len(begins))
    price[near] = found[: len(near)]
    slack = own + price[crew] - worth[:, None]
    alone = found[len(near) :]
    slack[alone > 0] = np.inf  # empty in every best answer
    picks = np.full(count, -1, dtype=np.int64)
    filled = np.flatnonzero(chosen < len(near))
    if len(filled):
        picks[filled] = np.where(crew == near[chosen[filled]][:, None], slack[filled], np.inf).argmin(axis=1)
    must = np.unique(crew[face.must])
    if not np.isin(must, crew[picks[filled]]).all():
        return None
    value = float(costs[filled, picks[filled]].sum() + empty[picks < 0].sum())
    return Optimum(face, picks, value, slack, nothing + alone - worth, worth - penalty, face.must | (price > 0)[crew])
