"""The motorways of an invented city: two carriageways each, ramps to streets that cross, links where spurs begin."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from gis.invented.arterials import SECONDARY, Arterials
from gis.invented.ground import Ground
from gis.invented.plan import XY

ASIDE_M = 11.0
RAMP_M = 255.0
LINK_M = 330.0
APART_M = 1_150.0


@dataclass(slots=True)
class Motorways:
    """Hold carriageway pieces, ramps and links, each driven one way only, along its points.

    pieces: polylines; is_link: whether each is a ramp; street: which motorway, 0 the ring. A ramp's end that is a
    junction of the streets has that junction's place exactly.
    """

    pieces: list[XY] = field(default_factory=list)
    is_link: list[bool] = field(default_factory=list)
    street: list[int] = field(default_factory=list)

    def add(self, points: XY, is_link: bool, street: int) -> None:
        """Take one piece."""
        if len(points) > 1:
            self.pieces.append(points)
            self.is_link.append(is_link)
            self.street.append(street)


class _Carriageway:
    """One side of a motorway, and where it must be cut."""

    def __init__(self, center: XY, aside: float, street: int, *, closed: bool) -> None:
        step = np.diff(center, axis=0)
        if closed:
            around = np.concatenate((step[-1:], step, step[:1]))
            bend = around[:-1] + around[1:]
        else:
            bend = np.concatenate((step[:1], step[:-1] + step[1:], step[-1:]))
        normal = np.column_stack((bend[:, 1], -bend[:, 0])) / np.linalg.norm(bend, axis=1)[:, None]
        self.points = center + aside * normal
        self.along = np.concatenate(([0.0], np.cumsum(np.linalg.norm(step, axis=1))))
        self.length, self.closed, self.street = float(self.along[-1]), closed, street
        self.runs_back = aside < 0  # traffic keeps right: the left side runs against the centre line
        self.cuts: set[float] = set()

    def cut(self, along_m: float) -> XY:
        """Cut the carriageway and answer the place."""
        at = round(along_m % self.length if self.closed else min(max(along_m, 0.0), self.length), 3)
        self.cuts.add(at)
        return self.at(at)

    def heading(self, along_m: float) -> XY:
        """Answer the direction of travel."""
        ends = [self.at(along_m + d) for d in (-5.0, 5.0)]
        way = ends[1] - ends[0]
        return (-way if self.runs_back else way) / np.linalg.norm(way)

    def at(self, along_m: float) -> XY:
        """Answer the place (2,) along the carriageway, as its centre line is measured."""
        along_m = along_m % self.length if self.closed else along_m
        return np.array([np.interp(along_m, self.along, self.points[:, k]) for k in (0, 1)])

    def pieces(self) -> list[XY]:
        """Answer the pieces between the cuts, in driving order each."""
        cuts = sorted(self.cuts)
        if self.closed:
            spans = list(zip(cuts, [*cuts[1:], cuts[0] + self.length], strict=True)) if cuts else []
        else:
            ends = sorted({0.0, *cuts, round(self.length, 3)})
            spans = list(itertools.pairwise(ends))
        found = []
        for first, last in spans:
            inner = self.along[(self.along > first + 1) & (self.along < min(last, self.length) - 1)]
            if last > self.length + 1:
                inner = np.concatenate((inner, self.along[:-1][self.along[:-1] < last - self.length - 1] + self.length))
            places = np.concatenate(([first], inner, [cuts[0] if self.closed and last > self.length else last]))
            points = np.array([self.at(at) for at in places])
            found.append(points[::-1] if self.runs_back else points)
        return found


def lay_motorways(ground: Ground, arterials: Arterials) -> Motorways:
    """Lay the ring and the spurs with every ramp and link."""
    found = Motorways()
    if ground.ring is None:
        return found
    ring = (
        _Carriageway(ground.ring, ASIDE_M, 0, closed=True),
        _Carriageway(ground.ring, -ASIDE_M, 0, closed=True),
    )
    roads = [(ground.ring, ring)]
    taken: list[list[float]] = [[*ground.spur_at]]
    for number, (spur, at) in enumerate(zip(ground.spurs, ground.spur_at, strict=True), start=1):
        out = _Carriageway(spur, ASIDE_M, number, closed=False)
        back = _Carriageway(spur, -ASIDE_M, number, closed=False)
        _spur_links(found, ring, (out, back), at)
        roads.append((spur, (out, back)))
        taken.append([0.0])
    for (center, sides), known in zip(roads, taken, strict=True):
        _crossings(found, ground, center, sides, known, arterials)
    for number, (_, sides) in enumerate(roads):
        for side in sides:
            for piece in side.pieces():
                found.add(piece, False, number)
    if ground.spurs:
        _ends(found, roads[1:])
    return found


def _spur_links(
    found: Motorways, ring: tuple[_Carriageway, _Carriageway], spur: tuple[_Carriageway, _Carriageway], at: float
) -> None:
    right, left = ring  # the ring's centre line runs counter-clockwise: its right side is the outer one
    out, back = spur
    for side, from_at, spur_at in ((right, at - LINK_M, 300.0), (left, at + LINK_M, 420.0)):
        start, stop = side.cut(from_at), out.cut(spur_at)
        found.add(_curve(start, side.heading(from_at), stop, out.heading(spur_at)), True, 0)
    for side, to_at, spur_at in ((right, at + LINK_M, 300.0), (left, at - LINK_M, 420.0)):
        start, stop = back.cut(spur_at), side.cut(to_at)
        found.add(_curve(start, back.heading(spur_at), stop, side.heading(to_at)), True, 0)


def _crossings(
    found: Motorways,
    ground: Ground,
    center: XY,
    sides: tuple[_Carriageway, _Carriageway],
    taken: list[float],
    arterials: Arterials,
) -> None:
    """Join the large streets that bridge the motorway to it, by four ramps each."""
    line = shapely.LineString(center)
    use = np.flatnonzero(
        arterials.is_bridge & (arterials.classes >= SECONDARY) & shapely.intersects(arterials.lines, line)
    )
    use = use[np.argsort(-arterials.classes[use], kind="stable")]
    right, left = sides
    length = right.length
    for edge in use.tolist():
        points = shapely.get_coordinates(arterials.lines[edge])
        meeting = shapely.intersection(arterials.lines[edge], line)
        if shapely.get_type_id(meeting) != 0:
            continue
        at = float(shapely.line_locate_point(line, meeting))
        gaps = [min(abs(at - t), length - abs(at - t)) if right.closed else abs(at - t) for t in taken]
        if (gaps and min(gaps) < APART_M) or (not right.closed and not 700 < at < length - 700):
            continue
        taken.append(at)
        way = _direction(center, line, at)
        offsets = [(end - center_at(line, at)) @ np.array((way[1], -way[0])) for end in (points[0], points[-1])]
        outer, inner = (points[0], points[-1]) if offsets[0] > offsets[1] else (points[-1], points[0])
        normal = np.array((way[1], -way[0]))
        for side, end, forth, away in ((right, outer, 1.0, normal), (left, inner, -1.0, -normal)):
            leaves, joins = at - forth * RAMP_M, at + forth * RAMP_M
            found.add(_curve(side.cut(leaves), side.heading(leaves), end, forth * way + 0.5 * away), True, side.street)
            found.add(_curve(end, forth * way - 0.5 * away, side.cut(joins), side.heading(joins)), True, side.street)


def center_at(line: Any, along_m: float) -> XY:
    """Answer the point (2,) along a line."""
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(line, along_m))[0])


def _direction(center: XY, line: Any, at: float) -> XY:
    way = center_at(line, min(at + 5, line.length)) - center_at(line, max(at - 5, 0))
    return np.asarray(way / np.linalg.norm(way))


def _ends(found: Motorways, roads: list[tuple[XY, tuple[_Carriageway, _Carriageway]]]) -> None:
    """Let the traffic turn where a spur ends at the edge of the city's map."""
    for number, (_, (out, back)) in enumerate(roads, start=1):
        stop, start = out.points[-1], back.points[-1]
        way = out.heading(out.length - 6)
        found.add(_curve(stop, way, start, -way, reach=2.4), True, number)


def _curve(start: XY, leaving: XY, stop: XY, arriving: XY, *, reach: float = 0.42) -> XY:
    """Draw a cubic curve from a place and direction to another."""
    span = float(np.linalg.norm(stop - start)) * reach
    leaving, arriving = leaving / np.linalg.norm(leaving), arriving / np.linalg.norm(arriving)
    t = np.linspace(0, 1, 13)[:, None]
    first, second = start + leaving * span, stop - arriving * span
    curve = (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * stop
    curve[0], curve[-1] = start, stop
    return np.asarray(curve)
