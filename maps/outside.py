"""Where the city's data ends: what lies beyond is washed out, so that an empty ground is not taken for a park."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from gis.utm import to_utm
from maps.style import Theme
from maps.view import View

STEPS = 16  # corners a side: a parallel is no straight line in a metric CRS


class Bounded(Protocol):
    """What is asked of a city here."""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees."""
        ...

    @property
    def metric_crs(self) -> str:
        """Name the city's metric CRS."""
        ...

    def to_metric(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Turn lon/lat into x/y of the city's metric CRS."""
        ...


def edge_of(city: Bounded) -> NDArray[np.float64]:
    """Return the ring round a city's data, float64 (n, 2) in its metric CRS, not closed."""
    west, south, east, north = city.bounds
    share = np.arange(STEPS) / STEPS
    lon = np.concatenate((west + share * (east - west), np.full(STEPS, east), east - share * (east - west),
                          np.full(STEPS, west)))  # fmt: skip
    lat = np.concatenate((np.full(STEPS, south), south + share * (north - south), np.full(STEPS, north),
                          north - share * (north - south)))  # fmt: skip
    return np.stack(to_utm(city.metric_crs, lon, lat) or city.to_metric(lon, lat), axis=1)


def paint_outside(painter: QPainter, view: View, theme: Theme, edge: NDArray[np.float64]) -> None:
    """Wash what lies beyond the ring and draw the ring itself; the painter counts logical pixels."""
    if not len(edge) or _is_inside(view, edge):
        return
    across, down = view.to_screen(edge[:, 0], edge[:, 1])
    screen = QRectF(0, 0, view.width, view.height)
    ring = QPolygonF([QPointF(x, y) for x, y in zip(across.tolist(), down.tolist(), strict=True)])
    ring.append(ring.at(0))
    outside = QPainterPath()
    outside.addRect(screen.adjusted(-2, -2, 2, 2))
    outside.addPolygon(ring)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # smooth it would cost 6 ms of every frame
    wash = QColor(theme.ink if theme.name == "night" else theme.neutral)
    wash.setAlphaF(0.72 if theme.name == "night" else 0.30)
    painter.fillPath(outside, wash)
    painter.setPen(QPen(QColor(theme.boundary), 1.2, Qt.PenStyle.DashLine))
    painter.drawPolyline(ring)
    painter.restore()


def _is_inside(view: View, edge: NDArray[np.float64]) -> bool:
    """Tell whether a view lies within the largest upright box in the ring, whose sides run south, east, north, west."""
    south, east, north, west = edge.reshape(4, -1, 2)
    left, bottom, right, top = view.box
    return bool(
        left > west[:, 0].max() and right < east[:, 0].min() and bottom > south[:, 1].max() and top < north[:, 1].min()
    )
