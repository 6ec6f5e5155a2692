"""Paints one decision over a map: who was sent, who was really sent, who was best then, each with its way.

It paints on anything that a QPainter paints on, so that paper and the window's map show the same.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from app.charts.picture import chart_font
from app.debriefing.drawing import MIDDLE, colour_of, shade
from app.debriefing.names import Names
from app.theme import Look, ink_on
from app.wording import one_line
from app.wording.durations import clock_span
from dispatch.exercise.score_records import BEST, DID, REALLY, Decision
from maps.layers import ClosureMark
from maps.view import View

ToMetric = Callable[[NDArray[np.float64], NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]
OTHERS_S = 180.0  # a position that is older than this is nobody's any more
CHIP_PX, DOT_PX, CLEAR_PX = 11, 5.0, 8.0
ASIDE = ((10, -22), (10, 8), (-10, -22), (-10, 8), (0, -34), (0, 20), (24, -7), (-24, -7), (10, -40), (10, 26))


class Choice:
    """Paint the decision at a place of the score. `to_metric` turns lon, lat into the city's metric CRS."""

    def __init__(self, names: Names, place: int, to_metric: ToMetric) -> None:
        self._names, self._to_metric = names, to_metric
        material = names.material
        self.decision: Decision = material.debriefing.score.decisions[place]
        self._ways = [
            (way.column, way.unit_id, self._xy(way.lon, way.lat))
            for way in (material.ways[place] if place < len(material.ways) else ())
        ]
        self._others = self._other_units()

    def points(self) -> NDArray[np.float64]:
        """Return all that must be seen, float64 (n, 2) in the metric CRS."""
        found = [xy for _, _, xy in self._ways]
        decision = self.decision
        lonlat = [(each.lon, each.lat) for option in (decision.did, decision.best) if option is not None
                  for each in option.units if each.lon is not None and each.lat is not None]  # fmt: skip
        lonlat += [place for _, place, _ in self._really()]
        if decision.lon is not None and decision.lat is not None:
            lonlat.append((decision.lon, decision.lat))
        if lonlat:
            found.append(self._xy(*zip(*lonlat, strict=True)))
        return np.vstack(found) if found else np.empty((0, 2))

    def paint(self, painter: QPainter, view: View, look: Look) -> None:
        """Paint it over a map that shows a view."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(chart_font(CHIP_PX))
        taken: list[QRectF] = []
        self._paint_ways(painter, view, look)
        self._paint_others(painter, view, look)
        middle = self._paint_incident(painter, view, look, taken)
        chips = self._paint_starts(painter, view, look)
        for at, _, _, _ in chips:
            taken.append(QRectF(at.x() - DOT_PX, at.y() - DOT_PX, 2 * DOT_PX, 2 * DOT_PX))
        bounds = QRectF(2, 2, view.width - 4, view.height - 4)
        for at, words, fill, edge in chips:
            paint_chip(painter, at, words, fill, edge, taken, bounds)
        if middle is not None:
            words = f"{self.decision.incident} {self._names.kind(self.decision.incident_kind)}"
            paint_chip(painter, middle, words, QColor(look.text), QColor(look.text), taken, bounds)
        painter.restore()

    def _paint_ways(self, painter: QPainter, view: View, look: Look) -> None:
        for column, wide, style in ((BEST, 9.0, Qt.PenStyle.SolidLine), (DID, 3.2, Qt.PenStyle.SolidLine)):
            for of, _, xy in self._ways:
                if of != column:
                    continue
                line = path_of(view, xy)
                colour = colour_of(column, look)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                if column == DID:
                    painter.setPen(QPen(QColor(look.panel), wide + 2.4))
                    painter.drawPath(line)
                pen = QPen(colour if column == DID else shade(colour, 0.6), wide, style)
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.setPen(pen)
                painter.drawPath(line)

    def _paint_starts(self, painter: QPainter, view: View, look: Look) -> list[tuple[QPointF, str, QColor, QColor]]:
        """Mark where units start; return the chips that name them: place, words, fill and edge."""
        decision = self.decision
        best = {each.unit_id: each for each in decision.best.units} if decision.best is not None else {}
        did = {each.unit_id for each in decision.did.units}
        chips = []
        for unit_id, (lon, lat), arrived_s in self._really():
            at = self._point(view, lon, lat)
            colour = colour_of(REALLY, look)
            painter.setPen(QPen(QColor(look.panel), 1.2))
            painter.setBrush(colour)
            painter.drawRect(QRectF(at.x() - DOT_PX, at.y() - DOT_PX, 2 * DOT_PX, 2 * DOT_PX))
            chips.append((at, f"{one_line(unit_id, 20)} {clock_span(arrived_s)}", QColor(look.panel), colour))
        for column, goings in ((BEST, best.values()), (DID, decision.did.units)):
            for each in goings:
                if each.lon is None or each.lat is None or (column == BEST and each.unit_id in did):
                    continue
                at, colour = self._point(view, each.lon, each.lat), colour_of(column, look)
                is_both = column == DID and each.unit_id in best
                painter.setPen(QPen(colour_of(BEST, look) if is_both else QColor(look.panel), 3.0 if is_both else 1.4))
                painter.setBrush(colour)
                _paint_dot(painter, at, column)
                edge = colour_of(BEST, look) if is_both else colour
                chips.append((at, f"{one_line(each.unit_id, 20)} {clock_span(each.eta_s)}", colour, edge))
        return chips

    def _paint_incident(self, painter: QPainter, view: View, look: Look, taken: list[QRectF]) -> QPointF | None:
        decision = self.decision
        if decision.lon is None or decision.lat is None:
            return None
        at = self._point(view, decision.lon, decision.lat)
        painter.setPen(QPen(QColor(look.panel), 6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 9, 9)
        painter.setPen(QPen(QColor(look.text), 2.6))
        painter.setBrush(shade(QColor(look.alarm), 0.85))
        painter.drawEllipse(at, 8, 8)
        taken.append(QRectF(at.x() - 10, at.y() - 10, 20, 20))
        return at

    def _paint_others(self, painter: QPainter, view: View, look: Look) -> None:
        painter.setPen(QPen(QColor(look.panel), 1))
        painter.setBrush(QColor(look.muted))
        for _, (lon, lat) in self._others:
            painter.drawEllipse(self._point(view, lon, lat), 3.2, 3.2)

    def _really(self) -> list[tuple[str, tuple[float, float], float | None]]:
        """Return who was really sent, at their stations, with when they were there."""
        really = self.decision.really
        found = []
        for each in really.units if really is not None else ():
            home = self._names.home(each.unit_id)
            if home is not None:
                found.append((each.unit_id, home, each.arrived_s))
        return found

    def _other_units(self) -> list[tuple[str, tuple[float, float]]]:
        """Return where the other units were that anybody was sent with, as far as that is known."""
        decision = self.decision
        own = {each.unit_id for option in (decision.did, decision.best) if option is not None for each in option.units}
        found = []
        for track in self._names.material.debriefing.tracks:
            place = bisect_right(track.at_s, decision.at_s) - 1
            if track.unit_id not in own and place >= 0 and decision.at_s - track.at_s[place] < OTHERS_S:
                found.append((track.unit_id, (track.lon[place], track.lat[place])))
        return found

    def _xy(self, lon: Sequence[float], lat: Sequence[float]) -> NDArray[np.float64]:
        x, y = self._to_metric(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
        return np.column_stack((x, y))

    def _point(self, view: View, lon: float, lat: float) -> QPointF:
        [[x, y]] = self._xy((lon,), (lat,)).tolist()
        across, down = view.to_screen(x, y)
        return QPointF(float(across), float(down))


def path_of(view: View, xy: NDArray[np.float64]) -> QPainterPath:
    """Return a way on the screen of a view; xy float64 (n, 2) in the metric CRS."""
    across, down = view.to_screen(xy[:, 0], xy[:, 1])
    points = [QPointF(*pair) for pair in zip(across.tolist(), down.tolist(), strict=True)]
    path = QPainterPath()
    path.addPolygon(QPolygonF(points))
    return path


def closures_then(names: Names, at_s: float, to_metric: ToMetric) -> tuple[ClosureMark, ...]:
    """Return what was closed at a second of the exercise, as far as the log says."""
    at = names.material.exercise.at(at_s)
    found = []
    for each in names.material.debriefing.closures:
        is_then = (each.closed_at is None or each.closed_at <= at) and (each.until is None or at < each.until)
        if is_then and each.coordinates:
            lon, lat = np.array(each.coordinates, dtype=np.float64).T
            xy = np.column_stack(to_metric(lon, lat))
            label = one_line(each.reason, 40)
            found.append(
                ClosureMark(each.id, each.geometry_type, xy, label, kind=each.kind, speed_factor=each.speed_factor)
            )
    return tuple(found)


def paint_chip(
    painter: QPainter, at: QPointF, words: str, fill: QColor, edge: QColor, taken: list[QRectF], bounds: QRectF
) -> None:
    """Write words beside a point where that covers least; the place is taken afterwards."""
    metrics = QFontMetricsF(painter.font())
    wide, high = metrics.horizontalAdvance(words) + 10, metrics.height() + 3
    boxes = []
    for dx, dy in ASIDE:
        left = at.x() + dx if dx > 0 else at.x() + dx - wide if dx < 0 else at.x() - wide / 2
        boxes.append(QRectF(left, at.y() + dy, wide, high))
    box = min(boxes, key=lambda each: _covered(each, taken) + 4 * (0 if bounds.contains(each) else wide * high))
    taken.append(box)
    near = QPointF(min(max(at.x(), box.left()), box.right()), min(max(at.y(), box.top()), box.bottom()))
    away = near - at
    length = math.hypot(away.x(), away.y())
    if length > CLEAR_PX:
        painter.setPen(QPen(edge, 1.4))
        painter.drawLine(at + away * (CLEAR_PX / length), near)
    painter.setPen(QPen(edge, 2.0))
    painter.setBrush(fill)
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(QColor(ink_on(fill.name())))
    painter.drawText(box, MIDDLE, words)


def _covered(box: QRectF, taken: Sequence[QRectF]) -> float:
    found = 0.0
    for each in taken:
        both = box.intersected(each)
        found += max(0.0, both.width()) * max(0.0, both.height())
    return found


def _paint_dot(painter: QPainter, at: QPointF, column: str) -> None:
    if column == BEST:
        side = DOT_PX * 1.35
        painter.drawPolygon(QPolygonF([at + QPointF(*each) for each in ((0, -side), (side, 0), (0, side), (-side, 0))]))
    else:
        painter.drawEllipse(at, DOT_PX, DOT_PX)
