"""The picture in the map widget: tiles below, live marks over them, and where it looks."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QFocusEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.canvas.furniture import KeptFurniture
from app.canvas.large_memory import give_large_back
from app.canvas.still import NEAR_BORDER_PX, StillPicture
from app.canvas.tiles import TileField
from gis.city import City
from maps.labels import LabelBoard
from maps.layers import Marks
from maps.listing import attribution_of
from maps.outside import edge_of, paint_outside
from maps.overlay import PULSE_PX, Overlay
from maps.painter import base_image
from maps.style import THEMES
from maps.tiles import nearest_level, scale_of
from maps.view import Box, View

FRAME_MS = 16
PULSE_MS = 40
ZOOM_S = 0.14
REST_MS = 120
LABELS_EVERY_S = 0.2
MOVING_LABELS_S = 0.0012  # of a frame for choosing labels and drawing new ones
STILL_LABELS_S = 0.002
PART_S = 0.003  # between two frames
MOST_NEW_SPRITES = 30
NEAREST_FIT_LEVEL = -3


def on_a_level(view: View) -> View:
    """Return the view at the next coarser scale that tiles have, not too near."""
    level = max(NEAREST_FIT_LEVEL, math.ceil(math.log2(view.metres_per_pixel) * 2 - 1e-9))
    return view.zoomed(view.metres_per_pixel / scale_of(level))


def usual_workers() -> int:
    """Return how many tile workers suit this machine: one a core, two at most."""
    return max(1, min(2, os.cpu_count() or 1))


class MapView(QWidget):
    """Show a city and what happens in it; `MapCanvas` adds mouse, keys and tools.

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
        self._goal: tuple[float, float, float, QPointF] | None = None  # start time, from, to scale, about
        self._tiles = TileField(usual_workers() if workers is None else workers, self)
        self._tiles.changed.connect(self._tiles_came)
        self._board = LabelBoard(self.theme)
        self._labels_at = 0.0
        self._labels_are_due = True
        self._labels_are_drawn = False
        self._overlay = Overlay()
        self._furniture = KeptFurniture()
        self._still = StillPicture((self._still_tiles, self._still_labels, self._still_marks), self)
        self._still.ended.connect(self._show_still)
        self._is_awaited = False  # whether a frame waits for the picture
        self._is_served = False  # whether the next frame shows it as it is, though something may have changed since
        self.marks_changed.connect(self._still.tell_changed)
        self.layers_changed.connect(self._still.tell_changed)
        self._painted_at = 0.0
        self._has_painted = False
        self.animates = True
        self.is_dragging = False
        self._refit: Callable[[], None] | None = None  # what to show again while the widget's size changes
        self._edge = np.empty((0, 2))
        self.frame_times_s: list[float] | None = None

        self._frame = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._show_frame)
        self._pulse = QTimer(self, singleShot=True, interval=PULSE_MS)
        self._pulse.timeout.connect(self._beat)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._come_to_rest)

        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(200, 150)

    # What is shown

    def set_city(self, city: City) -> None:
        """Show a city, all of it."""
        self.city = city
        self._edge = edge_of(city)
        self._tiles.show_city(city.folder / "layers")
        self._board = LabelBoard(self.theme)
        self._has_painted = False
        self._still.drop()
        self.show_all()

    def set_theme(self, name: str) -> None:
        """Change the look: "night" or "day"."""
        self.theme = THEMES[name]
        self._tiles.set_theme(name)
        self._board = LabelBoard(self.theme)
        self._labels_are_due = True
        self._has_painted = False
        self._still.drop()
        self.repaint_soon()

    @property
    def marks(self) -> Marks:
        """Return every mark that is drawn now."""
        return self._overlay.marks

    def set_marks(self, **marks: Sequence[Any]) -> None:
        """Replace the marks of layers by name (`units=`, `incidents=`, ...; see `maps.layers.Marks`)."""
        if self._overlay.set_marks(**marks):
            self.marks_changed.emit()
            self.repaint_soon()

    def refresh_layers(self) -> None:
        """Paint the base map again after one of its layers was edited."""
        self._tiles.refresh()
        self.layers_changed.emit()
        self.repaint_soon()

    @property
    def overlay(self) -> Overlay:
        """Return the live layers."""
        return self._overlay

    @property
    def tiles(self) -> TileField:
        """Return the base map."""
        return self._tiles

    @property
    def is_settled(self) -> bool:
        """Tell whether the picture is complete: all tiles and names there, nothing moving."""
        if self._goal is not None or self._labels_are_due or not self._labels_are_drawn:
            return False
        if self._is_awaited or self._is_served:
            return False
        return self._tiles.is_complete(self._view)

    # Where it looks

    @property
    def view(self) -> View:
        """Return what is seen."""
        return self._view

    def set_view(self, view: View) -> None:
        """Look elsewhere at once; the size stays the widget's."""
        self._goal = None
        self.move_to(view.resized(self.width(), self.height(), self.devicePixelRatioF()))

    def move_to(self, view: View) -> None:
        """Look elsewhere by the user's hand."""
        self._refit = None
        if view == self._view:
            return
        self._view = view
        self._labels_are_due = True
        self._rest.start()
        self.view_changed.emit(view)
        self.repaint_soon()

    def go_to(self, lon: float, lat: float, metres_per_pixel: float | None = None) -> None:
        """Look at a place, at the same scale where none is given."""
        if self.city is None:
            return
        x, y = self.city.to_metric(lon, lat)
        if not (math.isfinite(x) and math.isfinite(y)):
            return
        view = self._view.centred(float(x), float(y))
        if metres_per_pixel is not None:
            view = view.zoomed(view.metres_per_pixel / metres_per_pixel)
        self.set_view(view)

    def fit(self, box: Box) -> None:
        """Show a box of ground (metric CRS: xmin, ymin, xmax, ymax) at a scale that tiles have, not too near."""
        self.set_view(on_a_level(self._view.fit(box)))

    def show_all(self) -> None:
        """Show the whole city, also while the widget's size changes, until somebody looks elsewhere."""
        if self.city is None:
            return
        self.fit(self.city_box())
        self._refit = self.show_all

    def show_start(self, must_see: Sequence[tuple[float, float]] = ()) -> None:
        """Show the city large, with all points (x, y) on the screen, until somebody looks elsewhere."""
        if self.city is None:
            return
        box = self.city_box()
        whole = on_a_level(self._view.fit(box))
        chosen = on_a_level(self._view.fill(box, must_see))
        self.set_view(chosen if chosen.metres_per_pixel < whole.metres_per_pixel else whole)
        self._refit = lambda: self.show_start(must_see)

    def city_box(self) -> Box:
        """Return the box of the city's ground (metric CRS); there must be a city."""
        west, south = self._edge.min(axis=0).tolist()
        east, north = self._edge.max(axis=0).tolist()
        return west, south, east, north

    def zoom_by(self, levels: int, about: QPointF | None = None) -> None:
        """Come nearer (positive) or go back by so many levels, smoothly, with a screen point kept in place."""
        scale = self._goal[2] if self._goal is not None else self._view.metres_per_pixel
        level = nearest_level(scale) - levels
        target = self._view.zoomed(self._view.metres_per_pixel / scale_of(level)).metres_per_pixel
        about = about if about is not None else QPointF(self.width() / 2, self.height() / 2)
        if not self.animates:
            self.move_to(self._view.zoomed(self._view.metres_per_pixel / target, (about.x(), about.y())))
            return
        self._goal = (time.monotonic(), self._view.metres_per_pixel, target, about)
        self.repaint_soon()

    def stop_zoom(self) -> None:
        """Stay at the scale that a running zoom has reached."""
        self._goal = None

    def _step_zoom(self) -> None:
        if self._goal is None:
            return
        started, start, target, about = self._goal
        share = min(1.0, (time.monotonic() - started) / ZOOM_S)
        eased = 1 - (1 - share) ** 2
        scale = target if share >= 1 else start * (target / start) ** eased
        if share >= 1:
            self._goal, self._is_served = None, True
        self.move_to(self._scaled(scale, about))

    def _scaled(self, metres_per_pixel: float, about: QPointF) -> View:
        """Return the view at just this scale, with a screen point kept in place."""
        view = self._view.zoomed(self._view.metres_per_pixel / metres_per_pixel, (about.x(), about.y()))
        return replace(view, metres_per_pixel=metres_per_pixel)

    # Painting

    def repaint_soon(self) -> None:
        """Ask for a frame: the next one comes 16 ms after the last at the earliest."""
        if not self._frame.isActive():
            since_ms = (time.monotonic() - self._painted_at) * 1000
            self._frame.start(max(0, round(FRAME_MS - since_ms)))
            self._await_still()

    def _await_still(self) -> bool:
        """Have the picture painted that a frame at rest shows; answers whether that is still to be done."""
        may_wait = self._has_painted and self.isVisible() and not self._is_moving
        return may_wait and self._still.want(self._view)

    def _show_frame(self) -> None:
        """Paint a frame; at rest, once the picture that it shows is painted."""
        self._is_awaited = not self._is_served and self._await_still()
        if not self._is_awaited:
            self.update()

    def _show_still(self, is_painted: bool) -> None:
        if self._is_moving:
            if is_painted:
                self.repaint_soon()
            return
        self._is_served = is_painted
        if self._is_awaited:
            self._is_awaited = False
            self.update()

    def _tiles_came(self) -> None:
        self._labels_are_due = True
        self._still.tell_changed()
        self.repaint_soon()

    def _beat(self) -> None:
        """Paint again only what pulses."""
        for x, y in self._overlay.pulsing(self._view):
            self.update(round(x - PULSE_PX), round(y - PULSE_PX), round(2 * PULSE_PX), round(2 * PULSE_PX))

    def _come_to_rest(self) -> None:
        self._labels_are_due = True
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
            self._paint(painter, is_whole=event.region() == QRegion(self.rect()))
        finally:
            painter.end()  # a painter that outlives its widget's frame takes the process with it
        if self._goal is not None:
            self.repaint_soon()
        elif self.isVisible() and not self._pulse.isActive() and self._overlay.pulsing(self._view):
            self._pulse.start()
        if self.frame_times_s is not None:
            self.frame_times_s.append(time.perf_counter() - started)

    def _paint(self, painter: QPainter, *, is_whole: bool) -> None:
        view = self._view
        if self.city is None:
            painter.fillRect(self.rect(), QColor(self.theme.ground))
            return
        if not self._has_painted:
            # The first picture comes directly; the workers start behind it.
            self._has_painted = True
            if not self._tiles.is_complete(view):
                self._tiles.set_first_picture(view, base_image(self.city, view, self.theme, is_draft=True))
        self._tiles.ask(self._view_to_come())
        if not self._copy(painter, view, is_whole):
            self._paint_anew(painter, view)
        self._overlay.paint_edges(painter, view, self.theme, time.monotonic())
        self.paint_tools(painter)
        self._furniture.paint(painter, view, self.theme, attribution_of(self.city), is_moving=self._goal is not None)
        if self.hasFocus():
            frame, colour = self.rect(), QColor(self.theme.route)
            for edge in (
                frame.adjusted(0, 0, 0, 2 - frame.height()),
                frame.adjusted(0, frame.height() - 2, 0, 0),
                frame.adjusted(0, 0, 2 - frame.width(), 0),
                frame.adjusted(frame.width() - 2, 0, 0, 0),
            ):
                painter.fillRect(edge, colour)  # a stroked rectangle costs a millisecond

    @property
    def _is_moving(self) -> bool:
        return self._goal is not None or self.is_dragging

    def _copy(self, painter: QPainter, view: View, is_whole: bool) -> bool:
        """Paint a frame from the kept picture; answers whether there is one that may be shown.

        A moving map shows what is there and has painted what comes. At rest nothing old is shown, and what pulses is
        painted anew over the copy.
        """
        if self._is_moving:
            self._is_awaited = self._is_served = False
            if self._goal is None:
                self._still.want(view, border_px=NEAR_BORDER_PX)
            elif not self._still.reaches(self._view_to_come()):
                self._still.want(self._view_to_come())
        else:
            may_show, self._is_served = self._is_served or self._still.is_true(view), False
            if not (is_whole and may_show):
                return False
        empty = self._still.draw(painter, view)
        if empty is None:
            return False
        if self._goal is None:
            self._still.drop_old()
        self._fill(painter, view, empty)
        if self._is_moving:
            return True
        if not self._still.is_true(view):
            self.repaint_soon()
        self._paint_pulses(painter, view)
        return True

    def _fill(self, painter: QPainter, view: View, empty: QRegion) -> None:
        """Paint the base map where the picture leaves the screen (a region in device pixels) empty."""
        if empty.isEmpty():
            return
        ratio = view.device_pixel_ratio
        for strip in empty:  # a clip of several parts costs a frame ten milliseconds
            painter.save()
            painter.scale(1 / ratio, 1 / ratio)
            painter.setClipRect(strip)
            painter.scale(ratio, ratio)
            self._tiles.draw(painter, view, self.theme, is_moving=True, within=strip)
            paint_outside(painter, view, self.theme, self._edge)
            painter.restore()

    def _paint_pulses(self, painter: QPainter, view: View) -> None:
        boxes = self._pulsing(view)
        if boxes.isEmpty():
            return
        painter.save()
        painter.setClipRegion(boxes)
        self._paint_anew(painter, view)
        painter.restore()

    def _pulsing(self, view: View) -> QRegion:
        """Return what of the widget differs from frame to frame by itself."""
        side = round(2 * PULSE_PX)
        boxes = QRegion()
        for x, y in self._overlay.pulsing(view):
            boxes += QRect(round(x - PULSE_PX), round(y - PULSE_PX), side, side)
        return boxes

    def _paint_anew(self, painter: QPainter, view: View) -> None:
        """Paint all that has its place on the ground."""
        self._paint_tiles(painter, view, is_moving=self._is_moving or self._rest.isActive())
        is_complete = self._paint_labels(painter, view)
        is_complete &= self._overlay.paint_ground(
            painter, view, self.theme, time.monotonic(), is_moving=self._is_moving, most_new=MOST_NEW_SPRITES
        )
        if not is_complete:
            self.repaint_soon()

    def _paint_tiles(self, painter: QPainter, view: View, *, is_moving: bool) -> None:
        self._tiles.draw(painter, view, self.theme, is_moving=is_moving)
        paint_outside(painter, view, self.theme, self._edge)

    def _paint_labels(self, painter: QPainter, view: View) -> bool:
        if self._goal is None:
            self._place_labels(view)
        budget_s = MOVING_LABELS_S if self._is_moving else STILL_LABELS_S
        is_placed = self._goal is not None or self._board.go_on(budget_s)
        self._labels_are_drawn = self._board.paint(painter, view, budget_s if is_placed else 0.0) and is_placed
        return self._labels_are_drawn

    def _still_tiles(self, painter: QPainter, view: View, _: bool) -> bool:
        self._paint_tiles(painter, view, is_moving=self._is_moving)
        return True

    def _still_labels(self, painter: QPainter, view: View, is_last: bool) -> bool | None:
        # Before a zoom ends those of the scale to come are chosen only where all are known: none is to vanish.
        if self._goal is None or self._tiles.is_complete(view):
            self._place_labels(view)
        is_ready = self._board.go_on(PART_S) and self._board.draw_new(view, PART_S)
        if not (is_ready or is_last):
            return None
        self._labels_are_drawn = self._board.paint(painter, view, 0.0) and is_ready
        return self._labels_are_drawn

    def _still_marks(self, painter: QPainter, view: View, _: bool) -> bool:
        return self._overlay.paint_ground(
            painter, view, self.theme, time.monotonic(), is_moving=self.is_dragging, most_new=MOST_NEW_SPRITES
        )

    def paint_tools(self, painter: QPainter) -> None:
        """Paint what a tool shows over the map; nothing here."""

    def _view_to_come(self) -> View:
        """Return the view at the end of a zoom, so that the right tiles are painted at once."""
        if self._goal is None:
            return self._view
        _, _, target, about = self._goal
        return self._view.zoomed(self._view.metres_per_pixel / target, (about.x(), about.y()))

    def _place_labels(self, view: View) -> None:
        if not self._labels_are_due:
            return
        now = time.monotonic()
        if now - self._labels_at < LABELS_EVERY_S:
            self._rest.start()
            return
        self._labels_at = now
        self._labels_are_due = False
        self._board.begin(self._tiles.labels(view), view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        refit = self._refit
        self.move_to(self._view.resized(self.width(), self.height(), self.devicePixelRatioF()))
        if refit is not None:
            refit()
        super().resizeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.repaint_soon()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.repaint_soon()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._tiles.close()
        super().closeEvent(event)
