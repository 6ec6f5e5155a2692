"""Moves a map smoothly by itself, and tells its own steps from those of the user's hand."""

from __future__ import annotations

import math
import time
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.canvas.canvas import MapCanvas
from maps.view import View

STEP_MS = 16


class Glide(QObject):
    """Bring a canvas to another view in a given time; `touched` tells that something else moved it.

    A change of the widget's size alone is nobody's hand.
    """

    touched = Signal(object)  # the view that it was before

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._start: View | None = None
        self._goal: View | None = None
        self._began, self._takes_s = 0.0, 0.0
        self._is_own = False
        self._last = canvas.view
        self._step_timer = QTimer(self, interval=STEP_MS, timerType=Qt.TimerType.PreciseTimer)
        self._step_timer.timeout.connect(self._step)
        canvas.view_changed.connect(self._on_view)

    @property
    def is_moving(self) -> bool:
        """Tell whether it is on its way."""
        return self._goal is not None

    def to(self, view: View, seconds: float) -> None:
        """Move the map's middle and scale to those of a view."""
        if seconds <= 0 or not self._canvas.isVisible() or not self._canvas.animates:
            self.stop()
            self._show(view)
            return
        self._start, self._goal = self._canvas.view, view
        self._began, self._takes_s = time.monotonic(), seconds
        self._step_timer.start()

    def stop(self) -> None:
        """Stay where the map is."""
        self._goal = None
        self._step_timer.stop()

    def _step(self) -> None:
        start, goal = self._start, self._goal
        if start is None or goal is None:
            self.stop()
            return
        share = min(1.0, (time.monotonic() - self._began) / self._takes_s)
        eased = share * share * (3 - 2 * share)
        if share >= 1:
            self.stop()
        scale = math.exp(
            math.log(start.metres_per_pixel) * (1 - eased) + math.log(goal.metres_per_pixel) * eased
        )  # fmt: skip
        self._show(
            replace(
                self._canvas.view,
                x=start.x + (goal.x - start.x) * eased,
                y=start.y + (goal.y - start.y) * eased,
                metres_per_pixel=goal.metres_per_pixel if share >= 1 else scale,
            )
        )

    def _show(self, view: View) -> None:
        here = self._canvas.view
        self._is_own = True
        try:
            self._canvas.move_to(here.centred(view.x, view.y).zoomed(here.metres_per_pixel / view.metres_per_pixel))
        finally:
            self._is_own = False

    def _on_view(self, view: View) -> None:
        before, self._last = self._last, view
        same = (view.x, view.y, view.metres_per_pixel) == (before.x, before.y, before.metres_per_pixel)
        if not self._is_own and not same:
            self.stop()
            self.touched.emit(before)
