"""The part of a state that answers depend on: what a new child of the planner is given."""

from __future__ import annotations

from dataclasses import replace

from immutables import Map

from dispatch.state import State
from resources.status import Status


def open_part(state: State) -> State:
    """Leave out what no recommendation looks at, so that a long log costs a new child nothing.

    What is closed goes, but for the last assignment of each unit on the road: it counts from there while nothing
    else says where it is.
    """
    last_of = {
        unit_id: state.assignments_by_unit[unit_id][-1:]
        for unit_id, unit in state.units.items()
        if unit.status is Status.AVAILABLE_BY_RADIO and unit_id in state.assignments_by_unit
    }
    assignments_of = {
        number: state.assignments_of[number] for number in state.open_incidents if number in state.assignments_of
    }
    kept = {each for ids in (*assignments_of.values(), *last_of.values()) for each in ids}
    assignments = {each: state.assignments[each] for each in kept}
    numbers = {*state.open_incidents, *(each.incident_id for each in assignments.values())}
    tasks_of = {number: state.tasks_of[number] for number in state.open_incidents if number in state.tasks_of}
    return replace(
        state,
        incidents=Map({number: state.incidents[number] for number in numbers}),
        assignments_of=Map(assignments_of),
        assignments=Map(assignments),
        tasks_of=Map(tasks_of),
        tasks=Map({each: state.tasks[each] for ids in tasks_of.values() for each in ids}),
        assignments_by_unit=Map(last_of),
        calls=Map(),
        answered=Map(),
        changed=Map(),
    )
