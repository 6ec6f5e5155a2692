"""What every chart is: a title, something drawn below it, and an answer to what stands at a place.

Charts are no widgets and paint in any thread.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from app.theme import Look
from app.wording import text

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MIDDLE = Qt.AlignmentFlag.AlignCenter


class Chart:
    """Be a chart. `paint` puts it into an area; then `words_at` and `behind` answer there."""

    title_key = ""

    def __init__(self, language: str) -> None:
        self.language = language
        self.plot = QRectF()

    @property
    def title(self) -> str:
        """Return what stands above it; nothing where something else says it."""
        return text(self.title_key, self.language) if self.title_key else ""

    def paint(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """Paint it with its title; the painter counts logical pixels and brings its font."""
        painter.save()
        inner = paint_title(painter, area, self.title, look)
        if self.has_something():
            self.draw(painter, inner, look)
        else:
            painter.setPen(QColor(look.muted))
            painter.drawText(inner, MIDDLE, text("chart.empty", self.language))
        painter.restore()

    def has_something(self) -> bool:
        """Tell whether there is anything to draw."""
        return True

    def draw(self, painter: QPainter, area: QRectF, look: Look) -> None:
        """Draw below the title; sets `plot`."""

    def words_at(self, at: QPointF) -> str:
        """Say what stands at a place."""
        return ""

    def leads_on(self, at: QPointF) -> bool:
        """Tell whether a place stands for something that can be gone to."""
        return bool(self.words_at(at))

    def behind(self, at: QPointF) -> object | None:
        """Return what a place stands for, for whoever listens."""
        return None


def paint_title(painter: QPainter, area: QRectF, words: str, look: Look) -> QRectF:
    """Write a title and return the room below it."""
    if not words:
        return area
    font = painter.font()
    bold = QFont(font)
    bold.setBold(True)
    painter.setFont(bold)
    painter.setPen(QColor(look.text))
    high = painter.fontMetrics().height()
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(area.width()))
    painter.drawText(QRectF(area.left(), area.top(), area.width(), high), LEFT, shown)
    painter.setFont(font)
    return area.adjusted(0, high + 6, 0, 0)


def between(low: str, high: str, share: float) -> QColor:
    """Mix two colours."""
    one, other = QColor(low), QColor(high)
    return QColor(*(round(a + (b - a) * share) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)))


def ink_on(ground: QColor) -> QColor:
    """Return black or white, whichever is read better on a colour."""
    bright = 0.299 * ground.red() + 0.587 * ground.green() + 0.114 * ground.blue()
    return QColor("#10161c" if bright > 130 else "#ffffff")
