"""The map widget: pan, zoom, pick and draw. Nothing but its user moves it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QLabel, QWidget

from app import wording
from app.canvas.picture import MapView
from app.canvas.tools import Sketch, Tool

CLICK_PX = 4
PAN_STEP_PX = 120
HOVER_MS = 30


class MapCanvas(MapView):
    """Show a city and what happens in it, and let the user look around, pick and draw.

    Coordinates in signals are lon/lat (WGS 84). `clicked` carries the keyboard modifiers and follows `picked`; `placed`
    answers the place tool; `drawn` carries a GeoJSON geometry type ("LineString", "Polygon") and the corners.
    `hovered` carries two empty texts when the cursor leaves a mark.
    """

    clicked = Signal(float, float, object)
    placed = Signal(float, float)
    picked = Signal(str, str)
    hovered = Signal(str, str)
    drawn = Signal(str, list)
    tool_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, workers: int | None = None) -> None:
        super().__init__(parent, workers=workers)
        self._tool = Tool.PAN
        self._sketch: Sketch | None = None
        self._pressed: QPointF | None = None
        self._dragged_from: QPointF | None = None
        self._cursor: QPointF | None = None
        self._hovering: tuple[str, str] | None = None
        self._wheel = 0.0
        self._describe: Callable[[str, str], str] = lambda kind, identity: ""
        self._hover = QTimer(self, singleShot=True, interval=HOVER_MS)
        self._hover.timeout.connect(self._look_under_cursor)
        self.marks_changed.connect(self._hover.start)
        self._card = QLabel(self)
        self._card.setTextFormat(Qt.TextFormat.PlainText)
        self._card.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._card.setMargin(6)
        self._card.hide()
        self.setMouseTracking(True)
        self.setAccessibleName(wording.text("map.name"))
        self._dress_card()

    def set_theme(self, name: str) -> None:
        """Change the look: "night" or "day"."""
        super().set_theme(name)
        self._dress_card()

    def set_description(self, describe: Callable[[str, str], str]) -> None:
        """Give the plain text of the card that is shown while the cursor is over a mark, from its kind and id."""
        self._describe = describe

    def paint_tools(self, painter: QPainter) -> None:
        """Paint the line or area that is being drawn, or the cross that Enter places."""
        if self._sketch is not None:
            self._sketch.paint(painter, self.view, self.theme, self._cursor)
        if self._tool is Tool.PLACE and self.hasFocus():
            middle = QPointF(self.width() / 2, self.height() / 2)
            painter.setPen(QPen(QColor(self.theme.selection), 1.6))
            for arm in (QPointF(9, 0), QPointF(0, 9)):
                painter.drawLine(middle - arm, middle + arm)

    # Tools, mouse and keys

    @property
    def tool(self) -> Tool:
        """Return what a click does."""
        return self._tool

    def set_tool(self, tool: Tool | str) -> None:
        """Choose what a click does: "pan", "place", "line" or "polygon"."""
        tool = Tool(tool)
        self._sketch = Sketch(tool) if tool in (Tool.LINE, Tool.POLYGON) else None
        self._tool = tool
        self.setCursor(Qt.CursorShape.ArrowCursor if tool is Tool.PAN else Qt.CursorShape.CrossCursor)
        self.tool_changed.emit(tool.value)
        self.repaint_soon()

    def _ground(self, at: QPointF) -> tuple[float, float]:
        x, y = self.view.to_ground(at.x(), at.y())
        return float(x), float(y)

    def _lonlat(self, at: QPointF) -> tuple[float, float]:
        assert self.city is not None
        lon, lat = self.city.to_lonlat(*self._ground(at))
        return float(lon), float(lat)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed = event.position()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        if self._pressed is not None:
            if self._dragged_from is None:
                way = self._cursor - self._pressed
                if abs(way.x()) + abs(way.y()) < CLICK_PX:
                    return
                self._dragged_from = self._pressed
                self.is_dragging = True
                self.stop_zoom()
                self._show_card(None)
            step = self._cursor - self._dragged_from
            self._dragged_from = self._cursor
            self.move_to(self.view.panned(step.x(), step.y()))
        else:
            self._hover.start()
            if self._sketch is not None:
                self.repaint_soon()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_click = self._pressed is not None and self._dragged_from is None
        self._pressed = self._dragged_from = None
        self.is_dragging = False
        if was_click and event.button() == Qt.MouseButton.LeftButton:
            self._click(event.position(), event.modifiers())
        self.repaint_soon()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._sketch is not None:
            self._finish_sketch()
        elif self._tool is Tool.PAN and event.button() == Qt.MouseButton.LeftButton:
            self.zoom_by(2, event.position())

    def _click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        if self.city is None:
            return
        if self._sketch is not None:
            if self._sketch.add(*self._ground(at), self.view):
                self._finish_sketch()
            return
        lon, lat = self._lonlat(at)
        if self._tool is Tool.PLACE:
            self._place(lon, lat)
            return
        found = self.overlay.pick(self.view, at.x(), at.y())
        if found is not None:
            self.picked.emit(*found)
        self.clicked.emit(lon, lat, modifiers)

    def _place(self, lon: float, lat: float) -> None:
        self.set_tool(Tool.PAN)
        self.placed.emit(lon, lat)

    def _finish_sketch(self) -> None:
        sketch = self._sketch
        if sketch is None or not sketch.is_enough or self.city is None:
            return
        corners = [tuple(float(value) for value in self.city.to_lonlat(x, y)) for x, y in sketch.corners]
        self.set_tool(Tool.PAN)
        self.drawn.emit(sketch.geometry_type, corners)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y() / 120
        levels = int(self._wheel)
        if levels:
            self._wheel -= levels
            self.zoom_by(levels, event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        steps = {
            Qt.Key.Key_Left: (PAN_STEP_PX, 0),
            Qt.Key.Key_Right: (-PAN_STEP_PX, 0),
            Qt.Key.Key_Up: (0, PAN_STEP_PX),
            Qt.Key.Key_Down: (0, -PAN_STEP_PX),
        }
        if key in steps:
            self.move_to(self.view.panned(*steps[Qt.Key(key)]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(-1)
        elif key == Qt.Key.Key_Home:
            self.show_all()
        elif key == Qt.Key.Key_Escape and self._tool is not Tool.PAN:
            self.set_tool(Tool.PAN)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._sketch is not None:
            self._finish_sketch()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._tool is Tool.PLACE and self.city is not None:
            self._place(*self._lonlat(QPointF(self.width() / 2, self.height() / 2)))
        elif key == Qt.Key.Key_Backspace and self._sketch is not None:
            self._sketch.drop_last()
            self.repaint_soon()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._cursor = None
        self._show_card(None)
        self.repaint_soon()
        super().leaveEvent(event)

    # The card at the cursor

    def _look_under_cursor(self) -> None:
        if self._cursor is None or self._pressed is not None:
            return
        self._show_card(self.overlay.pick(self.view, self._cursor.x(), self._cursor.y()))

    def _show_card(self, found: tuple[str, str] | None) -> None:
        if found != self._hovering:
            self._hovering = found
            self.hovered.emit(*(found or ("", "")))
            if self._tool is Tool.PAN:
                self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)
        text = self._describe(*found) if found is not None else ""
        if not text or self._cursor is None:
            self._card.hide()
            return
        self._card.setText(text)
        self._card.adjustSize()
        at = QPoint(round(self._cursor.x()) + 16, round(self._cursor.y()) + 18)
        at.setX(max(0, min(at.x(), self.width() - self._card.width() - 4)))
        if at.y() + self._card.height() > self.height():
            at.setY(max(0, round(self._cursor.y()) - self._card.height() - 10))
        self._card.move(at)
        self._card.show()

    def _dress_card(self) -> None:
        theme = self.theme
        self._card.setStyleSheet(
            f"background: {theme.halo}; color: {theme.text}; border: 1px solid {theme.neutral}; border-radius: 4px;"
        )
