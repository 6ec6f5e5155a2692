"""Why a plan leaves a unit out is said on request: it goes elsewhere, is slower, cannot come, or is barred."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch.joint_passed import why_passed
from dispatch.plan import plan
from dispatch.state import State
from tests.dispatch.test_joint_plan import town
from tests.dispatch.town import START
from tests.dispatch.town_roads import TownRoads

FIRES = [("structure_fire", 1, 0, 0), ("structure_fire", 1, 2, 2)]


def code_of(state: State, unit_id: str, incident_id: int, roads: TownRoads | None = None) -> str:
    roads = roads or TownRoads()
    return why_passed(plan(state, {}, roads, at=START), state, {}, roads, unit_id, incident_id).reason.code


def test_each_reason() -> None:
    state = town(FIRES[:1], ["E1", "E2", "A1", "W1"])
    assert code_of(state, "E2", 1) == "slower"
    assert code_of(state, "W1", 1) == "wrong_capability"
    assert code_of(state, "E2", 1, TownRoads(cut_off=["E2"])) == "unreachable"
    assert code_of(town(FIRES, ["E1", "E2", "A1"]), "E2", 1) == "goes_to"


def test_the_other_vehicle_of_a_crew_is_named() -> None:
    state = town(FIRES[:1], ["E1", "E2", "A1"])
    units = state.units
    for name in ("E1", "E2"):
        units = units.set(name, replace(units[name], unit=replace(units[name].unit, cross_staffed="crew")))
    assert code_of(replace(state, units=units), "E2", 1) == "crew_goes_with"


def test_who_is_sent_or_unknown_is_no_question() -> None:
    state = town(FIRES[:1], ["E1", "A1"])
    answer = plan(state, {}, TownRoads(), at=START)
    with pytest.raises(ValueError, match="E1 is planned"):
        why_passed(answer, state, {}, TownRoads(), "E1", 1)
    with pytest.raises(KeyError):
        why_passed(answer, state, {}, TownRoads(), "X9", 1)
