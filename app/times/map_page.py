"""Draws incidents with their times as one page for a browser, which needs no internet and takes text for text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.times.map_content import MapContent
from app.wording import one_line
from gis.crs import LONLAT, transformer
from maps.mercator import Located
from maps.style import Theme
from maps.view import View
from maps.web import Group, Item, Page, Sign, web_page

if TYPE_CHECKING:
    from gis.city import City

SIDE, SCALE = 11, 3.0
WIDTH, HEIGHT = 1280.0, 800.0
FINEST_M = 3.0  # metres a pixel: nearer shows nothing more of a city's times


@dataclass(frozen=True, slots=True)
class Bare:
    """Be a place without a map: only the CRS that its marks are laid out in."""

    metric_crs: str


def map_page(content: MapContent, city: City | None, theme: Theme) -> str:
    """Return the page: on the city's ground where there is one, else on a bare one. Needs a QGuiApplication."""
    groups, legend, signs = [], [], {}
    for place, shade in enumerate(content.shades):
        key = f"times {place}"
        signs[key] = Sign(_sign(shade.colour, is_known=shade.is_known), SCALE)
        legend.append((key, shade.name))
        groups.append(Group(shade.name, tuple(Item(((lon, lat),), words, key) for lon, lat, words in shade.spots)))
    attribution = one_line(city.attribution, 300) if city is not None else ""
    page = Page(content.head, attribution, content.language, content.banner, tuple(groups), tuple(legend), signs)
    lonlat = content.lonlat
    if city is None:
        bare = Bare(_utm(lonlat))
        return web_page(bare, _view(bare, lonlat), theme, page, paint=lambda part: _bare_ground(part, theme))
    from maps.handout import chosen, named_ground
    from maps.layers import Marks

    layers, _ = chosen(city, Marks(), [])
    return web_page(city, _view(city, lonlat), theme, page, paint=lambda part: named_ground(layers, part, theme))


def _sign(colour: str, *, is_known: bool) -> QImage:
    """Draw a dot; a ring where nothing is known."""
    side = round(SIDE * SCALE)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(SCALE, SCALE)
    painter.setPen(QPen(QColor("#ffffff" if is_known else colour), 1.1 if is_known else 1.8))
    painter.setBrush(QColor(colour) if is_known else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(SIDE / 2, SIDE / 2), SIDE / 2 - 1.2, SIDE / 2 - 1.2)
    painter.end()
    return image


def _view(located: Located, lonlat: NDArray[np.float64]) -> View:
    """Return a view that holds nearly all places; a handful far away does not make a dot of the rest."""
    x, y = transformer(LONLAT, located.metric_crs).transform(lonlat[:, 0], lonlat[:, 1])
    (west, east), (south, north) = (np.percentile(each, (0.2, 99.8)) for each in (x, y))
    scale = max((east - west) / (WIDTH - 80), (north - south) / (HEIGHT - 80), FINEST_M)
    return View((west + east) / 2, (south + north) / 2, float(scale), WIDTH, HEIGHT)


def _utm(lonlat: NDArray[np.float64]) -> str:
    lon, lat = np.median(lonlat, axis=0).tolist()
    zone = min(max(int((lon + 180) // 6) + 1, 1), 60)
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def _bare_ground(view: View, theme: Theme) -> QImage:
    ratio = view.device_pixel_ratio
    image = QImage(round(view.width * ratio), round(view.height * ratio), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(theme.ground))
    return image
