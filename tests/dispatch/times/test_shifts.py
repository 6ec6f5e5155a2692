"""What came in on the watch of a shift: a night belongs to the day that it begins on, and clocks that move count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dispatch.figures.duties import us
from dispatch.figures.period import Period, day_of, days
from dispatch.times.profiles_file import usual_time_profiles
from dispatch.times.report import intervals_of, times_report
from dispatch.times.shifts import is_in_shift, minutes_of_day
from dispatch.times.spans import INCIDENT
from resources.unit import Shift
from tests.dispatch.times.told import Times

ZONE = "Europe/Helsinki"
EARLY, NIGHT, ALWAYS = (
    Shift("early", "07:00", "19:30"),
    Shift("night", "19:30", "07:00"),
    Shift("full", "08:00", "08:00"),
)
DAY = date(2026, 3, 10)


def local(day: int, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, day, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def within(shift: Shift, period: Period | None, *at: datetime) -> list[bool]:
    return is_in_shift(np.array([us(each) for each in at], np.int64), shift, period, ZONE).tolist()


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (EARLY, [False, False, True, True, False, False, False, False]),
        (NIGHT, [False, False, False, False, True, True, True, False]),
        (ALWAYS, [False, False, False, True, True, True, True, True]),
    ],
)
def test_a_shift_is_that_which_begins_on_the_day(shift: Shift, expected: list[bool]) -> None:
    at = (local(10, "02:00"), local(10, "06:59"), local(10, "07:00"), local(10, "19:29"), local(10, "19:30"),
          local(11, "00:30"), local(11, "06:59"), local(11, "07:00"))  # fmt: skip
    assert within(shift, day_of(DAY, ZONE), *at) == expected


def test_of_several_days_every_such_shift_counts_and_of_a_whole_log_all() -> None:
    at = tuple(local(day, "23:00") for day in (9, 10, 11, 12))
    assert within(NIGHT, days(DAY, DAY + timedelta(days=1), ZONE), *at) == [False, True, True, False]
    assert within(NIGHT, None, *at) == [True] * 4 and within(EARLY, None, *at) == [False] * 4
    assert within(EARLY, None) == []


def test_the_clock_on_the_wall_counts_in_the_night_when_it_is_moved() -> None:
    before = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)  # 02:59:59, a second before it becomes 04:00
    found = minutes_of_day(np.array([us(before), us(before + timedelta(seconds=1))]), ZONE)
    assert found.tolist() == [2 * 60 + 59, 4 * 60]
    kathmandu = minutes_of_day(np.array([us(datetime(2026, 3, 10, 12, 7, tzinfo=UTC))]), "Asia/Kathmandu")
    assert kathmandu.tolist() == [17 * 60 + 52]


def test_a_report_counts_a_shift_alone_and_says_so() -> None:
    told = Times()
    first = told.call(0)
    told.call(3 * 3600)
    state = told.state
    began = state.incidents[first].received_at.astimezone(ZoneInfo(state.time_zone))
    shift = Shift("short", f"{began:%H:%M}", f"{began + timedelta(hours=1):%H:%M}")
    table, profile = intervals_of(state), usual_time_profiles().of()
    assert times_report(table, profile).figure(INCIDENT, "total").rows == 2
    for period in (None, day_of(began.date(), state.time_zone)):
        report = times_report(table, profile, period=period, shift=shift)
        assert report.figure(INCIDENT, "total").rows == 1
        assert report.where == {"shift": f"short {shift.starts}–{shift.ends}"}
    assert times_report(table, profile, period=day_of(began.date() + timedelta(days=1), state.time_zone),
                        shift=shift).figure(INCIDENT, "total").rows == 0  # fmt: skip
