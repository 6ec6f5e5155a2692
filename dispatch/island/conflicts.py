"""What waits for a person in a merge: what stands against it, what may be decided, and what the room is then asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dispatch.account import MACHINE_ROLES
from dispatch.account_commands import AccountBody
from dispatch.case_commands import AddCaseNote, ReportCase
from dispatch.commands import (
    AddNote,
    AssignUnits,
    Body,
    Choice,
    Command,
    MoveOrder,
    RaiseSignal,
    RecordCall,
    ReportIncident,
    ReportStatus,
    Who,
)
from dispatch.decide import decide
from dispatch.events import Entry
from dispatch.island.ids import Unmapped
from dispatch.island.ledger import told
from dispatch.island.merge import Merge
from dispatch.island.outcome import Outcome, Settled, Words
from dispatch.island.probe import probe
from dispatch.island_record import AGAIN, REDIRECT, REST, WITH_REASON
from dispatch.may_send import REDIRECTABLE
from dispatch.permission import refusal_id
from dispatch.refused import Refused
from dispatch.state import State

LEAVE = "leave"
# What was so at its own time, whenever it is taken. Units were sent when they were sent; all else is decided now.
FACTS = (ReportStatus, RaiseSignal, RecordCall, AddNote, ReportIncident, MoveOrder, ReportCase, AddCaseNote)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Show one entry that waits for a person: what was asked and done on the island, and what the room says now.

    `why` and `parameters` word as a refusal does; empty where the room would take it by now. `choices` are what may be
    decided: `leave` and of `island_record.HOWS`. `behind` are the entries that wait for this one.
    """

    sequence: int
    entry: Entry
    command: Command
    why: str
    parameters: Words
    choices: tuple[str, ...]
    behind: tuple[int, ...]


def conflicts(merge: Merge) -> tuple[Conflict, ...]:
    """Return what waits for a person, in the order of the island, as the room stands now."""
    with merge.lock:
        found = []
        for settled in merge.ledger.settled.values():
            command = merge.ledger.commands[settled.sequence]
            if settled.outcome is Outcome.CONFLICT and command is not None:
                found.append(_conflict(merge, settled, command))
        return tuple(sorted(found, key=lambda each: each.sequence))


def _conflict(merge: Merge, settled: Settled, command: Command) -> Conflict:
    ledger, state = merge.ledger, merge.engine.state
    why, parameters, body = settled.why, settled.told, None
    try:
        body = ledger.ids.translate(command.body)
        if not why.startswith("island_"):
            probe(state, replace(command, body=body), base_sequence=merge.base_sequence, own=ledger.own)
            why, parameters = "", ()
    except Unmapped:
        pass
    except Refused as refused:
        why, parameters = refused.code, told(refused)
    return Conflict(
        settled.sequence,
        ledger.entries[settled.sequence],
        command,
        why,
        parameters,
        _choices(state, body),
        ledger.stands_behind(settled.sequence),
    )


def _choices(state: State, body: Body | None) -> tuple[str, ...]:
    """Return what can be decided of a body in the room's numbers; None: it names what is not there."""
    if body is None or isinstance(body, AccountBody):
        return (LEAVE,)
    choices = [LEAVE, AGAIN]
    if isinstance(body, AssignUnits):
        choices.append(WITH_REASON)
        if any(_bound_to(state, choice) is not None for choice in body.choices):
            choices.append(REDIRECT)
        if len(body.choices) > 1:
            choices.append(REST)
    elif isinstance(body, ReportStatus):
        choices.append(WITH_REASON)
    return tuple(choices)


def as_decided(
    merge: Merge, settled: Settled, how: str, who: Who, at: datetime, reason: str, *, command_id: str = ""
) -> Command:
    """Return what the room is asked for an entry that a person decides for. Raises Refused where that cannot be."""
    command = merge.ledger.commands[settled.sequence]
    assert command is not None
    try:
        body: Any = merge.ledger.ids.translate(command.body)
    except Unmapped as unmapped:
        raise Refused("island_depends", name=str(unmapped.named[1])) from None
    if how not in _choices(merge.engine.state, body):
        raise Refused("island_choice_wrong", sequence=settled.sequence, how=how)
    if isinstance(body, AssignUnits):
        body = replace(body, choices=_choices_as_decided(merge, command, body, how, reason))
    elif how == WITH_REASON:
        body = replace(body, reason=reason)
    is_machine = command.who.role in MACHINE_ROLES
    if is_machine or isinstance(body, FACTS):
        at = command.at
    elif isinstance(body, AssignUnits):
        at = max(command.at, _last_moved_at(merge.engine.state, body, command.at))
    refused_before = refusal_id(command.id) in merge.engine.state.answered
    again_id = f"island:{merge.island.base.island_id}:{settled.sequence}:again"
    return Command(
        command_id or (again_id if refused_before else command.id),
        at,
        command.who if is_machine else who,
        body,
        merge.engine.state.sequence,
        command.forced,
    )


def _choices_as_decided(merge: Merge, command: Command, body: AssignUnits, how: str, reason: str) -> tuple[Choice, ...]:
    state = merge.engine.state
    if how == WITH_REASON:
        return tuple(replace(each, override_reason=reason) for each in body.choices)
    if how == REDIRECT:
        return tuple(
            replace(each, taken_from=_bound_to(state, each), override_reason=each.override_reason or reason)
            for each in body.choices
        )
    if how == REST:
        rest = tuple(each for each in body.choices if _may_go(merge, command, body, each))
        if not rest:
            raise Refused("nobody_chosen", incident_id=body.incident_id)
        return rest
    return body.choices


def _may_go(merge: Merge, command: Command, body: AssignUnits, choice: Choice) -> bool:
    alone = replace(command, body=replace(body, choices=(choice,)), based_on=merge.engine.state.sequence)
    who = Who("opsroom", "system", "", command.who.seat)  # whether the asker may is asked of all of it together
    try:
        return bool(decide(merge.engine.state, replace(alone, who=who)))
    except Refused:
        return False


def _bound_to(state: State, choice: Choice) -> int | None:
    """Return the incident that a unit may be redirected from, None where it is on its way to none."""
    unit = state.units.get(choice.unit_id)
    assignment = state.assignments.get(unit.assignment_id) if unit is not None else None
    return (
        assignment.incident_id if assignment is not None and unit is not None and unit.status in REDIRECTABLE else None
    )


def _last_moved_at(state: State, body: AssignUnits, at: datetime) -> datetime:
    """Return when the units last did something: they were sent on the island, yet not before that."""
    units = (state.units.get(choice.unit_id) for choice in body.choices)
    return max((unit.since for unit in units if unit is not None), default=at)
