"""Paint the ways of units: side by side where they share a street, each with a chip that covers nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QPainter

from maps import symbols
from maps.lanes import beside, lanes_of
from maps.layers import RouteMark
from maps.live_shapes import ShapeLayer
from maps.scene import Scene, boxes_around, overlap
from maps.strokes import polylines
from maps.style import Theme, department_colour
from maps.view import View

CHIP_SHARE = 0.35  # how far along a route its chip stands where there is room
LANE_PX = 5.5
MOST_LANES = 4


class RouteLayer(ShapeLayer):
    """Routes: solid for a unit that was sent, a dashed ghost for one that is only recommended; a chip says when."""

    kind = "route"

    def __init__(self) -> None:
        super().__init__()
        self._lanes: list[int] = []

    def set_marks(self, marks: Sequence[RouteMark]) -> None:
        """Replace the marks; sent ones are painted over ghosts."""
        self.marks = sorted((mark for mark in marks if len(mark.xy)), key=lambda mark: mark.is_sent)
        # Who was sent keeps the middle of the street; routes of one colour may lie on each other.
        order = sorted(range(len(self.marks)), key=lambda place: not self.marks[place].is_sent)
        found = lanes_of(
            [self.marks[place].xy for place in order],
            [(self.marks[place].department_kind, self.marks[place].is_sent) for place in order],
        )
        self._lanes = [0] * len(self.marks)
        for place, lane in zip(order, found, strict=True):
            self._lanes[place] = lane % MOST_LANES

    def id_of(self, mark: RouteMark) -> str:
        """Return the unit's id."""
        return mark.unit_id

    def xy_of(self, mark: RouteMark) -> NDArray[np.float64]:
        """Return the vertices (n, 2)."""
        return mark.xy

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Measure to the line on the street; its lane is no farther than a few pixels."""
        return max(0.0, super().distance_px(index, view, across, down) - self._lanes[index] * LANE_PX)

    def paint(self, scene: Scene) -> None:
        """Paint every route in its lane."""
        theme = scene.theme
        with scene.device() as canvas:
            canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing, not scene.is_moving)
            for mark, lane in zip(self.marks, self._lanes, strict=True):
                points = beside(canvas.to_device(mark.xy), lane * LANE_PX * scene.scale)
                sizes = np.array([len(points)])
                colour = route_colour(theme, mark)
                if mark.is_sent:
                    polylines(canvas, points, sizes, theme.ink, 7.5)
                    polylines(canvas, points, sizes, colour, 4.5)
                else:
                    ghost = QColor(theme.halo)
                    ghost.setAlphaF(0.7)
                    polylines(canvas, points, sizes, ghost, 5.5)
                    polylines(canvas, points, sizes, colour, 2.6, (3.2, 2.2))

    def paint_over(self, scene: Scene) -> None:
        """Paint every route's chip: whose it is and when it is there."""
        theme = scene.theme
        for mark, lane in zip(self.marks, self._lanes, strict=True):
            text = mark.label or mark.unit_id
            if mark.eta_s is not None and math.isfinite(mark.eta_s):
                text = f"{text}  {eta_text(mark.eta_s)}"
            colour = route_colour(theme, mark)
            spot = scene.sheet.spot(
                ("route", theme.name, scene.scale, text, colour, mark.is_sent),
                lambda text=text, colour=colour, sent=mark.is_sent: symbols.chip(
                    text, 11.5, theme.ink if sent else theme.text, colour if sent else theme.halo, colour, scene.scale
                ),
            )
            size = (spot.width / scene.scale, spot.height / scene.scale)
            at = _chip_place(beside(scene.to_screen(mark.xy), lane * LANE_PX), size, scene)
            if at is None:
                continue
            scene.take(boxes_around(at[None, :], *size))
            scene.paint_sprites(at[None, :], np.array([spot], dtype=np.float64))


def route_colour(theme: Theme, mark: RouteMark) -> str:
    """Return the colour of a route: its department's, or the common one."""
    return department_colour(theme, mark.department_kind) if mark.department_kind else theme.route


def eta_text(eta_s: float) -> str:
    """Write a time to arrival as minutes and seconds, `4:05`."""
    whole = max(0, round(eta_s))
    return f"{whole // 60}:{whole % 60:02d}"


def _chip_place(placed: NDArray[np.float64], size: tuple[float, float], scene: Scene) -> NDArray[np.float64] | None:
    """Find the point of a route on the screen, or just beside it, where a chip covers least; near `CHIP_SHARE`."""
    length = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(placed, axis=0).T))))
    if length[-1] <= 0:
        return placed[0] if scene.in_view(placed[:1], 0)[0] else None
    at = np.linspace(0.05, 0.95, 31) * length[-1]
    points = np.stack((np.interp(at, length, placed[:, 0]), np.interp(at, length, placed[:, 1])), axis=1)
    seen = scene.in_view(points, -20)
    if not seen.any():
        return None
    points, strays = points[seen], np.abs(at[seen] / length[-1] - CHIP_SHARE)
    aside = np.array([(0.0, 0.0), (size[0] * 0.62, 0.0), (-size[0] * 0.62, 0.0), (0.0, size[1]), (0.0, -size[1])])
    spots = (points[None, :, :] + aside[:, None, :]).reshape(-1, 2)
    # On the line rather than beside it, near its usual place rather than far, but above all over nothing else.
    cost = (strays[None, :] + 0.3 * (np.arange(len(aside)) > 0)[:, None]).reshape(-1)
    covered = overlap(boxes_around(spots, *size), scene.taken_boxes())
    return np.asarray(spots[np.lexsort((cost, covered))[0]])
