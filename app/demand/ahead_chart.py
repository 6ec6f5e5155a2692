"""The hours to come: how many calls are expected in each, in the band that eight of ten should lie in."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.charts.chart import LEFT, MIDDLE
from app.charts.chart import Chart as Painted
from app.demand.chart import counted_axis
from app.demand.told import AheadTold, HourAhead
from app.theme import Look
from app.wording import label, text


class AheadChart(Painted):
    """Draw a forecast, a day marked off from the next."""

    title_key = "demand.ahead_title"

    def __init__(self, told: AheadTold, language: str) -> None:
        super().__init__(language)
        self.told = told

    def has_something(self) -> bool:
        return bool(self.told.hours)

    def paint(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """Paint it; without hours nothing: what stands beside says why."""
        if self.told.hours:
            super().paint(painter, area, look)

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        painter.setPen(QColor(look.muted))
        painter.drawText(
            QRectF(area.left(), area.top(), area.width(), 18), LEFT, text("demand.ahead_legend", self.language)
        )
        self.plot = plot = area.adjusted(50, 24, -8, -20)
        hours = self.told.hours
        top = counted_axis(painter, plot, max(1.0, *(hour.high for hour in hours)), look)
        band = QColor(look.accent)
        band.setAlphaF(0.22)
        upper = [self._at(place, hour.high, top) for place, hour in enumerate(hours)]
        lower = [self._at(place, hour.low, top) for place, hour in enumerate(hours)]
        painter.setPen(QPen(QColor(0, 0, 0, 0)))
        painter.setBrush(band)
        painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
        self._days(painter, look)
        painter.setPen(QPen(QColor(look.accent), 1.8))
        painter.drawPolyline(QPolygonF([self._at(place, hour.expected, top) for place, hour in enumerate(hours)]))

    def _days(self, painter: QPainter, look: Look) -> None:
        plot, hours = self.plot, self.told.hours
        wide = plot.width() / len(hours)
        for place, hour in enumerate(hours):
            at = datetime.fromisoformat(hour.at)
            if at.hour:
                continue
            x = plot.left() + place * wide
            painter.setPen(QPen(QColor(look.strong_line), 0.9))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            if 24 * wide >= 56:
                painter.setPen(QColor(look.muted))
                words = f"{label('weekday', at.isoweekday(), self.language)} {at:%m-%d}"
                painter.drawText(QRectF(x, plot.bottom() + 3, 24 * wide, 16), MIDDLE, words)

    def _at(self, place: int, value: float, top: float) -> QPointF:
        plot = self.plot
        x = plot.left() + (place + 0.5) * plot.width() / len(self.told.hours)
        return QPointF(x, plot.bottom() - plot.height() * value / top)

    def hour_at(self, at: QPointF) -> HourAhead | None:
        """Return the hour at a place."""
        if self.plot.isEmpty() or not self.plot.contains(at):
            return None
        place = int((at.x() - self.plot.left()) / self.plot.width() * len(self.told.hours))
        return self.told.hours[min(place, len(self.told.hours) - 1)]

    def words_at(self, at: QPointF) -> str:
        hour = self.hour_at(at)
        if hour is None:
            return ""
        when = datetime.fromisoformat(hour.at)
        return text(
            "demand.ahead_tip", self.language,
            at=f"{label('weekday', when.isoweekday(), self.language)} {when:%Y-%m-%d %H:%M}",
            expected=f"{hour.expected:.1f}", low=f"{hour.low:g}", high=f"{hour.high:g}",
        )  # fmt: skip

    def behind(self, at: QPointF) -> None:
        """Name nothing: what is to come has no incidents."""
