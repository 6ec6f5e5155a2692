"""The charts of response times, painted the same in the window and on paper; each says what stands under the mouse.

They are no widgets and paint in any thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, log10

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF

from app.theme import Look
from app.times.words import interval_name, key_words, share_words, target_name
from app.wording import label, text
from app.wording.durations import clock_span
from dispatch.state import State
from dispatch.times.percentiles import percentile
from dispatch.times.profiles import EACH, TimeTarget
from dispatch.times.report import TimesReport
from dispatch.times.spans import RESPONSE

MOST_BARS, MOST_BINS, POINTS = 16, 30, 400
FEW = 5  # fewer than so many are drawn pale: a P90 of three is one of them
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignCenter
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400)


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """Say what a chart is of."""

    report: TimesReport
    state: State
    scope: str
    interval: str
    group: str
    language: str

    def targets(self) -> tuple[TimeTarget, ...]:
        """Return the targets of what is shown that have a limit."""
        is_each = self.scope == RESPONSE
        return tuple(
            each
            for each in self.report.profile.targets
            if each.interval == self.interval and (each.of == EACH) == is_each and each.within_s is not None
        )


@dataclass(frozen=True, slots=True)
class Behind:
    """Name incidents behind a place of a chart."""

    title: str
    ids: tuple[int, ...]


class Chart:
    """Be a chart of some response times. `paint` puts it into an area; then `words_at` and `behind` answer there."""

    title_key = ""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.plot = QRectF()

    @property
    def title(self) -> str:
        """Return what stands above it."""
        shown = self.shown
        named = text(self.title_key, shown.language, group=label("times_group", shown.group, shown.language))
        return text(
            "times.chart_title", shown.language, title=named, interval=interval_name(shown.interval, shown.language)
        )

    def paint(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """Paint it with its title; the painter counts logical pixels and brings its font."""
        painter.save()
        font = painter.font()
        bold = QFont(font)
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(QColor(look.text))
        high = painter.fontMetrics().height()
        title = painter.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(QRectF(area.left(), area.top(), area.width(), high), _LEFT, title)
        painter.setFont(font)
        inner = area.adjusted(0, high + 6, 0, 0)
        if self.has_something():
            self.draw(painter, inner, look)
        else:
            painter.setPen(QColor(look.muted))
            painter.drawText(inner, _MIDDLE, text("times.chart_empty", self.shown.language))
        painter.restore()

    def has_something(self) -> bool:
        """Tell whether there is anything to draw."""
        return True

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """Draw below the title; sets `plot`."""

    def words_at(self, at: QPointF) -> str:
        """Say what stands at a place."""
        return ""

    def behind(self, at: QPointF) -> Behind | None:
        """Return the incidents behind a place."""
        return None


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

    def _across(self, painter: QPainter, look: Look) -> None:
        """Draw the ticks of time below the plot."""
        plot = self.plot
        step = next((each for each in _STEPS_S if self.top_s / each <= max(3, plot.width() / 75)), _STEPS_S[-1])
        for number in range(int(self.top_s / step) + 1):
            x = self._x(number * step)
            painter.setPen(QPen(QColor(look.line), 0.8))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(x - 40, plot.bottom() + 2, 80, 16), _MIDDLE, clock_span(number * step))

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
                painter.drawText(box, _LEFT, clock_span(within_s))
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
            painter.drawText(box, _MIDDLE, f"{words}  {share}")

    def _x(self, seconds: float) -> float:
        return self.plot.left() + self.plot.width() * min(seconds / self.top_s, 1.0)

    def _seconds(self, x: float) -> float:
        return max(0.0, (x - self.plot.left()) / max(self.plot.width(), 1.0) * self.top_s)


class CurveChart(_Timed):
    """Draw which share lies within which time, with the targets and both percentiles."""

    title_key = "times.share_within"

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        self.plot = plot = area.adjusted(44, 4, -12, -20)
        self._across(painter, look)
        for percent in (0, 25, 50, 75, 90, 100):
            y = plot.bottom() - plot.height() * percent / 100
            style = Qt.PenStyle.DotLine if percent in (50, 90) else Qt.PenStyle.SolidLine
            painter.setPen(QPen(QColor(look.strong_line if percent in (50, 90) else look.line), 0.9, style))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(area.left(), y - 8, 38, 16), _RIGHT, f"{percent} %")
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
            painter.drawText(box, _LEFT, words)

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
        self.step_s = next((each for each in _STEPS_S if self.top_s / each <= MOST_BINS), _STEPS_S[-1])
        count = int(self.top_s / self.step_s) + 1
        self.top_s = float((count + 1) * self.step_s)
        places = np.minimum((self.values / self.step_s).astype(np.int64), count)
        self.bins: NDArray[np.int64] = np.bincount(places, minlength=count + 1)

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        self.plot = plot = area.adjusted(44, 4, -12, -20)
        self._across(painter, look)
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
        self.plot = plot = area.adjusted(44, 4, -12, -20)
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
            painter.drawText(QRectF(area.left(), plot.top() + day * high, 38, high), _RIGHT, name)
            for hour in range(24):
                cell = QRectF(plot.left() + hour * wide, plot.top() + day * high, wide - 1, high - 1)
                n, seconds = int(self.n[day, hour]), float(self.p90[day, hour])
                if not n:
                    painter.fillRect(cell, QColor(look.field))
                    continue
                share = min(max((seconds - low) / max(top - low, 1.0), 0.0), 1.0)
                colour = _between(look.field, look.accent, 0.12 + 0.88 * share)
                if n < FEW:
                    colour = _between(look.field, colour.name(), 0.35)
                painter.fillRect(cell, colour)
                painter.setFont(small)
                painter.setPen(_ink_on(colour))
                painter.drawText(cell, _MIDDLE, _minutes(seconds))
                painter.setFont(font)
        painter.setPen(QColor(look.muted))
        for hour in range(0, 24, 3):
            painter.drawText(QRectF(plot.left() + hour * wide, plot.bottom() + 2, wide, 16), _MIDDLE, str(hour))

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
        self.left_out = max(0, len(known) - MOST_BARS)
        known.sort(key=lambda each: (each.n < FEW, -(each.p90_s or 0.0), each.key))
        self.figures = known[:MOST_BARS]

    def has_something(self) -> bool:
        return bool(self.figures)

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        shown = self.shown
        names = [key_words(shown.state, shown.group, each.key, shown.language) for each in self.figures]
        metrics = painter.fontMetrics()
        room = min(max(metrics.horizontalAdvance(name) for name in names) + 8, int(area.width() * 0.34))
        self.plot = plot = area.adjusted(room, 2, -96, -18 if self.left_out else -2)
        most = max(each.p90_s or 0.0 for each in self.figures) or 1.0
        high = min(24.0, plot.height() / len(self.figures))
        for place, (figure, name) in enumerate(zip(self.figures, names, strict=True)):
            top = plot.top() + place * high
            is_few = figure.n < FEW
            p50_s, p90_s = figure.p50_s or 0.0, figure.p90_s or 0.0
            pale, full = _between(look.panel, look.accent, 0.4), QColor(look.accent)
            thick = max(high * 0.64, 3.0)
            bar = QRectF(plot.left(), top + (high - thick) / 2, plot.width() * p90_s / most, thick)
            painter.fillRect(bar, _between(look.panel, look.accent, 0.18) if is_few else pale)
            bar.setWidth(plot.width() * p50_s / most)
            painter.fillRect(bar, pale if is_few else full)
            painter.setPen(QColor(look.text))
            elided = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room - 8)
            painter.drawText(QRectF(area.left(), top, room - 6, high), _RIGHT, elided)
            right = QRectF(plot.left() + plot.width() * p90_s / most + 5, top, 200, high)
            painter.drawText(right, _LEFT, clock_span(p90_s))
            painter.setPen(QColor(look.muted))
            after = right.left() + metrics.horizontalAdvance(clock_span(p90_s)) + 7
            painter.drawText(QRectF(after, top, 90, high), _LEFT, f"n {figure.n:,}")
        if self.left_out:
            words = text("times.more_keys", shown.language, count=f"{self.left_out:,}")
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(area.left(), area.bottom() - 17, area.width(), 16), _RIGHT, words)
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


KINDS: tuple[type[Chart], ...] = (CurveChart, BinChart, HourChart, KeyChart)


def charts_of(shown: Shown) -> tuple[Chart, ...]:
    """Return every chart of what is shown."""
    return tuple(kind(shown) for kind in KINDS)


def _counted_axis(painter: QPainter, plot: QRectF, most: int, look: Look) -> int:
    """Draw lines at round numbers; return the number at the top."""
    step = next(each for each in _round_numbers() if most / each <= 5)
    top = -(-max(most, 1) // step) * step
    for value in range(0, top + 1, step):
        y = plot.bottom() - plot.height() * value / top
        painter.setPen(QPen(QColor(look.line), 0.8))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(QColor(look.muted))
        painter.drawText(QRectF(plot.left() - 44, y - 8, 38, 16), _RIGHT, f"{value:,}")
    return top


def _round_numbers() -> Iterator[int]:
    for power in range(12):
        yield from (part * 10**power for part in (1, 2, 5))


def _minutes(seconds: float) -> str:
    minutes = seconds / 60
    return f"{minutes:.1f}" if minutes < 10 else f"{minutes:.0f}" if log10(minutes) < 3 else f"{floor(minutes / 60)}h"


def _between(low: str, high: str, share: float) -> QColor:
    one, other = QColor(low), QColor(high)
    return QColor(*(round(a + (b - a) * share) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)))


def _ink_on(ground: QColor) -> QColor:
    """Return black or white, whichever is read better on a colour."""
    bright = 0.299 * ground.red() + 0.587 * ground.green() + 0.114 * ground.blue()
    return QColor("#10161c" if bright > 130 else "#ffffff")
