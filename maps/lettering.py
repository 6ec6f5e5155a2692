"""Draw texts as small pictures: straight, bent along a street, or on a plate as the numbers of roads are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QTransform

from maps.ground_style import LABEL_STYLES, LabelStyle

FONT_FAMILIES = [
    "Noto Sans", "Segoe UI", "Helvetica Neue", "DejaVu Sans",
    "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei",
]  # fmt: skip
HALO_PX = 1.6
PLATE_PX = (5.0, 2.5)  # how far a plate reaches beyond its text, across and down


def label_font(style: LabelStyle, scale: float = 1.0) -> QFont:
    """Return the font of a label style for `scale` device pixels a logical one."""
    font = QFont()
    font.setFamilies(FONT_FAMILIES)
    font.setPixelSize(max(1, round(style.size_px * scale)))
    font.setBold(style.bold)
    font.setItalic(style.italic)
    font.setWordSpacing(1.5 * scale)  # the halo eats the gap between words
    if style.spacing:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, style.spacing * scale)
    return font


@lru_cache(maxsize=16_384)
def text_width(text: str, style_name: str) -> float:
    """Return how wide a text is in a label style, in logical pixels."""
    return QFontMetricsF(label_font(LABEL_STYLES[style_name])).horizontalAdvance(text)


def text_sprite(
    text: str,
    font: QFont,
    colour: str,
    halo: str,
    halo_px: float,
    angle_deg: float = 0.0,
    *,
    bend: Sequence[tuple[float, float]] = (),
    plate: str = "",
) -> QImage:
    """Draw a text with a halo on a transparent picture that just holds it, its place in the middle (device pixels).

    It is turned clockwise, or runs along `bend` (points from the place); with `plate` it stands on a plate of the
    halo's colour with a rim of the plate's.
    """
    path = _bent(text, font, bend) if bend else _turned(text, font, angle_deg)
    board = path.boundingRect().adjusted(-PLATE_PX[0], -PLATE_PX[1], PLATE_PX[0], PLATE_PX[1])
    bounds = (board if plate else path.boundingRect()).adjusted(-halo_px - 1, -halo_px - 1, halo_px + 1, halo_px + 1)
    half_x = math.ceil(max(-bounds.left(), bounds.right(), 1))
    half_y = math.ceil(max(-bounds.top(), bounds.bottom(), 1))
    image = QImage(2 * half_x, 2 * half_y, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(half_x, half_y)
    edge = QColor(halo)
    edge.setAlphaF(0.85)
    if plate:
        painter.setPen(QPen(QColor(plate), 1.2 * halo_px / HALO_PX))
        painter.setBrush(edge)
        painter.drawRoundedRect(QRectF(board), 3.0, 3.0)
    else:
        painter.strokePath(
            path, QPen(edge, 2 * halo_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
    painter.fillPath(path, QColor(colour))
    painter.end()
    return image


def _rise(font: QFont) -> float:
    """Return how far the baseline lies under the middle of the letters."""
    metrics = QFontMetricsF(font)
    return (metrics.ascent() - metrics.descent()) / 2 * 0.92


def _turned(text: str, font: QFont, angle_deg: float) -> QPainterPath:
    path = QPainterPath()
    path.addText(QPointF(0, 0), font, text)
    turned = QTransform()
    turned.rotate(angle_deg)
    turned.translate(-path.boundingRect().center().x(), _rise(font))
    return turned.map(path)


def _bent(text: str, font: QFont, bend: Sequence[tuple[float, float]]) -> QPainterPath:
    """Set a text sign by sign along a line, centred on it; what is longer than the line runs on straight."""
    line = np.asarray(bend, np.float64)
    steps = np.hypot(*np.diff(line, axis=0).T)
    run = np.concatenate(([0.0], np.cumsum(steps)))
    metrics, rise = QFontMetricsF(font), _rise(font)
    edges = [metrics.horizontalAdvance(text[:count]) for count in range(len(text) + 1)]
    start = (run[-1] - edges[-1]) / 2
    whole = QPainterPath()
    for sign, left, right in zip(text, edges, edges[1:], strict=False):
        if sign.isspace():
            continue
        at = start + (left + right) / 2
        piece = int(np.clip(np.searchsorted(run, at) - 1, 0, len(steps) - 1))
        along = (line[piece + 1] - line[piece]) / max(1e-9, steps[piece])
        x, y = line[piece] + along * (at - run[piece])
        # Between two pieces the turn goes over gradually.
        before, after = (np.interp((at - 3, at + 3), run, line[:, axis]) for axis in (0, 1))
        turn = math.degrees(math.atan2(after[1] - after[0], before[1] - before[0]))
        placed = QTransform()
        placed.translate(float(x), float(y))
        placed.rotate(turn)
        placed.translate(-(right - left) / 2, rise)
        glyph = QPainterPath()
        glyph.addText(QPointF(0, 0), font, sign)
        whole.addPath(placed.map(glyph))
    whole.setFillRule(Qt.FillRule.WindingFill)
    return whole
