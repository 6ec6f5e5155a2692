"""What every chart of response times is: painted the same in the window and on paper; it says what it stands on.

Charts are no widgets and paint in any thread.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from app.theme import Look
from app.times.words import interval_name
from app.wording import label, text
from dispatch.state import State
from dispatch.times.profiles import EACH, TimeTarget
from dispatch.times.report import TimesReport
from dispatch.times.spans import RESPONSE

FEW = 5  # fewer than so many are drawn pale: a P90 of three is one of them
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
MIDDLE = Qt.AlignmentFlag.AlignCenter


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
        painter.drawText(QRectF(area.left(), area.top(), area.width(), high), LEFT, title)
        painter.setFont(font)
        inner = area.adjusted(0, high + 6, 0, 0)
        if self.has_something():
            self.draw(painter, inner, look)
        else:
            painter.setPen(QColor(look.muted))
            painter.drawText(inner, MIDDLE, text("times.chart_empty", self.shown.language))
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


def between(low: str, high: str, share: float) -> QColor:
    """Mix two colours."""
    one, other = QColor(low), QColor(high)
    return QColor(*(round(a + (b - a) * share) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)))


def ink_on(ground: QColor) -> QColor:
    """Return black or white, whichever is read better on a colour."""
    bright = 0.299 * ground.red() + 0.587 * ground.green() + 0.114 * ground.blue()
    return QColor("#10161c" if bright > 130 else "#ffffff")
