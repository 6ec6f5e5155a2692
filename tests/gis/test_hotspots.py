"""The surface loses no weight, equals the sum of the kernels point by point, and takes no notice of rubbish."""

import numpy as np
import pytest

from gis.hotspots import MOST_CELLS, Density, density


def middles(surface: Density) -> tuple[np.ndarray, np.ndarray]:
    west, south, east, north = surface.box
    rows, columns = surface.values.shape
    assert (east - west) / columns == pytest.approx(surface.cell_m)
    assert (north - south) / rows == pytest.approx(surface.cell_m)
    x = west + (np.arange(columns) + 0.5) * surface.cell_m
    y = north - (np.arange(rows) + 0.5) * surface.cell_m
    return np.meshgrid(x, y)


def exact(surface: Density, xy: np.ndarray, weights: np.ndarray) -> np.ndarray:
    x, y = middles(surface)
    total = np.zeros(x.shape)
    for (px, py), weight in zip(xy, weights, strict=True):
        squared = ((x - px) ** 2 + (y - py) ** 2) / surface.bandwidth_m**2
        total += weight * 3 / (np.pi * surface.bandwidth_m**2) * np.maximum(1 - squared, 0) ** 2
    return total * 1e6


def test_it_equals_the_sum_of_the_kernels() -> None:
    dice = np.random.default_rng(11)
    xy, weights = dice.normal((385_000, 6_672_000), 900, (60, 2)), dice.uniform(0.5, 4, 60)
    surface = density(xy, weights, bandwidth_m=350)
    expected = exact(surface, xy, weights)
    assert surface.values.dtype == np.float32
    assert np.abs(surface.values - expected).max() < 0.015 * expected.max()
    assert surface.highest == pytest.approx(expected.max(), rel=0.015)


def test_no_weight_is_lost() -> None:
    dice = np.random.default_rng(12)
    xy, weights = dice.uniform(-3000, 3000, (500, 2)), dice.uniform(0, 3, 500)
    surface = density(xy, weights, bandwidth_m=200)
    assert surface.weight == pytest.approx(weights.sum())
    assert surface.values.sum(dtype=np.float64) * surface.cell_m**2 / 1e6 == pytest.approx(weights.sum(), rel=1e-4)
    assert surface.values.min() >= 0


def test_one_point_is_a_hill_of_the_bandwidth() -> None:
    surface = density([(1000.0, 2000.0)], bandwidth_m=300)
    x, y = middles(surface)
    away = np.hypot(x - 1000, y - 2000)
    assert (surface.values[away > 300 + 2 * surface.cell_m] < 1e-4).all()
    assert surface.highest == pytest.approx(3 / np.pi / 0.3**2, rel=0.02)
    assert away.flat[surface.values.argmax()] < surface.cell_m


def test_points_outside_and_no_numbers_do_not_count() -> None:
    xy = [(0.0, 0.0), (np.nan, 0.0), (50.0, np.inf), (5000.0, 0.0)]
    assert density(xy, [1, 1, 1, 1], bandwidth_m=100, box=(-10, -10, 10, 10)).weight == 1.0
    assert density(xy, [2.0, 1, 1, 1], bandwidth_m=100).weight == 3.0
    nothing = density([], bandwidth_m=100)
    assert (nothing.weight, nothing.highest, nothing.values.shape) == (0.0, 0.0, (0, 0))


def test_points_far_apart_do_not_take_all_memory() -> None:
    surface = density([(0.0, 0.0), (4e6, 3e6)], bandwidth_m=100)
    assert surface.values.size < 2 * MOST_CELLS
    assert surface.bandwidth_m > 100
    assert surface.values.sum(dtype=np.float64) * surface.cell_m**2 / 1e6 == pytest.approx(2, rel=1e-3)


@pytest.mark.parametrize("bandwidth_m", [0, -5, np.nan, np.inf])
def test_a_wrong_bandwidth_is_refused(bandwidth_m: float) -> None:
    with pytest.raises(ValueError, match="bandwidth"):
        density([(0, 0)], bandwidth_m=bandwidth_m)


def test_weights_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="2 points"):
        density([(0, 0), (1, 1)], [1.0], bandwidth_m=100)
