"""The maps of a report as pictures: the whole exercise, and one decision at a time.

Needs a QGuiApplication (for the letters), and its thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.charts.picture import chart_font
from app.debriefing.choice import Choice, closures_then, paint_chip, path_of
from app.debriefing.drawing import LEFT, colour_of, shade
from app.debriefing.names import Names
from app.theme import LOOKS
from app.wording import text
from dispatch.exercise.score_records import BEST, DID, REALLY, IncidentRow
from gis.city import City
from maps.layers import Marks, StationMark
from maps.picture import render_picture
from maps.style import DAY
from maps.view import View

SIZE = (980.0, 740.0)
OVERVIEW = (980.0, 560.0)
LEGEND_PX = 26.0
RATIO = 1.7
NEAREST_M = 900.0  # no map shows less than so much across
AS_SOON_S = 15.0
GOOD, LATE, NEVER, DONE = "debrief.ring_good", "debrief.ring_late", "debrief.ring_never", "debrief.ring_done"


def decision_map(names: Names, city: City, place: int) -> QImage:
    """Return the map of the decision at a place of the score."""
    choice = Choice(names, place, city.to_metric)
    view = _view(choice.points(), city, SIZE)
    closures = closures_then(names, choice.decision.at_s, city.to_metric)
    look = LOOKS["day"]
    image = render_picture(city, view, DAY, Marks(stations=station_marks(names, city), closures=closures))
    columns = [
        (colour_of(each, look), text(key, names.language), shape)
        for each, key, shape in ((DID, "debrief.legend_did", "dot"), (BEST, "debrief.legend_best", "diamond"))
    ]
    if choice.decision.really is not None and choice.decision.really.units:
        columns.append((colour_of(REALLY, look), text("debrief.legend_really", names.language), "square"))
    columns.append((QColor(look.muted), text("debrief.legend_others", names.language), "small"))
    return _with_legend(image, view, lambda painter: choice.paint(painter, view, look), columns)


def overview_of(names: Names, city: City, worst: Sequence[int]) -> QImage:
    """Return the map of the whole exercise, with the decisions to talk about by their numbers."""
    debriefing, look = names.material.debriefing, LOOKS["day"]
    new = [row for row in debriefing.score.incidents if row.at_s >= 0]
    xy = _xy(city, [(row.lon, row.lat) for row in new])
    view = _view(xy, city, OVERVIEW)
    image = render_picture(city, view, DAY, Marks(stations=station_marks(names, city)))
    colours = {GOOD: colour_of(BEST, look), DONE: colour_of(BEST, look), LATE: QColor(look.warning),
               NEVER: QColor(look.alarm)}  # fmt: skip

    def paint(painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(shade(colour_of(DID, look), 0.38), 1.3))
        for track in debriefing.tracks:
            points = _xy(city, list(zip(track.lon, track.lat, strict=True)))
            if len(points) > 1:
                painter.drawPath(path_of(view, points))
        for row, place in zip(new, xy, strict=True):
            at = _screen(view, place)
            colour = colours[ring_of(row)]
            painter.setPen(QPen(QColor("#ffffff"), 4.4))
            painter.drawEllipse(at, 5.5, 5.5)
            painter.setPen(QPen(colour, 2.4))
            painter.setBrush(shade(colour, 0.3))
            painter.drawEllipse(at, 5.5, 5.5)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(chart_font(13))
        taken: list[QRectF] = []
        bounds = QRectF(2, 2, view.width - 4, view.height - 4)
        for number, place_of in enumerate(worst, start=1):
            decision = debriefing.score.decisions[place_of]
            if decision.lon is not None and decision.lat is not None:
                [at_xy] = _xy(city, [(decision.lon, decision.lat)])
                ink = QColor(look.text)
                paint_chip(painter, _screen(view, at_xy), str(number), ink, QColor("#ffffff"), taken, bounds)

    seen = dict.fromkeys(ring_of(row) for row in new)
    legend = [(colours[each], text(each, names.language), "ring") for each in (GOOD, DONE, LATE, NEVER)
              if each in seen]  # fmt: skip
    legend.append((shade(colour_of(DID, look), 0.6), text("debrief.legend_driven", names.language), "line"))
    return _with_legend(image, view, paint, legend)


def ring_of(row: IncidentRow) -> str:
    """Say how an incident was served beside the plan's own run."""
    if row.did.first_s is None:
        return NEVER
    if row.best is None or row.best.first_s is None:
        return DONE
    return GOOD if row.did.first_s <= row.best.first_s + AS_SOON_S else LATE


def station_marks(names: Names, city: City) -> tuple[StationMark, ...]:
    """Return the stations of the exercise's roster."""
    kinds = {each.id: each.kind for each in names.material.exercise.roster.departments}
    found = []
    for each in names.material.debriefing.stations:
        x, y = city.to_metric(each.lon, each.lat)
        found.append(
            StationMark(each.id, names.station(each.id), kinds.get(each.department, "other"), float(x), float(y))
        )
    return tuple(found)


def view_of(points: NDArray[np.float64], city: City, width: float, height: float, ratio: float = 1.0) -> View:
    """Return a view of a size that shows points (n, 2) of the metric CRS; of the whole city where there are none."""
    if not len(points):
        west, south, east, north = city.bounds
        points = _xy(city, [(west, south), (east, north)])
    low, high = points.min(axis=0), points.max(axis=0)
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, NEAREST_M / 2)
    box = (*(middle - half).tolist(), *(middle + half).tolist())
    return View(0.0, 0.0, 1.0, width, height, ratio).fit(box, 0.09)


def _view(points: NDArray[np.float64], city: City, size: tuple[float, float]) -> View:
    return view_of(points, city, *size, RATIO)


def _xy(city: City, lonlat: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    if not lonlat:
        return np.empty((0, 2))
    lon, lat = np.array(lonlat, dtype=np.float64).T
    return np.column_stack(city.to_metric(lon, lat))


def _screen(view: View, xy: NDArray[np.float64]) -> QPointF:
    across, down = view.to_screen(xy[0], xy[1])
    return QPointF(float(across), float(down))


def _with_legend(
    image: QImage, view: View, paint: Callable[[QPainter], None], legend: Sequence[tuple[QColor, str, str]]
) -> QImage:
    """Return a map with what is painted over it, and what its colours mean below."""
    made = QImage(image.width(), round((view.height + LEGEND_PX) * RATIO), QImage.Format.Format_RGB32)
    made.fill(QColor("#ffffff"))
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    image.setDevicePixelRatio(1.0)
    painter.drawImage(0, 0, image)
    painter.scale(RATIO, RATIO)
    painter.save()
    painter.setClipRect(QRectF(0, 0, view.width, view.height))
    paint(painter)
    painter.restore()
    painter.setPen(QPen(QColor("#9ba7b3"), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(0.5, 0.5, view.width - 1, view.height - 1))
    painter.setFont(chart_font(12))
    left, middle = 4.0, view.height + LEGEND_PX / 2 + 2
    for colour, words, shape in legend:
        paint_sign(painter, QPointF(left + 8, middle), colour, shape)
        painter.setPen(QColor(LOOKS["day"].muted))
        wide = painter.fontMetrics().horizontalAdvance(words)
        painter.drawText(QRectF(left + 22, middle - 10, wide + 8, 20), LEFT, words)
        left += wide + 46
    painter.end()
    return made


def paint_sign(painter: QPainter, at: QPointF, colour: QColor, shape: str) -> None:
    """Paint the sign of a legend: dot, diamond, square, small, ring or line."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    if shape == "square":
        painter.drawRect(QRectF(at.x() - 5, at.y() - 5, 10, 10))
    elif shape == "diamond":
        painter.drawPolygon([at + QPointF(*each) for each in ((0, -7), (7, 0), (0, 7), (-7, 0))])
    elif shape == "line":
        painter.drawRect(QRectF(at.x() - 9, at.y() - 1, 18, 2.4))
    elif shape == "ring":
        painter.setPen(QPen(colour, 2.4))
        painter.setBrush(shade(colour, 0.3))
        painter.drawEllipse(at, 5.5, 5.5)
    else:
        painter.drawEllipse(at, *((3.2, 3.2) if shape == "small" else (5.5, 5.5)))
