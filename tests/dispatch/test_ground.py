"""Times over the real roads of Helsinki: Dijkstra's, closures at once, and nothing pretended (hazard 37)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from immutables import Map

from dispatch.candidates import starts_of
from dispatch.ground import OFF_ROAD_LIMIT_M, Ground
from dispatch.incident import Closure
from dispatch.state import State, UnitState
from dispatch.straight import GUESS_LIMIT_M, StraightGround, distances_m
from dispatch.travels import Start
from gis.city import City
from gis.profile import default_profiles
from gis.roads import RoadsError
from gis.routing import Router
from gis.speeds import speeds_of
from resources.position import Fix
from resources.roster import read_roster
from resources.status import Status
from tests.gis.road_oracle import Oracle

STATION_SQUARE = (24.9415, 60.1712)
FLOOD = Closure("flood", "Polygon", ((24.0, 60.0), (26.0, 60.0), (26.0, 61.0), (24.0, 61.0), (24.0, 60.0)))
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def ground(helsinki: Path) -> Iterator[Ground]:
    yield Ground.of_city(City.open(helsinki))


@pytest.fixture(scope="module")
def starts(helsinki: Path) -> list[Start]:
    return [Start(unit.id, unit.lon, unit.lat) for unit in read_roster(helsinki / "roster.toml").units]


def seconds(ground: Ground, starts: list[Start], place: tuple[float, float], mode: str = "emergency") -> np.ndarray:
    travels = ground.travels(mode, starts, *place)
    return travels.travel_s + travels.access_s


@pytest.mark.parametrize("mode", ["emergency", "ordinary"])
def test_times_are_dijkstras_with_and_without_closures(ground: Ground, starts: list[Start], mode: str) -> None:
    router = ground.router(mode)
    bridge = ground.network.names.index("Pitkäsilta")
    [x, y] = ground.network.shape_of(int(np.flatnonzero(np.asarray(ground.network.name) == bridge)[0]))[0]
    for closures in ((), (Closure("c", "Point", (_lonlat(ground, x, y),)),)):
        ground.set_closures(closures)
        oracle = Oracle(ground.network, router.profile, sorted(router.closed))
        assert bool(router.closed) is bool(closures)
        [target] = router.snap_many(_metric(ground, [STATION_SQUARE]))
        snaps = router.snap_many(_metric(ground, [(start.lon, start.lat) for start in starts]))
        assert target is not None and None not in snaps
        expected = oracle.times_s(snaps, target)  # type: ignore[arg-type]
        assert seconds(ground, starts, STATION_SQUARE, mode) == pytest.approx(expected, abs=2e-3)


def test_a_path_leads_there_and_takes_as_long_as_was_said(ground: Ground, starts: list[Start]) -> None:
    travels = ground.travels("emergency", starts[:3], *STATION_SQUARE)
    path = ground.path("emergency", starts[2], *STATION_SQUARE)
    assert path is not None and path.unit_id == starts[2].unit_id
    assert len(path.lonlat) == len(path.times_s) > 10 and "Kaivokatu" in path.names
    assert path.times_s[-1] <= travels.travel_s[2] + travels.access_s[2]
    assert float(distances_m(np.array([path.lonlat[0]]), starts[2].lon, starts[2].lat)[0]) < 40
    assert float(distances_m(np.array([path.lonlat[-1]]), *STATION_SQUARE)[0]) < 100


def test_closing_and_opening_a_road_counts_at_once(ground: Ground, starts: list[Start]) -> None:
    before = seconds(ground, starts, STATION_SQUARE)
    path = ground.path("emergency", starts[0], *STATION_SQUARE)
    assert path is not None
    middle = path.lonlat[len(path.lonlat) // 2]
    ground.set_closures([Closure("c1", "Point", (middle,))])
    closed = seconds(ground, starts, STATION_SQUARE)
    assert closed[0] > before[0] + 1
    detour = ground.path("emergency", starts[0], *STATION_SQUARE)
    assert detour is None or detour.lonlat != path.lonlat
    ground.set_closures([])
    assert np.array_equal(seconds(ground, starts, STATION_SQUARE), before)
    assert ground.path("emergency", starts[0], *STATION_SQUARE) == path


def test_a_place_on_a_closed_road_is_reached_on_foot_from_the_nearest_open_one(
    ground: Ground, starts: list[Start]
) -> None:
    kerb = ground.path("emergency", starts[0], *STATION_SQUARE)
    assert kerb is not None
    place = kerb.lonlat[-1]
    before = ground.travels("emergency", starts, *place)
    ground.set_closures([Closure("c1", "Point", (place,))])
    after = ground.travels("emergency", starts, *place)
    assert np.isfinite(after.travel_s).all()
    assert (after.access_s > before.access_s).all()


def test_what_is_moved_past_a_closure_stands_on_the_nearest_open_road(ground: Ground, starts: list[Start]) -> None:
    """The same place as by an index of the open roads alone, and back on its own road when that is open again."""
    from gis.network_parts import main_part
    from gis.snap import Snapper

    router, xy = ground.router("emergency"), _metric(ground, [(start.lon, start.lat) for start in starts])
    closures = [Closure(start.unit_id, "Point", ((start.lon, start.lat),)) for start in starts[::2]]
    before = router.snap_many(xy)
    ground.set_closures(closures)
    open_roads = Snapper(ground.network, router.weights_ms, main_part(ground.network, router.profile))
    assert router.snap_to_open(xy, limit_m=400.0) == open_roads.snap_many(xy, limit_m=400.0) != before
    ground.set_closures([])
    assert router.snap_to_open(xy, limit_m=400.0) == before


def test_a_flood_over_every_road_leaves_nobody_who_can_come(ground: Ground, starts: list[Start]) -> None:
    ground.set_closures([FLOOD])
    travels = ground.travels("emergency", starts, *STATION_SQUARE)
    assert np.isinf(travels.travel_s).all() and not travels.is_estimate.any()
    assert ground.path("emergency", starts[0], *STATION_SQUARE) is None


def test_what_is_far_off_the_roads_is_guessed_and_marked(ground: Ground, starts: list[Start]) -> None:
    far = Start("X1", 24.80, 60.17)
    travels = ground.travels("emergency", [far, *starts], *STATION_SQUARE)
    assert travels.is_estimate.tolist() == [True] + [False] * len(starts)
    assert travels.off_road_m[0] == OFF_ROAD_LIMIT_M and not travels.is_guess
    assert travels.travel_s[0] == StraightGround().travels("emergency", [far], *STATION_SQUARE).travel_s[0]
    assert ground.path("emergency", far, *STATION_SQUARE) is None
    assert ground.travels("emergency", starts, 24.80, 60.17).is_guess


def test_many_places_at_once_are_answered_as_one_by_one(ground: Ground, starts: list[Start]) -> None:
    """Among them one twice, one off the roads, one far away and one on a closed road; so are the starts."""
    some = [*starts[:5], Start("lost", 25.9, 60.9), Start("far", 10.0, 10.0)]
    places = [STATION_SQUARE, (24.95, 60.18), STATION_SQUARE, (25.6, 59.2), (24.93, 60.165)]
    for closures in ((), (Closure("c", "Point", (places[1],)),)):
        ground.set_closures(closures)
        for place, each in zip(places, ground.travels_to_each("emergency", some, places), strict=True):
            one = ground.travels("emergency", some, *place)
            for name in ("travel_s", "access_s", "is_estimate", "off_road_m", "is_guess"):
                np.testing.assert_array_equal(getattr(each, name), getattr(one, name), err_msg=name)


def test_a_place_that_is_none_is_unreachable_and_no_crash(ground: Ground, starts: list[Start]) -> None:
    nowhere = ground.travels("emergency", starts, float("nan"), 60.0)
    assert nowhere.is_guess and np.isinf(nowhere.travel_s).all()
    lost = ground.travels("emergency", [Start("X", float("nan"), float("nan"))], *STATION_SQUARE)
    assert np.isinf(lost.travel_s).all()


def test_nothing_is_guessed_beyond_the_limit(ground: Ground, starts: list[Start]) -> None:
    def at(away_m: float) -> Start:
        return Start("X", STATION_SQUARE[0], STATION_SQUARE[1] + away_m / 111_195.0)

    pair = [at(0.99 * GUESS_LIMIT_M), at(1.01 * GUESS_LIMIT_M), Start("swapped", *reversed(STATION_SQUARE))]
    for travels in (
        StraightGround().travels("emergency", pair, *STATION_SQUARE),
        ground.travels("emergency", pair, *STATION_SQUARE),
    ):
        assert np.isfinite(travels.travel_s).tolist() == [True, False, False]
    assert np.isinf(ground.travels("emergency", starts, *reversed(STATION_SQUARE)).travel_s).all()


def test_how_far_outside_the_roads_a_place_lies(ground: Ground) -> None:
    north = (STATION_SQUARE[0], STATION_SQUARE[1] + 1.0)
    inside, away, swapped, none = ground.away_m([STATION_SQUARE, north, (60.17, 24.94), (float("nan"), 60.0)]).tolist()
    assert inside == 0 and 80_000 < away < 115_000 and swapped > 1_000_000 and none == float("inf")


def test_roads_of_another_coordinate_system_are_refused(helsinki: Path) -> None:
    with pytest.raises(RoadsError, match="the roads are in EPSG:32635, the city in EPSG:3067; build the city again"):
        Ground.of_city(replace(City.open(helsinki), metric_crs="EPSG:3067"))


def test_a_hole_of_a_closed_area_stays_open(ground: Ground) -> None:
    whole = [*zip((24.0, 26.0, 26.0, 24.0), (60.0, 60.0, 61.0, 61.0), strict=True)]
    lon, lat = STATION_SQUARE
    hole = ((lon - 0.01, lat - 0.01), (lon + 0.01, lat - 0.01), (lon + 0.01, lat + 0.01), (lon - 0.01, lat + 0.01))
    near = Start("E", lon + 0.002, lat)
    before = seconds(ground, [near], STATION_SQUARE)
    ground.set_closures([Closure("flood", "Polygon", tuple(whole))])
    assert np.isinf(seconds(ground, [near], STATION_SQUARE)).all()
    ground.set_closures([Closure("flood", "Polygon", tuple(whole), holes=(hole,))])
    assert seconds(ground, [near], STATION_SQUARE) == pytest.approx(before, abs=60)


def test_a_moving_unit_counts_from_where_it_can_turn(ground: Ground) -> None:
    """On a two-way street, driving away from the place costs the way to the next junction and back."""
    place, here = (24.9503, 60.1745), (24.95025, 60.17460)
    times = [seconds(ground, [Start("E1", *here, heading)], place)[0] for heading in (None, 0.0, 180.0)]
    assert times[0] <= min(times[1:])
    assert max(times[1:]) > times[0] + 5


def test_a_start_is_snapped_again_only_when_it_moved(ground: Ground, starts: list[Start]) -> None:
    ground.prepare("emergency", starts)
    router, asked = ground.router("emergency"), []
    whole = router.snap_many
    router.snap_many = lambda xy, **more: asked.append(len(xy)) or whole(xy, **more)  # type: ignore[method-assign,func-returns-value]
    moved = [Start(starts[0].unit_id, 24.945, 60.170), *starts[1:]]
    first = seconds(ground, moved, STATION_SQUARE)
    assert asked == [1, 1]  # the place and the unit that moved
    assert np.array_equal(seconds(ground, moved, STATION_SQUARE), first)


def test_a_closure_that_makes_no_sense_does_not_cost_every_answer(
    ground: Ground, starts: list[Start], caplog: pytest.LogCaptureFixture
) -> None:
    before = seconds(ground, starts, STATION_SQUARE)
    ground.set_closures([Closure("bad", "Circle", ((24.9, 60.1),))])
    assert np.array_equal(seconds(ground, starts, STATION_SQUARE), before)
    assert "bad" in caplog.text


HEAVY = (3.2, 2.5, 14.0)
WEAK_STREET = (24.95099, 60.17554)  # on Siltavuorenpenger, which bears 4.5 tonnes


def test_heavy_vehicles_keep_off_weak_roads_in_every_mode(ground: Ground, starts: list[Start]) -> None:
    """A fleet of three sizes at once is answered as each is alone, and as Dijkstra without the roads too small."""
    sizes = [(0.0, 0.0, 0.0), HEAVY, (2.6, 2.1, 4.5)]
    mixed = [replace(start, size=sizes[row % 3]) for row, start in enumerate(starts)]
    for mode in ("emergency", "ordinary"):
        together = ground.travels(mode, mixed, *WEAK_STREET)
        for row, start in enumerate(mixed):
            alone = ground.travels(mode, [start], *WEAK_STREET)
            assert (alone.travel_s[0], alone.access_s[0]) == (together.travel_s[row], together.access_s[row])
        router = ground.router(mode)
        oracle = Oracle(ground.network, router.profile, ground.network.arcs_too_small_for(HEAVY).tolist())
        heavy = [replace(start, size=HEAVY) for start in starts]
        snaps = router.snap_many(_metric(ground, [(start.lon, start.lat) for start in heavy]))
        [target] = router.snap_many(_metric(ground, [STATION_SQUARE]))
        assert target is not None and None not in snaps
        expected = oracle.times_s(snaps, target)  # type: ignore[arg-type]
        assert seconds(ground, heavy, STATION_SQUARE, mode) == pytest.approx(expected, abs=2e-3)


def test_a_crew_walks_where_its_vehicle_may_not_go(ground: Ground, starts: list[Start]) -> None:
    light, heavy = starts[0], replace(starts[0], size=HEAVY)
    plain, far = (ground.travels("emergency", [start], *WEAK_STREET) for start in (light, heavy))
    assert np.isfinite(far.travel_s[0]) and far.access_s[0] > plain.access_s[0] + 10
    assert not far.is_too_large.any()
    path = ground.path("emergency", heavy, *WEAK_STREET)
    assert path is not None and "Siltavuorenpenger" not in path.names
    beside = ground.path("emergency", light, *WEAK_STREET)
    assert beside is not None and "Siltavuorenpenger" in beside.names
    assert ground.paths("emergency", [heavy, light], *WEAK_STREET) == [path, beside]


def test_what_only_a_smaller_vehicle_could_reach_is_told(ground: Ground, starts: list[Start]) -> None:
    """Every road but those by the units is made too low: behind them nobody tall gets through."""
    network = ground.network
    limits = np.zeros((network.arc_count, 3), dtype=np.float32)
    limits[:, 0] = 3.0
    low = Ground(replace(network, limits=limits), default_profiles())
    tall = replace(starts[1], size=(3.5, 0.0, 0.0))
    travels = low.travels("emergency", [starts[0], tall], *STATION_SQUARE)
    assert np.isfinite(travels.travel_s).tolist() == [True, False]
    assert travels.is_too_large.tolist() == [False, True]
    assert low.paths("emergency", [tall], *STATION_SQUARE) == [None]
    low.set_closures([FLOOD])
    flooded = low.travels("emergency", [starts[0], tall], *STATION_SQUARE)
    assert np.isinf(flooded.travel_s).all() and not flooded.is_too_large.any()


def test_slow_and_flooded_roads(ground: Ground, starts: list[Start]) -> None:
    before = seconds(ground, starts, STATION_SQUARE)
    walks = ground.travels("emergency", starts, *STATION_SQUARE).access_s
    ground.set_closures([replace(FLOOD, kind="slow", speed_factor=0.5)])
    slow = seconds(ground, starts, STATION_SQUARE)
    driven = (slow - walks) / (before - walks)
    assert (driven[before - walks > 1] > 1.7).all() and (driven[before - walks > 1] < 2.02).all()  # turns cost the same
    path = ground.path("emergency", starts[0], *STATION_SQUARE)
    assert path is not None and path.times_s[-1] <= slow[0]
    half = replace(FLOOD, id="b", kind="slow", speed_factor=0.9)
    ground.set_closures([half, replace(FLOOD, kind="slow", speed_factor=0.5)])
    assert np.array_equal(seconds(ground, starts, STATION_SQUARE), slow)  # the slowest counts
    ground.set_closures([half, replace(FLOOD, kind="flooded")])
    assert np.isinf(seconds(ground, starts, STATION_SQUARE)).all()
    ground.set_closures([])
    assert np.array_equal(seconds(ground, starts, STATION_SQUARE), before)


def test_the_hour_and_the_weather_count(helsinki: Path, starts: list[Start]) -> None:
    city = City.open(helsinki)
    ground, speeds = Ground.of_city(city), speeds_of(city.folder)
    plain = seconds(ground, starts, STATION_SQUARE)
    morning = datetime(2026, 3, 2, 5, 30, tzinfo=UTC)  # half past seven in Helsinki, a Monday
    found = {}
    for weather in ("dry", "snow", "frogs"):
        ground.set_conditions(at=morning, time_zone="Europe/Helsinki", weather=weather)
        factors = speeds.factors(ground.network, weekday=0, hour=7, weather=weather, profile="emergency")
        router = ground.router("emergency")
        oracle = Oracle(ground.network, router.profile, factors=factors)
        snaps = router.snap_many(_metric(ground, [(start.lon, start.lat) for start in starts]))
        [target] = router.snap_many(_metric(ground, [STATION_SQUARE]))
        assert target is not None
        found[weather] = seconds(ground, starts, STATION_SQUARE)
        assert found[weather] == pytest.approx(oracle.times_s(snaps, target), abs=2e-3)  # type: ignore[arg-type]
    assert (found["snow"] > found["dry"]).any() and np.array_equal(found["frogs"], found["dry"])
    assert not np.array_equal(found["dry"], plain)
    metric = ground.router("emergency").ends
    ground.set_conditions(at=morning + timedelta(minutes=20), time_zone="Europe/Helsinki", weather="dry")
    assert ground.router("emergency").ends is metric  # the same hour and weather: nothing was made anew
    heavy = [replace(start, size=HEAVY) for start in starts]
    ground.set_closures([Closure("c", "Point", (STATION_SQUARE,))])
    late = Ground.of_city(city)  # what is asked first, and what is set first, changes nothing
    late.set_closures([Closure("c", "Point", (STATION_SQUARE,))])
    for each in (ground, late):
        each.set_conditions(at=morning, time_zone="Nowhere/Land", weather="snow")  # counts as UTC
    assert np.array_equal(seconds(ground, heavy, STATION_SQUARE), seconds(late, heavy, STATION_SQUARE))


def test_one_unit_asked_about_at_two_places_counts_at_both(ground: Ground, starts: list[Start]) -> None:
    here, there = starts[0], replace(starts[5], unit_id=starts[0].unit_id)
    apart = [seconds(ground, [each], STATION_SQUARE)[0] for each in (here, there)]
    assert apart[0] != apart[1]
    for order in ([here, there], [there, here], [here, there, here]):
        assert seconds(ground, order, STATION_SQUARE).tolist() == [apart[each is there] for each in order]


def test_another_thread_is_turned_away(ground: Ground, starts: list[Start]) -> None:
    ground.prepare("emergency", [])
    caught: list[BaseException] = []

    def ask() -> None:
        try:
            ground.travels("emergency", starts, *STATION_SQUARE)
        except RuntimeError as error:
            caught.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_an_unknown_mode_drives_by_the_citys_first_profile(ground: Ground, starts: list[Start]) -> None:
    assert np.array_equal(
        seconds(ground, starts, STATION_SQUARE, "hovercraft"), seconds(ground, starts, STATION_SQUARE, "emergency")
    )


def _metric(ground: Ground, places: list[tuple[float, float]]) -> np.ndarray:
    from gis.crs import LONLAT, transformer

    lon, lat = np.array(places).T
    return np.column_stack(transformer(LONLAT, ground.network.crs).transform(lon, lat))


def _lonlat(ground: Ground, x: float, y: float) -> tuple[float, float]:
    from gis.crs import LONLAT, transformer

    lon, lat = transformer(ground.network.crs, LONLAT).transform(x, y)
    return float(lon), float(lat)


def test_a_fleet_is_snapped_again_only_where_it_moved_or_was_asked_about_elsewhere(
    ground: Ground, helsinki: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = {
        unit.id: UnitState(unit, Status.AVAILABLE, NOW) for unit in read_roster(helsinki / "roster.toml").units[:30]
    }
    state, fixes, names = State(units=Map(units)), dict[str, Fix](), sorted(units)
    plain, snapped = Ground(ground.network, default_profiles()), list[int]()
    snap_many = Router.snap_many
    monkeypatch.setattr(
        Router, "snap_many", lambda self, xy, **how: snapped.append(len(xy)) or snap_many(self, xy, **how)
    )

    def ask(seconds: float) -> int:
        snapped.clear()
        lineup = starts_of(state, fixes, names, at=NOW + timedelta(seconds=seconds))
        for mode in ("emergency", "ordinary"):
            found = ground.travels(mode, lineup, *STATION_SQUARE)
            [*many] = snapped
            expected = plain.travels(mode, [replace(start) for start in lineup], *STATION_SQUARE)
            assert np.array_equal(found.travel_s, expected.travel_s)
            assert np.array_equal(found.access_s, expected.access_s)
            assert ground.paths(mode, lineup[3:5], *STATION_SQUARE) == plain.paths(
                mode, list(lineup[3:5]), *STATION_SQUARE
            )
            snapped[:] = many
        return max(many, default=0)

    assert ask(0) == 30
    assert ask(1) == 0
    fixes[names[4]] = Fix(names[4], *STATION_SQUARE, NOW, NOW, 9.0, 45.0)
    assert ask(2) == 1
    for mode in ("emergency", "ordinary"):  # the plan of somebody else puts it elsewhere
        ground.prepare(mode, [Start(name, 24.94, 60.19) for name in names[:7]])
    assert ask(3) == 7


def test_each_mode_is_driven_by_the_roads_as_they_are_whenever_it_is_asked(ground: Ground, starts: list[Start]) -> None:
    router = ground.router("emergency")
    path = ground.path("ordinary", starts[0], *STATION_SQUARE)
    assert path is not None
    before = {mode: seconds(ground, starts, STATION_SQUARE, mode) for mode in ("emergency", "ordinary")}
    ground.set_closures([Closure("c1", "Point", (path.lonlat[len(path.lonlat) // 2],))])
    assert router.closed  # who holds a router has it as the roads are
    ground.set_closures([*ground._closures, Closure("c2", "Point", (path.lonlat[len(path.lonlat) // 3],))])
    assert seconds(ground, starts, STATION_SQUARE, "ordinary")[0] > before["ordinary"][0]
    assert ground.path("ordinary", starts[0], *STATION_SQUARE) != path
    ground.set_closures([])
    assert not router.closed
    for mode, found in before.items():
        assert np.array_equal(seconds(ground, starts, STATION_SQUARE, mode), found)
