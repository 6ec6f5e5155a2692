"""Where and when something gathers more than chance explains: Getis-Ord Gi* over squares, and over squares in time.

Getis and Ord (1992), Ord and Ord's star form (Geographical Analysis 27, 1995), as PySAL's esda reckons it, with binary
weights: a cell, its eight neighbours, and in time the same nine before and after. Many cells are asked at once, so that
some stand out by chance: Benjamini and Hochberg (1995) say which p is small enough for all of them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST_CELLS = 2_000_000
FALSE_SHARE = 0.05
_OFFSETS = [(dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]


@dataclass(frozen=True, slots=True, eq=False)
class HotCells:
    """Hold cells where something happened: squares of `side_m`, and slots of `slot_s` where time was asked for.

    corner_xy: float64 (n, 2), south-west corners in metres; slot: int64 (n,), 0 for all without time; counts: float64
    (n,); z: float64 (n,), Gi*; p: float64 (n,), one-sided; is_hot: bool (n,), what stands out with at most
    FALSE_SHARE of them by chance. `cells` is how many there were to compare with, empty ones too.
    """

    corner_xy: NDArray[np.float64]
    slot: NDArray[np.int64]
    counts: NDArray[np.float64]
    z: NDArray[np.float64]
    p: NDArray[np.float64]
    is_hot: NDArray[np.bool_]
    side_m: float
    slot_s: float
    cells: int

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def hottest(self) -> NDArray[np.int64]:
        """Return the places of the hot cells, the hottest first."""
        hot = np.flatnonzero(self.is_hot)
        return hot[np.lexsort((hot, -self.counts[hot], -self.z[hot]))]


class TooManySquares(ValueError):
    """More squares and slots would have to be compared than memory is good for."""

    def __init__(self, squares: int, slots: int) -> None:
        super().__init__(f"{squares:,} squares in {slots:,} slots are too many: take larger ones")
        self.squares, self.slots = squares, slots


def hot_cells(
    xy: ArrayLike,
    at_s: ArrayLike | None = None,
    *,
    side_m: float = 500.0,
    slot_s: float = 4 * 3600.0,
    round_s: float | None = None,
) -> HotCells:
    """Find where points (n, 2: x, y in metres) gather, and when, if their seconds (n,) are given.

    round_s: time comes round after so long (86,400 for hours of the day, 604,800 for those of the week; count seconds
    from where a round begins); None: it goes on. Compared are the squares in which anything ever happened, in every
    slot from the first to the last. Points that are no numbers do not count. Raises ValueError for sides or slots that
    are not above zero, and rounds that are not whole slots; TooManySquares for more than MOST_CELLS cells.
    """
    places = np.asarray(xy, np.float64).reshape(-1, 2)
    seconds = np.zeros(len(places)) if at_s is None else np.asarray(at_s, np.float64)
    if seconds.shape != (len(places),):
        raise ValueError(f"{len(places)} points cannot have instants of shape {seconds.shape}")
    if not (side_m > 0 and slot_s > 0):
        raise ValueError("squares and slots must be larger than nothing")
    slots = 0
    if round_s is not None:
        slots = round(round_s / slot_s)
        if slots < 1 or abs(slots * slot_s - round_s) > 1e-6:
            raise ValueError(f"a round of {round_s:g} s is no whole number of slots of {slot_s:g} s")
        seconds = np.mod(seconds, round_s)
    known = np.isfinite(places).all(axis=1) & np.isfinite(seconds)
    places, seconds = places[known], seconds[known]
    if not len(places):
        return _nothing(side_m, slot_s)
    square = np.floor(places / side_m).astype(np.int64)
    squares, of = np.unique(square, axis=0, return_inverse=True)
    slot = np.zeros(len(places), np.int64) if at_s is None else np.floor(seconds / slot_s).astype(np.int64)
    first = 0 if at_s is None or round_s is not None else int(slot.min())
    slot -= first
    slots = slots or int(slot.max()) + 1
    if len(squares) * slots > MOST_CELLS:
        raise TooManySquares(len(squares), slots)
    counts = np.bincount(of.ravel() * slots + slot, minlength=len(squares) * slots).astype(np.float64)
    z = _gi_star(counts, _neighbours(squares, slots, comes_round=round_s is not None and at_s is not None))
    return _told(counts, z, (squares * side_m).astype(np.float64), slots, first, side_m, slot_s)


def _nothing(side_m: float, slot_s: float) -> HotCells:
    none, whole = np.zeros(0), np.zeros(0, np.int64)
    return HotCells(np.zeros((0, 2)), whole, none, none, none, np.zeros(0, np.bool_), side_m, slot_s, 0)


def _neighbours(squares: NDArray[np.int64], slots: int, *, comes_round: bool) -> Any:
    """Say which cells lie beside which, themselves too: a sparse matrix of ones (n, n), n = squares × slots."""
    from scipy.sparse import csr_array, kron

    number = {(x, y): row for row, (x, y) in enumerate(squares.tolist())}
    pairs = [
        (row, number[x + dx, y + dy])
        for (x, y), row in number.items()
        for dx, dy in _OFFSETS
        if (x + dx, y + dy) in number
    ]
    ends = np.array(pairs, dtype=np.int64)
    beside = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(squares), len(squares)))
    steps = {
        (at, (at + step) % slots if comes_round else at + step)
        for at in range(slots)
        for step in (-1, 0, 1)
        if comes_round or 0 <= at + step < slots
    }
    ends = np.array(sorted(steps), dtype=np.int64)
    return csr_array(kron(beside, csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(slots, slots))))


def _gi_star(counts: NDArray[np.float64], beside: Any) -> NDArray[np.float64]:
    """Return Gi* of every cell; 0 for all where all cells are alike, or all lie beside each other."""
    from esda.getisord import G_Local
    from libpysal.graph import Graph

    if len(counts) < 2 or counts.std() == 0:
        return np.zeros(len(counts))
    graph = Graph.from_sparse(beside)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = G_Local(counts, graph, transform="B", permutations=0, star=True)
    return np.nan_to_num(np.asarray(found.Zs, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0)


def _told(
    counts: NDArray[np.float64], z: NDArray[np.float64], corners: NDArray[np.float64], slots: int, first: int,
    side_m: float, slot_s: float,
) -> HotCells:  # fmt: skip
    from scipy.stats import false_discovery_control, norm

    p = np.asarray(norm.sf(z), dtype=np.float64)
    is_hot = np.asarray(false_discovery_control(p) <= FALSE_SHARE) & (z > 0)
    own = np.flatnonzero(counts > 0)
    square, slot = np.divmod(own, slots)
    return HotCells(
        corners[square], slot + first, counts[own], z[own], p[own], is_hot[own], side_m, slot_s, len(counts)
    )
