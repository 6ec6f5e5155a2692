"""Paint areas under everything that happens: what is reached in time, whose zone it is.

They are quiet: the streets stay readable through them, and none can be picked.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from maps import symbols
from maps.foot import caption
from maps.kept_picture import KeptPicture
from maps.live_shapes import ShapeLayer
from maps.painter_paths import area_path
from maps.scene import Scene, boxes_around, overlap
from maps.strokes import Canvas, segments, stroke, thinned
from maps.style import Theme
from maps.view import Box

Rings = tuple[NDArray[np.float64], ...]

# Of the bands from the innermost on: how clearly they are filled, and their edges' dashes and gaps in pixels.
BANDS: tuple[tuple[float, tuple[float, float]], ...] = ((0.29, (1.0, 0.0)), (0.16, (12.0, 5.0)), (0.07, (3.0, 5.0)))
EDGE_PX = 2.2
ZONE_DASHES = (14.0, 6.0)
SMALLEST_HOLE_PX = 14.0
COARSEST_ZONE_NAME_PX = 46.0  # a zone that is narrower on the screen goes without its name


@dataclass(frozen=True, slots=True, eq=False)
class ReachMark:
    """What is reached within a limit: closed rings float64 (n, 2), holes among them; `label` is `4 min`.

    `caption` says what the bands are; the first mark's is shown."""

    limit_s: float
    rings: Rings
    label: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ZoneMark:
    """One area of somebody's: closed rings float64 (n, 2), its name and the point where that stands."""

    name: str
    rings: Rings
    label_x: float
    label_y: float


class AreaLayer(ShapeLayer, ABC):
    """What the layers of areas share: a picture that is kept, and nothing to pick."""

    is_pickable = False

    def __init__(self) -> None:
        super().__init__()
        self._picture = KeptPicture()
        self._version = 0

    def set_marks(self, marks: Sequence[object]) -> None:
        """Replace the marks."""
        super().set_marks(marks)
        self._version += 1
        if not self.marks:
            self._picture.forget()

    def paint(self, scene: Scene) -> None:
        """Copy the kept picture, painted anew where it must be."""
        if self.marks:
            self._picture.paint(scene, self._key(), lambda canvas: self.draw(canvas, scene.theme))

    @abstractmethod
    def draw(self, canvas: Canvas, theme: Theme) -> None:
        """Paint the marks in device pixels."""

    def _key(self) -> Hashable:
        return self._version


class ReachLayer(AreaLayer):
    """Bands of what is reached in time, the nearest the clearest, with the minutes on their edges."""

    kind = "reach"

    def set_marks(self, marks: Sequence[ReachMark]) -> None:
        """Replace the marks: the smallest limit is the innermost band."""
        super().set_marks(sorted((mark for mark in marks if mark.rings), key=lambda mark: mark.limit_s))

    def draw(self, canvas: Canvas, theme: Theme) -> None:
        """Fill each band without the one inside it, and draw the edges over all."""
        inner: list[NDArray[np.float64]] = []
        edges: list[tuple[list[NDArray[np.float64]], tuple[float, float]]] = []
        mark: ReachMark
        for place, mark in enumerate(self.marks):
            clear, dashes = BANDS[min(place, len(BANDS) - 1)]
            rings = _placed(canvas, mark.rings, SMALLEST_HOLE_PX)
            colour = QColor(theme.reach)
            colour.setAlphaF(clear)
            _fill(canvas.painter, [*rings, *inner], colour)
            edges.append((rings, dashes))
            inner = rings
        for rings, dashes in reversed(edges):
            _outline(canvas, rings, theme.ground, EDGE_PX + 2.0)
            _outline(canvas, rings, theme.reach, EDGE_PX, dashes)

    def paint_over(self, scene: Scene) -> None:
        """Write the minutes on the edges."""
        theme = scene.theme
        mark: ReachMark
        for mark in self.marks:
            if not mark.label:
                continue
            spot = scene.sheet.spot(
                (self.kind, theme.name, scene.scale, mark.label),
                lambda label=mark.label: symbols.chip(label, 11, theme.text, theme.halo, theme.reach, scene.scale),
            )
            size = (spot.width / scene.scale, spot.height / scene.scale)
            at = _edge_places(mark.rings, scene)
            free = overlap(boxes_around(at, *size), scene.taken_boxes()) == 0
            at = at[free]
            scene.take(boxes_around(at, *size))
            scene.paint_sprites(at, np.repeat(np.array([spot], dtype=np.float64), len(at), axis=0))

    def paint_at_edges(self, scene: Scene) -> None:
        """Write what the bands are."""
        if self.marks and self.marks[0].caption:
            caption(scene, self.marks[0].caption, scene.theme.reach)


class ZoneLayer(AreaLayer):
    """Quiet boundary lines with the zones' names."""

    kind = "zone"

    def draw(self, canvas: Canvas, theme: Theme) -> None:
        """Paint the boundaries."""
        seen = canvas.view.box
        rings = [ring for mark in self.marks for ring in mark.rings if _meets(ring, seen)]
        placed = _placed(canvas, rings)
        _outline(canvas, placed, theme.halo, EDGE_PX + 1.4)
        _outline(canvas, placed, theme.zone, EDGE_PX - 0.4, ZONE_DASHES)

    def paint_over(self, scene: Scene) -> None:
        """Write the names where there is room."""
        theme = scene.theme
        mark: ZoneMark
        for mark in self.marks:
            width_px = np.ptp(mark.rings[0][:, 0]) / scene.view.metres_per_pixel if mark.rings else 0.0
            at = scene.to_screen(np.array([[mark.label_x, mark.label_y]]))
            if not mark.name or width_px < COARSEST_ZONE_NAME_PX or not scene.in_view(at, 0)[0]:
                continue
            spot = scene.sheet.spot(
                (self.kind, theme.name, scene.scale, mark.name[:40]),
                lambda name=mark.name[:40]: _name(name, theme, scene.scale),
            )
            box = boxes_around(at, spot.width / scene.scale, spot.height / scene.scale)
            if not overlap(box, scene.taken_boxes()).any():
                scene.take(box)
                scene.paint_sprites(at, np.array([spot], dtype=np.float64))


def _placed(canvas: Canvas, rings: Sequence[NDArray[np.float64]], least_px: float = 0.0) -> list[NDArray[np.float64]]:
    """Turn rings into device pixels without the points, and the small rings, that nobody can tell apart."""
    least = least_px * canvas.view.metres_per_pixel
    found = []
    for ring in rings:
        if np.ptp(ring, axis=0).max() >= least:
            points, _ = thinned(canvas.to_device(ring), np.array([len(ring)]), 0.75)
            found.append(points)
    return found


def _fill(painter: QPainter, rings: Sequence[NDArray[np.float64]], colour: QColor) -> None:
    painter.fillPath(area_path(rings), colour)


def _outline(
    canvas: Canvas,
    rings: Sequence[NDArray[np.float64]],
    colour: str,
    width_px: float,
    dashes: tuple[float, float] = (1.0, 0.0),
) -> None:
    if not rings:
        return
    if dashes[1]:
        pieces = np.concatenate([dashed(ring, *(length * canvas.scale for length in dashes)) for ring in rings])
    else:
        pieces = segments(np.concatenate(rings), np.array([len(ring) for ring in rings]))
    stroke(canvas, pieces, colour, width_px)


def dashed(line: NDArray[np.float64], dash: float, gap: float) -> NDArray[np.float64]:
    """Cut a line (n, 2) into dashes, segments (m, 4); Qt's own dashes take a hundred times as long.

    A dash is straight from its start to its end: it cuts the corners within it.
    """
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    starts = np.arange(0.0, along[-1], dash + gap)
    ends = np.minimum(starts + dash, along[-1])
    return np.stack([np.interp(at, along, line[:, axis]) for at in (starts, ends) for axis in (0, 1)], axis=1)


def _meets(ring: NDArray[np.float64], box: Box) -> bool:
    low, high = ring.min(axis=0), ring.max(axis=0)
    return bool(low[0] <= box[2] and high[0] >= box[0] and low[1] <= box[3] and high[1] >= box[1])


def _edge_places(rings: Rings, scene: Scene) -> NDArray[np.float64]:
    """Choose screen points on the outline for its label: its four ends, so that they stay while the map moves.

    Where none of them is in view, the point of the outline that is nearest to the middle of the screen.
    """
    longest = max(rings, key=len)
    ends = longest[[longest[:, 1].argmax(), longest[:, 0].argmax(), longest[:, 1].argmin(), longest[:, 0].argmin()]]
    placed = scene.to_screen(np.unique(ends, axis=0))
    seen = placed[scene.in_view(placed, -24)]
    if len(seen):
        return seen
    placed = scene.to_screen(longest)
    placed = placed[scene.in_view(placed, -24)]
    if not len(placed):
        return np.empty((0, 2))
    away = np.hypot(*(placed - (scene.view.width / 2, scene.view.height / 2)).T)
    return placed[[away.argmin()]]


def _name(text: str, theme: Theme, scale: float) -> QImage:
    """Draw a zone's name with a halo, no plate: it is ground, not something that happens."""
    size_px = 12.0
    font = symbols.sign_font(size_px)
    outline = QPainterPath()
    outline.addText(QPointF(0, 0), font, text)
    box = outline.boundingRect()
    outline.translate(-box.center().x(), -box.center().y())

    def draw(painter: QPainter) -> None:
        halo = QColor(theme.halo)
        halo.setAlphaF(0.85)
        painter.strokePath(
            outline, QPen(halo, 3.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.fillPath(outline, QColor(theme.zone))

    return symbols.drawn(box.width() + 8, size_px + 10, scale, draw)
