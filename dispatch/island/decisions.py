"""What a person decides about the entries of an island that the rules did not take: seen, taken all the same, or left.

A decision stands in the room's log with who made it: `IslandEntryTaken` beside what was then done, `IslandEntryLeft`
with what the island did in words. Only those may decide who may ask for these (see `island_access`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from dispatch.commands import (
    Body,
    Command,
    Who,
)
from dispatch.decide import decide
from dispatch.engine import Engine
from dispatch.island.conflicts import LEAVE, as_decided
from dispatch.island.ids import Unmapped
from dispatch.island.ledger import told_of
from dispatch.island.merge import Merge
from dispatch.island.outcome import Deciding, MergeReport, Outcome, Settled
from dispatch.island_commands import LeaveIslandEntry, TakeIslandEntry
from dispatch.refused import Refused


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
            _carry_out_or_forget(merge, sequence)
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
        asked = as_decided(merge, settled, how, who, at, reason)
        decide(state, asked)
        deciding = Deciding(how, who, at, reason, asked.id)
        merge.ledger.keep(replace(settled, deciding=deciding))
        merge.ledger.flush()
        _carry_out_or_forget(merge, sequence)
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
            asked = as_decided(merge, settled, how, who, at, deciding.reason, command_id=deciding.command_id)
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


def _carry_out_or_forget(merge: Merge, sequence: int) -> None:
    try:
        carry_out(merge, sequence)
    except Refused:
        _forget(merge, sequence)
        raise


def _forget(merge: Merge, sequence: int) -> None:
    merge.ledger.keep(replace(merge.ledger.settled[sequence], deciding=None))
    merge.ledger.flush()


def _decided(engine: Engine, island_id: str) -> tuple[int, ...]:
    island = engine.state.islands.get(island_id)
    return island.decided if island is not None else ()


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
