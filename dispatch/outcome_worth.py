"""Name the few candidates that a best answer for one incident can use, where units hang together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from dispatch.candidates import Candidate, Field
from dispatch.matching import IMPOSSIBLE
from dispatch.runcard import Need

Worth = tuple[int, ...]
Able = tuple[int, int, int]  # milliseconds, column, officers


def worth_looking_at(
    needs: Sequence[Need],
    field: Field,
    costs_ms: NDArray[np.int64],
    totals_ms: NDArray[np.int64],
    groups: Sequence[Sequence[int]],
    conflicts: int,
) -> NDArray[np.int64]:
    """Name the columns that a best answer can use; `conflicts` is how many candidates one that goes can block at most.

    Candidates that fit the same needs and bring as many officers can take each other's place unless what goes beside
    blocks them, so that of each kind the quickest few are enough. For places that want one station (`groups`, rows)
    the same holds of stations, and of each kind within one.
    """
    places = sum(need.count for need in needs)
    most = places * conflicts
    asks_officers = any(need.officers for need in needs)
    kinds = _kinds(field, costs_ms, totals_ms, asks_officers=asks_officers)
    kept = {column for columns in kinds for column in columns[:most].tolist()}
    for rows in groups:
        of_station = _by_station(needs, field, kinds, costs_ms, totals_ms.tolist(), rows)
        mine = sum(needs[row].count for row in rows)
        for name in _stations_worth(needs, of_station, rows, (places - mine) * conflicts + 1):
            for able in of_station[name].values():
                kept.update(column for _, column, _ in able[:most])
    return np.array(sorted(kept), dtype=np.int64)


def _kinds(
    field: Field, costs_ms: NDArray[np.int64], totals_ms: NDArray[np.int64], *, asks_officers: bool
) -> list[NDArray[np.int64]]:
    """Sort the columns of who can go somewhere by the needs that they fit, and by officers where any are asked for.

    Of each kind the quickest stand first.
    """
    number_of: dict[tuple[int, ...], int] = {}
    same = np.array([number_of.setdefault(able, len(number_of)) for able in field.sets], dtype=np.int64)
    columns = np.flatnonzero((costs_ms != IMPOSSIBLE).any(axis=0))
    kind = same[field.set_of[columns]]
    if asks_officers:
        officers = field.officers[columns]
        kind = kind * (int(officers.max(initial=0)) + 1) + officers
    order = np.lexsort((columns, totals_ms[columns], kind))
    columns, kind = columns[order], kind[order]
    return np.split(columns, np.flatnonzero(np.diff(kind)) + 1)


def station_of(candidate: Candidate) -> str:
    """Name the station of a candidate; a unit without one, or a force of several, is its own."""
    unit = candidate.unit.unit
    return unit.station or f"unit {unit.id}"


ByNeeds = dict[tuple[tuple[int, ...], int], list[Able]]


def _by_station(
    needs: Sequence[Need],
    field: Field,
    kinds: Sequence[NDArray[np.int64]],
    costs_ms: NDArray[np.int64],
    totals: Sequence[int],
    rows: Sequence[int],
) -> dict[str, ByNeeds]:
    """Sort who fits a group by station and kind, the quickest first."""
    found: dict[str, ByNeeds] = {}
    fits = (costs_ms[list(rows)] != IMPOSSIBLE).any(axis=0)
    for columns in kinds:
        for column in columns.tolist():
            if fits[column]:
                each = field.candidates[column]
                officers = each.unit.unit.officers
                mine = tuple(row for row in rows if costs_ms[row, column] != IMPOSSIBLE)
                able = found.setdefault(station_of(each), {}).setdefault((mine, officers), [])
                able.append((totals[column], column, officers))
    for kinds_there in found.values():
        for able in kinds_there.values():
            able.sort()
    return found


def _stations_worth(
    needs: Sequence[Need], of_station: Mapping[str, ByNeeds], rows: Sequence[int], most: int
) -> list[str]:
    """Name the stations that a group can come from in a best answer.

    Of stations that surely serve it no worse than another one, `most` are enough: whatever goes to other needs blocks
    fewer than that. Where a shared need may ride on who comes, that is no argument, and all are kept.
    """
    names = sorted(of_station)
    if len(names) <= most or any(need.shared for need in needs):
        return names
    sure = sorted(_in_turn(needs, of_station[name], rows) for name in names)[most - 1]
    return [name for name in names if _at_best(needs, of_station[name], rows) <= sure]


def _in_turn(needs: Sequence[Need], there: ByNeeds, rows: Sequence[int]) -> Worth:
    """Give the worth of filling a group from one station place after place: it can be served as well as that."""
    used: set[int] = set()
    worth = [0] * 6
    for row in rows:
        need, mine = needs[row], 0
        able = sorted(each for (fits, _), all_of in there.items() if row in fits for each in all_of)
        for place in range(need.count):
            free = [each for each in able if each[1] not in used]
            is_last = need.officers - mine >= need.count - place
            led = [each for each in free if each[2]] if is_last and mine < need.officers else []
            if free:
                milliseconds, column, officers = (led or free)[0]
                used.add(column)
                mine += officers
                worth[3 * need.optional + 2] += milliseconds
            else:
                worth[3 * need.optional] += 1
        worth[3 * need.optional + 1] += max(0, need.officers - mine)
    return tuple(worth)


def _at_best(needs: Sequence[Need], there: ByNeeds, rows: Sequence[int]) -> Worth:
    """Give a worth that no way to fill a group from one station surpasses: as if every need had the station alone."""
    worth = [0] * 6
    for row in rows:
        need = needs[row]
        able = sorted(each for (fits, _), all_of in there.items() if row in fits for each in all_of)
        officers = sum(sorted((each[2] for each in able), reverse=True)[: need.count])
        worth[3 * need.optional] += max(0, need.count - len(able))
        worth[3 * need.optional + 1] += max(0, need.officers - officers)
        worth[3 * need.optional + 2] += sum(each[0] for each in able[: need.count])
    return tuple(worth)
