from __future__ import annotations

import numpy as np
import pytest
import shapely

from gis.invented.plan import Plan, PlanError
from gis.invented.shaping import Shape, shape_city
from gis.network_tags import CLASS_CODE


@pytest.mark.parametrize(
    ("junctions", "features", "seed", "what"),
    [
        (999, None, 1, "junctions"), (500_001, None, 1, "junctions"), (1_000, 9_999, 1, "features"),
        (1_000, 10_000_000, 1, "do not fit"), (500_000, 10_000_001, 1, "features"), (1_000, None, -1, "seed"),
    ],
)  # fmt: skip
def test_numbers_out_of_range_are_told(junctions: int, features: int | None, seed: int, what: str) -> None:
    with pytest.raises(PlanError, match=what):
        Plan.of(junctions, seed=seed, features=features)


def test_there_are_as_many_junctions_as_were_asked_for(shape: Shape) -> None:
    assert abs(len(shape.streets.node_xy) - 5_000) < 100


def test_edges_run_from_junction_to_junction(shape: Shape) -> None:
    streets = shape.streets
    assert np.allclose(streets.points[streets.offset[:-1]], streets.node_xy[streets.tail], atol=0.05)
    assert np.allclose(streets.points[streets.offset[1:] - 1], streets.node_xy[streets.head], atol=0.05)
    assert (streets.tail != streets.head).all()


def test_density_falls_outwards(shape: Shape) -> None:
    away = np.hypot(*shape.streets.node_xy.T) / shape.plan.radius_m
    rings = np.histogram(away, (0.0, 0.33, 0.66, 1.0))[0] / (0.33**2, 0.66**2 - 0.33**2, 1 - 0.66**2)
    assert rings[0] > rings[1] > rings[2]


def test_the_motorway_has_two_carriageways_that_meet_streets_only_by_ramps(shape: Shape) -> None:
    streets = shape.streets
    fast = streets.road_class == CLASS_CODE["motorway"]
    ramp = streets.road_class == CLASS_CODE["motorway_link"]
    assert fast.any() and streets.oneway[fast | ramp].all()
    on_motorway = np.zeros(len(streets.node_xy), bool)
    on_motorway[streets.tail[fast]] = on_motorway[streets.head[fast]] = True
    others = ~fast & ~ramp
    assert not (on_motorway[streets.tail[others]] | on_motorway[streets.head[others]]).any()
    off = ramp & on_motorway[streets.tail] & ~on_motorway[streets.head]
    on = ramp & ~on_motorway[streets.tail] & on_motorway[streets.head]
    assert off.sum() == on.sum() >= 4


def test_streets_do_not_cross_without_a_junction(shape: Shape) -> None:
    streets = shape.streets
    plain = np.flatnonzero((streets.road_class > CLASS_CODE["motorway_link"]) & ~streets.is_bridge)
    sizes = np.diff(streets.offset)[plain]
    take = np.repeat(streets.offset[plain] - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    lines = shapely.linestrings(streets.points[take], indices=np.repeat(np.arange(len(plain)), sizes))
    pairs = shapely.STRtree(lines).query(lines, predicate="crosses")
    assert pairs.shape[1] == 0


def test_some_streets_are_one_way_and_most_are_not(shape: Shape) -> None:
    small = shape.streets.face >= 0
    assert 0.03 < shape.streets.oneway[small].mean() < 0.5


@pytest.mark.parametrize("seed", [2, 3, 5, 8])
def test_whatever_the_seed_a_city_hangs_together(seed: int) -> None:
    found = shape_city(Plan.of(1_500, seed=seed), lambda share, doing: None)
    assert abs(len(found.streets.node_xy) - 1_500) < 120
    assert found.ground.river.area > 0 and found.streets.is_bridge.any()
