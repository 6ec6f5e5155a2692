"""A plan for many incidents is the best there is by trying everything, priority by priority, whatever stands first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from immutables import Map

from dispatch.incident import Incident, Stage
from dispatch.joint_answers import add_paths
from dispatch.plan import Plan, plan
from dispatch.recommend import recommend
from dispatch.state import State, UnitState
from dispatch.travels import Start
from resources.status import Status
from tests.dispatch.in_turn import in_turn
from tests.dispatch.story import Story
from tests.dispatch.town import START, UNITS, crossing
from tests.dispatch.town_roads import TownRoads

KINDS = ("structure_fire", "cardiac_arrest", "traffic_collision", "burst_water_main")
TURNOUT_S = {"fire": 80, "ambulance": 60, "police": 15, "water": 300}
TOWN = Story().state


def town(incidents: list[tuple[str, int, int, int]], names: list[str]) -> State:
    """Return the town with these units and with incidents (kind, alarm level, east, north)."""
    found = {}
    for number, (kind, level, east, north) in enumerate(incidents, start=1):
        card, at = TOWN.cards[kind], START - timedelta(seconds=60 - number)
        place = crossing(east, north)
        found[number] = Incident(number, kind, card.priority, level, place, Stage.WAITING, at, at, card.mode)
    units = {unit.id: UnitState(unit, Status.AVAILABLE, START) for unit in UNITS if unit.id in names}
    return replace(TOWN, incidents=Map(found), open_incidents=Map(dict.fromkeys(found)), units=Map(units))


def measured(state: State, pairs: list[tuple[int, str, str]]) -> list[int]:
    """Return, class by class, the places left empty and the sum of milliseconds, of (incident, need, unit)."""
    empty: dict[tuple[bool, int], int] = {}
    spent: dict[tuple[bool, int], int] = {}
    roads = TownRoads()
    needs = {}
    for incident in state.incidents.values():
        for need in state.cards[incident.kind].needs_at(incident.alarm_level):
            needs[incident.id, need.id] = need
            name = need.optional, incident.priority
            empty[name] = empty.get(name, 0) + need.count
    for incident_id, need_id, unit_id in pairs:
        incident, need, unit = state.incidents[incident_id], needs[incident_id, need_id], state.units[unit_id].unit
        start = Start(unit_id, unit.lon, unit.lat)
        time_s = TURNOUT_S[unit.department] + roads.travel_s(start, incident.location.lon, incident.location.lat) + 5
        name = need.optional, incident.priority
        empty[name] -= 1
        spent[name] = spent.get(name, 0) + round(time_s * 1000)
    return [number for name in sorted(empty) for number in (empty[name], spent.get(name, 0))]


def pairs_of(answer: Plan) -> list[tuple[int, str, str]]:
    return [(each.incident_id or 0, one.need_id, one.unit_id) for each in answer.answers for one in each.chosen]


def by_trying(state: State) -> list[int]:
    """Return the best that there is, by giving every unit every place that it may serve, or none."""
    choices: list[list[tuple[int, str] | None]] = []
    counts = {}
    for unit_id in sorted(state.units):
        unit, able = state.units[unit_id].unit, [None]
        for incident in state.incidents.values():
            for need in state.cards[incident.kind].needs_at(incident.alarm_level):
                counts[incident.id, need.id] = need.count
                is_able = not set(need.any_of).isdisjoint(unit.capabilities) and unit.crew >= need.min_crew
                if is_able and need.department in ("", unit.department):
                    able.append((incident.id, need.id))  # type: ignore[arg-type]
        choices.append(able)  # type: ignore[arg-type]
    best = None
    for choice in product(*choices):
        places = [place for place in choice if place is not None]
        if any(places.count(place) > counts[place] for place in set(places)):
            continue
        pairs = [(*place, unit) for place, unit in zip(choice, sorted(state.units), strict=True) if place is not None]
        sums = measured(state, pairs)
        best = sums if best is None else min(best, sums)
    assert best is not None
    return best


@st.composite
def crises(draw: st.DrawFn) -> State:
    incident = st.tuples(st.sampled_from(KINDS), st.integers(1, 2), st.integers(0, 2), st.integers(0, 2))
    incidents = draw(st.lists(incident, min_size=1, max_size=4))
    names = st.sampled_from([unit.id for unit in UNITS])
    return town(incidents, draw(st.lists(names, min_size=1, max_size=6, unique=True)))


@settings(max_examples=80, deadline=None)
@given(crises())
def test_equal_to_trying_everything_up_to_six_units_and_four_incidents(state: State) -> None:
    answer = plan(state, {}, TownRoads(), at=START)
    pairs = pairs_of(answer)
    assert len({unit for _, _, unit in pairs}) == len(pairs)
    assert answer.is_optimal
    assert measured(state, pairs) == by_trying(state)


@settings(max_examples=60, deadline=None)
@given(crises(), st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_answer_whatever_the_order_of_rows(state: State, dice: object) -> None:
    units, incidents = list(state.units.items()), list(state.incidents.items())
    dice.shuffle(units)  # type: ignore[attr-defined]
    dice.shuffle(incidents)  # type: ignore[attr-defined]
    shuffled = replace(
        state,
        units=Map(units),
        incidents=Map(incidents),
        open_incidents=Map([(number, None) for number, _ in incidents]),
    )
    roads = TownRoads()
    assert plan(shuffled, {}, roads, at=START) == plan(state, {}, roads, at=START)


@settings(max_examples=60, deadline=None)
@given(crises())
def test_never_worse_than_one_incident_after_another(state: State) -> None:
    alone = [
        (each.incident_id or 0, one.need_id, one.unit_id)
        for each in in_turn(state, {}, TownRoads(), at=START)
        for one in each.chosen
    ]
    assert measured(state, pairs_of(plan(state, {}, TownRoads(), at=START))) <= measured(state, alone)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(KINDS), st.integers(1, 2), st.integers(0, 2), st.integers(0, 2))
def test_one_incident_alone_gets_what_is_recommended_for_it(kind: str, level: int, east: int, north: int) -> None:
    state = town([(kind, level, east, north)], [unit.id for unit in UNITS])
    answer = plan(state, {}, TownRoads(), at=START)
    alone = recommend(state, {}, TownRoads(), 1, at=START)
    assert [(c.unit_id, c.need_id, c.eta) for c in answer.answers[0].chosen] == [
        (c.unit_id, c.need_id, c.eta) for c in alone.chosen
    ]
    whole = add_paths(answer.answers[0], state.incidents[1], answer.starts, TownRoads())
    assert whole.paths == alone.paths
    assert [each.distance_m for each in whole.chosen] == [each.distance_m for each in alone.chosen]
    assert [each.reason for each in whole.chosen] == [each.reason for each in alone.chosen]


def test_a_cardiac_arrest_gets_the_patrol_that_two_collisions_want() -> None:
    state = town(
        [("traffic_collision", 1, 1, 1), ("traffic_collision", 1, 1, 1), ("cardiac_arrest", 1, 1, 1)],
        ["P1", "P2", "A1"],
    )
    answer = plan(state, {}, TownRoads(), at=START)
    assert [(each.incident_id, [one.unit_id for one in each.chosen]) for each in answer.answers] == [
        (3, ["A1", "P1"]),
        (1, ["P2"]),
        (2, []),
    ]
    [gap] = answer.answers[2].unmet
    assert gap.reason.code == "gone_to_more_urgent"
    assert dict(gap.reason.parameters)["incident"] == 3
    assert dict(gap.reason.parameters)["planned"] == 2
    assert [(each.priority, each.optional, each.places, each.filled) for each in answer.served] == [
        (1, False, 2, 2),
        (2, False, 2, 1),
    ]


def test_optional_needs_come_after_every_required_one() -> None:
    """A fire would like a patrol; a collision, though less urgent, needs one."""
    state = town([("structure_fire", 1, 1, 1), ("traffic_collision", 1, 1, 1)], ["E1", "A1", "P1"])
    answer = plan(state, {}, TownRoads(), at=START)
    assert pairs_of(answer) == [(1, "engine", "E1"), (1, "als", "A1"), (2, "patrol", "P1")]
    [gap] = answer.answers[0].unmet
    assert (gap.need_id, gap.reason.code) == ("patrol", "planned_elsewhere")


def test_a_quicker_unit_that_another_incident_needs_is_named() -> None:
    state = town([("cardiac_arrest", 1, 2, 2), ("traffic_collision", 1, 1, 1)], ["A1", "P1", "P2", "E2"])
    state = replace(state, incidents=state.incidents.set(1, replace(state.incidents[1], location=crossing(1, 1))))
    moved = replace(state.units["P2"].unit, lon=crossing(0, 0).lon, lat=crossing(0, 0).lat)
    state = replace(state, units=state.units.set("P2", replace(state.units["P2"], unit=moved)))
    reason = plan(state, {}, TownRoads(), at=START).answers[1].chosen[0].reason
    assert reason.code == "needed_elsewhere"
    assert dict(reason.parameters)["unit"] == "P1" and dict(reason.parameters)["incident"] == 1


def test_only_those_asked_for_are_planned_and_the_rest_is_left() -> None:
    state = town([("cardiac_arrest", 1, 0, 0), ("cardiac_arrest", 1, 2, 2)], [unit.id for unit in UNITS])
    answer = plan(state, {}, TownRoads(), at=START, incident_ids=[2])
    assert [each.incident_id for each in answer.answers] == [2]
    with pytest.raises(KeyError):
        plan(state, {}, TownRoads(), at=START, incident_ids=[7])


def test_what_no_card_describes_and_what_no_road_reaches_is_said() -> None:
    state = town([("cardiac_arrest", 1, 0, 0), ("cardiac_arrest", 1, 0, 0)], ["A1", "E1"])
    state = replace(state, incidents=state.incidents.set(2, replace(state.incidents[2], kind="meteor")))
    answer = plan(state, {}, TownRoads(cut_off=["A1"]), at=START)
    gaps = {gap.need_id: gap.reason.code for each in answer.answers for gap in each.unmet}
    assert gaps == {"als": "none_within_reach", "": "no_run_card"}
    assert answer.served[0].filled == 1


def test_nothing_open_and_nobody_there_are_answered() -> None:
    empty = plan(town([], ["E1"]), {}, TownRoads(), at=START)
    assert (empty.answers, empty.served, empty.is_optimal) == ((), (), True)
    alone = plan(town([("cardiac_arrest", 1, 0, 0)], []), {}, TownRoads(), at=START)
    assert [gap.reason.code for gap in alone.answers[0].unmet] == ["none_on_duty", "none_on_duty"]


def test_out_of_time_it_answers_in_turn_and_says_so() -> None:
    state = town([("cardiac_arrest", 1, 0, 0), ("traffic_collision", 1, 1, 1)], [unit.id for unit in UNITS])
    answer = plan(state, {}, TownRoads(), at=START, time_limit_s=0.0)
    assert not answer.is_optimal and answer.gap >= 0
    assert [each.is_optimal for each in answer.served] == [False, False]
    assert len(pairs_of(answer)) == 3
