"""Plays a tape on a desk: turns its clock, shows what was committed, jumps. It decides and works out nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from app.desk import Figures
from app.replay.record_desk import RecordDesk
from dispatch.events import Entry
from dispatch.replay.marks import Mark
from dispatch.replay.places import as_fixes
from dispatch.replay.tape import Still, Tape
from resources.position import Fix

BEAT_MS = 100
SLOWEST, FASTEST = 1.0, 1_000.0
STEPS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0)
LONGEST_BEAT_S = 0.5  # a window that was held up does not leap
ONE_BY_ONE = 6  # entries of one beat that panels are told singly; more are one look at the whole
TICK_S = 0.2
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class Player(QObject):
    """Stand at a moment of a tape; stands in for the pulse of a desk that works.

    `moved` tells that the moment is another, the desk's `state_changed` what is so then, `shown` that all of it was
    shown anew; `changed` that it plays, stopped or goes at another speed; `grown` that the tape is longer. `hand` tells
    the seconds of a clock that runs.
    """

    moved = Signal()
    shown = Signal()
    changed = Signal()
    grown = Signal()

    def __init__(self, tape: Tape, *, hand: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.tape = tape
        self.desk: RecordDesk | None = None
        self.speed = 1.0
        self.is_playing = False
        self.sequence = 0
        self._at = NO_TIME
        self._hand = hand
        self._beat_s = self._tick_s = 0.0
        self._ticked_at = NO_TIME
        self._pending: datetime | None = None
        self._tracks: Callable[[datetime], dict[str, Fix]] = lambda at: {}
        self._timer = QTimer(self, interval=BEAT_MS)
        self._timer.timeout.connect(self.beat)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._seek_now)

    def clock(self) -> datetime:
        """Return the moment on the screen: the desk's clock."""
        return self._at

    def join(self, desk: RecordDesk) -> None:
        """Play on this desk from now on."""
        self.desk = desk
        desk.history = lambda number: self.tape.history(number, self.sequence)
        desk.case_history = lambda number: self.tape.case_history(number, self.sequence)

    def take_tracks(self, tracks: Callable[[datetime], dict[str, Fix]]) -> None:
        """Take where the positions that were recorded come from: the newest of each unit at an instant."""
        self._tracks = tracks
        self.show_positions()

    def start(self) -> None:
        """Be ready to play; the desk is told where it stands."""
        self._say_figures()
        if self.desk is not None:
            self.desk.ticked.emit(self._at)

    def stop(self) -> None:
        """Play no more."""
        self.pause()

    def take_fixes(self, fixes: object) -> None:
        """Take no position from outside: what was recorded is shown."""

    def play(self) -> None:
        """Go on from here; at the end it begins again where it can be seen."""
        if self.is_playing or self.tape.is_empty:
            return
        if self.is_at_end:
            self.to_start()
        self.is_playing = True
        self._beat_s = self._hand()
        self._timer.start()
        self.changed.emit()

    def pause(self) -> None:
        """Stand still."""
        if self.is_playing:
            self.is_playing = False
            self._timer.stop()
            self.changed.emit()

    def toggle(self) -> None:
        """Play or pause."""
        (self.pause if self.is_playing else self.play)()

    def set_speed(self, speed: float) -> None:
        """Go so many times as fast as it was."""
        speed = min(max(speed, SLOWEST), FASTEST)
        if speed != self.speed:
            self.speed = speed
            self.changed.emit()

    def faster(self) -> None:
        """Go at the next higher of the usual speeds."""
        self.set_speed(next((step for step in STEPS if step > self.speed), FASTEST))

    def slower(self) -> None:
        """Go at the next lower of the usual speeds."""
        self.set_speed(next((step for step in reversed(STEPS) if step < self.speed), SLOWEST))

    @property
    def begins_at(self) -> datetime:
        """Return the first moment."""
        return NO_TIME if self.tape.is_empty else self.tape.moment(self.tape.before + 1)

    @property
    def ends_at(self) -> datetime:
        """Return the last moment that is wound up."""
        return NO_TIME if self.tape.is_empty else self.tape.moment(self.tape.end)

    @property
    def is_at_end(self) -> bool:
        """Tell whether nothing comes after."""
        return self.sequence >= self.tape.end and self._at >= self.ends_at

    def seek(self, at: datetime) -> None:
        """Go to a moment as soon as the window has a hand free: of many asked for in a row, the last."""
        self._pending = at
        self._soon.start()

    def jump(self, at: datetime) -> None:
        """Go to a moment now."""
        self._pending = None
        if self.tape.is_empty:
            return
        at = min(max(at, self.begins_at), self.ends_at)
        self._show(at, self.tape.still(max(self.tape.find(at), self.tape.before + 1)))

    def jump_to(self, sequence: int) -> None:
        """Go to where an entry has just come on the screens, before what came after it at the same instant."""
        self._pending = None
        if self.tape.is_empty:
            return
        sequence = min(max(sequence, self.tape.before + 1), self.tape.end)
        self._show(self.tape.moment(sequence), self.tape.still(sequence))

    def to_start(self) -> None:
        """Go to the first moment."""
        self.jump(self.begins_at)

    def to_end(self) -> None:
        """Go to the last moment."""
        self.jump(self.ends_at)

    def next_event(self) -> bool:
        """Go to the next entry; False where there is none."""
        return self._step(self.tape.next_event(self.sequence), is_next=True)

    def previous_event(self) -> bool:
        """Go to the entry before; False where there is none."""
        return self._step(self.tape.previous_event(self.sequence))

    def next_mark(self, mark: Mark) -> bool:
        """Go to the next entry that is marked so; False where there is none."""
        return self._step(self.tape.next_mark(mark, self.sequence))

    def previous_mark(self, mark: Mark) -> bool:
        """Go to the last entry before that is marked so; False where there is none."""
        found = self.tape.previous_mark(mark, self.sequence)
        return self._step(found if found is not None and found > self.tape.before else None)

    def beat(self) -> None:
        """Let the time pass that went by since the last beat, so many times as fast."""
        now_s = self._hand()
        passed_s = min(now_s - self._beat_s, LONGEST_BEAT_S)
        self._beat_s = now_s
        if not self.is_playing:
            return
        to = min(self._at + timedelta(seconds=passed_s * self.speed), self.ends_at)
        self._advance(max(to, self._at))
        if self.is_at_end:
            self.pause()

    def show_positions(self) -> None:
        """Give the desk where units were: as their devices reported, else where the log last says."""
        desk = self.desk
        if desk is None:
            return
        still = self.tape.still(self.sequence)
        found = as_fixes(still.places, still.state)
        for unit_id, fix in self._tracks(self._at).items():
            known = found.get(unit_id)
            if known is None or known.fixed_at <= fix.fixed_at:
                found[unit_id] = fix
        before = desk.fixes
        kept = {unit_id: before[unit_id] if before.get(unit_id) == fix else fix for unit_id, fix in found.items()}
        if kept != before:
            desk.fixes = kept
            desk.fixes_changed.emit(kept)

    def on_wound(self) -> None:
        """Hear that the tape is longer than before."""
        if self.sequence == 0 and not self.tape.is_empty:
            self.jump(self.begins_at)
        self.grown.emit()

    def _step(self, sequence: int | None, *, is_next: bool = False) -> bool:
        if sequence is None or self.tape.is_empty:
            return False
        if is_next and self.desk is not None:
            self._at = self.tape.moment(sequence)
            self._tell(self.tape.entry(sequence))
            self._has_moved()
        else:
            self.jump_to(sequence)
        return True

    def _seek_now(self) -> None:
        if self._pending is not None:
            self.jump(self._pending)

    def _advance(self, to: datetime) -> None:
        upto = self.tape.find(to)
        count = upto - self.sequence
        if count > ONE_BY_ONE:
            self._show(to, self.tape.still(upto))
            return
        for entry in self.tape.entries(self.sequence, upto) if count > 0 else ():
            self._at = self.tape.moment(entry.sequence)
            self._tell(entry)
        self._at = to
        self._has_moved(is_playing=True)

    def _tell(self, entry: Entry) -> None:
        """Let the desk show one entry more, as it did when it was committed."""
        desk = self.desk
        self.sequence = entry.sequence
        if desk is not None:
            desk.state = self.tape.still(entry.sequence).state
            desk.state_changed.emit(entry, desk.state)

    def _show(self, at: datetime, still: Still) -> None:
        """Show another moment as a whole."""
        self._at, self.sequence = at, still.sequence
        desk = self.desk
        if desk is None:
            return
        desk.state = still.state
        held = desk.selection
        incident_id = held.incident_id if held.incident_id in still.state.incidents else None
        case_id = held.case_id if held.case_id in still.state.cases else None
        unit_ids = frozenset(unit_id for unit_id in held.unit_ids if unit_id in still.state.units)
        if (incident_id, case_id, unit_ids) != (held.incident_id, held.case_id, held.unit_ids):
            unit_id = held.unit_id if held.unit_id in unit_ids else None
            desk.select(
                incident_id=incident_id, unit_id=unit_id, camera_id=held.camera_id, unit_ids=unit_ids, case_id=case_id
            )
        desk.state_changed.emit(None, desk.state)
        self._has_moved()
        self.shown.emit()

    def _has_moved(self, *, is_playing: bool = False) -> None:
        """Let the desk's second pass, not more often than is seen while it plays, and tell who follows the moment."""
        desk, now_s = self.desk, self._hand()
        self.show_positions()
        if desk is not None:
            is_due = now_s - self._tick_s >= TICK_S and int(self._at.timestamp()) != int(self._ticked_at.timestamp())
            if is_due or not is_playing:
                self._tick_s, self._ticked_at = now_s, self._at
                self._say_figures()
                desk.ticked.emit(self._at)
        self.moved.emit()

    def _say_figures(self) -> None:
        desk = self.desk
        if desk is None:
            return
        ages = [fix.age_s(self._at) for fix in desk.fixes.values() if fix.is_reported]
        log = desk.people.name if desk.people is not None else ""
        desk.figures = Figures(
            is_saved=True, fix_age_s=min(ages, default=None), extra={"read_only": log, "planner": "off"}
        )
        desk.figures_changed.emit(desk.figures)
