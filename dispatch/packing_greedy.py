"""Fill places one after another, each by the quickest that is left: the answer when time is out, and its price."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np

from dispatch.matching import IMPOSSIBLE
from dispatch.packing_terms import Ints, Packing, Terms


def pack_in_turn(costs_ms: Ints, terms: Terms, *, start: Packing | None = None, from_class: int = 0) -> Packing:
    """Serve classes from `from_class` on in turn, need after need, after what `start` has given the earlier ones.

    A shared need takes a unit that goes to its incident anyway where it can. It keeps every rule, and is marked.
    """
    taken = _Taken(costs_ms, terms, start or Packing({}))
    for number in range(from_class, int(terms.classes.max(initial=-1)) + 1):
        needs = np.flatnonzero(terms.classes == number)
        for need in needs[np.argsort(terms.shared[needs], kind="stable")].tolist():
            taken.fill(need)
    rides = {column: tuple(sorted(needs)) for column, needs in sorted(taken.rides.items())}
    least_ms = bound_ms(costs_ms, terms, taken.hosts, from_class=from_class)
    return Packing(dict(sorted(taken.hosts.items())), rides, False, from_class, least_ms)


def mended(packing: Packing, costs_ms: Ints, terms: Terms) -> Packing:
    """Leave out of an answer what cannot go with the rest: of those who use one thing the most urgently asked stays.

    Of a group that wants one station, units of the station that has most of its places stay.
    """
    kept: dict[int, int] = {}
    used: set[Hashable] = set()
    order = sorted(packing.hosts.items(), key=lambda pair: (int(terms.classes[pair[1]]), pair[0]))
    for column, need in order:
        if used.isdisjoint(terms.uses[column]):
            kept[column] = need
            used.update(terms.uses[column])
    rides = {column: packing.rides[column] for column in kept if column in packing.rides}
    for group in terms.groups:
        fills = Packing(kept, rides).fills(len(terms.counts))
        stations = [int(terms.station[column]) for need in group.tolist() for column in fills[need]]
        best = max(stations, key=lambda name: (stations.count(name), -name), default=-1)
        gone = {column for need in group.tolist() for column in fills[need] if terms.station[column] != best}
        kept = {column: need for column, need in kept.items() if column not in gone}
        rides = {column: needs for column, needs in rides.items() if column not in gone}
    return Packing(kept, rides)


def bound_ms(costs_ms: Ints, terms: Terms, hosts: Mapping[int, int], *, from_class: int = 0) -> int:
    """Sum what the needs that units go for would take if each had its quickest."""
    total_ms = 0
    for need in hosts.values():
        if terms.classes[need] >= from_class:
            row = costs_ms[need]
            total_ms += int(row[row != IMPOSSIBLE].min())
    return total_ms


class _Taken:
    """Keep who goes where, and so what is used up and which station a group has."""

    def __init__(self, costs_ms: Ints, terms: Terms, start: Packing) -> None:
        self._costs_ms, self._terms = costs_ms, terms
        self.hosts = dict(start.hosts)
        self.rides = {column: list(needs) for column, needs in start.rides.items()}
        self._fills = start.fills(len(terms.counts))
        self._users: dict[Hashable, list[int]] = {}
        for column in terms.tied.tolist():
            for each in terms.uses[column]:
                self._users.setdefault(each, []).append(column)
        self._free = np.ones(costs_ms.shape[1], dtype=bool)
        for column in self.hosts:
            self._use(column)
        self._station: dict[int, int] = {}
        self._group_of = {need: number for number, group in enumerate(terms.groups) for need in group.tolist()}
        for need, columns in enumerate(self._fills):
            for column in columns:
                self._settle(need, column)

    def fill(self, need: int) -> None:
        """Fill the places of a need as well as what is left allows."""
        terms = self._terms
        able = self._costs_ms[need] != IMPOSSIBLE
        mine = self._fills[need]
        while len(mine) < terms.counts[need]:
            fitting = able & self._of_station(need)
            missing = int(terms.officers[need] - terms.has_officers[mine].sum())
            is_last = len(mine) + 1 >= terms.counts[need] or missing >= terms.counts[need] - len(mine)
            wants_officer = missing > 0 and is_last
            riders = [c for c in self._there(need) if fitting[c] and c not in mine]
            if riders:
                column = max(riders, key=lambda c: (wants_officer and terms.has_officers[c] > 0, -c))
                self.rides.setdefault(column, []).append(need)
            else:
                choice = fitting & self._free
                if wants_officer and (choice & (terms.has_officers > 0)).any():
                    choice &= terms.has_officers > 0
                columns = np.flatnonzero(choice)
                if not len(columns):
                    return
                column = int(columns[np.argmin(self._costs_ms[need, columns])])
                self.hosts[column] = need
                self._use(column)
            mine.append(column)
            self._settle(need, column)

    def _there(self, need: int) -> list[int]:
        if need not in self._terms.ridden:
            return []
        return sorted(
            {column for host in self._terms.ridden[need].tolist() for column in self._fills[host]
             if self.hosts[column] == host}
        )  # fmt: skip

    def _of_station(self, need: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        station = self._station.get(self._group_of.get(need, -1))
        if station is None:
            return np.ones(len(self._free), dtype=bool)
        found: np.ndarray[tuple[int], np.dtype[np.bool_]] = self._terms.station == station
        return found

    def _settle(self, need: int, column: int) -> None:
        group = self._group_of.get(need)
        if group is not None:
            self._station[group] = int(self._terms.station[column])

    def _use(self, column: int) -> None:
        self._free[column] = False
        for each in self._terms.uses[column]:
            for other in self._users.get(each, ()):
                self._free[other] = False
