"""How cases are named on the desk: their class, place, department, clocks; in the language of the desk."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.parts.names import department_name
from app.wording import label, listed, one_line, text
from app.wording.durations import clock, day_and_clock, rough_span
from dispatch.case import Case, CasePlace
from dispatch.clocks import Limit
from dispatch.state import State


def class_name(state: State, standard_id: str, language: str) -> str:
    """Return the name of a small class; its word in the log where no standard ever held it."""
    standard = state.classes.get(standard_id)
    if standard is None:
        return one_line(standard_id.replace("_", " "), 60)
    return one_line(standard.name_zh if language == "zh" and standard.name_zh else standard.name, 60)


def place_words(place: CasePlace) -> str:
    """Return the words of a case's place; its coordinates where it has none."""
    where = place.location
    words = ", ".join(part for part in (where.text or where.crossing, where.municipality) if part)
    return one_line(words, 120) or f"{where.lat:.5f}, {where.lon:.5f}"


def holder_words(state: State, case: Case, language: str) -> str:
    """Name the department that has a case in hand, or that the ground says answers for it."""
    department = case.department or case.answerable
    return department_name(state, department, language) if department else ""


def shared_words(state: State, case: Case, language: str) -> str:
    """Say on which other cases photographs of a case stand too; empty where on none. Cases merged with it count not."""
    family = {case.id, case.merged_into, *case.merged}
    shown = {each.evidence.id for each in case.evidence}
    others = sorted({one for each in shown for one in state.cases_of_evidence.get(each, ())} - family)
    if not others:
        return ""
    numbers = listed(map(str, others[:5]), language) + (" …" if len(others) > 5 else "")
    return "⚠ " + text("case.shared", language, numbers=numbers)


def limit_words(limit: Limit, language: str) -> str:
    """Word a limit: `4 working hours`, `15 min of working time`."""
    if limit.kind != "working_days" and limit.amount < 1:
        unit = label("case_minutes", limit.kind, language)
        return text("case.amount", language, amount=f"{limit.amount * 60:g}", unit=unit)
    unit = label("limit_kind_one" if limit.amount == 1 else "limit_kind", limit.kind, language)
    return text("case.amount", language, amount=f"{limit.amount:g}", unit=unit)


def when_words(at: datetime | None, now: datetime, zone: str, language: str) -> str:
    """Word an instant on the city's clock: the time alone today, with its weekday this week, else with its date."""
    if at is None:
        return clock(None)
    where = zone_of(zone)
    day, today = at.astimezone(where).date(), now.astimezone(where).date()
    if day == today:
        return clock(at, zone)
    apart = (day - today).days
    if -6 <= apart <= 6:
        return f"{label('weekday', day.isoweekday(), language)} {clock(at, zone)}"
    if day.year == today.year:
        return day_and_clock(at, zone)[5:]
    return day_and_clock(at, zone)


def due_words(due_at: datetime, now: datetime, language: str) -> str:
    """Word how long is left until an instant, or since when it is over."""
    left_s = (due_at - now).total_seconds()
    if left_s < 0:
        return text("cases.overdue_by", language, rough=rough_span(max(60.0, -left_s)))
    return text("cases.left", language, rough=rough_span(left_s))


@lru_cache(maxsize=8)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone of a name; UTC where there is none such."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
