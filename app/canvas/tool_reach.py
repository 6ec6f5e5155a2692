"""Tools with a radius, dragged or typed: a buffer that selects what is near, and perimeters."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen

from app.canvas.tool_marks import paint_corners, paint_figure
from app.canvas.tool_select import within
from app.canvas.tool_sketch import SketchHand
from app.canvas.tools import Drawing, LonLat, Surface, Taking, Tool
from app.wording import measures
from gis.measure import distance_m, distances_to_line

USUAL_REACH_M = 200.0
LARGEST_REACH_M = 100_000.0
MOST_DIGITS = 6
GRIP_PX = 12.0


class ReachHand(SketchHand):
    """Know a radius in metres: typed digits give it, and a drag out of a middle does."""

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self.typed = ""
        self.radius_m = USUAL_REACH_M
        self.pressed: LonLat | None = None  # where a drag may begin
        self.middle: LonLat | None = None  # of a circle that is being dragged

    def write(self, text: str) -> bool:
        """Take a digit of the radius."""
        if (
            not (text.isascii() and text.isdigit())
            or len(self.typed) >= MOST_DIGITS
            or not (self.typed + text).strip("0")
        ):
            return False
        self.typed += text
        self.radius_m = min(float(self.typed), LARGEST_REACH_M)
        self.canvas.repaint_soon()
        return True

    def back(self) -> bool:
        """Take the last digit back, else the last corner."""
        if not self.typed:
            return super().back()
        self.typed = self.typed[:-1]
        self.radius_m = float(self.typed) if self.typed else USUAL_REACH_M
        self.canvas.repaint_soon()
        return True

    def escape(self) -> bool:
        """Wipe what was begun; the tool is put away where there is nothing."""
        if not (self.corners or self.typed or self.middle):
            return False
        self.corners.clear()
        self.typed, self.middle, self.pressed, self.radius_m = "", None, None, USUAL_REACH_M
        self.canvas.repaint_soon()
        return True

    def drag_out(self, at: QPointF) -> None:
        """Take the distance from where the drag began to the cursor as the radius."""
        if self.pressed is not None:
            self.middle = self.pressed
            self.typed = ""
            self.radius_m = min(max(distance_m(self.middle, self.canvas.lonlat(at)), 1.0), LARGEST_REACH_M)
            self.canvas.repaint_soon()

    def paint_reach(self, painter: QPainter, points: list[QPointF], colour: str) -> None:
        """Paint all that lies within the radius of a point or a line, with the radius written above."""
        theme = self.canvas.theme
        radius = max(1.0, self.radius_m / self.canvas.view.metres_per_pixel)
        if len(points) == 1:
            shape = QPainterPath()
            shape.addEllipse(points[0], radius, radius)
        else:
            line = QPainterPath(points[0])
            for point in points[1:]:
                line.lineTo(point)
            stroker = QPainterPathStroker()
            stroker.setWidth(2 * radius)
            stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
            stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            shape = stroker.createStroke(line).simplified()
        wash = QColor(colour)
        wash.setAlphaF(0.15)
        painter.fillPath(shape, wash)
        for one, width in ((theme.halo, 5.0), (colour, 2.2)):
            painter.strokePath(shape, QPen(QColor(one), width))
        if len(points) == 1:
            rim = points[0] + QPointF(radius, 0)
            painter.setPen(QPen(QColor(colour), 1.4, Qt.PenStyle.DashLine))
            painter.drawLine(points[0], rim)
        top = min(points, key=lambda point: point.y())
        paint_figure(painter, theme, measures.length(self.radius_m), top - QPointF(0, radius + 16), is_strong=True)


class BufferHand(ReachHand):
    """Select what lies within a distance of a point, a line or the selection.

    Clicks set a point or the corners of a line; digits or a drag out of its last point give the distance; Enter or a
    double click selects. S takes the places of what is selected.
    """

    tool = Tool.BUFFER
    fewest = 1

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self.spots: list[tuple[float, float]] = []  # of what was selected, metric CRS
        self._is_new = False

    def press(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> bool:
        """Take a drag that begins on the last point, or one that sets the first."""
        self._is_new = not self.corners and not self.spots
        if self._is_new:
            self.pressed = self.canvas.lonlat(at)
            return True
        if not self.corners:
            return False
        away = self.canvas.on_screen(*self.corners[-1]) - at
        if math.hypot(away.x(), away.y()) > GRIP_PX:
            return False
        self.pressed = self.canvas.lonlat_of(*self.corners[-1])
        return True

    def drag(self, at: QPointF) -> None:
        """Widen or narrow."""
        if self._is_new and not self.corners and self.pressed is not None:
            self.corners = [self.canvas.ground_of(self.pressed)]
        self.drag_out(at)

    def release(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Keep the distance; one that was drawn in a single drag selects at once."""
        self.middle = None
        if self._is_new:
            self.enter()

    def click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Set a point."""
        self.spots = []
        super().click(at, modifiers)

    def write(self, text: str) -> bool:
        """Take a digit of the distance, or S for the places of the selection."""
        if text in ("s", "S"):
            self.spots = [self.canvas.ground_of(place) for place in self.canvas.selected_places()]
            if self.spots:
                self.corners.clear()
                self.canvas.repaint_soon()
            return bool(self.spots)
        return super().write(text)

    def enter(self) -> bool:
        """Select what lies within the distance."""
        if self.corners or self.spots:
            self.canvas.enclosed.emit(self.found(), str(Taking.REPLACE))
        return True

    def escape(self) -> bool:
        """Wipe the buffer; the tool is put away where there is none."""
        had = bool(self.spots)
        self.spots = []
        return super().escape() or had

    def found(self) -> list[tuple[str, str]]:
        """Return kind and id of everything within the distance."""
        # The plane's metres are not the earth's: measure how far apart they are at this place.
        anchor = (self.corners or self.spots)[0]
        beside = (anchor[0] + self.radius_m, anchor[1])
        true_m = distance_m(self.canvas.lonlat_of(*anchor), self.canvas.lonlat_of(*beside))
        reach = self.radius_m * self.radius_m / true_m if true_m > 0 else self.radius_m
        lines = [np.array(self.corners)] if self.corners else [np.array([spot]) for spot in self.spots]
        return within(
            self.canvas.marks, lambda xy: np.min([distances_to_line(xy, line) for line in lines], axis=0) <= reach
        )

    def paint(self, painter: QPainter, cursor: QPointF | None) -> None:
        """Paint the buffer."""
        theme = self.canvas.theme
        if self.corners:
            self.paint_reach(painter, self.points(), theme.route)
            paint_corners(painter, theme, self.points())
        for spot in self.spots:
            self.paint_reach(painter, [self.canvas.on_screen(*spot)], theme.route)


class PerimeterHand(ReachHand):
    """Draw a perimeter: an area by corners, a circle by a drag, or by typing the metres round what is in hand."""

    tool = Tool.PERIMETER
    is_area = True
    fewest = 3

    def press(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> bool:
        """Begin a circle; once there are corners, dragging moves the map."""
        if self.corners:
            return False
        self.pressed = self.canvas.lonlat(at)
        return True

    def drag(self, at: QPointF) -> None:
        """Widen or narrow the circle."""
        self.drag_out(at)

    def release(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Draw the circle."""
        if self.middle is not None:
            self._finish_circle(self.middle)

    def click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Set a corner."""
        self.typed = ""
        super().click(at, modifiers)

    def enter(self) -> bool:
        """Draw the circle whose radius was typed, or the area where there are corners enough."""
        middle = self._typed_middle()
        if middle is not None:
            self._finish_circle(middle)
            return True
        return super().enter()

    def finish(self) -> None:
        """Put the tool away and tell what was drawn."""
        self._tell(self.drawing())

    def paint(self, painter: QPainter, cursor: QPointF | None) -> None:
        """Paint the area or the circle in the colour of its kind."""
        colour = self.canvas.theme.perimeters.get(self.canvas.perimeter_kind, self.canvas.theme.neutral)
        middle = self.middle or self._typed_middle()
        if middle is not None:
            self.paint_reach(painter, [self.canvas.on_screen(*self.canvas.ground_of(middle))], colour)
        self.paint_sketch(painter, cursor, colour)

    def _typed_middle(self) -> LonLat | None:
        return self.canvas.place_in_hand() if self.typed and not self.corners else None

    def _finish_circle(self, middle: LonLat) -> None:
        self._tell(Drawing(self.tool, "Point", (middle,), round(self.radius_m, 1)))

    def _tell(self, drawing: Drawing) -> None:
        self.canvas.set_tool(Tool.PAN)
        self.canvas.finished.emit(drawing)
