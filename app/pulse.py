"""Carries entries and positions to the desk, and the second that passes to everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app import jobs
from app.cases.docket import touched_cases
from app.desk import Desk, Figures
from app.parts.tally import touched
from app.planner.advice import Advice
from app.wording.screen import say
from dispatch.commands import Command, Tick, Who
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.saved import LOST
from dispatch.state import State
from resources.position import Fix

if TYPE_CHECKING:
    from app.planner.face import PlannerFace

HISTORY_ENTRIES = 20_000


class Pulse(QObject):
    """Carry entries and positions to the desk, and the second that passes to everybody."""

    def __init__(self, desk: Desk, engine: Engine, planner: PlannerFace | None, *, in_thread: bool) -> None:
        super().__init__(desk)
        from resources.fixes import Fixes

        self._desk = desk
        self._engine = engine
        self._planner = planner
        self._in_thread = in_thread
        self._fixes = planner.fixes if planner is not None else Fixes()
        self._ticker = Who("opsroom", "system", seat=desk.who.seat)
        self._catching: jobs.Job | None = None
        self._is_in_trouble = False
        self._asked: Future[Entry | None] | None = None
        self._entries: dict[int, list[Entry]] = defaultdict(list)
        self._case_entries: dict[int, list[Entry]] = defaultdict(list)
        self.advice: Advice | None = None
        self.follow_room()
        self._timer = QTimer(self)
        self._timer.setInterval(1_000)
        self._timer.timeout.connect(self.beat)

    def follow_room(self) -> None:
        """Show at once what the link to the room's server hears, where there is one."""
        if self._desk.room is not None:
            self._desk.room.picture_changed.connect(lambda picture, age_s: self.show_figures())

    def start(self) -> None:
        """Begin to beat once a second."""
        self.beat()
        self._timer.start()

    def stop(self) -> None:
        """Beat no more."""
        self._timer.stop()

    def beat(self) -> None:
        """Let a second pass: what is due is asked of the rules, which answer nothing where nothing is."""
        at = self._desk.clock()
        room = self._desk.room
        if room is not None:
            room.beat()
        elif self._engine.log.is_read_only or self._engine.log.name.startswith("postgres"):
            self._catch_up()
        self._tick(at)
        self._show_figures(at)
        self._desk.ticked.emit(at)

    def show_figures(self) -> None:
        """Show the figures of the machine as they stand now."""
        self._show_figures(self._desk.clock())

    def take_fixes(self, fixes: Iterable[Fix]) -> None:
        """Take position reports from whatever brings them."""
        believed = self._planner.tell_fixes(fixes) if self._planner is not None else self._fixes.take_all(fixes)
        if believed:
            self._desk.fixes = dict(self._fixes.latest)
            self._desk.fixes_changed.emit(self._desk.fixes)

    def on_committed(self, entry: Entry, state: State) -> None:
        """Show what was written."""
        self._index(entry, state)
        if self._planner is not None:
            self._planner.tell(entry, state)
        self._desk.state = state
        self._desk.state_changed.emit(entry, state)

    def on_rebased(self, state: State) -> None:
        """Go on with another log: nothing that came before is passed on entry by entry, all is looked at anew."""
        desk = self._desk
        desk.people = self._engine.log
        if not self._engine.log.is_island:  # an island goes on from what was read of its room
            self._entries.clear()
            self._case_entries.clear()
            self.remember_history()
        if self._planner is not None:
            self._planner.begin_again(state)
        desk.state = state
        desk.state_changed.emit(None, state)
        self.show_figures()

    def on_saved(self, is_saved: bool) -> None:
        """Say when the log stops taking entries, and when it takes them again."""
        language = self._desk.language
        self._show_figures(self._desk.clock())
        is_told = self._desk.room is not None and self._engine.trouble in LOST  # by the room, in its own words
        if self._engine.log.is_read_only or (is_told and not is_saved):
            return
        self._is_in_trouble, was_in_trouble = not is_saved, self._is_in_trouble
        if is_saved and was_in_trouble:
            self._desk.said.emit("info", say("status_saved_again", language))
        elif not is_saved:
            self._desk.said.emit("alarm", say("not_saved_help", language))

    def remember_history(self) -> None:
        """Read the latest entries once, so that an incident's story is at hand; not in the window's thread."""
        engine = self._engine
        state = engine.state
        self._desk.history = self.history
        self._desk.case_history = self.case_history
        begin = max(engine.log.begins_behind, state.sequence - HISTORY_ENTRIES)

        def read(job: jobs.Job | None = None) -> list[Entry]:
            entries = []
            for entry in engine.log.read(after=begin):
                if entry.sequence > state.sequence or (job is not None and job.is_cancelled):
                    break
                entries.append(entry)
            return entries

        def keep(entries: list[Entry]) -> None:
            newer, self._entries = self._entries, defaultdict(list)
            newer_of_cases, self._case_entries = self._case_entries, defaultdict(list)
            for entry in entries:
                self._index(entry, state)
            for incident_id, later in newer.items():
                self._entries[incident_id] += later
            for case_id, later in newer_of_cases.items():
                self._case_entries[case_id] += later

        if self._in_thread:
            jobs.start(read, done=keep)
        else:
            keep(read())

    def history(self, incident_id: int) -> list[Entry]:
        """Return the entries that name an incident, oldest first."""
        return list(self._entries.get(incident_id, ()))

    def case_history(self, case_id: int) -> list[Entry]:
        """Return the entries that name a case, oldest first."""
        return list(self._case_entries.get(case_id, ()))

    def _index(self, entry: Entry, state: State) -> None:
        for incident_id in touched(entry, state).incidents:
            self._entries[incident_id].append(entry)
        for case_id in touched_cases(entry) or ():
            self._case_entries[case_id].append(entry)

    def _catch_up(self) -> None:
        """Fold what others wrote; the store may be slow, so never in the window's thread."""
        if not self._in_thread:
            self._engine.catch_up()
        elif self._catching is None:
            self._catching = jobs.start(
                lambda job: self._engine.catch_up(), done=self._on_caught_up, failed=self._on_caught_up
            )

    def _on_caught_up(self, answer: object) -> None:
        self._catching = None

    def _tick(self, at: datetime) -> None:
        """Ask what is due, one question at a time; none while the store is known to be lost."""
        room, alone = self._desk.room, self._desk.alone
        if self._engine.log.is_read_only or not self._desk.state.sequence or (alone is not None and alone.is_busy):
            return
        is_lost = room is not None and not room.picture.is_connected and not self._engine.log.is_island
        if is_lost or (self._asked is not None and not self._asked.done()):
            return
        command = Command(f"tick-{at.timestamp():.3f}-{self._ticker.seat}", at, self._ticker, Tick())
        asked = self._desk.submit(command)
        self._asked = asked if isinstance(asked, Future) else None

    def _show_figures(self, at: datetime) -> None:
        extra: dict[str, str] = {}
        log, room = self._engine.log, self._desk.room
        if log.is_read_only:
            extra["read_only"] = str(log.held_by or log.name)
        if log.is_island:
            extra["island"] = log.name
        if self._planner is None:
            extra["planner"] = "off"
        elif self._planner.stand_ins:
            extra["stand_ins"] = "\n".join(f"{file}: {one}" for file, one in self._planner.stand_ins.items())
        positions = self._desk.positions
        if positions is not None and positions.words(self._desk.language):
            extra["positions"] = positions.words(self._desk.language)
            if positions.picture.is_slow:
                extra["positions_every_s"] = str(positions.picture.level_s)
        self._desk.figures = Figures(
            is_saved=log.is_read_only
            or (self._engine.is_saved and (log.is_island or room is None or room.picture.is_connected)),
            planner_age_s=self._planner.age_s if self._planner is not None else None,
            planner_is_up=self._planner is not None and self._planner.is_up,
            fix_age_s=self._fixes.newest_age_s(at),
            extra=extra,
        )
        self._desk.figures_changed.emit(self._desk.figures)
