"""What a person decides about the entries of an island that the rules did not take: seen, taken all the same, or left.

A decision stands in the room's log with who made it: `IslandEntryTaken` beside what was then done, `IslandEntryLeft`
with what the island did in words. Only those may decide who may ask for these (see `island_access`).
"""

from __future__ import annotations

from collections.abc import Iterable
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
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.island.ids import Unmapped
from dispatch.island.ledger import told, told_of
from dispatch.island.merge import Merge
from dispatch.island.outcome import Deciding, MergeReport, Outcome, Settled, Words
from dispatch.island.probe import probe
from dispatch.island_commands import LeaveIslandEntry, TakeIslandEntry
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


def leave(
    merge: Merge, sequences: Iterable[int], *, who: Who, at: datetime, reason: str, with_behind: bool = False
) -> MergeReport:
    """Decide that entries do not count, with the reason; `with_behind`: nor what waits for them.

    Raises Refused where the asker may not decide that, and where an entry waits for nobody; NotSaved.
    """
    with merge.lock:
        wanted = list(sequences)
        if with_behind:
            wanted += [each for sequence in wanted for each in merge.ledger.stands_behind(sequence)]
        for sequence in sorted(set(wanted)):
            settled = _waiting(merge, sequence)
            if settled.outcome is Outcome.WAITING:  # what it waits for is decided in the same breath
                settled = replace(settled, outcome=Outcome.CONFLICT, why="island_depends", behind=0)
            merge.ledger.keep(replace(settled, deciding=Deciding(LEAVE, who, at, reason, "")))
            merge.ledger.flush()
            try:
                carry_out(merge, sequence)
            except Refused:
                _forget(merge, sequence)
                raise
        return merge.run()


def take(merge: Merge, sequence: int, how: str, *, who: Who, at: datetime, reason: str = "") -> MergeReport:
    """Decide for an entry: as the room stands now, `with_reason` over what stands against it, for the units that can
    go (`rest`), or by redirecting those that are on their way elsewhere (`redirect`).

    Raises Refused, and then nothing is decided: where the asker may not, and where the rules still say no. NotSaved.
    """
    with merge.lock:
        settled = _waiting(merge, sequence)
        state = merge.engine.state
        decide(state, _told_taken(merge, settled, Deciding(how, who, at, reason, "")))
        asked = _as_decided(merge, settled, how, who, at, reason)
        decide(state, asked)
        deciding = Deciding(how, who, at, reason, asked.id)
        merge.ledger.keep(replace(settled, deciding=deciding))
        merge.ledger.flush()
        try:
            carry_out(merge, sequence)
        except Refused:
            _forget(merge, sequence)
            raise
        return merge.run()


def see(merge: Merge, sequences: Iterable[int] | None = None) -> MergeReport:
    """Say that a person has looked at the notices of entries (None: of all)."""
    with merge.lock:
        for sequence in merge.ledger.settled if sequences is None else tuple(sequences):
            settled = merge.ledger.settled[sequence]
            if settled.notices and not settled.is_seen:
                merge.ledger.keep(replace(settled, is_seen=True))
        merge.ledger.flush()
        return merge.say()


def resume(merge: Merge) -> None:
    """Carry out what a person had decided when the program was broken off. Raises NotSaved."""
    with merge.lock:
        for settled in tuple(merge.ledger.settled.values()):
            if settled.deciding is not None and not settled.is_settled:
                try:
                    carry_out(merge, settled.sequence)
                except Refused:  # the room has moved on: it is to be decided anew
                    _forget(merge, settled.sequence)


def carry_out(merge: Merge, sequence: int) -> None:
    """Do in the room what was decided on, whichever part of it is not done yet. Raises Refused, NotSaved."""
    settled = merge.ledger.settled[sequence]
    deciding, entry = settled.deciding, merge.ledger.entries[sequence]
    assert deciding is not None
    if deciding.how == LEAVE:
        kept = merge.engine.do(_told_left(merge, settled, deciding))
        after = Settled(sequence, Outcome.LEFT, why=settled.why, told=settled.told)
        if kept is None and sequence not in _decided(merge.engine, merge.island.base.island_id):
            raise Refused("island_unknown", island_id=merge.island.base.island_id)
    else:
        if deciding.command_id in merge.engine.state.answered:
            done = merge.engine.log.entry_of(deciding.command_id)
        else:
            how, who, at = deciding.how, deciding.who, deciding.at
            asked = _as_decided(merge, settled, how, who, at, deciding.reason, command_id=deciding.command_id)
            done = merge.engine.do(asked)
        merge.engine.do(_told_taken(merge, settled, deciding))
        after = merge.taken(entry, done)
    merge.ledger.keep(replace(after, decided_by=deciding.who.actor, reason=deciding.reason))
    merge.ledger.flush()


def _waiting(merge: Merge, sequence: int) -> Settled:
    settled = merge.ledger.settled.get(sequence)
    if settled is None or settled.is_settled or merge.ledger.commands[sequence] is None:
        raise Refused("island_entry_settled", sequence=sequence)
    return settled


def _forget(merge: Merge, sequence: int) -> None:
    merge.ledger.keep(replace(merge.ledger.settled[sequence], deciding=None))
    merge.ledger.flush()


def _decided(engine: Engine, island_id: str) -> tuple[int, ...]:
    island = engine.state.islands.get(island_id)
    return island.decided if island is not None else ()


def _as_decided(
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


def _told_left(merge: Merge, settled: Settled, deciding: Deciding) -> Command:
    command = merge.ledger.commands[settled.sequence]
    assert command is not None
    about = _about(merge, command)
    body = LeaveIslandEntry(
        merge.island.base.island_id,
        settled.sequence,
        type(command.body).__name__,
        settled.why,
        deciding.reason,
        (("actor", command.who.actor), ("at", command.at.isoformat()), *told_of(command)),
        *about,
    )
    return _by(deciding, merge, f"{settled.sequence}:left", body)


def _told_taken(merge: Merge, settled: Settled, deciding: Deciding) -> Command:
    command = merge.ledger.commands[settled.sequence]
    assert command is not None
    body = TakeIslandEntry(
        merge.island.base.island_id,
        settled.sequence,
        type(command.body).__name__,
        settled.why,
        deciding.how,
        deciding.reason,
        *_about(merge, command),
    )
    return _by(deciding, merge, f"{settled.sequence}:taken", body)


def _by(deciding: Deciding, merge: Merge, word: str, body: Body) -> Command:
    who = deciding.who
    name = f"island:{merge.island.base.island_id}:{word}:{who.actor}:{who.role}"[:200]
    return Command(name, deciding.at, who, body)


def _about(merge: Merge, command: Command) -> tuple[int | None, int | None]:
    """Return the incident and the case that an entry is about, in the room's numbers; None: none that is there."""
    found: list[int | None] = []
    for field, kind in (("incident_id", "incident"), ("case_id", "case")):
        value = getattr(getattr(command.body, "perimeter", command.body), field, None)
        try:
            found.append(int(merge.ledger.ids.of(kind, value)) if isinstance(value, int) else None)
        except Unmapped:
            found.append(None)
    return found[0], found[1]
