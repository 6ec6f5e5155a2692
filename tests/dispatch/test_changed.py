"""Before Send: whatever has changed since an answer is said of the unit that it concerns, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dispatch import commands as c
from dispatch.changed import MOVED_M, Change, changed_since_shown
from dispatch.commands import Body
from dispatch.engine import Engine
from dispatch.incident import Closure
from dispatch.recommendation import Reason, Recommendation
from resources.position import Fix
from resources.status import Status
from tests.dispatch.shown_story import answer, burning
from tests.dispatch.town import OTHER_OPERATOR, SUPERVISOR, at, command, crossing

FIRE = c.ReportIncident("structure_fire", crossing(0, 0))


def changes(engine: Engine, said: Recommendation, *bodies: Body, fixes: Sequence[Fix] = ()) -> list[tuple[str, str]]:
    for body in bodies:
        engine.do(command(body, at=at(20), who=SUPERVISOR))
    found = changed_since_shown(said, engine.state, {fix.unit_id: fix for fix in fixes}, at(30))
    return [(each.reason.code, each.unit_id) for each in found]


def test_nothing_is_said_where_nothing_changed() -> None:
    engine = burning()
    said = answer(engine)
    assert [each.unit_id for each in said.chosen] == ["E1", "A1", "P1"]
    assert changes(engine, said) == []
    assert changes(engine, said, c.AddNote(1, "smoke"), c.AssignUnits(2, (c.Choice("W1", "repair"),))) == []


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ((FIRE, c.AssignUnits(3, (c.Choice("E1", "engine"),))), [("busy", "E1")]),
        ((c.ReportStatus("A1", Status.OUT_OF_SERVICE, "flat tyre"),), [("out_of_service", "A1")]),
        ((c.AssignUnits(1, (c.Choice("P2", "patrol"),)),), [("need_filled_since", "P1")]),
        ((c.AssignUnits(1, (c.Choice("E1", "engine"),)),), [("already_sent", "E1")]),
        ((c.CloseIncident(1, "false_alarm"),), [("incident_closed", "")]),
        ((c.ChangeAlarmLevel(1, 2),), [("level_changed", "")]),
        ((c.CorrectLocation(1, crossing(0, 2)),), [("place_changed", "")]),
    ],
    ids=["elsewhere", "out of service", "filled", "sent", "closed", "level", "place"],
)
def test_what_changed_is_said_of_whom_it_concerns(bodies: tuple[Body, ...], expected: list[tuple[str, str]]) -> None:
    engine = burning()
    said = answer(engine)
    assert changes(engine, said, *bodies) == expected


def test_a_position_that_is_elsewhere_or_too_old_is_said() -> None:
    engine = burning()
    said = answer(engine)
    start = said.paths[0].lonlat[0]
    near = Fix("E1", start[0], start[1] + 0.9 * MOVED_M / 111_195, at(25), at(25))
    assert changes(engine, said, fixes=[near]) == []
    far = replace(near, lat=start[1] + 1.1 * MOVED_M / 111_195)
    assert changes(engine, said, fixes=[far]) == [("moved_since", "E1")]
    before = replace(far, fixed_at=at(-5), received_at=at(-5))
    assert changes(engine, said, fixes=[before]) == [], "the answer knew that already"
    old = replace(far, fixed_at=at(-100_000), received_at=at(-100_000), lat=61.0)
    assert changes(engine, said, fixes=[old]) == [("position_too_old", "E1")]


def test_a_closure_on_the_way_is_said_and_one_that_stood_before_is_not() -> None:
    engine = burning()
    engine.do(command(c.CloseRoad(Closure("before", "Point", (answer(engine).paths[0].lonlat[1],)))))
    said = answer(engine)
    way = {path.unit_id: path for path in said.paths}["E1"]
    assert changes(engine, said) == []
    here = Closure("here", "Point", (way.lonlat[1],), reason="flood")
    mud = Closure("mud", "Point", (way.lonlat[0],), kind="slow", speed_factor=0.5)
    elsewhere = Closure("elsewhere", "Point", ((25.3, 60.3),))
    found = changes(engine, said, *(c.CloseRoad(each) for each in (here, mud, elsewhere)))
    assert found == [("closure_on_way", "E1"), ("slow_on_way", "E1")]


def test_of_two_that_fill_one_need_the_slower_is_said() -> None:
    engine = burning()
    said = answer(engine)
    two = replace(said, chosen=(said.chosen[0], replace(said.chosen[0], unit_id="E2")))
    slower = replace(two.chosen[1], eta=replace(two.chosen[1].eta, travel_s=999.0))
    found = changed_since_shown(replace(two, chosen=(two.chosen[0], slower)), engine.state, {}, at(30))
    assert [(each.reason.code, each.unit_id) for each in found] == [("need_filled_since", "E2")]


def test_a_redirect_is_possible_until_the_unit_arrives() -> None:
    engine = burning()
    engine.do(command(c.AssignUnits(2, (c.Choice("W1", "repair"),)), at=at(1)))
    said = answer(engine)
    taken = replace(said.chosen[0], unit_id="W1", need_id="", taken_from=2)
    redirected = replace(said, chosen=(taken,))
    assert changes(engine, redirected) == []
    assert changes(engine, redirected, c.ReportStatus("W1", Status.ON_SCENE)) == [("redirect_too_late", "W1")]


def test_a_call_that_is_being_taken_has_no_incident_yet() -> None:
    engine = burning()
    said = replace(answer(engine), incident_id=None)
    assert changes(engine, said) == []
    engine.do(command(c.AssignUnits(1, (c.Choice("E1", "engine"),)), who=OTHER_OPERATOR))
    assert changes(engine, said) == [("busy", "E1")]
    stranger = replace(said, chosen=(replace(said.chosen[0], unit_id="E99"),))
    assert changed_since_shown(stranger, engine.state, {}, at(30)) == (Change(Reason("unit_gone"), "E99", "engine"),)


def test_the_other_vehicle_of_its_crew_bars_it() -> None:
    engine = burning()
    said = answer(engine)
    units = engine.state.units
    for unit_id in ("E1", "L1"):
        shared = replace(units[unit_id], unit=replace(units[unit_id].unit, cross_staffed="night"))
        units = units.set(unit_id, shared)
    state = replace(engine.state, units=units)
    assert changed_since_shown(said, state, {}, at(30)) == ()
    out = replace(units["L1"], status=Status.EN_ROUTE)
    [change] = changed_since_shown(said, replace(state, units=units.set("L1", out)), {}, at(30))
    assert (change.reason.code, change.unit_id) == ("crew_away", "E1")
