"""The planner seen from the window: ask who should go, and hear the answer within two seconds whatever happens."""

from __future__ import annotations

import importlib
import logging
import threading
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.planner.child import Answer, Beat, Begin, Moved, Planner, Question, Unable, open_part
from app.planner.link import PlannerLink
from dispatch.events import Entry, IncidentReopened
from dispatch.ground import Ground
from dispatch.incident import Location
from dispatch.recommend import straight_line
from dispatch.recommendation import Recommendation
from dispatch.state import State, apply
from dispatch.travels import Roads
from gis.city import City
from resources.fixes import Fixes
from resources.position import Fix

ESTIMATE_AFTER_S = 1.5  # a list must stand there within two seconds; making it takes some milliseconds
SILENT_AFTER_S = 10.0  # a child that says nothing for so long hangs and is started again
LOADING_S = 60.0  # so long it may take to open a city
LOOK_EVERY_MS = 200
QUICK_DEATH_S = 10.0
LONGEST_PAUSE_S = 30.0

_logger = logging.getLogger(__name__)


class PlannerFace(QObject):
    """A planner without roads: it answers every question by straight lines. The others add roads to it.

    `answered` gives the question's id and a Recommendation; it may come twice, first a straight-line estimate and then
    the answer by road. `went_down` says why there are estimates only, `came_up` that answers come by road again.
    """

    answered = Signal(str, object)
    went_down = Signal(str)
    came_up = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = State()
        self._fixes = Fixes()
        self._serial = 0

    @property
    def is_up(self) -> bool:
        """Tell whether answers come by road."""
        return False

    @property
    def age_s(self) -> float | None:
        """Return the seconds since the planner last gave a sign of life, None where it never did."""
        return None

    @property
    def fixes(self) -> Fixes:
        """The latest positions, as the planner knows them too."""
        return self._fixes

    def start(self, city_folder: Path, state: State, fixes: Iterable[Fix] = ()) -> None:
        """Begin to answer for a city from a state."""
        self._state = state
        self._fixes.take_all(fixes)

    def stop(self) -> None:
        """End; nothing is answered afterwards."""

    def tell(self, entry: Entry, state: State | None = None) -> None:
        """Pass on a committed entry, with the state after it where the caller has it."""
        if state is not None and state.sequence >= entry.sequence:
            self._state = state
        elif entry.sequence == self._state.sequence + 1:
            self._state = apply(self._state, entry)
        self._pass_on(entry)

    def tell_fixes(self, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
        """Pass on position reports of units that the roster knows; return those that were believed."""
        believed = self._fixes.take_all(fix for fix in fixes if fix.unit_id in self._state.units)
        if believed:
            self._pass_on(Moved(believed))
        return believed

    def ask(
        self,
        question_id: str,
        *,
        at: datetime,
        incident_id: int | None = None,
        kind: str = "",
        location: Location | None = None,
        alarm_level: int = 1,
        priority: int | None = None,
    ) -> None:
        """Ask who should go: for an incident, or for a kind and a place. A new question of the same id replaces it."""
        self._serial += 1
        self._put(Question(question_id, self._serial, at, incident_id, kind, location, alarm_level, priority))

    def _pass_on(self, message: Any) -> None:
        """Let whoever answers by road know what is new."""

    def _put(self, question: Question) -> None:
        """Answer a question, or see to it that it is answered."""
        found = self._estimate(question)
        if found is not None:
            self.answered.emit(question.id, found)

    def _estimate(self, question: Question) -> Recommendation | None:
        try:
            return straight_line(
                self._state,
                self._fixes.latest,
                kind=question.kind,
                location=question.location,
                alarm_level=question.alarm_level,
                incident_id=question.incident_id,
                at=question.at,
            )
        except (LookupError, ValueError) as error:
            _logger.info("no estimate for question %s: %s", question.id, error)
            return None


class PlannerProcess(PlannerFace):
    """Keep a child process that answers by road; start it again when it dies, and estimate meanwhile.

    After a restart the child gets the present state and the latest positions in one message, and every question that
    was open again. Belongs to the thread that made it.
    """

    _heard = Signal(object, object)  # link, message: from the link's thread to this object's
    _link_lost = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: Path | None = None
        self._link: PlannerLink | None = None
        self._is_up = False
        self._is_told_down = False
        self._may_restart = True
        self._quick_deaths = 0
        self._restart_at_s: float | None = None
        self._open: dict[str, Question] = {}
        self._asked_at_s: dict[str, float] = {}
        self._heard.connect(self._on_heard)
        self._link_lost.connect(self._on_lost)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_up(self) -> bool:
        return self._is_up

    @property
    def age_s(self) -> float | None:
        return None if self._link is None else time.monotonic() - self._link.heard_at_s

    @property
    def process_id(self) -> int | None:
        """Return the child's process id, None where there is no child now."""
        return None if self._link is None else self._link.process.pid

    def start(self, city_folder: Path, state: State, fixes: Iterable[Fix] = ()) -> None:
        super().start(city_folder, state, fixes)
        self._folder = city_folder
        self._may_restart = True
        self._launch()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._may_restart = False
        self._open.clear()
        self._asked_at_s.clear()
        link, self._link, self._is_up = self._link, None, False
        if link is not None:
            link.stop()

    def _pass_on(self, message: Any) -> None:
        if self._link is None:
            return
        if isinstance(message, Entry) and any(isinstance(event, IncidentReopened) for event in message.events):
            message = self._beginning()  # the child may never have known an incident that was closed when it began
        self._link.send(message)

    def _beginning(self) -> Begin:
        return Begin(open_part(self._state), tuple(self._fixes.latest.values()))

    def _put(self, question: Question) -> None:
        self._open[question.id] = question
        self._asked_at_s[question.id] = time.monotonic()
        self._pass_on(question)
        if self._is_told_down:
            QTimer.singleShot(0, self._look)

    def _launch(self) -> None:
        assert self._folder is not None
        self._restart_at_s = None
        self._link = PlannerLink(self._folder, self._heard.emit, self._link_lost.emit)
        self._link.send(self._beginning())
        for question in self._open.values():
            self._link.send(question)

    def _on_heard(self, link: PlannerLink, message: Any) -> None:
        if link is not self._link:
            return
        if isinstance(message, Unable):
            self._may_restart = False
            self._say_down(message.error)
            return
        if not self._is_up:
            self._is_up, self._is_told_down = True, False
            threading.Thread(target=_warm_up, name="planner-warm-up", daemon=True).start()
            self.came_up.emit()
        if isinstance(message, Answer):
            self._on_answer(message)
        elif not isinstance(message, Beat):
            _logger.warning("the planner said something unknown: %r", type(message))

    def _on_answer(self, answer: Answer) -> None:
        question = self._open.get(answer.question_id)
        if question is None or question.serial != answer.serial:
            return
        del self._open[answer.question_id]
        self._asked_at_s.pop(answer.question_id, None)
        found = answer.recommendation or self._estimate(question)
        if found is not None:
            self.answered.emit(answer.question_id, found)

    def _on_lost(self, link: PlannerLink, reason: str) -> None:
        if link is not self._link:
            return
        lived_s = time.monotonic() - link.started_at_s
        self._quick_deaths = self._quick_deaths + 1 if lived_s < QUICK_DEATH_S else 0
        self._link, self._is_up = None, False
        if self._may_restart:
            pause_s = 0.0 if self._quick_deaths < 3 else min(2.0 ** (self._quick_deaths - 3), LONGEST_PAUSE_S)
            self._restart_at_s = time.monotonic() + pause_s
        self._say_down(reason)
        self._look()

    def _say_down(self, reason: str) -> None:
        if not self._is_told_down:
            self._is_told_down = True
            self.went_down.emit(reason)

    def _look(self) -> None:
        """Start a dead child again, end one that hangs, and answer by straight lines what waited too long."""
        now_s = time.monotonic()
        if self._link is None and self._restart_at_s is not None and now_s >= self._restart_at_s:
            self._launch()
        elif self._link is not None and self._may_restart:
            limit_s = SILENT_AFTER_S if self._is_up else LOADING_S
            if now_s - self._link.heard_at_s > limit_s:
                _logger.warning("the planner has been silent for %.0f s and is started again", limit_s)
                self._link.kill()
        for question_id, asked_at_s in list(self._asked_at_s.items()):
            if self._is_told_down or now_s - asked_at_s >= ESTIMATE_AFTER_S:
                del self._asked_at_s[question_id]
                estimate = self._estimate(self._open[question_id])
                if estimate is not None:
                    self.answered.emit(question_id, estimate)


def _warm_up() -> None:
    """Import what an estimate needs, so that the first one does not hold the window for half a second."""
    importlib.import_module("scipy.optimize")


class InlinePlanner(PlannerFace):
    """Answer in this process and thread, for tests and programs without a window; `ground` None opens the city's."""

    def __init__(self, parent: QObject | None = None, *, ground: Roads | None = None) -> None:
        super().__init__(parent)
        self._ground = ground
        self._planner: Planner | None = None
        self._waiting: dict[str, Question] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._answer)

    @property
    def is_up(self) -> bool:
        return self._planner is not None

    @property
    def age_s(self) -> float | None:
        return None if self._planner is None else 0.0

    def start(self, city_folder: Path, state: State, fixes: Iterable[Fix] = ()) -> None:
        super().start(city_folder, state, fixes)
        try:
            ground = self._ground or Ground.of_city(City.open(city_folder))
        except (OSError, ValueError) as error:
            self.went_down.emit(str(error))
            return
        self._planner = Planner(ground)
        self._planner.begin(state, self._fixes.latest.values())
        self.came_up.emit()

    def stop(self) -> None:
        self._timer.stop()
        self._waiting.clear()
        self._planner = None

    def _pass_on(self, message: Any) -> None:
        if self._planner is None:
            return
        if isinstance(message, Entry):
            self._planner.tell(message)
        else:
            self._planner.tell_fixes(message.fixes)

    def _put(self, question: Question) -> None:
        self._waiting[question.id] = question
        self._timer.start(0)

    def _answer(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for question in waiting.values():
            try:
                found = self._planner.answer(question) if self._planner else self._estimate(question)
            except (LookupError, ValueError) as error:
                _logger.info("no answer to question %s: %s", question.id, error)
                continue
            if found is not None:
                self.answered.emit(question.id, found)
