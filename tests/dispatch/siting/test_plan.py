"""Plans on a street whose cells lie a minute apart: figures by hand, before and after something changes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dispatch.incident import Closure
from dispatch.siting.compare import compare
from dispatch.siting.measure import Siting
from dispatch.siting.place import COVER, FEWEST, MEAN, NEVER_S, place
from dispatch.siting.plan import Growth, NoSuchPost, Plan, Post, closed, moved, opened, plan_of, usual_turnout_s
from tests.dispatch.coverage_town import FIRE, STEP, Street, line, state_of, target, unit


def post(cell: float, *, units: int = 1, turnout_s: float = 60.0) -> Post:
    return Post(f"s{cell:g}", f"House {cell:g}", 25.0 + STEP * cell, 60.0, units, turnout_s)


def siting(
    weights: list[float], *, within_min: float = 2, busy: float = 0.3, clock: str = "travel", **more: object
) -> Siting:
    return Siting(Street(), line(weights), target(within_min, busy=busy, clock=clock), **more)  # type: ignore[arg-type]


def test_figures_are_those_by_hand() -> None:
    plan = Plan("now", (post(1, units=2), post(8)))
    found = siting([1] * 10, calls_a_day=100).measure(plan)
    assert found.counts.tolist() == [2, 2, 2, 2, 0, 0, 1, 1, 1, 1]
    assert (found.reached, found.never) == (pytest.approx(0.8), 0)
    assert found.expected == pytest.approx((4 * (1 - 0.3**2) + 4 * 0.7) / 10)
    minutes = [1, 0, 1, 2, 3, 3, 2, 1, 0, 1]
    assert found.nearest_s.tolist() == [60.0 * each for each in minutes]
    assert (found.mean_s, found.p50_s, found.p90_s) == (pytest.approx(84), 60, 180)
    assert found.late_a_day == pytest.approx(100 * (1 - found.expected))
    west, east = found.areas
    assert (west.area.name, west.share, west.reached, west.mean_s) == (
        "west",
        0.5,
        pytest.approx(0.8),
        pytest.approx(84),
    )
    assert (east.area.name, east.reached, east.p90_s) == ("Eastside", pytest.approx(0.8), 180)


def test_the_clock_of_a_response_counts_turnout() -> None:
    found = siting([1] * 4, clock="response").measure(Plan("now", (post(0, turnout_s=60), post(3, turnout_s=90))))
    assert found.counts.tolist() == [1, 1, 0, 1]  # a minute of turnout leaves one cell, one and a half none
    assert found.nearest_s.tolist() == [60, 120, 150, 90]


def test_a_station_that_closes_leaves_its_units_work_to_the_others() -> None:
    plan = Plan("now", (post(1, units=2), post(8)))
    desk = siting([1] * 10, usual_units=3)
    before, after = desk.measure(plan), desk.measure(closed(plan, ["house 8"]))
    assert after.busy == pytest.approx(0.3 * 3 / 2) and before.busy == 0.3
    told = compare(before, after)
    assert (told.lost, told.won) == (pytest.approx(0.4), 0)
    assert [each.area.name for each in told.areas] == ["Eastside", "west"]
    assert told.areas[0].change == pytest.approx(-0.4) and told.areas[1].change == 0
    assert told.change_s.tolist() == [0, 0, 0, 0, 0, 60, 180, 300, 420, 420]
    assert told.slower == pytest.approx(0.5) and told.quicker == 0
    gone = desk.measure(closed(plan, ["s1", "s8"]))
    assert (gone.reached, gone.never, gone.mean_s) == (0, 1, None)
    assert compare(before, gone).lost == pytest.approx(0.8)


def test_units_that_move_and_posts_that_open() -> None:
    plan = Plan("now", (post(1, units=2), post(8)))
    together = moved(plan, {"s8": "s1"})
    assert [(each.id, each.units) for each in together.posts] == [("s1", 3)]
    assert moved(plan, {"s1": "s1"}) == plan
    more = opened(plan, [post(4)])
    desk = siting([1] * 10, usual_units=plan.units)
    assert desk.measure(more).reached == 1 and desk.busy_of(more) == pytest.approx(0.3 * 3 / 4)
    with pytest.raises(ValueError, match="already"):
        opened(plan, [post(8)])
    with pytest.raises(NoSuchPost) as caught:
        closed(plan, ["s9"])
    assert (caught.value.word, caught.value.known) == ("s9", ("s1", "s8"))


def test_a_bridge_that_falls_parts_the_street() -> None:
    plan = Plan("now", (post(1),))
    bridge = Closure("bridge", "Point", ((25.0 + STEP * 2.5, 60.0),))
    desk = siting([1] * 5)
    before, after = desk.measure(plan), desk.measure(replace(plan, closures=(bridge,)))
    assert (before.reached, after.reached, after.never) == (pytest.approx(0.8), pytest.approx(0.6), pytest.approx(0.4))
    assert after.areas[1].mean_s is None and after.areas[0].mean_s is not None  # nobody comes to all of the east
    told = compare(before, after)
    assert told.lost == pytest.approx(0.2) and math.isinf(told.change_s[4]) and told.slower == pytest.approx(0.4)
    assert desk.measure(plan).reached == before.reached  # the roads are put back


def test_demand_that_grows_makes_units_busier() -> None:
    plan = Plan("now", (post(0), post(1)))
    desk = siting([1] * 4, calls_a_day=10)
    before = desk.measure(plan)
    grown = desk.measure(replace(plan, growth=(Growth(1.3),)))
    assert (grown.reached, grown.busy, grown.calls_a_day) == (before.reached, pytest.approx(0.39), pytest.approx(13))
    assert grown.expected < before.expected and grown.late_a_day > 1.3 * before.late_a_day  # type: ignore[operator]
    east = desk.measure(replace(plan, growth=(Growth(3.0, "Eastside"),)))
    assert east.weight.tolist() == pytest.approx([0.125, 0.125, 0.375, 0.375]) and east.busy == pytest.approx(0.6)
    for bad in (Growth(-1), Growth(math.nan), Growth(2, "Nowhere"), Growth(0)):
        with pytest.raises(ValueError, match=r"demand|area"):
            desk.measure(replace(plan, growth=(bad,)))
    assert desk.measure(replace(plan, growth=(Growth(9),))).busy == 0.95


def test_a_plan_is_what_the_roster_says() -> None:
    units = [
        unit("E1", 1, station="s1"),
        unit("E2", 1, station="s1", cross_staffed="crew"),
        unit("E3", 1, station="s1", cross_staffed="crew"),
        unit("L4", 2, station="s1", capabilities=("ladder",)),
        unit("E5", 7),
        unit("E6", 7.001),
    ]
    plan = plan_of(state_of(units, stations=[1, 5]).roster, FIRE, target(2, capabilities=["engine"]))
    assert [(each.id, each.name, each.units, each.turnout_s) for each in plan.posts] == [
        ("E5", "E5", 2, 60),
        ("s1", "House 1", 2, 60),
    ]
    assert (plan.units, usual_turnout_s(plan)) == (4, 60)


def test_posts_are_put_where_the_aim_says() -> None:
    desk = siting([1, 1, 1, 1, 1, 0, 0, 0, 9], within_min=1)
    everywhere = [post(cell) for cell in range(9)]
    nothing = Plan("new", ())
    assert [each.id for each in place(desk, nothing, everywhere, count=1, keep=False).order] == ["s7"]
    two = place(desk, nothing, everywhere, count=2, keep=False)
    assert two.sited.is_proven and {"s1", "s2", "s3"} & {each.id for each in two.order}
    assert two.order[0].id in {"s7", "s8"}  # opened first: it covers most
    mean = place(desk, nothing, everywhere, aim=MEAN, count=2, keep=False)
    assert {each.id for each in mean.order} == {"s2", "s8"}
    assert mean.measured.mean_s == pytest.approx(mean.sited.value) == pytest.approx(60 * 6 / 14)
    few = place(desk, nothing, everywhere, aim=FEWEST, at_least=1.0, keep=False)
    assert len(few.order) == 3 and few.measured.reached == 1
    kept = place(desk, Plan("now", (post(7),)), everywhere, count=1)
    assert kept.order[0].id == "s7" and kept.measured.reached == pytest.approx(12 / 14)


def test_what_nobody_reaches_costs_most_and_is_told() -> None:
    desk = siting([1, 1, 1, 1])
    bridge = Closure("bridge", "Point", ((25.0 + STEP * 1.5, 60.0),))
    found = place(desk, Plan("new", (), closures=(bridge,)), [post(0), post(3)], aim=MEAN, count=1, keep=False)
    assert found.measured.never == 0.5 and found.sited.value == pytest.approx((60 + 2 * NEVER_S) / 4)
    for bad in ({"count": 3}, {"count": 0}, {"aim": "best"}):
        with pytest.raises(ValueError, match=r"cannot be chosen|none of"):
            place(desk, Plan("new", ()), [post(0), post(3)], keep=False, **bad)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no candidate"):
        place(desk, Plan("now", (post(0),)), [post(0)], aim=COVER)


def test_weights_of_percentiles_are_the_demands() -> None:
    found = siting([97, 1, 1, 1]).measure(Plan("now", (post(0),)))
    assert (found.p50_s, found.p90_s) == (0, 0)
    assert found.mean_s == pytest.approx(60 * (1 + 2 + 3) / 100)
    assert np.isclose(found.weight.sum(), 1)
