"""Axes of time: round steps, and the lines of a plot at them."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from app.charts.chart import MIDDLE, RIGHT
from app.theme import Look
from app.wording.durations import clock_span

STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400)


def step_of(span_s: float, most: float) -> float:
    """Return a round number of seconds that divides a span into at most so many parts; whole days beyond a day."""
    days = STEPS_S[-1]
    return next((each for each in STEPS_S if span_s / each <= most), days * math.ceil(span_s / most / days))


def paint_times(
    painter: QPainter, plot: QRectF, top_s: float, look: Look, *, across: bool, apart_px: float = 60.0
) -> None:
    """Draw lines at round times from nothing to `top_s`, from left to right or from the bottom up, with their words."""
    room = plot.width() / apart_px if across else plot.height() / 24
    step = step_of(top_s, max(3.0, room))
    for number in range(int(top_s / step) + 1):
        share, words = number * step / top_s, clock_span(number * step)
        painter.setPen(QPen(QColor(look.line), 0.8))
        if across:
            x = plot.left() + plot.width() * share
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(x - 40, plot.bottom() + 2, 80, 16), MIDDLE, words)
        else:
            y = plot.bottom() - plot.height() * share
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(look.muted))
            painter.drawText(QRectF(plot.left() - 52, y - 8, 47, 16), RIGHT, words)
