"""When a duty is due, what is late, and what may begin: what events then carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from dispatch.case_clocks import due_after
from dispatch.clocks import URGENT, Limit
from dispatch.duty import OVER, OWED, Duty, DutyState
from dispatch.duty_events import DutyBegan, DutyEvent, DutyOverdue
from dispatch.message_events import ReceiptOverdue
from dispatch.refused import Refused
from dispatch.state import State


def due_of(state: State, begins_at: datetime, limit: Limit | None, due_at: datetime | None) -> datetime | None:
    """Return when a duty is due that begins at an instant; urgent time needs no calendar.

    Raises Refused `calendar_missing` or `time_not_counted`.
    """
    if limit is None:
        return due_at
    if limit.kind == URGENT and state.calendar is None:
        try:
            return begins_at + timedelta(hours=limit.amount)
        except OverflowError:
            raise Refused("time_not_counted", at=begins_at) from None
    return due_after(state, begins_at, (limit,))


def state_by(state: State, depends_on: Iterable[int], *, over: Iterable[int] = ()) -> DutyState:
    """Return how a duty that nobody has accepted stands by those before it; `over` end in the same decision."""
    ended = set(over)
    ready = all(number in ended or state.duties[number].state in OVER for number in depends_on)
    return DutyState.GIVEN if ready else DutyState.WAITING


def begun_by(state: State, duty: Duty, at: datetime, *, also: Iterable[int] = ()) -> Iterator[DutyEvent]:
    """Say which waiting duties may begin now that one is over. A fact that its end brings about refuses nothing."""
    over = {duty.id, *also}
    for number in siblings(state, duty):
        each = state.duties[number]
        if each.state is not DutyState.WAITING or duty.id not in each.depends_on or number in over:
            continue
        if state_by(state, each.depends_on, over=over) is DutyState.GIVEN:
            try:
                due = due_of(state, at, each.limit, each.due_at)
            except Refused:
                due = None
            yield DutyBegan(number, due)


def siblings(state: State, duty: Duty) -> tuple[int, ...]:
    """Return the duties of the same incident or case, this one among them, in the order of their numbers."""
    if duty.incident_id is not None:
        return state.duties_of_incident.get(duty.incident_id, ())
    return state.duties_of_case.get(duty.case_id, ()) if duty.case_id is not None else ()


def duty_lateness(duty: Duty, at: datetime) -> Iterator[DutyEvent]:
    """Say that a duty is late at an instant, once for each deadline."""
    due = duty.due_at
    if due is not None and duty.state in OWED and due < at and due not in duty.overdue:
        yield DutyOverdue(duty.id, due)


def pass_duty_time(state: State, at: datetime) -> Iterator[DutyEvent | ReceiptOverdue]:
    """Say once what is late of duties and of receipts, in the order of their numbers."""
    for number in sorted(state.open_duties):
        yield from duty_lateness(state.duties[number], at)
    for number in sorted(state.open_messages):
        message = state.messages[number]
        late = tuple(each for each in message.waits_for if each not in message.overdue)
        if late and message.receipt_due_at is not None and message.receipt_due_at <= at:
            yield ReceiptOverdue(number, late)
