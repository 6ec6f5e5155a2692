"""Who should go to every open incident at once: the question that a city in crisis asks."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.commands import AssignUnits, Body, Choice
from dispatch.incident import Incident, Stage
from dispatch.joint_answers import answers_of
from dispatch.joint_board import NOBODY, Board, Leaving, lay_out
from dispatch.joint_terms import Name, bind, choose, class_of
from dispatch.known import known_of
from dispatch.matching import IMPOSSIBLE
from dispatch.packing import Packing, Terms, pack_in_turn
from dispatch.packing_terms import missing_officers
from dispatch.penalties import FREE, Known, Penalties, Price, PriceList
from dispatch.recommendation import Recommendation
from dispatch.simulate import Policy
from dispatch.state import State
from dispatch.travels import Roads, Start
from resources.position import Fix

TIME_LIMIT_S = 2.0
SPARED = 0.15  # the share of a time limit that is kept for serving in turn and for saying why


@dataclass(frozen=True, slots=True)
class Served:
    """Say how one class of places came out: its priority, how many there are, how many are filled, in what time.

    `total_s` sums the times to the places, `price_s` the prices on top, of the places that are filled.
    `lacking` is how many officers needs that are filled, wholly or in part, still lack.
    """

    priority: int
    optional: bool
    places: int
    filled: int
    total_s: float
    price_s: float
    is_optimal: bool
    lacking: int = 0

    @property
    def mean_s(self) -> float:
        """Return the mean time to a place that is filled; 0 where none is."""
        return self.total_s / self.filled if self.filled else 0.0


@dataclass(frozen=True, slots=True)
class Priced:
    """Say what one choice was charged beside its time, and for what."""

    incident_id: int
    unit_id: str
    prices: tuple[Price, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Answer for all open incidents together from what was known at `sequence`.

    `answers` stand by priority, then by how long they have waited; `served` by class, the most urgent first. Where
    `is_optimal` is false time ran out, or thousands of places are of one class: the classes so marked are served well,
    not best. `gap` bounds what their time could lose, as a share: it compares the places that are filled with each
    having its quickest unit. Distances in answers are guesses along straight lines until `add_paths` asks for the way
    from `starts`, where the chosen units count from. `hash`, `inputs` and `imagined` as for one answer.
    """

    sequence: int
    at: datetime
    answers: tuple[Recommendation, ...]
    served: tuple[Served, ...] = ()
    priced: tuple[Priced, ...] = ()
    starts: Mapping[str, Start] = field(default_factory=dict)
    is_optimal: bool = True
    gap: float = 0.0
    hash: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    imagined: bool = False


def plan(
    state: State,
    fixes: Mapping[str, Fix],
    ground: Roads,
    *,
    at: datetime,
    incident_ids: Collection[int] | None = None,
    penalties: Penalties = FREE,
    known: Known | None = None,
    leaving: Leaving = NOBODY,
    time_limit_s: float = TIME_LIMIT_S,
    clock: Callable[[], float] = time.monotonic,
) -> Plan:
    """Give the units that may go to the open needs of all open incidents, or of those named; nothing is changed.

    Required needs of the most urgent priority come first: as many as possible are filled, with as few officers missing
    as may be, then in the least sum of times and prices; each later priority is served as well as that leaves room
    for, and optional needs come after all required ones. A shared need is filled by who goes there anyway, if one can.
    What cannot be filled stays in its answer as unmet, with the reason. An incident whose crews have done their work
    and left owes nothing more. `known` is what the roster says (see `known_of`) unless given. Units `leaving` may be
    taken from what they are on their way to, which still counts as served: `redirecting` plans that as well. The
    order of rows in what is given changes nothing. Raises KeyError for an incident that does not exist, ValueError for
    a need in two groups that want one station each.
    """
    question = _Question(state, fixes, ground, at, incident_ids, penalties, known, leaving)
    return _planned(question, time_limit_s, clock, choose)


def plan_in_turn(
    state: State,
    fixes: Mapping[str, Fix],
    ground: Roads,
    *,
    at: datetime,
    incident_ids: Collection[int] | None = None,
    penalties: Penalties = FREE,
    known: Known | None = None,
) -> Plan:
    """Plan as `plan` does, but each place in turn takes the best that is left: what greed costs shows beside it."""
    question = _Question(state, fixes, ground, at, incident_ids, penalties, known, NOBODY)
    return _planned(question, math.inf, time.monotonic, lambda costs_ms, terms, _: pack_in_turn(costs_ms, terms))


@dataclass(frozen=True, slots=True)
class GreedPrice:
    """Say what serving one class in turn costs: `unfilled` places more, and `longer_s` on average to each filled."""

    priority: int
    optional: bool
    unfilled: int
    longer_s: float


def price_of_greed(best: Plan, greedy: Plan) -> tuple[GreedPrice, ...]:
    """Compare two plans for one question class by class, the best one and one made in turn."""
    return tuple(
        GreedPrice(one.priority, one.optional, one.filled - other.filled, round(other.mean_s - one.mean_s, 3))
        for one, other in zip(best.served, greedy.served, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Question:
    state: State
    fixes: Mapping[str, Fix]
    ground: Roads
    at: datetime
    incident_ids: Collection[int] | None
    penalties: Penalties
    known: Known | None
    leaving: Leaving


def _planned(
    question: _Question,
    time_limit_s: float,
    clock: Callable[[], float],
    choose_from: Callable[[NDArray[np.int64], Terms, Callable[[], float]], Packing],
) -> Plan:
    end_s = clock() + time_limit_s * (1 - SPARED)
    state, at = question.state, question.at
    incidents = _asked(state, question.incident_ids)
    question.ground.set_closures(state.closures.values())
    question.ground.set_conditions(at=at, time_zone=state.time_zone, weather=state.weather)
    with_card = [incident for incident in incidents if incident.kind in state.cards]
    known = known_of(state, at) if question.known is None else question.known
    prices = PriceList(question.penalties, known, state, at)
    board = lay_out(state, question.fixes, question.ground, with_card, prices, at=at, leaving=question.leaving)
    names = sorted({class_of(each) for each in board.wanted})
    costs_ms, terms = bind(state, board, names, known)
    packing = choose_from(costs_ms, terms, lambda: end_s - clock())
    packing = _with_quick_first(board, terms, packing)
    served, gap = _served(board, names, terms, packing)
    answers = answers_of(state, incidents, board, terms, packing, at=at)
    priced = _priced(board, packing.hosts, prices, question.leaving)
    going = [board.crews[crew] for column in packing.hosts for crew in board.rows_of[column]]
    starts = {crew.unit.unit.id: crew.start for crew in going}
    return Plan(state.sequence, at, answers, served, priced, starts, packing.is_optimal, gap)


def order_of(answer: Recommendation) -> AssignUnits:
    """Return the command that carries out an answer for an incident of the log as it stands."""
    if answer.incident_id is None:
        raise ValueError("an answer for a draft has no incident to send to")
    if answer.imagined:
        raise ValueError("what was only imagined is not sent")
    choices = tuple(
        Choice(each.unit_id, each.need_id, each.eta.total_s, also=each.also, taken_from=each.taken_from)
        for each in answer.chosen
    )
    return AssignUnits(answer.incident_id, choices, answer.hash)


def unseen_order_of(answer: Recommendation) -> AssignUnits:
    """Return the command as `order_of` does where nobody was shown the answer: it names none, for none is kept."""
    return replace(order_of(answer), recommendation="")


def send_as_planned(ground: Roads, *, penalties: Penalties = FREE) -> Policy:
    """Return the policy that sends, at every step, whatever the plan says; it never runs out of time."""

    def policy(state: State, fixes: dict[str, Fix], at: datetime) -> Sequence[Body]:
        answer = plan(state, fixes, ground, at=at, penalties=penalties, time_limit_s=float("inf"))
        return [order_of(each) for each in answer.answers if each.chosen]

    return policy


def _asked(state: State, incident_ids: Collection[int] | None) -> list[Incident]:
    numbers = state.open_incidents if incident_ids is None else set(incident_ids)
    incidents = [state.incidents[number] for number in numbers]
    still = [each for each in incidents if each.id in state.open_incidents and each.stage is not Stage.CLEARED]
    return sorted(still, key=lambda each: (each.priority, each.received_at, each.id))


def _with_quick_first(board: Board, terms: Terms, packing: Packing) -> Packing:
    """Give the first needs of each card the quicker units, where nothing hangs on who fills which."""
    grouped = set(np.concatenate([*terms.groups, np.zeros(0, dtype=np.int64)]).tolist())
    hosts = dict(packing.hosts)
    alike: dict[tuple[int, bool], list[tuple[int, int]]] = {}
    for column, row in hosts.items():
        wanted = board.wanted[row]
        is_bound = row in grouped or wanted.need.shared or wanted.need.officers or column in packing.rides
        if not is_bound:
            alike.setdefault((wanted.incident.id, wanted.need.optional), []).append((row, column))
    for pairs in alike.values():
        _quickest_to_the_first(sorted(pairs), board, hosts)
    return replace(packing, hosts=dict(sorted(hosts.items())))


def _quickest_to_the_first(pairs: list[tuple[int, int]], board: Board, row_of: dict[int, int]) -> None:
    """Swap units between the needs of one card, where that changes no cost, until the first have the quicker."""
    costs, swapped = board.costs_ms, True
    while swapped:
        swapped = False
        for first in range(len(pairs)):
            for second in range(first + 1, len(pairs)):
                (row, column), (later_row, later) = pairs[first], pairs[second]
                if (costs[later_row, later], later) >= (costs[row, column], column) or row == later_row:
                    continue
                after = costs[row, later], costs[later_row, column]
                if IMPOSSIBLE not in after and sum(after) == costs[row, column] + costs[later_row, later]:
                    pairs[first], pairs[second] = (row, later), (later_row, column)
                    swapped = True
    row_of.update((column, row) for row, column in pairs)


def _served(board: Board, names: Sequence[Name], terms: Terms, packing: Packing) -> tuple[tuple[Served, ...], float]:
    late = len(names) if packing.greedy_from is None else packing.greedy_from
    fills = packing.fills(len(terms.counts))
    missing = missing_officers(packing, terms).tolist()
    places, filled, lacking = [0] * len(names), [0] * len(names), [0] * len(names)
    for row, number in enumerate(terms.classes.tolist()):
        places[number] += board.wanted[row].need.count
        filled[number] += len(fills[row])
        lacking[number] += missing[row] if fills[row] else 0
    etas_ms, costs_ms = [0] * len(names), [0] * len(names)
    for column, row in packing.hosts.items():
        number = int(terms.classes[row])
        etas_ms[number] += int(board.etas_ms[row, column])
        costs_ms[number] += int(board.costs_ms[row, column])
    served = tuple(
        Served(
            priority,
            optional,
            places[number],
            filled[number],
            etas_ms[number] / 1000,
            (costs_ms[number] - etas_ms[number]) / 1000,
            number < late,
            lacking[number],
        )
        for number, (optional, priority) in enumerate(names)
    )
    spent_ms = sum(costs_ms[late:])
    gap = (spent_ms - packing.bound_ms) / packing.bound_ms if packing.bound_ms else 0.0
    return served, round(gap, 6)


def _priced(board: Board, hosts: Mapping[int, int], prices: PriceList, leaving: Leaving) -> tuple[Priced, ...]:
    found = []
    for column, row in hosts.items():
        unit, wanted = board.candidates[column].unit.unit, board.wanted[row]
        if board.costs_ms[row, column] == board.etas_ms[row, column]:
            continue
        parts = list(prices.of_help(wanted.need, unit.department))
        for crew in board.rows_of[column]:
            parts += prices.of_crew(board.crews[crew].unit.unit.id)
        if prices.has_order(wanted.incident):
            parts += prices.of_station(wanted.incident, unit)
        if prices.is_free(wanted.incident):
            parts = []
        left_s = leaving.get(unit.id, {}).get(wanted.incident.id, 0.0)
        parts += [Price("redirect", left_s)] if left_s else []
        found.append(Priced(wanted.incident.id, unit.id, tuple(parts)))
    return tuple(found)
