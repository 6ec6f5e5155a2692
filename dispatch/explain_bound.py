"""Say why where units hang together: what kept a quicker unit from a place that another one fills."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dispatch.matching import IMPOSSIBLE
from dispatch.outcome import Outcome
from dispatch.recommendation import Passed, Reason

_NEVER_MS = 2**60


def why_not_quicker(outcome: Outcome, row: int, column: int, is_quicker: NDArray[np.bool_]) -> Reason | None:
    """Say what keeps the quickest of those marked, that does not go, from a place; None where all of them go."""
    chosen, need, rank = outcome.field.candidates[column], outcome.needs[row], int(np.count_nonzero(is_quicker)) + 1
    other = quickest(outcome.costs_ms[row], is_quicker & ~outcome.is_sent)
    if other is None:
        return None
    candidate = outcome.field.candidates[other]
    gain_ms = int(outcome.costs_ms[row, column] - outcome.costs_ms[row, other])
    facts = (("rank", rank), ("unit", candidate.unit.unit.id), ("gain_s", round(gain_ms / 1000, 1)))
    if any(name in outcome.user_of for name in candidate.resources):
        return Reason("crew_goes", facts)
    if need.same_station and candidate.unit.unit.station != chosen.unit.unit.station:
        return Reason("one_station", facts)
    if need.officers and candidate.unit.unit.officers < chosen.unit.unit.officers:
        return Reason("officer_needed", facts)
    return Reason("serves_together", facts)


def quickest(costs_ms: NDArray[np.int64], among: NDArray[np.bool_]) -> int | None:
    """Name the first of the columns with the least cost among those marked; None where none is."""
    column = int(np.where(among, costs_ms, _NEVER_MS).argmin()) if len(among) else 0
    return column if len(among) and among[column] else None


def passed_over(outcome: Outcome, column: int, slowest: Sequence[tuple[int, int]]) -> Passed | None:
    """Say why a unit that could come does not go; None for one that goes as a part of a task force."""
    candidate, eta = outcome.field.candidates[column], outcome.etas[column]
    unit = candidate.unit.unit
    user = next((outcome.user_of[name] for name in candidate.resources if name in outcome.user_of), None)
    if user is not None and not candidate.members and unit.id in outcome.user_of:
        return None
    if user is not None:
        name = outcome.field.candidates[user].unit.unit.id
        near = outcome.needs[candidate.needs[0]].id if candidate.needs else ""
        return Passed(unit.id, unit.department, Reason("crew_goes_with", (("unit", name),)), eta, near)
    open_to = [row for row in candidate.needs if outcome.costs_ms[row, column] != IMPOSSIBLE]
    row = max(open_to or candidate.needs, key=slowest.__getitem__)
    return Passed(unit.id, unit.department, _why(outcome, row, column, slowest[row]), eta, outcome.needs[row].id)


def _why(outcome: Outcome, row: int, column: int, slowest: tuple[int, int]) -> Reason:
    need, unit, cost_ms = outcome.needs[row], outcome.field.candidates[column].unit.unit, outcome.costs_ms[row, column]
    taken_ms, taken = slowest
    if taken < 0 or cost_ms == IMPOSSIBLE:
        return Reason("other_station", (("station", _station(outcome, row)),))
    other = outcome.field.candidates[taken].unit.unit
    by_s = round((int(cost_ms) - taken_ms) / 1000, 1)
    if need.same_station and (unit.station or unit.id) != (other.station or other.id):
        return Reason("other_station", (("station", other.station or other.id),))
    if cost_ms > taken_ms:
        return Reason("slower", (("unit", other.id), ("by_s", by_s)))
    if need.officers and unit.officers < other.officers:
        return Reason("lacks_officer", (("unit", other.id),))
    if cost_ms == taken_ms:
        return Reason("equally_fast", (("unit", other.id), ("by_s", by_s)))
    return Reason("serves_less", (("unit", other.id),))


def _station(outcome: Outcome, row: int) -> str:
    """Name the station that sends for a need's word now; empty where it sent before."""
    word = outcome.needs[row].same_station
    rows = [number for number, need in enumerate(outcome.needs) if need.same_station == word]
    going = [outcome.field.candidates[column].unit.unit for number in rows for column in outcome.fills[number]]
    return next((unit.station or unit.id for unit in going), "")
