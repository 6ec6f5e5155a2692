"""One finished picture of a city and what happens in it, without a widget."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QImage, QPainter

from maps.labels import LabelBoard
from maps.layers import Marks
from maps.names import labels_in
from maps.overlay import Overlay, paint_furniture
from maps.painter import DrawnLayers, base_image
from maps.style import THEMES, Theme
from maps.view import View


class PicturedCity(DrawnLayers, Protocol):
    """What a picture needs of a city."""

    @property
    def attribution(self) -> str:
        """Say whose data it is."""
        ...


def render_picture(city: PicturedCity, view: View, theme: Theme | str, marks: Marks | None = None) -> QImage:
    """Paint a city with labels, marks, scale bar and attribution in a new picture of the view's size.

    Needs a QGuiApplication (for the letters). New incidents and distress calls are drawn at one moment of their pulse.
    """
    theme = THEMES[theme] if isinstance(theme, str) else theme
    image = base_image(city, view, theme)
    painter = QPainter(image)
    try:
        board = LabelBoard(theme)
        board.place(labels_in(city, view), view)
        board.paint(painter, view)
        overlay = Overlay()
        marks = marks or Marks()
        overlay.set_marks(**{name: getattr(marks, name) for name in Marks.__dataclass_fields__})
        overlay.paint(painter, view, theme, 0.3)
        paint_furniture(painter, view, theme, city.attribution)
    finally:
        painter.end()
    return image
