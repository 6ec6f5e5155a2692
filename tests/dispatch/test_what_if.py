"""What if: the answer changes, and neither the state nor the log does; nothing imagined can be sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch import commands as c
from dispatch.incident import Closure
from dispatch.plan import order_of, plan
from dispatch.recommend import recommend
from dispatch.refused import Refused
from dispatch.state import State
from dispatch.what_if import NOTHING, WhatIf, imagine, mark_answer, mark_plan
from tests.dispatch.shown_story import burning
from tests.dispatch.town import at, command
from tests.dispatch.town_roads import TownRoads

BRIDGE = Closure("what-if-1", "Point", ((25.0, 60.0),))


def test_nothing_imagined_is_the_state_itself_marked() -> None:
    state = burning().state
    assert replace(imagine(state, NOTHING), kind=state.kind) == state
    assert imagine(state, NOTHING).kind == "simulation"


def test_roads_are_closed_and_opened_in_what_is_asked_only() -> None:
    engine = burning()
    engine.do(command(c.CloseRoad(Closure("real", "Point", ((25.0, 60.0),)))))
    state, roads = engine.state, TownRoads()
    imagined = imagine(state, WhatIf(closures=(BRIDGE,), reopened=("real",)))
    recommend(imagined, {}, roads, 1, at=at(5))
    assert roads.closures == (BRIDGE,)
    assert set(state.closures) == {"real"} and engine.state is state
    with pytest.raises(KeyError):
        imagine(state, WhatIf(reopened=("gone",)))


def test_units_are_sent_by_the_rules_of_the_desk() -> None:
    engine = burning()
    state, head = engine.state, engine.log.head
    imagined = imagine(state, WhatIf(sent=(("E1", 1), ("W1", 2), ("A1", 1))))
    assert set(imagined.open_assignments) == {"1/1", "1/2", "2/1"}
    assert imagined.units["E1"].assignment_id and not state.units["E1"].assignment_id
    assert imagined.sequence == state.sequence == engine.log.head == head
    answer = recommend(imagined, {}, TownRoads(), 1, at=at(5))
    assert not {"E1", "A1"} & {each.unit_id for each in answer.chosen}
    with pytest.raises(Refused, match="unit_unknown"):
        imagine(state, WhatIf(sent=(("E77", 1),)))
    with pytest.raises(Refused, match="incident_unknown"):
        imagine(state, WhatIf(sent=(("E1", 9),)))


def test_a_unit_on_its_way_is_taken_from_there() -> None:
    engine = burning()
    engine.do(command(c.AssignUnits(2, (c.Choice("W1", "repair"),))))
    imagined = imagine(engine.state, WhatIf(sent=(("W1", 1),)))
    assert _bound(imagined, "W1") == 1 and _bound(engine.state, "W1") == 2


def _bound(state: State, unit_id: str) -> int:
    return state.assignments[state.units[unit_id].assignment_id].incident_id


def test_what_was_imagined_has_no_name_to_be_sent_by() -> None:
    state = burning().state
    marked = mark_plan(plan(imagine(state, WhatIf(sent=(("E1", 1),))), {}, TownRoads(), at=at(5)))
    assert marked.imagined and not marked.hash
    for answer in (*marked.answers, mark_answer(recommend(state, {}, TownRoads(), 1, at=at(5)))):
        assert answer.imagined and not answer.hash
        with pytest.raises(ValueError, match="imagined"):
            order_of(answer)
