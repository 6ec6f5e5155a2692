"""Pack what a search among assignments cannot: where units bring several officers, or who rides leads.

Where the best assignment happens to keep every rule, it is the answer. What it breaks is worked out exactly as a
whole-number programme, part by part; of a large city only what is near to that, which is marked where it may lose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dispatch.joint_solver import solve
from dispatch.matching import IMPOSSIBLE, LONGEST_MS
from dispatch.packing_greedy import bound_ms, mended, pack_in_turn
from dispatch.packing_near import part_of, put_right
from dispatch.packing_rides import led, rideable, riding
from dispatch.packing_terms import Ints, Packing, Terms, is_sound, missing_officers, worth

if TYPE_CHECKING:
    from dispatch.packing_programme import Programme

# Weights above this leave a solver no digits to tell a millisecond by: wishes go one after another instead.
HEAVIEST = 1e10
# A programme of more needs than this has no proof while anybody waits: only what is near to what is broken is packed.
MOST_NEEDS = 100
FEW = 2  # shared needs of a large board that are worth packing one by one


def pack_by_programme(costs_ms: Ints, terms: Terms, left_s: Callable[[], float]) -> Packing:
    """Pack what a search among assignments cannot: the best assignment, and programmes for what it breaks."""
    own = ~terms.shared | ~rideable(costs_ms, terms)
    first = _assigned(costs_ms, terms, own, left_s)
    if not first.is_optimal:
        start = _of_classes(first, terms, first.greedy_from or 0)
        if any(_broken(start, costs_ms, terms, until=first.greedy_from or 0)):
            return pack_in_turn(costs_ms, terms, start=mended(start, costs_ms, terms))
        return pack_in_turn(costs_ms, terms, start=start, from_class=first.greedy_from or 0)
    broken = set(_broken(first, costs_ms, terms))
    if not broken:
        return first
    start = first
    alone = [need for need in broken if terms.shared[need]]
    if len(costs_ms) > MOST_NEEDS and len(alone) > FEW:  # so many at once have units of their own, if they do not ride
        own[alone] = True
        start = _assigned(costs_ms, terms, own, left_s)
    hosts: dict[int, int] = {}
    rides: dict[int, tuple[int, ...]] = {}
    late: list[int] = []
    for needs, columns in _parts(costs_ms, terms):
        if broken.isdisjoint(needs.tolist()):
            inside = np.isin(list(first.hosts.values()), needs)
            kept = [column for column, is_in in zip(first.hosts, inside.tolist(), strict=True) if is_in]
            hosts.update((column, first.hosts[column]) for column in kept)
            rides.update((column, first.rides[column]) for column in kept if column in first.rides)
            continue
        part_terms, part_costs = terms.part(needs, columns), costs_ms[np.ix_(needs, columns)]
        part = _packed(part_costs, part_terms, part_of(start, needs, columns), part_of(first, needs, columns), left_s)
        hosts.update((int(columns[column]), int(needs[need])) for column, need in part.hosts.items())
        rides.update(
            (int(columns[column]), tuple(needs[list(ridden)].tolist())) for column, ridden in part.rides.items()
        )
        if part.greedy_from is not None:
            late.append(part.greedy_from)
    hosts, rides = dict(sorted(hosts.items())), dict(sorted(rides.items()))
    if not late:
        return Packing(hosts, rides)
    found = Packing(hosts, rides, False, min(late))
    return replace(found, bound_ms=_least_ms(found, first, costs_ms, terms))


def _packed(costs_ms: Ints, terms: Terms, start: Packing, least: Packing, left_s: Callable[[], float]) -> Packing:
    """Work a part out exactly, class after class; out of time, mend the assignment or go on in turn."""
    from dispatch.packing_programme import OutOfTime, Programme

    if len(costs_ms) > MOST_NEEDS:
        return _nearly(costs_ms, terms, start, least, left_s)
    programme = Programme(costs_ms, terms, left_s)
    number, many = 0, int(terms.classes.max(initial=-1)) + 1
    try:
        for number in range(many):
            needs = np.flatnonzero(terms.classes == number)
            if len(needs):
                programme.take_in(needs)
                _serve(programme, costs_ms, terms, needs)
        number = many
        _settle(programme, costs_ms, terms)
    except OutOfTime:
        if number == many:  # only which of equals is not settled
            return programme.answer
        answers = [
            pack_in_turn(costs_ms, terms, start=start, from_class=number)
            for start in (programme.answer, mended(start, costs_ms, terms), Packing({}))
        ]
        return min(answers, key=lambda answer: worth(answer, costs_ms, terms))
    return programme.answer


def _nearly(costs_ms: Ints, terms: Terms, start: Packing, least: Packing, left_s: Callable[[], float]) -> Packing:
    """Put an answer right near what it breaks; mark classes that cost more than the assignment that breaks rules."""
    broken = sorted(set(_broken(start, costs_ms, terms)))
    found = put_right(start, broken, costs_ms, terms, lambda costs, part, now: _packed(costs, part, now, now, left_s))
    if not is_sound(found, costs_ms, terms):
        found = mended(found, costs_ms, terms)
    before, after = _spent(least, costs_ms, terms), _spent(found, costs_ms, terms)
    late = [number for number, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    late += [int(terms.classes[need]) for need in _broken(found, costs_ms, terms)]
    return pack_in_turn(costs_ms, terms, start=found, from_class=min(late)) if late else found


def _least_ms(packing: Packing, least: Packing, costs_ms: Ints, terms: Terms) -> int:
    """Bound the time of classes that are marked, of the first of them by an assignment that fills as many places."""
    late = packing.greedy_from or 0
    quickest_ms = bound_ms(costs_ms, terms, packing.hosts, from_class=late)
    before, after = _spent(least, costs_ms, terms)[late], _spent(packing, costs_ms, terms)[late]
    if before[0] != after[0] or before[1] > after[1]:
        return quickest_ms
    return before[1] + bound_ms(costs_ms, terms, packing.hosts, from_class=late + 1)


def _spent(packing: Packing, costs_ms: Ints, terms: Terms) -> list[tuple[int, int]]:
    """Give by class how many units are sent and in which sum of time: no answer has less than the assignment."""
    found = [(0, 0)] * (int(terms.classes.max(initial=-1)) + 1)
    for column, need in packing.hosts.items():
        sent, spent_ms = found[terms.classes[need]]
        found[terms.classes[need]] = sent + 1, spent_ms + int(costs_ms[need, column])
    return found


def _serve(programme: Programme, costs_ms: Ints, terms: Terms, needs: Ints) -> None:
    """Narrow to the best answers of one class: at once where the weights leave digits enough, else by three wishes."""
    from dispatch.packing_programme import Wish

    mine = (terms.classes == terms.classes[needs[0]]).astype(np.float64)
    none = np.zeros_like(mine)
    wishes = [Wish(-mine, none, none), Wish(none, mine, none), Wish(none, none, mine)]
    if not terms.officers[needs].any():
        del wishes[1]
    dearest = float(np.minimum(costs_ms[needs], LONGEST_MS).max(initial=0))
    officer = dearest * int(terms.counts[needs].sum()) + 1.0
    place = officer * (1.0 + int(terms.officers[needs].sum()))
    if place <= HEAVIEST:
        programme.narrow(Wish(-place * mine, officer * mine, mine))
        for wish in wishes:
            programme.keep(wish)
    else:
        for wish in wishes:
            programme.narrow(wish)
            programme.keep(wish)


def _settle(programme: Programme, costs_ms: Ints, terms: Terms) -> None:
    """Take of equally good answers the one that fills the needs that stand first, by the columns that stand first."""
    from dispatch.packing_programme import Wish

    many = len(terms.counts)
    none = np.zeros(many)
    filled = np.array([len(columns) for columns in programme.answer.fills(many)])
    if (filled < np.minimum(terms.counts, (costs_ms != IMPOSSIBLE).sum(axis=1))).any():
        first = Wish(np.arange(-many, 0, dtype=np.float64), none, none)
        programme.narrow(first)
        programme.keep(first)
    programme.narrow(Wish(none, none, none, order=1.0))


def _assigned(costs_ms: Ints, terms: Terms, is_own: NDArray[np.bool_], left_s: Callable[[], float]) -> Packing:
    """Give the best assignment of crews to needs that have units of their own, and have the others ridden by who goes.

    Vehicles of one crew count as one, the quickest at each need: of a crew one goes, so that nothing is lost.
    """
    own = np.flatnonzero(is_own)
    places = np.repeat(own, terms.counts[own])
    table = costs_ms[places]
    leads = led(costs_ms, terms, places)
    lacking = leads[:, None] & (terms.has_officers == 0)
    vehicle: dict[int, Ints] = {}
    for members in terms.crews:
        first, costs = int(members[0]), table[:, members]
        worst = np.where(costs == IMPOSSIBLE, 3 * LONGEST_MS, costs + lacking[:, members] * (LONGEST_MS + 1))
        best = worst.argmin(axis=1)
        vehicle[first] = members[best]
        table[:, members] = IMPOSSIBLE
        table[:, first] = costs[np.arange(len(places)), best]
        lacking[:, first] = leads & (terms.has_officers[members[best]] == 0)
    leaders = (leads, lacking) if leads.any() else None
    many = int(terms.classes.max(initial=-1)) + 1
    classes = [np.flatnonzero(terms.classes[places] == number) for number in range(many)]
    found = solve(table, classes, leaders=leaders, is_late=lambda: left_s() <= 0)
    hosts = {}
    for place, crew in enumerate(found.picks.tolist()):
        if crew >= 0:
            hosts[int(vehicle[crew][place]) if crew in vehicle else crew] = int(places[place])
    hosts = dict(sorted(hosts.items()))
    rides = riding(hosts, costs_ms, terms)
    return Packing(hosts, rides, found.is_optimal, found.greedy_from, found.bound_ms)


def _broken(packing: Packing, costs_ms: Ints, terms: Terms, *, until: int | None = None) -> Iterator[int]:
    """Yield the needs, of classes before `until`, where an assignment breaks what binds units, or could fall short."""
    fills = packing.fills(len(terms.counts))
    users: dict[object, int] = {}
    for column in np.intersect1d(terms.tied, list(packing.hosts)).tolist():
        for each in dict.fromkeys(terms.uses[column]):
            if each in users:
                yield packing.hosts[column]
            users[each] = column
    missing = missing_officers(packing, terms)
    for need in np.flatnonzero(terms.shared | (missing > 0)).tolist():
        if until is not None and terms.classes[need] >= until:
            continue
        able = costs_ms[need] != IMPOSSIBLE
        is_short = terms.shared[need] and len(fills[need]) < min(terms.counts[need], able.sum())
        more = terms.has_officers[able].max(initial=0)  # an assignment knows of one officer a place
        if is_short or (missing[need] and more > (0 if terms.shared[need] else 1)):
            yield need
    for group in terms.groups:
        if len({int(terms.station[column]) for need in group.tolist() for column in fills[need]}) > 1:
            yield int(group[0])


def _of_classes(packing: Packing, terms: Terms, until: int) -> Packing:
    """Return the part of an answer that serves classes before `until`."""
    hosts = {column: need for column, need in packing.hosts.items() if terms.classes[need] < until}
    rides = {
        column: tuple(need for need in packing.rides[column] if terms.classes[need] < until)
        for column in hosts
        if column in packing.rides
    }
    return Packing(hosts, {column: needs for column, needs in rides.items() if needs})


def _parts(costs_ms: Ints, terms: Terms) -> Iterator[tuple[Ints, Ints]]:
    """Yield the needs and the columns of parts that have nothing in common that is used up or bound."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    needs, columns = costs_ms.shape
    user, used, many = terms.resources
    need, column = np.nonzero(costs_ms != IMPOSSIBLE)
    bound: list[tuple[Sequence[int] | Ints, Sequence[int] | Ints]] = [
        (need, needs + column),
        (needs + user, needs + columns + used),
        *((group[:-1], group[1:]) for group in terms.groups),
        *((np.full(len(hosts), shared), hosts) for shared, hosts in terms.ridden.items()),
    ]
    one, other = (np.concatenate(each).astype(np.int64) for each in zip(*bound, strict=True))
    size = needs + columns + many
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(size, size))
    _, part = connected_components(graph, directed=False)
    for number in np.unique(part[:needs]).tolist():
        yield np.flatnonzero(part[:needs] == number), np.flatnonzero(part[needs : needs + columns] == number)
