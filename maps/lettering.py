"""Draw texts as small pictures: straight, bent along a street, or on a plate as the numbers of roads are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QTransform

from maps.ground_style import LABEL_STYLES, LabelStyle

FONT_FAMILIES = [
    "Noto Sans", "Segoe UI", "Helvetica Neue", "DejaVu Sans",
    "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei",
]  # fmt: skip
HALO_PX = 1.6
HALO_ALPHA = 0.85
TURNS_OVER_PX = 3.0  # round a corner of a bent text's line
MOST_GLYPHS = 4_000
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
    reach = math.ceil(halo_px) + 1
    bounds = path.boundingRect()
    if plate:
        bounds = bounds.adjusted(-PLATE_PX[0], -PLATE_PX[1], PLATE_PX[0], PLATE_PX[1])
    half_x = math.ceil(max(-bounds.left(), bounds.right(), 1)) + reach
    half_y = math.ceil(max(-bounds.top(), bounds.bottom(), 1)) + reach
    if plate:
        return _on_plate(path, bounds, (half_x, half_y), colour, halo, plate, halo_px / HALO_PX)
    mask = QImage(2 * half_x, 2 * half_y, QImage.Format.Format_Alpha8)
    mask.fill(0)
    painter = QPainter(mask)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(half_x, half_y)
    painter.fillPath(path, QColor("#000000"))
    painter.end()
    rows = np.frombuffer(mask.constBits(), np.uint8).reshape(2 * half_y, mask.bytesPerLine())
    return _haloed(rows[:, : 2 * half_x], QColor(colour), QColor(halo), halo_px)


def _haloed(ink: NDArray[np.uint8], colour: QColor, halo: QColor, halo_px: float) -> QImage:
    """Lay ink (alpha, uint8 (h, w)) over its own widened shape: a third of what stroking the outlines costs."""
    wide = _widened(ink, halo_px)
    height, width = wide.shape
    wet = np.flatnonzero(wide)
    over = ink.ravel()[wet].astype(np.uint32)
    under = wide.ravel()[wet] * np.uint32(round(255 * HALO_ALPHA)) * (255 - over) // (255 * 255)
    pixels = np.zeros(height * width, np.uint32)
    pixels[wet] = (over + under) << 24
    for shift, front, back in ((16, colour.red(), halo.red()), (8, colour.green(), halo.green()),
                               (0, colour.blue(), halo.blue())):  # fmt: skip
        pixels[wet] |= (over * np.uint32(front) + under * np.uint32(back)) // 255 << shift
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()


def _widened(ink: NDArray[np.uint8], reach_px: float) -> NDArray[np.uint8]:
    """Widen a shape by about so many pixels, its outline nearly round: by a cross, by a square, and so on."""
    wide = ink
    for number in range(round(reach_px)):
        across = wide.copy()
        np.maximum(across[:, 1:], wide[:, :-1], out=across[:, 1:])
        np.maximum(across[:, :-1], wide[:, 1:], out=across[:, :-1])
        source = across if number % 2 else wide
        down = across.copy()
        np.maximum(down[1:], source[:-1], out=down[1:])
        np.maximum(down[:-1], source[1:], out=down[:-1])
        wide = down
    return wide


def _on_plate(
    path: QPainterPath, plate: QRectF, half: tuple[int, int], colour: str, ground: str, rim: str, scale: float
) -> QImage:
    image = QImage(2 * half[0], 2 * half[1], QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(*half)
    inside = QColor(ground)
    inside.setAlphaF(HALO_ALPHA)
    painter.setPen(QPen(QColor(rim), 1.2 * scale))
    painter.setBrush(inside)
    painter.drawRoundedRect(plate, 3.0 * scale, 3.0 * scale)
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
    run = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    metrics, rise = QFontMetricsF(font), _rise(font)
    edges = np.array([metrics.horizontalAdvance(text[:count]) for count in range(len(text) + 1)])
    at = (run[-1] - edges[-1]) / 2 + (edges[:-1] + edges[1:]) / 2
    x, y = _on_line(line, run, at)
    before, after = _on_line(line, run, at - TURNS_OVER_PX), _on_line(line, run, at + TURNS_OVER_PX)
    across, down = after[0] - before[0], after[1] - before[1]
    length = np.maximum(1e-9, np.hypot(across, down))
    cos, sin = across / length, down / length
    back = np.diff(edges) / 2
    whole = QPainterPath()
    whole.setFillRule(Qt.FillRule.WindingFill)
    key = font.key()
    left, top = x - back * cos - rise * sin, y - back * sin + rise * cos
    for sign, *turn in zip(text, cos.tolist(), sin.tolist(), left.tolist(), top.tolist(), strict=True):
        if not sign.isspace():
            c, s, dx, dy = turn
            whole.addPath(QTransform(c, s, -s, c, dx, dy).map(_glyph(sign, key, font)))
    return whole


def _on_line(
    line: NDArray[np.float64], run: NDArray[np.float64], at: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the points at distances along a line, which runs on straight beyond its ends."""
    piece = np.clip(np.searchsorted(run, at) - 1, 0, len(run) - 2)
    share = (at - run[piece]) / np.maximum(1e-9, run[piece + 1] - run[piece])
    points = line[piece] + (line[piece + 1] - line[piece]) * share[:, None]
    return points[:, 0], points[:, 1]


_glyphs: dict[tuple[str, str], QPainterPath] = {}


def _glyph(sign: str, key: str, font: QFont) -> QPainterPath:
    if len(_glyphs) > MOST_GLYPHS:
        _glyphs.clear()
    if (sign, key) not in _glyphs:
        path = QPainterPath()
        path.addText(QPointF(0, 0), font, sign)
        _glyphs[sign, key] = path
    return _glyphs[sign, key]
