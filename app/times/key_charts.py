"""Charts of keys: the P90 of every hour of the week, and of every station, kind or unit."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from app.charts.chart import LEFT, MIDDLE, RIGHT, between, ink_on
from app.theme import Look
from app.times.chart import FEW, Behind, Chart, Shown
from app.times.words import interval_name, key_words, named_in
from app.wording import label, text
from app.wording.durations import clock_span

MOST_BARS = 16


class HourChart(Chart):
    """Draw the P90 of every hour of the week, Monday on top; hours of few are pale."""

    title_key = "times.by_hour"

    @property
    def title(self) -> str:
        return text("times.hours_title", self.shown.language, title=super().title, n=FEW)

    def __init__(self, shown: Shown) -> None:
        super().__init__(shown)
        self.p90, self.n = shown.report.hours(shown.scope, shown.interval)

    def has_something(self) -> bool:
        return bool(self.n.any())

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        self.plot = plot = area.adjusted(50, 4, -12, -20)
        wide, high = plot.width() / 24, plot.height() / 7
        enough = self.p90[self.n >= FEW]
        scale = enough if len(enough) else self.p90[self.n > 0]
        low, top = float(np.percentile(scale, 5)), float(np.percentile(scale, 95))
        small = QFont(painter.font())
        small.setPixelSize(max(7, min(11, int(wide / 2.4))))
        font = painter.font()
        for day in range(7):
            painter.setPen(QColor(look.muted))
            name = label("weekday", day + 1, self.shown.language)
            painter.drawText(QRectF(area.left(), plot.top() + day * high, 44, high), RIGHT, name)
            for hour in range(24):
                cell = QRectF(plot.left() + hour * wide, plot.top() + day * high, wide - 1, high - 1)
                n, seconds = int(self.n[day, hour]), float(self.p90[day, hour])
                if not n:
                    painter.fillRect(cell, QColor(look.field))
                    continue
                share = min(max((seconds - low) / max(top - low, 1.0), 0.0), 1.0)
                colour = between(look.field, look.accent, 0.12 + 0.88 * share)
                if n < FEW:
                    colour = between(look.field, colour.name(), 0.35)
                painter.fillRect(cell, colour)
                painter.setFont(small)
                painter.setPen(ink_on(colour))
                painter.drawText(cell, MIDDLE, _minutes(seconds))
                painter.setFont(font)
        painter.setPen(QColor(look.muted))
        for hour in range(0, 24, 3):
            painter.drawText(QRectF(plot.left() + hour * wide, plot.bottom() + 2, wide, 16), MIDDLE, str(hour))

    def words_at(self, at: QPointF) -> str:
        place = self._place(at)
        if place is None:
            return ""
        day, hour = place
        seconds = float(self.p90[day, hour]) if self.n[day, hour] else None
        return text(
            "times.hour_tip", self.shown.language, day=label("weekday", day + 1, self.shown.language), hour=hour,
            p90=clock_span(seconds), n=f"{int(self.n[day, hour]):,}",
        )  # fmt: skip

    def behind(self, at: QPointF) -> Behind | None:
        place = self._place(at)
        if place is None:
            return None
        shown = self.shown
        return Behind(self.words_at(at), shown.report.incidents_at(shown.scope, shown.interval, *place))

    def _place(self, at: QPointF) -> tuple[int, int] | None:
        plot = self.plot
        if not plot.contains(at):
            return None
        day, hour = (at.y() - plot.top()) / plot.height() * 7, (at.x() - plot.left()) / plot.width() * 24
        return min(int(day), 6), min(int(hour), 23)


class KeyChart(Chart):
    """Draw P90 of each key as a bar with its P50, the slowest on top, and how many stand behind it."""

    title_key = "times.by_key"

    def __init__(self, shown: Shown) -> None:
        super().__init__(shown)
        report = shown.report
        known = [report.figure(shown.scope, shown.interval, shown.group, key) for key in report.names(shown.group)]
        known = [each for each in known if each.n]
        known.sort(key=lambda each: (each.n < FEW, -(each.p90_s or 0.0), each.key))
        self._known = known
        self.figures = known[:MOST_BARS]
        self._high = 1.0

    def has_something(self) -> bool:
        return bool(self.figures)

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        shown, metrics = self.shown, painter.fontMetrics()
        fitting = max(1, int((area.height() - 20) / (metrics.height() + 1)))
        self.figures = self._known[: min(MOST_BARS, fitting)]
        left_out = len(self._known) - len(self.figures)
        names = [key_words(shown.state, shown.group, each.key, shown.language) for each in self.figures]
        most_px = int(area.width() * 0.34) - 8
        names = named_in(names, lambda name: metrics.horizontalAdvance(name) <= most_px)
        room = min(max(map(metrics.horizontalAdvance, names)), most_px) + 8
        self.plot = plot = area.adjusted(room, 2, -96, -18 if left_out else -2)
        most = max(each.p90_s or 0.0 for each in self.figures) or 1.0
        high = min(24.0, plot.height() / len(self.figures))
        for place, (figure, name) in enumerate(zip(self.figures, names, strict=True)):
            top = plot.top() + place * high
            is_few = figure.n < FEW
            p50_s, p90_s = figure.p50_s or 0.0, figure.p90_s or 0.0
            pale, full = between(look.panel, look.accent, 0.4), QColor(look.accent)
            thick = max(high * 0.64, 3.0)
            bar = QRectF(plot.left(), top + (high - thick) / 2, plot.width() * p90_s / most, thick)
            painter.fillRect(bar, between(look.panel, look.accent, 0.18) if is_few else pale)
            bar.setWidth(plot.width() * p50_s / most)
            painter.fillRect(bar, pale if is_few else full)
            painter.setPen(QColor(look.text))
            elided = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room - 6)
            painter.drawText(QRectF(area.left(), top, room - 6, high), RIGHT, elided)
            right = QRectF(plot.left() + plot.width() * p90_s / most + 5, top, 200, high)
            painter.drawText(right, LEFT, clock_span(p90_s))
            painter.setPen(QColor(look.muted))
            after = right.left() + metrics.horizontalAdvance(clock_span(p90_s)) + 7
            painter.drawText(QRectF(after, top, 90, high), LEFT, f"n {figure.n:,}")
        if left_out:
            words = text("times.more_keys", shown.language, count=f"{left_out:,}")
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(area.left(), area.bottom() - 17, area.width(), 16), RIGHT, words)
        self._high = high

    def words_at(self, at: QPointF) -> str:
        place = self._place(at)
        if place is None:
            return ""
        shown, figure = self.shown, self.figures[place]
        return text(
            "times.bar_tip", shown.language, name=key_words(shown.state, shown.group, figure.key, shown.language),
            p50=clock_span(figure.p50_s), p90=clock_span(figure.p90_s), n=f"{figure.n:,}",
        )  # fmt: skip

    def behind(self, at: QPointF) -> Behind | None:
        place = self._place(at)
        if place is None:
            return None
        shown, figure = self.shown, self.figures[place]
        ids = shown.report.incidents(shown.scope, shown.interval, shown.group, figure.key)
        title = text(
            "times.list_known", shown.language, interval=interval_name(shown.interval, shown.language),
            name=key_words(shown.state, shown.group, figure.key, shown.language), count=f"{len(ids):,}",
        )  # fmt: skip
        return Behind(title, ids)

    def _place(self, at: QPointF) -> int | None:
        if self.plot.isEmpty() or at.y() < self.plot.top():
            return None
        place = int((at.y() - self.plot.top()) / self._high)
        return place if place < len(self.figures) else None


def _minutes(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:.1f}" if minutes < 9.95 else f"{minutes:.0f}" if minutes < 999.5 else f"{minutes // 60:.0f}h"
