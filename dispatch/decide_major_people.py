"""Rules for the people of a major incident: who holds which role, what their cards say, who was asked to come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from dispatch.action_cards import ActionCard
from dispatch.case_checks import check_choice, check_department
from dispatch.checks import check_text
from dispatch.commands import Command
from dispatch.events import Event
from dispatch.major import CALL_OUT_ANSWERS, COMING, ROLES, MajorIncident
from dispatch.major_checks import any_major, check_id, check_room, check_unchanged, major_of
from dispatch.major_commands import AnswerCallOut, AskCallOut, AssignRole, TickAction, UntickAction
from dispatch.major_events import ActionTicked, ActionUnticked, CallOutAnswered, CallOutAsked, RoleAssigned
from dispatch.major_now import roles_now, ticked
from dispatch.refused import Refused
from dispatch.state import State

LONGEST_ETA_S = 7 * 24 * 3600.0


def assign_role(state: State, command: Command, body: AssignRole) -> tuple[Event, ...]:
    """Give a post of the command system, or the role of an action card, to somebody; or take it back."""
    major = major_of(state, body.incident_id)
    if body.role_id not in ROLES:
        _card(major, body.role_id)
    holder = body.holder.strip()
    if roles_now(major).get(body.role_id, "") == holder:
        return ()
    check_unchanged(state, command, major.incident_id, f"role/{body.role_id}")
    return (RoleAssigned(major.incident_id, body.role_id, holder),)


def tick_action(state: State, command: Command, body: TickAction) -> tuple[Event, ...]:
    """Tick a line of an action card, also after standing down; who did so first stays."""
    major = any_major(state, body.incident_id)
    _check_line(major, body.card_id, body.line_id)
    if ticked(major, body.card_id, body.line_id) is not None:
        return ()
    return (ActionTicked(major.incident_id, body.card_id, body.line_id, body.text),)


def untick_action(state: State, command: Command, body: UntickAction) -> tuple[Event, ...]:
    """Take a tick back, with a reason."""
    major = any_major(state, body.incident_id)
    _check_line(major, body.card_id, body.line_id)
    check_text(body.reason, "reason")
    if ticked(major, body.card_id, body.line_id) is None:
        return ()
    check_unchanged(state, command, major.incident_id, f"action/{body.card_id}/{body.line_id}")
    return (ActionUnticked(major.incident_id, body.card_id, body.line_id, body.reason),)


def ask_call_out(state: State, command: Command, body: AskCallOut) -> tuple[Event, ...]:
    """Keep that somebody was asked to come: by name, by duty, or a whole department."""
    major = major_of(state, body.incident_id)
    check_id(body.call_out_id, "call_out_id")
    if body.department:
        check_department(state, body.department)
    if not (body.name.strip() or body.duty.strip() or body.department):
        raise Refused("text_missing", field="name")
    asked = CallOutAsked(major.incident_id, body.call_out_id, body.name, body.duty, body.department)
    known = next((each for each in major.call_outs if each.id == body.call_out_id), None)
    if known is not None:
        if (known.name, known.duty, known.department) == (body.name, body.duty, body.department):
            return ()
        raise Refused("named_twice", list="call_outs", id=body.call_out_id)
    check_room("call_outs", len(major.call_outs) + 1)
    return (asked,)


def answer_call_out(state: State, command: Command, body: AnswerCallOut) -> tuple[Event, ...]:
    """Keep what somebody who was asked answered; whoever comes may say when."""
    major = major_of(state, body.incident_id)
    check_choice("answer", body.answer, CALL_OUT_ANSWERS)
    if all(each.id != body.call_out_id for each in major.call_outs):
        raise Refused("call_out_unknown", incident_id=major.incident_id, id=body.call_out_id)
    if body.eta_s is not None and not 0 <= body.eta_s <= LONGEST_ETA_S:
        raise Refused("eta_out_of_range", eta_s=body.eta_s, highest_s=LONGEST_ETA_S)
    check_unchanged(state, command, major.incident_id, f"call_out/{body.call_out_id}")
    is_timed = body.answer == COMING and body.eta_s is not None
    expected_at = command.at + timedelta(seconds=body.eta_s or 0.0) if is_timed else None
    return (CallOutAnswered(major.incident_id, body.call_out_id, body.answer, expected_at, body.text),)


def _card(major: MajorIncident, card_id: str) -> ActionCard:
    for card in major.cards:
        if card.id == card_id:
            return card
    known = tuple(card.id for card in major.cards)
    raise Refused("card_unknown", incident_id=major.incident_id, id=card_id, choices=known)


def _check_line(major: MajorIncident, card_id: str, line_id: str) -> None:
    card = _card(major, card_id)
    if all(line.id != line_id for line in card.lines):
        raise Refused("action_unknown", incident_id=major.incident_id, id=line_id, title=card.title)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    AssignRole: assign_role,
    TickAction: tick_action,
    UntickAction: untick_action,
    AskCallOut: ask_call_out,
    AnswerCallOut: answer_call_out,
}
