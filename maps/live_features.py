"""The features of user layers as something to point at: found under the cursor, and ringed while they are in hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from maps.listing import DrawnLayers
from maps.live_shapes import ShapeLayer
from maps.scene import Hit, Reach, Scene
from maps.strokes import gathered, polylines, segments, stroke, thinned
from maps.user_layers import LayerList
from maps.view import View

MOST_RINGS = 800  # of points in view that are in hand: more rings than this cost a frame its time
MOST_SHAPES = 5_000
RING_PX = 8.0


@dataclass(frozen=True, slots=True, eq=False)
class FeaturesMark:
    """What can be pointed at: the layers with the list that is drawn; `picked` of `layer` are in hand, int64 (n,)."""

    layers: DrawnLayers
    listing: LayerList
    layer: str = ""
    picked: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


def feature_id(layer: str, index: int) -> str:
    """Name a feature for picking."""
    return f"{layer}/{index}"


def feature_of(identity: str) -> tuple[str, int]:
    """Read a feature's layer and number off its name."""
    layer, _, index = identity.rpartition("/")
    return layer, int(index)


class FeatureLayer(ShapeLayer):
    """Find features of the user layers, and paint a ring or an outline round those in hand."""

    kind = "feature"

    def reach(self) -> Reach:
        """Nothing is found by boxes; `hits` looks."""
        return Reach((), np.empty((0, 4)), 0.0)

    def hits(self, view: View, across: float, down: float, within_px: float) -> list[Hit]:
        """Find the features that are drawn at a point; they rank after any mark right under it."""
        from maps.user_pick import features_at

        found: list[Hit] = []
        mark: FeaturesMark
        for mark in self.marks:
            if mark.listing.layers:
                at = features_at(mark.layers, mark.listing, view, across, down)
                found += [Hit(1.0, -place, self.kind, feature_id(*one)) for place, one in enumerate(at)]
        return found

    def paint(self, scene: Scene) -> None:
        """Paint what is in hand."""
        mark: FeaturesMark
        for mark in self.marks:
            if len(mark.picked) and mark.layer in mark.layers.layer_names():
                _paint(scene, mark)


def _paint(scene: Scene, mark: FeaturesMark) -> None:
    layer = mark.layers.layer(mark.layer)
    west, south, east, north = scene.view.grown_box(RING_PX * 2)
    picked = mark.picked[mark.picked < layer.count]
    boxes = layer.boxes[picked]
    seen = (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    found = picked[seen]
    if not len(found):
        return
    points, sizes, _ = gathered(layer, found[: MOST_RINGS if layer.geometry == "point" else MOST_SHAPES])
    theme = scene.theme
    if layer.geometry == "point":
        _paint_rings(scene, scene.to_screen(points))
        return
    with scene.device() as canvas:
        canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scene.is_moving)
        placed, sizes = thinned(canvas.to_device(points), sizes, 1.0)
        if len(sizes) > 400:  # a pen without joints: thousands of outlines in one stroke
            pieces = segments(placed, sizes)
            stroke(canvas, pieces, theme.halo, 5.0)
            stroke(canvas, pieces, theme.selection, 2.6)
        elif len(placed):
            polylines(canvas, placed, sizes, theme.halo, 6.0)
            polylines(canvas, placed, sizes, theme.selection, 3.0)


def _paint_rings(scene: Scene, placed: NDArray[np.float64]) -> None:
    painter = scene.painter
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((scene.theme.halo, 5.0), (scene.theme.selection, 2.4)):
        painter.setPen(QPen(QColor(colour), width))
        for x, y in placed.tolist():
            painter.drawEllipse(QPointF(x, y), RING_PX, RING_PX)
