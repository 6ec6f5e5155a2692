"""Up to six units and four incidents with all that binds them at once: a plan is the best by trying everything."""

from __future__ import annotations

from math import prod

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dispatch.matching import IMPOSSIBLE
from dispatch.packing_terms import Packing, Terms, worth
from dispatch.plan import Plan, plan
from dispatch.runcard import Need
from dispatch.state import State
from dispatch.travels import Start
from resources.unit import TaskForce, Unit
from tests.dispatch.packed import Costs, by_trying
from tests.dispatch.test_plan_bound import NEEDS, needs_of, state_of, units
from tests.dispatch.town import START
from tests.dispatch.town_roads import TownRoads

MOST_ANSWERS = 3_000
Rows = list[tuple[int, Need]]


def rows_of(state: State) -> Rows:
    """List (incident, need) of all that is asked for, by priority and then as it was reported."""
    incidents = sorted(state.incidents.values(), key=lambda each: (each.priority, each.received_at, each.id))
    return [(each.id, need) for each in incidents for need in state.cards[each.kind].needs]


def board_of(state: State, forces: tuple[TaskForce, ...]) -> tuple[Rows, list[str], Costs, Terms]:
    """Say of a state, without asking the program, what everybody takes and what binds whom."""
    roads, rows = TownRoads(), rows_of(state)
    fleet: dict[str, Unit] = {name: state.units[name].unit for name in sorted(state.units)}
    names = [*fleet, *(force.id for force in forces)]
    members = {name: (name,) for name in fleet} | {force.id: force.units for force in forces}
    able = {name: set(unit.capabilities) for name, unit in fleet.items()}
    able |= {force.id: set(force.capabilities) for force in forces}
    costs = np.full((len(rows), len(names)), IMPOSSIBLE, dtype=np.int64)
    for row, (number, need) in enumerate(rows):
        place = state.incidents[number].location
        for column, name in enumerate(names):
            if able[name].intersection(need.any_of):
                starts = [Start(each, fleet[each].lon, fleet[each].lat) for each in members[name]]
                travel_s = roads.travels("emergency", starts, place.lon, place.lat).travel_s.max()
                costs[row, column] = round((80 + float(travel_s) + 5) * 1000)
    classes = [(need.optional, state.incidents[number].priority) for number, need in rows]
    words = sorted({(number, need.same_station) for number, need in rows if need.same_station})
    groups = [[row for row, (n, need) in enumerate(rows) if (n, need.same_station) == word] for word in words]
    stations = [fleet[name].station or name if name in fleet else name for name in names]
    uses = [[word for each in members[name] for word in (each, fleet[each].cross_staffed) if word] for name in names]
    return (
        rows,
        names,
        costs,
        Terms(
            np.array([need.count for _, need in rows], dtype=np.int64),
            np.array([number for number, _ in rows], dtype=np.int64),
            np.array([sorted(set(classes)).index(each) for each in classes], dtype=np.int64),
            np.array([need.shared for _, need in rows], dtype=bool),
            np.array([need.officers for _, need in rows], dtype=np.int64),
            np.array([sum(fleet[each].officers for each in members[name]) for name in names], dtype=np.int64),
            np.array([sorted(set(stations)).index(each) for each in stations], dtype=np.int64),
            uses,
            tuple(np.array(group) for group in groups if sum(rows[row][1].count for row in group) > 1),
        ),
    )


def packing_of(answer: Plan, rows: Rows, names: list[str]) -> Packing:
    row_of = {(number, need.id): row for row, (number, need) in enumerate(rows)}
    hosts: dict[int, int] = {}
    rides: dict[int, tuple[int, ...]] = {}
    for each in answer.answers:
        number = each.incident_id or 0
        for chosen in each.chosen:
            column = names.index(chosen.task_force or chosen.unit_id)
            hosts[column] = row_of[number, chosen.need_id]
            if chosen.also:
                rides[column] = tuple(row_of[number, need_id] for need_id in chosen.also)
    return Packing(hosts, rides)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(units(), st.lists(st.lists(NEEDS, min_size=1, max_size=2), min_size=2, max_size=4), st.booleans(), st.booleans())
def test_equal_to_trying_everything(
    fleet: list[Unit],
    cards: list[list[tuple[tuple[str, ...], int, int, bool, str, bool]]],
    has_force: bool,
    turned: bool,
) -> None:
    has_force = has_force and len(fleet) > 2 and not fleet[0].cross_staffed
    forces = (TaskForce("TF", (fleet[0].id, fleet[2].id), ("strike",)),) if has_force else ()
    needs = [needs_of(each) for each in cards]
    if forces:
        needs[0].append(Need("strike", ("strike",)))
    state = state_of(fleet, needs, forces=forces, turned=turned)
    rows, names, costs, terms = board_of(state, forces)
    assume(prod(int((column != IMPOSSIBLE).sum()) + 1 for column in costs.T) <= MOST_ANSWERS)
    answer = plan(state, {}, TownRoads(), at=START)
    assert answer.is_optimal
    assert worth(packing_of(answer, rows, names), costs, terms) == by_trying(costs, terms)
