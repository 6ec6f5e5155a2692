"""Tools of the map: look around, give a place, draw a line or an area by clicks."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from maps.style import Theme
from maps.view import View

SNAP_PX = 9.0


class Tool(StrEnum):
    """Say what a click on the map does."""

    PAN = "pan"
    PLACE = "place"
    LINE = "line"
    POLYGON = "polygon"


@dataclass(slots=True)
class Sketch:
    """Collect the corners (metric CRS) of a line or an area that is being drawn."""

    tool: Tool
    corners: list[tuple[float, float]] = field(default_factory=list)

    @property
    def is_enough(self) -> bool:
        """Tell whether it can be finished: two corners make a line, three an area."""
        return len(self.corners) >= (3 if self.tool is Tool.POLYGON else 2)

    @property
    def geometry_type(self) -> str:
        """Return the GeoJSON geometry type."""
        return "Polygon" if self.tool is Tool.POLYGON else "LineString"

    def add(self, x: float, y: float, view: View) -> bool:
        """Take a corner; answers whether it closes the area (a click on its first corner)."""
        if self.tool is Tool.POLYGON and self.is_enough and self._is_near(self.corners[0], x, y, view):
            return True
        if not self.corners or not self._is_near(self.corners[-1], x, y, view, 3.0):
            self.corners.append((x, y))
        return False

    def drop_last(self) -> None:
        """Take the last corner back."""
        if self.corners:
            self.corners.pop()

    @staticmethod
    def _is_near(corner: tuple[float, float], x: float, y: float, view: View, within_px: float = SNAP_PX) -> bool:
        reach = within_px * view.metres_per_pixel
        return abs(corner[0] - x) <= reach and abs(corner[1] - y) <= reach

    def paint(self, painter: QPainter, view: View, theme: Theme, cursor: QPointF | None) -> None:
        """Paint the sketch with a rubber band to the cursor."""
        points = [QPointF(*(float(value) for value in view.to_screen(x, y))) for x, y in self.corners]
        if not points:
            return
        band = [*points, cursor] if cursor is not None else points
        if self.tool is Tool.POLYGON and len(band) > 2:
            wash = QColor(theme.closure)
            wash.setAlphaF(0.15)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(wash)
            painter.drawPolygon(QPolygonF(band))
            band = [*band, points[0]]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width, style in (
            (theme.halo, 6.0, Qt.PenStyle.SolidLine),
            (theme.closure, 3.0, Qt.PenStyle.SolidLine),
            (theme.closure_gap, 3.0, Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(QColor(colour), width, style))
            painter.drawPolyline(QPolygonF(band))
        painter.setPen(QPen(QColor(theme.halo), 1.5))
        painter.setBrush(QColor(theme.selection))
        for point in points:
            painter.drawEllipse(point, 4.5, 4.5)
