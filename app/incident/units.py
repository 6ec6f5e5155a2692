"""Rows of the units of one incident, with the instants of each assignment."""

from __future__ import annotations

from datetime import datetime

from app.desk import Desk
from app.parts import tints
from app.parts.row import Row
from app.wording import label, listed, one_line, short_status, text
from app.wording.durations import clock, clock_span
from dispatch.incident import Assignment, Incident, OrderState
from dispatch.surplus import surplus
from resources.status import Status

_INSTANTS = (
    ("incident.assigned", "assigned_at"),
    ("incident.acknowledged", "acknowledged_at"),
    ("incident.en_route", "en_route_at"),
    ("incident.staged", "staged_at"),
    ("incident.on_scene", "on_scene_at"),
    ("incident.transporting", "transporting_at"),
    ("incident.at_destination", "at_destination_at"),
    ("incident.released", "released_at"),
)
_ALWAYS = frozenset({"assigned_at"})


def unit_rows(desk: Desk, incident: Incident) -> list[Row]:
    """Return a row a unit, bound ones first; of several assignments of one unit the latest."""
    latest: dict[str, Assignment] = {}
    for key in desk.state.assignments_of.get(incident.id, ()):
        assignment = desk.state.assignments[key]
        latest[assignment.unit_id] = assignment
    now, spare = desk.clock(), frozenset(surplus(desk.state, incident.id))
    bound_first = sorted(latest.values(), key=lambda one: not one.is_open)
    return [_row(desk, one, now, is_spare=one.unit_id in spare) for one in bound_first]


def order_badge(one: Assignment, language: str) -> tuple[str, str]:
    """Return what must be said of an order that was not acknowledged, and its tone: nothing in the usual case."""
    if one.order_state is OrderState.ACKNOWLEDGED or not one.is_open:
        return "", "normal"
    if one.order_overdue:
        return text("rec.overdue_order", language), "alarm"
    is_new = one.ordered_at is not None and one.ordered_at != one.assigned_at
    return (text("rec.new_order", language), "warn") if is_new else ("", "normal")


def _row(desk: Desk, one: Assignment, now: datetime, *, is_spare: bool) -> Row:
    unit = desk.state.units.get(one.unit_id)
    zone, language = desk.state.time_zone, desk.language
    instants = [
        f"{text(key, language)} {clock(getattr(one, name), zone)}"
        for key, name in _INSTANTS
        if name in _ALWAYS or getattr(one, name) is not None
    ]
    if not one.is_open:
        return Row(one.unit_id, one_line(one.unit_id, 24), detail=" · ".join(instants), tone="muted", mark="–")
    status = unit.status if unit is not None else Status.ALERTED
    badge, tone = order_badge(one, language)
    if is_spare and not badge:
        badge = text("incident.spare", language)
    if unit is not None and unit.distress_at is not None:
        tone, badge = "alarm", label("signal", "distress", language)
    elif unit is not None and unit.speak_at is not None and not badge:
        badge = label("signal", "request_to_speak", language)
    if one.marks:
        instants.append(listed((label("mark", mark, language) for mark in one.marks), language))
    since = clock_span((now - unit.since).total_seconds()) if unit is not None else ""
    if one.on_scene_at is None and one.eta_s is not None and status is not Status.STAGED:
        left_s = one.eta_s - (now - one.assigned_at).total_seconds()
        key = "rec.eta_left" if left_s >= 0 else "rec.eta_over"
        since = text(key, language, span=clock_span(abs(left_s)))
        tone = "warn" if left_s < 0 and tone == "normal" else tone
    return Row(
        one.unit_id,
        f"{one_line(one.unit_id, 24)}  {label('status', status, language)}",
        right=since,
        detail=" · ".join(instants),
        tone=tone,
        mark=short_status(status),
        mark_colour=tints.status(str(status)),
        badge=badge,
    )
