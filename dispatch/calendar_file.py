"""Read a city's work calendar from the TOML file that it edits."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from dispatch.calendar import DAY_MIN, Holiday, Hours, WorkCalendar, WorkedDay
from gis.located_toml import BadFile, Fields, LocatedToml
from gis.toml_lines import Path as FieldPath

FILE = "calendar.toml"
SHIPPED = Path(__file__).resolve().parent / FILE
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_HOLIDAY_DAYS = 60
_NO_DATE = date.min
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d) ?[-–] ?([01]\d|2[0-4]):([0-5]\d)")

__all__ = ["BadFile", "hours_in", "parse_calendar", "read_calendar"]


def read_calendar(path: Path, *, time_zone: str) -> WorkCalendar:
    """Read a calendar for a city's IANA time zone. Raises BadFile with every problem, each with line and field."""
    return _calendar(LocatedToml.read(path), time_zone)


def parse_calendar(text: str, file: str = FILE, *, time_zone: str) -> WorkCalendar:
    """Read a calendar from TOML text; `file` names it in the problems of BadFile."""
    return _calendar(LocatedToml.parse(text, file), time_zone)


def _calendar(toml: LocatedToml, time_zone: str) -> WorkCalendar:
    toml.check_keys(("years", "working_day_h", "week", "holiday", "worked_day"))
    head = Fields(toml, (), {key: toml.data[key] for key in ("working_day_h",) if key in toml.data}, "the file")
    working_day_h = head.number("working_day_h", 0.5, 24, 8.0)
    years, week = _years(toml), _week(toml)
    taken: dict[date, str] = {}
    holidays = tuple(_holiday(toml, path, table, years, taken) for path, table in toml.tables("holiday"))
    worked = tuple(_worked_day(toml, path, table, years, taken, week) for path, table in toml.tables("worked_day"))
    toml.raise_if_bad()
    return WorkCalendar(time_zone, week, holidays, worked, years, working_day_h)


def _years(toml: LocatedToml) -> tuple[int, ...]:
    value = toml.data.get("years", [])
    is_list = isinstance(value, list) and all(type(year) is int and 1971 <= year <= 2300 for year in value)
    if not is_list or len(set(value)) != len(value):
        toml.problem(("years",), "must be a list of years, each once, as [2026, 2027]", label="years")
        return ()
    return tuple(sorted(value))


def _week(toml: LocatedToml) -> tuple[tuple[Hours, ...], ...]:
    table = toml.data.get("week")
    if not isinstance(table, dict):
        toml.problem(("week",), "must be written as [week] with the hours of mon to sun", label="[week]")
        return ((),) * 7
    fields = Fields(toml, ("week",), table, "[week]")
    week = tuple(hours_in(fields, day) for day in WEEKDAYS)
    fields.done()
    for number, hours in enumerate(week):
        morning = week[(number + 1) % 7]
        if hours and morning and hours[-1].to_min - DAY_MIN > morning[0].from_min:
            fields.bad(WEEKDAYS[number], f"runs into the hours of {WEEKDAYS[(number + 1) % 7]}")
    if not toml.problems and not any(week):
        toml.problem(("week",), "nobody ever works", label="[week]")
    return week


def hours_in(fields: Fields, key: str) -> tuple[Hours, ...]:
    """Take hours such as ["08:00-12:00", "14:00-18:00"], in order; ["22:00-06:00"] runs past midnight."""
    value, found = fields.any(key), []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        if value is not None:
            fields.bad(key, 'must be a list of hours as ["08:00-12:00", "14:00-18:00"], or []')
        return ()
    for each in value:
        read = _HOURS.fullmatch(each.strip())
        from_min, to_min = (int(read[1]) * 60 + int(read[2]), int(read[3]) * 60 + int(read[4])) if read else (0, 0)
        if read is None or to_min > DAY_MIN or from_min == to_min:
            fields.bad(key, f"{each!r} is not hours as 08:00-12:00; midnight at the end is 24:00")
            continue
        found.append(Hours(from_min, to_min if to_min > from_min else to_min + DAY_MIN))
    found.sort(key=lambda hours: hours.from_min)
    if any(after.from_min < before.to_min for before, after in pairwise(found)):
        fields.bad(key, "has hours that overlap")
    return tuple(found)


def _holiday(
    toml: LocatedToml, path: FieldPath, table: dict[str, Any], years: tuple[int, ...], taken: dict[date, str]
) -> Holiday:
    fields = _fields(toml, path, table, "holiday")
    name, name_zh = fields.text("name"), fields.text("name_zh", "")
    first = _date(fields, "from", years)
    last = _date(fields, "to", years) if "to" in table else first
    holiday = Holiday(name, first, last, name_zh)
    if not 0 <= (last - first).days < LONGEST_HOLIDAY_DAYS:
        fields.bad("to", f"must be from 0 to {LONGEST_HOLIDAY_DAYS - 1} days after {first}, not {last}")
    else:
        for day in holiday.days():
            _take(fields, "from", day, name, taken)
    fields.done()
    return holiday


def _worked_day(
    toml: LocatedToml,
    path: FieldPath,
    table: dict[str, Any],
    years: tuple[int, ...],
    taken: dict[date, str],
    week: tuple[tuple[Hours, ...], ...],
) -> WorkedDay:
    fields = _fields(toml, path, table, "worked_day")
    name, name_zh = fields.text("name"), fields.text("name_zh", "")
    day = _date(fields, "date", years)
    if "hours" in table:
        hours = hours_in(fields, "hours")
        if not hours and not toml.problems:
            fields.bad("hours", "is empty; a day on which nobody works is a [[holiday]]")
    else:
        like = fields.one_of("like", WEEKDAYS, "weekday", "mon")
        hours = week[WEEKDAYS.index(like)] if like in WEEKDAYS else ()
        if not hours and not toml.problems:
            fields.bad("like", f"nobody works on a {like}")
    _take(fields, "date", day, name, taken)
    fields.done()
    return WorkedDay(name, day, hours, name_zh)


def _fields(toml: LocatedToml, path: FieldPath, table: dict[str, Any], key: str) -> Fields:
    name = table.get("name")
    known = isinstance(name, str) and name.isprintable() and name
    return Fields(toml, path, table, f"[[{key}]] {name}" if known else f"[[{key}]] no. {int(path[-1]) + 1}")


def _date(fields: Fields, key: str, years: tuple[int, ...]) -> date:
    value = fields.any(key)
    if isinstance(value, datetime) or not isinstance(value, date):
        if value is not None:
            fields.bad(key, f"must be a date without quotes as 2026-05-01, not {value!r}")
        return _NO_DATE
    if value.year not in years:
        fields.bad(key, f"lies in {value.year}, which `years` does not name")
    return value


def _take(fields: Fields, key: str, day: date, name: str, taken: dict[date, str]) -> None:
    if day in taken:
        fields.bad(key, f"{day} belongs to {taken[day]!r} already")
    elif day != _NO_DATE:
        taken[day] = name
