"""Choose for one incident where units hang together: shared crews and needs, task forces, officers, one station."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.candidates import Field
from dispatch.outcome_worth import station_of, worth_looking_at
from dispatch.runcard import Need


def left_of(limit_s: float, clock: Callable[[], float] = time.monotonic) -> Callable[[], float]:
    """Return what tells how many of `limit_s` seconds are left from now."""
    end_s = clock() + limit_s
    return lambda: end_s - clock()


@dataclass(frozen=True, slots=True)
class Bound:
    """Say what hangs together: groups of needs (rows) that want one station, and whether anything does at all.

    `only_from` are rows whose units come from these stations, because others of their word do already; `conflicts` is
    how many candidates at most one that is sent can take off the board, itself among them.
    """

    groups: tuple[tuple[int, ...], ...]
    only_from: Mapping[int, frozenset[str]]
    conflicts: int
    is_plain: bool

    @classmethod
    def of(cls, needs: tuple[Need, ...], field: Field, stations: Mapping[str, frozenset[str]]) -> Bound:
        """See what hangs together among these needs and candidates."""
        words: dict[str, list[int]] = {}
        for row, need in enumerate(needs):
            if need.same_station:
                words.setdefault(need.same_station, []).append(row)
        only_from = {row: there for word, rows in words.items() if (there := stations.get(word)) for row in rows}
        groups = tuple(tuple(rows) for rows in words.values() if sum(needs[row].count for row in rows) > 1)
        together = [field.candidates[column] for column in field.shared_columns]
        users = Counter(name for each in together for name in each.resources)
        conflicts = 1 + max((sum(users[name] + 1 for name in each.resources) for each in together), default=0)
        is_tied = any(count > 1 for count in users.values()) or any(each.members for each in together)
        asks = any(need.shared or need.officers for need in needs)
        return cls(groups, only_from, conflicts, not (groups or only_from or is_tied or asks))

    @property
    def grouped(self) -> frozenset[int]:
        """Return the rows that want one station with another place."""
        return frozenset(row for rows in self.groups for row in rows)

    def stations(self, field: Field) -> list[str]:
        """Name the station of every candidate; a unit without one, or a force of several, is its own."""
        return [station_of(each) for each in field.candidates]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Say which need (row) every chosen candidate (column) is sent for, and which shared ones it fills beside."""

    row_of: Mapping[int, int]
    also: Mapping[int, tuple[int, ...]]
    is_optimal: bool


def choose_bound(
    needs: tuple[Need, ...],
    field: Field,
    costs_ms: NDArray[np.int64],
    totals_ms: NDArray[np.int64],
    bound: Bound,
    limit_s: float,
) -> Chosen:
    """Choose exactly: most places, fewest officers missing, least time, the required needs before the optional."""
    # Loaded here, before the clock starts: the first answer of a program must not be cut short by it.
    from scipy.optimize import milp  # noqa: F401

    from dispatch.packing import pack
    from dispatch.packing_terms import Terms

    columns = worth_looking_at(needs, field, costs_ms, totals_ms, bound.groups, bound.conflicts)
    candidates = [field.candidates[column] for column in columns.tolist()]
    numbers: dict[str, int] = {}
    terms = Terms(
        counts=np.array([need.count for need in needs], dtype=np.int64),
        incidents=np.zeros(len(needs), dtype=np.int64),
        classes=np.array([need.optional for need in needs], dtype=np.int64),
        shared=np.array([need.shared for need in needs], dtype=bool),
        officers=np.array([need.officers for need in needs], dtype=np.int64),
        has_officers=np.array([each.unit.unit.officers for each in candidates], dtype=np.int64),
        station=np.array([numbers.setdefault(station_of(each), len(numbers)) for each in candidates], dtype=np.int64),
        uses=[each.resources for each in candidates],
        groups=tuple(np.array(rows, dtype=np.int64) for rows in bound.groups),
    )
    packing = pack(costs_ms[:, columns], terms, left_s=left_of(limit_s))
    names = columns.tolist()
    row_of = {names[column]: int(row) for column, row in packing.hosts.items()}
    also = {names[column]: tuple(int(row) for row in rows) for column, rows in packing.rides.items() if rows}
    return Chosen(row_of, also, packing.is_optimal)
