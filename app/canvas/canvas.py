"""The map widget: pan, zoom, pick and draw. Nothing but its user moves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QLabel, QWidget

from app import wording
from app.canvas.picture import MapView
from app.canvas.tool_marks import paint_pin
from app.canvas.tool_measure import AreaHand, MeasureHand
from app.canvas.tool_reach import BufferHand, PerimeterHand
from app.canvas.tool_select import LassoHand, RectangleHand
from app.canvas.tool_sketch import LineHand, PolygonHand
from app.canvas.tools import Hand, HereHand, LonLat, LookHand, PlaceHand, Tool

CLICK_PX = 4
PAN_STEP_PX = 120
HOVER_MS = 30
HANDS: dict[Tool, type[Hand]] = {
    hand.tool: hand
    for hand in (
        LookHand, PlaceHand, HereHand, LineHand, PolygonHand, LassoHand, RectangleHand, MeasureHand, AreaHand,
        BufferHand, PerimeterHand,
    )
}  # fmt: skip
_PANS = {
    Qt.Key.Key_Left: (PAN_STEP_PX, 0),
    Qt.Key.Key_Right: (-PAN_STEP_PX, 0),
    Qt.Key.Key_Up: (0, PAN_STEP_PX),
    Qt.Key.Key_Down: (0, -PAN_STEP_PX),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class MapCanvas(MapView):
    """Show a city and what happens in it, and let the user look around, pick and draw.

    Coordinates in signals are lon/lat (WGS 84). `clicked` carries the keyboard modifiers and follows `picked`; `placed`
    answers the place tool; `drawn` carries a GeoJSON geometry type ("LineString", "Polygon") and the corners of the
    line and polygon tools, `finished` the `tools.Drawing` of all others that draw. `enclosed` carries (kind, id) pairs
    and a value of `tools.Taking`. `menu_wanted` carries a point of the widget and its lon, lat.
    `hovered` carries two empty texts when the cursor leaves a mark.
    """

    clicked = Signal(float, float, object)
    placed = Signal(float, float)
    picked = Signal(str, str)
    hovered = Signal(str, str)
    drawn = Signal(str, list)
    finished = Signal(object)
    enclosed = Signal(list, str)
    measured = Signal(str)
    asked_here = Signal(float, float)
    menu_wanted = Signal(QPoint, float, float)
    tool_changed = Signal(str)
    escaped = Signal()  # Esc while there was nothing to give up

    def __init__(self, parent: QWidget | None = None, *, workers: int | None = None) -> None:
        super().__init__(parent, workers=workers)
        self.perimeter_kind = ""  # what the perimeter tool draws
        self.place_in_hand: Callable[[], LonLat | None] = lambda: None
        self.selected_places: Callable[[], Sequence[LonLat]] = tuple
        self._hand: Hand = LookHand(self)
        self.pin: LonLat | None = None  # a place that a card over the map speaks of
        self._keys: dict[tuple[int, bool], Callable[[], object]] = {}
        self._pressed: QPointF | None = None
        self._button = Qt.MouseButton.NoButton
        self._dragged_from: QPointF | None = None
        self._is_taken = False  # whether the hand takes the drag
        self._cursor: QPointF | None = None
        self._hovering: tuple[str, str] | None = None
        self._wheel = 0.0
        self._describes: dict[str, Callable[[str, str], str]] = {"": lambda kind, identity: ""}
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

    def set_description(self, describe: Callable[[str, str], str], kind: str = "") -> None:
        """Give the plain text of the card that is shown while the cursor is over a mark, from its kind and id.

        With a `kind`, only for marks of that kind.
        """
        self._describes[kind] = describe

    def set_key(self, key: Qt.Key, do: Callable[[], object], *, shift: bool = False) -> None:
        """Give a key a meaning while the map has the focus; digits and the map's own keys come first."""
        self._keys[int(key), shift] = do

    def paint_tools(self, painter: QPainter) -> None:
        """Paint what the tool in hand draws, and the pin of a card."""
        if self.pin is not None and self.city is not None:
            paint_pin(painter, self.theme, self.on_screen(*self.ground_of(self.pin)))
        self._hand.paint(painter, self._cursor)

    # Where things are

    def ground(self, at: QPointF) -> tuple[float, float]:
        """Return x, y (metric CRS) of a point of the widget."""
        x, y = self.view.to_ground(at.x(), at.y())
        return float(x), float(y)

    def on_screen(self, x: float, y: float) -> QPointF:
        """Return the point of the widget of a place on the ground."""
        across, down = self.view.to_screen(x, y)
        return QPointF(float(across), float(down))

    def lonlat(self, at: QPointF) -> LonLat:
        """Return lon, lat of a point of the widget; there must be a city."""
        return self.lonlat_of(*self.ground(at))

    def lonlat_of(self, x: float, y: float) -> LonLat:
        """Return lon, lat of a place on the ground; there must be a city."""
        assert self.city is not None
        lon, lat = self.city.to_lonlat(x, y)
        return float(lon), float(lat)

    def ground_of(self, place: LonLat) -> tuple[float, float]:
        """Return x, y (metric CRS) of lon, lat; there must be a city."""
        assert self.city is not None
        x, y = self.city.to_metric(*place)
        return float(x), float(y)

    def middle(self) -> QPointF:
        """Return the middle of the widget."""
        return QPointF(self.width() / 2, self.height() / 2)

    # Tools, mouse and keys

    @property
    def tool(self) -> Tool:
        """Return what the mouse does."""
        return self._hand.tool

    @property
    def hand(self) -> Hand:
        """Return the tool in hand."""
        return self._hand

    def set_tool(self, tool: Tool | str) -> None:
        """Choose what the mouse does, by a value of `tools.Tool`; whatever was begun is given up."""
        self._hand = HANDS[Tool(tool)](self)
        self._is_taken = False
        self.setCursor(self._hand.cursor)
        self.tool_changed.emit(self._hand.tool.value)
        self.repaint_soon()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if self._pressed is not None:
            return  # a second button while one is held means nothing
        self._pressed, self._button = event.position(), event.button()
        self._is_taken = (
            self._button == Qt.MouseButton.LeftButton
            and self.city is not None
            and self._hand.press(event.position(), event.modifiers())
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        if self._pressed is None:
            self._hover.start()
            if self._hand.tool is not Tool.PAN:
                self.repaint_soon()
            return
        if self._dragged_from is None:
            way = self._cursor - self._pressed
            if self._button == Qt.MouseButton.RightButton or abs(way.x()) + abs(way.y()) < CLICK_PX:
                return
            self._dragged_from = self._pressed
            self._show_card(None)
            if not self._is_taken:
                self.is_dragging = True
                self.stop_zoom()
        if self._is_taken:
            self._hand.drag(self._cursor)
            return
        step = self._cursor - self._dragged_from
        self._dragged_from = self._cursor
        self.move_to(self.view.panned(step.x(), step.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() != self._button:
            return
        was_click = self._pressed is not None and self._dragged_from is None
        was_taken = self._is_taken and self._dragged_from is not None
        self._pressed = self._dragged_from = None
        self._button = Qt.MouseButton.NoButton
        self._is_taken = self.is_dragging = False
        if self.city is not None:
            if was_taken:
                self._hand.release(event.position(), event.modifiers())
            elif was_click and event.button() == Qt.MouseButton.LeftButton:
                self._hand.click(event.position(), event.modifiers())
            elif was_click and event.button() == Qt.MouseButton.RightButton and not self._hand.back():
                self._ask_menu(event.position().toPoint())
        self.repaint_soon()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton and self.city is not None:
            self._hand.double_click(event.position())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.city is not None:
            self._ask_menu(self.middle().toPoint())
        event.accept()  # the mouse's is asked for when its button is let go

    def _ask_menu(self, at: QPoint) -> None:
        self._show_card(None)
        self.menu_wanted.emit(at, *self.lonlat(QPointF(at)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel += event.angleDelta().y() / 120
        levels = int(self._wheel)
        if levels:
            self._wheel -= levels
            self.zoom_by(levels, event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._press_key(event):
            super().keyPressEvent(event)

    def _press_key(self, event: QKeyEvent) -> bool:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if key in _PANS:
            self.move_to(self.view.panned(*_PANS[key]))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(1)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(-1)
        elif key == Qt.Key.Key_Home:
            self.show_all()
        elif self.city is None:
            return False
        elif key == Qt.Key.Key_Escape:
            if self._hand.tool is Tool.PAN:
                self.escaped.emit()
                return False
            if not self._hand.escape():
                self.set_tool(Tool.PAN)
        elif key in _ENTER:
            return self._hand.enter()
        elif key == Qt.Key.Key_Backspace:
            return self._hand.back()
        elif modifiers & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            return False  # Ctrl, Alt and Meta are the window's
        elif event.text() and self._hand.write(event.text()):
            return True
        elif (do := self._keys.get((int(key), bool(modifiers & Qt.KeyboardModifier.ShiftModifier)))) is not None:
            do()
        else:
            return False
        return True

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
            if self._hand.tool is Tool.PAN:
                self.setCursor(Qt.CursorShape.PointingHandCursor if found else Qt.CursorShape.ArrowCursor)
        text = self._describes.get(found[0], self._describes[""])(*found) if found is not None else ""
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
