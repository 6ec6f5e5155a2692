"""Paint where incidents gather: a surface as a veil of colour over the streets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from maps import symbols
from maps.foot import caption, room_at_foot
from maps.live_areas import AreaLayer
from maps.scene import Scene
from maps.strokes import Canvas
from maps.style import Theme
from maps.view import Box


@dataclass(frozen=True, slots=True, eq=False)
class DensityMark:
    """A surface: values float32 (rows, columns), row 0 in the north, over a box of ground; `caption` names its unit."""

    values: NDArray[np.float32]
    box: Box
    caption: str = ""


class DensityLayer(AreaLayer):
    """A surface as a veil of colour: few shine through, many glow."""

    kind = "density"

    def __init__(self) -> None:
        super().__init__()
        self._veils: dict[tuple[int, str], QImage] = {}

    def draw(self, canvas: Canvas, theme: Theme) -> None:
        """Stretch the surface over its ground."""
        canvas.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        mark: DensityMark
        for place, mark in enumerate(self.marks):
            key = (place, theme.name)
            if key not in self._veils:
                self._veils[key] = veil(mark.values, theme)
            west, south, east, north = mark.box
            (left, top), (right, bottom) = canvas.to_device(np.array([(west, north), (east, south)])).tolist()
            canvas.painter.drawImage(QRectF(left, top, right - left, bottom - top), self._veils[key])

    def set_marks(self, marks: Sequence[DensityMark]) -> None:
        """Replace the marks."""
        self._veils = {}
        super().set_marks([mark for mark in marks if mark.values.size])

    def paint_at_edges(self, scene: Scene) -> None:
        """Paint what the colours mean."""
        mark: DensityMark
        for mark in self.marks[:1]:
            _ramp_legend(scene, mark)


def veil(values: NDArray[np.float32], theme: Theme) -> QImage:
    """Turn a surface into a picture of the theme's ramp, clear where there is nothing."""
    share = np.asarray(values, np.float64) / max(float(values.max(initial=0.0)), 1e-12)
    stops = np.array([QColor(colour).getRgbF()[:3] for colour in theme.density])
    at = np.linspace(0, 1, len(stops))
    clear = np.interp(share, (0.0, 0.02, 0.12, 0.5, 1.0), (0.0, 0.0, 0.32, 0.5, 0.58))
    pixels = np.empty((*share.shape, 4), np.uint8)
    for channel in range(3):
        pixels[..., channel] = np.rint(np.interp(share, at, stops[:, channel]) * clear * 255)
    pixels[..., 3] = np.rint(clear * 255)
    rows, columns = share.shape
    image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888_Premultiplied)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # a copy: the array goes


def shown_value(value: float) -> str:
    """Write a value of a surface in three digits, or whole."""
    return f"{value:,.0f}" if value >= 99.95 else f"{value:.3g}"


def _ramp_legend(scene: Scene, mark: DensityMark) -> None:
    """Paint the ramp with its highest value, above the caption of a reach."""
    theme, painter = scene.theme, scene.painter
    foot = caption(scene, mark.caption, theme.density[2])
    width, height = 120.0, 8.0
    left, top = room_at_foot(scene, width + 66, height + 8, above=foot)
    left, top = left + 4, top + 4
    plate = QColor(theme.halo)
    plate.setAlphaF(0.85)
    painter.fillRect(QRectF(left - 4, top - 4, width + 62, height + 8), plate)
    ramp = QLinearGradient(left, 0, left + width, 0)
    for place, colour in enumerate(theme.density):
        ramp.setColorAt(place / (len(theme.density) - 1), QColor(colour))
    painter.fillRect(QRectF(left, top, width, height), ramp)
    painter.setPen(QColor(theme.text))
    painter.setFont(symbols.sign_font(10))
    highest = float(mark.values.max(initial=0.0))
    painter.drawText(
        QRectF(left + width + 6, top - 5, 50, height + 10), Qt.AlignmentFlag.AlignVCenter, shown_value(highest)
    )
