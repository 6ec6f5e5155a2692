"""Put right, in a city of hundreds of incidents, the few places where an assignment breaks what binds units together.

A programme of thousands of choices has no proof in time. What is broken is near: the incident itself and those whose
units could help it are packed anew and exactly, everything else stays. The answer is the best there is when it costs no
more than the assignment, which nothing can undercut; else it is marked, and the assignment is its bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from dispatch.matching import IMPOSSIBLE
from dispatch.packing_terms import Ints, Packing, Terms

NEAR = 6  # units that could help a place
MOST_NEEDS = 24

PackPart = Callable[[Ints, Terms, Packing], Packing]


def put_right(packing: Packing, broken: Iterable[int], costs_ms: Ints, terms: Terms, pack_part: PackPart) -> Packing:
    """Pack what is near broken needs anew by `pack_part`, incident by incident, the most urgent first."""
    incidents: dict[int, int] = {}
    for need in broken:
        number = int(terms.incidents[need])
        incidents[number] = min(incidents.get(number, len(costs_ms)), int(terms.classes[need]))
    for incident in sorted(incidents, key=lambda number: (incidents[number], number)):
        needs = _near(packing, incident, costs_ms, terms)
        is_inside = np.zeros(len(costs_ms), dtype=bool)
        is_inside[needs] = True
        outside = {column: need for column, need in packing.hosts.items() if not is_inside[need]}
        columns = _left(outside, costs_ms[needs], terms)
        part = pack_part(costs_ms[np.ix_(needs, columns)], terms.part(needs, columns), part_of(packing, needs, columns))
        hosts = outside | {int(columns[column]): int(needs[need]) for column, need in part.hosts.items()}
        rides = {column: packing.rides[column] for column in outside if column in packing.rides}
        for column, ridden in part.rides.items():
            rides[int(columns[column])] = tuple(needs[list(ridden)].tolist())
        packing = Packing(dict(sorted(hosts.items())), dict(sorted(rides.items())))
    return packing


def part_of(packing: Packing, needs: Ints, columns: Ints) -> Packing:
    """Return what an answer says of some needs and columns, by their numbers among themselves."""
    need_of = {need: number for number, need in enumerate(needs.tolist())}
    column_of = {column: number for number, column in enumerate(columns.tolist())}
    hosts = {
        column_of[column]: need_of[need]
        for column, need in packing.hosts.items()
        if need in need_of and column in column_of
    }
    rides = {
        column_of[column]: tuple(need_of[need] for need in ridden)
        for column, ridden in packing.rides.items()
        if column in column_of and column_of[column] in hosts
    }
    return Packing(hosts, rides)


def _near(packing: Packing, incident: int, costs_ms: Ints, terms: Terms) -> Ints:
    """Name the needs of an incident and of those that its nearest units are sent to, as many as may be packed anew."""
    users = {each: need for column, need in packing.hosts.items() for each in terms.uses[column]}
    mine = np.flatnonzero(terms.incidents == incident)
    found: dict[int, None] = {incident: None}
    ranked: list[tuple[int, int]] = []
    for need in mine.tolist():
        able = np.flatnonzero(costs_ms[need] != IMPOSSIBLE)
        nearest = able[np.argsort(costs_ms[need, able], kind="stable")[:NEAR]]
        for rank, column in enumerate(nearest.tolist()):
            ranked += [(rank, int(terms.incidents[users[each]])) for each in terms.uses[column] if each in users]
    many = len(mine)
    for _, number in sorted(ranked):
        if number not in found:
            many += int((terms.incidents == number).sum())
            if many > MOST_NEEDS:
                break
            found[number] = None
    return np.flatnonzero(np.isin(terms.incidents, list(found)))


def _left(outside: Iterable[int], costs_ms: Ints, terms: Terms) -> Ints:
    """Name the columns that can serve a row and use nothing that goes already."""
    used = {each for column in outside for each in terms.uses[column]}
    able = np.flatnonzero((costs_ms != IMPOSSIBLE).any(axis=0)).tolist()
    return np.array([column for column in able if used.isdisjoint(terms.uses[column])], dtype=np.int64)
