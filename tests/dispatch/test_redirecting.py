"""Redirects are proposed where they gain enough, never in circles, and what is left is planned anew."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.commands import AssignUnits, Choice, ReportIncident, ReportStatus
from dispatch.incident import Location
from dispatch.plan import Plan, order_of, plan
from dispatch.redirecting import plan_redirecting
from dispatch.redirects import NEVER, Redirects
from dispatch.state import State
from resources.status import Status
from tests.dispatch.story import Story
from tests.dispatch.town import START, at, crew, crossing
from tests.dispatch.town_roads import TownRoads

RULES = Redirects(60.0, 30.0, 0.0, frozenset({(2, 1), (3, 1), (3, 2)}))
FAR = Location(25.5, 60.3)


def proposed(state: State, rules: Redirects = RULES, seconds: float = 30.0) -> Plan:
    return plan_redirecting(state, {}, TownRoads(), at=at(seconds), redirects=rules)


def redirects(found: Plan) -> dict[str, tuple[int | None, int | None]]:
    return {
        chosen.unit_id: (chosen.taken_from, answer.incident_id)
        for answer in found.answers
        for chosen in answer.chosen
        if chosen.taken_from is not None
    }


def arrest_after_collision(*, away: tuple[str, ...] = ("E1", "E2", "P2")) -> Story:
    """P1 is alerted for a collision; then somebody's heart stops, and the others that could be first are away."""
    story = Story()
    story.do(ReportIncident("traffic_collision", crossing(2, 2)))
    story.do(AssignUnits(1, (Choice("P1", "patrol", 400.0),)))
    for unit_id in away:
        story.do(ReportStatus(unit_id, Status.OUT_OF_SERVICE, reason="workshop"))
    story.do(ReportIncident("cardiac_arrest", crossing(1, 1)))
    return story


def test_a_unit_is_taken_from_a_lesser_thing_where_nobody_else_can_go() -> None:
    found = proposed(arrest_after_collision().state)
    assert redirects(found) == {"P1": (1, 2)}
    arrest, collision = found.answers
    [first] = [each for each in arrest.chosen if each.unit_id == "P1"]
    assert (first.reason.code, dict(first.reason.parameters)) == (
        "redirected_alone",
        {"from": 1, "from_kind": "traffic_collision"},
    )
    assert collision.incident_id == 1 and [each.need_id for each in collision.unmet] == ["patrol"]


def test_what_is_left_gets_another_unit_in_the_same_answer() -> None:
    found = proposed(arrest_after_collision(away=("E1", "E2")).state)
    # P2 stands where P1 does: it goes to the arrest itself, and nobody is taken.
    assert redirects(found) == {}
    assert [(each.incident_id, [one.unit_id for one in each.chosen]) for each in found.answers] == [(2, ["A1", "P2"])]


def test_a_unit_is_taken_only_for_enough() -> None:
    story = arrest_after_collision(away=("E1", "P2"))
    found = proposed(story.state)
    assert redirects(found) == {"P1": (1, 2)}
    [chosen] = [each for each in found.answers[0].chosen if each.unit_id == "P1"]
    facts = dict(chosen.reason.parameters)
    gain_s = facts["gain_s"]
    assert chosen.reason.code == "redirected" and facts["instead"] == "E2" and isinstance(gain_s, float)
    assert redirects(proposed(story.state, replace(RULES, min_gain_s=gain_s - 0.5))) == {"P1": (1, 2)}
    assert redirects(proposed(story.state, replace(RULES, min_gain_s=gain_s + 0.5))) == {}
    assert redirects(proposed(story.state, NEVER)) == {}


def test_the_turnout_that_is_spent_is_not_counted_again() -> None:
    story = arrest_after_collision()
    turnouts = [
        chosen.eta.turnout_s
        for seconds in (0.0, 10.0, 30.0)
        for answer in proposed(story.state, seconds=seconds).answers
        for chosen in answer.chosen
        if chosen.unit_id == "P1"
    ]
    assert turnouts == [15.0, 5.0, 0.0]


def test_what_is_proposed_is_sent_as_one_decision_and_never_swings_back() -> None:
    story = arrest_after_collision()
    story.do(ReportStatus("P1", Status.EN_ROUTE, source="crew"), who=crew("P1"), at=at(20))
    found = proposed(story.state)
    story.do(order_of(found.answers[0]), at=at(30))
    assert story.state.assignments["1/1"].release_reason == "redirected"
    assert story.state.assignments[story.unit("P1").assignment_id].incident_id == 2
    story.do(ReportIncident("structure_fire", crossing(2, 2)), at=at(40))
    for seconds in (50.0, 600.0, 1700.0):
        assert redirects(proposed(story.state, seconds=seconds)) == {}


def test_nobody_is_taken_from_a_scene_or_for_something_as_urgent() -> None:
    story = arrest_after_collision()
    story.do(ReportStatus("P1", Status.ON_SCENE, source="crew"), who=crew("P1"), at=at(20))
    assert redirects(proposed(story.state)) == {}
    story = arrest_after_collision()
    assert redirects(proposed(story.state, Redirects(0.0, 0.0, 0.0, frozenset({(3, 1)})))) == {}


KINDS = ("structure_fire", "cardiac_arrest", "traffic_collision", "burst_water_main")


@st.composite
def busy_towns(draw: st.DrawFn) -> State:
    """A town where some incidents have their units on the way and others have just been reported."""
    story = Story()
    incidents = draw(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 2), st.integers(0, 2)), max_size=5))
    for number, (kind, east, north) in enumerate(incidents, start=1):
        story.do(ReportIncident(kind, crossing(east, north)))
        if draw(st.booleans()):
            answer = next(iter(plan(story.state, {}, TownRoads(), at=START, incident_ids=[number]).answers), None)
            if answer is not None and answer.chosen:
                story.do(order_of(answer))
    for unit_id in draw(st.lists(st.sampled_from(["E1", "E2", "A1", "P1", "P2", "W1"]), max_size=3, unique=True)):
        if not story.unit(unit_id).assignment_id:
            story.do(ReportStatus(unit_id, Status.OUT_OF_SERVICE, reason="workshop"))
    return story.state


@given(busy_towns(), st.sampled_from([0.0, 60.0, 300.0]))
@settings(max_examples=60, deadline=None)
def test_redirects_help_the_urgent_by_enough_and_set_nobody_free(state: State, min_gain_s: float) -> None:
    rules = replace(RULES, min_gain_s=min_gain_s)
    without, found = plan(state, {}, TownRoads(), at=START), proposed(state, rules, 0.0)
    moved = redirects(found)
    if not moved:
        assert [each.chosen for each in found.answers] == [each.chosen for each in without.answers]
        return
    for home, number in moved.values():
        assert home is not None and number is not None
        assert (state.incidents[home].priority, state.incidents[number].priority) in rules.pairs
    most = min(state.incidents[number].priority for _, number in moved.values() if number is not None)
    before, after = ({each.priority: each for each in one.served if not each.optional} for one in (without, found))
    assert after[most].filled >= before[most].filled
    if after[most].filled == before[most].filled:
        count = sum(state.incidents[number].priority == most for _, number in moved.values() if number is not None)
        assert before[most].total_s - after[most].total_s >= count * min_gain_s - 0.01
    sent = [chosen.unit_id for answer in found.answers for chosen in answer.chosen]
    assert len(sent) == len(set(sent))
    assert all(chosen.taken_from or not state.units[chosen.unit_id].assignment_id
               for answer in found.answers for chosen in answer.chosen)  # fmt: skip
