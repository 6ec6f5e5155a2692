"""A recorded drive is put on the roads that it took."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from gis.drives import Drive
from gis.map_matching import Matcher, Step
from gis.profile import default_profiles
from gis.roads import RoadNetwork
from tests.gis.driven import Driver
from tests.gis.road_town import Town, even_profile, grid, to_metric


def drive(*places: tuple[float, float], every_m: float = 40.0, noise_m: float = 4.0, seed: int = 1) -> Drive:
    """Drive straight from place to place of the town at 10 m/s."""
    corners = np.array([to_metric(*place) for place in places])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    at = np.arange(0.0, along[-1] + 1e-6, every_m)
    xy = np.column_stack([np.interp(at, along, corners[:, 0]), np.interp(at, along, corners[:, 1])])
    return Drive(at / 10.0, xy + np.random.default_rng(seed).normal(0.0, noise_m, xy.shape))


def match(network: RoadNetwork, driven: Drive) -> tuple[list[Step], Counter[str]]:
    dropped: Counter[str] = Counter()
    return Matcher(network, even_profile().weights_ms(network)).match(driven, dropped), dropped


def streets(network: RoadNetwork, steps: list[Step]) -> list[str]:
    names: list[str] = []
    for arc in (arc for step in steps for arc, share in step.parts if share * network.length_m[arc] > 12.0):
        name = network.names[network.name[arc]]
        if names[-1:] != [name]:
            names.append(name)
    return names


@pytest.mark.parametrize("seed", range(8))
def test_a_drive_round_corners_is_followed(tmp_path: Path, seed: int) -> None:
    network = grid(5).build(tmp_path)
    steps, dropped = match(network, drive((0, 10), (0, 100), (200, 100), (200, 380), seed=seed))
    assert streets(network, steps) == ["Column 0", "Row 1", "Column 2"] and not dropped.total()
    assert sum(step.distance_m for step in steps) == pytest.approx(90 + 200 + 280, abs=45)
    assert not any(step.is_doubtful for step in steps)


def test_ways_hang_together(tmp_path: Path) -> None:
    network = grid(5).build(tmp_path)
    steps, _ = match(network, drive((0, 10), (0, 200), (300, 200), every_m=90.0))
    arcs = [arc for step in steps for arc, share in step.parts if share > 0]
    for before, after in pairwise(arcs):
        assert before == after or network.head[before] == network.tail[after]


def test_standing_and_trembling_is_not_driving(tmp_path: Path) -> None:
    network = grid(3, block_m=300.0).build(tmp_path)
    x = np.array([30.0, 70.0, 110.0, 104.0, 112.0, 103.0, 150.0, 190.0])
    driven = Drive(np.arange(8) * 5.0, np.array([to_metric(each, 0.0) for each in x]))
    steps, _ = match(network, driven)
    assert sum(step.distance_m for step in steps) == pytest.approx(160.0, abs=1.0)
    assert [step.distance_m for step in steps][2:6] == pytest.approx([0.0, 2.0, 0.0, 38.0], abs=0.5)


def test_nobody_is_matched_against_a_one_way(tmp_path: Path) -> None:
    town = Town()
    for number, (x, y) in enumerate([(0, 0), (300, 0), (0, 14), (300, 14)], start=1):
        town.node(number, x, y)
    town.way(11, [1, 2], name="East", oneway="yes")
    town.way(12, [4, 3], name="West", oneway="yes")
    town.way(13, [2, 4], name="End")
    town.way(14, [3, 1], name="Start")
    network = town.build(tmp_path)
    for seed in range(6):
        # The receiver errs to the other carriageway; the direction says which one it is.
        west, _ = match(network, drive((280, 5), (20, 5), noise_m=3.0, seed=seed))
        east, _ = match(network, drive((20, 9), (280, 9), noise_m=3.0, seed=seed))
        assert (streets(network, west), streets(network, east)) == (["West"], ["East"])


def test_a_single_fix_far_off_is_passed_over_and_a_long_absence_cuts(tmp_path: Path) -> None:
    network = grid(9).build(tmp_path)
    driven = drive((0, 0), (0, 790), noise_m=2.0)
    driven.xy[8] += [3000.0, 0.0]
    steps, dropped = match(network, driven)
    assert dropped == {"off_road": 1} and streets(network, steps) == ["Column 0"]
    assert sum(step.distance_m for step in steps) == pytest.approx(760, abs=15)
    nowhere = Drive(driven.at_s, driven.xy + 50_000.0)
    assert match(network, nowhere) == ([], Counter({"off_road": len(driven.at_s)}))


def test_where_no_way_leads_the_drive_is_cut(tmp_path: Path) -> None:
    town = grid(4, block_m=200.0)
    town.ways = [way for way in town.ways if way[0] in (200, 203)]  # two streets that nothing joins
    town.way(300, [0, 30], name="South")
    network = town.build(tmp_path)
    there = drive((0, 400), (0, 590), noise_m=1.0)
    back = drive((600, 590), (600, 400), noise_m=1.0)
    both = Drive(np.concatenate([there.at_s, there.at_s[-1] + 5 + back.at_s]), np.concatenate([there.xy, back.xy]))
    steps, dropped = match(network, both)
    assert dropped["no_way"] == 1 and {*streets(network, steps)} == {"Column 0", "Column 3"}


def test_a_yard_beside_a_street_is_left_alone_and_a_tunnel_below_it_too(tmp_path: Path) -> None:
    town = Town()
    for number, (x, y) in enumerate([(0, 0), (400, 0), (0, 9), (400, 9), (0, -9), (400, -9)], start=1):
        town.node(number, x, y)
    town.way(11, [1, 2], name="Street")
    town.way(12, [1, 3, 4, 2], name="Yard", highway="service")
    town.way(13, [1, 5, 6, 2], name="Tunnel", tunnel="yes")
    network = town.build(tmp_path)
    for seed in range(6):
        for y in (-3.0, 3.0):
            steps, _ = match(network, drive((20, y), (380, y), seed=seed))
            assert streets(network, steps) == ["Street"]


def test_a_yard_with_a_street_within_the_error_is_marked_and_one_far_away_is_not(tmp_path: Path) -> None:
    for away, is_marked in ((12.0, True), (60.0, False)):
        town = Town()
        for number, (x, y) in enumerate([(0, 0), (400, 0), (0, away), (400, away)], start=1):
            town.node(number, x, y)
        town.way(11, [1, 2], name="Street")
        town.way(12, [1, 3, 4, 2], name="Yard", highway="service")
        folder = tmp_path / f"{away:.0f}"
        folder.mkdir()
        network = town.build(folder)
        steps, _ = match(network, drive((60, away), (340, away), noise_m=1.0))
        assert streets(network, steps) == ["Yard"] and {step.is_beside_street for step in steps} == {is_marked}
        steps, _ = match(network, drive((60, 0), (340, 0), noise_m=1.0))
        assert streets(network, steps) == ["Street"] and not any(step.is_beside_street for step in steps)


def test_most_of_what_was_driven_in_a_real_city_is_found(helsinki: Path) -> None:
    network = RoadNetwork.open(helsinki / "roads")
    profile = default_profiles()["ordinary"]
    driver = Driver(network, profile, lambda road_class, at_s: 1.0, noise_m=6.0, every_s=6.0)
    matcher = Matcher(network, profile.weights_ms(network))
    rng = np.random.default_rng(4)
    right_m = found_m = 0.0
    from gis.crs import LONLAT, transformer
    from gis.drives import drives_of

    for way in driver.ways(25, seed=4):
        trip = driver.drive(way, start_s=1e9, rng=rng)
        xy = np.column_stack(transformer(LONLAT, network.crs).transform(trip.lonlat[:, 0], trip.lonlat[:, 1]))
        driven = {(int(network.edge[arc]), bool(network.backward[arc])) for arc in way}
        for each in drives_of(trip.at_s, xy, Counter()):
            for step in matcher.match(each, Counter()):
                for arc, share in step.parts:
                    metres = share * float(network.length_m[arc])
                    found_m += metres
                    right_m += metres * ((int(network.edge[arc]), bool(network.backward[arc])) in driven)
    assert right_m / found_m > 0.97


def test_what_is_remembered_of_the_roads_stays_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = grid(6).build(tmp_path)
    driven = drive((0, 10), (0, 100), (200, 100), (200, 480))
    plenty, _ = match(network, driven)
    monkeypatch.setattr("gis.map_matching._NODES_KEPT", 40)
    matcher = Matcher(network, even_profile().weights_ms(network))
    assert matcher.match(driven, Counter()) == plenty
    assert matcher._nodes_kept == sum(len(ball.distance_m) for ball in matcher._balls.values())
    assert matcher._nodes_kept <= 40 or len(matcher._balls) == 1
