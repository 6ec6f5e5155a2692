"""The whole city in a small picture at the lower right of a map: where it looks, and where something happens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolButton, QWidget

from app import jobs
from app.canvas.canvas import MapCanvas
from app.wording import text
from maps.listing import listing_of
from maps.painter import base_image
from maps.style import THEMES, mixed, priority_colour
from maps.user_layers import LayerList
from maps.view import View

if TYPE_CHECKING:
    from gis.city import City
    from gis.columns import LayerColumns

LONGER_PX, LEAST_PX = 190, 90
RIGHT_PX, BOTTOM_PX = 10, 26  # above the line of attribution
LEAST_MAP_PX = 900
LEAST_HEIGHT_PX = 420
LEAST_FRAME_PX = 7.0
BUTTON_PX = 22
CLOSED = ("", "closed")


class QuietCity:
    """A city's own layers alone: what was laid over them would bury a picture of two hundred pixels."""

    def __init__(self, city: City) -> None:
        self._city = city
        listing = listing_of(city)
        self.listing = LayerList(tuple(replace(one, is_shown=False) for one in listing.layers), listing.hidden)

    def layer_names(self) -> tuple[str, ...]:
        """Name the layers there are."""
        return self._city.layer_names()

    def layer(self, name: str) -> LayerColumns:
        """Open one of them."""
        return self._city.layer(name)


class MiniMap(QWidget):
    """Show the city, the view's frame and the open incidents of one canvas; a click or a drag moves that map.

    The picture of the city is painted in a job, once a look and after an edit of a layer.
    """

    def __init__(self, canvas: MapCanvas, language: str, *, is_open: bool = True) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._language = language
        self._is_open = is_open
        self._ground: View | None = None  # what the picture shows, in this widget's pixels
        self._picture: QImage | None = None
        self._painted: tuple[object, ...] = ()
        self._asked: tuple[object, ...] = ()
        self._edits = 0
        self.dots: tuple[tuple[float, float, int], ...] = ()  # x, y, priority; the most urgent last
        self._incidents: object = None
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setAccessibleName(text("mini.name", language))
        self.setToolTip(text("mini.name", language))
        self.button = QToolButton(canvas)
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.setFixedSize(BUTTON_PX, BUTTON_PX)
        self.button.setStyleSheet("padding: 0;")
        self.button.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.button.clicked.connect(self.toggle)
        canvas.installEventFilter(self)
        canvas.view_changed.connect(self._on_view)
        canvas.marks_changed.connect(self._on_marks)
        canvas.layers_changed.connect(self._on_layers)
        canvas.set_key(Qt.Key.Key_N, self.toggle)
        self._arrange()

    @property
    def is_open(self) -> bool:
        """Tell whether somebody wants to see it; a narrow map hides it all the same."""
        return self._is_open

    def toggle(self) -> None:
        """Show it, or put it away."""
        self._is_open = not self._is_open
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return False

    # What it shows

    def _arrange(self) -> None:
        canvas = self._canvas
        has_room = canvas.width() >= LEAST_MAP_PX and canvas.height() >= LEAST_HEIGHT_PX
        if canvas.city is None or not has_room:
            self.hide()
            self.button.hide()
            return
        box = canvas.city_box()
        wide, high = box[2] - box[0], box[3] - box[1]
        factor = LONGER_PX / max(wide, high)
        self.resize(max(LEAST_PX, round(wide * factor)), max(LEAST_PX, round(high * factor)))
        self._ground = View(0.0, 0.0, 1.0, self.width(), self.height(), self.devicePixelRatioF()).fit(box, 0.03)
        self.move(canvas.width() - self.width() - RIGHT_PX, canvas.height() - self.height() - BOTTOM_PX)
        self.setVisible(self._is_open)
        self.button.setText("–" if self._is_open else "▣")
        words = text("mini.hide" if self._is_open else "mini.show", self._language)
        self.button.setToolTip(words)
        self.button.setAccessibleName(words)
        self.button.setProperty("role", "flat" if self._is_open else "")
        right, bottom = canvas.width() - RIGHT_PX, canvas.height() - BOTTOM_PX
        self.button.move(right - BUTTON_PX, (self.y() if self._is_open else bottom - BUTTON_PX))
        self.raise_()
        self.button.show()
        self.button.raise_()
        self._on_marks()
        self.update()

    def _on_view(self, _: object) -> None:
        if self.isVisible():
            self.update()

    def _on_marks(self) -> None:
        marks = self._canvas.marks.incidents
        if marks is not self._incidents and self._is_open:
            self._incidents = marks
            urgent_last = sorted(marks, key=lambda one: -one.priority)
            self.dots = tuple((one.x, one.y, one.priority) for one in urgent_last if one.stage not in CLOSED[1:])
            self.update()

    def _on_layers(self) -> None:
        self._edits += 1
        self.update()

    def _ask_picture(self, ground: View) -> None:
        """Have the city painted where the picture is of another look, size or edit."""
        canvas = self._canvas
        wanted = (canvas.city, canvas.theme.name, ground, self._edits)
        if wanted in (self._painted, self._asked) or canvas.city is None:
            return
        self._asked = wanted
        city, theme = canvas.city, canvas.theme

        def done(image: QImage) -> None:
            if self._asked == wanted:
                self._picture, self._painted = image, wanted
                self.update()

        jobs.start(lambda job: base_image(QuietCity(city), ground, theme), done=done)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._ground is None:
            return
        ground, theme = self._ground, THEMES[self._canvas.theme.name]
        self._ask_picture(ground)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(theme.ground))
        if self._picture is not None:
            painter.drawImage(self.rect(), self._picture)
        frame = self._frame(ground)
        shade = QColor(theme.halo)
        shade.setAlphaF(0.42)
        outer = QRectF(self.rect())
        for part in (
            QRectF(outer.left(), outer.top(), outer.width(), frame.top() - outer.top()),
            QRectF(outer.left(), frame.bottom(), outer.width(), outer.bottom() - frame.bottom()),
            QRectF(outer.left(), frame.top(), frame.left() - outer.left(), frame.height()),
            QRectF(frame.right(), frame.top(), outer.right() - frame.right(), frame.height()),
        ):
            if part.width() > 0 and part.height() > 0:
                painter.fillRect(part, shade)
        for x, y, priority in self.dots:
            across, down = (float(value) for value in ground.to_screen(x, y))
            painter.setPen(QPen(QColor(theme.halo), 1.2))
            painter.setBrush(QColor(priority_colour(theme, priority)))
            side = 3.4 if priority <= 2 else 2.6
            painter.drawEllipse(QPointF(across, down), side, side)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.selection), 1.4))
        painter.drawRect(frame)
        painter.setPen(QPen(QColor(mixed(theme.halo, theme.neutral, 0.6)), 1.0))
        painter.drawRect(QRectF(0.5, 0.5, self.width() - 1, self.height() - 1))
        painter.end()

    def _frame(self, ground: View) -> QRectF:
        """Return where the map's view lies in the small picture, never too small to be seen."""
        west, south, east, north = self._canvas.view.box
        across, down = ground.to_screen(np.array([west, east]), np.array([north, south]))
        left, right, top, bottom = (float(value) for value in (across[0], across[1], down[0], down[1]))
        grow_x = max(0.0, LEAST_FRAME_PX - (right - left)) / 2
        grow_y = max(0.0, LEAST_FRAME_PX - (bottom - top)) / 2
        whole = QRectF(QPointF(left - grow_x, top - grow_y), QPointF(right + grow_x, bottom + grow_y))
        return whole.intersected(QRectF(self.rect()).adjusted(0.7, 0.7, -0.7, -0.7))

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.button() == Qt.MouseButton.LeftButton:
            self._canvas.stop_zoom()
            self._canvas.is_dragging = True
            self._look_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self._canvas.is_dragging = False
        self._canvas.repaint_soon()

    def _look_at(self, at: QPointF) -> None:
        if self._ground is not None:
            held = QRectF(self.rect())
            x = min(max(at.x(), held.left()), held.right())
            y = min(max(at.y(), held.top()), held.bottom())
            across, down = self._ground.to_ground(x, y)
            self._canvas.move_to(self._canvas.view.centred(float(across), float(down)))
