"""The timeline in the window: three lanes over one clock, nearer by the wheel, along the time by dragging."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app import theme
from app.debriefing.lanes import Lanes
from app.debriefing.names import Names
from app.wording import text, tooltip

NEAREST_S = 120.0
STEP = 1.25
DRAG_PX = 4


class LanesView(QWidget):
    """Show the timeline; `taken` tells the place of the decision that was chosen."""

    taken = Signal(int)

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lanes: Lanes | None = None
        self._pressed: QPointF | None = None
        self._from_s = 0.0
        self._is_dragged = False
        self.setMouseTracking(True)
        self.setMinimumHeight(190)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(text("debrief.timeline", language))
        self.setAccessibleDescription(text("debrief.zoom_hint", language))

    def show_names(self, names: Names) -> None:
        """Show another exercise, all of it."""
        self.lanes = Lanes(names)
        self.update()

    def choose(self, place: int) -> None:
        """Ring a decision, and bring it into view."""
        lanes = self.lanes
        if lanes is None:
            return
        lanes.chosen = place
        if place >= 0:
            at_s = lanes.names.material.debriefing.score.decisions[place].at_s
            if not lanes.from_s <= at_s <= lanes.until_s:
                half = (lanes.until_s - lanes.from_s) / 2
                self._show(at_s - half, at_s + half)
        self.update()

    def zoom(self, factor: float, about_s: float | None = None) -> None:
        """Come nearer (above 1) or go back, with an instant kept in place."""
        lanes = self.lanes
        if lanes is None:
            return
        span = lanes.until_s - lanes.from_s
        about = (lanes.from_s + lanes.until_s) / 2 if about_s is None else about_s
        new = max(NEAREST_S, min(span / factor, lanes.names.material.debriefing.lasts_s))
        share = (about - lanes.from_s) / span
        self._show(about - share * new, about + (1 - share) * new)

    def sizeHint(self) -> QSize:
        return QSize(1200, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        worn = theme.look()
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(worn.panel))
            if self.lanes is not None:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setFont(self.font())
                self.lanes.paint(painter, QRectF(self.rect()).adjusted(8, 4, -4, -2), worn)
            if self.hasFocus():
                painter.setPen(QColor(worn.accent))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        finally:
            painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.lanes is not None and event.angleDelta().y():
            self.zoom(STEP if event.angleDelta().y() > 0 else 1 / STEP, self.lanes.s_of(event.position().x()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.lanes is not None:
            self._pressed, self._from_s, self._is_dragged = event.position(), self.lanes.from_s, False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        lanes = self.lanes
        if lanes is None:
            return
        if self._pressed is not None:
            run = event.position().x() - self._pressed.x()
            self._is_dragged = self._is_dragged or abs(run) > DRAG_PX
            if self._is_dragged:
                span = lanes.until_s - lanes.from_s
                start = self._from_s - run / max(1.0, lanes.plot.width()) * span
                self._show(start, start + span)
            return
        place, words = lanes.hits.at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor)
        if words:
            QToolTip.showText(event.globalPosition().toPoint(), tooltip(words), self)
        else:
            QToolTip.hideText()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        self._pressed = None
        if self.lanes is not None and not self._is_dragged:
            place, _ = self.lanes.hits.at(event.position())
            if place >= 0:
                self.taken.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        lanes = self.lanes
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if lanes is not None and event.key() in steps:
            place = lanes.chosen + steps[Qt.Key(event.key())]
            if 0 <= place < len(lanes.names.material.debriefing.score.decisions):
                self.taken.emit(place)
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(STEP)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom(1 / STEP)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()

    def _show(self, from_s: float, until_s: float) -> None:
        assert self.lanes is not None
        lasts_s = self.lanes.names.material.debriefing.lasts_s
        span = min(until_s - from_s, lasts_s)
        start = min(max(0.0, from_s), lasts_s - span)
        self.lanes.from_s, self.lanes.until_s = start, start + span
        self.update()
