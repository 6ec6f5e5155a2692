"""Rules for what cases are judged by: standards, the work calendar, responsible areas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.areas import PREFIXES
from dispatch.calendar import DAY_MIN, Hours
from dispatch.case_checks import check_choice
from dispatch.case_commands import LoadAreas, LoadCalendar, LoadStandards
from dispatch.case_events import AreasLoaded, CalendarLoaded, StandardsLoaded
from dispatch.commands import Command
from dispatch.events import Event
from dispatch.refused import Refused
from dispatch.standards import AREA_RULES, DEGREES, GROUPS, USUAL, Standard
from dispatch.state import State
from resources.unit import DEPARTMENT_KINDS

LONGEST_HOLIDAY_DAYS = 366
MOST_PHOTOS = 50


def load_standards(state: State, command: Command, body: LoadStandards) -> tuple[Event, ...]:
    """Put standards into force. A class that names a run card needs it; open cases go on by theirs."""
    if body.standards == state.standards:
        return ()
    small = body.standards.small
    _check_once("standards", (standard.id for standard in small))
    _check_once("standards", (f"{standard.group} {standard.code}" for standard in small))
    for standard in small:
        wrong = _wrong(state, standard)
        if wrong:
            raise Refused("standards_wrong", id=standard.id, field=wrong)
    return (StandardsLoaded(body.standards, body.source, body.checksum),)


def load_calendar(state: State, command: Command, body: LoadCalendar) -> tuple[Event, ...]:
    """Put a work calendar into force, with hours, days and a time zone that can be counted by."""
    calendar = body.calendar
    if calendar == state.calendar:
        return ()
    try:
        ZoneInfo(calendar.time_zone)
    except (ValueError, OSError, LookupError):
        raise Refused("calendar_wrong", field="time_zone", value=calendar.time_zone) from None
    hours = [*calendar.week, *(day.hours for day in calendar.worked_days)]
    if not all(_is_countable(each) for day in hours for each in day):
        raise Refused("calendar_wrong", field="hours", value="")
    for holiday in calendar.holidays:
        if not 0 <= (holiday.last - holiday.first).days < LONGEST_HOLIDAY_DAYS:
            raise Refused("calendar_wrong", field="holiday", value=holiday.name)
    if not 0 < calendar.working_day_h <= 24:
        raise Refused("calendar_wrong", field="working_day_h", value=calendar.working_day_h)
    return (CalendarLoaded(calendar, body.source, body.checksum),)


def load_areas(state: State, command: Command, body: LoadAreas) -> tuple[Event, ...]:
    """Put responsible areas into force; each is made of beginnings of cells' codes."""
    if body.areas == state.areas:
        return ()
    _check_once("areas", (area.id for area in body.areas.areas))
    for area in body.areas.areas:
        for cell in area.cells:
            if len(cell) not in PREFIXES or not (cell.isascii() and cell.isdigit()):
                raise Refused("code_wrong", code_kind="cell", found=cell, digits=15)
        if area.department and area.department not in state.departments:
            raise Refused("department_unknown", department=area.department)
    _check_once("collectors", (each.id for each in body.areas.collectors))
    known = tuple(area.id for area in body.areas.areas)
    for each in body.areas.collectors:
        for area_id in each.areas:
            check_choice("area", area_id, known)
        if not all(_is_countable(hours) for hours in each.shift) or not all(0 <= day <= 6 for day in each.days):
            raise Refused("collector_wrong", collector=each.id)
    return (AreasLoaded(body.areas, body.source, body.checksum),)


def _wrong(state: State, standard: Standard) -> str:
    """Name the first field of a standard that cannot be worked by; empty: none."""
    checks = {
        "id": bool(standard.id.strip()),
        "group": standard.group in GROUPS,
        "code": len(standard.code) == 4 and standard.code.isascii() and standard.code.isdigit(),
        "handling": bool(standard.handling)
        and standard.handling[0].degree == USUAL
        and all(each.degree in DEGREES for each in standard.handling),
        "department_kind": standard.department_kind in DEPARTMENT_KINDS,
        "area_rule": standard.area_rule in AREA_RULES,
        "photos_before": 0 <= standard.photos_before <= MOST_PHOTOS,
        "photos_after": 0 <= standard.photos_after <= MOST_PHOTOS,
        "emergency": not standard.emergency or standard.emergency in state.cards,
        "card": not standard.card or standard.card in state.cards,
    }
    return next((field for field, is_right in checks.items() if not is_right), "")


def _is_countable(hours: Hours) -> bool:
    return 0 <= hours.from_min < DAY_MIN and hours.from_min < hours.to_min <= 2 * DAY_MIN


def _check_once(what: str, ids: Iterable[str]) -> None:
    for record_id, times in Counter(ids).items():
        if times > 1:
            raise Refused("named_twice", list=what, id=record_id)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    LoadStandards: load_standards,
    LoadCalendar: load_calendar,
    LoadAreas: load_areas,
}
