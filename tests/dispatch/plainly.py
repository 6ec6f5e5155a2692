"""Candidates and reasons worked out unit by unit, from nothing but the state: what the columns must agree with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.explain_bound import passed_over
from dispatch.outcome import Outcome
from dispatch.recommendation import Passed, Reason
from dispatch.state import State, UnitState
from dispatch.turnout import turnout_time_s
from dispatch.whereabouts import FRESHNESS, is_home, last_scene, locate
from resources.position import Fix
from resources.shifts import is_on_duty
from resources.status import COMMITTED, FREE, TURNING_OUT, Status

Standing = tuple[object, float, float | None] | Reason


def stand(state: State, fixes: Mapping[str, Fix], unit: UnitState, at: datetime) -> Standing:
    """Say from where a free unit would start, after how long, and how old that place is; or why nobody can tell."""
    local, fix = at.astimezone(ZoneInfo(state.time_zone)), fixes.get(unit.unit.id)
    off_duty = {shift.id for shift in state.roster.shifts if not is_on_duty(shift, local.time())}
    if unit.unit.shift in off_duty and unit.status is Status.AVAILABLE and is_home(unit, fix):
        return Reason("off_shift", (("shift", unit.unit.shift),))
    place = locate(unit, fix, last_scene(state, unit), at, FRESHNESS)
    if isinstance(place, Reason):
        return place
    start, age_s, is_moving = place
    spent_s = 0.0
    if unit.status in TURNING_OUT:
        ids = state.assignments_by_unit.get(unit.unit.id)
        spent_s = max(0.0, (at - (state.assignments[ids[-1]].assigned_at if ids else unit.since)).total_seconds())
    turnout = state.turnouts.get(unit.unit.turnout)
    return start, turnout_time_s(turnout, unit.status, local.hour, is_moving=is_moving, spent_s=spent_s), age_s


def against(state: State, unit: UnitState, incident_id: int | None) -> Reason | None:
    """Say what stands against a unit before anybody asks what it can do and where it is."""
    others = [each for _, each in sorted(state.units.items()) if each.unit.id != unit.unit.id]
    mates = [each for each in others if unit.unit.cross_staffed and each.unit.cross_staffed == unit.unit.cross_staffed]
    away = [each.unit.id for each in mates if each.assignment_id or each.status in COMMITTED]
    if not unit.on_roster:
        return Reason("not_on_roster")
    if unit.assignment_id:
        incident = state.assignments[unit.assignment_id].incident_id
        if incident == incident_id:
            return Reason("already_sent")
        return Reason("busy", (("incident", incident), ("status", unit.status.value)))
    if unit.status is Status.OUT_OF_SERVICE:
        until = unit.until.isoformat() if unit.until else ""
        return Reason("out_of_service", (("reason", unit.reason), ("until", until)))
    if unit.distress_at is not None:
        return Reason("in_distress")
    if unit.status not in FREE:
        return Reason("not_free", (("status", unit.status.value),))
    if away:
        return Reason("crew_away", (("unit", away[0]),))
    return Reason("held_in_reserve", (("reason", unit.held),)) if unit.held else None


def passed(outcome: Outcome) -> tuple[Passed, ...]:
    """Say of every unit not chosen why not, one after another."""
    slowest = [
        max(((int(outcome.costs_ms[row, column]), column) for column in columns), default=(-1, -1))
        for row, columns in enumerate(outcome.fills)
    ]
    could: list[tuple[float, int, Passed]] = []
    for column, (candidate, eta) in enumerate(zip(outcome.field.candidates, outcome.etas, strict=True)):
        if column in outcome.row_of_pick:
            continue
        unit, needs = candidate.unit.unit, candidate.needs
        if eta is None:
            near = outcome.needs[needs[0]].id
            row = Passed(unit.id, unit.department, Reason("unreachable"), None, near)
            could.append((float("inf"), column, row))
            continue
        taken_ms, taken = max(slowest[row] for row in needs)
        near_row = max(needs, key=lambda row: slowest[row])
        cost_ms = int(outcome.costs_ms[:, column].max())
        is_plain = taken >= 0 and not any(outcome.needs[row].same_station for row in needs)
        is_used = any(each in outcome.user_of for each in candidate.resources)
        if outcome.is_bound and (is_used or cost_ms <= taken_ms or not is_plain):
            own = passed_over(outcome, column, slowest)
            could += [] if own is None else [(round(eta.total_s * 1000), column, own)]
            continue
        facts = (
            ("unit", outcome.field.candidates[taken].unit.unit.id),
            ("by_s", round((cost_ms - taken_ms) / 1000, 1)),
        )
        reason = Reason("slower" if cost_ms > taken_ms else "equally_fast", facts)
        could.append((cost_ms, column, Passed(unit.id, unit.department, reason, eta, outcome.needs[near_row].id)))
    names = [need.id for need in outcome.needs]
    barred = [
        Passed(
            each.unit.unit.id, each.unit.unit.department, each.reason, None, names[each.needs[0]] if each.needs else ""
        )
        for each in outcome.field.barred
        if each.unit.unit.id not in outcome.user_of
    ]
    lost = [each for each in barred if each.need_id and each.reason.code == "position_too_old"]
    return (
        *lost,
        *(row for *_, row in sorted(could, key=lambda each: each[:2])),
        *(b for b in barred if b not in lost),
    )
