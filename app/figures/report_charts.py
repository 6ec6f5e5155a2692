"""The charts of a report as pictures on white: painted outside the window's thread, without any widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import cos, radians

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF

from app.charts.chart import LEFT, MIDDLE, RIGHT
from app.charts.picture import painted
from app.figures.count import Counted
from app.figures.words import key_words, span_names
from app.theme import LOOKS
from app.wording import label, text

INK = LOOKS["day"]
CHART = (480.0, 270.0)
MAP = (980.0, 440.0)
IN_TIME = "handle_in_time_rate"
MOST_BARS, MOST_DOTS = 12, 20_000


def paint(name: str, counted: Counted, language: str) -> QImage:
    """Return a chart: `days`, `departments`, `spans`, `hours` or `map`."""
    size = MAP if name == "map" else CHART
    return painted(lambda painter, area: _PAINTERS[name](painter, area, counted, language), size)


def _title(painter: QPainter, area: QRectF, words: str) -> QRectF:
    font = painter.font()
    bold = QFont(font)
    bold.setBold(True)
    bold.setPixelSize(13)
    painter.setFont(bold)
    painter.setPen(QColor(INK.text))
    painter.drawText(QRectF(area.left(), area.top(), area.width(), 22), LEFT, words)
    painter.setFont(font)
    return area.adjusted(0, 26, 0, 0)


def _days(painter: QPainter, area: QRectF, counted: Counted, language: str) -> None:
    series = counted.series
    area = _title(painter, area, text("figures_page.by_day", language))
    lines = (
        ("figures_page.found", series.found, INK.accent, Qt.PenStyle.SolidLine),
        ("figures_page.handled", series.handled, INK.good, Qt.PenStyle.DashLine),
        ("figures_page.late", series.late, INK.alarm, Qt.PenStyle.DotLine),
    )
    left = area.left() + 40
    for key, values, colour, style in lines:
        painter.setPen(QPen(QColor(colour), 2, style))
        painter.drawLine(QPointF(left, area.top() + 8), QPointF(left + 26, area.top() + 8))
        words = f"{text(key, language)} {int(values.sum()):,}"
        painter.setPen(QColor(INK.muted))
        painter.drawText(QRectF(left + 31, area.top(), 150, 16), LEFT, words)
        left += 46 + painter.fontMetrics().horizontalAdvance(words)
    plot = area.adjusted(40, 24, -8, -20)
    top = _axis(painter, plot, max(int(values.max(initial=0)) for _, values, _, _ in lines))
    count = len(series.days)
    step = plot.width() / max(1, count)
    for _, values, colour, style in lines:
        painter.setPen(QPen(QColor(colour), 1.8, style))
        points = [
            QPointF(plot.left() + (n + 0.5) * step, plot.bottom() - plot.height() * int(value) / top)
            for n, value in enumerate(values)
        ]
        painter.drawPolyline(QPolygonF(points))
        if count == 1:
            painter.drawEllipse(points[0], 2.5, 2.5)
    painter.setPen(QColor(INK.muted))
    every = max(1, -(-count // 16))
    is_month = series.days[0].month == series.days[-1].month
    for n in range(0, count, every):
        words = str(series.days[n].day) if is_month else f"{series.days[n]:%m-%d}"
        painter.drawText(QRectF(plot.left() + (n + 0.5) * step - 30, plot.bottom() + 3, 60, 16), MIDDLE, words)


def _departments(painter: QPainter, area: QRectF, counted: Counted, language: str) -> None:
    figures = counted.figures
    area = _title(painter, area, text("figures_page.in_time", language))
    if not figures.has(IN_TIME, "department"):
        return
    known = [figures.of(IN_TIME, "department", key) for key in counted.keys("department")]
    known = sorted((each for each in known if each.denominator), key=lambda each: (-(each.value or 0.0), each.key))
    full = next((mark.full for mark in figures.profile.marks if mark.indicator == IN_TIME), None)
    plot = area.adjusted(150, 16, -52, -4)
    high = min(24.0, plot.height() / max(1, len(known[:MOST_BARS])))
    for number, figure in enumerate(known[:MOST_BARS]):
        share, y = figure.value or 0.0, plot.top() + number * high
        bar = QRectF(plot.left(), y + high * 0.16, plot.width() * share, high * 0.68)
        painter.fillRect(bar, QColor(INK.accent if full is None or share >= full else INK.warning))
        name = key_words(counted.state, "department", figure.key, language)
        painter.setPen(QColor(INK.text))
        elided = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, 142)
        painter.drawText(QRectF(area.left(), y, 142, high), RIGHT, elided)
        painter.drawText(QRectF(plot.right() + 6, y, 46, high), LEFT, f"{100 * share:.1f}")
    if full is not None:
        x = plot.left() + plot.width() * full
        painter.setPen(QPen(QColor(INK.text), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.top() + high * max(1, len(known[:MOST_BARS]))))
        painter.setPen(QColor(INK.muted))
        words = text("figures_page.full_mark", language, value=f"{100 * full:g} %")
        painter.drawText(QRectF(x - 200, plot.top() - 16, 200, 15), RIGHT, words)


def _spans(painter: QPainter, area: QRectF, counted: Counted, language: str) -> None:
    spans = counted.series.spans
    area = _title(painter, area, text("figures_page.spans", language))
    plot = area.adjusted(40, 12, -8, -20)
    top = _axis(painter, plot, int(spans.max()))
    step = plot.width() / len(spans)
    for number, (count, name) in enumerate(zip(spans.tolist(), span_names(language), strict=True)):
        x = plot.left() + number * step
        high = plot.height() * count / top
        painter.fillRect(QRectF(x + step * 0.14, plot.bottom() - high, step * 0.72, high), QColor(INK.accent))
        painter.setPen(QColor(INK.muted))
        painter.drawText(QRectF(x, plot.bottom() + 3, step, 16), MIDDLE, name)
        painter.setPen(QColor(INK.text))
        painter.drawText(QRectF(x, plot.bottom() - high - 15, step, 14), MIDDLE, f"{count:,}")


def _hours(painter: QPainter, area: QRectF, counted: Counted, language: str) -> None:
    hours = counted.series.hours
    area = _title(painter, area, text("figures_page.hours", language))
    plot = area.adjusted(40, 4, -8, -20)
    wide, high = plot.width() / 24, plot.height() / 7
    most = max(1, int(hours.max()))
    small = QFont(painter.font())
    small.setPixelSize(8)
    for day in range(7):
        painter.setPen(QColor(INK.muted))
        place = QRectF(area.left(), plot.top() + day * high, 34, high)
        painter.drawText(place, RIGHT, label("weekday", day + 1, language))
        for hour in range(24):
            count = int(hours[day, hour])
            cell = QRectF(plot.left() + hour * wide, plot.top() + day * high, wide - 1, high - 1)
            painter.fillRect(cell, _between("#f1f4f7", INK.accent, count / most))
            if count:
                font = painter.font()
                painter.setFont(small)
                painter.setPen(QColor("#ffffff" if count > 0.55 * most else INK.text))
                painter.drawText(cell, MIDDLE, f"{count}" if count < 1000 else "…")
                painter.setFont(font)
    painter.setPen(QColor(INK.muted))
    for hour in range(0, 24, 3):
        painter.drawText(QRectF(plot.left() + hour * wide, plot.bottom() + 3, wide, 16), MIDDLE, str(hour))


def _map(painter: QPainter, area: QRectF, counted: Counted, language: str) -> None:
    """Draw every report as a dot, hot spots as squares, repeated places as circles with how often; north is up."""
    state, figures = counted.state, counted.figures
    known = figures.indicators()
    ids = figures.cases(figures.of(known[0].id)) if known else ()
    dots = [(state.cases[n].place.location.lon, state.cases[n].place.location.lat) for n in ids[:MOST_DOTS]]
    lonlat = np.array([dot for dot in dots if np.isfinite(dot).all()])
    if not len(lonlat):
        return
    # A single place far away must not make a dot of the city.
    low, high = np.percentile(lonlat, 0.5, axis=0), np.percentile(lonlat, 99.5, axis=0)
    middle = (low + high) / 2
    east = max(0.05, cos(radians(float(middle[1]))))
    span = np.maximum((high - low) * (east, 1.0), 1e-4) * 1.12
    scale = min(area.width() / span[0], area.height() / span[1])

    def at(lon: float, lat: float) -> QPointF:
        x = area.center().x() + (lon - middle[0]) * east * scale
        return QPointF(x, area.center().y() - (lat - middle[1]) * scale)

    painter.setClipRect(area)
    painter.fillRect(area, QColor("#f6f7f9"))
    painter.setPen(Qt.PenStyle.NoPen)
    dot = QColor(INK.accent)
    dot.setAlpha(90)
    painter.setBrush(dot)
    for lon, lat in lonlat.tolist():
        painter.drawEllipse(at(lon, lat), 1.6, 1.6)
    for spot in counted.hot:
        side = spot.side_m / 111_195.0 * scale
        middle_at = at(spot.lon, spot.lat)
        painter.setPen(QPen(QColor(INK.alarm), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(middle_at.x() - side / 2, middle_at.y() - side / 2, side, side))
        words = QRectF(middle_at.x() - 40, middle_at.y() - side / 2 - 15, 80, 14)
        painter.drawText(words, MIDDLE, str(len(spot.case_ids)))
    painter.setPen(QPen(QColor(INK.text), 1.2))
    for place in counted.repeated[:20]:
        painter.drawEllipse(at(place.lon, place.lat), 5, 5)
    painter.setPen(QPen(QColor(INK.line), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))


def _axis(painter: QPainter, plot: QRectF, most: int) -> int:
    """Draw lines at round numbers; return the number at the top."""
    top = max(1, most)
    step = next(s for s in _steps() if top / s <= 5)
    top = -(-top // step) * step
    for value in range(0, top + 1, step):
        y = plot.bottom() - plot.height() * value / top
        painter.setPen(QPen(QColor(INK.line), 0.7))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.setPen(QColor(INK.muted))
        painter.drawText(QRectF(plot.left() - 42, y - 8, 36, 16), RIGHT, f"{value:,}")
    return top


def _steps() -> Sequence[int]:
    return [part * 10**power for power in range(10) for part in (1, 2, 5)]


def _between(low: str, high: str, share: float) -> QColor:
    one, other = QColor(low), QColor(high)
    return QColor(*(round(a + (b - a) * share) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)))


_PAINTERS: dict[str, Callable[[QPainter, QRectF, Counted, str], None]] = {
    "days": _days,
    "departments": _departments,
    "spans": _spans,
    "hours": _hours,
    "map": _map,
}
