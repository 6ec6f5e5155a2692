"""What the charts of a debriefing are drawn with: colours of the three columns, axes, legends; on paper and in windows.

Charts are no widgets and paint in any thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from app.charts.chart import LEFT, MIDDLE, RIGHT
from app.charts.chart import Chart as Painted
from app.charts.times import step_of
from app.debriefing.names import Names
from app.debriefing.words import verdict_words
from app.theme import Look
from dispatch.exercise.score_records import BEST, DID, REALLY, Decision

# Blue, orange and green of Okabe and Ito, darker by day: told apart by everybody, also where they lie side by side.
COLOURS = {
    "day": {DID: "#0062a3", REALLY: "#c26a00", BEST: "#00805d"},
    "night": {DID: "#5fb8ee", REALLY: "#f0a830", BEST: "#2fc493"},
}


@dataclass(slots=True)
class Hits:
    """Remember where which decision or incident was drawn: the last drawn is the first found."""

    spots: list[tuple[QRectF, int, Callable[[], str]]] = field(default_factory=list)

    def add(self, area: QRectF, place: int, words: Callable[[], str]) -> None:
        """Keep an area with the place of its decision (-1: none) and what says something of it when asked."""
        self.spots.append((area, place, words))

    def at(self, point: QPointF) -> tuple[int, str]:
        """Return the decision and the words at a point, -1 and nothing where there are none."""
        for area, place, words in reversed(self.spots):
            if area.contains(point):
                return place, words()
        return -1, ""


class Chart(Painted):
    """Be one chart of a debriefing; behind a place of it is the place of a decision."""

    def __init__(self, names: Names) -> None:
        super().__init__(names.language)
        self.names = names
        self.hits = Hits()

    def paint(self, painter: QPainter, area: QRectF, look: Look) -> None:
        self.hits = Hits()
        super().paint(painter, area, look)

    def words_at(self, at: QPointF) -> str:
        return self.hits.at(at)[1]

    def leads_on(self, at: QPointF) -> bool:
        return self.hits.at(at)[0] >= 0

    def behind(self, at: QPointF) -> int | None:
        place, _ = self.hits.at(at)
        return place if place >= 0 else None

    def _words(self, decision: Decision, span: str) -> str:
        names = self.names
        return f"{names.incident(decision.incident)}\n{span} · {verdict_words(decision, names.language)}"


def colour_of(column: str, look: Look) -> QColor:
    """Return the colour of a column in a look."""
    return QColor(COLOURS[look.name][column])


def paint_legend(painter: QPainter, area: QRectF, rows: Iterable[tuple[QColor, str]], look: Look) -> QRectF:
    """Write colours and what they mean along the top; return the room below them."""
    left, high = area.left(), painter.fontMetrics().height()
    for colour, words in rows:
        painter.fillRect(QRectF(left, area.top() + high / 2 - 4, 12, 8), colour)
        painter.setPen(QColor(look.muted))
        wide = painter.fontMetrics().horizontalAdvance(words)
        painter.drawText(QRectF(left + 17, area.top(), wide + 4, high), LEFT, words)
        left += 17 + wide + 16
    return area.adjusted(0, high + 4, 0, 0)


def axis_words(seconds: float, step: float) -> str:
    """Write a number of an axis: seconds, or minutes where all of them are whole."""
    sign = "\u2212" if seconds < 0 else ""
    whole = abs(round(seconds))
    return f"{sign}{whole // 60}:{whole % 60:02}" if step < 60 else f"{sign}{whole // 60} min"


def paint_rows(painter: QPainter, plot: QRectF, low: float, high: float, look: Look) -> None:
    """Draw lines across a plot at round numbers of seconds between two."""
    step = step_of(high - low, 5)
    value = -(-low // step) * step
    while value <= high + 1e-6:
        y = plot.bottom() - plot.height() * (value - low) / (high - low)
        painter.setPen(QPen(QColor(look.line), 0.8 if abs(value) > 1e-6 else 1.4))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(QColor(look.muted))
        words = axis_words(value, step)
        painter.drawText(QRectF(plot.left() - 56, y - 8, 50, 16), RIGHT, words)
        value += step


def paint_clock(painter: QPainter, plot: QRectF, low_s: float, high_s: float, names: Names, look: Look) -> None:
    """Write the city's clock along the foot of a plot, at round minutes."""
    step = step_of(high_s - low_s, max(2, int(plot.width() // 80)))
    off = names.material.exercise.start_at.timestamp() % step
    value = -((-(low_s + off)) // step) * step - off
    while value <= high_s + 1e-6:
        x = plot.left() + plot.width() * (value - low_s) / (high_s - low_s)
        painter.setPen(QPen(QColor(look.line), 0.8))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        painter.setPen(QColor(look.muted))
        words = names.clock(value, seconds=step < 60)
        painter.drawText(QRectF(x - 40, plot.bottom() + 2, 80, 15), MIDDLE, words)
        value += step


def shade(colour: QColor, share: float) -> QColor:
    """Return a colour of which only a share covers what lies below."""
    made = QColor(colour)
    made.setAlphaF(share)
    return made


def shares_of(values: Sequence[float | None], whole: int) -> list[tuple[float, float]]:
    """Return the steps (value, share of the whole up to it) of what is known, rising."""
    known = sorted(each for each in values if each is not None and each >= 0)
    return [(value, (number + 1) / max(1, whole)) for number, value in enumerate(known)]
