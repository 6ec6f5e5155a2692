"""Policies answer what the desk's own questions answer, and change nothing but by commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from dispatch.commands import AssignUnits
from dispatch.compliance import ComplianceTable
from dispatch.events import UnitAssigned, UnitMovedUp, UnitReleased
from dispatch.plan import order_of
from dispatch.recommend import recommend
from dispatch.redirects import Redirects
from dispatch.runcard import Need, RunCard, RunCards
from dispatch.sim.demand import Arrivals
from dispatch.sim.draws import Draws
from dispatch.sim.lasting import Drive, Fixed, Lastings, Times
from dispatch.sim.packed_log import SimulationLog
from dispatch.sim.policies import ClosestIdle, JointPlan
from dispatch.sim.posts import Compliance, Dmexclp, Home
from dispatch.sim.run import Roads, Run, World
from dispatch.sim.view import View
from dispatch.sim.zones import ZoneRoads, Zones
from resources.unit import Department, Roster, Station, Turnout, Unit
from tests.dispatch.sim.sim_town import START, finished, make_run


class Beside(JointPlan):
    """Sends as `JointPlan` does, and keeps what `recommend` would have answered beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[set[str], set[str]]] = []

    def send(self, view: View, waiting: Sequence[int], at: datetime) -> Sequence[AssignUnits]:
        orders = super().send(view, waiting, at)
        if len(waiting) == 1:
            answer = recommend(view.as_state(), view.fixes(at), ZoneRoads(view.zones), waiting[0], at=at)
            asked = order_of(answer).choices if answer.chosen else ()
            mine = [choice for order in orders for choice in order.choices]
            self.pairs.append(({each.unit_id for each in mine}, {each.unit_id for each in asked}))
            assert [each.eta_s for each in mine] == pytest.approx([each.eta_s for each in asked], abs=0.002)
        return orders


def test_the_quick_choice_is_what_recommend_answers() -> None:
    sending = Beside()
    run = make_run(20.0, sending=sending)
    run.finish(20 * 3600.0)
    assert len(sending.pairs) > 20 and any(mine for mine, _ in sending.pairs)
    assert all(mine == asked for mine, asked in sending.pairs)
    assert sending.asked < len(sending.pairs)  # most were not asked of the plan


def line(units: Sequence[tuple[str, float]], *, priority_of: dict[str, int]) -> World:
    """Return a world on a line: places a minute apart, units by place, and a kind for each priority."""
    count = 11
    lonlat = np.array([(25.0 + place * 0.01, 60.0) for place in range(count)])
    away = np.abs(np.subtract.outer(np.arange(count), np.arange(count))).astype(np.float32) * 60.0
    zones = Zones(lonlat, {"emergency": away, "ordinary": away})
    made = tuple(
        Unit(name, "d", ("ambulance",), 25.0 + place * 0.01, 60.0, station=f"S{place:g}", turnout="t")
        for name, place in units
    )
    stations = tuple(Station(f"S{place}", f"Station {place}", "d", 25.0 + place * 0.01, 60.0) for place in range(count))
    cards = tuple(
        RunCard(kind, kind, "x", priority, "emergency", (Need("a", ("ambulance",)),))
        for kind, priority in priority_of.items()
    )
    roster = Roster((Department("d", "D", "ambulance"),), stations, made, (Turnout("t", 30.0, 30.0, 10.0),))
    return World("Line", "UTC", roster, RunCards(cards), (Roads(0.0, zones),))


EXACT = Times(
    turnout=Lastings(Fixed(30.0)),
    turnout_mobile=Lastings(Fixed(10.0)),
    scene=Lastings(Fixed(600.0)),
    travel={"": Drive()},
)


def at_places(world: World, told: Sequence[tuple[float, str, int]]) -> Arrivals:
    """Return incidents: seconds, kind, place."""
    kinds = tuple(sorted({kind for _, kind, _ in told}))
    return Arrivals(
        np.array([each[0] for each in told]),
        np.array([kinds.index(each[1]) for each in told]),
        world.roads[0].zones.lonlat[[each[2] for each in told]],
        kinds,
    )


def played(world: World, told: Sequence[tuple[float, str, int]], sending: object, waiting: object = None) -> Run:
    run = Run(
        world, at_places(world, told), EXACT, sending, waiting or Home(), Draws(1), SimulationLog(), start_at=START  # type: ignore[arg-type]
    )  # fmt: skip
    run.finish(7_200.0)
    return run


def events_of(run: Run, kind: type) -> list[object]:
    return [event for entry in run.desk.log.read() for event in entry.events if isinstance(event, kind)]


def test_one_response_takes_exactly_what_its_parts_take() -> None:
    world = line([("A1", 2), ("A2", 9)], priority_of={"call": 1})
    run = played(world, [(100.0, "call", 5)], ClosestIdle())
    columns = run.tally.table("responses")
    seconds = {name: column[0] / 1000 for name, column in columns.items() if name not in ("incident", "unit", "slot")}
    assert seconds == {"assigned": 100.0, "left": 130.0, "arrived": 310.0, "ended": 910.0}
    assert run.view.crews[int(columns["unit"][0])].id == "A1"
    assert run.view.crews[0].busy_ms == 810_000
    assert run.tally.table("incidents")["closed"][0] == 910_000
    home = [entry for entry in run.desk.log.read() if "available" in repr(entry.events[-1])][-1]
    assert (home.occurred_at - START).total_seconds() == 910 + 180


def test_a_unit_on_its_way_home_counts_from_where_it_is() -> None:
    world = line([("A1", 0), ("A2", 10)], priority_of={"call": 1})
    run = played(world, [(0.0, "call", 8), (1e-3, "call", 10), (1_440.0, "call", 5)], ClosestIdle())
    # A2 serves place 10 or 8 first, A1 the other; who drives home past place 5 is sent there from the road.
    third = [event for event in events_of(run, UnitAssigned) if event.incident_id == 3]  # type: ignore[attr-defined]
    assert [event.unit_id for event in third] == ["A1"]  # type: ignore[attr-defined]
    columns = run.tally.table("responses")
    assert (columns["left"][2] - columns["assigned"][2]) / 1000 == 10.0  # it was on the road
    assert (columns["arrived"][2] - columns["left"][2]) / 1000 <= 120.0


def test_a_redirect_takes_a_unit_for_what_is_more_urgent_and_the_first_waits_again() -> None:
    world = line([("A1", 0), ("A2", 10)], priority_of={"urgent": 1, "minor": 3})
    rules = Redirects(min_gain_s=30.0, pairs=frozenset({(3, 1)}))
    told = [(0.0, "minor", 4), (60.0, "urgent", 2)]
    plain, redirecting = played(world, told, JointPlan()), played(world, told, JointPlan(rules))
    assert not [event for event in events_of(plain, UnitReleased) if event.reason == "redirected"]  # type: ignore[attr-defined]
    assert [event.unit_id for event in events_of(redirecting, UnitReleased) if event.reason == "redirected"] == ["A1"]  # type: ignore[attr-defined]
    sooner = [run.tally.table("incidents")["arrived"] / 1000 for run in (plain, redirecting)]
    assert sooner[1][1] < sooner[0][1] - 30.0
    assert (sooner[1] >= 0).all()  # and the minor one was served all the same
    assert not redirecting.desk.refused


def test_dmexclp_sends_who_is_free_to_where_most_is_not_covered() -> None:
    world = line([("A1", 0), ("A2", 0)], priority_of={"call": 1})
    weight = np.zeros(11)
    weight[[0, 10]] = 0.5
    run = played(world, [(0.0, "call", 1)], ClosestIdle(), Dmexclp(weight, within_s=120.0, busy=0.3))
    [moved] = events_of(run, UnitMovedUp)
    assert (moved.unit_id, moved.station_id) == ("A1", "S10")  # type: ignore[attr-defined]
    assert run.view.crews[0].is_home and run.view.crews[0].zone == 10
    # With the other unit away as well, the half of the demand at home would count as much: it stays there.
    stays = played(
        world, [(0.0, "call", 1), (1.0, "call", 1)], ClosestIdle(), Dmexclp(weight, within_s=120.0, busy=0.3)
    )
    assert not [each for each in events_of(stays, UnitMovedUp) if each.unit_id == "A1"]  # type: ignore[attr-defined]


def test_a_table_is_held_with_the_fewest_minutes() -> None:
    world = line([("A1", 0), ("A2", 5), ("A3", 10)], priority_of={"call": 1})
    hold = ComplianceTable("d", "given", (("S5",), ("S2", "S8"), ("S0", "S5", "S10")))
    run = played(world, [(0.0, "call", 5)], ClosestIdle(), Compliance((hold,)))
    moves = events_of(run, UnitMovedUp)
    assert [(move.unit_id, move.station_id) for move in moves] == [("A1", "S2"), ("A3", "S8")]  # type: ignore[attr-defined]
    assert {crew.id: crew.zone for crew in run.view.crews} == {"A1": 0, "A2": 5, "A3": 10}  # all free: all at home


def test_who_waits_is_served_by_priority_and_then_by_the_call() -> None:
    world = line([("A1", 5)], priority_of={"urgent": 1, "minor": 3})
    told = [(0.0, "minor", 5), (10.0, "minor", 4), (20.0, "minor", 6), (30.0, "urgent", 9)]
    run = played(world, told, ClosestIdle())
    order = [event.incident_id for event in events_of(run, UnitAssigned)]  # type: ignore[attr-defined]
    assert order == [1, 4, 2, 3]
    columns = run.tally.table("incidents")
    assert ((columns["assigned"] - columns["due"]) > 0).tolist() == [False, True, True, True]


def test_policies_that_draw_differently_share_their_chances() -> None:
    """The n-th incident's call, turnout and work take as long under every policy: only the difference is measured."""
    runs = [finished(30.0, sending=sending) for sending in (ClosestIdle(), JointPlan())]
    first, second = (run.tally.table("incidents") for run in runs)
    assert (first["received"] == second["received"]).all() and (first["reported"] == second["reported"]).all()
    times = []
    for run in runs:
        rows = run.tally.table("responses")
        times.append(
            {
                (int(incident), int(slot)): int(left - assigned)
                for incident, slot, left, assigned in zip(
                    rows["incident"], rows["slot"], rows["left"], rows["assigned"], strict=True
                )
                if left >= 0 and left - assigned > 10_000
            }
        )
    both = set(times[0]) & set(times[1])
    assert len(both) > 30
    assert sum(times[0][key] == times[1][key] for key in both) > 0.95 * len(both)


def test_a_closed_road_is_told_and_driven_round() -> None:
    from dispatch.events import RoadClosed, RoadOpened
    from dispatch.incident import Closure

    world = line([("A1", 0)], priority_of={"call": 1})
    zones = world.roads[0].zones
    longer = Zones(zones.lonlat, {mode: table * 2 for mode, table in zones.seconds.items()})
    closure = Closure("bridge", "Point", ((25.03, 60.0),))
    world = replace(world, roads=(Roads(0.0, zones), Roads(1_000.0, longer, (closure,)), Roads(3_000.0, zones)))
    run = played(world, [(0.0, "call", 2), (1_500.0, "call", 2), (4_000.0, "call", 2)], ClosestIdle())
    rows = run.tally.table("responses")
    assert ((rows["arrived"] - rows["left"]) / 1000).tolist() == [120.0, 240.0, 120.0]
    assert [event.closure.id for event in events_of(run, RoadClosed)] == ["bridge"]  # type: ignore[attr-defined]
    assert [event.closure_id for event in events_of(run, RoadOpened)] == ["bridge"]  # type: ignore[attr-defined]
