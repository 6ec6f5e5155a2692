"""Charts of a simulation beside what was recorded, and of differences with their intervals; they paint on paper."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.charts.chart import LEFT, MIDDLE, RIGHT, Chart
from app.charts.times import paint_times
from app.simulated.content import SHOWN, Content, figure_name, is_clear
from app.theme import Look
from app.wording import one_line, text
from dispatch.sim.against import Pair

POINTS = 240


class SimChart(Chart):
    """Be a chart of a simulation."""

    def __init__(self, content: Content) -> None:
        super().__init__(content.language)
        self.content = content

    def pens(self, look: Look) -> tuple[QPen, QPen]:
        """Return how the record and the simulation are drawn: told apart without colour too."""
        return QPen(QColor(look.muted), 2.0, Qt.PenStyle.DashLine), QPen(QColor(look.accent), 2.4)

    def paint_key(self, painter: QPainter, right: float, top: float, look: Look) -> None:
        """Say which is the record and which the simulation, from the upper right."""
        line = painter.fontMetrics().height() + 3
        names = [text(key, self.language) for key in ("simulated.recorded", "simulated.simulated")]
        wide = max(painter.fontMetrics().horizontalAdvance(name) for name in names)
        for place, (name, pen) in enumerate(zip(names, self.pens(look), strict=True)):
            y = top + line * place
            painter.setPen(pen)
            painter.drawLine(QPointF(right - wide - 34, y + line / 2), QPointF(right - wide - 8, y + line / 2))
            painter.setPen(QColor(look.text))
            painter.drawText(QRectF(right - wide, y, wide + 2, line), LEFT, name)


class CurveChart(SimChart):
    """Draw the share of incidents that the first unit reached within a time, recorded and simulated."""

    title_key = "simulated.curve_title"

    def has_something(self) -> bool:
        against = self.content.against
        return against is not None and len(against.recorded_s) > 0 and len(against.simulated_s) > 0

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        against = self.content.against
        assert against is not None
        both = (against.recorded_s, against.simulated_s)
        top_s = max(60.0, *(float(np.quantile(each, 0.975)) for each in both))
        self.plot = plot = area.adjusted(44, 4, -12, -20)
        paint_times(painter, plot, top_s, look, across=True)
        for share in (0, 25, 50, 75, 90, 100):
            y = plot.bottom() - plot.height() * share / 100
            painter.setPen(QPen(QColor(look.strong_line if share in (50, 90) else look.line), 0.9))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(area.left(), y - 8, 39, 16), RIGHT, f"{share} %")
        at_s = np.linspace(0.0, top_s, POINTS)
        for each, pen in zip(both, self.pens(look), strict=True):
            shares = np.searchsorted(each, at_s, side="right") / len(each)
            painter.setPen(pen)
            painter.drawPolyline(
                QPolygonF(
                    [
                        QPointF(plot.left() + plot.width() * s / top_s, plot.bottom() - plot.height() * share)
                        for s, share in zip(at_s.tolist(), shares.tolist(), strict=True)
                    ]
                )
            )
        self.paint_key(painter, plot.right() - 8, plot.top() + plot.height() * 0.55, look)


class GroupChart(SimChart):
    """Draw medians side by side by group, with the interval of what was recorded."""

    def groups(self) -> Sequence[tuple[str, Pair]]:
        """Return groups with their pair, in their order."""
        return ()

    def has_something(self) -> bool:
        return bool(self.groups())

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        groups = self.groups()
        most = max(max(p.recorded, p.simulated, 0.0 if math.isnan(p.high) else p.high) for _, p in groups)
        top_s = max(60.0, most * 1.12)
        line = painter.fontMetrics().height() + 6
        self.plot = plot = area.adjusted(54, line, -6, -18)
        self.paint_key_across(painter, area, look)
        paint_times(painter, plot, top_s, look, across=False)
        wide = plot.width() / len(groups)
        every = max(1, math.ceil(30.0 / wide))
        recorded, simulated = self.pens(look)
        for place, (name, pair) in enumerate(groups):
            x = plot.left() + wide * (place + 0.5)
            if not math.isnan(pair.low):
                painter.setPen(QPen(QColor(look.muted), max(2.0, min(wide * 0.5, 9.0)), c=Qt.PenCapStyle.FlatCap))
                painter.setOpacity(0.35)
                painter.drawLine(QPointF(x, self._y(pair.low, top_s)), QPointF(x, self._y(pair.high, top_s)))
                painter.setOpacity(1.0)
            half = max(2.0, min(wide * 0.32, 6.0))
            y = self._y(pair.recorded, top_s)
            painter.setPen(QPen(recorded.color(), 2.0))
            painter.drawLine(QPointF(x - half, y), QPointF(x + half, y))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(simulated.color() if pair.is_within or math.isnan(pair.low) else QColor(look.alarm))
            painter.drawEllipse(QPointF(x, self._y(pair.simulated, top_s)), 3.0, 3.0)
            if place % every == 0:
                painter.setPen(QColor(look.muted))
                room = QRectF(x - wide * every / 2, plot.bottom() + 2, wide * every, 16)
                painter.drawText(room, MIDDLE, name)

    def paint_key_across(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """Say above the plot what its signs are."""
        high, x = painter.fontMetrics().height(), area.left() + 54
        recorded, simulated = self.pens(look)
        for key in ("simulated.recorded", "simulated.between", "simulated.simulated"):
            y = area.top() + high / 2
            if key == "simulated.recorded":
                painter.setPen(QPen(recorded.color(), 2.0))
                painter.drawLine(QPointF(x, y), QPointF(x + 12, y))
            elif key == "simulated.between":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(look.muted))
                painter.setOpacity(0.35)
                painter.drawRect(QRectF(x + 3, y - 6, 6, 12))
                painter.setOpacity(1.0)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(simulated.color())
                painter.drawEllipse(QPointF(x + 6, y), 3.0, 3.0)
            words = text(key, self.language)
            wide = painter.fontMetrics().horizontalAdvance(words)
            painter.setPen(QColor(look.text))
            painter.drawText(QRectF(x + 17, area.top(), wide + 4, high), LEFT, words)
            x += wide + 38

    def _y(self, seconds: float, top_s: float) -> float:
        return self.plot.bottom() - self.plot.height() * min(seconds / top_s, 1.0)


class StationChart(GroupChart):
    """Draw medians by station, by what lies in their ids where these are numbered."""

    title_key = "simulated.station_title"

    def groups(self) -> Sequence[tuple[str, Pair]]:
        against = self.content.against
        found = against.by_station if against is not None else {}
        return [(short_id(key), found[key]) for key in sorted(found, key=by_number)]


class HourChart(GroupChart):
    """Draw medians by local hour."""

    title_key = "simulated.hour_title"

    def groups(self) -> Sequence[tuple[str, Pair]]:
        against = self.content.against
        return [(str(hour), pair) for hour, pair in sorted(against.by_hour.items())] if against is not None else []


class EffectChart(SimChart):
    """Draw what the last case changes against the first in response times, as shares of the first: less is better."""

    title_key = "simulated.effect_title"

    def _rows(self) -> list[tuple[str, float, float, bool]]:
        compared = self.content.compared
        if len(self.content.names) < 2:
            return []
        found = compared.differences[self.content.names[-1][0]]
        first = compared.figures[self.content.names[0][0]]
        rows = []
        for name in SHOWN:
            one, base = found[name], first[name].mean
            if name.endswith("_s") and one.n > 1 and base and not math.isnan(base) and not name.startswith("waited"):
                rows.append((figure_name(name, self.language), one.mean / base, one.half / abs(base), is_clear(one)))
        return rows

    def has_something(self) -> bool:
        return bool(self._rows())

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        rows = self._rows()
        wide = max(painter.fontMetrics().horizontalAdvance(name) for name, *_ in rows)
        self.plot = plot = area.adjusted(wide + 12, 2, -28, -20)
        most = max(0.01, *(abs(mean) + half for _, mean, half, _ in rows)) * 1.08
        step = next(
            (each for each in (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0) if most / each <= 4), most
        )
        for number in range(-int(most / step), int(most / step) + 1):
            x = plot.center().x() + plot.width() / 2 * number * step / most
            painter.setPen(QPen(QColor(look.line if number else look.strong_line), 0.9 if number else 1.4))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(x - 40, plot.bottom() + 2, 80, 16), MIDDLE, f"{number * step * 100:+.3g} %")
        high = plot.height() / len(rows)
        for place, (name, mean, half, clear) in enumerate(rows):
            y = plot.top() + high * (place + 0.5)
            painter.setPen(QColor(look.text))
            painter.drawText(QRectF(area.left(), y - 9, wide + 6, 18), LEFT, name)
            tone = QColor(look.muted if not clear else look.good if mean < 0 else look.alarm)
            left, middle, right = (
                plot.center().x() + plot.width() / 2 * each / most for each in (mean - half, mean, mean + half)
            )
            painter.setPen(QPen(tone, 2.4))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tone)
            painter.drawEllipse(QPointF(middle, y), 3.6, 3.6)


def short_id(station: str) -> str:
    """Return what tells a station from others: the number at the end of its id, where there is one."""
    tail = station.rsplit("_", 1)[-1]
    return tail if tail.isdecimal() else one_line(station, 12)


def by_number(station: str) -> tuple[int, str]:
    tail = short_id(station)
    return (int(tail), station) if tail.isdecimal() else (10**9, station)


CHARTS: dict[str, type[SimChart]] = {
    "curve": CurveChart, "stations": StationChart, "hours": HourChart, "effects": EffectChart,
}  # fmt: skip
