"""Where a unit waits counts in its time; for orders of stations and needs of one station it stays with its own."""

from __future__ import annotations

from dataclasses import replace

from immutables import Map

from dispatch.penalties import Known, Penalties
from dispatch.plan import plan
from dispatch.recommend import recommend
from dispatch.runcard import Need, RunCard
from dispatch.state import Post, State
from tests.dispatch.test_joint_plan import town
from tests.dispatch.town import START, crossing
from tests.dispatch.town_roads import TownRoads

NORTH_EAST = crossing(2, 2)


def waiting(state: State, unit_id: str, station_id: str) -> State:
    """Let a unit wait at the north-eastern corner in the place of another station."""
    post = Post(station_id, NORTH_EAST.lon, NORTH_EAST.lat, START)
    return replace(state, units=state.units.set(unit_id, replace(state.units[unit_id], post=post)))


def stationed(state: State, **stations: str) -> State:
    units = state.units
    for name, station in stations.items():
        units = units.set(name, replace(units[name], unit=replace(units[name].unit, station=station)))
    return replace(state, units=units)


def only(state: State, *needs: Need) -> State:
    card = RunCard("x", "X", "g", 1, "emergency", needs)
    incident = replace(state.incidents[1], kind="x")
    return replace(state, cards=Map({"x": card}), incidents=state.incidents.set(1, incident))


def test_a_unit_that_waits_at_the_first_due_station_is_near_and_still_of_its_own() -> None:
    state = stationed(only(town([("structure_fire", 1, 2, 2)], ["E1", "E2"]), Need("e", ("engine",))), E1="a", E2="b")
    state = waiting(state, "E1", "b")
    state = waiting(state, "E2", "b")
    known = Known(first_due={1: {"fire": ("b", "a")}})
    prices = Penalties(skipped_s=120.0)
    found = plan(state, {}, TownRoads(), at=START, penalties=prices, known=known)
    assert [one.unit_id for one in found.answers[0].chosen] == ["E2"], "both wait there, and E2 is of that station"
    alone = replace(state, units=state.units.delete("E2"))
    [paid] = plan(alone, {}, TownRoads(), at=START, penalties=prices, known=known).priced
    assert (paid.unit_id, [(price.code, price.seconds) for price in paid.prices]) == ("E1", [("first_due", 120.0)])
    [chosen] = recommend(alone, {}, TownRoads(), 1, at=START).chosen
    assert chosen.eta.travel_s < 5, "it counts from where it waits"


def test_units_of_one_station_are_so_wherever_they_wait() -> None:
    needs = (Need("e", ("engine",), same_station="house"), Need("l", ("ladder",), same_station="house"))
    state = only(town([("structure_fire", 1, 2, 2)], ["E1", "E2", "L1"]), *needs)
    state = waiting(stationed(state, E1="a", L1="a", E2="b"), "E1", "b")
    for answer in (recommend(state, {}, TownRoads(), 1, at=START), plan(state, {}, TownRoads(), at=START).answers[0]):
        assert {one.unit_id for one in answer.chosen} == {"E1", "L1"}
    state = waiting(stationed(state, E1="b", L1="a", E2="b"), "E1", "a")
    for answer in (recommend(state, {}, TownRoads(), 1, at=START), plan(state, {}, TownRoads(), at=START).answers[0]):
        assert len(answer.chosen) == 1 and "one_station_cannot" in {each.reason.code for each in answer.unmet}
