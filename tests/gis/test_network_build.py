"""Small towns built into networks: what is kept, what is cut off, what is counted."""

import bz2
import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gis.network_build import NetworkError, build_from_osm
from gis.profile import default_profiles
from gis.roads import ArcFlag, RoadNetwork
from gis.routing import Router
from tests.gis.road_town import CRS, Town, even_profile, grid, seconds


def test_a_grid_has_its_junctions_and_lengths(tmp_path: Path) -> None:
    network = grid().build(tmp_path)
    assert (network.node_count, network.arc_count, network.edge_count) == (9, 24, 12)
    assert network.length_m.tolist() == pytest.approx([100] * 24, rel=0.003)
    assert network.report["missing_nodes"] == network.report["cut_off_junctions"] == 0
    assert network.problems() == []
    assert set(network.names) == {"Row 0", "Row 1", "Row 2", "Column 0", "Column 1", "Column 2"}


_BUILD = """
import resource, sys
from pathlib import Path
from gis.network_build import build_from_osm
from gis.osm import read_extract
from tests.gis.road_town import CRS, Town

def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

def build(name, apart):
    town = Town()
    numbers = [1 + apart * row for row in range(100)]
    for row, number in enumerate(numbers):
        town.node(number, 100 * row, 0)
    town.way(1, numbers)
    file = town.write(Path(sys.argv[1]) / f"{name}.osm")
    read_extract(file)
    build_from_osm(file, Path(sys.argv[1]) / name, metric_crs=CRS)

build("close", 1)
before = peak_mb()
build("apart", 1 << 25)
print(peak_mb() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is counted in KB on Linux only")
def test_numbers_of_nodes_far_apart_take_no_memory(tmp_path: Path) -> None:
    """A set of one bit a number takes 4 MB for each 33 million of them: 1.5 GB for a street of today's numbers."""
    done = subprocess.run([sys.executable, "-c", _BUILD, str(tmp_path)], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 100


def test_points_between_junctions_are_shape_only(tmp_path: Path) -> None:
    town = Town()
    town.node(1, 0, 0)
    town.node(2, 50, 30)
    town.node(3, 100, 0)
    town.way(1, [1, 2, 2, 3])
    network = town.build(tmp_path)
    assert (network.node_count, network.edge_count, len(network.edge_xy)) == (2, 1, 3)
    assert network.length_m[0] == pytest.approx(2 * np.hypot(50, 30), rel=0.003)


def test_a_one_way_is_driven_one_way(tmp_path: Path) -> None:
    town = grid()
    town.ways[0][2]["oneway"] = "yes"
    network = town.build(tmp_path)
    router = Router(network, even_profile())
    assert seconds(router, (0, 0), (200, 0)) == pytest.approx(20, abs=0.2)
    assert seconds(router, (200, 0), (0, 0)) == pytest.approx(40, abs=0.2)
    assert ((network.flags & ArcFlag.CONTRAFLOW) != 0).sum() == 2
    daring = Router(network, even_profile(closed=ArcFlag(0), flag_factor={ArcFlag.CONTRAFLOW: 0.8}))
    assert seconds(daring, (200, 0), (0, 0)) == pytest.approx(25, abs=0.2)


def test_islands_ferries_and_dead_one_ways_are_cut_off_and_counted(tmp_path: Path) -> None:
    town = grid()
    town.node(50, 1000, 0)
    town.node(51, 1100, 0)
    town.way(300, [50, 51])
    town.node(52, 300, 0)
    town.way(301, [20, 52], oneway="yes")
    town.way(302, [20, 50], highway="", route="ferry")
    del town.ways[-1][2]["highway"]
    network = town.build(tmp_path)
    assert network.report["cut_off_junctions"] == 3
    assert network.report["cut_off_km"] == pytest.approx(0.2, abs=0.01)
    assert network.report["cut_off_km_by_class"] == {"residential": pytest.approx(0.2, abs=0.01)}
    assert network.report["ferries_left_out"] == 1
    assert network.report["junctions"] == 9


def test_ways_are_cut_where_a_node_is_missing(tmp_path: Path) -> None:
    town = grid()
    town.way(300, [0, 999, 20, 998])
    network = town.build(tmp_path)
    assert network.report["missing_nodes"] == 2
    assert not (network.way_id == 300).any()


def test_a_stray_node_far_away_costs_only_its_own_road(tmp_path: Path) -> None:
    town = grid()
    town.way(300, [20, 80])
    text = town.write(tmp_path / "town.osm").read_text(encoding="utf-8")
    stray = '<node id="80" version="1" lon="117.0" lat="0.0"/><way'
    (tmp_path / "town.osm").write_text(text.replace("<way", stray, 1), encoding="utf-8")
    report = build_from_osm(tmp_path / "town.osm", tmp_path / "roads", metric_crs=CRS)
    network = RoadNetwork.open(tmp_path / "roads")
    assert (report["edges_off_the_map"], report["junctions"]) == (1, 9)
    assert network.problems() == []


def test_a_ring_that_meets_a_street_once_can_be_driven_round(tmp_path: Path) -> None:
    town = grid()
    for number, (x, y) in enumerate([(0, -100), (100, -100), (50, -50)]):
        town.node(60 + number, x, y)
    town.way(300, [0, 60, 61, 62, 0], oneway="yes", name="Ring")
    network = town.build(tmp_path)
    assert network.report["junctions"] == 10
    assert (network.way_id == 300).sum() == 4
    router = Router(network, even_profile())
    assert seconds(router, (0, 0), (50, -100)) == pytest.approx(10 + 5, abs=0.1)
    assert seconds(router, (50, -100), (0, 0)) == pytest.approx(5 + 10 * np.sqrt(2), abs=0.1)


def test_a_gate_costs_seconds_and_closes_to_others(tmp_path: Path) -> None:
    town = Town()
    town.node(1, 0, 0)
    town.node(2, 100, 0, barrier="gate")
    town.node(3, 200, 0)
    town.way(1, [1, 2, 3])
    network = town.build(tmp_path)
    assert network.report["barriers"]["gate"] == 1
    free = Router(network, even_profile())
    slow = Router(network, even_profile(penalty_s={ArcFlag.GATE: 20.0}))
    shut = Router(network, even_profile(closed=ArcFlag.GATE))
    assert seconds(free, (50, 0), (150, 0)) == pytest.approx(10, abs=0.1)
    assert seconds(slow, (50, 0), (150, 0)) == pytest.approx(30, abs=0.1)
    assert seconds(slow, (20, 0), (80, 0)) == pytest.approx(6, abs=0.1)
    # With the gate shut only one side of it is a town; a place behind is reached on foot from there (1 m/s).
    assert seconds(shut, (20, 0), (80, 0)) == pytest.approx(6, abs=0.1)


def test_a_bollard_closes_a_street_to_blue_lights_too(tmp_path: Path) -> None:
    town = grid()
    town.node(70, 50, 0, barrier="bollard")
    town.ways[0][1].insert(1, 70)
    router = Router(town.build(tmp_path), even_profile())
    assert seconds(router, (20, 0), (80, 0)) == pytest.approx(2 + 30 + 2, abs=0.2)


def test_speeds_are_signed_or_left_to_the_profile(tmp_path: Path) -> None:
    town = grid()
    town.ways[0][2]["maxspeed"] = "30 mph"
    town.ways[1][2]["maxspeed"] = "brisk"
    network = town.build(tmp_path)
    assert np.unique(network.speed_kmh).tolist() == pytest.approx([0.0, 48.28], abs=0.01)
    assert network.report["speeds_unread"] == {"brisk": 1}


@pytest.mark.parametrize("ways_first", [False, True])
def test_the_order_of_a_file_does_not_matter(tmp_path: Path, ways_first: bool) -> None:
    town = grid()
    town.node(11, 100, 100, barrier="gate")
    plain = town.build(tmp_path)
    head, *nodes_and_ways, end = town.write(tmp_path / "town.osm").read_text(encoding="utf-8").splitlines()[1:]
    nodes = [line for line in nodes_and_ways if line.startswith("<node")][::-1]
    ways = [line for line in nodes_and_ways if not line.startswith("<node")]
    mixed = tmp_path / "mixed.osm"
    lines = [*ways, *nodes] if ways_first else [*nodes, *ways]
    mixed.write_text("\n".join([head, *lines, end]), encoding="utf-8")
    build_from_osm(mixed, tmp_path / "mixed", metric_crs=CRS)
    again = RoadNetwork.open(tmp_path / "mixed")
    assert again.report == plain.report and again.report["barriers"]["gate"] == 1
    assert np.array_equal(again.node_xy, plain.node_xy) and np.array_equal(again.head, plain.head)


def test_unsaved_objects_of_an_editor_have_negative_numbers(tmp_path: Path) -> None:
    town = grid()
    town.nodes = {-1 - number: node for number, node in town.nodes.items()}
    town.ways = [(-way, [-1 - ref for ref in refs], tags) for way, refs, tags in town.ways]
    assert town.build(tmp_path).report["junctions"] == 9


@pytest.mark.parametrize(("suffix", "pack"), [(".osm.gz", gzip.compress), (".osm.bz2", bz2.compress)])
def test_packed_extracts(tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    extract = tmp_path / f"town{suffix}"
    extract.write_bytes(pack(grid().write(tmp_path / "town.osm").read_bytes()))
    assert build_from_osm(extract, tmp_path / "roads", metric_crs=CRS)["junctions"] == 9


def test_toll_roads_cost_nothing_by_the_stretch(tmp_path: Path) -> None:
    town = grid()
    town.ways[0][2]["toll"] = "yes"
    town.node(10, 100, 0, barrier="toll_booth")
    router = Router(town.build(tmp_path), even_profile(penalty_s={ArcFlag.TOLL: 5.0}))
    assert seconds(router, (20, 0), (80, 0)) == pytest.approx(6, abs=0.1)
    assert seconds(router, (20, 0), (180, 0)) == pytest.approx(16 + 5, abs=0.1)


def test_a_file_that_is_no_extract_says_so(tmp_path: Path) -> None:
    bad = tmp_path / "bad.osm.pbf"
    bad.write_bytes(b"not a map" * 100)
    with pytest.raises(NetworkError, match=r"bad\.osm\.pbf"):
        build_from_osm(bad, tmp_path / "roads", metric_crs=CRS)


def test_an_extract_without_roads_says_so(tmp_path: Path) -> None:
    town = Town()
    town.node(1, 0, 0)
    town.node(2, 10, 0)
    town.way(1, [1, 2], highway="steps")
    with pytest.raises(NetworkError, match="no roads"):
        town.build(tmp_path)


def test_a_town_of_one_one_way_street_says_so(tmp_path: Path) -> None:
    town = Town()
    town.node(1, 0, 0)
    town.node(2, 10, 0)
    town.way(1, [1, 2], oneway="yes")
    with pytest.raises(NetworkError, match="both to and from"):
        town.build(tmp_path)


def test_building_twice_gives_the_same_bytes_and_tells_progress(tmp_path: Path) -> None:
    extract = grid().write(tmp_path / "town.osm")
    heard: list[float] = []
    for name in ("a", "b"):
        build_from_osm(extract, tmp_path / name, metric_crs=CRS, progress=lambda share, what: heard.append(share))
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name
    first = heard[: len(heard) // 2]
    assert first == sorted(first)
    assert first[-1] == 1.0


def test_helsinki_counts_what_the_extract_holds(helsinki: Path) -> None:
    network = RoadNetwork.open(helsinki / "roads")
    assert network.problems() == []
    assert network.report["junctions"] > 800
    assert network.report["restrictions"]["handled"] >= 40
    assert network.report["missing_nodes"] > 0
    assert np.isfinite(default_profiles()["emergency"].weights_ms(network)).all()
