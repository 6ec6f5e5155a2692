"""How duties are named on the desk: what they are about, how they stand, what is left; in the language of the desk."""

from __future__ import annotations

from datetime import datetime

from app.cases.words import class_name, due_words, place_words, when_words
from app.desk import Desk
from app.intake.kind_field import kind_name
from app.parts.names import department_name
from app.wording import label, listed, one_line, text
from dispatch.duty import OVER, Duty, DutyState
from dispatch.state import State


def about_words(desk: Desk, *, incident_id: int | None = None, case_id: int | None = None) -> str:
    """Name an incident or a case with its kind and place; empty where there is neither."""
    state, language = desk.state, desk.language
    incident = state.incidents.get(incident_id or 0)
    if incident is not None:
        where = one_line(incident.location.text or incident.location.crossing, 80)
        return text("duties.incident", language, number=incident.id, kind=kind_name(desk, incident.kind), place=where)
    case = state.cases.get(case_id or 0)
    if case is not None:
        kind = class_name(state, case.standard_id, language)
        return text("duties.case", language, number=case.id, kind=kind, place=place_words(case.place))
    return ""


def due_of(duty: Duty, now: datetime, language: str) -> tuple[str, str]:
    """Return what is left of a duty's time, or since when it is over, and its tone; empty where no clock runs."""
    if duty.due_at is None or not duty.is_owed:
        return "", "normal"
    left_s = (duty.due_at - now).total_seconds()
    tone = "alarm" if left_s < 0 else "warn" if left_s < 600 else "normal"
    return due_words(duty.due_at, now, language), tone


def waits_words(state: State, duty: Duty, language: str) -> str:
    """Say which duties must be done first."""
    if duty.state is not DutyState.WAITING:
        return ""
    before = [state.duties[each] for each in duty.depends_on if state.duties[each].state not in OVER]
    named = listed(
        (text("duties.one", language, number=each.id, what=one_line(each.text, 40)) for each in before), language
    )
    return text("duties.waits_for", language, duties=named) if named else ""


def state_words(desk: Desk, duty: Duty, now: datetime) -> str:
    """Say how a duty stands: its state, what keeps it, who handed it back and why, by when it is due."""
    state, language = desk.state, desk.language
    parts = [waits_words(state, duty, language) or label("duty_state", duty.state, language)]
    if duty.state is DutyState.HANDED_BACK and duty.hand_backs:
        last = duty.hand_backs[-1]
        name = department_name(state, last.department, language)
        parts.append(text("duties.handed_back_by", language, name=name, reason=one_line(last.reason, 200)))
    if duty.ruled and duty.is_open:
        parts.append(text("duties.ruled", language))
    if duty.due_at is not None and duty.is_owed:
        parts.append(text("duties.due", language, when=when_words(duty.due_at, now, state.time_zone, language)))
    elif duty.overdue:
        parts.append(text("duties.was_late", language))
    if duty.state is DutyState.DONE and duty.steps and duty.steps[-1].reason:
        parts.append(one_line(duty.steps[-1].reason, 200))
    return " · ".join(part for part in parts if part)
