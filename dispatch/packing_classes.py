"""Pack a whole city class after class by a search among assignments, part by part.

A part is what has no unit and no rule in common with the rest of what is still undecided: the ambulances of a city, or
the two engines that could change places. What is decided leaves the parts, so that hundreds of incidents are many small
assignments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial, reduce
from itertools import product

import numpy as np

from dispatch.joint_face import TooLarge
from dispatch.matching import IMPOSSIBLE, LONGEST_MS
from dispatch.packing_branch import MOST_NODES, Node, Places, Stuck, Weigh, restricted, search
from dispatch.packing_face import Bools, Face, Floats, Ints, joined
from dispatch.packing_links import Links
from dispatch.packing_rides import led, rideable, riding
from dispatch.packing_terms import Packing, Terms

BATCH = 100  # places that are settled at once

Part = list[Node]


def pack_by_search(costs_ms: Ints, terms: Terms, *, is_late: Callable[[], bool], most: int = MOST_NODES) -> Packing:
    """Pack as `pack` does; where it is stuck the answer has what was decided before, marked by `greedy_from`.

    `most` assignments are tried for each wish of each part.
    """
    city = _City(costs_ms, terms, partial(search, is_late=is_late, most=most))
    many = int(terms.classes.max(initial=-1)) + 1
    for number in range(many):
        before = city.kept()
        try:
            city.serve(number)
        except Stuck:
            city.go_back(before)
            return replace(city.answer(until=number), is_optimal=False, greedy_from=number)
    with suppress(Stuck, TooLarge):  # only which of equals is not settled then
        city.settle()
    return city.answer(until=many)


class _City:
    def __init__(self, costs_ms: Ints, terms: Terms, search: Callable[[Places, Part, Weigh], Part]) -> None:
        self._terms, self._search = terms, search
        rides = rideable(costs_ms, terms)
        need = np.repeat(np.arange(len(terms.counts)), terms.counts)
        group = np.full(len(terms.counts), -1, dtype=np.int64)
        for number, members in enumerate(terms.groups):
            group[members] = number
        crew = np.arange(costs_ms.shape[1])
        free = np.ones(len(crew), dtype=bool)
        for columns in terms.crews:
            crew[columns] = columns[0]
            free[columns] = False
        bound = frozenset(terms.tied[free[terms.tied]].tolist())
        self._places = Places(costs_ms, terms, need, rides, crew, bound, group)
        self._possible = costs_ms != IMPOSSIBLE
        self._dearest_ms = costs_ms.max(axis=1, initial=0)
        self._leads = led(costs_ms, terms, need) & ~rides[need]
        self._is_bound = np.zeros(len(crew), dtype=bool)
        self._is_bound[sorted(bound)] = True
        user, used, _ = terms.resources
        self._used = user[self._is_bound[user]], used[self._is_bound[user]]
        special = set(terms.incidents[group >= 0].tolist()) | set(terms.incidents[rides].tolist())
        self._is_special = np.isin(terms.incidents[need], sorted(special))
        self._numbers = np.unique(terms.incidents, return_inverse=True)[1]
        self._decided: dict[int, int] = {}
        self._gone = np.zeros(len(crew), dtype=bool)
        self._taken = self._gone
        self._parts: list[Part] = []
        led_or_grouped = np.flatnonzero(rides & ((terms.officers > 0) | (group >= 0)))
        self._is_beyond = any(
            group[each] >= 0 or terms.has_officers[self._possible[each]].any() for each in led_or_grouped.tolist()
        )

    def serve(self, number: int) -> None:
        """Serve one class. Raises Stuck."""
        if self._is_beyond:
            raise Stuck("shared needs of officers or of one station")
        need = self._places.need
        new = np.flatnonzero(self._terms.classes[need] == number)
        new = new[self._possible[need[new]].any(axis=1)]
        for parts, rows in self._linked(new):
            nodes = [self._together(nodes, rows) for nodes in product(*parts)]
            for weigh in self._wishes(number, rows):
                try:
                    nodes = self._search(self._places, nodes, weigh)
                    break
                except TooLarge:
                    continue
            else:
                for weigh in self._wishes(number, rows, one_by_one=True):
                    nodes = self._search(self._places, nodes, weigh)
            self._parts += self._apart(nodes)

    def settle(self) -> None:
        """Take of equally good answers the one that fills the places that stand first, by the columns that do."""
        done: list[Part] = []
        several: list[Part] = []
        for nodes in self._parts:
            if len(nodes) == 1 and _is_single(nodes[0].face):
                done.append(nodes)
            elif len(nodes) == 1 and len(nodes[0].face.rows) == 1 and not nodes[0].ridden:
                done.append([_with_first(nodes[0])])
            else:
                several.append(nodes)
        self._parts = done + several
        for nodes in self._batches(several):
            for weigh in (self._by_place, self._by_column):
                nodes = self._search(self._places, nodes, weigh)
            done.append(nodes[:1])
        self._parts = done

    def _batches(self, parts: Sequence[Part]) -> Iterator[Part]:
        """Put parts without alternatives together, so that not each of hundreds takes a search of its own."""
        none = np.zeros(0, dtype=np.int64)
        self._taken = np.zeros(len(self._gone), dtype=bool)
        batch: list[Node] = []
        for nodes in parts:
            if len(nodes) > 1:
                yield nodes
                continue
            batch.append(nodes[0])
            if sum(len(node.face.rows) for node in batch) >= BATCH:
                yield [self._together(batch, none)]
                batch = []
        if batch:
            yield [self._together(batch, none)]

    def kept(self) -> tuple[dict[int, int], list[Part]]:
        """Return what is decided and what is not, to `go_back` to."""
        return dict(self._decided), list(self._parts)

    def go_back(self, kept: tuple[dict[int, int], list[Part]]) -> None:
        """Forget what came after."""
        self._decided, self._parts = kept

    def answer(self, *, until: int) -> Packing:
        """Give who is sent for classes before `until`."""
        need, classes = self._places.need, self._terms.classes
        pairs = [*self._decided.items()]
        for nodes in self._parts:
            pairs += nodes[0].picks.items()
        hosts = {column: int(need[place]) for place, column in pairs if classes[need[place]] < until}
        hosts = dict(sorted(hosts.items()))
        rides = riding(hosts, self._places.costs_ms, self._terms)
        rides = {column: tuple(each for each in needs if classes[each] < until) for column, needs in rides.items()}
        return Packing(hosts, {column: needs for column, needs in rides.items() if needs})

    def _by_place(self, face: Face) -> tuple[Floats, Floats]:
        return np.zeros(face.allowed.shape), (len(self._places.need) - face.rows).astype(np.float64)

    def _by_column(self, face: Face) -> tuple[Floats, Floats]:
        return np.broadcast_to(face.columns.astype(np.float64), face.allowed.shape), np.zeros(len(face.rows))

    def _wishes(
        self, number: int, new: Ints, *, one_by_one: bool = False
    ) -> list[Callable[[Face], tuple[Floats, Floats]]]:
        """Give what a class wishes: to fill most places, with fewest officers missing, in the least time."""
        need = self._places.need[new]
        dearest = float(min(self._dearest_ms[need].max(initial=0), LONGEST_MS))
        wanting = bool(self._leads[new].any())
        if one_by_one:
            wishes = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
            return [partial(self._weigh, number, each) for each in wishes if each[1] == 0.0 or wanting]
        officer = len(new) * dearest + 1.0 if wanting else 0.0
        return [partial(self._weigh, number, (len(new) * (dearest + officer) + 1.0, officer, 1.0))]

    def _weigh(self, number: int, wish: tuple[float, float, float], face: Face) -> tuple[Floats, Floats]:
        place, officer, time = wish
        terms, needs = self._terms, self._places.need[face.rows]
        is_new = terms.classes[needs] == number
        costs = np.zeros(face.allowed.shape)
        if time:
            costs[is_new] = np.minimum(self._places.costs_ms[np.ix_(needs[is_new], face.columns)], LONGEST_MS)
        empty = place * is_new
        leads = is_new & self._leads[face.rows]
        if officer and leads.any():
            costs += officer * (leads[:, None] & (terms.has_officers[face.columns] == 0))
            empty += officer * leads
        return np.where(face.allowed, costs, 0.0), empty

    def _together(self, nodes: Sequence[Node], rows: Ints) -> Node:
        places, need = self._places, self._places.need
        possible = self._possible[need[rows]] & ~self._taken
        face = joined([node.face for node in nodes], rows, possible, places.crew)
        merged = Node(
            face,
            frozenset(place for place in rows.tolist() if places.rideable[need[place]]).union(
                *(node.undecided for node in nodes)
            ),
            tuple(sorted(place for node in nodes for place in node.ridden)),
            {group: name for node in nodes for group, name in node.stations.items()},
            frozenset().union(*(node.banned for node in nodes)),
            {ridden: forced for node in nodes for ridden, forced in node.forced.items()},
        )
        return restricted(places, merged, np.arange(len(face.rows)) >= len(face.rows) - len(rows))

    def _linked(self, new: Ints) -> list[tuple[list[Part], Ints]]:
        """Sort new places and the parts that they have something in common with; other parts stay as they are."""
        self._taken = self._musts()
        possible = self._possible[self._places.need[new]] & ~self._taken
        packed = np.packbits(possible, axis=1)
        keys: dict[bytes, int] = {}
        pattern = np.array([keys.setdefault(row.tobytes(), len(keys)) for row in packed], dtype=np.int64)
        first = np.full(len(keys), -1, dtype=np.int64)
        first[pattern[::-1]] = np.arange(len(new))[::-1]
        links = Links(self._places.crew, self._used, self._terms.resources[2])
        for number, row in enumerate(first.tolist()):
            links.use(("pattern", number), np.flatnonzero(possible[row]))
        owners: list[tuple[str, int]] = []
        for at, (place, number) in enumerate(zip(new.tolist(), pattern.tolist(), strict=True)):
            links.tie(("row", at), ("pattern", number))
            owners.append(("row", at))
            if self._is_special[place]:
                links.tie(("row", at), ("incident", int(self._places.incident[place])))
        for at, nodes in enumerate(self._parts):
            owners.append(("part", at))
            for node in nodes:
                face = node.face
                is_open = (
                    ~face.must | self._is_bound[face.columns] | (len(nodes) > 1)
                )  # who must go in one need not go in all
                links.use(("part", at), face.columns[is_open])
                for place in face.rows[self._is_special[face.rows]].tolist():
                    links.tie(("part", at), ("incident", int(self._places.incident[place])))
        found, kept = [], []
        for members in links.sorted(owners):
            rows = new[[at for kind, at in members if kind == "row"]]
            parts = [self._parts[at] for kind, at in members if kind == "part"]
            if len(rows):
                found.append((parts, rows))
            else:
                kept += parts
        self._parts = kept
        return found

    def _musts(self) -> Bools:
        """Mark the columns whose crews are decided, or must go in every answer of a part."""
        musts = [node.face.crew[node.face.must] for nodes in self._parts for node in nodes if len(nodes) == 1]
        musts += [
            reduce(np.intersect1d, [node.face.crew[node.face.must] for node in nodes])
            for nodes in self._parts
            if len(nodes) > 1
        ]
        is_taken = np.zeros(len(self._gone), dtype=bool)
        is_taken[np.concatenate([*musts, np.zeros(0, dtype=np.int64)])] = True
        return self._gone | is_taken[self._places.crew]

    def _apart(self, nodes: Part) -> list[Part]:
        """Decide what has no choice left, and take the rest apart where nothing links it."""
        if len(nodes) > 1:
            return [nodes]
        node = self._decide(nodes[0])
        face = node.face
        if not len(face.rows):
            return []
        links = Links(self._places.crew, self._used, self._terms.resources[2])
        owners = [("row", at) for at in range(len(face.rows))]
        is_special = self._is_special[face.rows]
        for at in range(len(face.rows)):
            links.use(("row", at), face.columns[face.allowed[at]])
            if is_special[at]:
                links.tie(("row", at), ("incident", int(self._places.incident[face.rows[at]])))
        found: list[Part] = []
        for members in links.sorted(owners):
            rows = np.zeros(len(face.rows), dtype=bool)
            rows[[at for _, at in members]] = True
            part = face.part(rows)
            mine = part.rows.tolist()
            numbers = set(self._places.incident[part.rows[is_special[rows]]].tolist())
            found.append(
                [
                    replace(
                        node,
                        face=part,
                        undecided=node.undecided.intersection(mine),
                        ridden=tuple(each for each in node.ridden if int(self._places.incident[each]) in numbers),
                        picks={place: node.picks[place] for place in mine if place in node.picks},
                    )
                ]
            )
        return found

    def _decide(self, node: Node) -> Node:
        """Take out the places that have no choice left, with the crews that go there."""
        face = node.face
        choices = face.allowed.sum(axis=1)
        is_bound = (face.allowed & self._is_bound[face.columns]).any(axis=1)
        is_filled = np.isin(face.rows, list(node.picks))
        is_free = ~self._is_special[face.rows] & ~is_bound
        done = is_free & ((is_filled & (choices == 1) & ~face.may_stay_empty) | (choices == 0))
        if not done.any():
            return node
        picks = dict(node.picks)
        mine = {place: picks.pop(place) for place in face.rows[done].tolist() if place in picks}
        self._decided |= mine
        self._gone |= np.isin(self._places.crew, self._places.crew[list(mine.values())])
        return replace(node, face=face.part(~done), picks=picks)


def _with_first(node: Node) -> Node:
    """Give the only place of a node the first of the columns that it may have."""
    columns = node.face.columns[node.face.allowed[0]]
    return replace(node, picks={int(node.face.rows[0]): int(columns.min())}) if len(columns) else node


def _is_single(face: Face) -> bool:
    return bool((face.allowed.sum(axis=1) + face.may_stay_empty == 1).all())
