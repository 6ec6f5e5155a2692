"""A shift is on duty by the clock on the wall, past midnight too."""

from __future__ import annotations

from datetime import time

import pytest

from resources.shifts import is_on_duty, minutes_of
from resources.unit import Shift


@pytest.mark.parametrize(
    ("starts", "ends", "on", "off"),
    [
        ("07:00", "19:00", ((7, 0), (18, 59)), ((6, 59), (19, 0))),
        ("19:00", "07:00", ((19, 0), (0, 0), (6, 59)), ((7, 0), (18, 59))),
        ("08:00", "08:00", ((8, 0), (7, 59), (20, 0)), ()),
    ],
)
def test_a_shift_begins_with_its_minute_and_ends_before_it(
    starts: str, ends: str, on: tuple[tuple[int, int], ...], off: tuple[tuple[int, int], ...]
) -> None:
    shift = Shift("s", starts, ends)
    assert all(is_on_duty(shift, time(*clock)) for clock in on)
    assert not any(is_on_duty(shift, time(*clock)) for clock in off)


@pytest.mark.parametrize("clock", ["7:00", "24:00", "07:60", "", "07:00:00", "０７:00"])
def test_what_is_no_time_of_day_is_said(clock: str) -> None:
    with pytest.raises(ValueError, match="time of day"):
        minutes_of(clock)
