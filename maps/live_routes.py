"""Paint the ways of units: side by side where they share a street, each with a chip that covers nothing.

Ticks with small numbers tell where a unit is at every full minute from now; near, arrow heads tell its direction.
"""

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
from maps.route_times import full_minutes
from maps.scene import Scene, boxes_around, overlap
from maps.strokes import polylines, stroke
from maps.style import Theme, department_colour
from maps.view import View

CHIP_SHARE = 0.35  # how far along a route its chip stands where there is room
LANE_PX = 5.5
MOST_LANES = 4
MINUTES_APART_PX = 34.0
TICK_PX = 7.0
ARROWS_APART_PX = 110.0
COARSEST_ARROW_MPP = 3.0


class RouteLayer(ShapeLayer):
    """Routes: solid for a unit that was sent, a dashed ghost for one that is only recommended; a chip says when."""

    kind = "route"

    def __init__(self) -> None:
        super().__init__()
        self._lanes: list[int] = []

    def set_marks(self, marks: Sequence[RouteMark]) -> None:
        """Replace the marks; sent ones are painted over ghosts, and the one in hand over all."""
        self.marks = sorted((mark for mark in marks if len(mark.xy)), key=lambda mark: (mark.is_in_hand, mark.is_sent))
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
                    ghost.setAlphaF(0.9 if mark.is_in_hand else 0.7)
                    polylines(canvas, points, sizes, ghost, 8.5 if mark.is_in_hand else 5.5)
                    polylines(canvas, points, sizes, colour, 4.6 if mark.is_in_hand else 2.6, (3.2, 2.2))
                if scene.view.metres_per_pixel <= COARSEST_ARROW_MPP:
                    stroke(canvas, _arrows(points, scene), theme.ink if mark.is_sent else colour, 1.8)
                _, at, turn = _minutes(mark, points, scene.scale)
                ticks = np.hstack((at - turn * TICK_PX * scene.scale, at + turn * TICK_PX * scene.scale))
                stroke(canvas, ticks, theme.ink if mark.is_sent else theme.halo, 5.0)
                stroke(canvas, ticks, colour, 2.6)

    def paint_over(self, scene: Scene) -> None:
        """Paint every route's chip: whose it is and when it is there."""
        theme = scene.theme
        for mark, lane in zip(self.marks, self._lanes, strict=True):
            text = mark.label or mark.unit_id
            if mark.eta_s is not None and math.isfinite(mark.eta_s):
                text = f"{text}  {eta_text(mark.eta_s)}"
            colour, is_full = route_colour(theme, mark), mark.is_sent or mark.is_in_hand
            spot = scene.sheet.spot(
                ("route", theme.name, scene.scale, text, colour, is_full),
                lambda text=text, colour=colour, full=is_full: symbols.chip(
                    text, 11.5, theme.ink if full else theme.text, colour if full else theme.halo, colour, scene.scale
                ),
            )
            size = (spot.width / scene.scale, spot.height / scene.scale)
            at = _chip_place(beside(scene.to_screen(mark.xy), lane * LANE_PX), size, scene)
            if at is None:
                continue
            scene.take(boxes_around(at[None, :], *size))
            scene.paint_sprites(at[None, :], np.array([spot], dtype=np.float64))
        # After all chips, and those of units that were sent first: who arrives when matters more than where on the way.
        for mark, lane in sorted(zip(self.marks, self._lanes, strict=True), key=lambda pair: not pair[0].is_sent):
            self._paint_minutes(scene, mark, lane)

    @staticmethod
    def _paint_minutes(scene: Scene, mark: RouteMark, lane: int) -> None:
        """Write the minutes beside their ticks where that covers nothing; `~` marks a guess."""
        theme, colour = scene.theme, route_colour(scene.theme, mark)
        minutes, at, turn = _minutes(mark, beside(scene.to_screen(mark.xy), lane * LANE_PX), 1.0)
        seen = scene.in_view(at, -8)
        for minute, place, side in zip(minutes[seen].tolist(), at[seen], turn[seen], strict=True):
            text = f"~{minute}" if mark.is_approximate else str(minute)
            spot = scene.sheet.spot(
                ("minute", theme.name, scene.scale, text, colour),
                lambda text=text, colour=colour: symbols.chip(text, 9, theme.text, theme.halo, colour, scene.scale),
            )
            size = (spot.width / scene.scale, spot.height / scene.scale)
            spots = place + np.array([side, -side]) * (TICK_PX + max(size) / 2)
            free = np.flatnonzero(overlap(boxes_around(spots, *size), scene.taken_boxes()) == 0)
            if len(free):
                chosen = spots[free[:1]]
                scene.take(boxes_around(chosen, *size))
                scene.paint_sprites(chosen, np.array([spot], dtype=np.float64))


def route_colour(theme: Theme, mark: RouteMark) -> str:
    """Return the colour of a route: its department's, or the common one."""
    return department_colour(theme, mark.department_kind) if mark.department_kind else theme.route


def eta_text(eta_s: float) -> str:
    """Write a time to arrival as minutes and seconds, `4:05`."""
    whole = max(0, round(eta_s))
    return f"{whole // 60}:{whole % 60:02d}"


def _minutes(
    mark: RouteMark, placed: NDArray[np.float64], scale: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the full minutes on a drawn route, their places (k, 2), and the unit vectors across the route (k, 2)."""
    times_s = mark.times_s
    if times_s is not None and len(placed) != len(times_s):  # `beside` leaves out points that repeat
        times_s = times_s[np.concatenate(([True], (np.diff(mark.xy, axis=0) != 0).any(axis=1)))]
    if times_s is None or len(placed) < 2 or len(placed) != len(times_s):
        return np.empty(0, np.int64), np.empty((0, 2)), np.empty((0, 2))
    run = np.diff(placed, axis=0)
    length = float(np.hypot(*run.T).sum())
    minutes, where = full_minutes(times_s, length, MINUTES_APART_PX * scale)
    first = np.minimum(where.astype(np.int64), len(run) - 1)
    at = placed[first] + (where - first)[:, None] * run[first]
    return minutes, at, _across(run[first])


def _arrows(placed: NDArray[np.float64], scene: Scene) -> NDArray[np.float64]:
    """Make arrow heads along a drawn route, segments (m, 4) in device pixels."""
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(placed, axis=0).T))))
    every = ARROWS_APART_PX * scene.scale
    if along[-1] < every:
        return np.empty((0, 4))
    at = np.arange(every / 2, along[-1], every)
    tip = np.column_stack([np.interp(at, along, placed[:, axis]) for axis in (0, 1)])
    back = np.column_stack([np.interp(at - 5.0 * scene.scale, along, placed[:, axis]) for axis in (0, 1)])
    turn = _across(tip - back) * 4.0 * scene.scale
    return np.vstack((np.hstack((back + turn, tip)), np.hstack((back - turn, tip))))


def _across(run: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unit vectors at right angles to vectors (k, 2)."""
    turned = np.column_stack((-run[:, 1], run[:, 0]))
    return np.asarray(turned / np.maximum(np.hypot(run[:, 0], run[:, 1]), 1e-9)[:, None])


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
