"""Give units to places where some groups of places want their units from one station.

Without such groups an assignment is solved at once; with them it is hard. Where the best assignment happens to fit, it
is the answer. Else a group that it splits is tried with each station in turn, the most promising first, and what an
assignment gives is a bound for everything that still has to be decided (branch and bound, Land and Doig 1960). Bounds
are compared class by class in whole milliseconds, so that no weighing of one class against another is needed, as a
mixed-integer solver would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count

import numpy as np
from numpy.typing import NDArray

from dispatch.joint_solver import Solution, solve
from dispatch.matching import IMPOSSIBLE, LONGEST_MS, match

Rows = NDArray[np.int64]
Worth = tuple[int, ...]
"""By class, the places left empty and the sum of milliseconds: of two answers the smaller is the better."""
_Node = tuple[Worth, int, dict[int, int], Solution | None]


def solve_together(
    costs_ms: NDArray[np.int64],
    classes: Sequence[Rows],
    groups: Sequence[Rows],
    station: NDArray[np.int64],
    *,
    is_late: Callable[[], bool] = lambda: False,
) -> Solution:
    """Answer as `solve` does, with the units of every group (rows of places) from one station, int64 (units,).

    Each row stands in one group at most. Out of time, what does not fit is taken out of the best answer so far, and
    the answer is marked.
    """
    root = solve(costs_ms, classes, is_late=is_late)
    split = _split(root, groups, station)
    if not root.is_optimal or not split:
        return _made_to_fit(root, costs_ms, classes, groups, station)
    picks, late = root.picks.copy(), []
    for rows, units in _parts(costs_ms, groups):
        inside = [each for each in groups if np.isin(each, rows).any()]
        if not any(np.isin(groups[number], rows).any() for number in split):
            continue
        column = np.full(len(station) + 1, -1, dtype=np.int64)  # the last stands for none
        column[units] = np.arange(len(units))
        part = _search(
            Solution(column[root.picks[rows]], True),
            costs_ms[np.ix_(rows, units)],
            [np.flatnonzero(np.isin(rows, each)) for each in classes],
            [np.flatnonzero(np.isin(rows, each)) for each in inside],
            station[units],
            is_late,
        )
        filled = part.picks >= 0
        picks[rows] = -1
        picks[rows[filled]] = units[part.picks[filled]]
        if part.greedy_from is not None:
            late.append(part.greedy_from)
    whole = Solution(picks, True)
    return _marked(whole, costs_ms, classes, min(late)) if late else whole


def _parts(costs_ms: NDArray[np.int64], groups: Sequence[Rows]) -> Iterator[tuple[Rows, NDArray[np.int64]]]:
    """Yield the rows and the columns of parts that have no unit and no group in common: each is a board of its own."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    places, units = costs_ms.shape
    row, column = np.nonzero(costs_ms != IMPOSSIBLE)
    one = np.concatenate([row, *(rows[:-1] for rows in groups)])
    other = np.concatenate([places + column, *(rows[1:] for rows in groups)])
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(places + units, places + units))
    many, part = connected_components(graph, directed=False)
    for number in range(many):
        rows = np.flatnonzero(part[:places] == number)
        if len(rows):
            yield rows, np.flatnonzero(part[places:] == number)


def _search(
    root: Solution,
    costs_ms: NDArray[np.int64],
    classes: Sequence[Rows],
    groups: Sequence[Rows],
    station: NDArray[np.int64],
    is_late: Callable[[], bool],
) -> Solution:
    """Branch and bound from `root`, the best answer for a part without its groups."""
    best = _made_to_fit(_dive(root, costs_ms, classes, groups, station, is_late), costs_ms, classes, groups, station)
    number = count()
    heap: list[_Node] = [(_worth(root, costs_ms, classes), next(number), {}, root)]
    while heap and not is_late():
        bound, _, fixed, solution = heappop(heap)
        if solution is None:
            solution = solve(_with_stations(costs_ms, groups, station, fixed), classes, is_late=is_late)
            if not solution.is_optimal:
                break
            heappush(heap, (_worth(solution, costs_ms, classes), next(number), fixed, solution))
            continue
        split = _split(solution, groups, station)
        if not split:
            return solution
        rows = groups[split[0]]
        table = _with_stations(costs_ms, groups, station, fixed)
        alone = table[rows].copy()
        table[rows] = IMPOSSIBLE
        others = _worth(solve(table, classes), costs_ms, classes)
        for name in np.unique(station[(alone != IMPOSSIBLE).any(axis=0)]).tolist():
            own = _worth_alone(alone, rows, classes, station == name, others)
            heappush(heap, (max(bound, own), next(number), {**fixed, split[0]: name}, None))
    return _marked(best, costs_ms, classes, 0 if best.greedy_from is None else best.greedy_from)


def _dive(
    solution: Solution,
    costs_ms: NDArray[np.int64],
    classes: Sequence[Rows],
    groups: Sequence[Rows],
    station: NDArray[np.int64],
    is_late: Callable[[], bool],
) -> Solution:
    """Give every split group the station that serves it best now, until none is split: a good answer, soon."""
    fixed: dict[int, int] = {}
    while (split := _split(solution, groups, station)) and not is_late():
        fixed |= {each: _best_station(solution.picks, costs_ms, groups[each], station) for each in split}
        again = solve(_with_stations(costs_ms, groups, station, fixed), classes, is_late=is_late)
        if not again.is_optimal:
            break
        solution = again
    return solution


def _best_station(picks: NDArray[np.int64], costs_ms: NDArray[np.int64], rows: Rows, station: NDArray[np.int64]) -> int:
    """Name the station that fills most places of a group, and of those the quickest."""
    served: dict[int, tuple[int, int]] = {}
    for row in rows[picks[rows] >= 0].tolist():
        name = int(station[picks[row]])
        places, spent_ms = served.get(name, (0, 0))
        served[name] = places - 1, spent_ms + int(costs_ms[row, picks[row]])
    return min(served, key=lambda name: (served[name], name))


def _worth(solution: Solution, costs_ms: NDArray[np.int64], classes: Sequence[Rows]) -> Worth:
    worth: list[int] = []
    for rows in classes:
        filled = rows[solution.picks[rows] >= 0]
        worth += [len(rows) - len(filled), int(costs_ms[filled, solution.picks[filled]].sum())]
    return tuple(worth)


def _worth_alone(
    costs_ms: NDArray[np.int64], rows: Rows, classes: Sequence[Rows], of_station: NDArray[np.bool_], others: Worth
) -> Worth:
    """Bound what a group can have from one station: the others served as if it did not exist, it as if they did not.

    Adding keeps the order of worths, so that no answer with this station is below the sum. `others` counts the
    group's own places as empty.
    """
    worth = list(others)
    for number, each in enumerate(classes):
        mine = np.flatnonzero(np.isin(rows, each))
        picks = match(np.where(of_station, costs_ms[mine], IMPOSSIBLE))
        filled = [(row, column) for row, column in zip(mine.tolist(), picks, strict=True) if column is not None]
        worth[2 * number] -= len(filled)
        worth[2 * number + 1] += sum(int(costs_ms[pair]) for pair in filled)
    return tuple(worth)


def _split(solution: Solution, groups: Sequence[Rows], station: NDArray[np.int64]) -> list[int]:
    """Name the groups whose units come from several stations."""
    found = []
    for number, rows in enumerate(groups):
        picks = solution.picks[rows]
        if len(np.unique(station[picks[picks >= 0]])) > 1:
            found.append(number)
    return found


def _with_stations(
    costs_ms: NDArray[np.int64], groups: Sequence[Rows], station: NDArray[np.int64], fixed: Mapping[int, int]
) -> NDArray[np.int64]:
    table = costs_ms.copy()
    for number, name in fixed.items():
        rows = groups[number]
        table[rows] = np.where(station == name, table[rows], IMPOSSIBLE)
    return table


def _made_to_fit(
    solution: Solution,
    costs_ms: NDArray[np.int64],
    classes: Sequence[Rows],
    groups: Sequence[Rows],
    station: NDArray[np.int64],
) -> Solution:
    """Leave every split group the station that serves it best, and the rest of its places to whoever is left there."""
    split = _split(solution, groups, station)
    if not split:
        return solution
    picks = solution.picks.copy()
    for number in split:
        rows = groups[number]
        kept = _best_station(picks, costs_ms, rows, station)
        elsewhere = (picks[rows] >= 0) & (station[picks[rows]] != kept)
        picks[rows[elsewhere]] = -1
        for row in rows[picks[rows] < 0].tolist():
            able = np.flatnonzero((costs_ms[row] != IMPOSSIBLE) & (station == kept))
            able = able[~np.isin(able, picks)]
            if len(able):
                picks[row] = able[np.argmin(costs_ms[row, able])]
    first = min(
        number for number, rows in enumerate(classes) if any(np.isin(groups[each], rows).any() for each in split)
    )
    if solution.greedy_from is not None:
        first = min(first, solution.greedy_from)
    return _marked(replace(solution, picks=picks), costs_ms, classes, first)


def _marked(solution: Solution, costs_ms: NDArray[np.int64], classes: Sequence[Rows], first: int) -> Solution:
    """Mark an answer that classes from `first` on may be served better than by it."""
    late = np.concatenate(classes[first:])
    costs = costs_ms[late[solution.picks[late] >= 0]]
    bound_ms = int(np.where(costs == IMPOSSIBLE, LONGEST_MS, costs).min(axis=1, initial=LONGEST_MS).sum())
    return replace(solution, is_optimal=False, greedy_from=first, bound_ms=bound_ms)
