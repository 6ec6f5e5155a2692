"""Has what the operator is shown kept beside the log, and says when that fails."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from app.desk import Desk
from app.wording.screen import say
from dispatch.engine import Engine
from dispatch.plan import Plan
from dispatch.recommendation import Recommendation
from dispatch.shown_answers import showing


class Keeping(QObject):
    """Give every recommendation that comes on the screen, and every plan by `show`, to the engine to be kept."""

    _changed = Signal(bool)  # from the engine's thread to this object's

    def __init__(self, desk: Desk, engine: Engine) -> None:
        super().__init__(desk)
        self._desk = desk
        self._engine = engine
        desk.recommendation_changed.connect(self.show)
        self._changed.connect(self._say, Qt.ConnectionType.QueuedConnection)
        self._leave = engine.subscribe_kept(self._changed.emit)

    def show(self, answer: Recommendation | Plan | None) -> None:
        """Note that an answer is on the screen. What was only imagined is not kept."""
        if answer is not None and answer.hash and not answer.imagined:
            self._engine.show(partial(showing, answer))

    def close(self) -> None:
        """Listen to the engine no more."""
        self._leave()

    def _say(self, is_kept: bool) -> None:
        words = say("shown_kept_again" if is_kept else "shown_not_kept", self._desk.language)
        self._desk.said.emit("info" if is_kept else "warning", words)
