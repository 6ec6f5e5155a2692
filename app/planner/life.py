"""One process of the planner, kept alive: started again when it dies or hangs, its open questions asked again."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.planner.link import PlannerLink
from app.planner.questions import Answer, Asked, Beat, StandIn, Unable, key_of

ESTIMATE_AFTER_S = 1.5  # a list must stand there within two seconds; making it takes some milliseconds
SILENT_AFTER_S = 10.0  # a child that says nothing for so long hangs and is started again
LOADING_S = 60.0  # so long it may take to open a city
LOOK_EVERY_MS = 200
QUICK_DEATH_S = 10.0
LONGEST_PAUSE_S = 30.0

_logger = logging.getLogger(__name__)


class Life(QObject):
    """Keep a child that answers by road. Belongs to the thread that made it.

    `answered` gives a question and its Answer; `late` a question that has waited too long, once: it stays open. After
    a restart the child gets the messages of `beginning`, and every open question again. `stood_in` gives a StandIn.
    """

    answered = Signal(object, object)
    late = Signal(object)
    stood_in = Signal(object)
    went_down = Signal(str)
    came_up = Signal()
    _heard = Signal(object, object)  # link, message: from the link's thread to this object's
    _link_lost = Signal(object, str)

    def __init__(self, beginning: Callable[[], Iterable[Any]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._beginning = beginning
        self._folder: Path | None = None
        self._link: PlannerLink | None = None
        self._is_up = False
        self._is_told_down = False
        self._may_restart = True
        self._quick_deaths = 0
        self._restart_at_s: float | None = None
        self._open: dict[tuple[str, str], Asked] = {}
        self._asked_at_s: dict[tuple[str, str], float] = {}
        self._heard.connect(self._on_heard)
        self._link_lost.connect(self._on_lost)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_up(self) -> bool:
        """Tell whether the child answers."""
        return self._is_up

    @property
    def is_started(self) -> bool:
        """Tell whether a child is wanted."""
        return self._timer.isActive()

    @property
    def age_s(self) -> float | None:
        """Return the seconds since the child last gave a sign of life, None where there is none."""
        return None if self._link is None else time.monotonic() - self._link.heard_at_s

    @property
    def process_id(self) -> int | None:
        """Return the child's process id, None where there is no child now."""
        return None if self._link is None else self._link.process.pid

    def start(self, city_folder: Path) -> None:
        """Start the child; it is told the beginning first."""
        self._folder = city_folder
        self._may_restart = True
        self._launch()
        self._timer.start()

    def stop(self) -> None:
        """End the child; nothing is answered afterwards."""
        self._timer.stop()
        self._may_restart = False
        self._open.clear()
        self._asked_at_s.clear()
        link, self._link, self._is_up = self._link, None, False
        if link is not None:
            link.stop()

    def send(self, message: Any) -> None:
        """Tell the child something; one that is not there learns it from its beginning."""
        if self._link is not None:
            self._link.send(message)

    def put(self, question: Asked) -> None:
        """Ask; an open question of the same sort and id is forgotten."""
        key = key_of(question)
        self._open[key] = question
        self._asked_at_s[key] = time.monotonic()
        self.send(question)
        if self._is_told_down:
            QTimer.singleShot(0, self, self._look)

    def is_open(self, question: Asked) -> bool:
        """Tell whether a question waits for its answer still."""
        return self._open.get(key_of(question)) == question

    def _launch(self) -> None:
        assert self._folder is not None
        self._restart_at_s = None
        self._link = PlannerLink(self._folder, self._heard.emit, self._link_lost.emit)
        for message in self._beginning():
            self._link.send(message)
        for question in self._open.values():
            self._link.send(question)

    def _on_heard(self, link: PlannerLink, message: Any) -> None:
        if link is not self._link:
            return
        if isinstance(message, Unable):
            self._may_restart = False
            self._say_down(message.error)
            return
        if isinstance(message, StandIn):  # comes while the city is opened: no sign that it can be used
            self.stood_in.emit(message)
            return
        if not self._is_up:
            self._is_up, self._is_told_down = True, False
            self.came_up.emit()
        if isinstance(message, Answer):
            question = self._open.get(message.key)
            if question is not None and question.serial == message.serial:
                del self._open[message.key]
                self._asked_at_s.pop(message.key, None)
                self.answered.emit(question, message)
        elif not isinstance(message, Beat):
            _logger.warning("the planner said something unknown: %r", type(message))

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
        """Start a dead child again, end one that hangs, and say which questions have waited too long."""
        now_s = time.monotonic()
        if self._link is None and self._restart_at_s is not None and now_s >= self._restart_at_s:
            self._launch()
        elif self._link is not None and self._may_restart:
            limit_s = SILENT_AFTER_S if self._is_up else LOADING_S
            if now_s - self._link.heard_at_s > limit_s:
                _logger.warning("the planner has been silent for %.0f s and is started again", limit_s)
                self._link.kill()
        for key, asked_at_s in list(self._asked_at_s.items()):
            if self._is_told_down or now_s - asked_at_s >= ESTIMATE_AFTER_S:
                del self._asked_at_s[key]
                self.late.emit(self._open[key])
