"""Joins 'New exercise …' to the ordinary desk: what it starts is a program of its own, apart from this desk's log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.desk import Desk
from app.wording.screen import say

if TYPE_CHECKING:
    from app.exercise_start.dialog import NewExercise
    from app.window.window import MainWindow

KINDS = ("live", "drill")


class ExerciseOffer(QObject):
    """Put the line into the menu of incidents, where a desk is no exercise or replay itself."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self.shown: NewExercise | None = None
        self.action = QAction(say("exercise_new", desk.language), window)
        self.action.triggered.connect(lambda checked=False: self.ask())
        if desk.kind in KINDS and desk.city is not None:
            window.menus.extend("menu_incident", self.action)

    def ask(self) -> None:
        """Show the dialog; what was chosen before is still there."""
        if self.shown is None:
            from app.exercise_start.dialog import NewExercise

            self.shown = NewExercise(self._desk, self._window)
        self.shown.show()
        self.shown.raise_()
        self.shown.activateWindow()
