"""Fill the needs of one incident with units: what is still needed, what each unit costs, and the best choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dispatch.candidates import Field
from dispatch.incident import Assignment, Incident
from dispatch.matching import IMPOSSIBLE, match
from dispatch.recommendation import Eta
from dispatch.runcard import Need
from dispatch.state import State


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


def open_needs(
    state: State, needs: Sequence[Need], incident_id: int | None
) -> tuple[tuple[Need, ...], tuple[Need, ...]]:
    """Take off what units on their way fill; return what is still needed, and what is filled, wholly or in part.

    A unit fills the need that it was sent for; one that was sent by hand, or for a need that the card no longer
    has, fills one that it fits. One that was there and left again has filled it, until the incident is reopened.
    """
    left = {need.id: need.count for need in needs}
    loose: list[str] = []
    for assignment_id in state.assignments_of.get(incident_id, ()) if incident_id is not None else ():
        assignment = state.assignments[assignment_id]
        if not _counts(assignment, state.incidents[assignment.incident_id]):
            continue
        if left.get(assignment.need_id, 0) > 0:
            left[assignment.need_id] -= 1
        else:
            loose.append(assignment.unit_id)
    slots = sorted((need for need in needs for _ in range(left[need.id])), key=lambda need: need.optional)
    units = [state.units[unit_id].unit for unit_id in sorted(loose) if unit_id in state.units]
    fits = np.full((len(slots), len(units)), IMPOSSIBLE, dtype=np.int64)
    for row, need in enumerate(slots):
        for column, unit in enumerate(units):
            is_able = bool(set(need.any_of) & set(unit.capabilities))
            if is_able and need.department in ("", unit.department) and unit.crew >= need.min_crew:
                fits[row, column] = row
    for need, found in zip(slots, match(fits), strict=True):
        if found is not None:
            left[need.id] -= 1
    still = tuple(replace(need, count=left[need.id]) for need in needs if left[need.id] > 0)
    return still, tuple(need for need in needs if left[need.id] < need.count)


def _counts(assignment: Assignment, incident: Incident) -> bool:
    """Tell whether an assignment serves its need: under way, or done since the incident was last opened."""
    was_there = assignment.on_scene_at is not None
    is_of_now = incident.reopened_at is None or assignment.assigned_at >= incident.reopened_at
    return assignment.is_open or (was_there and is_of_now)
