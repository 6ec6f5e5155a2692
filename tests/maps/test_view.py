"""Views: there and back, zooming about a point, fitting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.view import COARSEST_METRES_PER_PIXEL, FINEST_METRES_PER_PIXEL, View

VIEWS = st.builds(
    View,
    st.floats(-1e6, 1e6),
    st.floats(-1e7, 1e7),
    st.floats(0.06, 2_000),
    st.integers(50, 4_000),
    st.integers(50, 3_000),
    st.sampled_from([1.0, 1.25, 2.0]),
)


@given(VIEWS, st.floats(-500, 5_000), st.floats(-500, 5_000))
def test_ground_and_back(view: View, across: float, down: float) -> None:
    found = view.to_screen(*view.to_ground(across, down))
    assert np.allclose(found, (across, down), atol=1e-4)


def test_north_is_up_and_east_is_right() -> None:
    view = View(1000.0, 2000.0, 2.0, 400, 200)
    assert tuple(float(value) for value in view.to_screen(1000, 2000)) == (200, 100)
    assert tuple(float(value) for value in view.to_screen(1020, 2020)) == (210, 90)
    assert view.box == (600, 1800, 1400, 2200)


@given(VIEWS, st.floats(0.3, 4), st.floats(0, 1), st.floats(0, 1))
def test_zooming_keeps_the_point_under_the_cursor(view: View, factor: float, right: float, down: float) -> None:
    about = (right * view.width, down * view.height)
    nearer = view.zoomed(factor, about)
    before, after = view.to_ground(*about), nearer.to_ground(*about)
    assert np.allclose(before, after, atol=1e-3)


def test_zoom_stops_at_both_ends() -> None:
    view = View(0, 0, 1.0, 100, 100)
    assert view.zoomed(1e9).metres_per_pixel == FINEST_METRES_PER_PIXEL
    assert view.zoomed(1e-9).metres_per_pixel == COARSEST_METRES_PER_PIXEL


def test_panning_drags_the_ground_along() -> None:
    view = View(0, 0, 2.0, 100, 100)
    moved = view.panned(10, 5)
    assert (moved.x, moved.y) == (-20, 10)
    assert moved.to_screen(0, 0)[0] == 60


@given(VIEWS, st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), st.floats(1, 1e5), st.floats(1, 1e5))
def test_a_fitted_box_is_seen_whole(view: View, x: float, y: float, wide: float, high: float) -> None:
    fitted = view.fit((x, y, x + wide, y + high))
    west, south, east, north = fitted.box
    slack = 1e-6 * max(1.0, abs(x), abs(y))
    assert west <= x + slack and south <= y + slack
    assert east >= x + wide - slack and north >= y + high - slack


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_view_without_a_scale_is_refused(scale: float) -> None:
    with pytest.raises(ValueError, match="positive scale"):
        View(0, 0, scale, 10, 10)


def test_a_tall_city_fills_a_wide_screen_up_to_a_limit() -> None:
    city = (0.0, 0.0, 1000.0, 1700.0)
    view = View(0, 0, 10.0, 1000, 500)
    whole = view.fit(city).metres_per_pixel
    assert view.fill(city).metres_per_pixel == pytest.approx(whole / 2)
    west, south, east, north = view.fill(city).box
    assert south >= 0
    assert north <= 1700
    assert (west + east) / 2 == pytest.approx(500)


def test_a_filled_view_shows_every_point_that_it_must() -> None:
    city = (0.0, 0.0, 1000.0, 1700.0)
    view = View(0, 0, 10.0, 1000, 500)
    one = view.fill(city, [(500.0, 1650.0)])
    assert one.box[1] < 1650 < one.box[3] <= 1700 + 1e-6
    both = view.fill(city, [(100.0, 100.0), (900.0, 1600.0)])
    assert both.box[1] <= 100
    assert both.box[3] >= 1600
    assert both.metres_per_pixel <= view.fit(city).metres_per_pixel
