"""The clocks of a case: its own, each stage's, how much of each is spent, by how much each was late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.cases.stage_mark import letter_of
from app.cases.words import limit_words, when_words
from app.desk import Desk
from app.parts.row import Row
from app.wording import label, one_line, text
from app.wording.durations import rough_span
from dispatch.case import Case, CaseStage, Visit
from dispatch.clocks import Limit, spent_s


def clock_rows(desk: Desk, case: Case, now: datetime) -> list[Row]:
    """Return a row for the case's own clock, then one for each stay at a stage, the latest first."""
    rows = [_own_row(desk, case, now)] if case.close_from_at is not None else []
    rows += [_visit_row(desk, case, visit, number, now) for number, visit in enumerate(case.visits)][::-1]
    rows += _pause_rows(desk, case, now)
    return rows


def _own_row(desk: Desk, case: Case, now: datetime) -> Row:
    assert case.close_from_at is not None
    language = desk.language
    ended = case.closed_at or now
    spent, of = _spent(desk, case, case.close_from_at, ended, case.close_limits)
    due, late = case.close_due_at, ""
    tone = "normal"
    if due is not None and ended > due:
        late, tone = text("case.late_by", language, rough=rough_span((ended - due).total_seconds())), "alarm"
    parts = [text("case.due_at", language, when=_when(desk, due, now)) if due is not None else "", late]
    title = label("case_clock_long", "case", language)
    return Row("case", title, right=_of(spent, of), detail=" · ".join(p for p in parts if p), tone=tone)


def _visit_row(desk: Desk, case: Case, visit: Visit, number: int, now: datetime) -> Row:
    language = desk.language
    ended = visit.left_at or now
    is_last = visit is case.visits[-1]
    is_over = visit.stage is CaseStage.EVALUATE  # nobody owes anything there: no clock runs
    right = "" if is_over else _of(*_spent(desk, case, visit.entered_at, ended, visit.limits))
    late_s = None
    due = visit.due_at or visit.first_due_at
    if visit.is_late(ended) and due is not None:
        late_s = max(60.0, (ended - due).total_seconds())
    parts = []
    if late_s is not None:
        parts.append(text("case.late_by", language, rough=rough_span(late_s)))
    if visit.left_at is None and due is not None and case.is_open:
        parts.append(text("case.due_at", language, when=_when(desk, due, now)))
    stay = _when(desk, visit.entered_at, now)
    if visit.left_at is not None:
        stay = f"{stay} – {_when(desk, visit.left_at, now)}"
    else:
        stay = text("case.since", language, when=stay)
    parts.append(stay)
    if visit.move:
        move = label("case_move", visit.move, language)
        parts.append(f"{move}, {one_line(visit.actor, 40)}" if visit.actor else move)
    if len(visit.limits) > 1:
        parts.append(text("case.extended", language, count=len(visit.limits) - 1))
    tone = "alarm" if late_s is not None else "normal" if is_last else "muted"
    return Row(
        f"visit:{number}",
        label("case_stage", visit.stage.value, language),
        right=right,
        detail=" · ".join(parts),
        tone=tone,
        mark=letter_of(visit.stage),
        detail_tone="muted",
    )


def _pause_rows(desk: Desk, case: Case, now: datetime) -> list[Row]:
    rows = []
    for number, pause in enumerate(case.pauses):
        until = _when(desk, pause.until_at, now) if pause.until_at is not None else "…"
        long_s = ((pause.until_at or now) - pause.from_at).total_seconds()
        title = text("case.stood", desk.language)
        detail = f"{_when(desk, pause.from_at, now)} – {until}"
        rows.append(Row(f"pause:{number}", title, right=rough_span(long_s), detail=detail, tone="muted"))
    return rows[::-1]


def _spent(
    desk: Desk, case: Case, begun: datetime, ended: datetime, limits: Iterable[Limit]
) -> tuple[float | None, str]:
    """Return the seconds that are spent on the limits' clock, and the limits in words; None where nobody counts."""
    limits, calendar = tuple(limits), desk.state.calendar
    words = " + ".join(limit_words(limit, desk.language) for limit in _summed(limits))
    kinds = {limit.kind for limit in limits}
    if calendar is None or not limits:
        return max(0.0, (ended - begun).total_seconds()), words
    if len(kinds) > 1:
        return None, words
    try:
        spent = spent_s(
            calendar, limits[0].kind, begun, ended, case.pauses_ended(ended) if case.paused else case.pauses
        )
    except (ValueError, OverflowError):
        return None, words
    return spent, words


def _summed(limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
    found: dict[str, float] = {}
    for limit in limits:
        found[limit.kind] = found.get(limit.kind, 0.0) + limit.amount
    return tuple(Limit(kind, amount) for kind, amount in found.items())


def _of(spent_seconds: float | None, limit: str) -> str:
    if not limit:
        return rough_span(spent_seconds) if spent_seconds is not None else ""
    return f"{rough_span(spent_seconds)} / {limit}" if spent_seconds is not None else limit


def _when(desk: Desk, at: datetime | None, now: datetime) -> str:
    return when_words(at, now, desk.state.time_zone, desk.language)
