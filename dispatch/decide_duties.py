"""Rules for duties: given, accepted, done, confirmed, handed back, and who leads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.case import CaseStage
from dispatch.case_checks import check_department
from dispatch.checks import check_field_unchanged, check_text, open_incident
from dispatch.commands import Command
from dispatch.duty import HAND_BACKS_BEFORE_RULING, OVER, Duty, DutyState, cycle_of
from dispatch.duty_checks import (
    check_deadline,
    check_drafts,
    check_duty_move,
    duty_of,
    moved_duty,
)
from dispatch.duty_clocks import begun_by, due_of, duty_lateness, siblings, state_by
from dispatch.duty_commands import (
    AcceptDuty,
    CancelDuty,
    ConfirmDuty,
    GiveDuties,
    HandBackDuty,
    LinkDuty,
    NameLead,
    ReassignDuty,
    RejectDuty,
    ReportDutyDone,
    RuleDuty,
    SetDutyDeadline,
    StartDuty,
)
from dispatch.duty_events import DutyDeadlineSet, DutyGiven, DutyLinked, DutyMoved, LeadNamed
from dispatch.events import Event
from dispatch.refused import Refused
from dispatch.state import State


def give_duties(state: State, command: Command, body: GiveDuties) -> tuple[Event, ...]:
    """Give duties under the next numbers; what waits for another one of them or of before has no clock yet."""
    if (body.incident_id is None) == (body.case_id is None):
        raise Refused("duty_about_one")
    if body.incident_id is not None:
        open_incident(state, body.incident_id)
    elif body.case_id is not None:
        _check_case(state, body.case_id)
    check_drafts(state, command, body)
    events: list[Event] = []
    for place, draft in enumerate(body.drafts):
        before = tuple(dict.fromkeys((*draft.depends_on, *(state.next_duty + each for each in draft.after))))
        waits = bool(draft.after) or state_by(state, draft.depends_on) is DutyState.WAITING
        due = draft.due_at if waits else due_of(state, command.at, draft.limit, draft.due_at)
        if waits:
            due_of(state, command.at, draft.limit, draft.due_at)  # what cannot be counted is refused now, not when due
        stands = DutyState.WAITING if waits else DutyState.GIVEN
        events.append(
            DutyGiven(
                state.next_duty + place,
                draft.text,
                draft.department,
                stands,
                code=draft.code,
                incident_id=body.incident_id,
                case_id=body.case_id,
                depends_on=before,
                limit=draft.limit,
                due_at=due,
            )
        )
    return tuple(events)


def accept_duty(state: State, command: Command, body: AcceptDuty) -> tuple[Event, ...]:
    """Take it on, by the department that has it."""
    duty = duty_of(state, command, body.duty_id)
    check_duty_move(command, duty, "accepted", on_behalf=body.on_behalf)
    return moved_duty(command, duty, "accepted", DutyState.ACCEPTED, on_behalf=body.on_behalf)


def start_duty(state: State, command: Command, body: StartDuty) -> tuple[Event, ...]:
    """Say that work has begun."""
    duty = duty_of(state, command, body.duty_id)
    check_duty_move(command, duty, "started", on_behalf=body.on_behalf)
    return moved_duty(command, duty, "started", DutyState.WORKING, on_behalf=body.on_behalf)


def report_duty_done(state: State, command: Command, body: ReportDutyDone) -> tuple[Event, ...]:
    """Say that it is done; whatever waited for it alone begins at this instant."""
    duty = duty_of(state, command, body.duty_id)
    check_duty_move(command, duty, "done", on_behalf=body.on_behalf)
    done = moved_duty(command, duty, "done", DutyState.DONE, reason=body.text, on_behalf=body.on_behalf)
    return (*done, *begun_by(state, duty, command.at))


def hand_back_duty(state: State, command: Command, body: HandBackDuty) -> tuple[Event, ...]:
    """Give it back to the coordinator with the reason."""
    duty = duty_of(state, command, body.duty_id)
    check_duty_move(command, duty, "handed_back", body.reason, on_behalf=body.on_behalf)
    if duty.ruled:
        raise Refused("duty_ruling_binds", duty_id=duty.id, department=duty.ruled)
    return moved_duty(command, duty, "handed_back", DutyState.HANDED_BACK, reason=body.reason, on_behalf=body.on_behalf)


def confirm_duty(state: State, command: Command, body: ConfirmDuty) -> tuple[Event, ...]:
    """Confirm what was reported done: never by the department itself, nor by who worked on it."""
    duty = duty_of(state, command, body.duty_id)
    check_duty_move(command, duty, "confirmed")
    _check_not_their_own(command, duty)
    return moved_duty(command, duty, "confirmed", DutyState.CONFIRMED, reason=body.text)


def reject_duty(state: State, command: Command, body: RejectDuty) -> tuple[Event, ...]:
    """Say that it is not done. What has begun because of it goes on; its deadline never moved."""
    duty = duty_of(state, command, body.duty_id)
    check_duty_move(command, duty, "rejected", body.reason)
    _check_not_their_own(command, duty)
    return moved_duty(command, duty, "rejected", DutyState.WORKING, reason=body.reason)


def reassign_duty(state: State, command: Command, body: ReassignDuty) -> tuple[Event, ...]:
    """Give it anew, with a clock that begins anew; after a second hand-back only a ruling does."""
    duty = duty_of(state, command, body.duty_id)
    check_duty_move(command, duty, "reassigned", body.reason)
    check_department(state, body.department)
    if duty.ruled and body.department != duty.ruled:
        raise Refused("duty_ruling_binds", duty_id=duty.id, department=duty.ruled)
    if not duty.ruled and len(duty.hand_backs) >= HAND_BACKS_BEFORE_RULING:
        raise Refused("duty_ruling_needed", duty_id=duty.id, times=len(duty.hand_backs))
    return _given_anew(state, command, duty, "reassigned", body)


def rule_duty(state: State, command: Command, body: RuleDuty) -> tuple[Event, ...]:
    """Rule whose it is, once it was handed back twice; the ruling binds."""
    duty = duty_of(state, command, body.duty_id)
    check_duty_move(command, duty, "ruled", body.reason)
    check_department(state, body.department)
    if len(duty.hand_backs) < HAND_BACKS_BEFORE_RULING:
        times, wanted = len(duty.hand_backs), HAND_BACKS_BEFORE_RULING
        raise Refused("duty_nothing_to_rule", duty_id=duty.id, times=times, wanted=wanted)
    return _given_anew(state, command, duty, "ruled", body)


def cancel_duty(state: State, command: Command, body: CancelDuty) -> tuple[Event, ...]:
    """End it undone, with the reason; nothing waits for it any more."""
    duty = duty_of(state, command, body.duty_id)
    check_duty_move(command, duty, "cancelled", body.reason)
    cancelled = moved_duty(command, duty, "cancelled", DutyState.CANCELLED, reason=body.reason)
    return (*cancelled, *begun_by(state, duty, command.at))


def link_duty(state: State, command: Command, body: LinkDuty) -> tuple[Event, ...]:
    """Let it wait for others, before anybody has accepted it. Raises Refused `duty_cycle`."""
    duty = duty_of(state, command, body.duty_id)
    _check_state(duty, frozenset({DutyState.WAITING, DutyState.GIVEN}))
    depends_on = tuple(dict.fromkeys(body.depends_on))
    together = siblings(state, duty)
    for each in depends_on:
        if each not in together:
            raise Refused("duty_elsewhere", duty_id=each)
    if depends_on == duty.depends_on:
        return ()
    links = {number: state.duties[number].depends_on for number in together} | {duty.id: depends_on}
    if ring := cycle_of(links):
        raise Refused("duty_cycle", duties=ring)
    stands = state_by(state, depends_on)
    if stands is DutyState.WAITING:
        due = None if duty.limit is not None else duty.due_at
    elif duty.state is DutyState.WAITING:
        due = due_of(state, command.at, duty.limit, duty.due_at)
    else:
        due = duty.due_at
    return (*duty_lateness(duty, command.at), DutyLinked(duty.id, depends_on, stands, due))


def set_duty_deadline(state: State, command: Command, body: SetDutyDeadline) -> tuple[Event, ...]:
    """Set another deadline; that the one before was missed stays so."""
    duty = duty_of(state, command, body.duty_id)
    _check_state(duty, frozenset(DutyState) - OVER)
    check_text(body.reason, "reason")
    check_deadline(body.limit, body.due_at, command.at)
    due = due_of(state, duty.begins_at or command.at, body.limit, body.due_at)
    if duty.begins_at is None and body.limit is not None:
        due = None
    if (body.limit, due) == (duty.limit, duty.due_at):
        return ()
    return (*duty_lateness(duty, command.at), DutyDeadlineSet(duty.id, body.limit, due, body.reason))


def name_lead(state: State, command: Command, body: NameLead) -> tuple[Event, ...]:
    """Say which department leads an incident; there is exactly one, and the one before leads no more."""
    incident = open_incident(state, body.incident_id)
    check_department(state, body.department)
    if body.department == incident.lead:
        return ()
    check_text(body.reason, "reason")
    check_field_unchanged(state, command, incident, "lead", incident.lead)
    return (LeadNamed(incident.id, body.department, body.reason),)


def check_duties_over(state: State, numbers: tuple[int, ...], **about: int) -> None:
    """Raise Refused `duties_still_open` where duties are open, with their numbers and departments."""
    still = tuple(number for number in numbers if number in state.open_duties)
    if still:
        departments = tuple(dict.fromkeys(state.duties[number].department for number in still))
        raise Refused("duties_still_open", duties=still, departments=departments, **about)


def all_cancelled(state: State, numbers: tuple[int, ...], command: Command, reason: str) -> tuple[Event, ...]:
    """Cancel every open duty among some, because what they are for ends. What was late is said first."""
    return tuple(
        event
        for number in numbers
        if number in state.open_duties
        for event in moved_duty(command, state.duties[number], "cancelled", DutyState.CANCELLED, reason=reason)
    )


def _given_anew(
    state: State, command: Command, duty: Duty, move: str, body: ReassignDuty | RuleDuty
) -> tuple[Event, ...]:
    check_deadline(body.limit, body.due_at, command.at)
    limit, due = (duty.limit, duty.due_at) if body.limit is None and body.due_at is None else (body.limit, body.due_at)
    stands = state_by(state, duty.depends_on)
    counted = due_of(state, command.at, limit, due)
    if stands is DutyState.WAITING and limit is not None:
        counted = None
    late = tuple(duty_lateness(duty, command.at))
    moved = DutyMoved(duty.id, move, stands, body.department, body.reason, limit=limit, due_at=counted)
    return (*late, moved)


def _check_state(duty: Duty, states: frozenset[DutyState]) -> None:
    if duty.state not in states:
        known = tuple(sorted(each.value for each in states))
        raise Refused("duty_not_there", duty_id=duty.id, duty_state=duty.state.value, duty_states=known)


def _check_not_their_own(command: Command, duty: Duty) -> None:
    if command.who.department and command.who.department == duty.department:
        raise Refused("department_confirms_itself", duty_id=duty.id, department=duty.department)
    if command.who.actor in duty.members:
        raise Refused("worker_confirms_itself", duty_id=duty.id, actor=command.who.actor)


def _check_case(state: State, case_id: int) -> None:
    case = state.cases.get(case_id)
    if case is None:
        raise Refused("case_unknown", case_id=case_id)
    if case.stage in (CaseStage.EVALUATE, CaseStage.MERGED):
        raise Refused("duty_case_not_open", case_id=case_id, case_stage=case.stage.value)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    GiveDuties: give_duties,
    AcceptDuty: accept_duty,
    StartDuty: start_duty,
    ReportDutyDone: report_duty_done,
    HandBackDuty: hand_back_duty,
    ConfirmDuty: confirm_duty,
    RejectDuty: reject_duty,
    ReassignDuty: reassign_duty,
    RuleDuty: rule_duty,
    CancelDuty: cancel_duty,
    LinkDuty: link_duty,
    SetDutyDeadline: set_duty_deadline,
    NameLead: name_lead,
}
