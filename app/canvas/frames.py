"""The frames of the map widget: tiles below, live marks over them, copied from a kept picture or painted anew."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from app import jobs
from app.canvas.furniture import KeptFurniture
from app.canvas.ground import Ground
from app.canvas.large_memory import give_large_back
from app.canvas.motion import Motion, scaled
from app.canvas.still import NEAR_BORDER_PX, StillPicture
from app.canvas.tiles import TileField
from gis.city import City
from maps.listing import attribution_of
from maps.overlay import PULSE_PX, Overlay
from maps.painter import base_image
from maps.style import THEMES, Theme
from maps.view import View

FRAME_MS = 16
PULSE_MS = 40
REST_MS = 120
REST_TURN_S = 0.006  # at rest no frame is due while the next picture is painted


def usual_workers() -> int:
    """Return how many tile workers suit this machine: one a core, two at most."""
    return max(1, min(2, os.cpu_count() or 1))


class FramedMap(QWidget):
    """Paint a city and what happens in it, frame by frame; `picture.MapView` says what and where.

    `workers` is the number of tile processes; 0 paints in this process, a tile in each turn of the event loop.
    """

    view_changed = Signal(object)
    marks_changed = Signal()
    layers_changed = Signal()  # the base map is painted anew after an edit

    def __init__(self, parent: QWidget | None = None, *, workers: int | None = None) -> None:
        super().__init__(parent)
        give_large_back()
        self.city: City | None = None
        self.theme = THEMES["night"]
        self._view = View(0.0, 0.0, 10.0, max(1, self.width()), max(1, self.height()))
        self._motion = Motion()
        self._tiles = TileField(usual_workers() if workers is None else workers, self)
        self._tiles.changed.connect(self._tiles_came)
        self._overlay = Overlay()
        self._furniture = KeptFurniture()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._come_to_rest)
        self._ground = Ground(self._tiles, self._overlay, self._motion, self._rest.start)
        self._still = StillPicture(self._ground.parts, self)
        self._still.ended.connect(self._show_still)
        self._is_awaited = False  # whether a frame waits for the picture
        self._is_served = False  # whether the next frame shows it as it is, though something may have changed since
        self.marks_changed.connect(self._still.tell_changed)
        self.layers_changed.connect(self._still.tell_changed)
        self._may_lag = False  # whether the frame in hand may show ground of another view as it was last painted
        self._painted_at = 0.0
        self._painted_view: View | None = None
        self._has_painted = False
        self.begins_beside = False  # whether a job paints the first picture: where others work in windows already
        self.animates = True
        self._refit: Callable[[], None] | None = None  # what to show again while the widget's size changes
        self.frame_times_s: list[float] | None = None

        self._frame = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._show_frame)
        self._pulse = QTimer(self, singleShot=True, interval=PULSE_MS)
        self._pulse.timeout.connect(self._beat)

        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(200, 150)

    @property
    def view(self) -> View:
        """Return what is seen."""
        return self._view

    @property
    def is_dragging(self) -> bool:
        """Tell whether the user's hand moves the map."""
        return self._motion.is_dragging

    @is_dragging.setter
    def is_dragging(self, is_dragging: bool) -> None:
        self._motion.is_dragging = is_dragging

    @property
    def is_settled(self) -> bool:
        """Tell whether the picture is complete: all tiles and names there, nothing moving."""
        if self._motion.zoom is not None or self._is_awaited or self._is_served or self._frame.isActive():
            return False
        return self._ground.has_its_labels and self._tiles.is_complete(self._view)

    def move_to(self, view: View) -> None:
        """Look elsewhere by the user's hand."""
        self._refit = None
        if view == self._view:
            return
        self._view = view
        self._ground.choose_labels_again()
        self._rest.start()
        self.view_changed.emit(view)
        self.repaint_soon()

    def repaint_soon(self) -> None:
        """Ask for a frame: the next one comes 16 ms after the last at the earliest."""
        if not self._frame.isActive():
            since_ms = (time.monotonic() - self._painted_at) * 1000
            self._frame.start(max(0, round(FRAME_MS - since_ms)))
            self._await_still()

    def _await_still(self) -> bool:
        """Have the picture painted that a frame at rest shows; answers whether that is still to be done."""
        may_wait = self._has_painted and self.isVisible() and not self._motion.is_on
        return may_wait and self._still.want(self._view, turn_s=REST_TURN_S)

    def _show_frame(self) -> None:
        """Paint a frame; at rest, once the picture that it shows is painted, but a step of the view at once."""
        self._is_awaited = not self._is_served and self._await_still()
        if not self._is_awaited:
            self.update()
        elif self._view != self._painted_view and self._still.reaches(self._view):
            self._may_lag = True
            try:
                self.repaint()  # not in a later turn: somebody who grabs the widget is to see what is true
            finally:
                self._may_lag = False

    def _show_still(self, is_painted: bool) -> None:
        if self._motion.is_on:
            if is_painted:
                self.repaint_soon()
            return
        self._is_served = is_painted
        if self._is_awaited:
            self._is_awaited = False
            self.update()

    def _tiles_came(self) -> None:
        self._ground.choose_labels_again()
        self._still.tell_changed()
        self.repaint_soon()

    def _beat(self) -> None:
        """Paint again only what pulses; the frame that waits for its picture does it itself."""
        if self._is_awaited:
            return
        for x, y in self._overlay.pulsing(self._view):
            self.update(round(x - PULSE_PX), round(y - PULSE_PX), round(2 * PULSE_PX), round(2 * PULSE_PX))

    def _come_to_rest(self) -> None:
        self._ground.choose_labels_again()
        self._still.tell_changed()
        self.repaint_soon()

    def paintEvent(self, event: QPaintEvent) -> None:
        started = time.perf_counter()
        self._painted_at = time.monotonic()
        self._step_zoom()
        if self._view.device_pixel_ratio != self.devicePixelRatioF():
            self._view = self._view.resized(self.width(), self.height(), self.devicePixelRatioF())
        painter = QPainter(self)
        try:
            self._paint(painter, event.region())
        finally:
            painter.end()  # a painter that outlives its widget's frame takes the process with it
        self._painted_view = self._view
        if self._motion.zoom is not None:
            self.repaint_soon()
        elif self.isVisible() and not self._pulse.isActive() and self._overlay.pulsing(self._view):
            self._pulse.start()
        if self.frame_times_s is not None:
            self.frame_times_s.append(time.perf_counter() - started)

    def _paint(self, painter: QPainter, region: QRegion) -> None:
        view = self._view
        if self.city is None:
            painter.fillRect(self.rect(), QColor(self.theme.ground))
            return
        if not self._has_painted:
            # The first picture comes directly; the workers start behind it.
            self._has_painted = True
            if self._tiles.is_complete(view):
                pass
            elif self.begins_beside:
                self._begin_beside(self.city, view)
            else:
                self._tiles.set_first_picture(view, base_image(self.city, view, self.theme, is_draft=True))
        self._tiles.ask(self._motion.to_come(view))
        if not self._copy(painter, view, region):
            self._paint_anew(painter, view)
        self._ground.paint_edges(painter, view)
        self.paint_tools(painter)
        self._furniture.paint(
            painter, view, self.theme, attribution_of(self.city), is_moving=self._motion.zoom is not None
        )
        if self.hasFocus():
            frame, colour = self.rect(), QColor(self.theme.route)
            for edge in (
                frame.adjusted(0, 0, 0, 2 - frame.height()),
                frame.adjusted(0, frame.height() - 2, 0, 0),
                frame.adjusted(0, 0, 2 - frame.width(), 0),
                frame.adjusted(frame.width() - 2, 0, 0, 0),
            ):
                painter.fillRect(edge, colour)  # a stroked rectangle costs a millisecond

    def _begin_beside(self, city: City, view: View) -> None:
        theme = self.theme

        def work(job: jobs.Job) -> tuple[City, View, Theme, QImage]:
            return city, view, theme, base_image(city, view, theme, is_draft=True)

        jobs.start(work, done=self._take_first)

    def _take_first(self, found: tuple[City, View, Theme, QImage]) -> None:
        city, view, theme, image = found
        if city is self.city and theme is self.theme:
            self._tiles.set_first_picture(view, image)
            self._still.tell_changed()
            self.repaint_soon()

    def _copy(self, painter: QPainter, view: View, region: QRegion) -> bool:
        """Paint a region of a frame from the kept picture; answers whether there is one that may be shown.

        A moving map shows what is there and has painted what comes. At rest nothing old is shown, but to one who steps
        on, and where a widget over the map changes while the rest of it waits for its frame; what pulses is painted
        anew over the copy.
        """
        is_moving = self._motion.is_on
        if is_moving:
            self._is_awaited = self._is_served = False
            if self._motion.zoom is None:
                self._still.want(view, border_px=NEAR_BORDER_PX)
            elif not self._still.reaches(to_come := self._motion.to_come(view)):
                self._still.want(to_come)
        else:
            is_whole, is_due = region == QRegion(self.rect()), self._is_awaited or self._frame.isActive()
            is_aside = is_due and not is_whole and view == self._painted_view and self._still.reaches(view)
            if is_aside and not region.intersects(self._ground.pulsing(view)):
                return self._still.draw(painter, view) is not None
            may_show, self._is_served = self._is_served or self._may_lag or self._still.is_true(view), False
            if not (is_whole and may_show):
                return False
        empty = self._still.draw(painter, view)
        if empty is None:
            return False
        if self._motion.zoom is None:
            self._still.drop_old()
        self._ground.fill(painter, view, empty)
        if is_moving:
            return True
        if not self._still.is_true(view):
            self.repaint_soon()
        boxes = self._ground.pulsing(view)
        if not boxes.isEmpty():
            painter.save()
            painter.setClipRegion(boxes)
            self._paint_anew(painter, view)
            painter.restore()
        return True

    def _paint_anew(self, painter: QPainter, view: View) -> None:
        if not self._ground.paint(painter, view, is_rough=self._motion.is_on or self._rest.isActive()):
            self.repaint_soon()

    def paint_tools(self, painter: QPainter) -> None:
        """Paint what a tool shows over the map; nothing here."""

    def _step_zoom(self) -> None:
        zoom = self._motion.zoom
        if zoom is None:
            return
        scale = zoom.now()
        if scale == zoom.target:
            self._motion.zoom, self._is_served = None, True
        self.move_to(scaled(self._view, scale, zoom.about))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.repaint_soon()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.repaint_soon()
