from __future__ import annotations

import filecmp
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.city import City
from gis.city_check import check
from gis.invented.generate import GenerateError, GenerateReport, generate
from gis.invented.plan import Plan
from gis.profile import default_profiles
from gis.roads import ArcFlag
from gis.routing import Router
from tests.gis.invented.conftest import SEED


class StopError(Exception):
    """Somebody pressed cancel."""


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_nothing_is_wrong_with_it(folder: Path) -> None:
    assert [finding for finding in check(folder) if finding.is_wrong] == []


def test_it_has_about_what_was_asked_for(town: GenerateReport) -> None:
    assert abs(town.junctions - 1_000) < 60
    assert abs(town.features - 10_000) < 300
    assert {"roads", "buildings", "house_numbers", "cameras", "hydrants", "stations", "hospitals"} <= set(town.layers)
    assert all(town.layers[name] for name in ("water", "parks", "land_use", "railways", "boundaries", "place_names"))
    assert all(town.places[kind] for kind in ("address", "street", "crossing", "place", "camera"))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_city(tmp_path: Path, town: GenerateReport) -> None:
    again = generate(tmp_path / "again", Plan.of(1_000, seed=SEED))
    names = files(town.folder)
    assert files(again.folder) == names
    _, differing, missing = filecmp.cmpfiles(town.folder, again.folder, names, shallow=False)
    assert (differing, missing) == ([], [])
    other = generate(tmp_path / "other", Plan.of(1_000, seed=SEED + 1))
    assert other.name != town.name
    assert not filecmp.cmp(other.folder / "roads" / "node_xy.npy", town.folder / "roads" / "node_xy.npy", shallow=False)


def test_search_finds_streets_houses_and_chinese_names(folder: Path) -> None:
    places = City.open(folder).places()
    try:
        found = places.search("harbour street 2")[0]
        assert (found.kind, found.label) == ("address", "Harbour Street 2")
        assert places.search("港口街")[0].label == "Harbour Street"
        assert places.search("中央车站")[0].label == "Central Station"
        assert places.search("医院")[0].label.endswith(" Hospital")
        assert places.search("1号消防站")[0].label.startswith("Fire Station 1, ")
    finally:
        places.close()


def test_every_place_can_be_driven_to_from_every_other(folder: Path) -> None:
    network = City.open(folder).roads()
    assert network.report["cut_off_junctions"] == 0
    router = Router(network, default_profiles()["ordinary"])
    places = network.node_xy[np.random.default_rng(0).permutation(network.node_count)[:40]]
    snaps = router.snap_many(np.asarray(places))
    assert np.isfinite(router.matrix_s(snaps, snaps)).all()


def test_bridges_cross_the_water_and_nothing_else_does(folder: Path) -> None:
    city = City.open(folder)
    water, roads = city.layer("water"), city.layer("roads")
    rivers = [water.geometry_of(i) for i in range(water.count) if water.kind_of(i) in ("river", "sea", "lake")]
    wet = shapely.union_all(rivers).buffer(-1)
    bridge = np.asarray(roads.attribute("bridge"))
    crossing = np.array([roads.geometry_of(i).crosses(wet) for i in range(roads.count)])
    driven = np.array([roads.kind_of(i) != "footway" for i in range(roads.count)])
    assert (crossing & bridge).any()
    assert not (crossing & driven & ~bridge).any()
    network = city.roads()
    ways = set(network.way_id[(network.flags & ArcFlag.BRIDGE) != 0].tolist())
    assert ways == set(np.asarray(roads.attribute("osm_id"))[bridge].tolist())


def test_houses_stand_beside_their_street_and_on_no_other_house(folder: Path) -> None:
    buildings = City.open(folder).layer("buildings")
    shapes = np.array([buildings.geometry_of(i) for i in range(buildings.count)])
    assert shapely.is_valid(shapes).all()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = one < other
    overlap = shapely.area(shapely.intersection(shapes[one[pairs]], shapes[other[pairs]]))
    assert (overlap > 8).sum() < 0.01 * buildings.count


def test_house_numbers_stand_once_a_street(folder: Path) -> None:
    layer = City.open(folder).layer("house_numbers")
    addresses = Counter(zip(layer.attribute("street"), layer.attribute("house_number"), strict=True))
    assert max(addresses.values()) == 1


def test_cameras_look_along_a_street(folder: Path) -> None:
    cameras = City.open(folder).layer("cameras")
    directions = np.asarray(cameras.attribute("direction_deg"))
    assert ((directions >= 0) & (directions <= 360)).all()
    assert len(np.unique(directions)) > 5


def test_it_refuses_to_overwrite_and_says_how_to(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    with pytest.raises(GenerateError, match="not a city"):
        generate(tmp_path, Plan.of(1_000, seed=1))
    city = tmp_path / "city"
    city.mkdir()
    (city / "city.toml").write_text("", "utf-8")
    with pytest.raises(GenerateError, match="--force"):
        generate(city, Plan.of(1_000, seed=1))
    assert (tmp_path / "notes.txt").read_text("utf-8") == "mine"


def test_a_forced_one_keeps_nothing_of_the_other_city(tmp_path: Path) -> None:
    city = tmp_path / "city"
    city.mkdir()
    for name in ("city.toml", "roster.toml"):
        (city / name).write_text("# of another city\n", "utf-8")
    moment = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
    seen: list[bool] = []
    generate(
        city, Plan.of(1_000, seed=2), name="Testham", built_at=moment, force=True,
        furnish=lambda folder: seen.append((folder / "places.sqlite").is_file()),
    )  # fmt: skip
    opened = City.open(city)
    assert (opened.name, opened.built_at, seen) == ("Testham", moment, [True])
    assert not (city / "roster.toml").exists()


def test_it_can_be_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    told: list[float] = []

    def progress(share: float, doing: str) -> None:
        told.append(share)
        if doing.startswith("road"):
            raise StopError

    with pytest.raises(StopError):
        generate(tmp_path / "city", Plan.of(1_000, seed=3), progress=progress)
    assert list(tmp_path.iterdir()) == []
    assert told == sorted(told) and len(told) > 5


def test_features_that_find_no_room_are_told(tmp_path: Path) -> None:
    report = generate(tmp_path / "city", Plan.of(1_000, seed=1, features=24_000))
    assert 12_000 < report.features < 24_000
    assert any("find room" in warning for warning in report.warnings)
