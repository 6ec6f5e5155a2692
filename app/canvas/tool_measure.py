"""Measure on the map: how long, how large. The figures are true on the earth, not on the projection."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter

from app.canvas.tool_marks import paint_area, paint_corners, paint_figure, paint_line
from app.canvas.tool_sketch import SketchHand
from app.canvas.tools import LonLat, Surface, Tool
from app.wording import measures
from gis.measure import area_m2, lengths_m

LEAST_PIECE_PX = 56.0


class MeasureHand(SketchHand):
    """Measure a way: every piece, and all of it. What was measured stays until the next one, or Esc."""

    tool = Tool.MEASURE

    def __init__(self, canvas: Surface) -> None:
        super().__init__(canvas)
        self.is_done = False

    def click(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Take a corner; the first one after an end begins anew."""
        if self.is_done:
            self.corners.clear()
            self.is_done = False
        super().click(at, modifiers)

    def finish(self) -> None:
        """Let the figures stand, and tell them."""
        if not self.is_done:
            self.is_done = True
            self.canvas.measured.emit(self.words(self.lonlats()))
            self.canvas.repaint_soon()

    def back(self) -> bool:
        """Take the last corner back and go on from the one before."""
        self.is_done = False
        return super().back()

    def escape(self) -> bool:
        """Wipe what was measured; the tool is put away where there is nothing."""
        if not self.corners:
            return False
        self.corners.clear()
        self.is_done = False
        self.canvas.repaint_soon()
        return True

    def words(self, corners: list[LonLat]) -> str:
        """Return the figure of what was measured."""
        return measures.length(float(lengths_m(corners).sum()))

    def paint(self, painter: QPainter, cursor: QPointF | None) -> None:
        """Paint the way with the length of its pieces, and the whole at its end."""
        points = self.points()
        if not points:
            return
        theme, live = self.canvas.theme, cursor if not self.is_done else None
        band = [*points, live] if live is not None else points
        corners = self.lonlats(live)
        self.paint_shape(painter, band)
        paint_corners(painter, theme, points, is_closing=live is not None and self.closes_at(live))
        self.paint_pieces(painter, band, corners)
        self.paint_whole(painter, band, corners)

    def paint_shape(self, painter: QPainter, band: list[QPointF]) -> None:
        """Paint the way."""
        if len(band) > 1:
            paint_line(painter, self.canvas.theme, band, self.canvas.theme.selection, width=2.2)

    def paint_pieces(self, painter: QPainter, band: list[QPointF], corners: list[LonLat]) -> None:
        """Write the length of every piece that has room for it, where there are several."""
        if len(band) < 3:
            return
        for start, end, length in zip(band, band[1:], lengths_m(corners), strict=False):
            way = end - start
            if abs(way.x()) + abs(way.y()) >= LEAST_PIECE_PX:
                paint_figure(painter, self.canvas.theme, measures.length(float(length)), (start + end) / 2, size_px=12)

    def paint_whole(self, painter: QPainter, band: list[QPointF], corners: list[LonLat]) -> None:
        """Write the whole length beside the end."""
        if len(band) > 1:
            words = self.words(corners)
            paint_figure(painter, self.canvas.theme, words, band[-1] + QPointF(0, -24), is_strong=True)


class AreaHand(MeasureHand):
    """Measure an area, and the way round it."""

    tool = Tool.AREA
    is_area = True
    fewest = 3

    def words(self, corners: list[LonLat]) -> str:
        """Return the area, and the length of its edge."""
        around = float(lengths_m([*corners, corners[0]]).sum()) if corners else 0.0
        return f"{measures.area(area_m2(corners))} · {measures.length(around)}"

    def paint_shape(self, painter: QPainter, band: list[QPointF]) -> None:
        """Paint the area."""
        theme = self.canvas.theme
        if len(band) > 2:
            paint_area(painter, band, theme.selection)
            band = [*band, band[0]]
        super().paint_shape(painter, band)

    def paint_pieces(self, painter: QPainter, band: list[QPointF], corners: list[LonLat]) -> None:
        """Write the length of every side that has room for it."""
        if len(band) > 2:
            super().paint_pieces(painter, [*band, band[0]], [*corners, corners[0]])

    def paint_whole(self, painter: QPainter, band: list[QPointF], corners: list[LonLat]) -> None:
        """Write the area in its middle."""
        if len(band) > 2:
            middle = QPointF(sum(p.x() for p in band) / len(band), sum(p.y() for p in band) / len(band))
            paint_figure(painter, self.canvas.theme, self.words(corners), middle, is_strong=True)
        elif len(band) == 2:
            length = measures.length(float(lengths_m(corners)[0]))
            paint_figure(painter, self.canvas.theme, length, band[-1] + QPointF(0, -24), is_strong=True)
