"""Staging areas of major incidents: where units wait to be sent forward, with how many are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPen

from maps import symbols
from maps.live_shapes import ShapeLayer
from maps.scene import Scene, boxes_around
from maps.view import View

if TYPE_CHECKING:
    from dispatch.major import Staging
    from dispatch.state import State
    from maps.live import Projected

HALF_PX = 11.0
BELOW_PX = 24.0


@dataclass(frozen=True, slots=True)
class StagingMark:
    """One staging area: x, y in the city's metric CRS; `key` is the incident's number and the area's own id."""

    key: str
    x: float
    y: float
    label: str = ""


def staging_marks(state: State, city: Projected, *, name: Callable[[Staging], str]) -> tuple[StagingMark, ...]:
    """Make the marks of the staging areas of all major incidents that are declared; `name` words one."""
    found = [
        (f"{number}:{staging.id}", staging)
        for number, major in sorted(state.majors.items())
        if major.is_declared
        for staging in major.stagings
        if staging.ended_at is None
    ]
    marks = []
    for key, staging in found:
        x, y = city.to_metric(staging.lon, staging.lat)
        marks.append(StagingMark(key, float(x), float(y), name(staging)))
    return tuple(marks)


class StagingLayer(ShapeLayer):
    """Paint a square with an S, and the name below it, where others leave it room."""

    kind = "staging"

    def id_of(self, mark: StagingMark) -> str:
        """Return the incident's number and the area's id."""
        return mark.key

    def xy_of(self, mark: StagingMark) -> NDArray[np.float64]:
        """Return the place (1, 2)."""
        return np.array([[mark.x, mark.y]])

    def distance_px(self, index: int, view: View, across: float, down: float) -> float:
        """Measure to the edge of the square."""
        mark = self.marks[index]
        x, y = (float(value) for value in view.to_screen(mark.x, mark.y))
        return max(0.0, max(abs(across - x), abs(down - y)) - HALF_PX)

    def paint(self, scene: Scene) -> None:
        """Paint every square."""
        theme, painter = scene.theme, scene.painter
        colour = QColor(theme.perimeters.get("cordon", theme.neutral))
        mark: StagingMark
        for mark in self.marks:
            x, y = (float(value) for value in scene.view.to_screen(mark.x, mark.y))
            box = QRectF(x - HALF_PX, y - HALF_PX, 2 * HALF_PX, 2 * HALF_PX)
            painter.setPen(QPen(QColor(theme.halo), 4.0))
            painter.setBrush(QColor(theme.halo))
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(QPen(colour, 2.2))
            painter.drawRoundedRect(box, 3, 3)
            painter.setFont(symbols.sign_font(14.0))
            painter.setPen(QColor(theme.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "S")
            scene.take(boxes_around(np.array([[x, y]]), 2 * HALF_PX, 2 * HALF_PX))

    def paint_over(self, scene: Scene) -> None:
        """Write the names below."""
        theme = scene.theme
        colour = theme.perimeters.get("cordon", theme.neutral)
        mark: StagingMark
        for mark in self.marks:
            words = mark.label[:40]
            if not words:
                continue
            x, y = (float(value) for value in scene.view.to_screen(mark.x, mark.y))
            spot = scene.sheet.spot(
                ("staging", theme.name, scene.scale, words),
                lambda words=words: symbols.chip(words, 11.0, theme.text, theme.halo, colour, scene.scale),
            )
            scene.paint_sprites(np.array([[x, y + BELOW_PX]]), np.array([spot], dtype=np.float64))
