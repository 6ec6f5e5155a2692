"""A plan with crews, officers, forces, shared needs and one station is the best there is, whatever stands first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from immutables import Map

from dispatch.incident import Incident, Stage
from dispatch.plan import plan, plan_in_turn, price_of_greed
from dispatch.runcard import Need, RunCard
from dispatch.state import State, UnitState
from dispatch.travels import Start
from resources.status import Status
from resources.unit import TaskForce, Unit
from tests.dispatch.everything import Sent, best_of_all, senders, worth_of
from tests.dispatch.story import Story
from tests.dispatch.town import START, crossing
from tests.dispatch.town_roads import TownRoads

TOWN = Story().state
ABLE = (("engine",), ("ladder",), ("engine", "cones"), ("cones",))


@st.composite
def units(draw: st.DrawFn) -> list[Unit]:
    found = []
    for number in range(draw(st.integers(0, 6))):
        place = crossing(draw(st.integers(0, 2)), draw(st.integers(0, 2)))
        found.append(
            Unit(
                f"U{number}", "fire", draw(st.sampled_from(ABLE)), place.lon, place.lat, crew=4, turnout="fire",
                station=draw(st.sampled_from(("north", "south", ""))),
                officers=draw(st.sampled_from((0, 0, 1))),
                cross_staffed=draw(st.sampled_from(("", "", "", "a", "b"))),
            )
        )  # fmt: skip
    return found


NEEDS = st.tuples(
    st.sampled_from((("engine",), ("ladder",), ("engine", "ladder"), ("cones",))),
    st.integers(1, 2),  # count
    st.integers(0, 1),  # officers
    st.booleans(),  # shared
    st.sampled_from(("", "", "one")),  # same_station
    st.sampled_from((False, False, True)),  # optional
)


def state_of(fleet: list[Unit], cards: list[list[Need]], *, forces: tuple[TaskForce, ...], turned: bool) -> State:
    """Return the town with these units and one incident a card; `turned` puts everything in the other order."""
    kinds = {
        f"kind{number}": RunCard(f"kind{number}", "", "fire", 1 + number % 2, "emergency", tuple(needs))
        for number, needs in enumerate(cards)
    }
    incidents = {}
    for number, kind in enumerate(kinds):
        at, place = START - timedelta(seconds=60 - number), crossing(number % 3, number // 3)
        incidents[number + 1] = Incident(
            number + 1, kind, kinds[kind].priority, 1, place, Stage.WAITING, at, at, "emergency"
        )
    step = -1 if turned else 1
    rows = list({unit.id: UnitState(unit, Status.AVAILABLE, START) for unit in fleet}.items())[::step]
    return replace(
        TOWN,
        cards=Map(list(kinds.items())[::step]),
        incidents=Map(list(incidents.items())[::step]),
        open_incidents=Map(dict.fromkeys(list(incidents)[::step])),
        units=Map(rows),
        roster=replace(TOWN.roster, task_forces=forces[::step]),
    )


def needs_of(rows: list[tuple[tuple[str, ...], int, int, bool, str, bool]]) -> list[Need]:
    return [
        Need(f"n{number}", able, count, officers=officers, shared=shared, same_station=word, optional=optional)
        for number, (able, count, officers, shared, word, optional) in enumerate(rows)
    ]


def free_of(state: State) -> dict[str, int]:
    """Give the milliseconds of every unit to the first incident."""
    roads, place = TownRoads(), state.incidents[1].location
    found = {}
    for name, each in state.units.items():
        [travel_s] = roads.travels(
            "emergency", [Start(name, each.unit.lon, each.unit.lat)], place.lon, place.lat
        ).travel_s.tolist()
        found[name] = round((80 + travel_s + 5) * 1000)
    return found


@settings(max_examples=80, deadline=None)
@given(units(), st.lists(NEEDS, min_size=1, max_size=3), st.booleans())
def test_for_one_incident_it_is_the_best_by_trying_everything(
    fleet: list[Unit], rows: list[tuple[tuple[str, ...], int, int, bool, str, bool]], has_force: bool
) -> None:
    forces = (
        (TaskForce("TF", tuple(unit.id for unit in fleet[:2]), ("ladder",)),) if has_force and len(fleet) > 1 else ()
    )
    needs = needs_of(rows)
    state = state_of(fleet, [needs], forces=forces, turned=False)
    answer = plan(state, {}, TownRoads(), at=START)
    sent: list[Sent] = senders(state, free_of(state))
    assert answer.is_optimal
    if answer.answers:
        assert worth_of(answer.answers[0], needs, sent) == best_of_all(needs, sent)


@settings(max_examples=40, deadline=None)
@given(units(), st.lists(st.lists(NEEDS, min_size=1, max_size=2), max_size=4))
def test_no_unit_and_no_crew_goes_twice_and_the_order_of_rows_changes_nothing(
    fleet: list[Unit], rows: list[list[tuple[tuple[str, ...], int, int, bool, str, bool]]]
) -> None:
    cards = [needs_of(each) for each in rows]
    one, other = (
        plan(state_of(fleet, cards, forces=(), turned=turned), {}, TownRoads(), at=START) for turned in (False, True)
    )
    assert one.answers == other.answers and one.served == other.served and one.is_optimal
    crews = {unit.id: unit.cross_staffed or unit.id for unit in fleet}
    going = Counter(crews[chosen.unit_id] for each in one.answers for chosen in each.chosen)
    assert all(count == 1 for count in going.values())
    greedy = plan_in_turn(state_of(fleet, cards, forces=(), turned=False), {}, TownRoads(), at=START)
    for price in price_of_greed(one, greedy)[:1]:
        assert price.unfilled >= 0


def test_an_officer_who_is_missing_is_said_and_the_need_is_filled() -> None:
    fleet = [Unit("U0", "fire", ("engine",), 25.0, 60.0, crew=4, turnout="fire")]
    state = state_of(fleet, [[Need("engine", ("engine",), officers=1)]], forces=(), turned=False)
    answer = plan(state, {}, TownRoads(), at=START)
    [gap] = answer.answers[0].unmet
    assert (gap.missing, gap.reason.code) == (0, "no_officer")
    assert [each.unit_id for each in answer.answers[0].chosen] == ["U0"]
    assert answer.served[0].lacking == 1


def test_a_task_force_goes_whole_and_takes_as_long_as_its_slowest() -> None:
    near, far = crossing(0, 0), crossing(2, 2)
    fleet = [
        Unit("U0", "fire", ("ladder",), near.lon, near.lat, crew=4, turnout="fire"),
        Unit("U1", "fire", ("cones",), far.lon, far.lat, crew=4, turnout="fire"),
    ]
    needs = [Need("strike", ("strike",)), Need("ladder", ("ladder",))]
    state = state_of(fleet, [needs], forces=(TaskForce("TF", ("U0", "U1"), ("strike",)),), turned=False)
    answer = plan(state, {}, TownRoads(), at=START)
    chosen = answer.answers[0].chosen
    assert [(each.unit_id, each.need_id, each.task_force) for each in chosen] == [("U0", "ladder", "")]
    assert answer.served[0].filled == 1
    assert set(answer.starts) == {each.unit_id for each in chosen}
    alone = plan(state_of(fleet, [needs[:1]], forces=(TaskForce("TF", ("U0", "U1"), ("strike",)),), turned=False), {},
                 TownRoads(), at=START)  # fmt: skip
    rows = alone.answers[0].chosen
    assert {each.task_force for each in rows} == {"TF"}
    assert alone.served[0].total_s == max(each.eta.total_s for each in rows)


def test_too_old_nan_and_nobody_cost_no_answer() -> None:
    roads = TownRoads(cut_off=["U0"])
    fleet = [Unit("U0", "fire", ("engine",), float(np.nan), 60.0, crew=4, turnout="fire")]
    state = state_of(fleet, [[Need("engine", ("engine",), officers=1)]], forces=(), turned=False)
    answer = plan(state, {}, roads, at=START)
    assert [gap.reason.code for gap in answer.answers[0].unmet] == ["none_within_reach"]
