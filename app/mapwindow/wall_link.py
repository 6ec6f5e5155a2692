"""A map for the wall: it keeps every open incident in sight, until somebody moves it by hand."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from app import theme
from app.canvas.canvas import MapCanvas
from app.desk import Desk
from app.mapwindow.gliding import Glide
from app.mapwindow.pill import Pill
from app.mapwindow.wall_fit import must_move, wall_view
from app.parts.tally import tally
from app.wording import text
from app.wording.screen import say

EVERY_S = 10.0
GLIDE_S = 1.6
RESIZED_MS = 150


class WallLink(QObject):
    """Fit a canvas to the open incidents: smoothly, at most every ten seconds, and only where it must move."""

    def __init__(self, desk: Desk, canvas: MapCanvas, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(canvas)
        self._desk = desk
        self._canvas = canvas
        self._clock = clock
        self._moved_at = -math.inf
        self.is_touched = False
        self._resized = QTimer(self, singleShot=True, interval=RESIZED_MS)
        self._resized.timeout.connect(self._on_resized)
        self.card = WallCard(desk, canvas)
        self.pill = Pill(canvas, "F", text("window.fit", desk.language))
        self.pill.pressed.connect(self.fit_again)
        canvas.set_key(Qt.Key.Key_F, self.fit_again)
        self.glide = Glide(canvas)
        self._show(0.0)
        self.glide.touched.connect(self._on_touched)
        canvas.installEventFilter(self)
        desk.looked.connect(self._on_news)
        desk.ticked.connect(self._on_news)

    def fit_again(self) -> None:
        """Show all open incidents now, and keep them in sight from now on."""
        self.is_touched = False
        self.pill.say("")
        self._canvas.stop_zoom()
        self._show(GLIDE_S / 2)

    def touch(self) -> None:
        """Leave the map where it is until it is told to fit again."""
        self.is_touched = True
        self.pill.say(text("window.touched", self._desk.language))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.is_touched:
            self._resized.start()
        return False

    def _on_resized(self) -> None:
        if not self.is_touched:
            self._show(0.0)

    def _on_touched(self, _: object) -> None:
        self.touch()

    def _on_news(self, *_: object) -> None:
        if self.is_touched or self._canvas.city is None or self._clock() - self._moved_at < EVERY_S:
            return
        points = self._points()
        wanted = wall_view(self._canvas.view, points, self._canvas.city_box())
        if must_move(self._canvas.view, wanted, points):
            self._show(GLIDE_S)

    def _show(self, seconds: float) -> None:
        if self._canvas.city is not None:
            self._moved_at = self._clock()
            self.glide.to(wall_view(self._canvas.view, self._points(), self._canvas.city_box()), seconds)

    def _points(self) -> list[tuple[float, float]]:
        state = self._desk.state
        places = (state.incidents[number].location for number in state.open_incidents)
        return [self._canvas.ground_of((one.lon, one.lat)) for one in places]


class WallCard(QFrame):
    """Show the time and what is going on, large enough for a room; it takes no mouse."""

    def __init__(self, desk: Desk, over: MapCanvas) -> None:
        super().__init__(over)
        self._desk = desk
        self._shown: tuple[object, ...] = ()
        self.setObjectName("overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.kind = _label(18, bold=True)
        self.kind.setObjectName("kind")
        self.kind.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.clock = _label(44, bold=True)
        self.figures = {code: _label(30, bold=True) for code in ("wall.open", "wall.waiting", "wall.free")}
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 18, 8)
        row.setSpacing(22)
        row.addWidget(self.clock)
        for code, figure in self.figures.items():
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(figure)
            words = _label(13)
            words.setText(text(code, desk.language))
            words.setProperty("role", "muted")
            column.addWidget(words)
            row.addLayout(column)
        row.addWidget(self.kind)
        desk.ticked.connect(self._on_tick)
        desk.looked.connect(self._on_state)
        self.refresh(desk.clock())
        self.move(10, 10)

    def refresh(self, at: datetime) -> None:
        """Show the figures of an instant."""
        state = self._desk.state
        counted = tally(state, at)
        local = at.astimezone(ZoneInfo(state.time_zone or "UTC"))
        kind = self._desk.kind
        free = sum(one.free for one in counted.departments)
        shown = (f"{local:%H:%M:%S}", counted.open_incidents, counted.unassigned, free, kind)
        if shown == self._shown:
            return
        self._shown = shown
        self.clock.setText(str(shown[0]))
        for figure, value in zip(self.figures.values(), shown[1:4], strict=True):
            figure.setText(f"{value}")
        theme.mark(self.figures["wall.waiting"], "level", "alarm" if counted.unassigned else "calm")
        self.kind.setVisible(kind != "live")
        self.kind.setText(say(kind, self._desk.language) if kind else "")
        theme.mark(self.kind, "kind", kind)
        self.adjustSize()
        self.raise_()

    def _on_tick(self, at: datetime) -> None:
        self.refresh(at)

    def _on_state(self, *_: object) -> None:
        self.refresh(self._desk.clock())


def _label(px: int, *, bold: bool = False) -> QLabel:
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setStyleSheet(f"font-size: {px}px;" + ("font-weight: bold;" if bold else ""))
    return made
