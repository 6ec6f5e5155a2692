"""Lines and areas drawn corner by corner: closures here; measures and perimeters build on the same hand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from app.canvas.tool_marks import paint_area, paint_corners, paint_line
from app.canvas.tools import Drawing, Hand, LonLat, Surface, Tool

SNAP_PX = 9.0
SAME_PX = 3.0


class SketchHand(Hand):
    """Collect corners by clicks: a click on the first closes an area, Enter or a double click finishes.

    Backspace or the right button takes the last corner back; dragging moves the map. `corners` are x, y of the
    city's metric CRS.
    """

    is_area = False
    fewest = 2

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self.corners: list[tuple[float, float]] = []

    def click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Take a corner, or close the area on its first one."""
        x, y = self.canvas.ground(at)
        if self.closes_at(at):
            self.enter()
        elif not self.corners or not self._is_near(self.corners[-1], x, y, SAME_PX):
            self.corners.append((x, y))
            self.canvas.repaint_soon()

    def double_click(self, at: QPointF) -> bool:
        """Finish where there are corners enough."""
        self.enter()
        return True

    def enter(self) -> bool:
        """Finish where there are corners enough."""
        if len(self.corners) >= self.fewest:
            self.finish()
        return True

    def back(self) -> bool:
        """Take the last corner back."""
        if not self.corners:
            return False
        self.corners.pop()
        self.canvas.repaint_soon()
        return True

    def finish(self) -> None:
        """Put the tool away and tell what was drawn."""
        drawing = self.drawing()
        self.canvas.set_tool(Tool.PAN)
        self.canvas.drawn.emit(drawing.geometry_type, list(drawing.corners))

    def drawing(self) -> Drawing:
        """Return what was drawn so far."""
        return Drawing(self.tool, "Polygon" if self.is_area else "LineString", tuple(self.lonlats()))

    def lonlats(self, cursor: QPointF | None = None) -> list[LonLat]:
        """Return the corners as lon/lat, with the cursor's place as the last one."""
        corners = [self.canvas.lonlat_of(*corner) for corner in self.corners]
        return corners if cursor is None else [*corners, self.canvas.lonlat(cursor)]

    def closes_at(self, at: QPointF) -> bool:
        """Tell whether a click there would close the area."""
        if not self.is_area or len(self.corners) < self.fewest:
            return False
        return self._is_near(self.corners[0], *self.canvas.ground(at), SNAP_PX)

    def points(self) -> list[QPointF]:
        """Return the corners on the screen."""
        return [self.canvas.on_screen(*corner) for corner in self.corners]

    def paint(self, painter: QPainter, cursor: QPointF | None) -> None:
        """Paint the sketch with a rubber band to the cursor."""
        theme = self.canvas.theme
        self.paint_sketch(painter, cursor, theme.closure, dash=theme.closure_gap)

    def paint_sketch(self, painter: QPainter, cursor: QPointF | None, colour: str, *, dash: str = "") -> None:
        """Paint the sketch in a colour."""
        points = self.points()
        if not points:
            return
        theme = self.canvas.theme
        band = [*points, cursor] if cursor is not None else points
        if self.is_area and len(band) > 2:
            paint_area(painter, band, colour)
            band = [*band, points[0]]
        if len(band) > 1:
            paint_line(painter, theme, band, colour, dash=dash)
        paint_corners(painter, theme, points, is_closing=cursor is not None and self.closes_at(cursor))

    def _is_near(self, corner: tuple[float, float], x: float, y: float, within_px: float) -> bool:
        reach = within_px * self.canvas.view.metres_per_pixel
        return abs(corner[0] - x) <= reach and abs(corner[1] - y) <= reach


class LineHand(SketchHand):
    """Draw a closed road."""

    tool = Tool.LINE


class PolygonHand(SketchHand):
    """Draw an area whose roads are closed."""

    tool = Tool.POLYGON
    is_area = True
    fewest = 3
