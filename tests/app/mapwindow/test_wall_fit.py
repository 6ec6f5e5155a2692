"""Where a wall map looks: everything is seen, and the picture stays while it serves."""

from __future__ import annotations

import pytest

from app.mapwindow.follow import kept_in_middle
from app.mapwindow.wall_fit import LEAST_GROUND_M, must_move, wall_view
from maps.view import View

CITY = (0.0, 0.0, 30_000.0, 20_000.0)
VIEW = View(15_000.0, 10_000.0, 10.0, 1600, 900)


def test_without_incidents_the_city_is_seen() -> None:
    west, south, east, north = wall_view(VIEW, [], CITY).box
    assert west <= 0 and south <= 0 and east >= 30_000 and north >= 20_000


@pytest.mark.parametrize(
    "points",
    [
        [(5_000.0, 5_000.0)],
        [(5_000.0, 5_000.0), (25_000.0, 19_000.0)],
        [(100.0, 100.0), (29_900.0, 19_900.0)],
        [(-40_000.0, 5_000.0), (100.0, 100.0)],
    ],
)
def test_every_incident_is_seen_and_the_view_then_serves(points) -> None:
    wanted = wall_view(VIEW, points, CITY)
    across, down = wanted.to_screen([x for x, _ in points], [y for _, y in points])
    assert (across > 0).all() and (across < 1600).all() and (down > 0).all() and (down < 900).all()
    assert not must_move(wanted, wall_view(wanted, points, CITY), points)


def test_a_single_incident_has_ground_round_it() -> None:
    west, _, east, north = wall_view(VIEW, [(5_000.0, 5_000.0)], CITY).box
    assert east - west > LEAST_GROUND_M and north > 5_000 + LEAST_GROUND_M / 2


def test_a_small_city_is_never_shown_smaller_than_it_is() -> None:
    city = (0.0, 0.0, 1_000.0, 800.0)
    assert wall_view(VIEW, [(500.0, 400.0)], city) == wall_view(VIEW, [], city)


def test_it_moves_only_where_it_must() -> None:
    two = [(5_000.0, 5_000.0), (9_000.0, 7_000.0)]
    held = wall_view(VIEW, two, CITY)
    between = [*two, (7_000.0, 6_000.0)]
    assert not must_move(held, wall_view(held, between, CITY), between)
    outside = [*two, (20_000.0, 6_000.0)]
    assert must_move(held, wall_view(held, outside, CITY), outside)
    # Far nearer would do for what is left; a little nearer is no reason.
    left = [two[0]]
    assert must_move(held.zoomed(0.2), wall_view(held, left, CITY), left)
    assert not must_move(held.zoomed(0.8), wall_view(held, two, CITY), two)
    assert must_move(held, wall_view(held, [], CITY), [])


@pytest.mark.parametrize(("x", "y"), [(0.0, 0.0), (15_000.0, 10_000.0), (29_000.0, 1_000.0)])
def test_what_is_followed_is_brought_into_the_middle_third(x: float, y: float) -> None:
    across, down = kept_in_middle(VIEW, x, y).to_screen(x, y)
    assert 1600 / 3 - 1e-6 <= across <= 1600 * 2 / 3 + 1e-6
    assert 300 - 1e-6 <= down <= 600 + 1e-6


def test_within_the_middle_third_nothing_moves() -> None:
    assert kept_in_middle(VIEW, 15_500.0, 10_500.0) is VIEW
