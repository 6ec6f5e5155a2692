"""Charts with time to the right: which share lies within which time, and how many took how long."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.charts.chart import LEFT, MIDDLE, RIGHT
from app.charts.times import paint_times, step_of
from app.theme import Look
from app.times.chart import Behind, Chart, Shown
from app.times.words import interval_name, share_words, target_name
from app.wording import text
from app.wording.durations import clock_span
from dispatch.times.percentiles import percentile

MOST_BINS, POINTS = 30, 400


class _Timed(Chart):
    """A chart with time to the right."""

    def __init__(self, shown: Shown) -> None:
        super().__init__(shown)
        self.values = shown.report.values(shown.scope, shown.interval)
        limits = [each.within_s or 0.0 for each in shown.targets()]
        most = percentile(self.values, 0.98) if len(self.values) else 1.0
        self.top_s = max(most, *(1.25 * limit for limit in limits), 1.0) if limits else max(most, 1.0)

    def has_something(self) -> bool:
        return len(self.values) > 0

    def _limits(self, painter: QPainter, look: Look, *, named: bool = True) -> None:
        """Draw the line of each target; named, each with how much of what it is for lies within, at the lower right."""
        line = painter.fontMetrics().height() + 2
        figures = {each.target.id: each for each in self.shown.report.target_figures()}
        targets = sorted(self.shown.targets(), key=lambda each: each.within_s or 0.0)
        painter.setPen(QPen(QColor(look.warning), 1.4, Qt.PenStyle.DashLine))
        for target in targets:
            x = self._x(target.within_s or 0.0)
            painter.drawLine(QPointF(x, self.plot.top()), QPointF(x, self.plot.bottom()))
        painter.setPen(QColor(look.warning))
        if not named:
            for within_s in sorted({each.within_s for each in targets}):
                box = QRectF(self._x(within_s) + 4, self.plot.top(), 60, line)
                painter.drawText(box, LEFT, clock_span(within_s))
            return
        for place, target in enumerate(reversed(targets)):
            words = f"{clock_span(target.within_s)} {target_name(target, self.shown.language)}"
            share = share_words(figures[target.id].share)
            room = self.plot.width() * 0.62
            end = painter.fontMetrics().horizontalAdvance(f"  {share}")
            words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room - end))
            wide = painter.fontMetrics().horizontalAdvance(words) + end + 8
            box = QRectF(self.plot.right() - wide - 2, self.plot.bottom() - (place + 1) * line - 4, wide, line)
            painter.fillRect(box, QColor(look.panel))
            painter.drawText(box, MIDDLE, f"{words}  {share}")

    def _x(self, seconds: float) -> float:
        return self.plot.left() + self.plot.width() * min(seconds / self.top_s, 1.0)

    def _seconds(self, x: float) -> float:
        return max(0.0, (x - self.plot.left()) / max(self.plot.width(), 1.0) * self.top_s)


class CurveChart(_Timed):
    """Draw which share lies within which time, with the targets and both percentiles."""

    title_key = "times.share_within"

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        self.plot = plot = area.adjusted(50, 4, -12, -20)
        paint_times(painter, self.plot, self.top_s, look, across=True, apart_px=75.0)
        for percent in (0, 25, 50, 75, 90, 100):
            y = plot.bottom() - plot.height() * percent / 100
            style = Qt.PenStyle.DotLine if percent in (50, 90) else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(look.strong_line if percent in (50, 90) else look.line), 0.9, style))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(area.left(), y - 8, 45, 16), RIGHT, f"{percent} %")
        n = len(self.values)
        at = np.unique(np.linspace(0, n - 1, min(n, POINTS)).astype(np.int64))
        points = [QPointF(plot.left(), plot.bottom())]
        for place in at.tolist():
            seconds = float(self.values[place])
            if seconds > self.top_s:
                break
            points.append(QPointF(self._x(seconds), plot.bottom() - plot.height() * (place + 1) / n))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(look.accent), 2.2))
        painter.drawPolyline(QPolygonF(points))
        self._limits(painter, look)
        for share, name in ((0.5, "times.p50"), (0.9, "times.p90")):
            seconds = percentile(self.values, share)
            spot = QPointF(self._x(seconds), plot.bottom() - plot.height() * share)
            painter.setPen(QPen(QColor(look.panel), 1.5))
            painter.setBrush(QColor(look.text))
            painter.drawEllipse(spot, 4, 4)
            words = f"{text(name, self.shown.language)} {clock_span(seconds)}"
            wide = painter.fontMetrics().horizontalAdvance(words)
            is_right = spot.x() + 12 + wide < plot.right()
            box = QRectF(spot.x() + 8 if is_right else spot.x() - 12 - wide, spot.y() + 3, wide + 4, 16)
            painter.setPen(QColor(look.text))
            painter.drawText(box, LEFT, words)

    def words_at(self, at: QPointF) -> str:
        if not self.plot.contains(at):
            return ""
        seconds = self._seconds(at.x())
        count = int(np.searchsorted(self.values, seconds, side="right"))
        return text(
            "times.curve_tip", self.shown.language, share=share_words(count / max(len(self.values), 1)),
            time=clock_span(seconds), count=f"{count:,}", n=f"{len(self.values):,}",
        )  # fmt: skip

    def behind(self, at: QPointF) -> Behind | None:
        if not self.plot.contains(at):
            return None
        shown, seconds = self.shown, self._seconds(at.x())
        ids = shown.report.incidents(shown.scope, shown.interval, longer_than_s=seconds)
        name = interval_name(shown.interval, shown.language)
        title = text(
            "times.list_slower", shown.language, interval=name, time=clock_span(seconds), count=f"{len(ids):,}"
        )
        return Behind(title, ids)


class BinChart(_Timed):
    """Draw how many took how long; what lies beyond the right edge is gathered in the last bar."""

    title_key = "times.how_long"

    def __init__(self, shown: Shown) -> None:
        super().__init__(shown)
        self.step_s = step_of(self.top_s, MOST_BINS)
        count = int(self.top_s / self.step_s) + 1
        self.top_s = float((count + 1) * self.step_s)
        places = np.minimum((self.values / self.step_s).astype(np.int64), count)
        self.bins: NDArray[np.int64] = np.bincount(places, minlength=count + 1)

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        self.plot = plot = area.adjusted(50, 4, -12, -20)
        paint_times(painter, self.plot, self.top_s, look, across=True, apart_px=75.0)
        most = _counted_axis(painter, plot, int(self.bins.max()), look)
        limits = [each.within_s for each in self.shown.targets() if each.within_s is not None]
        wide = plot.width() / len(self.bins)
        for place, count in enumerate(self.bins.tolist()):
            is_late = bool(limits) and place * self.step_s >= min(limits)
            high = plot.height() * count / most
            bar = QRectF(plot.left() + place * wide + 0.6, plot.bottom() - high, max(wide - 1.2, 0.8), high)
            painter.fillRect(bar, QColor(look.warning if is_late else look.accent))
        self._limits(painter, look, named=False)

    def words_at(self, at: QPointF) -> str:
        place = self._place(at)
        if place is None:
            return ""
        low, is_last = place * self.step_s, place == len(self.bins) - 1
        return text(
            "times.bin_last_tip" if is_last else "times.bin_tip", self.shown.language,
            low=clock_span(low), high=clock_span(low + self.step_s), count=f"{int(self.bins[place]):,}",
        )  # fmt: skip

    def behind(self, at: QPointF) -> Behind | None:
        place = self._place(at)
        if place is None or not self.bins[place]:
            return None
        shown, low = self.shown, place * self.step_s
        high = np.inf if place == len(self.bins) - 1 else low + self.step_s
        # A bar holds from its lower end on, up to and without its upper one.
        ids = shown.report.incidents(
            shown.scope, shown.interval, longer_than_s=np.nextafter(low, -1.0), up_to_s=np.nextafter(high, 0.0)
        )
        return Behind(f"{interval_name(shown.interval, shown.language)} · {self.words_at(at)}", ids)

    def _place(self, at: QPointF) -> int | None:
        if not self.plot.contains(at):
            return None
        return min(int((at.x() - self.plot.left()) / self.plot.width() * len(self.bins)), len(self.bins) - 1)


def _counted_axis(painter: QPainter, plot: QRectF, most: int, look: Look) -> int:
    """Draw lines at round numbers; return the number at the top."""
    step = next(each for each in _round_numbers() if most / each <= 5)
    top = -(-max(most, 1) // step) * step
    for value in range(0, top + 1, step):
        y = plot.bottom() - plot.height() * value / top
        painter.setPen(QPen(QColor(look.line), 0.8))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(QColor(look.muted))
        painter.drawText(QRectF(plot.left() - 50, y - 8, 45, 16), RIGHT, f"{value:,}")
    return top


def _round_numbers() -> Iterator[int]:
    for power in range(12):
        yield from (part * 10**power for part in (1, 2, 5))
