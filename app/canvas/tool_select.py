"""Select by hand: a lasso or a rectangle round units, incidents and cameras. Shift adds, Ctrl removes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from app.canvas.tool_marks import paint_area, paint_line
from app.canvas.tools import Hand, Surface, Taking, Tool
from gis.measure import is_inside
from maps.layers import CameraMark, IncidentMark, Marks, UnitMark
from maps.unit_table import UnitTable

STEP_PX = 4.0
SELECTABLE = frozenset({"unit", "incident", "camera"})


def within(marks: Marks, holds: Callable[[NDArray[np.float64]], NDArray[np.bool_]]) -> list[tuple[str, str]]:
    """Return kind and id of the units, incidents and cameras whose place is held; `holds` takes x, y (n, 2)."""
    units = UnitTable.of(marks.units)
    found = []
    for kind, ids, xy in (
        ("unit", units.unit_ids, units.xy),
        ("incident", [str(one.number) for one in marks.incidents], _places(marks.incidents)),
        ("camera", [one.camera_id for one in marks.cameras], _places(marks.cameras)),
    ):
        if len(ids):
            found += [(kind, ids[index]) for index in np.flatnonzero(holds(xy)).tolist()]
    return found


def _places(marks: Sequence[IncidentMark | CameraMark]) -> NDArray[np.float64]:
    return np.array([(one.x, one.y) for one in marks], dtype=np.float64).reshape(-1, 2)


class LassoHand(Hand):
    """Draw round what is meant with the button held; a click takes one thing, a click on nothing lets all go."""

    tool = Tool.LASSO

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self.path: list[tuple[float, float]] = []  # metric CRS
        self._last = QPointF()

    def press(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> bool:
        """Begin."""
        self.path = [self.canvas.ground(at)]
        self._last = at
        return True

    def drag(self, at: QPointF) -> None:
        """Go on."""
        way = at - self._last
        if abs(way.x()) + abs(way.y()) >= STEP_PX:
            self._last = at
            self.path.append(self.canvas.ground(at))
            self.canvas.repaint_soon()

    def release(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Take what lies inside."""
        ring, self.path = np.array(self.ring(), dtype=np.float64), []
        self.canvas.repaint_soon()
        if len(ring) < 3:
            return
        found = within(self.canvas.marks, lambda xy: is_inside(xy, ring))
        self.canvas.enclosed.emit(found, str(Taking.by(modifiers)))

    def click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Take one thing; with neither Shift nor Ctrl, it alone."""
        self.path = []
        overlay = self.canvas.overlay
        found: list[tuple[str, str]] = []
        for kind, identity in overlay.pick_all(self.canvas.view, at.x(), at.y()):
            if kind == "cluster":
                found = [("unit", mark.unit_id) for mark in overlay.members_of(identity) if isinstance(mark, UnitMark)]
            elif kind in SELECTABLE:
                found = [(kind, identity)]
            if found:
                break
        self.canvas.enclosed.emit(found, str(Taking.by(modifiers)))

    def escape(self) -> bool:
        """Give up a lasso that is being drawn."""
        if not self.path:
            return False
        self.path = []
        self.canvas.repaint_soon()
        return True

    def ring(self) -> list[tuple[float, float]]:
        """Return the corners of the ring (metric CRS), open."""
        return self.path

    def paint(self, painter: QPainter, cursor: QPointF | None) -> None:
        """Paint the ring so far."""
        points = [self.canvas.on_screen(*corner) for corner in self.ring()]
        if len(points) > 1:
            theme = self.canvas.theme
            paint_area(painter, points, theme.selection, 0.12)
            paint_line(painter, theme, [*points, points[0]], theme.selection, width=1.6, style=Qt.PenStyle.DashLine)


class RectangleHand(LassoHand):
    """Draw a rectangle from corner to corner."""

    tool = Tool.RECTANGLE

    def drag(self, at: QPointF) -> None:
        """Move the second corner."""
        if self.path:
            self.path = [self.path[0], self.canvas.ground(at)]
            self.canvas.repaint_soon()

    def ring(self) -> list[tuple[float, float]]:
        """Return the four corners."""
        if len(self.path) < 2:
            return []
        (west, south), (east, north) = self.path[0], self.path[-1]
        return [(west, south), (east, south), (east, north), (west, north)]
