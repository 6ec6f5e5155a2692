"""Who should go to every open incident at once: the question that a city in crisis asks."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.commands import AssignUnits, Body, Choice
from dispatch.incident import Incident, Stage
from dispatch.joint_answers import add_paths, answers_of
from dispatch.joint_board import Board, lay_out
from dispatch.joint_solver import Solution, late_after
from dispatch.joint_together import solve_together
from dispatch.matching import IMPOSSIBLE
from dispatch.penalties import FREE, NOTHING_MORE, Known, Penalties, Price, PriceList
from dispatch.recommendation import Recommendation
from dispatch.simulate import Policy
from dispatch.state import State
from dispatch.travels import Roads, Start
from resources.position import Fix

TIME_LIMIT_S = 2.0


@dataclass(frozen=True, slots=True)
class Served:
    """Say how one class of places came out: its priority, how many there are, how many are filled, in what time.

    `total_s` sums the times to the places, `price_s` the prices on top, of the places that are filled.
    """

    priority: int
    optional: bool
    places: int
    filled: int
    total_s: float
    price_s: float
    is_optimal: bool


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
    having its quickest unit. Distances in answers are guesses along straight lines until `with_paths` asks for the way
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
    known: Known = NOTHING_MORE,
    time_limit_s: float = TIME_LIMIT_S,
    clock: Callable[[], float] = time.monotonic,
) -> Plan:
    """Give the units that may go to the open needs of all open incidents, or of those named; nothing is changed.

    Required needs of the most urgent priority come first: as many as possible are filled, then in the least sum of
    times and prices; each later priority is served as well as that leaves room for, and optional needs come after all
    required ones. What cannot be filled stays in its answer as unmet, with the reason. An incident whose crews have
    done their work and left owes nothing more. The order of rows in what is given changes nothing. Raises KeyError
    for an incident that does not exist, ValueError for a need in two groups of `known.together`.
    """
    is_late = late_after(time_limit_s, clock)
    incidents = _asked(state, incident_ids)
    ground.set_closures(state.closures.values())
    with_card = [incident for incident in incidents if incident.kind in state.cards]
    prices = PriceList(penalties, known, state, at)
    board = lay_out(state, fixes, ground, with_card, prices, at=at)
    places = np.array([row for row, each in enumerate(board.wanted) for _ in range(each.need.count)], dtype=np.int64)
    names = sorted({_class_of(board, row) for row in places.tolist()})
    class_of = np.array([names.index(_class_of(board, row)) for row in places.tolist()], dtype=np.int64)
    classes = [np.flatnonzero(class_of == number) for number in range(len(names))]
    costs_ms, groups, station = _stations(state, board, places, known)
    solution = solve_together(costs_ms, classes, groups, station, is_late=is_late)
    row_of = _row_of(board, places, solution.picks, np.concatenate([*groups, np.zeros(0, dtype=np.int64)]))
    served, gap = _served(board, names, row_of, solution)
    answers = answers_of(state, incidents, board, row_of, at=at)
    priced = _priced(board, row_of, prices)
    starts = {board.candidates[column].unit.unit.id: board.candidates[column].start for column in row_of}
    return Plan(state.sequence, at, answers, served, priced, starts, solution.is_optimal, gap)


def with_paths(plan: Plan, state: State, ground: Roads, incident_id: int) -> Recommendation:
    """Return a plan's answer for one incident with the ways and their lengths, by the roads as they are now.

    Raises KeyError for an incident that the plan has no answer for.
    """
    found = {answer.incident_id: answer for answer in plan.answers}
    return add_paths(found[incident_id], state.incidents[incident_id], plan.starts, ground)


def order_of(answer: Recommendation) -> AssignUnits:
    """Return the command that carries out an answer for an incident of the log as it stands."""
    if answer.incident_id is None:
        raise ValueError("an answer for a draft has no incident to send to")
    if answer.imagined:
        raise ValueError("what was only imagined is not sent")
    choices = tuple(Choice(each.unit_id, each.need_id, each.eta.total_s) for each in answer.chosen)
    return AssignUnits(answer.incident_id, choices, answer.hash)


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


def _class_of(board: Board, row: int) -> tuple[bool, int]:
    wanted = board.wanted[row]
    return wanted.need.optional, wanted.incident.priority


def _stations(
    state: State, board: Board, places: NDArray[np.int64], known: Known
) -> tuple[NDArray[np.int64], list[NDArray[np.int64]], NDArray[np.int64]]:
    """Give the costs of places, the groups of places that want one station, and the station's number of every unit.

    Where a unit is on its way for such a group already, only its station can send more.
    """
    units = [candidate.unit.unit for candidate in board.candidates]
    numbers = {name: number for number, name in enumerate(sorted({unit.station or unit.id for unit in units}))}
    station = np.array([numbers[unit.station or unit.id] for unit in units], dtype=np.int64)
    costs_ms = board.costs_ms[places]
    groups = []
    for incident_id, needs in sorted(known.together.items()):
        sent = [state.assignments[each] for each in state.assignments_of.get(incident_id, ())]
        if len({each for group in needs for each in group}) < sum(len(set(group)) for group in needs):
            raise ValueError(f"a need of incident {incident_id} stands in two groups that want one station each")
        for group in needs:
            wanted = [each.incident.id == incident_id and each.need.id in group for each in board.wanted]
            rows = np.flatnonzero(np.array(wanted, dtype=bool)[places])
            there = {state.units[each.unit_id].unit.station for each in sent if each.is_open and each.need_id in group}
            if there:
                is_there = np.array([unit.station in there for unit in units], dtype=bool)
                costs_ms[rows] = np.where(is_there, costs_ms[rows], IMPOSSIBLE)
            if len(rows) > 1:
                groups.append(rows)
    return costs_ms, groups, station


def _row_of(
    board: Board, places: NDArray[np.int64], picks: NDArray[np.int64], bound: NDArray[np.int64]
) -> dict[int, int]:
    """Give the need (row) of every chosen candidate (column); in a card the first needs have the quicker units.

    Places that are `bound` by a station keep what they have.
    """
    row_of = {int(column): int(row) for row, column in zip(places, picks, strict=True) if column >= 0}
    kept = set(picks[bound].tolist())
    alike: dict[tuple[int, bool], list[tuple[int, int]]] = {}
    for column, row in row_of.items():
        wanted = board.wanted[row]
        if column not in kept:
            alike.setdefault((wanted.incident.id, wanted.need.optional), []).append((row, column))
    for pairs in alike.values():
        _quickest_to_the_first(sorted(pairs), board, row_of)
    return dict(sorted(row_of.items()))


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


def _served(
    board: Board, names: Sequence[tuple[bool, int]], row_of: Mapping[int, int], solution: Solution
) -> tuple[tuple[Served, ...], float]:
    late = len(names) if solution.greedy_from is None else solution.greedy_from
    places = [0] * len(names)
    number_of = {name: number for number, name in enumerate(names)}
    for row, each in enumerate(board.wanted):
        places[number_of[_class_of(board, row)]] += each.need.count
    filled, etas_ms, costs_ms = [0] * len(names), [0] * len(names), [0] * len(names)
    for column, row in row_of.items():
        number = number_of[_class_of(board, row)]
        filled[number] += 1
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
        )
        for number, (optional, priority) in enumerate(names)
    )
    spent_ms = sum(costs_ms[late:])
    gap = (spent_ms - solution.bound_ms) / solution.bound_ms if solution.bound_ms else 0.0
    return served, round(gap, 6)


def _priced(board: Board, row_of: Mapping[int, int], prices: PriceList) -> tuple[Priced, ...]:
    found = []
    for column, row in row_of.items():
        unit, wanted = board.candidates[column].unit.unit, board.wanted[row]
        if board.costs_ms[row, column] == board.etas_ms[row, column]:
            continue
        parts = [*prices.of_help(wanted.need, unit.department), *prices.of_crew(unit.id)]
        if prices.has_order(wanted.incident):
            parts += prices.of_station(wanted.incident, unit)
        found.append(Priced(wanted.incident.id, unit.id, tuple(parts)))
    return tuple(found)
