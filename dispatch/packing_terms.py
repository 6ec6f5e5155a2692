"""What binds places together when units are packed into them, and what a packing answers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dispatch.matching import IMPOSSIBLE

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Terms:
    """Say of needs (rows) and of candidates (columns) what an assignment alone does not know.

    Of needs: `counts` places, `incidents` they belong to, `classes` 0 for the most urgent, `shared` and `officers`
    asked for, each (needs,); `groups` are needs whose units come from one station. Of candidates: `has_officers`,
    `station` (a number), each (columns,), and `uses`, what sending one uses up: no two that are sent use the same.
    """

    counts: Ints
    incidents: Ints
    classes: Ints
    shared: NDArray[np.bool_]
    officers: Ints
    has_officers: Ints
    station: Ints
    uses: Sequence[Sequence[Hashable]]
    groups: tuple[Ints, ...] = ()

    @cached_property
    def is_plain(self) -> bool:
        """Tell whether an assignment knows all: nothing is shared, nobody leads, no two units hang together."""
        return not (self.shared.any() or self.officers.any() or self.groups or len(self.tied))

    @cached_property
    def resources(self) -> tuple[Ints, Ints, int]:
        """Give pairs (column, number of what it uses), by column, and how many things are used."""
        numbers: dict[Hashable, int] = {}
        pairs = [
            (column, numbers.setdefault(each, len(numbers)))
            for column, used in enumerate(self.uses)
            for each in dict.fromkeys(used)
        ]
        column, number = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return column, number, len(numbers)

    @cached_property
    def tied(self) -> Ints:
        """Name the columns that use what another uses too."""
        column, number, many = self.resources
        tied = np.bincount(number, minlength=many)[number] > 1
        return np.unique(column[tied])

    @cached_property
    def crews(self) -> tuple[Ints, ...]:
        """Give groups of columns of which one can go: they share one thing, and nothing else with anybody."""
        column, number, many = self.resources
        is_tied = np.isin(column, self.tied) & (np.bincount(number, minlength=many)[number] > 1)
        shared = np.bincount(column[is_tied], minlength=len(self.uses))
        found = []
        for each in np.unique(number[is_tied]).tolist():
            members = column[is_tied & (number == each)]
            if (shared[members] == 1).all():
                found.append(np.unique(members))
        return tuple(found)

    @cached_property
    def ridden(self) -> dict[int, Ints]:
        """Give for every shared need the needs whose units may fill it too: of its incident, and no less urgent."""
        found = {}
        for need in np.flatnonzero(self.shared).tolist():
            near = (self.incidents == self.incidents[need]) & (self.classes <= self.classes[need])
            near[need] = False
            found[need] = np.flatnonzero(near)
        return found

    def part(self, needs: Ints, columns: Ints) -> Terms:
        """Return what concerns these needs and columns only; groups lie wholly inside or outside."""
        new = np.full(len(self.counts), -1, dtype=np.int64)
        new[needs] = np.arange(len(needs))
        groups = tuple(new[group] for group in self.groups if new[group].min(initial=0) >= 0 and len(group))
        return Terms(
            self.counts[needs],
            self.incidents[needs],
            self.classes[needs],
            self.shared[needs],
            self.officers[needs],
            self.has_officers[columns],
            self.station[columns],
            [self.uses[column] for column in columns.tolist()],
            groups,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """Say which need (row) every candidate that goes (column) fills, and which shared needs it fills beside.

    `is_optimal` is false where time ran out: classes from `greedy_from` on may be served better, and `bound_ms` is
    what the units sent for those would take at least, each place by its quickest.
    """

    hosts: Mapping[int, int]
    rides: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    is_optimal: bool = True
    greedy_from: int | None = None
    bound_ms: int = 0

    def fills(self, needs: int) -> list[list[int]]:
        """Give the columns that fill each of so many needs, those that ride along last."""
        found: list[list[int]] = [[] for _ in range(needs)]
        for column, need in sorted(self.hosts.items()):
            found[need].append(column)
        for column, ridden in sorted(self.rides.items()):
            for need in ridden:
                found[need].append(column)
        return found


def missing_officers(packing: Packing, terms: Terms) -> Ints:
    """Count the officers that needs lack of those who fill them."""
    there = [int(terms.has_officers[columns].sum()) for columns in packing.fills(len(terms.counts))]
    missing: Ints = np.maximum(terms.officers - np.array(there, dtype=np.int64), 0)
    return missing


def worth(packing: Packing, costs_ms: Ints, terms: Terms) -> tuple[int, ...]:
    """Give by class the places left empty, the officers missing and the milliseconds: the smaller the better."""
    many = int(terms.classes.max(initial=-1)) + 1
    filled = np.array([len(columns) for columns in packing.fills(len(terms.counts))], dtype=np.int64)
    missing = missing_officers(packing, terms)
    spent = np.zeros(many, dtype=np.int64)
    for column, need in packing.hosts.items():
        spent[terms.classes[need]] += costs_ms[need, column]
    found: list[int] = []
    for number in range(many):
        mine = terms.classes == number
        found += [int((terms.counts - filled)[mine].sum()), int(missing[mine].sum()), int(spent[number])]
    return tuple(found)


def is_sound(packing: Packing, costs_ms: Ints, terms: Terms) -> bool:
    """Tell whether an answer keeps every rule."""
    used = [each for column in packing.hosts for each in dict.fromkeys(terms.uses[column])]
    fills = packing.fills(len(terms.counts))
    able = all(costs_ms[need, column] != IMPOSSIBLE for need, columns in enumerate(fills) for column in columns)
    once = len(used) == len(set(used)) and all(len(set(each)) == len(each) for each in fills)
    within = all(len(columns) <= count for columns, count in zip(fills, terms.counts.tolist(), strict=True))
    riding = all(
        column in packing.hosts and need in terms.ridden and packing.hosts[column] in terms.ridden[need]
        for column, needs in packing.rides.items()
        for need in needs
    )
    together = all(len({int(terms.station[c]) for need in group for c in fills[need]}) <= 1 for group in terms.groups)
    return able and once and within and riding and together
