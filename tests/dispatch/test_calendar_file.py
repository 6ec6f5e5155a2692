from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from dispatch.calendar import Hours, WorkCalendar
from dispatch.calendar_file import SHIPPED, BadFile, parse_calendar, read_calendar

WEEK = """
[week]
mon = ["08:00-12:00", "14:00-18:00"]
tue = ["08:00-12:00"]
wed = ["08:00-24:00"]
thu = ["08:00-12:00"]
fri = ["22:00-06:00"]
sat = []
sun = []
"""


def problems(text: str) -> list[str]:
    with pytest.raises(BadFile) as caught:
        parse_calendar(text, time_zone="Asia/Shanghai")
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_week_is_eight_to_twelve_and_two_to_six() -> None:
    calendar = read_calendar(SHIPPED, time_zone="Asia/Shanghai")
    assert calendar.week[0] == (Hours(480, 720), Hours(840, 1080))
    assert (calendar.week[5], calendar.years, calendar.working_day_h) == ((), (), 8.0)


def test_the_example_of_china_2026_has_its_33_free_days_and_six_worked_ones() -> None:
    calendar = read_calendar(SHIPPED.parent / "calendar_china_2026.toml", time_zone="Asia/Shanghai")
    assert sum(len(list(holiday.days())) for holiday in calendar.holidays) == 33
    assert {each.day for each in calendar.worked_days if each.day.weekday() < 5} == set()
    assert len(calendar.worked_days) == 6
    free = {day for holiday in calendar.holidays for day in holiday.days()}
    assert date(2026, 2, 23) in free and date(2026, 2, 24) not in free


def test_a_shift_past_midnight_ends_on_the_next_day_and_a_calendar_travels_as_json() -> None:
    text = "years = [2026]" + WEEK + '[[worked_day]]\nname = "Fair"\ndate = 2026-05-09\nhours = ["09:00-11:30"]'
    calendar = parse_calendar(text, time_zone="Asia/Shanghai")
    assert (calendar.week[2], calendar.week[4]) == ((Hours(480, 1440),), (Hours(1320, 1800),))
    assert calendar.worked_days[0].hours == (Hours(540, 690),)
    assert msgspec.json.decode(msgspec.json.encode(calendar), type=WorkCalendar) == calendar


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[week]\nmon = ["8-12"]', 2, "'8-12' is not hours"),
        ('[week]\nmon = ["08:00-12:00", "11:00-13:00"]', 2, "overlap"),
        ('[week]\nmon = "08:00-12:00"', 2, "list of hours"),
        (WEEK.replace('["22:00-06:00"]', '["25:00-26:00"]'), 7, "is not hours"),
        (WEEK.replace("sat = []", 'sat = ["05:00-07:00"]'), 7, "runs into the hours of sat"),
        (WEEK.replace("sun = []", ""), 2, "'sun': is missing"),
        ("years = [2026, 2026]" + WEEK, 1, "each once"),
        (WEEK + '[[holiday]]\nname = "A"\nfrom = 2026-05-01', 12, "lies in 2026"),
        ("years = [2026]" + WEEK + '[[holiday]]\nname = "A"\nfrom = "2026-05-01"', 12, "a date without quotes"),
        ("years = [2026]" + WEEK + '[[holiday]]\nname = "A"\nfrom = 2026-05-02\nto = 2026-05-01', 13, "days after"),
        (
            "years = [2026]" + WEEK + '[[holiday]]\nname = "A"\nfrom = 2026-05-01\n[[worked_day]]\n'
            'name = "A"\ndate = 2026-05-01',
            15,
            "belongs to 'A' already",
        ),
        ("years = [2026]" + WEEK + '[[worked_day]]\nname = "A"\ndate = 2026-05-09\nlike = "sun"', 13, "nobody works"),
        ("years = [2026]" + WEEK + '[[worked_day]]\nname = "A"\ndate = 2026-05-09\nhours = []', 13, "[[holiday]]"),
        (WEEK + "[[holidays]]\n", 10, "unknown table; did you mean 'holiday'?"),
        ("working_day_h = 25" + WEEK, 1, "from 0.5 to 24"),
        ('"week" = 3', 1, "must be written as [week]"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, words: str) -> None:
    found = problems(text)
    assert any(each.startswith(f"calendar.toml:{line}:") and words in each for each in found), found


def test_a_week_in_which_nobody_works_is_told() -> None:
    week = "[week]\n" + "".join(f"{day} = []\n" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    assert "nobody ever works" in problems(week)[0]


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "calendar.toml"
    file.write_text('[week]\nmon = ["1"]\ntue = ["2"]\n', "utf-8")
    with pytest.raises(BadFile) as caught:
        read_calendar(file, time_zone="UTC")
    assert len(caught.value.problems) == 2 + 5
