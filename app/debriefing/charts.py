"""The charts of a debriefing: times in three columns, time to decide, seconds lost, cover kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.charts.times import step_of
from app.debriefing.drawing import (
    MIDDLE,
    RIGHT,
    Chart,
    axis_words,
    colour_of,
    paint_clock,
    paint_legend,
    paint_rows,
    shade,
    shares_of,
)
from app.debriefing.names import Names, is_bad, share_words
from app.debriefing.words import loss_words
from app.theme import Look
from app.wording import label, text
from app.wording.durations import clock_span
from dispatch.exercise import score_records as r
from dispatch.exercise.score_records import BEST, COLUMNS, DID, REALLY, Decision
from dispatch.exercise.walk import LONG_S

MOST_COVERS = 6
NUMBER_PX = 56  # between two numbers along an axis
_SHARE_STEPS = (1, 2, 5, 10, 20, 50, 100)  # hundredths


class BarsChart(Chart):
    """Draw mean spans from the call, a bar for each column, with a line up to P90."""

    title_key = "debrief.chart_bars"
    GROUPS = (("debrief.bar_decide", "to_decide"), ("debrief.bar_first", "to_first"), ("debrief.bar_needs", "to_needs"))

    def has_something(self) -> bool:
        return any(each.to_decide.n for each in self.names.material.debriefing.score.totals)

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        totals, language = self.names.material.debriefing.score.totals, self.names.language
        area = paint_legend(painter, area, columns_legend(self.names, look), look)
        figures = [getattr(each, name) for each in totals for _, name in self.GROUPS]
        high = max(max(each.mean_s or 0.0, each.p90_s or 0.0) for each in figures) or 1.0
        plot = area.adjusted(60, 14, -6, -18)
        paint_rows(painter, plot, 0.0, high * 1.05, look)
        wide = plot.width() / len(self.GROUPS)
        bar = min(46.0, wide * 0.8 / len(totals))
        for place, (key, name) in enumerate(self.GROUPS):
            left = plot.left() + place * wide + (wide - bar * len(totals)) / 2
            painter.setPen(QColor(look.text))
            under = QRectF(plot.left() + place * wide, plot.bottom() + 2, wide, 16)
            painter.drawText(under, MIDDLE, text(key, language))
            for number, total in enumerate(totals):
                figure = getattr(total, name)
                if figure.mean_s is None:
                    continue
                colour = colour_of(total.column, look)
                x, y = left + number * bar, self._y(plot, figure.mean_s, high * 1.05)
                painter.fillRect(QRectF(x + 2, y, bar - 4, plot.bottom() - y), colour)
                top = self._y(plot, figure.p90_s, high * 1.05)
                painter.setPen(QPen(colour, 2))
                painter.drawLine(QPointF(x + bar / 2, y), QPointF(x + bar / 2, top))
                painter.drawLine(QPointF(x + bar / 2 - 5, top), QPointF(x + bar / 2 + 5, top))
                painter.setPen(QColor(look.text))
                painter.drawText(QRectF(x - 12, top - 15, bar + 24, 14), MIDDLE, clock_span(figure.mean_s))

    @staticmethod
    def _y(plot: QRectF, value: float, high: float) -> float:
        return plot.bottom() - plot.height() * value / high


class ReachedChart(Chart):
    """Draw what share of the incidents was reached by which time from the call, a line for each column."""

    title_key = "debrief.chart_reached"

    def has_something(self) -> bool:
        return any(row.did.first_s is not None for row in self.names.material.debriefing.score.incidents)

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        rows = [row for row in self.names.material.debriefing.score.incidents if row.at_s >= 0]
        area = paint_legend(painter, area, columns_legend(self.names, look), look)
        plot = area.adjusted(60, 6, -14, -18)
        lines = {}
        for column in COLUMNS:
            served = [each for each in (getattr(row, column) for row in rows) if each is not None]
            if served:
                lines[column] = shares_of([each.first_s for each in served], len(served))
        values = sorted(value for line in lines.values() for value, _ in line)
        high = (values[min(len(values) - 1, int(len(values) * 0.97))] if values else 0.0) or 60.0
        for tenth in (0, 25, 50, 75, 100):
            y = plot.bottom() - plot.height() * tenth / 100
            painter.setPen(QPen(QColor(look.line), 0.8))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(plot.left() - 56, y - 8, 50, 16), RIGHT, f"{tenth} %")
        step = step_of(high, max(2.0, min(8.0, plot.width() / NUMBER_PX)))
        value = 0.0
        while value <= high:
            x = plot.left() + plot.width() * value / high
            painter.drawText(QRectF(x - 30, plot.bottom() + 2, 60, 16), MIDDLE, axis_words(value, step))
            value += step
        painter.setClipRect(plot.adjusted(-1, -2, 1, 1))
        for column, line in lines.items():
            points, share = [QPointF(plot.left(), plot.bottom())], 0.0
            for seconds, reached in line:
                x = plot.left() + plot.width() * seconds / high
                points += [QPointF(x, plot.bottom() - plot.height() * share),
                           QPointF(x, plot.bottom() - plot.height() * reached)]  # fmt: skip
                share = reached
            points.append(QPointF(max(plot.right(), points[-1].x()), plot.bottom() - plot.height() * share))
            painter.setPen(QPen(colour_of(column, look), 2.2, _STYLES[column]))
            painter.drawPolyline(QPolygonF(points))
        painter.setClipping(False)


class DecideChart(Chart):
    """Draw how long each first decision took, where nothing was done for how long, and the limit."""

    title_key = "debrief.chart_decide"

    def _shown(self) -> list[tuple[int, Decision, float]]:
        found = []
        for place, each in enumerate(self.names.material.debriefing.score.decisions):
            span = each.lasted_s if each.kind == r.NOTHING else each.waited_s
            if span is not None and each.kind in (r.SENT, r.REDIRECTED, r.NOTHING):
                found.append((place, each, span))
        return found

    def has_something(self) -> bool:
        return bool(self._shown())

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        names, shown = self.names, self._shown()
        legend = (
            (colour_of(DID, look), text("debrief.dot_good", names.language)),
            (QColor(look.alarm), text("debrief.dot_bad", names.language)),
            (shade(QColor(look.alarm), 0.4), text("debrief.dot_late", names.language)),
        )
        area = paint_legend(painter, area, legend, look)
        plot = area.adjusted(60, 8, -24, -18)
        spans = [span for _, each, span in shown if each.kind != r.NOTHING]
        high = max(LONG_S * 1.6, *spans, 0.0) * 1.1
        lasts_s = names.material.debriefing.lasts_s
        paint_clock(painter, plot, 0.0, lasts_s, names, look)
        paint_rows(painter, plot, 0.0, high, look)
        y = plot.bottom() - plot.height() * LONG_S / high
        painter.setPen(QPen(QColor(look.warning), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        for place, each, span in shown:
            x = plot.left() + plot.width() * max(0.0, each.at_s) / lasts_s
            top = plot.bottom() - plot.height() * min(span, high) / high
            words = partial(self._words, each, clock_span(span))
            if each.kind == r.NOTHING:
                bar = QRectF(x - 2.5, top, 5, plot.bottom() - top)
                painter.fillRect(bar, shade(QColor(look.alarm), 0.4))
                if span > high:  # it goes on
                    tip = QPointF(x, top - 7)
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(QColor(look.alarm))
                    painter.drawPolygon(QPolygonF([tip, QPointF(x - 4.5, top), QPointF(x + 4.5, top)]))
                self.hits.add(bar.adjusted(-2, 0, 2, 0), place, words)
                continue
            painter.setPen(QPen(QColor(look.panel), 0.8))
            painter.setBrush(QColor(look.alarm) if is_bad(each) else colour_of(DID, look))
            painter.drawEllipse(QPointF(x, top), 3.6, 3.6)
            self.hits.add(QRectF(x - 5, top - 5, 10, 10), place, words)


class LossChart(Chart):
    """Draw for each sending how many seconds it lost (up) or gained for its incident (down)."""

    title_key = "debrief.chart_loss"

    def _shown(self) -> list[tuple[int, Decision]]:
        decisions = self.names.material.debriefing.score.decisions
        return [(place, each) for place, each in enumerate(decisions) if each.loss_s is not None]

    def has_something(self) -> bool:
        return bool(self._shown())

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        names, shown = self.names, self._shown()
        legend = (
            (QColor(look.alarm), text("debrief.lost_axis", names.language)),
            (colour_of(BEST, look), text("debrief.gained_axis", names.language)),
        )
        area = paint_legend(painter, area, legend, look)
        plot = area.adjusted(60, 8, -24, -18)
        losses = [each.loss_s or 0.0 for _, each in shown]
        low, high = min(-30.0, *losses), max(30.0, *losses)
        room = (high - low) * 0.06
        low, high = low - room, high + room
        lasts_s = names.material.debriefing.lasts_s
        paint_clock(painter, plot, 0.0, lasts_s, names, look)
        paint_rows(painter, plot, low, high, look)
        zero = plot.bottom() + plot.height() * low / (high - low)
        for place, each in shown:
            loss = each.loss_s or 0.0
            x = plot.left() + plot.width() * max(0.0, each.at_s) / lasts_s
            y = zero - plot.height() * loss / (high - low)
            colour = QColor(look.alarm) if loss > 0 else colour_of(BEST, look)
            bar = QRectF(QPointF(x - 2, min(y, zero)), QPointF(x + 2, max(y, zero)))
            painter.fillRect(bar if bar.height() >= 1.5 else QRectF(x - 2, zero - 1, 4, 2), colour)
            words = partial(self._words, each, loss_words(each))
            self.hits.add(bar.adjusted(-3, -5, 3, 5), place, words)


class CoverChart(Chart):
    """Draw what part of the demand stayed in reach of one department, after each sending and after the best one."""

    def __init__(self, names: Names, department: str, target: str) -> None:
        super().__init__(names)
        self._of = (department, target)

    @property
    def title(self) -> str:
        return text("debrief.chart_cover", self.names.language, target=self.names.target(*self._of))

    def _shown(self) -> Iterator[tuple[int, Decision, r.Covered]]:
        for place, each in enumerate(self.names.material.debriefing.score.decisions):
            for cover in each.coverage:
                if (cover.department, cover.target) == self._of:
                    yield place, each, cover

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        names, shown = self.names, list(self._shown())
        area = paint_legend(painter, area, columns_legend(names, look, without=REALLY), look)
        plot = area.adjusted(60, 8, -24, -18)
        low = min(min(cover.did, cover.best) for _, _, cover in shown)
        high = max(max(cover.did, cover.best) for _, _, cover in shown)
        step = next(each for each in _SHARE_STEPS if (high - low) * 100 <= 3 * each)
        first, last = int(100 * low // step), -int(-100 * high // step)
        low, high = first * step / 100, max(last, first + 1) * step / 100
        lasts_s = names.material.debriefing.lasts_s
        paint_clock(painter, plot, 0.0, lasts_s, names, look)
        for number in range(first, max(last, first + 1) + 1):
            share = number * step / 100
            y = plot.bottom() - plot.height() * (share - low) / (high - low)
            painter.setPen(QPen(QColor(look.line), 0.8))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(plot.left() - 56, y - 8, 50, 16), RIGHT, f"{100 * share:.0f} %")
        for column in (BEST, DID):
            points: list[QPointF] = []
            for _, each, cover in shown:
                x = plot.left() + plot.width() * max(0.0, each.at_s) / lasts_s
                y = plot.bottom() - plot.height() * (getattr(cover, column) - low) / max(1e-9, high - low)
                if points:
                    points.append(QPointF(x, points[-1].y()))
                points.append(QPointF(x, y))
            colour = colour_of(column, look)
            painter.setPen(QPen(shade(colour, 0.5), 6.0) if column == BEST else QPen(colour, 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))
        for place, each, cover in shown:
            x = plot.left() + plot.width() * max(0.0, each.at_s) / lasts_s
            area_of = QRectF(x - 3, plot.top(), 6, plot.height())
            self.hits.add(area_of, place, partial(self._words_of, each, cover))

    def _words_of(self, decision: Decision, cover: r.Covered) -> str:
        return f"{self.names.incident(decision.incident)}\n{share_words(cover.did)} · {share_words(cover.best)}"


def columns_legend(names: Names, look: Look, *, without: str = "") -> list[tuple[QColor, str]]:
    """Return the columns that there are, with their colours."""
    columns = names.material.debriefing.columns
    return [
        (colour_of(each, look), label("debrief_column", each, names.language))
        for each in COLUMNS
        if each != without and (each in columns or (without and each == BEST))
    ]


def covers_of(names: Names) -> list[CoverChart]:
    """Return a chart for each target that was measured, in the order of the departments."""
    found = dict.fromkeys(
        (cover.department, cover.target)
        for each in names.material.debriefing.score.decisions
        for cover in each.coverage
    )
    return [CoverChart(names, *each) for each in list(found)[:MOST_COVERS]]


def charts_of(names: Names) -> list[Chart]:
    """Return all charts of a debriefing, those of cover last."""
    return [BarsChart(names), ReachedChart(names), DecideChart(names), LossChart(names), *covers_of(names)]


_STYLES = {DID: Qt.PenStyle.SolidLine, REALLY: Qt.PenStyle.DashLine, BEST: Qt.PenStyle.DotLine}
__all__ = ["BarsChart", "CoverChart", "DecideChart", "LossChart", "ReachedChart", "charts_of", "covers_of"]
