"""What binds the needs and the candidates of a board together, as `packing` asks for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from dispatch.candidates import Candidate
from dispatch.joint_board import Board
from dispatch.joint_tables import Wanted
from dispatch.matching import IMPOSSIBLE
from dispatch.packing import Packing, Terms, pack
from dispatch.penalties import Known
from dispatch.state import State

Name = tuple[bool, int]
"""A class: whether its needs are optional, and the priority of their incidents."""


def class_of(wanted: Wanted) -> Name:
    """Name the class of a need."""
    return wanted.need.optional, wanted.incident.priority


def bind(state: State, board: Board, names: Sequence[Name], known: Known) -> tuple[NDArray[np.int64], Terms]:
    """Give the costs of a board where stations are decided already, and what binds it.

    `names` are its classes, the most urgent first. Where a unit is on its way for a group of needs that want one
    station, only its station can send more. Raises ValueError for a need in two groups.
    """
    candidates, wanted = board.candidates, board.wanted
    number_of = {name: number for number, name in enumerate(names)}
    stations = [station_of(each) for each in candidates]
    numbers = {name: number for number, name in enumerate(sorted(set(stations)))}
    costs_ms, groups = _grouped(state, board, stations, known)
    terms = Terms(
        counts=np.array([each.need.count for each in wanted], dtype=np.int64),
        incidents=np.array([each.incident.id for each in wanted], dtype=np.int64),
        classes=np.array([number_of[class_of(each)] for each in wanted], dtype=np.int64),
        shared=np.array([each.need.shared for each in wanted], dtype=bool),
        officers=np.array([each.need.officers for each in wanted], dtype=np.int64),
        has_officers=np.array([each.unit.unit.officers for each in candidates], dtype=np.int64),
        station=np.array([numbers[name] for name in stations], dtype=np.int64),
        uses=[each.resources for each in candidates],
        groups=groups,
    )
    return costs_ms, terms


def choose(costs_ms: NDArray[np.int64], terms: Terms, left_s: Callable[[], float]) -> Packing:
    """Choose best what goes where."""
    return pack(costs_ms, terms, left_s=left_s)


def station_of(candidate: Candidate) -> str:
    """Name the station of a unit; one without, or a task force of several stations, is its own."""
    unit = candidate.unit.unit
    return unit.station or f"unit {unit.id}"


def _grouped(
    state: State, board: Board, stations: Sequence[str], known: Known
) -> tuple[NDArray[np.int64], tuple[NDArray[np.int64], ...]]:
    costs_ms, groups = board.costs_ms, []
    rows_of: dict[int, list[int]] = {}
    for row, each in enumerate(board.wanted):
        if each.need.same_station or each.incident.id in known.together:
            rows_of.setdefault(each.incident.id, []).append(row)
    for incident_id, rows in rows_of.items():
        incident = board.wanted[rows[0]].incident
        asked = state.cards[incident.kind].needs_at(incident.alarm_level)
        words = {each.same_station for each in asked} - {""}
        wishes = [{each.id for each in asked if each.same_station == word} for word in sorted(words)]
        wishes += [set(group) for group in known.together.get(incident_id, ())]
        if len(set().union(*wishes)) < sum(len(each) for each in wishes):
            raise ValueError(f"a need of incident {incident_id} stands in two groups that want one station each")
        for wish in wishes:
            mine = np.array([row for row in rows if board.wanted[row].need.id in wish], dtype=np.int64)
            there = _stations_there(state, incident_id, wish)
            if there:
                is_there = np.array([name in there for name in stations], dtype=bool)
                costs_ms = costs_ms.copy()
                costs_ms[mine] = np.where(is_there, costs_ms[mine], IMPOSSIBLE)
            if sum(board.wanted[row].need.count for row in mine.tolist()) > 1:
                groups.append(mine)
    return costs_ms, tuple(groups)


def _stations_there(state: State, incident_id: int, need_ids: set[str]) -> set[str]:
    """Name the stations of the units that are on their way for needs; a unit without one binds nobody."""
    found = set()
    for assignment_id in state.assignments_of.get(incident_id, ()):
        assignment = state.assignments[assignment_id]
        if assignment.is_open and need_ids.intersection((assignment.need_id, *assignment.also)):
            found.add(state.units[assignment.unit_id].unit.station)
    return found - {""}
