"""Everything live over the tiles: layers of marks in order, picked through an rtree; scale bar and attribution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from maps.layers import Marks
from maps.live_places import CameraLayer, StationLayer
from maps.live_points import IncidentLayer, UnitLayer
from maps.live_routes import RouteLayer
from maps.live_shapes import CallerLayer, ClosureLayer, PlaceLayer
from maps.scene import LiveLayer, Scene
from maps.sprites import SpriteSheet
from maps.style import Theme
from maps.symbols import sign_font
from maps.view import View

PICK_PX = 8.0
PULSE_PX = 56.0


class Overlay:
    """Hold the live layers, paint them from the bottom up and find what lies under the cursor."""

    def __init__(self) -> None:
        self._layers: dict[str, LiveLayer] = {
            "closures": ClosureLayer(),
            "routes": RouteLayer(),  # its chips look for room before stations' names do
            "callers": CallerLayer(),
            "stations": StationLayer(),
            "cameras": CameraLayer(),
            "units": UnitLayer(),
            "incidents": IncidentLayer(),
            "places": PlaceLayer(),
        }
        self._marks: dict[str, tuple[Any, ...]] = dict.fromkeys(self._layers, ())
        self._index: Any = None
        self._entries: list[tuple[LiveLayer, int, str]] = []
        self._widest_px = 0.0
        self.sheet = SpriteSheet()

    def set_marks(self, **marks: Sequence[Any]) -> bool:
        """Replace the marks of the layers that are named; answers whether anything differs."""
        changed = False
        for name, new in marks.items():
            if name not in self._layers:
                raise KeyError(f"no layer of marks is called {name}; there are {', '.join(self._layers)}")
            new = tuple(new)
            if new == self._marks[name]:
                continue
            self._marks[name] = new
            self._layers[name].set_marks(new)
            self._index = None
            changed = True
        return changed

    @property
    def marks(self) -> Marks:
        """Return what is shown at the moment."""
        return Marks(**self._marks)

    def add_layer(self, name: str, layer: LiveLayer) -> None:
        """Put one more live layer on top of those there are."""
        self._layers[name] = layer
        self._marks[name] = ()
        self._index = None

    def pulsing(self, view: View) -> list[tuple[float, float]]:
        """Return the screen points in view around which (`PULSE_PX`) the next frame differs by itself."""
        xy = np.concatenate([layer.pulsing() for layer in self._layers.values()])
        across, down = view.to_screen(xy[:, 0], xy[:, 1])
        return [
            (x, y)
            for x, y in zip(across.tolist(), down.tolist(), strict=True)
            if -PULSE_PX < x < view.width + PULSE_PX and -PULSE_PX < y < view.height + PULSE_PX
        ]

    def paint(
        self,
        painter: QPainter,
        view: View,
        theme: Theme,
        now_s: float,
        *,
        is_moving: bool = False,
        most_new: int | None = None,
    ) -> bool:
        """Paint every layer, long lines without smooth edges while moving; the painter counts logical pixels.

        Answers whether all is there: a layer draws at most `most_new` new sprites, the next frame goes on.
        """
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene = Scene(painter, view, theme, self.sheet, now_s, is_moving, most_new)
        for layer in self._layers.values():
            layer.paint(scene)
        for layer in self._layers.values():
            layer.paint_over(scene)
        return all(layer.is_complete for layer in self._layers.values())

    def pick(self, view: View, across: float, down: float) -> tuple[str, str] | None:
        """Find the topmost mark within `PICK_PX` of a screen point: its kind and id. None where there is none."""
        found = self.pick_all(view, across, down)
        return found[0] if found else None

    def pick_all(self, view: View, across: float, down: float) -> list[tuple[str, str]]:
        """Find all marks within `PICK_PX` of a screen point, those right under it first, then from the top down."""
        if self._index is None:
            self._build_index()
        if not self._entries:
            return []
        x, y = (float(value) for value in view.to_ground(across, down))
        reach = (self._widest_px + PICK_PX) * view.metres_per_pixel
        candidates = sorted(self._index.intersection((x - reach, y - reach, x + reach, y + reach)), reverse=True)
        hits = []
        for number in candidates:
            layer, index, identity = self._entries[number]
            distance = layer.distance_px(index, view, across, down)
            if distance <= PICK_PX:
                hits.append((distance > 0, -number, (layer.kind, identity)))
        return [entry for _, _, entry in sorted(hits)]

    def _build_index(self) -> None:
        from rtree import index

        self._entries, boxes = [], []
        self._widest_px = 0.0
        for layer in self._layers.values():
            reach = layer.reach()
            if len(reach.ids):
                self._entries.extend((layer, number, identity) for number, identity in enumerate(reach.ids))
                boxes.append(reach.boxes)
                self._widest_px = max(self._widest_px, reach.pixels)
        if not self._entries:
            self._index = index.Index()
            return
        joined = np.concatenate(boxes)
        ids = np.arange(len(joined), dtype=np.int64)
        self._index = index.Index((ids, np.ascontiguousarray(joined[:, :2]), np.ascontiguousarray(joined[:, 2:])))


def paint_furniture(painter: QPainter, view: View, theme: Theme, attribution: str) -> None:
    """Paint the scale bar (bottom left) and whose data the map shows (bottom right); logical pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = sign_font(10, bold=False)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    plate = QColor(theme.halo)
    plate.setAlphaF(0.78)
    if attribution:
        text = metrics.elidedText(" ".join(attribution.split()), Qt.TextElideMode.ElideMiddle, view.width * 0.62)
        width = metrics.horizontalAdvance(text) + 12
        box = QRectF(view.width - width, view.height - 18, width, 18)
        painter.fillRect(box, plate)
        painter.setPen(QColor(theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    length_m = nice_length_m(view.metres_per_pixel * min(140.0, view.width * 0.25))
    width = length_m / view.metres_per_pixel
    left, bottom = 12.0, view.height - 10.0
    text = f"{length_m:g} m" if length_m < 1000 else f"{length_m / 1000:g} km"
    painter.fillRect(QRectF(left - 6, bottom - 22, width + 12, 28), plate)
    painter.setPen(QColor(theme.text))
    painter.drawText(QRectF(left, bottom - 21, width, 14), Qt.AlignmentFlag.AlignCenter, text)
    painter.setPen(QPen(QColor(theme.text), 1.6))
    painter.drawPolyline(
        [
            QPointF(left, bottom - 6),
            QPointF(left, bottom),
            QPointF(left + width, bottom),
            QPointF(left + width, bottom - 6),
        ]
    )


def nice_length_m(most_m: float) -> float:
    """Return the longest of 1, 2, 5, 10, ... metres that is not longer than `most_m`."""
    power = 10.0 ** math.floor(math.log10(most_m))
    return next(power * step for step in (5, 2, 1) if power * step <= most_m * (1 + 1e-9))
