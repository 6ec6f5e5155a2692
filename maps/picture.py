"""One finished picture of a city and what happens in it, without a widget."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QImage, QPainter

from maps.furniture import paint_furniture
from maps.labels import LabelBoard
from maps.layers import Marks
from maps.listing import attribution_of
from maps.names import labels_in
from maps.overlay import Overlay
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

    Needs a QGuiApplication (for the letters), and its thread.
    """
    theme = THEMES[theme] if isinstance(theme, str) else theme
    return render_ground(city, view, theme, over=Over(theme).render(city, view, marks or Marks()))


def render_ground(city: PicturedCity, view: View, theme: Theme | str, *, over: QImage) -> QImage:
    """Paint the city's layers and, over them, what an `Over` gave; this part may run in any thread."""
    image = base_image(city, view, THEMES[theme] if isinstance(theme, str) else theme)
    painter = QPainter(image)
    painter.drawImage(0, 0, over)
    painter.end()
    return image


class Over:
    """Paints labels, marks, scale bar and attribution on a transparent picture, which goes over a city's layers.

    Letters and symbols are kept as pixmaps, for the next picture too; they bind this part to the application's
    thread. New incidents and distress calls are drawn at one moment of their pulse.
    """

    def __init__(self, theme: Theme | str) -> None:
        self._theme = THEMES[theme] if isinstance(theme, str) else theme
        self._board = LabelBoard(self._theme)
        self._overlay = Overlay()

    def render(self, city: PicturedCity, view: View, marks: Marks) -> QImage:
        """Return the picture, of the view's size."""
        ratio = view.device_pixel_ratio
        size = (round(view.width * ratio), round(view.height * ratio))
        image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(0)
        painter = QPainter(image)
        try:
            self._board.place(labels_in(city, view), view)
            self._board.paint(painter, view)
            self._overlay.show(marks)
            self._overlay.paint(painter, view, self._theme, 0.3)
            paint_furniture(painter, view, self._theme, attribution_of(city))
        finally:
            painter.end()
        return image
