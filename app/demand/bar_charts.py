"""Charts of bars: hours, weekdays and days upright, kinds, areas and departments across with their names."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.charts.chart import LEFT, MIDDLE, RIGHT
from app.demand.chart import Chart, Of, counted_axis
from app.demand.told import Bar
from app.theme import Look
from app.wording import text

LEAST_GAP_PX = 3.0


class UprightChart(Chart):
    """Draw a bar a key, side by side, in their order."""

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        self.plot = plot = area.adjusted(44, 6, -6, -20)
        bars, values = self.bars, self.values
        top = counted_axis(painter, plot, max(1.0, *values), look)
        wide = plot.width() / len(bars)
        gap = 0.0 if wide < LEAST_GAP_PX else min(0.18 * wide, 6.0)
        for place, (bar, value) in enumerate(zip(bars, values, strict=True)):
            high = plot.height() * value / top
            box = QRectF(plot.left() + place * wide + gap / 2, plot.bottom() - high, wide - gap, high)
            painter.fillRect(box, self.colour(bar, look))
        self._names(painter, area, look, wide)

    def _names(self, painter: QPainter, area: QRectF, look: Look, wide: float) -> None:
        """Write as many names below as have room."""
        plot, metrics = self.plot, painter.fontMetrics()
        names = [self.short_name(place, bar) for place, bar in enumerate(self.bars)]
        widths = [metrics.horizontalAdvance(name) for name in names]
        room = max(widths) + 6
        steps = (1, 2, 3, 6, 7, 12, 14, 28, 56, 112, 365, 730)
        every = next((step for step in steps if step * wide >= room), 1460)
        for place in range(0, len(names), every):
            middle = plot.left() + (place + 0.5) * wide
            bold = self.bars[place].is_chosen
            painter.setPen(QColor(look.text if bold else look.muted))
            left = min(middle - widths[place] / 2, area.right() - widths[place])
            painter.drawText(QRectF(left - 2, plot.bottom() + 3, widths[place] + 4, 16), MIDDLE, names[place])

    def short_name(self, place: int, bar: Bar) -> str:
        """Return what stands below a bar."""
        way = self.shown.way.way
        if way == "hour":
            return bar.key
        if way == "day":
            day = date.fromisoformat(bar.key)
            return f"{day:%Y-%m-%d}" if len(self.bars) > 400 else f"{day:%m-%d}"
        return bar.name

    def bar_at(self, at: QPointF) -> Bar | None:
        if self.plot.isEmpty() or not self.plot.adjusted(0, 0, 0, 20).contains(at):
            return None
        place = int((at.x() - self.plot.left()) / self.plot.width() * len(self.bars))
        return self.bars[min(place, len(self.bars) - 1)]


class AcrossChart(Chart):
    """Draw a bar a key from the left, the most on top, with its name and number; as many as have room."""

    def __init__(self, shown: Of) -> None:
        super().__init__(shown)
        self._high = 1.0
        self._drawn: tuple[Bar, ...] = ()

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        metrics, bars = painter.fontMetrics(), self.bars
        line = metrics.height() + 3
        fitting = max(1, int((area.height() - 4) / line))
        if len(bars) > fitting or self.shown.way.more:
            fitting = max(1, int((area.height() - 20) / line))
        self._drawn = self._fitting(fitting)
        left_out = len(bars) - len(self._drawn) + self.shown.way.more
        widest = max(metrics.horizontalAdvance(bar.name) for bar in self._drawn) + 10
        room = min(widest, int(area.width() * 0.55))
        self.plot = plot = area.adjusted(room, 2, -58, -18 if left_out else -2)
        most = max(1, *(bar.count for bar in self._drawn))
        high = min(24.0, plot.height() / len(self._drawn))
        for place, bar in enumerate(self._drawn):
            top = plot.top() + place * high
            thick = max(high * 0.64, 3.0)
            box = QRectF(plot.left(), top + (high - thick) / 2, plot.width() * bar.count / most, thick)
            painter.fillRect(box, self.colour(bar, look))
            painter.setPen(QColor(look.text))
            elided = metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, room - 8)
            painter.drawText(QRectF(area.left(), top, room - 6, high), RIGHT, elided)
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(box.right() + 6, top, 80, high), LEFT, f"{bar.count:,}")
        if left_out:
            painter.setPen(QColor(look.muted))
            words = text("demand.more_keys", self.shown.language, count=f"{left_out:,}")
            painter.drawText(QRectF(area.left(), area.bottom() - 17, area.width(), 16), RIGHT, words)
        self._high = high

    def _fitting(self, count: int) -> tuple[Bar, ...]:
        """Return the first, but every chosen one."""
        first = self.bars[:count]
        chosen = tuple(bar for bar in self.bars[count:] if bar.is_chosen)[:count]
        return (*first[: max(0, count - len(chosen))], *chosen)

    def bar_at(self, at: QPointF) -> Bar | None:
        if self.plot.isEmpty() or at.y() < self.plot.top():
            return None
        place = int((at.y() - self.plot.top()) / self._high)
        return self._drawn[place] if place < len(self._drawn) else None
