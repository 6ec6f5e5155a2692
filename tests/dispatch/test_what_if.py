"""What if: the answer changes, and neither the state nor the log does; nothing imagined can be sent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dispatch import commands as c
from dispatch.ground import Ground
from dispatch.incident import Closure, Location
from dispatch.plan import order_of, plan
from dispatch.recommend import recommend
from dispatch.refused import Refused
from dispatch.state import State
from dispatch.what_if import NOTHING, WhatIf, imagine, mark_answer, mark_plan
from tests.dispatch.shown_story import burning
from tests.dispatch.town import at, command
from tests.dispatch.town_roads import TownRoads
from tests.gis.road_town import even_profile, grid, lonlat

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
    assert [replace(each, closed_at=None) for each in roads.closures] == [BRIDGE]
    assert set(state.closures) == {"real"} and engine.state is state
    with pytest.raises(KeyError):
        imagine(state, WhatIf(reopened=("gone",)))


def test_slow_and_flooded_roads_are_imagined_by_the_rules_of_the_desk(tmp_path: Path) -> None:
    state, ground = burning().state, Ground(grid(4).build(tmp_path), {"emergency": even_profile()})
    units = state.units
    for name, place in (("E1", lonlat(0, 0)), ("E2", lonlat(300, 300))):
        unit = replace(units[name].unit, lon=place[0], lat=place[1])
        units = units.set(name, replace(units[name], unit=unit))
    incident = replace(state.incidents[1], location=Location(*lonlat(150, 0)))
    state = replace(state, units=units, incidents=state.incidents.set(1, incident))

    def seconds(*closures: Closure) -> float:
        answer = recommend(imagine(state, WhatIf(closures)), {}, ground, 1, at=at(5))
        return next(each.eta.travel_s for each in answer.chosen if each.unit_id == "E1")

    row = (lonlat(0, 0), lonlat(300, 0))
    slow = Closure("what-if-2", "LineString", row, kind="slow", speed_factor=0.5)
    assert seconds() == pytest.approx(15, abs=0.2)
    assert seconds(slow) == pytest.approx(30, abs=0.4)
    assert seconds(replace(slow, until=at(-1))) == seconds() == pytest.approx(15, abs=0.2)
    around = Closure("what-if-3", "LineString", (lonlat(10, 0), lonlat(90, 0)), kind="flooded")
    assert seconds(around) == pytest.approx(35, abs=4)
    for wrong in (replace(slow, speed_factor=0.0), replace(slow, speed_factor=1.5), replace(around, speed_factor=0.5)):
        with pytest.raises(Refused, match="speed_factor_out_of_range"):
            imagine(state, WhatIf((wrong,)))


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
