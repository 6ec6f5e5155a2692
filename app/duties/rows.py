"""Duties as rows: by department for what is in hand, by deadline for a whole department or everybody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.desk import Desk
from app.duties.usual import Usual
from app.duties.words import about_words, due_of, state_words
from app.parts import tints
from app.parts.names import department_name
from app.parts.row import Row
from app.wording import label, one_line, text
from app.wording.durations import BLANK
from dispatch.duty import Duty, DutyState

DRAFT = "usual:"
_LATEST = float("inf")
# What waits for the centre's word stands first among what has no clock.
_FOR_CENTRE = frozenset({DutyState.HANDED_BACK, DutyState.DONE})
_ENDED_TONE = {DutyState.CONFIRMED: "muted", DutyState.CANCELLED: "faint"}


def by_department(desk: Desk, duties: Iterable[Duty], now: datetime) -> list[Row]:
    """Return the duties of one incident or case under the names of their departments; what is over stands last."""
    state, language = desk.state, desk.language
    found: dict[str, list[Duty]] = {}
    for duty in duties:
        found.setdefault(duty.department, []).append(duty)
    rows: list[Row] = []
    for department in sorted(found, key=lambda each: department_name(state, each, language)):
        held = sorted(found[department], key=lambda each: (not each.is_open, each.id))
        still = sum(each.is_open for each in held)
        right = text("duties.open_count", language, count=still, all=len(held))
        rows.append(Row(f"of:{department}", department_name(state, department, language), right, is_heading=True))
        rows += [_row(desk, duty, now, state_words(desk, duty, now)) for duty in held]
    return rows


def by_deadline(desk: Desk, duties: Iterable[Duty], now: datetime) -> list[Row]:
    """Return open duties, those due first on top; each says what it is about and whose it is."""
    state, language = desk.state, desk.language
    rows = []
    for duty in sorted(duties, key=lambda each: _key(each, now)):
        about = about_words(desk, incident_id=duty.incident_id, case_id=duty.case_id)
        name = department_name(state, duty.department, language)
        detail = f"{name} · {state_words(desk, duty, now)}\n{about}"
        rows.append(_row(desk, duty, now, detail))
    return rows


def usual_rows(desk: Desk, usual: Usual, left_out: frozenset[str]) -> list[Row]:
    """Return the usual duties that were not given yet, ticked where one click would give them."""
    state, language = desk.state, desk.language
    drafts = usual.drafts()
    if not drafts:
        return []
    rows = [Row("usual", text("duties.usual_head", language), is_heading=True)]
    for draft in drafts:
        name = department_name(state, draft.department, language)
        after = text("duties.after", language, duties=usual.after_words(draft)) if draft.after else ""
        detail = f"{name} · {after}" if after else name
        rows.append(
            Row(
                DRAFT + draft.code,
                one_line(draft.text, 200),
                right=usual.limit_words(draft) or BLANK,
                detail=detail,
                tone="muted",
                check=draft.code not in left_out,
                is_quiet=True,
            )
        )
    return rows


def step_rows(desk: Desk, duty: Duty, when: object) -> list[Row]:
    """Return what happened to one duty, the latest first; `when` words an instant."""
    language = desk.language
    rows = []
    for number, step in enumerate(duty.steps):
        parts = [one_line(step.actor, 40), one_line(step.reason, 300)]
        if step.on_behalf:
            parts.append(text("duties.on_behalf_of", language, why=one_line(step.on_behalf, 100)))
        words = label("duty_move", step.move, language)
        detail = " · ".join(part for part in parts if part)
        rows.append(Row(f"step:{number}", words, right=when(step.moved_at), detail=detail, is_quiet=True))  # type: ignore[operator]
    return rows[::-1]


def _key(duty: Duty, now: datetime) -> tuple[int, float, int]:
    if duty.is_owed and duty.due_at is not None and duty.due_at < now:
        return 0, duty.due_at.timestamp(), duty.id
    if duty.state in _FOR_CENTRE:
        return 1, duty.moved_at.timestamp(), duty.id
    return 2, duty.due_at.timestamp() if duty.due_at is not None and duty.is_owed else _LATEST, duty.id


def _row(desk: Desk, duty: Duty, now: datetime, detail: str) -> Row:
    state = desk.state
    department = state.departments.get(duty.department)
    right, due_tone = due_of(duty, now, desk.language)
    is_loud = due_tone == "alarm" or duty.state is DutyState.HANDED_BACK
    tone = _ENDED_TONE.get(duty.state, "normal")
    return Row(
        f"duty:{duty.id}",
        one_line(duty.text, 300),
        right=("⚠ " if due_tone != "normal" else "") + right if right else "",
        detail=detail,
        tone=due_tone if due_tone != "normal" else tone,
        detail_tone="alarm" if is_loud else "muted",
        mark=str(duty.id),
        mark_colour=tints.department(department.kind if department is not None else ""),
    )
