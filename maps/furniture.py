"""What stands on every map: a scale bar, and whose data it shows."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from maps.listing import BETWEEN
from maps.style import Theme
from maps.symbols import sign_font
from maps.view import View

LINE_PX = 15.0
MOST_LINES = 3


def paint_furniture(painter: QPainter, view: View, theme: Theme, attribution: str) -> None:
    """Paint the scale bar (bottom left) and whose data the map shows (bottom right); logical pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = sign_font(10, bold=False)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    plate = QColor(theme.halo)
    plate.setAlphaF(0.78)
    if attribution:
        lines = attribution_lines(attribution, metrics, view.width * 0.62)
        width = max(metrics.horizontalAdvance(line) for line in lines) + 12
        top = view.height - LINE_PX * len(lines) - 3
        painter.fillRect(QRectF(view.width - width, top, width, view.height - top), plate)
        painter.setPen(QColor(theme.text))
        for place, line in enumerate(lines):
            box = QRectF(view.width - width, top + 1.5 + place * LINE_PX, width - 6, LINE_PX)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, line)
    length_m = nice_length_m(view.metres_per_pixel * min(140.0, view.width * 0.25))
    width = length_m / view.metres_per_pixel
    left, bottom = 12.0, view.height - 10.0
    text = f"{length_m:g} m" if length_m < 1000 else f"{length_m / 1000:g} km"
    painter.fillRect(QRectF(left - 6, bottom - 22, width + 12, 28), plate)
    painter.setPen(QColor(theme.text))
    painter.drawText(QRectF(left, bottom - 21, width, 14), Qt.AlignmentFlag.AlignCenter, text)
    painter.setPen(QPen(QColor(theme.text), 1.6))
    painter.drawPolyline(
        [
            QPointF(left, bottom - 6),
            QPointF(left, bottom),
            QPointF(left + width, bottom),
            QPointF(left + width, bottom - 6),
        ]
    )


def attribution_lines(attribution: str, metrics: QFontMetricsF, width_px: float) -> list[str]:
    """Lay out whose data it is in at most `MOST_LINES` lines: broken between owners; what is longer loses its middle.

    Everybody's text stands there as plain text; the last line says how many found no room.
    """
    text = " ".join("".join(sign if sign.isprintable() else " " for sign in attribution).split())
    lines: list[str] = []
    owners = text.split(BETWEEN)
    for place, owner in enumerate(owners):
        longer = f"{lines[-1]}{BETWEEN}{owner}" if lines else owner
        if lines and metrics.horizontalAdvance(longer) <= width_px:
            lines[-1] = longer
        elif len(lines) < MOST_LINES:
            lines.append(metrics.elidedText(owner, Qt.TextElideMode.ElideMiddle, width_px))
        else:
            left = f"{BETWEEN}+{len(owners) - place}"
            room = width_px - metrics.horizontalAdvance(left)
            lines[-1] = metrics.elidedText(lines[-1], Qt.TextElideMode.ElideMiddle, room) + left
            break
    return lines


def nice_length_m(most_m: float) -> float:
    """Return the longest of 1, 2, 5, 10, ... metres that is not longer than `most_m`."""
    power = 10.0 ** math.floor(math.log10(most_m))
    return next(power * step for step in (5, 2, 1) if power * step <= most_m * (1 + 1e-9))
