"""Merge what a seat did alone into the room's log: entry by entry, through the rules, in the order of the island.

Each command is asked again under its own id, with its own instant and person, as decided at the entry where they
parted: what the room changed since stands against it, what the island did before does not. What the rules take is
taken. What they do not waits for a person (`conflicts`), with all that hangs on it; the rest goes on. Nothing is lost:
an entry counts in the room, is left by somebody who says why, or waits.

May be broken off and begun again at any entry: the room's log tells what was taken, the island's file the rest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from dispatch.account_events import PermissionRefused
from dispatch.case_commands import LoadAreas, LoadCalendar, LoadStandards
from dispatch.commands import Body, Command, LoadRoster, LoadRunCards, ReportStatus, Tick, Who
from dispatch.decide import decide
from dispatch.engine import Engine
from dispatch.events import Entry, Event
from dispatch.island.carry import carry_beside
from dispatch.island.ids import Unmapped, pairs_of
from dispatch.island.ledger import Ledger, told
from dispatch.island.notices import lands_elsewhere, notices
from dispatch.island.outcome import MergeReport, Notice, Outcome, Settled
from dispatch.island.probe import probe
from dispatch.island_commands import BeginIsland, LeaveIslandEntry, ReportIslandMerge
from dispatch.island_record import REFUSED_THERE
from dispatch.log import LogDamaged, NotSaved
from dispatch.log_island import IslandLog
from dispatch.log_table import TableLog
from dispatch.major_commands import LoadActionCards
from dispatch.refused import Refused
from dispatch.state import State

# What decides how everything is done: never put over what the room goes by without a person's word.
RULES = (LoadRoster, LoadRunCards, LoadStandards, LoadCalendar, LoadAreas, LoadActionCards)
MOST_TRIES = 20
PROGRESS_EVERY = 25


def _now() -> datetime:
    return datetime.now(UTC)


class Merge:
    """Merge one island through the engine of a seat that is in the room. Takes time; may be used from any thread.

    Raises LogDamaged where the room's log is not the one that the island parted from, or the island was altered.
    """

    def __init__(self, engine: Engine, island: IslandLog, *, clock: Callable[[], datetime] = _now) -> None:
        room = engine.log
        if room.is_island or not isinstance(room, TableLog) or room.log_id != island.base.room_id:
            raise LogDamaged("not_a_log", f"{room.name} is not the log that {island.name} parted from")
        if not room.holds(island.base.head):
            raise LogDamaged(
                "altered",
                f"{room.name} does not hold entry {island.base.head.sequence} as {island.name} knew it: it was brought "
                "back from an older copy, or altered",
            )
        self.engine, self.island = engine, island
        self.clock = clock
        self.lock = threading.RLock()
        self.ledger = Ledger(island)

    @property
    def base_sequence(self) -> int:
        """Return the room's last entry that both have."""
        return self.island.base.head.sequence

    def run(self, *, on_progress: Callable[[MergeReport], None] | None = None) -> MergeReport:
        """Take everything that can be taken without a person, and say in the room's log how far that came.

        Raises NotSaved where the room or this disk fails; run again then.
        """
        with self.lock:
            self.engine.catch_up()
            self._begin()
            try:
                while self._pass(on_progress):
                    pass  # what waited may follow what was settled after it
            finally:
                self.ledger.flush()
            return self.say()

    def _pass(self, on_progress: Callable[[MergeReport], None] | None) -> bool:
        """Go through what is not settled; tell whether something that had waited came to be."""
        has_moved = False
        for sequence in self.ledger.entries:
            before = self.ledger.settled.get(sequence)
            if before is not None and before.outcome is not Outcome.WAITING:
                continue
            after = self._settle(sequence)
            self.ledger.keep(after)
            has_moved = has_moved or (before is not None and after.is_settled)
            if on_progress is not None and sequence % PROGRESS_EVERY == 0:
                on_progress(self.ledger.report())
        return has_moved

    def say(self) -> MergeReport:
        """Say in the room's log how the merge stands."""
        report = self.ledger.report()
        body = ReportIslandMerge(
            report.island_id,
            report.entries,
            report.taken,
            report.already,
            report.nothing,
            report.refused,
            report.left,
            report.conflicts + report.waiting,
            report.runs,
            report.is_over,
        )
        counts = (*(getattr(report, name) for name in ("taken", "already", "nothing", "refused", "left")), body.waiting)
        words = "-".join(map(str, counts))
        self.ask_as_program(f"report:{words}{':over' if report.is_over else ''}", body)
        return report

    def finish(self) -> bool:
        """Put the island's file away where nothing is left to decide or to look at; tell whether that was so."""
        with self.lock:
            if not self.say().is_over:
                return False
            self.ledger.flush()
            self.island.put_away()
            return True

    def ask_as_program(self, word: str, body: Body, *, at: datetime | None = None) -> Entry | None:
        """Ask something in the program's own name, under an id of this merge. Raises Refused, NotSaved."""
        base = self.island.base
        who = Who("opsroom", "system", "", base.seat)
        return self.engine.do(Command(f"island:{base.island_id}:{word}", at or self.clock(), who, body))

    def _begin(self) -> None:
        """Carry over what is kept beside the log, and remember where the room's log stood."""
        if not self.island.noted("from"):
            self.island.note("from", str(self.engine.state.sequence))
        if not self.island.noted("carried"):
            carry_beside(self.ledger, self.engine)
            self.island.note("carried", "yes")
        self._began_at = int(self.island.noted("from"))

    def _settle(self, sequence: int) -> Settled:
        entry, command = self.ledger.entries[sequence], self.ledger.commands[sequence]
        if command is None:
            return self._keep_refused(entry)
        if command.id in self.engine.state.answered:
            return self._answered(entry, self.engine.log.entry_of(command.id))
        if waits := self._waits(sequence):
            return waits
        if isinstance(command.body, BeginIsland):
            return self._begun(entry, command)
        try:
            asked = replace(command, body=self.ledger.ids.translate(command.body))
        except Unmapped as unmapped:
            return self._depends(sequence, unmapped.named[1])
        return self._ask(entry, asked)

    def _ask(self, entry: Entry, asked: Command) -> Settled:
        """Ask the rules, then the room; once more where another seat wrote in between."""
        for _ in range(MOST_TRIES):
            state = self.engine.state
            try:
                there = probe(state, asked, base_sequence=self.base_sequence, own=self.ledger.own)
                if there:
                    self._check_is_meant(state, entry, asked, there)
                found = self._look(state, entry, there)
                self.ledger.flush(before_asking=True)
                kept = self.engine.do(replace(asked, based_on=state.sequence)) if there else None
            except Refused as refused:
                if self.engine.state is not state:
                    continue
                return Settled(entry.sequence, Outcome.CONFLICT, why=refused.code, told=told(refused))
            if kept is None and there:
                continue  # somebody else did it meanwhile
            return self.taken(entry, kept, found)
        raise NotSaved("conflict", f"other seats were quicker {MOST_TRIES} times")

    def taken(self, entry: Entry, kept: Entry | None, found: tuple[Notice, ...] = ()) -> Settled:
        """Return that the room took an entry, or that there was nothing to do (None)."""
        if kept is None:
            return Settled(entry.sequence, Outcome.NOTHING)
        given = pairs_of(entry.events, kept.events)
        return Settled(entry.sequence, Outcome.TAKEN, kept.sequence, given=given, notices=found)

    def _check_is_meant(self, state: State, entry: Entry, asked: Command, there: tuple[Event, ...]) -> None:
        """Refuse what the rules would take and nobody can have meant."""
        body = asked.body
        if isinstance(body, RULES):
            raise Refused("island_rules", command=type(body).__name__)
        if isinstance(body, ReportStatus):
            elsewhere = lands_elsewhere(self.ledger.ids.translate(entry.events), there)
            if elsewhere is not None:
                in_room, on_island = (state.assignments.get(each) for each in elsewhere)
                raise Refused(
                    "island_status_elsewhere",
                    unit_id=body.unit_id,
                    status=str(body.status),
                    incident_id=in_room.incident_id if in_room is not None else None,
                    other_id=on_island.incident_id if on_island is not None else None,
                )

    def _look(self, state: State, entry: Entry, there: tuple[Event, ...]) -> tuple[Notice, ...]:
        command = self.ledger.commands[entry.sequence]
        if not there or command is None or isinstance(command.body, Tick):
            return ()
        return notices(state, entry, there, self.ledger.ids, base_sequence=self.base_sequence, own=self.ledger.own)

    def _waits(self, sequence: int) -> Settled | None:
        """Return that an entry waits for one that is not settled, or hangs on one that did not come to be."""
        for named in self.ledger.missing(sequence):
            maker = self.ledger.settled.get(self.ledger.ids.born[named])
            if maker is not None and not maker.is_settled:
                return Settled(sequence, Outcome.WAITING, behind=maker.behind or maker.sequence)
            return self._depends(sequence, named[1])
        return None

    def _depends(self, sequence: int, name: object) -> Settled:
        return Settled(sequence, Outcome.CONFLICT, why="island_depends", told=(("name", str(name)),))

    def _answered(self, entry: Entry, room_entry: Entry | None) -> Settled:
        """Return that the room's log has the answer: it was written before they parted for good, or by this merge."""
        if room_entry is None:
            return Settled(entry.sequence, Outcome.ALREADY)
        outcome = Outcome.ALREADY if room_entry.sequence <= self._began_at else Outcome.TAKEN
        return Settled(entry.sequence, outcome, room_entry.sequence, given=pairs_of(entry.events, room_entry.events))

    def _begun(self, entry: Entry, command: Command) -> Settled:
        """Say in the room that there was an island: by whoever began, or for them where they sit there no more."""
        asked = replace(command, based_on=None)
        try:
            decide(self.engine.state, asked)  # a refusal to the room itself would be kept there
            return self.taken(entry, self.engine.do(asked))
        except Refused:
            base = self.island.base
            body = BeginIsland(base.island_id, self.base_sequence, seat=base.seat, actor=base.actor)
            return self.taken(entry, self.ask_as_program("began", body, at=command.at))

    def _keep_refused(self, entry: Entry) -> Settled:
        """Keep in the room that the island refused something to whoever may not: it is not asked again."""
        refused = next((event for event in entry.events if isinstance(event, PermissionRefused)), None)
        words = (("code", refused.code), *refused.parameters) if refused is not None else ()
        body = LeaveIslandEntry(
            self.island.base.island_id,
            entry.sequence,
            refused.command if refused is not None else "",
            REFUSED_THERE,
            told=(("actor", entry.actor), ("role", entry.role), *words),
        )
        kept = self.ask_as_program(f"{entry.sequence}:refused", body, at=entry.occurred_at)
        return Settled(entry.sequence, Outcome.REFUSED, kept.sequence if kept is not None else 0)
