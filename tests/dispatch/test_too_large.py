"""A vehicle that is too large for every way is told apart from one to which no road leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.wording import need_sentence, sentence
from dispatch.joint_passed import why_passed
from dispatch.plan import plan
from dispatch.recommend import recommend, recommend_for, why_not
from dispatch.recommendation import Reason
from dispatch.runcard import Need
from dispatch.state import State
from dispatch.travels import Start, Travels
from resources.unit import TaskForce
from tests.dispatch.test_joint_plan import town
from tests.dispatch.test_recommend_bound import HERE, unit
from tests.dispatch.test_recommend_bound import town as town_of
from tests.dispatch.town import START
from tests.dispatch.town_roads import TownRoads

FIRE = [("structure_fire", 1, 0, 0)]
LARGE = (4.2, 0.0, 16.0)
SIZES = (("height_m", 4.2), ("weight_t", 16.0))


class LowRoads(TownRoads):
    """Streets under a bridge: nobody higher than four metres comes through."""

    def travels(self, mode: str, starts: Sequence[Start], lon: float, lat: float) -> Travels:
        large = np.array([start.size[0] > 4.0 for start in starts], dtype=bool)
        found = super().travels(mode, starts, lon, lat)
        is_off = np.array([start.unit_id in self.cut_off for start in starts], dtype=bool)
        return replace(found, travel_s=np.where(large, np.inf, found.travel_s), is_too_large=large & ~is_off)


def large(state: State, *names: str, size: tuple[float, float, float] = LARGE) -> State:
    """Return the town with some vehicles of that size."""
    units = state.units
    for name in names:
        unit = units[name].unit
        unit = replace(unit, height_m=size[0], width_m=size[1], weight_t=size[2])
        units = units.set(name, replace(units[name], unit=unit))
    return replace(state, units=units)


def test_the_one_passed_over_says_how_large_it_is() -> None:
    state = large(town(FIRE, ["E1", "E2", "A1"]), "E2")
    answer = recommend(state, {}, LowRoads(), 1, at=START)
    reason = why_not(answer, "E2")
    assert (reason.code, reason.parameters) == ("too_large", SIZES)
    assert sentence(reason.code, reason.parameters) == "No way for a vehicle of its size, 4.2 m high, 16 t"
    assert sentence(reason.code, reason.parameters, "zh") == "车辆尺寸过大，无路可行，高 4.2 m，重 16 吨"
    roads = LowRoads()
    assert why_passed(plan(state, {}, roads, at=START), state, {}, roads, "E2", 1).reason == reason
    assert roads.conditions == (START, state.time_zone, state.weather)
    assert why_not(recommend(state, {}, LowRoads(cut_off=["E2"]), 1, at=START), "E2").code == "unreachable"


def test_a_need_that_nobody_gets_through_to_says_so() -> None:
    state = large(town(FIRE, ["E1", "E2", "A1"]), "E1", "E2")
    [alone] = [each for each in recommend(state, {}, LowRoads(), 1, at=START).unmet if "engine" in each.any_of]
    assert alone.reason.code == "too_large" and set(SIZES) < set(alone.reason.parameters)
    assert need_sentence("too_large", alone.reason.parameters) == (
        "No way there for vehicles of their size (2), 4.2 m high, 16 t"
    )
    [answer] = plan(state, {}, LowRoads(), at=START).answers
    [joint] = [each for each in answer.unmet if each.need_id == alone.need_id]
    assert joint.reason == alone.reason


def test_several_sizes_make_no_vehicle_that_nobody_has() -> None:
    state = large(large(town(FIRE, ["E1", "E2", "A1"]), "E1"), "E2", size=(5.0, 0.0, 9.0))
    [alone] = [each for each in recommend(state, {}, LowRoads(), 1, at=START).unmet if "engine" in each.any_of]
    assert alone.reason.code == "too_large"
    assert {"height_m", "weight_t"}.isdisjoint(dict(alone.reason.parameters))
    both = recommend(state, {}, LowRoads(cut_off=["E1"]), 1, at=START).unmet
    [mixed] = [each for each in both if "engine" in each.any_of]
    assert mixed.reason.code == "none_can_go"
    assert {("too_large", 1), ("unreachable", 1)} < set(mixed.reason.parameters)


def test_a_task_force_is_as_large_as_its_largest() -> None:
    fleet = [unit("U1", "engine", height_m=4.2, weight_t=16.0), unit("U2", "engine", weight_t=20.0)]
    state = town_of(fleet, (Need("force", ("strike_team",)),), (TaskForce("F1", ("U1", "U2"), ("strike_team",)),))
    answer = recommend_for(state, {}, LowRoads(), kind="x", location=HERE, at=START)
    assert why_not(answer, "F1") == Reason("too_large", (("height_m", 4.2), ("weight_t", 20.0)))
    [unmet] = answer.unmet
    assert unmet.reason.code == "too_large"
