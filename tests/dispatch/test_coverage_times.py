"""Times to cells by road are those that a recommendation shows; what is off the roads covers nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from immutables import Map

from app.city_files import roster_of
from dispatch.coverage import Coverage
from dispatch.coverage_targets import default_targets
from dispatch.coverage_times import CellTimes
from dispatch.demand.cells import demand_of
from dispatch.ground import Ground
from dispatch.incident import Closure
from dispatch.move_ups import move_ups
from dispatch.state import State, UnitState
from dispatch.travels import Start
from gis.city import City
from resources.status import Status
from tests.dispatch.coverage_town import Street
from tests.dispatch.town import START


@pytest.fixture(scope="module")
def city(helsinki: Path) -> City:
    return City.open(helsinki)


@pytest.fixture(scope="module")
def ground(city: City) -> Ground:
    return Ground.of_city(city)


def test_times_are_those_of_a_recommendation_whatever_is_closed(city: City, ground: Ground) -> None:
    cells = demand_of(city).lonlat
    places = [(station.lon, station.lat) for station in roster_of(city)[0].stations]
    south, east = cells.min(axis=0).tolist(), cells.max(axis=0).tolist()
    middle = cells.mean(axis=0)
    across = Closure("c", "LineString", ((south[0], float(middle[1])), (east[0], float(middle[1]) + 1e-4)))
    for closures in ((), (across,)):
        ground.set_closures(closures)
        times = CellTimes("emergency", cells)
        times.add(ground, places)
        found = times.of(places)
        starts = [Start("", lon, lat) for lon, lat in places]
        travels = ground.travels_to_each("emergency", starts, [(lon, lat) for lon, lat in cells.tolist()])
        expected = np.column_stack([each.travel_s + each.access_s for each in travels])
        assert np.array_equal(np.isfinite(found), np.isfinite(expected))
        reached = np.isfinite(expected)
        assert np.abs(found[reached] - expected[reached]).max() < 2e-3
    ground.set_closures(())


def test_what_is_far_off_the_roads_reaches_nothing_and_is_reached_by_nobody(city: City, ground: Ground) -> None:
    cells = np.vstack([demand_of(city).lonlat[:2], [[20.0, 60.17]]])
    times = CellTimes("emergency", cells)
    here, sea = (float(cells[0, 0]), float(cells[0, 1])), (20.0, 60.0)
    times.add(ground, [here, sea])
    assert np.isfinite(times.of([here])).tolist() == [[True, True, False]]
    assert np.isinf(times.of([sea])).all()


def test_rows_that_nobody_asks_for_are_forgotten_and_unknown_places_reach_nothing() -> None:
    times = CellTimes("emergency", np.array([[25.0, 60.0], [25.01, 60.0]]))
    places = [(25.0 + number / 1000, 60.0) for number in range(300)]
    times.add(Street(), places)
    before = times.of(places[-2:])
    times.keep(places[-2:])
    assert len(times) == 2 and np.array_equal(times.of(places[-2:]), before)
    assert np.isinf(times.of(places[:1])).all()
    times.add(Street(), places[:100])
    assert len(times) == 102 and times.of(places[:1])[0, 0] == 0.0


def test_a_real_centre_is_covered_and_an_emptied_one_gets_its_ambulance_back(city: City, ground: Ground) -> None:
    roster, _ = roster_of(city)
    units = {unit.id: UnitState(unit, Status.AVAILABLE, START) for unit in roster.units}
    turnouts = {turnout.id: turnout for turnout in roster.turnouts}
    state = State(time_zone=city.time_zone, roster=roster, turnouts=Map(turnouts), units=Map(units))
    coverage = Coverage(ground, demand_of(city), default_targets())
    ambulances = [unit.id for unit in roster.units if unit.department == "ambulance"]
    report = coverage.answers(state, {}, at=START, leaving=ambulances)
    covers = {(cover.department, cover.target.id): cover for cover in report.covers}
    fire, ambulance = covers["fire", "first_engine"], covers["ambulance", "first_ambulance"]
    assert fire.reached > 0.9 and fire.reached_after == fire.reached
    assert (ambulance.reached > 0.9, ambulance.reached_after, ambulance.reason.code) == (True, 0.0, "cover_nobody")
    assert report.most_hit is not None and report.most_hit.department == "ambulance"
    assert not [
        move for move in move_ups(coverage, state, {}, at=START, leaving=ambulances) if move.unit_id in ambulances
    ]
