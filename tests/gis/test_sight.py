"""What a viewer sees, held against rays cast one by one by shapely."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from gis.sight import Eye, Sweep, free_lines, look

NO_WALLS = np.empty((0, 4))


def square(x: float, y: float, half: float) -> NDArray[np.float64]:
    """The four walls of a square building, float64 (4, 4)."""
    ring = np.array([(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)])
    return np.hstack((ring, np.roll(ring, -1, axis=0)))


def area(sweep: Sweep) -> float:
    xy = sweep.polygon()
    if len(xy):
        assert shapely.Polygon(xy).is_valid
        assert (xy[0] == xy[-1]).all()
    return float(shapely.Polygon(xy).area) if len(xy) else 0.0


def clear(eye: Eye, walls: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Cast a ray to every point: free of walls, within range and angle."""
    rays = shapely.linestrings([[(eye.x, eye.y), tuple(point)] for point in points.tolist()])
    apart = points - (eye.x, eye.y)
    seen = np.hypot(apart[:, 0], apart[:, 1]) <= eye.range_m
    if len(walls):
        seen &= ~shapely.intersects(rays, shapely.multilinestrings(list(shapely.linestrings(walls.reshape(-1, 2, 2)))))
    if eye.direction_deg is not None:
        bearing = np.degrees(np.arctan2(apart[:, 0], apart[:, 1]))
        seen &= np.abs((bearing - eye.direction_deg + 180) % 360 - 180) <= eye.angle_deg / 2
    return np.asarray(seen)


def test_with_nothing_in_the_way_one_sees_the_circle_or_its_slice() -> None:
    whole = area(look(Eye(5, 7, range_m=50), NO_WALLS))
    assert whole == pytest.approx(math.pi * 2500, rel=2e-3)
    slice_ = look(Eye(5, 7, 90, 60, 50), NO_WALLS)
    assert area(slice_) == pytest.approx(whole / 6, rel=1e-3)
    assert slice_.sees(np.array([(50.0, 7.0), (-40.0, 7.0), (5.0, 50.0), (56.0, 7.0)])).tolist() == [True] + [False] * 3


def test_a_wall_hides_what_lies_behind_it() -> None:
    sweep = look(Eye(0, 0, range_m=100), np.array([(10.0, -5, 10, 5)]))
    points = np.array([(9.9, 0.0), (10.1, 0), (50, 20), (50, 30), (-50, 0)])
    assert sweep.sees(points).tolist() == [True, False, False, True, True]
    hidden = math.radians(2 * math.degrees(math.atan(0.5))) / 2 * 100**2 - 10 * 5
    assert area(sweep) == pytest.approx(math.pi * 100**2 - hidden, rel=2e-3)


@pytest.mark.parametrize(
    ("eye", "walls", "expected"),
    [
        (Eye(0, 0, range_m=0), square(5, 5, 1), 0.0),
        (Eye(0, 0, 90, 0, 50), square(5, 5, 1), 0.0),
        (Eye(0, 0, range_m=50), square(0, 0, 2), 16.0),  # shut in
        (Eye(0, 0, range_m=50), np.vstack([square(0, 0, 2)] * 3), 16.0),  # the same walls three times
        (Eye(0, 0, range_m=50), np.vstack((square(0, 0, 2), [(2.0, 0, 20, 0)])), 16.0),  # a wall in line of sight
        (Eye(0, 0, range_m=50), np.vstack((square(0, 0, 2), square(4, 0, 2))), 16.0),  # a wall of two houses
        (Eye(0, 0, range_m=50), np.array([(3.0, 3, 3, 3)]), math.pi * 2500),  # no length
    ],
)
def test_awkward_scenes(eye: Eye, walls: NDArray[np.float64], expected: float) -> None:
    assert area(look(eye, walls)) == pytest.approx(expected, rel=2e-3, abs=1e-6)


def test_walls_that_cross_end_the_view_where_they_cross() -> None:
    walls = np.array([(10.0, -10, 20, 10), (20.0, -10, 10, 10)])  # an X
    points = np.array([(14.9, 0.0), (15.1, 0.0), (12.0, -4.0), (13.0, -5.5), (13.0, 5.5)])
    sweep = look(Eye(0, 0, range_m=100), walls)
    assert sweep.sees(points).tolist() == clear(sweep.eye, walls, points).tolist()
    assert shapely.Polygon(sweep.polygon()).boundary.distance(shapely.Point(15, 0)) < 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_random_scenes_agree_with_rays(seed: int) -> None:
    dice = np.random.default_rng(seed)
    scenes = []
    for _ in range(5):
        ends = dice.uniform(-60, 60, (int(dice.integers(0, 40)), 2))
        lines = np.hstack((ends, ends + dice.normal(0, 15, ends.shape)))  # crossing at will
        houses = [square(*dice.integers(-12, 12, 2) * 5, 2.5) for _ in range(int(dice.integers(0, 30)))]  # touching
        scenes.append(np.vstack([lines, *houses]))
    for walls in scenes:
        direction = None if dice.random() < 0.4 else float(dice.uniform(0, 360))
        x, y = (float(value) for value in dice.uniform(-40, 40, 2))
        eye = Eye(x, y, direction, float(dice.uniform(5, 359)), float(dice.uniform(5, 80)))
        points = dice.uniform(-100, 100, (120, 2))
        sweep = look(eye, walls)
        expected = clear(eye, walls, points)
        assert sweep.sees(points).tolist() == expected.tolist()
        shape = shapely.Polygon(sweep.polygon())
        edge = shape.boundary.distance(shapely.points(points)) < 0.3  # the arc is drawn by straight lines
        assert (shapely.contains_xy(shape, points) == expected)[~edge].all()


def test_off_axis() -> None:
    assert Eye(0, 0, 350, 60).off_axis_deg(0, 10) == pytest.approx(10)
    assert Eye(0, 0, 90, 60).off_axis_deg(-10, 0) == pytest.approx(180)
    assert Eye(0, 0).off_axis_deg(-10, 0) == 0


@pytest.mark.parametrize("seed", range(10))
def test_straight_lines_agree_with_the_sweep(seed: int) -> None:
    dice = np.random.default_rng(seed)
    turn = dice.uniform(0, math.tau, 25)
    middles = np.stack((np.cos(turn), np.sin(turn)), axis=1) * dice.uniform(10, 60, 25)[:, None]
    walls = np.vstack([square(x, y, float(dice.uniform(1, 6))) for x, y in middles])
    points = dice.uniform(-50, 50, (60, 2))
    free = free_lines(0.0, 0.0, points, walls)
    assert 0 < free.sum() < len(points)
    assert free.tolist() == look(Eye(0, 0, range_m=90), walls).sees(points).tolist()
    assert free_lines(0, 0, points, NO_WALLS).all()
