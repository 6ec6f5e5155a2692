"""The slow questions: a planted hot square and cluster are found when and where they were planted, nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch.demand.places import ALL, DAY, DAYS, WEEK, PlacesAsked, Question, answer, find_places, usual_least
from dispatch.demand.rows import RowsKeeper
from tests.dispatch.demand.told import Told, state_with

DAYS_KNOWN = 8


def asked(*, seed: int = 4) -> PlacesAsked:
    """Scatter a call a square of 500 m each day at noon; plant forty within 40 m at 18 h, five a day."""
    dice = np.random.default_rng(seed)
    grid = np.array([(x, y) for x in range(12) for y in range(12)], np.float64) * 500 + 250
    scattered = np.concatenate([grid + dice.uniform(-240, 240, grid.shape) for _ in range(DAYS_KNOWN)])
    planted = np.array([3250.0, 3250.0]) + dice.uniform(-28, 28, (40, 2))
    day = np.concatenate([np.repeat(np.arange(DAYS_KNOWN), len(grid)), np.arange(40) % DAYS_KNOWN])
    hour = np.concatenate([np.full(len(scattered), 12.0), np.full(40, 18.0)])
    kind = np.concatenate([np.zeros(len(scattered), np.int64), np.ones(40, np.int64)])
    xy = np.concatenate([scattered, planted])
    return PlacesAsked(xy, (day * 24 + hour) * 3600.0, kind, (0, DAYS_KNOWN), within_m=50.0, least=10)


def test_a_planted_square_stands_out_at_its_hours() -> None:
    found = find_places(asked())
    assert found.rhythm == DAY and found.cells == 144 * 6 and not found.problem
    first = found.hot[0]
    assert (first.x, first.y) == (3000.0, 3000.0) and (first.from_h, first.to_h) in ((16.0, 20.0), (12.0, 16.0))
    planted = next(each for each in found.hot if (each.x, each.y, each.from_h) == (3000.0, 3000.0, 16.0))
    assert planted.count == 40 and planted.z > 4 and planted.p < 1e-4
    assert all(abs(each.x - 3000) <= 500 and abs(each.y - 3000) <= 500 for each in found.hot), "nowhere else"


def test_a_planted_cluster_says_when_and_of_what_kind() -> None:
    found = find_places(asked())
    assert found.all_clusters == 1 and found.noise == len(asked().xy) - found.clusters[0].count
    cluster = found.clusters[0]
    assert cluster.count >= 40 and np.hypot(cluster.x - 3250, cluster.y - 3250) < 30 and cluster.radius_m < 90
    assert (cluster.kind, cluster.kind_share > 0.9, cluster.peak_share > 0.9) == (1, True, True)
    assert cluster.peak_h <= 18 < cluster.peak_h + 4
    assert found.surface is not None and found.surface.weight == len(asked().xy)


def test_near_in_time_too() -> None:
    apart = find_places(replace(asked(), within_h=1.0))
    assert apart.all_clusters == 0, "five a day are fewer than ten within an hour"
    assert find_places(replace(asked(), within_h=1.0, least=4)).all_clusters == DAYS_KNOWN


@pytest.mark.parametrize(("rhythm", "taken", "cells"), [
    (ALL, ALL, 144), (WEEK, WEEK, 144 * 28), (DAYS, DAYS, 144 * DAYS_KNOWN),
])  # fmt: skip
def test_time_is_taken_together_as_asked(rhythm: str, taken: str, cells: int) -> None:
    found = find_places(replace(asked(), rhythm=rhythm))
    assert (found.rhythm, found.cells) == (taken, cells)


def test_a_log_too_short_for_rounds_takes_all_times_together() -> None:
    assert find_places(replace(asked(), whole=(0, 0))).rhythm == ALL
    assert find_places(replace(asked(), rhythm=WEEK, whole=(0, 6))).rhythm == ALL


def test_places_that_are_none_and_outside_are_left_out() -> None:
    some = asked()
    xy = some.xy.copy()
    xy[0], xy[1] = np.nan, (9e6, 9e6)
    found = find_places(replace(some, xy=xy, box=(-1e4, -1e4, 1e4, 1e4)))
    assert (found.asked, found.placed) == (len(xy), len(xy) - 2)
    nowhere = find_places(PlacesAsked(np.full((3, 2), np.nan), np.zeros(3), np.zeros(3, np.int64), (0, 0)))
    assert nowhere.surface is None and nowhere.placed == 0 and not nowhere.hot


def test_too_many_squares_say_so_and_the_rest_is_answered() -> None:
    spread = np.random.default_rng(1).uniform(0, 4e6, (3000, 2))
    local = np.linspace(0, 3e8, 3000)
    found = find_places(PlacesAsked(spread, local, np.zeros(3000, np.int64), (0, 0), rhythm=DAYS, side_m=250.0))
    assert found.problem is not None and found.problem.code == "too_many_squares"
    assert found.surface is not None and not found.hot


def test_both_questions_at_once_and_a_log_too_short_to_foretell() -> None:
    rows = RowsKeeper().rows(state_with([Told(hour) for hour in range(24 * 5)]))
    told = answer(Question(asked(), rows.calls(np.ones(len(rows), dtype=bool))))
    assert told.places is not None and told.ahead is not None
    assert told.ahead.forecast is None and (told.ahead.days, told.ahead.needed) == (5.0, 21.0)
    assert answer(Question()).places is None


def test_more_calls_need_more_to_make_a_cluster() -> None:
    assert [usual_least(count) for count in (0, 100, 3560, 180_000)] == [5, 5, 15, 106]
