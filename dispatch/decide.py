"""Decide: what happens when somebody asks, or `Refused`. Pure: the same state and command give the same answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.access import check_access, is_distress, needs_force
from dispatch.account_events import GlassBroken
from dispatch.break_glass import is_forced
from dispatch.checks import check_values
from dispatch.commands import Command, OpenLog
from dispatch.decide_accounts import TABLE as ACCOUNTS
from dispatch.decide_assignments import TABLE as ASSIGNMENTS
from dispatch.decide_calls import TABLE as CALLS
from dispatch.decide_case_links import TABLE as CASE_LINKS
from dispatch.decide_case_setup import TABLE as CASE_SETUP
from dispatch.decide_case_time import TABLE as CASE_TIME
from dispatch.decide_case_words import TABLE as CASE_WORDS
from dispatch.decide_case_work import TABLE as CASE_WORK
from dispatch.decide_cases import TABLE as CASES
from dispatch.decide_desk import TABLE as DESK
from dispatch.decide_duties import TABLE as DUTIES
from dispatch.decide_ground import TABLE as GROUND
from dispatch.decide_incidents import TABLE as INCIDENTS
from dispatch.decide_island import TABLE as ISLAND
from dispatch.decide_major import TABLE as MAJOR
from dispatch.decide_major_ground import TABLE as MAJOR_GROUND
from dispatch.decide_major_people import TABLE as MAJOR_PEOPLE
from dispatch.decide_major_roll import TABLE as MAJOR_ROLL
from dispatch.decide_messages import TABLE as MESSAGES
from dispatch.decide_move_ups import TABLE as MOVE_UPS
from dispatch.decide_perimeters import TABLE as PERIMETERS
from dispatch.decide_reserve import TABLE as RESERVE
from dispatch.decide_setup import TABLE as SETUP
from dispatch.decide_status import TABLE as STATUS
from dispatch.decide_tick import TABLE as TIME
from dispatch.events import Event
from dispatch.permission import REFUSED_ID
from dispatch.refused import Refused
from dispatch.state import State

LONGEST_ID = 200
Rule = Callable[[State, Command, Any], tuple[Event, ...]]

TABLE: dict[type, Rule] = {
    **SETUP,
    **ACCOUNTS,
    **CALLS,
    **INCIDENTS,
    **ASSIGNMENTS,
    **RESERVE,
    **MOVE_UPS,
    **STATUS,
    **GROUND,
    **PERIMETERS,
    **TIME,
    **CASE_SETUP,
    **CASES,
    **CASE_WORK,
    **CASE_TIME,
    **CASE_LINKS,
    **CASE_WORDS,
    **MAJOR,
    **MAJOR_GROUND,
    **MAJOR_PEOPLE,
    **MAJOR_ROLL,
    **DUTIES,
    **MESSAGES,
    **ISLAND,
    **DESK,
}


def decide(state: State, command: Command) -> tuple[Event, ...]:
    """Return the events that the command causes, none where it changes nothing.

    Raises Refused where the rules say no, or where a fact that this decision needs has changed since `based_on`.
    Repeating a command that was answered is the engine's business.
    """
    body = command.body
    check_access(state, command)
    if isinstance(body, OpenLog):
        if state.kind is not None:
            raise Refused("log_already_open", kind=str(state.kind), city=state.city)
    elif state.kind is None:
        raise Refused("log_not_open")
    if not is_distress(body):
        is_plain = 0 < len(command.id) <= LONGEST_ID and command.id.isprintable()
        if not is_plain or command.id.startswith(REFUSED_ID):
            raise Refused("command_id_wrong", length=len(command.id), limit=LONGEST_ID)
        check_values(command.at, "at")
        check_values(command.who, "who")
        check_values(body)
        check_values(command.forced, "forced")
    events = TABLE[type(body)](state, command, body)
    if events and is_forced(command) and needs_force(state, command):
        return (*events, GlassBroken(type(body).__name__, command.who.role, command.forced))
    return events
