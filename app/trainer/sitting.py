"""What every part of the trainer's window sees: the exercise that is played now, whichever branch of it that is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app import jobs
from app.desk import Desk
from app.trainer.face import Play, Session
from app.trainer.own_keys import OwnKeys
from dispatch.commands import Command
from dispatch.events import Entry
from dispatch.exercise.beside import read_outcome, read_refusals
from dispatch.exercise.due import inject_id_of
from dispatch.exercise.exercise import PREFIX, TRAINER, Exercise, Outcome, is_decision_by
from dispatch.exercise.run import Refusal
from dispatch.refused import Refused
from dispatch.state import State
from resources.position import Fix

HAPPENED = f"{PREFIX}-inject-"
NOT_KEPT = frozenset({"exercise_paused", "exercise_over"})  # nobody decides then, and nothing of it is scored


class Sitting(QObject):
    """Follow a session: its play, and a desk of the trainer's own on the same state.

    The trainee's desk is read and never told anything: what the trainer looks at must not move its map.
    """

    begun = Signal()  # another play: look at everything anew
    stepped = Signal(object)  # datetime
    changed = Signal()  # paused, speed, turn, bookmarks or branches
    told = Signal(object, object)  # Entry, State
    refused = Signal(object)  # dispatch.exercise.run.Refusal
    happened = Signal(object)  # dispatch.injects.Inject, at the trainer's word
    planned = Signal(object)  # Inject: planned, or not any more
    not_happened = Signal(object, str)  # Inject, sentence
    deed_failed = Signal(object, str)  # Body, sentence
    ended = Signal()  # the last step was made
    known = Signal()  # what was read beside the log is there: outcome, refusals, when injects happened
    bad = Signal(str)  # what went wrong beside all that: a step, the bookmarks, what stands beside the log

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.keys = OwnKeys()
        self.outcome: Outcome | None = None
        self.refusals: list[Refusal] = []
        self.happened_at: dict[str, datetime] = {}  # by the id of the command by which an inject happened
        self.play: Play = session.play
        self.desk = Desk(TRAINER, clock=lambda: self.play.at)
        self._leave: list[Callable[[], object]] = []
        session.played.connect(self._begin)
        self._begin(session.play)

    @property
    def exercise(self) -> Exercise:
        """Return what is played."""
        return self.play.exercise

    @property
    def state(self) -> State:
        """Return how everything stands."""
        return self.desk.state

    @property
    def language(self) -> str:
        """Return the language of the window."""
        return self.desk.language

    @property
    def at(self) -> datetime:
        """Return where the exercise stands."""
        return self.play.at

    def seconds(self, at: datetime) -> float:
        """Return how far from the start an instant is."""
        return (at - self.exercise.start_at).total_seconds()

    def close(self) -> None:
        """Follow nothing any more."""
        for leave in self._leave:
            leave()
        self._leave = []

    def _begin(self, play: Play) -> None:
        self.close()
        self.play = play
        self.outcome, self.refusals, self.happened_at = None, [], {}
        shown, own = self.session.shown.desktop.desk, self.desk
        own.city, own.language, own.history = shown.city, shown.language, shown.history
        own.state, own.fixes = shown.state, shown.fixes
        self._follow(play.stepped, self.stepped.emit)
        self._follow(play.changed, self.changed.emit)
        self._follow(play.injected, self.happened.emit)
        self._follow(play.planned_it, self.planned.emit)
        self._follow(play.inject_failed, self.not_happened.emit)
        self._follow(play.deed_failed, self.deed_failed.emit)
        self._follow(play.ended, self.ended.emit)
        self._follow(play.broke, self.bad.emit)
        self._follow(shown.state_changed, self._on_state)
        self._follow(shown.fixes_changed, self._on_fixes)
        self._follow(shown.refused, self._on_refused)
        own.state_changed.emit(None, own.state)
        self.begun.emit()
        self._read_beside(play)

    def _follow(self, signal: Any, do: Callable[..., object]) -> None:
        connection = signal.connect(do)

        def leave() -> None:
            try:
                signal.disconnect(connection)
            except (RuntimeError, TypeError):  # whoever told is gone already
                return

        self._leave.append(leave)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        self.desk.state = state
        if entry is not None and entry.command_id.startswith(HAPPENED):
            self.happened_at.setdefault(entry.command_id, entry.recorded_at)
        self.desk.state_changed.emit(entry, state)
        if entry is None:
            self.begun.emit()
        else:
            self.told.emit(entry, state)

    def _on_fixes(self, fixes: dict[str, Fix]) -> None:
        self.desk.fixes = fixes
        self.desk.fixes_changed.emit(fixes)

    def _on_refused(self, command: Command, problem: Refused) -> None:
        if not is_decision_by(command.who.seat) or problem.code in NOT_KEPT:
            return
        who, said = command.who, tuple((name, str(value)[:200]) for name, value in problem.parameters.items())
        name = type(command.body).__name__
        found = Refusal(self.state.sequence, command.at, who.actor, who.department, name, problem.code, said)
        self.refusals.append(found)
        self.refused.emit(found)

    def _read_beside(self, play: Play) -> None:
        """Read what stands beside the log, and when its injects happened; not in the window's thread."""
        exercise, file, log = play.exercise, Path(play.log_file), self.session.shown.desktop.engine.log
        known = (*exercise.injects, *(each.inject for each in play.planned))
        done = [name for each in known if (name := inject_id_of(each)) in self.state.answered]

        def work(job: jobs.Job) -> tuple[Outcome | None, tuple[Refusal, ...], dict[str, datetime]]:
            entries = ((name, log.entry_of(name)) for name in done)
            happened = {name: entry.recorded_at for name, entry in entries if entry is not None}
            return read_outcome(file, exercise), read_refusals(file), happened

        def read(found: tuple[Outcome | None, tuple[Refusal, ...], dict[str, datetime]]) -> None:
            if self.play is not play:
                return
            self.outcome, refusals, happened = found
            self.refusals = [*refusals, *(each for each in self.refusals if each not in refusals)]
            self.happened_at = happened | self.happened_at
            self.known.emit()

        def failed(problem: BaseException) -> None:
            if self.play is play:
                self.bad.emit(str(problem))

        jobs.start(work, done=read, failed=failed)
