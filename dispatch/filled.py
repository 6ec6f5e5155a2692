"""What units on their way fill of an incident's needs, what is still open, and who fills nothing any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dispatch.incident import Assignment, Incident
from dispatch.matching import IMPOSSIBLE, match
from dispatch.runcard import Need
from dispatch.state import State
from resources.unit import TaskForce, Unit


@dataclass(frozen=True, slots=True)
class Filled:
    """Say how many places of each need (by id) are open, which officers they lack, and which units fill nothing.

    `spare` are bound units that were sent for a need that is not asked for now, or for one that others fill too.
    """

    left: dict[str, int]
    officers: dict[str, int]
    spare: tuple[str, ...]


def fill(state: State, needs: Sequence[Need], incident_id: int | None) -> Filled:
    """Count what the units of an incident fill of `needs`.

    A unit fills the need that it was sent for, and the shared ones beside it; one that was sent by hand, or for a need
    that the card no longer has, fills one that it fits. A shared need that is left is filled by any of them that fits.
    One that was there and left again has filled its need, until the incident is reopened. A task force counts once.
    """
    counting = _counting(state, incident_id)
    left = {need.id: need.count for need in needs}
    officers = {need.id: need.officers for need in needs}
    loose = [each for each in counting if each.need_id not in left]
    for need in needs:
        sent = [each for each in counting if need.id in (each.need_id, *each.also)]
        groups = group_places(state, need, sent)
        left[need.id] = max(0, need.count - len(groups))
        officers[need.id] -= sum(_officers(state, each) for group in groups[: need.count] for each in group)
        loose += [each for group in groups[need.count :] for each in group if each.need_id == need.id]
    for assignment, need in _fit_loose(state, loose, needs, left):
        left[need.id] -= 1
        officers[need.id] -= _officers(state, assignment)
        loose.remove(assignment)
    names = {each.unit_id for each in counting if each.unit_id in state.units}
    for need in needs:
        if need.shared and left[need.id]:
            beside = names.difference(each.unit_id for each in counting if need.id in (each.need_id, *each.also))
            left[need.id] = max(0, left[need.id] - sum(fits(state.units[each].unit, need) for each in beside))
    spare = sorted({each.unit_id for each in loose if each.is_open and each.need_id})
    return Filled(left, {name: max(0, lacking) for name, lacking in officers.items()}, tuple(spare))


def open_needs(
    state: State, needs: Sequence[Need], incident_id: int | None
) -> tuple[tuple[Need, ...], tuple[Need, ...]]:
    """Take off what units on their way fill; return what is still needed, and what is filled, wholly or in part."""
    if incident_id is None or not state.assignments_of.get(incident_id):
        return tuple(needs), ()
    filled = fill(state, needs, incident_id)
    still = tuple(
        replace(need, count=filled.left[need.id], officers=filled.officers[need.id])
        for need in needs
        if filled.left[need.id] > 0
    )
    return still, tuple(need for need in needs if filled.left[need.id] < need.count)


def group_places(state: State, need: Need, sent: Sequence[Assignment]) -> list[tuple[Assignment, ...]]:
    """Group assignments to a need by the place that they fill: a task force fills one, every other unit one.

    Of a force that is not whole any more, those who could not fill the need alone stay one place.
    """
    rest = list(sent)
    groups: list[tuple[Assignment, ...]] = []
    for force in _forces(state, need):
        there = [each for each in rest if each.unit_id in force.units]
        if {each.unit_id for each in there} != set(force.units):
            there = [each for each in there if not _is_able(state, need, each.unit_id)]
        if there:
            groups.append(tuple(there))
            rest = [each for each in rest if each not in there]
    return sorted([*groups, *((each,) for each in rest)], key=lambda group: sent.index(group[0]))


def stations_of(state: State, needs: Sequence[Need], incident_id: int | None) -> dict[str, frozenset[str]]:
    """Give by `same_station` word the stations of units on their way for such needs.

    Words that nobody goes for are left out. A unit without a station binds nobody.
    """
    words = {need.id: need.same_station for need in needs if need.same_station}
    found: dict[str, set[str]] = {}
    for assignment in _counting(state, incident_id) if words else ():
        unit = state.units.get(assignment.unit_id)
        for need_id in (assignment.need_id, *assignment.also):
            if need_id in words and assignment.is_open and unit is not None and unit.unit.station:
                found.setdefault(words[need_id], set()).add(unit.unit.station)
    return {word: frozenset(there) for word, there in found.items()}


def fits(unit: Unit, need: Need) -> bool:
    """Tell whether a unit has what a need asks for: capability, department, crew and equipment."""
    return (
        not set(need.any_of).isdisjoint(unit.capabilities)
        and need.department in ("", unit.department)
        and unit.crew >= need.min_crew
        and set(need.equipment) <= set(unit.equipment)
    )


def _counting(state: State, incident_id: int | None) -> list[Assignment]:
    if incident_id is None:
        return []
    all_of = [state.assignments[each] for each in state.assignments_of.get(incident_id, ())]
    return [each for each in all_of if _counts(each, state.incidents[incident_id])]


def _counts(assignment: Assignment, incident: Incident) -> bool:
    """Tell whether an assignment serves its need: under way, or done since the incident was last opened."""
    was_there = assignment.on_scene_at is not None
    is_of_now = incident.reopened_at is None or assignment.assigned_at >= incident.reopened_at
    return assignment.is_open or (was_there and is_of_now)


def _forces(state: State, need: Need) -> list[TaskForce]:
    asked = set(need.any_of)
    return [force for force in state.roster.task_forces if not asked.isdisjoint(force.capabilities)]


def _is_able(state: State, need: Need, unit_id: str) -> bool:
    unit = state.units.get(unit_id)
    return unit is not None and not set(need.any_of).isdisjoint(unit.unit.capabilities)


def _officers(state: State, assignment: Assignment) -> int:
    unit = state.units.get(assignment.unit_id)
    return 0 if unit is None else unit.unit.officers


def _fit_loose(
    state: State, loose: Sequence[Assignment], needs: Sequence[Need], left: dict[str, int]
) -> list[tuple[Assignment, Need]]:
    """Give units that were sent for nothing in particular to places that they fit: required ones first, by who is there
    or nearest to it."""
    slots = sorted((need for need in needs for _ in range(left[need.id])), key=lambda need: need.optional)
    known = [each for each in loose if each.unit_id in state.units]
    known.sort(key=lambda each: (each.on_scene_at is None, each.en_route_at is None, each.unit_id, each.id))
    table = np.full((len(slots), len(known)), IMPOSSIBLE, dtype=np.int64)
    for row, need in enumerate(slots):
        for column, each in enumerate(known):
            if fits(state.units[each.unit_id].unit, need):
                table[row, column] = row
    return [(known[column], need) for need, column in zip(slots, match(table), strict=True) if column is not None]
