"""The planner in this process and thread, for tests and programs without a window."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

from app.planner.answering import NO_RULES, Planner, Rules, reason_of
from app.planner.child import open_planner
from app.planner.face import PlannerFace
from app.planner.questions import ORDER, Asked, key_of
from dispatch.coverage import Coverage
from dispatch.demand.history import history_of
from dispatch.events import Entry
from dispatch.refused import Refused
from dispatch.state import State
from dispatch.travels import Roads
from resources.position import Fix

_logger = logging.getLogger(__name__)


class InlinePlanner(PlannerFace):
    """Answer in this process and thread, after the asker has returned; `ground` None opens the city's roads."""

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        ground: Roads | None = None,
        rules: Rules = NO_RULES,
        covering: Callable[[Roads], Coverage] | None = None,
    ) -> None:
        super().__init__(parent)
        self._given = None if ground is None else Planner(ground, rules, covering=covering)
        self._planner: Planner | None = None
        self._waiting: dict[tuple[str, str], Asked] = {}
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
            planner = self._given or open_planner(city_folder, self._take_stand_in)
        except (OSError, ValueError) as error:
            self.went_down.emit(str(error))
            return
        planner.begin(state, self._fixes.latest.values())
        if state.at is not None:
            planner.teach(history_of(state, at=state.at))
        self._planner = planner
        self.came_up.emit()

    def stop(self) -> None:
        self._timer.stop()
        self._waiting.clear()
        self._planner = None

    def _begin_again(self) -> None:
        if self._planner is not None:
            self._planner.begin(self._state, self._fixes.latest.values())

    def _pass_on(self, message: Any) -> None:
        if self._planner is None:
            return
        if isinstance(message, Entry):
            self._planner.tell(message)
        else:
            self._planner.tell_fixes(message.fixes)

    def _put(self, question: Asked) -> None:
        self._waiting[key_of(question)] = question
        self._timer.start(0)

    def _answer(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for question in sorted(waiting.values(), key=lambda each: (ORDER[type(each)], each.serial)):
            if self._planner is None:
                self._guess(question)
                continue
            try:
                found = self._planner.answer(question)
            except Refused as refused:
                self.unanswered.emit(question.id, str(refused), reason_of(refused))
            except (LookupError, ValueError) as error:
                _logger.info("no answer to question %s: %s", question.id, error)
                self.unanswered.emit(question.id, str(error), None)
            else:
                self._give(question, found)
