"""Search, among assignments, the best one that keeps what binds units together (branch and bound, Land and Doig 1960).

Every node is an assignment under some restrictions: a group has its station, a unit stays, a shared need rides along
with a place that only takes who can fill both. Where the best assignment of a node breaks a rule there are few ways to
mend it, and the dual prices bound what each of them costs before it is tried. Nothing is restricted that need not be,
so that all answers that are equally good stay in for what is asked next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from heapq import heappop, heappush
from itertools import count

import numpy as np

from dispatch.matching import IMPOSSIBLE
from dispatch.packing_face import Bools, Face, Floats, Ints, Optimum, assign
from dispatch.packing_terms import Terms

MOST_EQUAL = 16
MOST_NODES = 150  # assignments that are tried for one wish of one part: a programme of a small one is quicker then


class Stuck(ArithmeticError):
    """Out of time, or something is broken that no restriction of an assignment mends."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Hold a board place by place: `need` int64 (places,) of each, rows of which need `rides` could fill beside."""

    costs_ms: Ints
    terms: Terms
    need: Ints
    rideable: Bools  # by need
    crew: Ints  # by column
    bound: frozenset[int]  # columns that use what another crew uses too
    group: Ints  # by need, -1 for none

    @property
    def incident(self) -> Ints:
        """Name the incident of each place."""
        found: Ints = self.terms.incidents[self.need]
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """Hold one part of the answers: those of a face that keep every rule.

    `undecided` are places of shared needs that have a row and may ride instead; `ridden` such places without a row.
    `stations` are of groups, `banned` columns stay, `forced` are places (by need that rides) whose unit fills that too.
    `picks` is one answer, a column by place.
    """

    face: Face
    undecided: frozenset[int] = frozenset()
    ridden: tuple[int, ...] = ()
    stations: Mapping[int, int] = field(default_factory=dict)
    banned: frozenset[int] = frozenset()
    forced: Mapping[int, frozenset[int]] = field(default_factory=dict)
    picks: Mapping[int, int] = field(default_factory=dict)


Weigh = Callable[[Face], tuple[Floats, Floats]]
"""What a wish charges for each choice of a face, float64 (n, m), and for a place that stays empty, (n,)."""


def search(
    places: Places, nodes: list[Node], weigh: Weigh, *, is_late: Callable[[], bool], most: int = MOST_NODES
) -> list[Node]:
    """Narrow nodes to the least of a wish, by `most` assignments.

    Raises Stuck, and TooLarge where sums would not be exact.
    """
    number = count()
    heap: list[tuple[float, int, Callable[[], Node]]] = [(0.0, next(number), partial(replace, node)) for node in nodes]
    best, tried = np.inf, 0
    found: list[Node] = []
    while heap:
        bound, _, make = heappop(heap)
        if bound > best + 0.5:
            break
        tried += 1
        if is_late() or tried > most:
            raise Stuck("no time is left, or too much to try")
        node = make()
        costs, empty = weigh(node.face)
        optimum = assign(node.face, costs, empty)
        if optimum is None:
            continue
        look = _Look(places, node, optimum)
        ways = look.ways()
        if ways is None:
            if optimum.value < best:
                best, found = optimum.value, []
            if optimum.value == best:
                found.append(look.narrowed())
            if len(found) > MOST_EQUAL:
                raise Stuck("too many answers are equally good")
            continue
        for bound, make in ways:
            if bound <= best + 0.5:
                heappush(heap, (bound, next(number), make))
    if not found:
        raise Stuck("no answer keeps every rule")
    return found


class _Look:
    """Look at the best assignment of a node for what it breaks, and for how that can be mended."""

    def __init__(self, places: Places, node: Node, optimum: Optimum) -> None:
        self._places, self._node, self._optimum = places, node, optimum
        face = node.face
        self._row_of = {place: row for row, place in enumerate(face.rows.tolist())}
        self._needs = places.need[face.rows]
        self._picked = np.where(optimum.picks >= 0, face.columns[optimum.picks], -1) if len(face.columns) else (
            np.full(len(face.rows), -1, dtype=np.int64)
        )  # fmt: skip

    def narrowed(self) -> Node:
        """Return the node with only its best answers: shared needs that are not decided have their own units in all."""
        pairs = zip(self._node.face.rows.tolist(), self._picked.tolist(), strict=True)
        picks = {place: column for place, column in pairs if column >= 0}
        return replace(self._node, face=self._optimum.narrowed(), undecided=frozenset(), picks=picks)

    def ways(self) -> list[tuple[float, Callable[[], Node]]] | None:
        """Give the ways to mend the most costly of what is broken, each with a bound; None where nothing is."""
        value = self._optimum.value
        split = {group: self._stations(group) for group in self._split()}
        burden = {group: min(over.values(), default=np.inf) for group, over in split.items()}
        mixed = frozenset(int(self._places.terms.incidents[self._places.terms.groups[group][0]]) for group in split)
        gains = {place: gain for place, gain in self._gains(mixed).items() if gain >= 0}
        least = value + sum(burden.values()) - sum(gains.values())
        clash = self._clash()
        if clash is not None:
            return [(least, self._banning(column)) for column in clash]
        if split:
            worst = max(split, key=lambda group: (burden[group], -group))
            rest = least - burden[worst]
            return [(rest + over, self._with_station(worst, name)) for name, over in split[worst].items()]
        carried = self._not_carried()
        if carried is not None:
            need, rows = carried
            return [(max(least, value - sum(gains.values()) + over), self._carrying(need, row)) for row, over in rows]
        if gains:
            place = max(gains, key=lambda place: (gains[place], -place))
            return [(least, self._riding(place)), (least + gains[place], self._on_its_own(place))]
        if self._lacks_officers():
            raise Stuck("who brings several officers is not known to an assignment")
        return None

    def _split(self) -> list[int]:
        places = self._places
        found: dict[int, set[int]] = {}
        group = places.group[self._needs]
        for row in np.flatnonzero((group >= 0) & (self._picked >= 0)).tolist():
            found.setdefault(int(group[row]), set()).add(int(places.terms.station[self._picked[row]]))
        return sorted(number for number, stations in found.items() if len(stations) > 1)

    def _stations(self, group: int) -> dict[int, float]:
        """Give by station what it costs at least, beside the assignment, that the group has no other."""
        face, optimum = self._node.face, self._optimum
        rows = self._places.group[self._needs] == group
        station = self._places.terms.station[face.columns]
        order = np.argsort(station, kind="stable")
        names, begins = np.unique(station[order], return_index=True)
        least = np.minimum.reduceat(optimum.slack[np.ix_(rows, order)], begins, axis=1)
        over = np.minimum(least, optimum.empty_slack[rows][:, None]).sum(axis=0)
        return {name: cost for name, cost in zip(names.tolist(), over.tolist(), strict=True) if np.isfinite(cost)}

    def _with_station(self, group: int, name: int) -> Callable[[], Node]:
        def make() -> Node:
            node = self._node
            rows = self._places.group[self._needs] == group
            others = self._places.terms.station[node.face.columns] != name
            return replace(node, face=node.face.barring(rows, others), stations={**node.stations, group: name})

        return make

    def _clash(self) -> list[int] | None:
        """Name two columns that are sent and use the same."""
        users: dict[object, int] = {}
        for column in self._picked.tolist():
            if column in self._places.bound:
                for each in dict.fromkeys(self._places.terms.uses[column]):
                    if each in users:
                        return sorted((users[each], column))
                    users[each] = column
        return None

    def _banning(self, column: int) -> Callable[[], Node]:
        def make() -> Node:
            node = self._node
            every = np.ones(len(node.face.rows), dtype=bool)
            face = node.face.barring(every, node.face.columns == column)
            return replace(node, face=face, banned=node.banned | {column})

        return make

    def _hosts(self, need: int) -> Ints:
        """Name the rows whose units may fill a shared need beside."""
        return np.flatnonzero(np.isin(self._needs, self._places.terms.ridden[need]))

    def _carriers(self, need: int) -> Bools:
        found: Bools = self._places.costs_ms[need, self._node.face.columns] != IMPOSSIBLE
        return found

    def _not_carried(self) -> tuple[int, list[tuple[int, float]]] | None:
        """Find a shared need that fewer go to than should ride, and the rows that could take one, at what cost."""
        wanted: dict[int, int] = {}
        for place in self._node.ridden:
            need = int(self._places.need[place])
            wanted[need] = wanted.get(need, 0) + 1
        for need, many in wanted.items():
            hosts = self._hosts(need)
            able = self._carriers(need)
            there = sum(1 for row in hosts.tolist() if (pick := int(self._optimum.picks[row])) >= 0 and able[pick])
            if there < many:
                forced = self._node.forced.get(need, frozenset())
                over = self._optimum.slack[hosts][:, able].min(axis=1, initial=np.inf)
                rows = zip(hosts.tolist(), over.tolist(), strict=True)
                free = [(row, cost) for row, cost in rows if np.isfinite(cost)]
                return need, [(row, cost) for row, cost in free if int(self._node.face.rows[row]) not in forced]
        return None

    def _carrying(self, need: int, row: int) -> Callable[[], Node]:
        def make() -> Node:
            node = self._node
            face = node.face.filling(row, self._carriers(need))
            mine = node.forced.get(need, frozenset()) | {int(node.face.rows[row])}
            return replace(node, face=face, forced={**node.forced, need: mine})

        return make

    def _gains(self, mixed: frozenset[int]) -> dict[int, float]:
        """Give by undecided place what is saved at most if it has no unit of its own."""
        found: dict[int, float] = {}
        together: dict[int, int] = {}
        undecided = sorted(self._node.undecided)
        for place in undecided:
            number = int(self._places.incident[place])
            together[number] = together.get(number, 0) + 1
        for place in undecided:
            need, row = int(self._places.need[place]), self._row_of[place]
            hosts, able = self._hosts(need), self._carriers(need)
            over = float(self._optimum.slack[hosts][:, able].min(initial=np.inf))
            number = int(self._places.incident[place])
            if not np.isfinite(over):
                found[place] = -1.0
                continue
            share = 0.0 if number in mixed else over / together[number]
            found[place] = float(self._optimum.worth[row]) - share
        return found

    def _riding(self, place: int) -> Callable[[], Node]:
        def make() -> Node:
            node = self._node
            face = node.face.without(self._row_of[place])
            return replace(
                node, face=face, undecided=node.undecided - {place}, ridden=tuple(sorted((*node.ridden, place)))
            )

        return make

    def _on_its_own(self, place: int) -> Callable[[], Node]:
        return lambda: replace(self._node, undecided=self._node.undecided - {place})

    def _lacks_officers(self) -> bool:
        """Tell whether a need lacks officers though somebody who brings several, or a rider, could mend that."""
        terms = self._places.terms
        wanting = np.flatnonzero(terms.officers[self._needs] > 0)
        for need in np.unique(self._needs[wanting]).tolist():
            mine = self._picked[(self._needs == need) & (self._picked >= 0)]
            able = self._places.costs_ms[need] != IMPOSSIBLE
            missing = terms.officers[need] - terms.has_officers[mine].sum()
            if missing > 0 and terms.has_officers[able].max(initial=0) > (0 if self._places.rideable[need] else 1):
                return True
        return False


def restricted(places: Places, node: Node, rows: Bools) -> Node:
    """Put on new rows of a node, marked bool (n,), what its restrictions say of them."""
    face = node.face
    needs = places.need[face.rows]
    for group, name in node.stations.items():
        mine = rows & (places.group[needs] == group)
        if mine.any():
            face = face.barring(mine, places.terms.station[face.columns] != name)
    if node.banned:
        face = face.barring(rows, np.isin(face.columns, sorted(node.banned)))
    return replace(node, face=face)
