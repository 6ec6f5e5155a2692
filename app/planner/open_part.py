"""The part of a state that answers depend on: what a new child of the planner is given."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from immutables import Map

from dispatch.state import State
from resources.status import Status

RECENT = timedelta(hours=48)  # as far back as prices for tired crews look, and redirects


def open_part(state: State) -> State:
    """Leave out what no answer looks at, so that a long log costs a new child nothing.

    What is closed goes, but for what each unit did of late, and the last assignment of each on the road: it counts from
    there while nothing else says where it is.
    """
    on_road = {unit_id for unit_id, unit in state.units.items() if unit.status is Status.AVAILABLE_BY_RADIO}
    by_unit = {
        unit_id: kept
        for unit_id, ids in state.assignments_by_unit.items()
        if (kept := ids[_first(state, ids, 1 if unit_id in on_road else 0) :])
    }
    assignments_of = {
        number: state.assignments_of[number] for number in state.open_incidents if number in state.assignments_of
    }
    kept = {each for ids in (*assignments_of.values(), *by_unit.values()) for each in ids}
    last = (state.assignments[by_unit[unit_id][-1]].incident_id for unit_id in on_road & by_unit.keys())
    numbers = {*state.open_incidents, *last}
    tasks_of = {number: state.tasks_of[number] for number in state.open_incidents if number in state.tasks_of}
    return replace(
        state,
        incidents=Map({number: state.incidents[number] for number in numbers}),
        assignments_of=Map(assignments_of),
        assignments=Map({each: state.assignments[each] for each in kept}),
        tasks_of=Map(tasks_of),
        tasks=Map({each: state.tasks[each] for ids in tasks_of.values() for each in ids}),
        assignments_by_unit=Map(by_unit),
        calls=Map(),
        loose_calls=Map(),
        answered=Map(),
        changed=Map(),
        cases=Map({number: state.cases[number] for number in state.open_cases}),
        watched_cases=Map(),
        closed_lately=(),
        cases_of_component=Map(),
        cases_of_incident=Map(),
        cases_of_evidence=Map(),
        duties=Map({number: state.duties[number] for number in state.open_duties}),
        duties_of_incident=Map(),
        duties_of_case=Map(),
        messages=Map({number: state.messages[number] for number in state.open_messages}),
    )


def _first(state: State, ids: tuple[str, ...], least: int) -> int:
    """Find the first of a unit's assignments that is kept, the last `least` of them anyway."""
    first = len(ids) - least
    while first > 0:
        released_at = state.assignments[ids[first - 1]].released_at
        if released_at is not None and state.at is not None and released_at < state.at - RECENT:
            break
        first -= 1
    return max(first, 0)
