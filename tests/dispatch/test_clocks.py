from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.calendar import Holiday, Hours, WorkCalendar, WorkedDay, hours_by_day
from dispatch.clocks import (
    LIMIT_KINDS,
    URGENT,
    WORKING,
    WORKING_DAYS,
    Limit,
    Pause,
    due_at,
    left_s,
    limit_s,
    spent_s,
)

USUAL = (Hours(8 * 60, 12 * 60), Hours(14 * 60, 18 * 60))
PLAIN = WorkCalendar("Asia/Shanghai", (USUAL,) * 5 + ((), ()))
# Shifts over midnight, one that begins within the skipped hour, days worked and free around the turns of the clocks.
SHIFTS = (
    (Hours(22 * 60, 30 * 60),),
    (Hours(9 * 60 + 30, 17 * 60),),
    (),
    USUAL,
    (Hours(20 * 60, 24 * 60),),
    (Hours(2 * 60 + 30, 4 * 60),),
    (Hours(1 * 60 + 15, 2 * 60 + 45), Hours(23 * 60, 25 * 60)),
)
TURNS = {  # a few days that hold both turns, a new year, and an offset of half an hour
    "Europe/Helsinki": (date(2026, 3, 27), date(2026, 10, 23), date(2026, 12, 30)),
    "America/Vancouver": (date(2026, 3, 6), date(2025, 10, 31), date(2025, 12, 30)),
    "Australia/Lord_Howe": (date(2026, 4, 3), date(2026, 10, 2)),
    "Asia/Shanghai": (date(2026, 2, 26), date(2026, 12, 30)),
}


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)


def beijing(*when: int) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo("Asia/Shanghai"))


def calendar_of(zone: str, first: date) -> WorkCalendar:
    holiday = Holiday("Free", first + timedelta(days=1), first + timedelta(days=1))
    worked = WorkedDay("Short", first + timedelta(days=3), (Hours(0, 90), Hours(150, 240)))
    return WorkCalendar(zone, SHIFTS, (holiday,), (worked,))


def works(calendar: WorkCalendar, at: datetime) -> bool:
    wall = at.astimezone(ZoneInfo(calendar.time_zone)).replace(tzinfo=UTC)  # the clock on the wall, as it reads
    days = [wall.date() - timedelta(days=1), wall.date()]
    for day, hours in hours_by_day(calendar, days):
        minute = (wall - utc(day.year, day.month, day.day)).total_seconds() / 60
        if any(each.from_min <= minute < each.to_min for each in hours):
            return True
    return False


def counted_slowly(
    calendar: WorkCalendar, kind: str, start_at: datetime, end_at: datetime, pauses: list[Pause]
) -> list[datetime]:
    found, at = [], start_at
    while at < end_at:
        paused = any(p.from_at <= at and (p.until_at is None or at < p.until_at) for p in pauses)
        if not paused and (kind == URGENT or works(calendar, at)):
            found.append(at)
        at += timedelta(minutes=1)
    return found


@st.composite
def questions(draw: st.DrawFn) -> tuple[WorkCalendar, str, datetime, datetime, list[Pause]]:
    zone = draw(st.sampled_from(sorted(TURNS)))
    first = draw(st.sampled_from(TURNS[zone]))
    minutes = st.integers(0, 3 * 1440)
    begin = utc(first.year, first.month, first.day)
    start, end = sorted((draw(minutes), draw(minutes)))
    pauses = []
    for _ in range(draw(st.integers(0, 3))):
        pause, length = draw(minutes), draw(st.none() | st.integers(-60, 1440))
        until = None if length is None else begin + timedelta(minutes=pause + length)
        pauses.append(Pause(begin + timedelta(minutes=pause), until))
    kind = draw(st.sampled_from(LIMIT_KINDS))
    return calendar_of(zone, first), kind, begin + timedelta(minutes=start), begin + timedelta(minutes=end), pauses


@settings(max_examples=60, deadline=None)
@given(questions())
def test_what_is_spent_is_what_a_count_of_minutes_says(question: tuple) -> None:
    calendar, kind, start_at, end_at, pauses = question
    slow = counted_slowly(calendar, kind, start_at, end_at, pauses)
    assert spent_s(calendar, kind, start_at, end_at, pauses) == 60 * len(slow)


@settings(max_examples=60, deadline=None)
@given(questions(), st.integers(1, 600))
def test_what_is_due_is_the_end_of_the_last_minute_of_a_slow_count(question: tuple, minutes: int) -> None:
    calendar, kind, start_at, _, pauses = question
    hours = minutes / 60 / (calendar.working_day_h if kind == WORKING_DAYS else 1)
    due = due_at(calendar, start_at, Limit(kind, hours), pauses)
    slow = counted_slowly(calendar, kind, start_at, start_at + timedelta(days=4), pauses)
    if len(slow) >= minutes:
        assert due == slow[minutes - 1] + timedelta(minutes=1)
    else:
        assert due is None or due > start_at + timedelta(days=4)


@settings(max_examples=200, deadline=None)
@given(questions(), st.integers(0, 10**7), st.integers(0, 10**9))
def test_due_and_spent_are_each_others_inverse(question: tuple, seconds: int, offset_us: int) -> None:
    calendar, kind, start_at, _, pauses = question
    start_at += timedelta(microseconds=offset_us)
    limit = Limit(kind, seconds / 3600 / (calendar.working_day_h if kind == WORKING_DAYS else 1))
    due = due_at(calendar, start_at, limit, pauses)
    if due is not None:
        assert spent_s(calendar, kind, start_at, due, pauses) == limit_s(calendar, limit) == seconds
        assert left_s(calendar, start_at, limit, due, pauses) == 0
        earlier = due - timedelta(microseconds=1)
        assert seconds == 0 or spent_s(calendar, kind, start_at, earlier, pauses) < seconds


@settings(max_examples=100, deadline=None)
@given(questions(), st.floats(0, 1))
def test_parts_add_up(question: tuple, share: float) -> None:
    calendar, kind, start_at, end_at, pauses = question
    middle = start_at + (end_at - start_at) * share
    whole = spent_s(calendar, kind, start_at, end_at, pauses)
    parts = spent_s(calendar, kind, start_at, middle, pauses), spent_s(calendar, kind, middle, end_at, pauses)
    assert sum(parts) == pytest.approx(whole, abs=2e-6)


def test_four_working_hours_end_at_noon_not_after_the_break() -> None:
    assert due_at(PLAIN, beijing(2026, 3, 2, 8), Limit(WORKING, 4)) == beijing(2026, 3, 2, 12)
    assert due_at(PLAIN, beijing(2026, 3, 2, 12, 30), Limit(WORKING, 1)) == beijing(2026, 3, 2, 15)


def test_working_days_pass_over_a_weekend_and_urgent_time_does_not() -> None:
    friday = beijing(2026, 3, 6, 16)
    assert due_at(PLAIN, friday, Limit(WORKING_DAYS, 2)) == beijing(2026, 3, 10, 16)
    assert due_at(PLAIN, friday, Limit(URGENT, 2)) == beijing(2026, 3, 6, 18)


def test_a_pause_moves_the_limit_by_its_working_time_and_one_without_end_holds_it() -> None:
    start = beijing(2026, 3, 2, 8)
    over_noon = Pause(beijing(2026, 3, 2, 11), beijing(2026, 3, 2, 15))
    assert due_at(PLAIN, start, Limit(WORKING, 4), [over_noon]) == beijing(2026, 3, 2, 16)
    assert due_at(PLAIN, start, Limit(WORKING, 4), [Pause(beijing(2026, 3, 2, 11))]) is None
    assert due_at(PLAIN, start, Limit(WORKING, 3), [Pause(beijing(2026, 3, 2, 11))]) == beijing(2026, 3, 2, 11)
    assert left_s(PLAIN, start, Limit(WORKING, 4), beijing(2027, 1, 1), [Pause(beijing(2026, 3, 2, 11))]) == 3600


def test_what_is_late_is_below_zero() -> None:
    assert left_s(PLAIN, beijing(2026, 3, 2, 8), Limit(WORKING, 4), beijing(2026, 3, 2, 15)) == -3600


def test_the_night_that_is_an_hour_longer_holds_an_hour_more() -> None:
    night = WorkCalendar("Europe/Helsinki", ((Hours(22 * 60, 30 * 60),),) * 7)
    longer = spent_s(night, WORKING, utc(2026, 10, 24, 12), utc(2026, 10, 25, 12))
    shorter = spent_s(night, WORKING, utc(2026, 3, 28, 12), utc(2026, 3, 29, 12))
    assert (longer, shorter) == (9 * 3600, 7 * 3600)


@pytest.mark.parametrize(("kind", "amount"), [("fast", 1), (URGENT, -1), (WORKING, float("nan")), (WORKING, 1e300)])
def test_a_limit_that_means_nothing_is_refused(kind: str, amount: float) -> None:
    with pytest.raises(ValueError, match=r"limit|amount"):
        Limit(kind, amount)


def test_an_instant_without_a_zone_and_a_week_without_work_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due_at(PLAIN, utc(2026, 1, 1).replace(tzinfo=None), Limit(URGENT, 1))
    with pytest.raises(ValueError, match="somebody works"):
        WorkCalendar("UTC", ((),) * 7)
    with pytest.raises(ValueError, match="counted from"):
        due_at(PLAIN, utc(2026, 1, 1), Limit(WORKING, 900_000))
