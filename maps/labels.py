"""Write labels on the map: greedy placement without collisions, and ready-made sprites with haloes."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QTransform

from maps.ground_style import LABEL_STYLES, LabelStyle
from maps.names import Label
from maps.sprites import Spot, SpriteSheet, fragments
from maps.style import Theme
from maps.view import View

FONT_FAMILIES = [
    "Noto Sans", "Segoe UI", "Helvetica Neue", "DejaVu Sans",
    "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei",
]  # fmt: skip
CELL_PX = 64
MARGIN_PX = 100.0
HALO_PX = 1.6
ROUND_DEG = 2.0


_Box = tuple[float, float, float, float]  # left, top, right, bottom


def label_font(style: LabelStyle, scale: float = 1.0) -> QFont:
    """Return the font of a label style for `scale` device pixels a logical one."""
    font = QFont()
    font.setFamilies(FONT_FAMILIES)
    font.setPixelSize(max(1, round(style.size_px * scale)))
    font.setBold(style.bold)
    font.setItalic(style.italic)
    if style.spacing:
        font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, style.spacing * scale)
    return font


def text_sprite(text: str, font: QFont, colour: str, halo: str, halo_px: float, angle_deg: float = 0.0) -> QImage:
    """Draw a text with a halo, turned clockwise, on a transparent picture that just holds it (device pixels)."""
    path = QPainterPath()
    path.addText(QPointF(0, 0), font, text)
    middle = path.boundingRect().center()
    metrics = QFontMetricsF(font)
    turned = QTransform()
    turned.rotate(angle_deg)
    turned.translate(-middle.x(), (metrics.ascent() - metrics.descent()) / 2 * 0.92)
    path = turned.map(path)
    bounds = path.boundingRect().adjusted(-halo_px - 1, -halo_px - 1, halo_px + 1, halo_px + 1)
    half_x = math.ceil(max(-bounds.left(), bounds.right(), 1))
    half_y = math.ceil(max(-bounds.top(), bounds.bottom(), 1))
    image = QImage(2 * half_x, 2 * half_y, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(half_x, half_y)
    edge = QColor(halo)
    edge.setAlphaF(0.85)
    painter.strokePath(
        path, QPen(edge, 2 * halo_px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.fillPath(path, QColor(colour))
    painter.end()
    return image


class LabelBoard:
    """Keep the labels that stand on the screen: while the scale stays, a label that stands keeps its place."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._scale = (0.0, 0.0)
        self._placed: dict[tuple[str, str, int, int], Label] = {}
        self._xy = np.empty((0, 2))
        self._spots = np.empty((0, 4))
        self._sheet = SpriteSheet()

    @property
    def placed(self) -> tuple[Label, ...]:
        """Return the labels that stand at the moment."""
        return tuple(self._placed.values())

    def place(self, labels: Iterable[Label], view: View) -> None:
        """Choose from labels (most important first) what can stand in a view without touching another."""
        scale = (view.metres_per_pixel, view.device_pixel_ratio)
        kept = list(self._placed.values()) if scale == self._scale else []
        self._scale = scale
        self._placed = {}
        grid = _Grid()
        for label in kept:
            self._stand(label, view, grid)
        for label in labels:
            self._stand(label, view, grid)
        self._xy = np.array([(label.x, label.y) for label in self._placed.values()]).reshape(-1, 2)
        self._spots = np.full((len(self._placed), 4), np.nan)

    def _stand(self, label: Label, view: View, grid: _Grid) -> None:
        key = (label.text, label.style, round(label.x), round(label.y))
        if key in self._placed:
            return
        style = LABEL_STYLES[label.style]
        across = (label.x - view.x) / view.metres_per_pixel
        down = (view.y - label.y) / view.metres_per_pixel
        if abs(across) > view.width / 2 + MARGIN_PX or abs(down) > view.height / 2 + MARGIN_PX:
            return
        width = _width(_written(label), label.style) + 6
        height = style.size_px * 1.15 + 3
        if style.apart_px and not grid.is_apart(label.text, style.apart_px, across, down):
            return
        boxes = _pieces(across, down, width, height, label.angle_deg)
        if not grid.is_free(boxes):
            return
        grid.take(boxes, label.text, across, down)
        self._placed[key] = label

    def paint(self, painter: QPainter, view: View, budget_s: float = math.inf) -> bool:
        """Paint what stands, at the places that a view (at any scale) gives; the painter counts logical pixels.

        Answers whether all are there: drawing new sprites stops after `budget_s`, the next call goes on.
        """
        if not len(self._xy):
            return True
        ratio = view.device_pixel_ratio
        across, down = view.to_screen(self._xy[:, 0], self._xy[:, 1])
        seen = np.flatnonzero(
            (across > -MARGIN_PX)
            & (across < view.width + MARGIN_PX)
            & (down > -MARGIN_PX)
            & (down < view.height + MARGIN_PX)
        )
        is_complete = self._draw_missing(seen[np.isnan(self._spots[seen, 0])], ratio, budget_s)
        ready = seen[~np.isnan(self._spots[seen, 0])]
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        made = fragments(across[ready] * ratio, down[ready] * ratio, self._spots[ready], np.ones(len(ready)))
        self._sheet.paint(painter, made)
        painter.restore()
        return is_complete

    def _draw_missing(self, missing: NDArray[np.int64], ratio: float, budget_s: float) -> bool:
        """Find or draw the sprites of labels; answers whether the time sufficed for all (one is always drawn)."""
        if not len(missing):
            return True
        until = time.perf_counter() + budget_s
        labels, generation = list(self._placed.values()), self._sheet.generation
        for number, index in enumerate(missing.tolist()):
            if number and time.perf_counter() > until:
                return False
            self._spots[index] = self._spot(labels[index], ratio)
            if self._sheet.generation != generation:  # it was full and started anew: what was found is gone
                self._spots[:] = np.nan
                return False
        return True

    def _spot(self, label: Label, ratio: float) -> Spot:
        style, text = LABEL_STYLES[label.style], _written(label)
        angle = round(label.angle_deg / ROUND_DEG) * ROUND_DEG
        theme = self._theme
        return self._sheet.spot(
            (text, label.style, angle, ratio),
            lambda: text_sprite(
                text, label_font(style, ratio), getattr(theme, style.colour), theme.halo, HALO_PX * ratio, angle
            ),
        )


def _written(label: Label) -> str:
    return label.text.upper() if LABEL_STYLES[label.style].capitals else label.text


@lru_cache(maxsize=16_384)
def _width(text: str, style_name: str) -> float:
    return QFontMetricsF(label_font(LABEL_STYLES[style_name])).horizontalAdvance(text)


def _pieces(across: float, down: float, width: float, height: float, angle_deg: float) -> list[_Box]:
    """Cover a turned text by upright boxes about as wide as it is high."""
    if abs(angle_deg) < 4:
        return [(across - width / 2, down - height / 2, across + width / 2, down + height / 2)]
    count = max(1, math.ceil(width / height))
    step = width / count
    cos, sin = math.cos(math.radians(angle_deg)), math.sin(math.radians(angle_deg))
    half_x = (step * abs(cos) + height * abs(sin)) / 2
    half_y = (step * abs(sin) + height * abs(cos)) / 2
    boxes = []
    for number in range(count):
        along = (number + 0.5) * step - width / 2
        x, y = across + along * cos, down + along * sin
        boxes.append((x - half_x, y - half_y, x + half_x, y + half_y))
    return boxes


class _Grid:
    """Remember which boxes are taken, by cells of the screen."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[_Box]] = {}
        self._texts: dict[str, list[tuple[float, float]]] = {}

    def is_apart(self, text: str, apart_px: float, across: float, down: float) -> bool:
        return not any(math.hypot(across - x, down - y) < apart_px for x, y in self._texts.get(text, ()))

    def is_free(self, boxes: list[_Box]) -> bool:
        for left, top, right, bottom in boxes:
            for cell in _cells(left, top, right, bottom):
                for taken in self._cells.get(cell, ()):
                    if left < taken[2] and right > taken[0] and top < taken[3] and bottom > taken[1]:
                        return False
        return True

    def take(self, boxes: list[_Box], text: str, across: float, down: float) -> None:
        self._texts.setdefault(text, []).append((across, down))
        for box in boxes:
            for cell in _cells(*box):
                self._cells.setdefault(cell, []).append(box)


def _cells(left: float, top: float, right: float, bottom: float) -> list[tuple[int, int]]:
    first_row, last_row = int(top // CELL_PX), int(bottom // CELL_PX) + 1
    return [
        (column, row)
        for column in range(int(left // CELL_PX), int(right // CELL_PX) + 1)
        for row in range(first_row, last_row)
    ]
