"""What the rules for duties check in the same way, and the one door through which every duty moves."""

from __future__ import annotations

from datetime import datetime

from dispatch import fact
from dispatch.case_access import OWN_ONLY
from dispatch.case_checks import CLOCKS_DIFFER, check_department
from dispatch.checks import changed_since, check_ends_later, check_text, who_changed
from dispatch.clocks import Limit
from dispatch.commands import Command
from dispatch.duty import DEPARTMENT, DUTY_MOVES, Duty, DutyState, cycle_of
from dispatch.duty_clocks import duty_lateness
from dispatch.duty_commands import GiveDuties
from dispatch.duty_events import DutyEvent, DutyMoved
from dispatch.refused import Refused
from dispatch.state import State

MOST_AT_ONCE = 50


def duty_of(state: State, command: Command, duty_id: int) -> Duty:
    """Return a duty that the asker has seen as it is.

    Raises Refused `duty_unknown`, `duty_changed_since` or `earlier_than_duty`.
    """
    duty = state.duties.get(duty_id)
    if duty is None:
        raise Refused("duty_unknown", duty_id=duty_id)
    key = fact.of_duty(duty_id)
    if changed_since(state, command, key) is not None:
        raise Refused("duty_changed_since", duty_id=duty_id, duty_state=duty.state.value, **who_changed(state, key))
    if command.at < duty.moved_at - CLOCKS_DIFFER:
        raise Refused("earlier_than_duty", duty_id=duty_id, at=command.at, moved_at=duty.moved_at)
    return duty


def check_duty_move(command: Command, duty: Duty, move: str, reason: str = "", *, on_behalf: str = "") -> None:
    """Raise Refused unless the table of moves lets the asker make a move with this duty now."""
    rule = DUTY_MOVES[move]
    if rule.side == DEPARTMENT:
        _check_speaks_for(command, duty, on_behalf)
    if duty.state not in rule.start:
        known = tuple(sorted(each.value for each in rule.start))
        raise Refused("duty_not_there", duty_id=duty.id, duty_state=duty.state.value, duty_states=known)
    if rule.needs_reason:
        check_text(reason, "reason")


def moved_duty(
    command: Command, duty: Duty, move: str, to: DutyState, *, reason: str = "", on_behalf: str = ""
) -> tuple[DutyEvent, ...]:
    """Make a move that was checked: what was late is said first; the clock stays what it was."""
    if to not in DUTY_MOVES[move].to:
        raise ValueError(f"{move} does not lead to {to}")
    own = command.who.department == duty.department
    moved = DutyMoved(
        duty.id, move, to, duty.department, reason, "" if own else on_behalf, limit=duty.limit, due_at=duty.due_at
    )
    return (*duty_lateness(duty, command.at), moved)


def check_deadline(limit: Limit | None, due_at: datetime | None, at: datetime) -> None:
    """Raise Refused where a deadline is given twice, or lies in the past."""
    if limit is not None and due_at is not None:
        raise Refused("deadline_twice")
    check_ends_later(due_at, at)


def check_drafts(state: State, command: Command, body: GiveDuties) -> None:
    """Raise Refused where duties to be given are none, too many, for nobody, or wait for nothing there or in a ring."""
    if not 0 < len(body.drafts) <= MOST_AT_ONCE:
        raise Refused("duties_too_many", count=len(body.drafts), limit=MOST_AT_ONCE)
    known: tuple[int, ...] = ()
    if body.incident_id is not None:
        known = state.duties_of_incident.get(body.incident_id, ())
    elif body.case_id is not None:
        known = state.duties_of_case.get(body.case_id, ())
    for draft in body.drafts:
        check_text(draft.text, "text")
        check_department(state, draft.department)
        check_deadline(draft.limit, draft.due_at, command.at)
        for number in draft.depends_on:
            if number not in known:
                raise Refused("duty_elsewhere", duty_id=number)
        for place in draft.after:
            if not 0 <= place < len(body.drafts):
                raise Refused("duty_elsewhere", duty_id=state.next_duty + place)
    if ring := cycle_of({place: draft.after for place, draft in enumerate(body.drafts)}):
        raise Refused("duty_cycle", duties=tuple(state.next_duty + place for place in ring))


def _check_speaks_for(command: Command, duty: Duty, on_behalf: str) -> None:
    who = command.who
    if who.department and who.department == duty.department:
        return
    if who.role in OWN_ONLY:
        raise Refused("not_own_duty", duty_id=duty.id, department=duty.department, own=who.department)
    if not on_behalf.strip():
        raise Refused("on_behalf_needed", duty_id=duty.id, department=duty.department)
