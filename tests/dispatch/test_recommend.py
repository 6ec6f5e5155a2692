"""Who should go in the tiny town: the best set for the whole card, with a reason for everybody."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from immutables import Map

from dispatch.commands import AssignUnits, Choice, CloseRoad, ReleaseUnit, ReportIncident, ReportStatus
from dispatch.incident import Closure
from dispatch.recommend import answer_hash, recommend, recommend_for, straight_line, why_not
from dispatch.recommendation import Recommendation
from dispatch.runcard import Need, RunCard
from dispatch.state import State, UnitState
from resources.position import Fix
from resources.status import Status
from resources.unit import Turnout, Unit
from tests.dispatch.story import Story
from tests.dispatch.town import START, STEP_LAT, STEP_LON, crossing
from tests.dispatch.town_roads import TownRoads

HERE = crossing(1, 1)


def ask(state: State, kind: str, *, roads: TownRoads | None = None, level: int = 1, east: int = 1) -> Recommendation:
    place = crossing(east, 1)
    return recommend_for(state, {}, roads or TownRoads(), kind=kind, location=place, alarm_level=level, at=START)


def sent(answer: Recommendation) -> dict[str, str]:
    return {chosen.unit_id: chosen.need_id for chosen in answer.chosen}


def test_the_card_says_who_goes_and_each_eta_has_its_parts() -> None:
    answer = ask(Story().state, "structure_fire")
    assert sent(answer) == {"E1": "engine", "A1": "als", "P1": "patrol"}
    e1 = answer.chosen[0]
    assert (e1.capability, e1.department, e1.eta.turnout_s, e1.eta.access_s) == ("engine", "fire", 80, 5)
    assert e1.eta.travel_s == pytest.approx(100, abs=1)
    assert e1.eta.total_s == pytest.approx(185, abs=1)
    assert [path.unit_id for path in answer.paths] == ["E1", "A1", "P1"]
    assert answer.paths[0].times_s[-1] == e1.eta.travel_s
    assert not answer.is_estimate and answer.unmet == ()


def test_each_alarm_level_adds_what_it_adds() -> None:
    answer = ask(Story().state, "structure_fire", level=2)
    assert sent(answer) == {"E1": "engine", "A1": "als", "P1": "patrol", "E2": "engine_2", "L1": "ladder_2"}


def test_the_whole_card_is_served_best_not_one_need_after_another() -> None:
    """A1 is the nearest to both needs, but only it has advanced life support."""
    state = Story().state
    card = replace(
        state.cards["cardiac_arrest"], needs=(Need("any", ("ambulance_bls",)), Need("als", ("ambulance_als",)))
    )
    story = replace(state, cards=state.cards.set("cardiac_arrest", card))
    answer = recommend_for(story, {}, TownRoads(), kind="cardiac_arrest", location=crossing(0, 2), at=START)
    assert sent(answer) == {"A2": "any", "A1": "als"}
    reason = answer.chosen[0].reason
    assert reason.code == "released_better_elsewhere"
    assert dict(reason.parameters) == {"rank": 2, "unit": "A1", "need": "als", "gain_s": 199.6}


def test_units_sent_already_fill_their_needs() -> None:
    story = Story()
    number = story.fire("E1")
    answer = recommend(story.state, {}, TownRoads(), number, at=START)
    assert sent(answer) == {"A1": "als", "P1": "patrol"}
    assert why_not(answer, "E1").code == "already_sent"
    assert why_not(answer, "E2").code == "need_filled"
    story.do(ReleaseUnit("E1"))
    assert "E1" in sent(recommend(story.state, {}, TownRoads(), number, at=START))


def test_units_of_another_incident_are_busy_and_their_need_says_so() -> None:
    story = Story()
    story.fire("E1", "E2")
    story.do(ReportIncident("structure_fire", crossing(0, 0)))
    answer = recommend(story.state, {}, TownRoads(), 2, at=START)
    [gap] = answer.unmet
    assert (gap.need_id, gap.missing, gap.reason.code) == ("engine", 1, "all_busy")
    assert dict(gap.reason.parameters) == {"wanted": "engine", "busy": 2}
    assert why_not(answer, "E1").parameters == (("incident", 1), ("status", "alerted"))


def test_unmet_needs_tell_each_obstacle() -> None:
    story = Story()
    for unit_id in ("E1", "E2"):
        story.do(ReportStatus(unit_id, Status.OUT_OF_SERVICE, reason="repair"))
    state = story.state
    roads = TownRoads(cut_off=("A1", "A2"))
    told = {gap.need_id: gap.reason.code for gap in ask(state, "structure_fire", roads=roads).unmet}
    assert told == {"engine": "out_of_service", "als": "none_within_reach"}
    nobody = replace(state, units=Map({"W1": state.units["W1"]}))
    told = {gap.need_id: gap.reason.code for gap in ask(nobody, "structure_fire").unmet}
    assert told == {"engine": "none_on_duty", "als": "none_on_duty", "patrol": "none_on_duty"}


def test_several_obstacles_at_once_are_counted() -> None:
    story = Story()
    story.fire("E1")
    story.do(ReportStatus("E2", Status.OUT_OF_SERVICE, reason="repair"))
    answer = ask(story.state, "structure_fire")
    [gap] = [each for each in answer.unmet if each.need_id == "engine"]
    assert gap.reason.code == "none_can_go"
    assert dict(gap.reason.parameters) == {"wanted": "engine", "busy": 1, "out_of_service": 1}


def test_too_few_and_too_small_are_told_apart() -> None:
    state = Story().state
    repair = state.cards["burst_water_main"]
    more = replace(repair, needs=(Need("repair", ("water_repair",), 3), Need("big", ("patrol",), min_crew=9)))
    answer = ask(replace(state, cards=state.cards.set("burst_water_main", more)), "burst_water_main")
    assert [(gap.need_id, gap.missing, gap.reason.code) for gap in answer.unmet] == [
        ("repair", 1, "too_few"),
        ("big", 1, "crew_too_small"),
    ]


def test_everybody_passed_over_can_be_asked_why() -> None:
    state = Story().state
    answer = ask(state, "structure_fire", roads=TownRoads(cut_off=("E2",)))
    assert {p.unit_id for p in answer.passed} | set(sent(answer)) == set(state.units)
    assert why_not(answer, "E2").code == "unreachable"
    assert why_not(answer, "L1").code == "wrong_capability"
    slower = why_not(answer, "A2")
    assert (slower.code, dict(slower.parameters)["unit"]) == ("equally_fast", "A1")
    assert why_not(answer, "E1").code == "only_suitable"
    with pytest.raises(KeyError):
        why_not(answer, "X9")


def test_a_position_too_old_is_not_offered_without_a_word() -> None:
    state = Story().state
    old = START - timedelta(hours=1)
    fixes = {each: Fix(each, HERE.lon, HERE.lat, old, old, 9.0) for each in ("E1", "E2")}
    answer = recommend_for(state, fixes, TownRoads(), kind="structure_fire", location=HERE, at=START)
    assert [gap.reason.code for gap in answer.unmet] == ["position_too_old"]
    assert why_not(answer, "E1").parameters == (("age_s", 3600),)


def test_a_unit_far_off_the_roads_is_a_guess_and_marked_as_one() -> None:
    answer = ask(Story().state, "structure_fire", roads=TownRoads(off_road=("E1",), cut_off=("E2",)))
    e1 = answer.chosen[0]
    assert (e1.unit_id, e1.is_estimate, e1.reason.code) == ("E1", True, "estimate_off_road")
    assert dict(e1.reason.parameters) == {"off_road_m": 1500}
    assert "E1" not in {path.unit_id for path in answer.paths}
    assert not answer.is_estimate


def test_required_needs_come_before_optional_ones() -> None:
    state = Story().state
    card = RunCard("x", "X", "g", 1, "emergency", (Need("nice", ("patrol",), optional=True), Need("must", ("patrol",))))
    only = replace(state, cards=state.cards.set("x", card), units=Map({"P1": state.units["P1"]}))
    answer = ask(only, "x")
    assert sent(answer) == {"P1": "must"}
    assert [gap.need_id for gap in answer.unmet] == ["nice"]


def test_the_first_need_of_the_card_gets_the_quicker_of_two() -> None:
    answer = ask(Story().state, "structure_fire", level=2, east=2)
    first, second = (next(c for c in answer.chosen if c.need_id == need) for need in ("engine", "engine_2"))
    assert (first.unit_id, second.unit_id) == ("E2", "E1")
    assert second.reason.code == "quickest_left"


def test_the_mode_of_the_card_chooses_the_driving_profile() -> None:
    roads = TownRoads()
    ask(Story().state, "burst_water_main", roads=roads)
    ask(Story().state, "structure_fire", roads=roads)
    assert roads.modes == ["ordinary", "emergency"]


def test_closures_of_the_state_reach_the_roads() -> None:
    story, roads = Story(), TownRoads()
    closure = Closure("c1", "Point", ((HERE.lon, HERE.lat),))
    story.do(CloseRoad(closure))
    ask(story.state, "structure_fire", roads=roads)
    assert [each.id for each in roads.closures] == ["c1"]


def test_a_kind_without_a_card_is_said() -> None:
    answer = ask(Story().state, "meteorite")
    assert answer.chosen == () and [gap.reason.code for gap in answer.unmet] == ["no_run_card"]
    assert ask(Story().state, "stray_dog").unmet == ()


def test_straight_lines_stand_there_marked_when_there_are_no_roads() -> None:
    story = Story()
    number = story.fire()
    answer = straight_line(story.state, {}, incident_id=number, at=START)
    assert answer.is_estimate and answer.paths == ()
    assert all(chosen.is_estimate and chosen.reason.code != "estimate_off_road" for chosen in answer.chosen)
    assert answer.incident_id == number
    assert straight_line(story.state, {}, kind="structure_fire", location=HERE, at=START).is_estimate
    with pytest.raises(ValueError, match="incident"):
        straight_line(story.state, {}, at=START)


def test_the_hash_names_the_content_and_nothing_else() -> None:
    state = Story().state
    first, again = ask(state, "structure_fire"), ask(state, "structure_fire")
    assert first.hash == again.hash == answer_hash(first)
    assert ask(state, "structure_fire", level=2).hash != first.hash
    assert answer_hash(replace(first, chosen=first.chosen[1:])) != first.hash
    assert answer_hash(replace(first, passed=first.passed[1:])) != first.hash


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32))
def test_the_answer_does_not_depend_on_the_order_of_units(seed: int) -> None:
    state = Story().state
    names = list(state.units)
    random.Random(seed).shuffle(names)
    shuffled = replace(state, units=Map({name: state.units[name] for name in names}))
    assert ask(shuffled, "structure_fire", level=2) == ask(state, "structure_fire", level=2)


WORDS = ("engine", "ladder", "patrol")


@st.composite
def small_towns(draw: st.DrawFn) -> tuple[State, str]:
    """Draw up to six units with some of three capabilities at crossings, and a card of up to four places to fill."""
    units = {}
    for number in range(draw(st.integers(0, 6))):
        able = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True))
        east, north = draw(st.integers(0, 2)), draw(st.integers(0, 2))
        unit = Unit(f"U{number}", "d", tuple(able), 25 + east * STEP_LON, 60 + north * STEP_LAT, turnout="t", crew=4)
        free = draw(st.sampled_from((Status.AVAILABLE, Status.AVAILABLE, Status.OUT_OF_SERVICE)))
        units[unit.id] = UnitState(unit, free, START)
    needs, places = [], 0
    for number in range(draw(st.integers(1, 3))):
        any_of = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True))
        count = draw(st.integers(1, 2)) if places < 3 else 1
        places += count
        needs.append(Need(f"n{number}", tuple(any_of), count, optional=draw(st.booleans())))
    card = RunCard("x", "X", "g", 1, "emergency", tuple(needs))
    turnouts = Map({"t": Turnout("t", 0, 0)})
    return State(cards=Map({"x": card}), units=Map(units), turnouts=turnouts), "x"


def best_of_all(state: State, needs: list[Need], taken: set[str]) -> tuple[int, int, set[str]]:
    """Try every way to fill the places; return places left empty, milliseconds, and one best set of units."""
    slots = [need for need in needs for _ in range(need.count)]
    roads = TownRoads()
    able: list[list[tuple[str, int]]] = []
    for need in slots:
        fitting = [
            (name, round((roads.travel_s(_start(each), HERE.lon, HERE.lat) + 5) * 1000))
            for name, each in sorted(state.units.items())
            if name not in taken and each.status is Status.AVAILABLE and set(need.any_of) & set(each.unit.capabilities)
        ]
        able.append([("", 0), *fitting])
    best: tuple[int, int, set[str]] = (len(slots) + 1, 0, set())
    for choice in product(*able):
        names = [name for name, _ in choice if name]
        if len(set(names)) == len(names):
            value = (len(slots) - len(names), sum(cost for _, cost in choice))
            if value < best[:2]:
                best = (*value, set(names))
    return best


def _start(each: UnitState) -> object:
    from dispatch.travels import Start

    return Start(each.unit.id, each.unit.lon, each.unit.lat)


@settings(max_examples=150, deadline=None)
@given(small_towns())
def test_equal_to_trying_everything(town: tuple[State, str]) -> None:
    state, kind = town
    answer = ask(state, kind)
    needs = state.cards[kind].needs
    required = [need for need in needs if not need.optional]
    optional = [need for need in needs if need.optional]
    is_required = {need.id for need in required}
    chosen = [each for each in answer.chosen if each.need_id in is_required]
    rest = [each for each in answer.chosen if each.need_id not in is_required]
    assert len({each.unit_id for each in answer.chosen}) == len(answer.chosen)
    for each, group in ((chosen, required), (rest, optional)):
        taken = {c.unit_id for c in chosen} if group is optional else set()
        empty, milliseconds, _ = best_of_all(state, group, taken)
        assert sum(need.count for need in group) - len(each) == empty
        assert sum(round(c.eta.total_s * 1000) for c in each) == milliseconds
    missing = sum(gap.missing for gap in answer.unmet)
    assert missing == sum(need.count for need in needs) - len(answer.chosen)


def test_an_assignment_made_by_hand_counts_for_a_need_that_it_fits() -> None:
    story = Story()
    number = story.fire()
    story.do(AssignUnits(number, (Choice("E2", ""),)))
    answer = recommend(story.state, {}, TownRoads(), number, at=START)
    assert set(sent(answer).values()) == {"als", "patrol"}
