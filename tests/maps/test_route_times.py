"""Minute marks: where they stand, what they count from, and that a guess says that it is one."""

import numpy as np
import pytest

from dispatch.recommendation import Path
from maps.route_times import drive_times, even_times, full_minutes, rest_of, until

LINE = np.array([[0.0, 0.0], [1000.0, 0.0], [1000.0, 500.0]])


def path(*times_s: float) -> Path:
    return Path("E1", ((0.0, 0.0),) * 3, times_s, (), 1500.0)


def test_driving_times_are_the_path_s_own_or_none() -> None:
    assert drive_times(path(0, 100, 220), LINE).tolist() == [0, 100, 220]  # type: ignore[union-attr]
    for wrong in ((), (0.0, 100.0), (0.0, 0.0, 0.0), (0.0, 100.0, 90.0), (0.0, np.nan, 90.0)):
        assert drive_times(path(*wrong), LINE) is None


def test_without_times_one_speed_is_guessed() -> None:
    assert even_times(LINE, 300.0).tolist() == [0, 200, 300]  # type: ignore[union-attr]
    assert even_times(LINE, None) is None
    assert even_times(LINE, float("inf")) is None
    assert even_times(LINE[:1].repeat(2, axis=0), 60.0) is None


def test_turnout_is_spent_before_setting_out_and_a_late_unit_counts_from_now() -> None:
    times_s = np.array([0.0, 100.0, 220.0])
    assert until(times_s, 280.0).tolist() == [60, 160, 280]
    assert until(times_s, 200.0).tolist() == [0, 100, 220]
    assert until(times_s + 40, None).tolist() == [0, 100, 220]


def test_the_rest_of_a_way_has_the_rest_of_its_times() -> None:
    xy, times_s = rest_of(LINE, np.array([0.0, 100.0, 220.0]), 400.0, 10.0)
    assert xy.tolist() == [[400, 0], [1000, 0], [1000, 500]]
    assert times_s.tolist() == [40, 100, 220]  # type: ignore[union-attr]
    same, all_times = rest_of(LINE, times_s, 400.0, 100.0)
    assert same is LINE
    assert all_times is times_s


def test_every_full_minute_stands_where_it_is_passed() -> None:
    minutes, at = full_minutes(np.array([30.0, 90.0, 330.0]), length=1000.0, apart=30.0)
    assert minutes.tolist() == [1, 2, 3, 4, 5]
    assert at == pytest.approx([0.5, 1.125, 1.375, 1.625, 1.875])


def test_a_short_way_on_the_screen_has_fewer_marks() -> None:
    times_s = np.array([0.0, 1800.0])
    assert full_minutes(times_s, 900.0, 30.0)[0].tolist() == list(range(1, 30))
    assert full_minutes(times_s, 500.0, 30.0)[0].tolist() == list(range(2, 30, 2))
    assert full_minutes(times_s, 200.0, 30.0)[0].tolist() == [5, 10, 15, 20, 25]
    assert full_minutes(times_s, 10.0, 30.0)[0].tolist() == []


def test_the_end_itself_and_ways_under_a_minute_have_no_mark() -> None:
    assert full_minutes(np.array([0.0, 120.0]), 1000.0, 10.0)[0].tolist() == [1]
    assert full_minutes(np.array([5.0, 50.0]), 1000.0, 10.0)[0].tolist() == []
    assert full_minutes(np.array([50.0, 70.0]), 5.0, 10.0)[0].tolist() == [1]
