"""Groups of needs that want one station get it in a plan, and what is on its way already decides which."""

from __future__ import annotations

import pytest

from dispatch.commands import AssignUnits, Choice
from dispatch.penalties import Known
from dispatch.plan import plan
from tests.dispatch.story import Story
from tests.dispatch.test_joint_plan import pairs_of, town
from tests.dispatch.town import START
from tests.dispatch.town_roads import TownRoads


def test_an_engine_and_a_ladder_come_from_one_station_where_that_is_asked() -> None:
    state = town([("structure_fire", 2, 2, 2)], ["E1", "E2", "L1", "A1"])
    wish = Known(together={1: [("engine", "ladder_2")]})
    apart, together = (plan(state, {}, TownRoads(), at=START, known=known) for known in (Known(), wish))
    chosen = {need: unit for _, need, unit in pairs_of(together)}
    assert {need: unit for _, need, unit in pairs_of(apart)}["engine"] == "E2"
    assert (chosen["engine"], chosen["ladder_2"], chosen["engine_2"]) == ("E1", "L1", "E2")
    assert together.is_optimal


def test_who_is_on_its_way_already_decides_the_station() -> None:
    story = Story()
    number = story.fire()
    story.do(AssignUnits(number, (Choice("E2", "engine"),)))
    wish = Known(together={number: [("engine", "als", "patrol")]})
    answer = plan(story.state, {}, TownRoads(), at=START, known=wish)
    assert pairs_of(answer) == []
    assert {each.need_id for each in answer.answers[0].unmet} == {"als", "patrol"}


def test_a_need_in_two_groups_is_refused() -> None:
    state = town([("structure_fire", 2, 2, 2)], ["E1", "E2", "L1", "A1"])
    wish = Known(together={1: [("engine", "ladder_2"), ("engine", "als")]})
    with pytest.raises(ValueError, match="two groups"):
        plan(state, {}, TownRoads(), at=START, known=wish)
