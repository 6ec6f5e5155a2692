"""Each incident from its call: a thin bar a column, so that what took long stands out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.debriefing.drawing import LEFT, MIDDLE, Chart, colour_of, paint_legend, shade
from app.debriefing.names import Names
from app.theme import Look
from app.wording import label
from app.wording.durations import clock_span
from dispatch.exercise.score_records import COLUMNS, IncidentRow, Served

LIGHT = 0.3  # how much of the colour stands until the first unit is sent


class FromCall(Chart):
    """Draw some incidents from their calls, a thin bar for each column."""

    ROW_PX = 25.0

    def __init__(self, names: Names, rows: tuple[IncidentRow, ...], most_s: float) -> None:
        super().__init__(names)
        self._incidents, self._most_s = rows, most_s

    @property
    def size(self) -> tuple[float, float]:
        """Return how large it is on paper."""
        return 980.0, self.ROW_PX * len(self._incidents) + 64.0

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        names = self.names
        columns = [each for each in COLUMNS if each in names.material.debriefing.columns]
        legend = [(colour_of(each, look), label("debrief_column", each, names.language)) for each in columns]
        area = paint_legend(painter, area, legend, look)
        plot = area.adjusted(330, 0, -56, -18)
        painter.setPen(QColor(look.muted))
        for minute in range(0, int(self._most_s // 60) + 1, 2 if self._most_s <= 1200 else 5):
            x = plot.left() + plot.width() * 60 * minute / self._most_s
            painter.setPen(QPen(QColor(look.line), 0.8))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(x - 30, plot.bottom() + 2, 60, 15), MIDDLE, f"{minute} min")
        thick = (self.ROW_PX - 4) / len(columns)
        for place, row in enumerate(self._incidents):
            top = plot.top() + place * self.ROW_PX
            if place % 2:
                painter.fillRect(QRectF(area.left(), top, area.width(), self.ROW_PX), shade(QColor(look.line), 0.25))
            painter.setPen(QColor(look.text))
            name = painter.fontMetrics().elidedText(names.incident(row.number), Qt.TextElideMode.ElideRight, 318)
            painter.drawText(QRectF(area.left() + 4, top, 320, self.ROW_PX), LEFT, name)
            for number, column in enumerate(columns):
                served = getattr(row, column)
                if served is not None:
                    line = QRectF(plot.left(), top + 2 + number * thick, plot.width(), thick - 1)
                    self._paint_line(painter, line, served, colour_of(column, look))

    def _paint_line(self, painter: QPainter, line: QRectF, served: Served, colour: QColor) -> None:
        def x(seconds: float) -> float:
            return line.left() + line.width() * min(max(seconds, 0.0), self._most_s) / self._most_s

        decided, first, needs = served.decided_s, served.first_s, served.needs_s
        if decided is not None:
            painter.fillRect(QRectF(line.left(), line.top(), x(decided) - line.left(), line.height()),
                             shade(colour, LIGHT))  # fmt: skip
        if first is not None:
            start = x(decided) if decided is not None else line.left()
            painter.fillRect(QRectF(start, line.top(), max(1.5, x(first) - start), line.height()), colour)
            if needs is not None and needs > first:
                middle = line.center().y()
                painter.setPen(QPen(colour, 1.2))
                painter.drawLine(QPointF(x(first), middle), QPointF(x(needs), middle))
                painter.drawLine(QPointF(x(needs), line.top()), QPointF(x(needs), line.bottom()))
            if words := cut_off(served, self._most_s):
                painter.setPen(colour)
                painter.drawText(QRectF(line.right() + 4, line.top() - 3, 60, line.height() + 6), LEFT, words)


def cut_off(served: Served, most_s: float) -> str:
    """Return when what does not fit ends: all of the first alarm, else the first unit; nothing where all fits."""
    last_s = max(served.first_s or 0.0, served.needs_s or 0.0)
    return clock_span(last_s) if last_s > most_s else ""
