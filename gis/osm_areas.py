"""Areas from OpenStreetMap lines: multipolygons from their ways, also cut ones, and the sea from its coast."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Bounds = tuple[float, float, float, float]


def close_ways(lines: NDArray[Any]) -> NDArray[Any]:
    """Make polygons of closed lines (n,), mended where they cross themselves, None where no area is left."""
    found = np.full(len(lines), None, dtype=object)
    if not len(lines):
        return found
    counts = shapely.get_num_coordinates(lines)
    usable = np.flatnonzero((counts >= 4) & shapely.is_closed(lines))
    if len(usable):
        found[usable] = shapely.polygons(
            shapely.linearrings(
                shapely.get_coordinates(lines[usable]), indices=np.repeat(np.arange(len(usable)), counts[usable])
            )
        )
    return mend(found)


def cut_line(
    places: Sequence[tuple[int, tuple[float, float] | None]], *, as_ring: bool
) -> tuple[list[int], Any | None]:
    """Make a line of a way some of whose nodes are missing: (node id, (lon, lat) or None) each.

    The line is cut where nodes are missing. As a ring, what is there is joined and closed where the extract's edge
    cut it; where nodes are missing all over, only its middle is kept, which is enough to say where the thing is.
    Answers the ids of the nodes that were used, one for each vertex, and the line, None when too few are there.
    """
    if as_ring:
        there = [(ref, place) for ref, place in places if place is not None]
        if not there:
            return [], None
        gaps = sum(1 for (_, one), (_, other) in pairwise(places) if one is not None and other is None)
        if len(there) < 3 or (2 * len(there) < len(places) and gaps > 2):
            middle = np.mean([place for _, place in there], axis=0)
            return [there[0][0]] * 2, shapely.LineString([middle, middle])
        there += there[:1] if there[0][0] != there[-1][0] else []
        return [ref for ref, _ in there], shapely.LineString([place for _, place in there])
    pieces: list[list[tuple[int, tuple[float, float]]]] = [[]]
    for ref, place in places:
        if place is None:
            pieces.append([])
        else:
            pieces[-1].append((ref, place))
    pieces = [piece for piece in pieces if len(piece) >= 2]
    refs = [ref for piece in pieces for ref, _ in piece]
    lines = [shapely.LineString([place for _, place in piece]) for piece in pieces]
    if not lines:
        return [], None
    return refs, lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def mend(areas: NDArray[Any]) -> NDArray[Any]:
    """Make areas valid; what is no area after that (a spike, a line) becomes None."""
    areas = areas.copy()
    present = np.flatnonzero(~shapely.is_missing(areas))
    broken = present[~shapely.is_valid(areas[present])]
    if len(broken):
        areas[broken] = [_only_areas(shape) for shape in shapely.make_valid(areas[broken])]
    nothing = present[shapely.area(areas[present]) <= 0]
    areas[nothing] = None
    return areas


def assemble(outer: Sequence[Any], inner: Sequence[Any]) -> tuple[Any | None, bool]:
    """Assemble a multipolygon from its lines; answers the area (None when there is none) and whether it closed.

    Rings nest as deep as they like: a pond on an island in a lake is water. Rings that stay open because ways are
    missing from the extract are closed by straight lines from each end to the nearest other one.
    """
    shells, whole = _rings(outer)
    if not shells:
        return None, whole
    holes, holes_whole = _rings(inner)
    area: Any = None
    for ring in sorted((*shells, *holes), key=lambda ring: -ring.area):
        area = ring if area is None else shapely.symmetric_difference(area, ring)
    if holes:
        area = shapely.intersection(area, shapely.union_all(shells))  # a hole that reaches out adds nothing
    return _only_areas(shapely.make_valid(area)), whole and holes_whole


def _rings(lines: Sequence[Any]) -> tuple[list[Any], bool]:
    """Make the polygons of closed rings of lines, in any order and direction; and tell whether all closed."""
    if not lines:
        return [], True
    lines = list(shapely.get_parts(np.asarray(lines, dtype=object)))
    closed = [line for line in lines if line.is_closed]
    rest = [line for line in lines if not line.is_closed]
    if rest:
        merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(rest)))
        closed += [line for line in merged if line.is_closed]
        rest = [line for line in merged if not line.is_closed]
    rings: list[Any] = [shapely.Polygon(line) for line in (*closed, *_bridged(rest)) if len(line.coords) >= 4]
    mended = [ring if ring.is_valid else _only_areas(shapely.make_valid(ring)) for ring in rings]
    return [ring for ring in mended if ring is not None], not rest


def _bridged(pieces: Sequence[Any]) -> list[Any]:
    """Close open lines to rings: from each end go straight to the nearest end, of another line or its own start.

    What is almost a straight line is left out: it is one bank of something that lies outside the extract.
    """
    left = [np.asarray(piece.coords) for piece in pieces]
    rings = []
    while left:
        ring, bridges = left.pop(), 0.0
        while True:
            here = ring[-1]
            ways = [
                (float(np.hypot(*(line[side] - here))), at, side) for at, line in enumerate(left) for side in (0, -1)
            ]
            home = float(np.hypot(*(ring[0] - here)))
            nearest = min(ways, default=(np.inf, 0, 0))
            if home <= nearest[0]:
                break
            bridges += nearest[0]
            line = left.pop(nearest[1])
            ring = np.concatenate((ring, line if nearest[2] == 0 else line[::-1]))
        length = float(np.hypot(*np.diff(ring, axis=0).T).sum()) - bridges
        if len(ring) >= 3 and home + bridges <= 0.9 * length:
            rings.append(shapely.LineString(np.concatenate((ring, ring[:1]))))
    return rings


def _only_areas(shape: Any) -> Any | None:
    """Keep the polygons of whatever make_valid answered."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    flat = [piece for part in parts for piece in shapely.get_parts(part) if piece.area > 0]
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else shapely.MultiPolygon(flat)


def sea(coast: Sequence[Any] | NDArray[Any], bounds: Bounds) -> tuple[list[Any], list[str]]:
    """Make the sea within bounds from coastlines, which have land on their left and water on their right.

    coast: shapely lines in lon/lat; bounds: west, south, east, north. Answers the sea's polygons and what could not
    be told: a coast that ends inside the bounds is led straight to the nearest edge, and that is said.
    """
    warnings: list[str] = []
    if not len(coast):
        return [], warnings
    box = shapely.box(*bounds)
    clipped = shapely.get_parts(shapely.intersection(np.asarray(coast, dtype=object), box))
    clipped = clipped[shapely.get_type_id(clipped) == 1]
    if not len(clipped):
        return [], ["a coast lies outside the bounds of the extract"]
    merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(list(clipped)), directed=True))
    edge = box.exterior
    lines, led = list(merged), 0
    for line in merged:
        if line.is_closed:
            continue
        for end in (line.coords[0], line.coords[-1]):
            point = shapely.Point(end)
            if edge.distance(point) > 1e-9:
                lines.append(shapely.LineString([end, shapely.shortest_line(point, edge).coords[1]]))
                led += 1
    if led:
        warnings.append(f"the coast ends inside the extract at {led} places; the sea is closed by straight lines there")
    faces = shapely.get_parts(shapely.polygonize([shapely.node(shapely.MultiLineString([edge, *lines]))]))
    faces = np.array([piece for face in faces for piece in shapely.get_parts(face)], dtype=object)
    right, left = _sides(merged)
    tree = shapely.STRtree(faces)
    votes = np.zeros(len(faces))
    for points, weight in ((right, 1), (left, -1)):
        hits = tree.query(shapely.points(points), predicate="within")[1]
        votes += weight * np.bincount(hits, minlength=len(faces))
    wet = [face for face, vote in zip(faces, votes, strict=True) if vote > 0]
    if not wet:
        warnings.append("a coast crosses the extract, but which side is the sea could not be told")
    return wet, warnings


def _sides(lines: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place a point close to the right and one to the left of the middle of every segment."""
    coords, index = shapely.get_coordinates(lines, return_index=True)
    same = index[1:] == index[:-1]
    start, end = coords[:-1][same], coords[1:][same]
    along = end - start
    length = np.hypot(along[:, 0], along[:, 1])
    use = length > 0
    start, end, along = start[use], end[use], along[use]
    off = 1e-3 * np.column_stack((along[:, 1], -along[:, 0]))
    middle = (start + end) / 2
    return middle + off, middle - off
