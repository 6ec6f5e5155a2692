"""What every chart of demand is: painted the same in the window and on paper; a bar that is taken is looked at alone.

Charts are no widgets and paint in any thread.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from app.charts.chart import RIGHT, between
from app.charts.chart import Chart as Painted
from app.demand.told import Bar, Way
from app.demand.words import day_words, share_words
from app.theme import Look
from app.wording import text

PALE = 0.34  # of the accent: bars beside those that are chosen


@dataclass(frozen=True, slots=True)
class Taken:
    """Name the key of a way that was taken from a chart."""

    way: str
    key: str


@dataclass(frozen=True, slots=True)
class Of:
    """Say what a chart is of."""

    way: Way
    language: str


class Chart(Painted):
    """Be a chart of a way to look."""

    def __init__(self, shown: Of) -> None:
        super().__init__(shown.language)
        self.shown = shown

    @property
    def title(self) -> str:
        way, language = self.shown.way, self.shown.language
        if way.way == "day":
            return text("demand.by_day", language)
        named = text("demand.by_way", language, way=way.name)
        return text("demand.by_mean", language, title=named) if self.is_mean else named

    @property
    def is_mean(self) -> bool:
        """Tell whether it shows what such a day brings: some weekdays stand in a log more often than others."""
        return self.shown.way.way in ("weekday", "week") and all(bar.a_day is not None for bar in self.bars)

    @property
    def values(self) -> list[float]:
        """Return how high the bars are."""
        is_mean = self.is_mean
        return [bar.a_day or 0.0 if is_mean else float(bar.count) for bar in self.bars]

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Return the bars."""
        return self.shown.way.bars

    def has_something(self) -> bool:
        return any(bar.count for bar in self.bars)

    def colour(self, bar: Bar, look: Look) -> QColor:
        """Return a bar's colour: full, but pale where others are chosen."""
        if self.shown.way.has_chosen and not bar.is_chosen:
            return between(look.panel, look.accent, PALE)
        return QColor(look.accent)

    def words_at(self, at: QPointF) -> str:
        bar = self.bar_at(at)
        if bar is None:
            return ""
        language, way = self.shown.language, self.shown.way
        total = sum(each.count for each in way.bars)
        share = share_words(bar.count / total) if total else "–"
        a_day = "" if way.way == "day" else day_words(bar.a_day, language)
        if a_day and way.way in ("weekday", "week"):
            a_day = text("demand.a_such_day", language, value=f"{bar.a_day:.2g}")
        return text("demand.bar_tip", language, name=bar.name, count=f"{bar.count:,}", share=share, a_day=a_day)

    def behind(self, at: QPointF) -> Taken | None:
        bar = self.bar_at(at)
        return Taken(self.shown.way.way, bar.key) if bar is not None else None

    def bar_at(self, at: QPointF) -> Bar | None:
        """Return the bar at a place."""
        return None


def counted_axis(painter: QPainter, plot: QRectF, most: float, look: Look) -> float:
    """Draw lines at round numbers of a plot; return the number at its top."""
    step = next(
        part * 10.0**power for power in range(-2, 12) for part in (1, 2, 5) if most / (part * 10.0**power) <= 4.5
    )
    top = max(1, -(-most // step)) * step
    for number in range(round(top / step) + 1):
        y = plot.bottom() - plot.height() * number * step / top
        painter.setPen(QPen(QColor(look.line), 0.8))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(QColor(look.muted))
        painter.drawText(QRectF(plot.left() - 50, y - 8, 44, 16), RIGHT, f"{number * step:,.6g}")
    return float(top)
