"""Two plans as charts: which share of the demand is reached within which time, and what is in time by area."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.charts.chart import LEFT, RIGHT, Chart
from app.charts.times import paint_times
from app.siting.words import area_name, percent
from app.theme import Look
from app.wording import text
from app.wording.durations import clock_span
from dispatch.siting.compare import Comparison

MOST_BARS = 14
Values = NDArray[np.float64]


class PlanChart(Chart):
    """Be a chart of two plans; plan A is drawn as a broken or pale one, plan B as a whole one."""

    def __init__(self, found: Comparison, language: str) -> None:
        super().__init__(language)
        self.found = found

    def leads_on(self, at: QPointF) -> bool:
        return False

    def paint_key(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """Say at the upper right which is which."""
        line, right = painter.fontMetrics().height() + 3, area.right() - 2
        names = [text(key, self.language) for key in ("siting.plan_a", "siting.plan_b")]
        wide = max(painter.fontMetrics().horizontalAdvance(name) for name in names)
        for place, (name, pen) in enumerate(zip(names, pens(look), strict=True)):
            y = area.top() - line * (1.0 - place) - 2 if area.top() > 60 else area.top() + line * place
            painter.setPen(pen)
            painter.drawLine(QPointF(right - wide - 34, y + line / 2), QPointF(right - wide - 8, y + line / 2))
            painter.setPen(QColor(look.text))
            painter.drawText(QRectF(right - wide, y, wide + 2, line), LEFT, name)


def pens(look: Look) -> tuple[QPen, QPen]:
    """Return how plan A and plan B are drawn: told apart without colour too."""
    return QPen(QColor(look.muted), 2.0, Qt.PenStyle.DashLine), QPen(QColor(look.accent), 2.6)


class CurveChart(PlanChart):
    """Draw which share of the demand is reached within which time, with the target."""

    title_key = "siting.curve_title"

    def __init__(self, found: Comparison, language: str) -> None:
        super().__init__(found, language)
        self.curves = [_curve(each.nearest_s, each.weight) for each in (found.before, found.after)]
        ends = [
            float(times_s[min(np.searchsorted(shares, 0.99), len(times_s) - 1)])
            for times_s, shares in self.curves
            if len(times_s) > 1
        ]
        self.top_s = max(*ends, found.after.target.within_s * 1.3) if ends else found.after.target.within_s * 2

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        self.plot = plot = area.adjusted(48, 4, -12, -20)
        paint_times(painter, plot, self.top_s, look, across=True)
        for share in (0, 25, 50, 75, 90, 100):
            y = plot.bottom() - plot.height() * share / 100
            painter.setPen(QPen(QColor(look.strong_line if share == 90 else look.line), 0.9))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(look.muted))
            if share != 90 or plot.height() > 120:
                painter.drawText(QRectF(area.left(), y - 8, 43, 16), RIGHT, f"{share} %")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        target = self.found.after.target
        x = self._x(target.within_s)
        painter.setPen(QPen(QColor(look.warning), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        words = text("siting.target_line", self.language, time=clock_span(target.within_s))
        wide = painter.fontMetrics().horizontalAdvance(words)
        left = x + 5 if x + 5 + wide < plot.right() else x - wide - 5
        painter.drawText(QRectF(left, plot.bottom() - 18, wide + 2, 16), LEFT, words)
        for (times_s, shares), pen in zip(self.curves, pens(look), strict=True):
            seen = times_s <= self.top_s
            points = [
                QPointF(self._x(s), plot.bottom() - plot.height() * share)
                for s, share in zip(times_s[seen].tolist(), shares[seen].tolist(), strict=True)
            ]
            painter.setPen(pen)
            painter.drawPolyline(QPolygonF([QPointF(plot.left(), plot.bottom()), *points]))
        key = QRectF(plot.left(), plot.top() + plot.height() * 0.42, plot.width() - 6, plot.height())
        self.paint_key(painter, key, look)

    def words_at(self, at: QPointF) -> str:
        if not self.plot.contains(at):
            return ""
        seconds = (at.x() - self.plot.left()) / max(self.plot.width(), 1.0) * self.top_s
        both = [float(shares[np.searchsorted(times_s, seconds, side="right") - 1]) for times_s, shares in self.curves]
        return text(
            "siting.curve_tip", self.language, time=clock_span(seconds), before=percent(both[0]), after=percent(both[1])
        )

    def _x(self, seconds: float) -> float:
        return self.plot.left() + self.plot.width() * min(seconds / self.top_s, 1.0)


class AreaBars(PlanChart):
    """Draw for each part of the city what plan A and plan B reach in time, the worst change first."""

    title_key = "siting.bars_title"

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        line = painter.fontMetrics().height()
        rows = self.found.areas[: max(1, min(MOST_BARS, int((area.height() - 4) / (line + 6))))]
        names = [area_name(each.area, self.language) for each in rows]
        wide = min(
            max((painter.fontMetrics().horizontalAdvance(name) for name in names), default=0), area.width() * 0.35
        )
        end = painter.fontMetrics().horizontalAdvance("100.0 % → 100.0 %") + 10
        self.plot = plot = area.adjusted(wide + 10, 2, -end, -2)
        high = min(plot.height() / max(len(rows), 1), 30.0)
        thick = max(3.0, high * 0.3)
        for place, (each, name) in enumerate(zip(rows, names, strict=True)):
            top = plot.top() + place * high
            painter.setPen(QColor(look.text))
            shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(wide) + 2)
            painter.drawText(QRectF(area.left(), top, wide + 4, high), LEFT, shown)
            reached = [figure.reached if figure is not None else None for figure in (each.before, each.after)]
            painter.setPen(Qt.PenStyle.NoPen)
            for offset, share, colour in ((0.0, reached[0], look.muted), (thick, reached[1], look.accent)):
                if share is not None:
                    painter.setBrush(QColor(colour))
                    y = top + (high - 2 * thick) / 2 + offset
                    painter.drawRect(QRectF(plot.left(), y, max(plot.width() * share, 1.0), thick - 0.5))
            tone = look.good if each.change > 0.0005 else look.alarm if each.change < -0.0005 else look.muted
            painter.setPen(QColor(tone))
            words = f"{percent(reached[0])} → {percent(reached[1])}"
            painter.drawText(QRectF(plot.right() + 8, top, end, high), LEFT, words)


def _curve(
    nearest_s: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return seconds, ascending from 0, and the share that is reached by then."""
    come = np.isfinite(nearest_s)
    order = np.argsort(nearest_s[come], kind="stable")
    times_s = nearest_s[come][order]
    shares = np.cumsum(weight[come][order]) / max(float(weight.sum()), 1e-12)
    return np.concatenate([[0.0], times_s]), np.concatenate([[0.0], shares])
