"""Marks made from the state: pure, ordered, and true to the records."""

from __future__ import annotations

import numpy as np
import pytest
from immutables import Map

from dispatch.incident import Call, CallerPosition, Closure, Incident, Location, Stage
from dispatch.recommendation import Chosen, Eta, Path, Reason, Recommendation
from dispatch.state import State, UnitState
from maps.live import (
    Selection,
    ahead,
    caller_marks,
    closure_marks,
    incident_marks,
    route_marks,
    station_marks_of,
    straight_marks,
)
from maps.unit_rows import unit_marks
from resources.position import Fix
from resources.status import Status
from resources.unit import Department, Station, Unit
from tests.dispatch.town import at


class Flat:
    """A ground where a degree is a thousand metres."""

    def to_metric(self, lon, lat):
        return np.asarray(lon) * 1000.0, np.asarray(lat) * 1000.0


CITY = Flat()


def unit_state(unit_id: str, status: Status = Status.EN_ROUTE, **changes) -> UnitState:
    return UnitState(Unit(unit_id, "fd", ("engine",), 1.0, 2.0), status, at(), **changes)


def state_with(*units: UnitState) -> State:
    return State(
        departments=Map({"fd": Department("fd", "Fire Department", "fire")}),
        units=Map({known.unit.id: known for known in units}),
    )


def fix(unit_id: str, heading: float | None = 90.0, speed: float | None = 9.0) -> Fix:
    return Fix(unit_id, 5.0, 6.0, at(), at(), speed, heading)


def test_units_stand_at_their_fix_or_else_at_home() -> None:
    marks = unit_marks(state_with(unit_state("E2"), unit_state("E1")), {"E1": fix("E1")}, CITY, at=at(30))
    assert [(mark.unit_id, mark.x, mark.y, mark.fix_age_s) for mark in marks] == [
        ("E1", 5000, 6000, 30),
        ("E2", 1000, 2000, None),
    ]
    assert {mark.department_kind for mark in marks} == {"fire"}


@pytest.mark.parametrize(
    ("status", "heading", "speed", "shown"),
    [
        (Status.EN_ROUTE, 90.0, 9.0, 90.0),
        (Status.EN_ROUTE, 90.0, None, 90.0),
        (Status.EN_ROUTE, 90.0, 0.2, None),
        (Status.ON_SCENE, 90.0, 9.0, None),
        (Status.EN_ROUTE, None, 9.0, None),
    ],
)
def test_only_what_moves_has_a_heading(status: Status, heading: float, speed: float, shown: float) -> None:
    (mark,) = unit_marks(state_with(unit_state("E1", status)), {"E1": fix("E1", heading, speed)}, CITY, at=at())
    assert mark.heading_deg == shown


def test_signals_and_selection_are_shown_and_the_dismissed_are_not() -> None:
    state = state_with(
        unit_state("E1", distress_at=at()), unit_state("E2", speak_at=at()), unit_state("E3", on_roster=False)
    )
    one, two = unit_marks(state, {}, CITY, selection=Selection(unit_ids=frozenset({"E2"})), at=at())
    assert (one.distress, one.speak, one.selected) == (True, False, False)
    assert (two.distress, two.speak, two.selected) == (False, True, True)
    assert unit_marks(State(), {}, CITY, at=at()) == ()


def incident(number: int, **changes) -> Incident:
    record = {
        "id": number, "kind": "gas_leak", "priority": 1, "alarm_level": 1, "location": Location(1.0, 2.0),
        "stage": Stage.WAITING, "received_at": at(), "reported_at": at(), "mode": "emergency",
    }  # fmt: skip
    return Incident(**{**record, **changes})


def test_open_incidents_are_shown_new_until_somebody_is_sent() -> None:
    state = State(
        incidents=Map(
            {
                1: incident(1),
                2: incident(2, stage=Stage.ASSIGNED, deadline_at=at(60)),
                3: incident(3, stage=Stage.CLOSED),
            }
        ),
        open_incidents=Map({2: None, 1: None}),
    )

    def marks(seconds: float) -> list[tuple[int, bool, bool, bool]]:
        found = incident_marks(state, CITY, selection=Selection(2), at=at(seconds), name=str.upper)
        assert {mark.label for mark in found} == {"GAS_LEAK"}
        return [(mark.number, mark.is_new, mark.is_overdue, mark.selected) for mark in found]

    assert marks(0) == [(1, True, False, False), (2, False, False, True)]
    assert marks(60) == [(1, True, False, False), (2, False, True, True)]


def test_closures_stations_and_callers() -> None:
    state = State(
        departments=Map({"fd": Department("fd", "Fire Department", "fire")}),
        closures=Map({"c": Closure("c", "LineString", ((1.0, 2.0), (3.0, 4.0)), reason="Flood")}),
        stations=Map({"s": Station("s", "Station 1", "fd", 1.0, 2.0)}),
        calls=Map({"a": Call("a", position=CallerPosition(1.0, 2.0, 250.0, "cell")), "b": Call("b")}),
    )
    (closure,) = closure_marks(state, CITY)
    assert closure.xy.tolist() == [[1000, 2000], [3000, 4000]] and closure.label == "Flood"
    (station,) = station_marks_of(state, CITY)
    assert (station.department_kind, station.x, station.y) == ("fire", 1000, 2000)
    (caller,) = caller_marks(state, CITY, ["a", "b", "gone"])
    assert (caller.x, caller.radius_m) == (1000, 250)


def test_routes_are_ghosts_until_the_unit_is_sent() -> None:
    paths = tuple(Path(unit_id, ((0.0, 0.0), (1.0, 1.0)), (0.0, 60.0), (), 100.0) for unit_id in ("E1", "E2"))
    chosen = (Chosen("E1", "n", "engine", "fd", Eta(60, 100, 5), 100.0, Reason("nearest")),)
    answer = Recommendation(1, "gas_leak", 1, 5, at(), chosen, (), (), paths)
    one, two = route_marks(state_with(unit_state("E1")), answer, CITY, sent=frozenset({"E1"}))
    assert (one.unit_id, one.is_sent, one.eta_s, one.department_kind) == ("E1", True, 165, "fire")
    assert (two.unit_id, two.is_sent, two.eta_s, two.department_kind) == ("E2", False, None, "")


def test_only_what_is_ahead_of_a_unit_is_left_of_its_route() -> None:
    line = np.array([[0.0, 0.0], [100.0, 0.0], [100.0, 100.0]])
    assert ahead(line, 40.0, 8.0).tolist() == [[40.0, 0.0], [100.0, 0.0], [100.0, 100.0]]
    assert ahead(line, 95.0, 60.0).tolist() == [[100.0, 60.0], [100.0, 100.0]]
    assert ahead(line, -500.0, 0.0) is line  # another way than was thought


def test_the_route_in_hand_is_marked() -> None:
    paths = tuple(Path(name, ((25.0, 60.0), (25.01, 60.0)), (0.0, 60.0), (), 500.0) for name in ("E1", "E2"))
    answer = Recommendation(1, "gas_leak", 1, 5, at(), (), (), (), paths)
    assert [mark.is_in_hand for mark in route_marks(state_with(unit_state("E1")), answer, CITY, in_hand="E2")] == [
        False,
        True,
    ]


def test_who_was_put_in_by_hand_has_a_straight_ghost_with_guessed_minutes() -> None:
    state = state_with(unit_state("E1"))
    (mark,) = straight_marks(state, {"E1": 240.0, "gone": 60.0}, (1.0, 1.0), {"E1": fix("E1")}, CITY, in_hand="E1")
    assert (mark.unit_id, mark.is_sent, mark.is_approximate, mark.is_in_hand) == ("E1", False, True, True)
    assert mark.times_s is not None and mark.times_s.tolist() == [0.0, 240.0]
    assert mark.xy.tolist() == [[5000.0, 6000.0], [1000.0, 1000.0]]
    assert straight_marks(state, {"E1": 240.0}, None, {}, CITY) == ()
    (home,) = straight_marks(state, {"E1": None}, (1.0, 1.0), {}, CITY)
    assert home.xy[0].tolist() == [1000.0, 2000.0] and home.times_s is None
