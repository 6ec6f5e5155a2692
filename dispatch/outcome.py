"""Fill the needs of one incident with units: what each costs, and the best choice for the whole card."""

from __future__ import annotations

import dataclasses
import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dispatch.candidates import Field
from dispatch.filled import open_needs
from dispatch.matching import IMPOSSIBLE, LONGEST_MS, match, worth_looking_at
from dispatch.outcome_bound import Bound, Chosen, choose_bound
from dispatch.outcome_worth import station_of
from dispatch.recommendation import Eta
from dispatch.runcard import Need
from dispatch.trips import Etas

__all__ = ["Outcome", "choose", "open_needs"]

Costs = NDArray[np.int64]
Pairs = list[tuple[int, int]]  # rows and columns


@dataclass(frozen=True, eq=False)
class Outcome:
    """Hold a choice with all that it was made from; rows are needs, columns the field's candidates.

    `costs_ms` int64 (needs, candidates), IMPOSSIBLE where a unit cannot fill a need or cannot get there; `etas` are
    None for candidates that cannot get there; `picks` are the columns sent for every need, quickest first, and `also`
    the shared needs that a column fills beside. `is_optimal` is false where time ran out; `is_bound` tells that units
    hang together here.
    """

    needs: tuple[Need, ...]
    field: Field
    etas: Etas
    costs_ms: Costs
    picks: tuple[tuple[int, ...], ...]
    also: Mapping[int, tuple[int, ...]] = dataclasses.field(default_factory=dict)
    is_optimal: bool = True
    is_bound: bool = False

    @cached_property
    def row_of_pick(self) -> dict[int, int]:
        """Return the need (row) of every chosen candidate (column)."""
        return {column: row for row, columns in enumerate(self.picks) for column in columns}

    @cached_property
    def fills(self) -> tuple[tuple[int, ...], ...]:
        """Return the columns that fill each need: those sent for it, then those that fill it beside another."""
        beside: list[list[int]] = [[] for _ in self.needs]
        for column, rows in sorted(self.also.items()):
            for row in rows:
                beside[row].append(column)
        return tuple((*picks, *more) for picks, more in zip(self.picks, beside, strict=True))

    @cached_property
    def user_of(self) -> dict[str, int]:
        """Return the chosen column that uses up each unit and crew."""
        candidates = self.field.candidates
        return {each: column for column in self.row_of_pick for each in candidates[column].resources}

    @cached_property
    def is_sent(self) -> NDArray[np.bool_]:
        """Mark the candidates that go, bool (k,)."""
        sent = np.zeros(len(self.etas), dtype=bool)
        sent[list(self.row_of_pick)] = True
        return sent

    @cached_property
    def is_used(self) -> NDArray[np.bool_]:
        """Mark the candidates of whom something is used up by what goes, bool (k,): themselves, or a shared crew."""
        used = self.is_sent.copy()
        candidates, roll = self.field.candidates, self.field.standing.roll
        for column in self.field.shared_columns:
            used[column] |= any(each in self.user_of for each in candidates[column].resources)
        for column in self.row_of_pick:
            for member in candidates[column].members:
                row = bisect_left(roll.ids, member.unit.unit.id)
                used[np.flatnonzero(self.field.rows == row)] = True
        return used


def choose(
    needs: tuple[Need, ...],
    field: Field,
    etas: Sequence[Eta | None],
    *,
    stations: Mapping[str, frozenset[str]] | None = None,
    limit_s: float = math.inf,
) -> Outcome:
    """Choose for the whole card at once: most required places filled, then the least sum of times to the place.

    Optional needs are filled afterwards by the units that are left. Ties go to the unit whose id sorts first, and
    among units that could change places the needs that stand first in the card get the quicker ones. Where units share
    crews, go as one, fill several needs or must be of one station, or where officers are asked for, most places come
    first, then fewest officers missing, then time; `stations` are where units stand that fill needs of a word already.
    Exact unless that takes longer than `limit_s`.
    """
    etas = Etas.of(etas)
    totals_ms = etas.totals_ms
    bound = Bound.of(needs, field, stations or {})
    costs_ms = _costs(needs, field, totals_ms, bound)
    if bound.is_plain:
        return Outcome(needs, field, etas, costs_ms, _plain(needs, costs_ms))
    unhindered = _unhindered(needs, field, costs_ms, bound)
    if unhindered is not None:
        return Outcome(needs, field, etas, costs_ms, unhindered, is_bound=True)
    chosen: Chosen = choose_bound(needs, field, costs_ms, totals_ms, bound, limit_s)
    picks = _sorted(_swapped(needs, field, chosen, costs_ms, bound), len(needs), costs_ms)
    return Outcome(needs, field, etas, costs_ms, picks, chosen.also, chosen.is_optimal, True)


def _costs(needs: tuple[Need, ...], field: Field, totals_ms: Costs, bound: Bound) -> Costs:
    able = np.zeros((len(needs), len(field.sets)), dtype=bool)
    for number, rows in enumerate(field.sets):
        able[list(rows), number] = True
    costs_ms: Costs = np.where(able[:, field.set_of], totals_ms, IMPOSSIBLE)
    for row, there in bound.only_from.items():
        elsewhere = [column for column, name in enumerate(bound.stations(field)) if name not in there]
        costs_ms[row, elsewhere] = IMPOSSIBLE
    return costs_ms


def _unhindered(
    needs: tuple[Need, ...], field: Field, costs_ms: Costs, bound: Bound
) -> tuple[tuple[int, ...], ...] | None:
    """Give the best answer that heeds nothing that hangs together, where it breaks none of it: no other is better.

    None where it does, or where shared needs could be had for less.
    """
    if any(need.shared for need in needs):
        return None
    picks = _plain(needs, costs_ms)
    used = [each for columns in picks for column in columns for each in field.candidates[column].resources]
    if len(set(used)) < len(used):
        return None
    for row, need in enumerate(needs):
        led = int(field.officers[list(picks[row])].sum())
        if led < need.officers and field.officers[costs_ms[row] != IMPOSSIBLE].any():
            return None
    for rows in bound.groups:
        if len({station_of(field.candidates[column]) for row in rows for column in picks[row]}) > 1:
            return None
    return picks


def _plain(needs: tuple[Need, ...], all_costs_ms: Costs) -> tuple[tuple[int, ...], ...]:
    """Fill the required needs, then the optional ones with who is left, where nothing hangs together."""
    required, optional = (
        [row for row, need in enumerate(needs) if need.optional is last for _ in range(need.count)]
        for last in (False, True)
    )
    columns = worth_looking_at(all_costs_ms[[*required, *optional]])  # of thousands a few dozen
    costs_ms = all_costs_ms[:, columns]
    first = _matched(required, costs_ms)
    left = costs_ms.copy()
    left[:, [column for _, column in first]] = IMPOSSIBLE
    then = _matched(optional, left)
    if _may_be_better(optional, costs_ms, first, then) and not _is_best(required, optional, costs_ms, first, then):
        first, then = _in_turn(required, optional, costs_ms)
    _quickest_to_the_first(first, costs_ms)
    _quickest_to_the_first(then, costs_ms)
    picks = _sorted([*first, *then], len(needs), costs_ms)
    return tuple(tuple(columns[list(row)].tolist()) for row in picks)


def _matched(rows: list[int], costs_ms: Costs) -> Pairs:
    return [(row, column) for row, column in zip(rows, match(costs_ms[rows]), strict=True) if column is not None]


def _may_be_better(optional: list[int], costs_ms: Costs, first: Pairs, then: Pairs) -> bool:
    """Tell whether the optional needs would gain from a unit that the required ones took, perhaps for no need."""
    taken = [column for _, column in first]
    if not optional or not (costs_ms[np.ix_(optional, taken)] != IMPOSSIBLE).any():
        return False
    best = _matched(optional, costs_ms)
    spent, least = (sum(int(costs_ms[pair]) for pair in pairs) for pairs in (then, best))
    return (-len(best), least) < (-len(then), spent)


def _is_best(required: list[int], optional: list[int], costs_ms: Costs, first: Pairs, then: Pairs) -> bool:
    """Tell whether a best answer for the required needs leaves the optional ones no more than this one does.

    One assignment tells where whole numbers can say both wishes at once; False also where they would grow too large.
    """
    from scipy.optimize import linear_sum_assignment

    rows, many = np.array([*required, *optional]), len(required)
    costs = np.minimum(costs_ms[rows], LONGEST_MS)
    first_ms, then_ms = (int(part.max(initial=0)) * len(part) + 1 for part in (costs[:many], costs[many:]))
    unit = then_ms * len(optional) + 1  # more than all that optional needs can cost
    if float(first_ms) * unit * (many + 1) >= 2.0**52:
        return False
    scale = np.where(np.arange(len(rows)) < many, unit, 1)[:, None]
    empty = np.where(np.arange(len(rows)) < many, first_ms * unit, then_ms)[:, None]
    weights = np.where(costs == IMPOSSIBLE, empty, costs * scale)
    weights = np.hstack([weights, np.broadcast_to(empty, (len(rows), len(rows)))]).astype(np.float64)
    least = weights[linear_sum_assignment(weights)].sum()
    ours = sum(min(int(costs_ms[pair]), LONGEST_MS) for pair in first) * unit
    ours += sum(min(int(costs_ms[pair]), LONGEST_MS) for pair in then)
    ours += (many - len(first)) * first_ms * unit + (len(optional) - len(then)) * then_ms
    return bool(least == ours)


def _in_turn(required: list[int], optional: list[int], costs_ms: Costs) -> tuple[Pairs, Pairs]:
    """Choose among all best answers for the required needs one that leaves most to the optional ones."""
    from dispatch.joint_solver import solve

    rows = np.array([*required, *optional])
    columns = worth_looking_at(costs_ms[rows])
    classes = [np.arange(len(required)), np.arange(len(required), len(rows))]
    picks = solve(costs_ms[np.ix_(rows, columns)], classes).picks.tolist()
    pairs = [(int(row), int(columns[pick])) for row, pick in zip(rows, picks, strict=True) if pick >= 0]
    many = sum(pick >= 0 for pick in picks[: len(required)])
    return pairs[:many], pairs[many:]


def _swapped(needs: tuple[Need, ...], field: Field, chosen: Chosen, costs_ms: Costs, bound: Bound) -> Pairs:
    """Give the needs that stand first the quicker units where nothing else hangs on who fills which."""
    kept: Pairs = []
    movable: dict[bool, Pairs] = {False: [], True: []}
    for column, row in sorted(chosen.row_of.items(), key=lambda item: (item[1], item[0])):
        need = needs[row]
        if need.shared or row in bound.grouped or column in chosen.also:
            kept.append((row, column))
        else:
            movable[need.optional].append((row, column))
    officers = field.officers.tolist()

    def leads_alike(row: int, column: int, later_row: int, later: int) -> bool:
        return not (needs[row].officers or needs[later_row].officers) or officers[column] == officers[later]

    for pairs in movable.values():
        _quickest_to_the_first(pairs, costs_ms, may_swap=leads_alike)
    return [*kept, *movable[False], *movable[True]]


def _sorted(pairs: Pairs, rows: int, costs_ms: Costs) -> tuple[tuple[int, ...], ...]:
    picks: list[tuple[int, ...]] = [()] * rows
    for row, column in sorted(pairs, key=lambda pair: (pair[0], int(costs_ms[pair]), pair[1])):
        picks[row] = (*picks[row], column)
    return tuple(picks)


def _quickest_to_the_first(
    pairs: Pairs, costs_ms: Costs, *, may_swap: Callable[[int, int, int, int], bool] = lambda *_: True
) -> None:
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
                fits = costs_ms[row, later] != IMPOSSIBLE and costs_ms[later_row, column] != IMPOSSIBLE
                if is_quicker and fits and may_swap(row, column, later_row, later):
                    pairs[first], pairs[second] = (row, later), (later_row, column)
                    swapped = True
