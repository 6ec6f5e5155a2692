"""The hours of the week as a field of squares, Monday on top: the more calls the brighter."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QFontInfo, QPainter, QPen

from app.charts.chart import MIDDLE, RIGHT, between, ink_on
from app.demand.chart import Chart
from app.demand.told import Bar
from app.theme import Look
from app.wording import label

LEAST_FOR_NUMBERS_PX = 17.0


class WeekChart(Chart):
    """Draw how many calls each hour of the week brings on a day like that; where no whole day tells, how many came."""

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        self.plot = plot = area.adjusted(50, 4, -6, -20)
        wide, high = plot.width() / 24, plot.height() / 7
        values = self.values
        most = max(values) or 1.0
        small = QFont(painter.font())
        small.setPixelSize(max(7, min(11, int(wide / 2.3))))
        font, low = painter.font(), QFont(painter.font())
        low.setPixelSize(max(8, min(QFontInfo(font).pixelSize(), int(high) - 1)))  # days do not run into each other
        for day in range(7):
            painter.setPen(QColor(look.muted))
            painter.setFont(low)
            painter.drawText(
                QRectF(area.left(), plot.top() + day * high, 44, high),
                RIGHT,
                label("weekday", day + 1, self.shown.language),
            )
            painter.setFont(font)
            for hour in range(24):
                bar, value = self.bars[day * 24 + hour], values[day * 24 + hour]
                cell = QRectF(plot.left() + hour * wide, plot.top() + day * high, wide - 1, high - 1)
                share = value / most
                if self.shown.way.has_chosen and not bar.is_chosen:
                    share *= 0.35
                colour = between(look.field, look.accent, 0.06 + 0.94 * share) if value else QColor(look.field)
                painter.fillRect(cell, colour)
                if bar.is_chosen:
                    painter.setPen(QPen(QColor(look.text), 1.6))
                    painter.drawRect(cell.adjusted(0.8, 0.8, -0.8, -0.8))
                if value and wide >= LEAST_FOR_NUMBERS_PX:
                    painter.setFont(small)
                    painter.setPen(ink_on(colour))
                    painter.drawText(cell, MIDDLE, _number(value))
                    painter.setFont(font)
        painter.setPen(QColor(look.muted))
        for hour in range(0, 24, 3):
            painter.drawText(QRectF(plot.left() + hour * wide, plot.bottom() + 2, wide, 16), MIDDLE, str(hour))

    def bar_at(self, at: QPointF) -> Bar | None:
        plot = self.plot
        if plot.isEmpty() or not plot.contains(at):
            return None
        day = min(int((at.y() - plot.top()) / plot.height() * 7), 6)
        hour = min(int((at.x() - plot.left()) / plot.width() * 24), 23)
        return self.bars[day * 24 + hour]


def _number(value: float) -> str:
    if value >= 999.5:
        return f"{value / 1000:.0f}k"
    return f"{value:.1f}" if value < 9.95 and value != int(value) else f"{value:.0f}"
