"""Help from elsewhere, the order of stations and tired crews have a price in seconds, and a life pays none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dispatch.commands import ReleaseUnit, ReportStatus
from dispatch.penalties import Known, Penalties, Price, PriceList
from dispatch.plan import Plan, plan
from dispatch.state import State
from resources.status import Status
from resources.unit import Department
from tests.dispatch.story import Story
from tests.dispatch.test_joint_plan import pairs_of, town
from tests.dispatch.town import START
from tests.dispatch.town_roads import TownRoads

HELPERS = Penalties(help_from="same_kind", same_kind_s=300)


def two_brigades() -> State:
    """A fire at E1's door; E1 belongs to the next town, and the town's own E2 is far."""
    state = town([("structure_fire", 1, 0, 0)], ["E1", "E2", "A1"])
    foreign = replace(state.units["E1"].unit, department="next_town")
    return replace(
        state,
        departments=state.departments.set("next_town", Department("next_town", "Next Town", "fire")),
        units=state.units.set("E1", replace(state.units["E1"], unit=foreign)),
    )


def engine_of(answer: Plan) -> str:
    return next(unit for _, need, unit in pairs_of(answer) if need == "engine")


def test_a_neighbour_helps_at_its_price_and_only_where_it_may() -> None:
    state, roads = two_brigades(), TownRoads()
    assert engine_of(plan(state, {}, roads, at=START)) == "E2"
    assert engine_of(plan(state, {}, roads, at=START, penalties=replace(HELPERS, same_kind_s=10))) == "E1"
    dear = plan(state, {}, roads, at=START, penalties=HELPERS)
    assert engine_of(dear) == "E2" and dear.priced == ()
    assert dear.answers[0].chosen[0].reason.code == "quicker_costs_more"


def test_a_neighbour_fills_what_would_stay_empty_and_the_price_is_told() -> None:
    state = two_brigades()
    state = replace(state, units=state.units.delete("E2"))
    answer = plan(state, {}, TownRoads(), at=START, penalties=HELPERS)
    assert engine_of(answer) == "E1"
    [priced] = answer.priced
    assert [(each.code, each.seconds) for each in priced.prices] == [("same_kind", 300)]
    assert answer.served[0].price_s == 300
    assert plan(state, {}, TownRoads(), at=START).answers[0].unmet[0].reason.code == "none_on_duty"


def test_a_life_pays_no_price() -> None:
    answer = plan(two_brigades(), {}, TownRoads(), at=START, penalties=replace(HELPERS, from_priority=2))
    assert engine_of(answer) == "E1" and answer.priced == ()


def test_the_order_of_stations_is_broken_only_for_enough_time() -> None:
    state = town([("structure_fire", 1, 0, 0)], ["E1", "E2", "A1"])
    known = Known(first_due={1: {"fire": ("fire-22", "fire-00")}})
    gentle, strict = Penalties(skipped_s=30), Penalties(skipped_s=900)
    assert engine_of(plan(state, {}, TownRoads(), at=START, penalties=gentle, known=known)) == "E1"
    assert engine_of(plan(state, {}, TownRoads(), at=START, penalties=strict, known=known)) == "E2"


def test_a_shift_that_ends_soon_counts() -> None:
    state = town([("structure_fire", 1, 0, 0)], ["E1", "E2", "A1"])
    rules = Penalties(within_min=30, end_s=600)
    for minutes, expected in ((31, "E1"), (29, "E2"), (-5, "E2")):
        known = Known(shift_ends={"E1": START + timedelta(minutes=minutes)})
        assert engine_of(plan(state, {}, TownRoads(), at=START, penalties=rules, known=known)) == expected


def test_a_crew_that_worked_for_hours_is_spared() -> None:
    story = Story()
    story.fire("E1")
    story.do(ReleaseUnit("E1"), at=START + timedelta(hours=8))
    story.do(ReportStatus("E1", Status.AVAILABLE), at=START + timedelta(hours=8))
    number = story.fire()
    later = START + timedelta(hours=9)
    rules = Penalties(window_h=12, after_h=6, hour_s=120)
    prices = PriceList(rules, Known(), story.state, later)
    assert prices.worked_s("E1") == 8 * 3600
    assert prices.of_crew("E1") == (Price("tired", 240),)
    assert prices.of_crew("E2") == ()
    assert PriceList(replace(rules, window_h=5), Known(), story.state, later).worked_s("E1") == 4 * 3600
    rested = plan(story.state, {}, TownRoads(), at=later, penalties=rules, incident_ids=[number])
    assert engine_of(rested) == "E2"
    assert engine_of(plan(story.state, {}, TownRoads(), at=later, incident_ids=[number])) == "E1"
