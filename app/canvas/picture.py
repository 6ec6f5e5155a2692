"""What the map widget shows, and where it looks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF
from PySide6.QtGui import QCloseEvent, QResizeEvent

from app.canvas.frames import FramedMap
from app.canvas.tiles import TileField
from gis.city import City
from maps.layers import Marks
from maps.outside import edge_of
from maps.overlay import Overlay
from maps.style import THEMES
from maps.tiles import nearest_level, scale_of
from maps.view import Box, View

NEAREST_FIT_LEVEL = -3


def on_a_level(view: View) -> View:
    """Return the view at the next coarser scale that tiles have, not too near."""
    level = max(NEAREST_FIT_LEVEL, math.ceil(math.log2(view.metres_per_pixel) * 2 - 1e-9))
    return view.zoomed(view.metres_per_pixel / scale_of(level))


class MapView(FramedMap):
    """Show a city and what happens in it; `MapCanvas` adds mouse, keys and tools."""

    # What is shown

    def set_city(self, city: City) -> None:
        """Show a city, all of it."""
        self.city = city
        self._ground.edge = edge_of(city)
        self._tiles.show_city(city.folder / "layers")
        self._ground.begin(self.theme)
        self._has_painted = False
        self._still.drop()
        self.show_all()

    def set_theme(self, name: str) -> None:
        """Change the look: "night" or "day"."""
        self.theme = THEMES[name]
        self._tiles.set_theme(name)
        self._ground.begin(self.theme)
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

    # Where it looks

    def set_view(self, view: View) -> None:
        """Look elsewhere at once; the size stays the widget's."""
        self._motion.zoom = None
        self.move_to(view.resized(self.width(), self.height(), self.devicePixelRatioF()))

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
        west, south = self._ground.edge.min(axis=0).tolist()
        east, north = self._ground.edge.max(axis=0).tolist()
        return west, south, east, north

    def zoom_by(self, levels: int, about: QPointF | None = None) -> None:
        """Come nearer (positive) or go back by so many levels, smoothly, with a screen point kept in place."""
        zoom = self._motion.zoom
        scale = zoom.target if zoom is not None else self._view.metres_per_pixel
        level = nearest_level(scale) - levels
        target = self._view.zoomed(self._view.metres_per_pixel / scale_of(level)).metres_per_pixel
        about = about if about is not None else QPointF(self.width() / 2, self.height() / 2)
        if not self.animates:
            self.move_to(self._view.zoomed(self._view.metres_per_pixel / target, (about.x(), about.y())))
            return
        self._motion.begin_zoom(self._view, target, about)
        self.repaint_soon()

    def stop_zoom(self) -> None:
        """Stay at the scale that a running zoom has reached."""
        self._motion.zoom = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        refit = self._refit
        self.move_to(self._view.resized(self.width(), self.height(), self.devicePixelRatioF()))
        if refit is not None:
            refit()
        super().resizeEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._tiles.close()
        super().closeEvent(event)
