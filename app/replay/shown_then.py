"""Puts on the desk what operators were shown when it was so: read from beside the log and proved, never asked anew."""

from __future__ import annotations

import logging
from dataclasses import replace

from PySide6.QtCore import QObject

from app import jobs
from app.replay.player import Player
from app.replay.record_desk import RecordDesk
from app.wording import one_line, text
from dispatch.incident import Stage
from dispatch.recommendation import Recommendation
from dispatch.replay.record import Record
from dispatch.shown import RECOMMENDATION, NotAsShown, Shown
from dispatch.shown_answers import read_shown

logger = logging.getLogger(__name__)
MOST_KEPT = 60  # incidents whose answers are kept at hand


class ShownThen(QObject):
    """Answer the desk's `ask` with the last answer that was shown for the incident in hand before the moment.

    Answers by which units were sent are found by the entry that names them, also where they were shown for a call that
    became the incident. What is kept and not proved by its hash is not shown: the desk's `record_note` says why.
    """

    def __init__(self, desk: RecordDesk, record: Record, player: Player) -> None:
        super().__init__(desk)
        self._desk, self._record, self._player = desk, record, player
        self._found: dict[int, tuple[frozenset[str], int, tuple[Shown, ...]]] = {}
        self._opened: dict[tuple[str, int], Recommendation | str] = {}
        self._reading: set[object] = set()
        self._is_asked_anew = False
        desk.ask = self.ask
        player.moved.connect(self.refresh)

    def ask(self) -> None:
        """Answer whoever asks anew: something else was taken in hand."""
        self._is_asked_anew = True
        self.refresh()

    def refresh(self) -> None:
        """Show what was shown at the moment; what is not at hand is read in a job."""
        desk = self._desk
        incident = desk.state.incidents.get(desk.selection.incident_id or 0)
        if incident is None or incident.stage is Stage.CLOSED or desk.draft is not None:
            self._put(None)
            return
        names = self._sent_by(incident.id)
        known = self._found.get(incident.id)
        if known is None or not names <= known[0] or known[1] < self._player.sequence:
            self._load(incident.id, names)
        self._choose(incident.id, known[2] if known is not None else ())

    def _sent_by(self, incident_id: int) -> frozenset[str]:
        state = self._desk.state
        sent = (state.assignments.get(one) for one in state.assignments_of.get(incident_id, ()))
        return frozenset(one.recommendation for one in sent if one is not None and one.recommendation)

    def _load(self, incident_id: int, names: frozenset[str]) -> None:
        if incident_id in self._reading:
            return
        self._reading.add(incident_id)
        record, upto = self._record, self._player.tape.end

        def read(job: jobs.Job) -> tuple[Shown, ...]:
            found = {one.hash: one for one in record.shown_for(incident_id) if one.kind == RECOMMENDATION}
            for name in names - found.keys():
                one = record.shown(name)
                if one is not None and one.kind == RECOMMENDATION:
                    found[name] = one
            return tuple(sorted(found.values(), key=lambda one: (one.at, one.sequence, one.hash)))

        def done(found: tuple[Shown, ...]) -> None:
            self._reading.discard(incident_id)
            self._found[incident_id] = (names, upto, found)
            while len(self._found) > MOST_KEPT:
                del self._found[next(iter(self._found))]
            self._look_again(incident_id)

        def failed(problem: BaseException) -> None:
            logger.warning("what was shown for incident %d cannot be read: %s", incident_id, problem)
            done(())

        jobs.start(read, done=done, failed=failed)

    def _choose(self, incident_id: int, found: tuple[Shown, ...]) -> None:
        at, sequence = self._player.clock(), self._player.sequence
        before = [one for one in found if one.sequence <= sequence and one.at <= at]
        held = self._opened.get((before[-1].hash, incident_id)) if before else None
        if before and held is None:
            self._open(incident_id, before[-1])
        if isinstance(held, str):
            self._put(None, problem=held)
        else:
            self._put(held)

    def _open(self, incident_id: int, shown: Shown) -> None:
        key = (shown.hash, incident_id)
        if key in self._reading:
            return
        self._reading.add(key)

        def read(job: jobs.Job) -> Recommendation | str:
            try:
                answer = read_shown(shown).answer
            except NotAsShown as problem:
                return str(problem)
            if not isinstance(answer, Recommendation):
                return f"the answer {shown.hash[:12]} is a plan"
            return answer if answer.incident_id is not None else replace(answer, incident_id=incident_id)

        def done(answer: Recommendation | str) -> None:
            self._reading.discard(key)
            self._opened[key] = answer
            while len(self._opened) > MOST_KEPT:
                del self._opened[next(iter(self._opened))]
            self._look_again(incident_id)

        jobs.start(read, done=done, failed=lambda problem: done(str(problem)))

    def _look_again(self, incident_id: int) -> None:
        if self._desk.selection.incident_id == incident_id:
            self._is_asked_anew = True  # what is said of why nothing stands there is another now
            self.refresh()

    def _put(self, answer: Recommendation | None, *, problem: str = "") -> None:
        desk = self._desk
        if problem:
            note = text("replay.shown_damaged", desk.language, reason=one_line(problem, 200))
        else:
            note = text("replay.loading", desk.language) if self._reading and answer is None else ""
        is_other = answer is not desk.recommendation or note != desk.record_note
        if is_other or self._is_asked_anew:
            self._is_asked_anew = False
            desk.record_note, desk.recommendation = note, answer
            desk.recommendation_changed.emit(answer)
