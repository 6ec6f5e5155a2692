"""Fill the needs of one incident with units: what is still needed, what each unit costs, and the best choice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.candidates import Field
from dispatch.filled import open_needs
from dispatch.matching import IMPOSSIBLE, match
from dispatch.recommendation import Eta
from dispatch.runcard import Need

__all__ = ["Outcome", "choose", "open_needs"]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Hold a choice with all that it was made from; rows are needs, columns the field's candidates.

    `costs_ms` int64 (needs, candidates), IMPOSSIBLE where a unit cannot fill a need or cannot get there; `etas` are
    None for candidates that cannot get there; `picks` are the chosen columns of every need, quickest first.
    """

    needs: tuple[Need, ...]
    field: Field
    etas: tuple[Eta | None, ...]
    costs_ms: NDArray[np.int64]
    picks: tuple[tuple[int, ...], ...]

    @property
    def row_of_pick(self) -> dict[int, int]:
        """Return the need (row) of every chosen candidate (column)."""
        return {column: row for row, columns in enumerate(self.picks) for column in columns}


def choose(needs: tuple[Need, ...], field: Field, etas: tuple[Eta | None, ...]) -> Outcome:
    """Choose for the whole card at once: most required places filled, then the least sum of times to the place.

    Optional needs are filled afterwards by the units that are left. Ties go to the unit whose id sorts first, and
    among units that could change places the needs that stand first in the card get the quicker ones.
    """
    costs_ms = np.full((len(needs), len(field.candidates)), IMPOSSIBLE, dtype=np.int64)
    totals_ms = np.array([IMPOSSIBLE if eta is None else round(eta.total_s * 1000) for eta in etas], dtype=np.int64)
    columns_of: dict[tuple[int, ...], list[int]] = {}
    for column, candidate in enumerate(field.candidates):
        columns_of.setdefault(candidate.needs, []).append(column)
    for fitting, columns in columns_of.items():
        costs_ms[np.ix_(fitting, columns)] = totals_ms[columns]
    picks: list[tuple[int, ...]] = [()] * len(needs)
    left = costs_ms.copy()
    for optional in (False, True):
        rows = [row for row, need in enumerate(needs) if need.optional is optional for _ in range(need.count)]
        pairs = [(row, column) for row, column in zip(rows, match(left[rows]), strict=True) if column is not None]
        _quickest_to_the_first(pairs, costs_ms)
        for row, column in sorted(pairs, key=lambda pair: (pair[0], int(costs_ms[pair]), pair[1])):
            picks[row] = (*picks[row], column)
        left[:, [column for _, column in pairs]] = IMPOSSIBLE
    return Outcome(needs, field, etas, costs_ms, tuple(picks))


def _quickest_to_the_first(pairs: list[tuple[int, int]], costs_ms: NDArray[np.int64]) -> None:
    """Swap units between needs, in place, until the needs that stand first in the card have the quicker of them.

    A unit takes equally long whichever need it fills, so that no swap changes the sum.
    """
    swapped = True
    while swapped:
        swapped = False
        for first in range(len(pairs)):
            for second in range(first + 1, len(pairs)):
                (row, column), (later_row, later) = pairs[first], pairs[second]
                is_quicker = (costs_ms[later_row, later], later) < (costs_ms[row, column], column)
                may_swap = costs_ms[row, later] != IMPOSSIBLE and costs_ms[later_row, column] != IMPOSSIBLE
                if is_quicker and may_swap:
                    pairs[first], pairs[second] = (row, later), (later_row, column)
                    swapped = True
