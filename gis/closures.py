"""Turn a closure, which is a shape on the map and the ways it was meant for, into arcs of a road network.

A closure closes its roads (`closed`), or is water over them (`flooded`), which closes them too, or slows them (`slow`).
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.crs import LONLAT, transformer
from gis.instants import read_instant
from gis.io import VectorError, read_vector
from gis.roads import RoadNetwork

CLICK_M = 50.0
ALONG_M = 10.0
_MOST = 0.5
KINDS = ("closed", "slow", "flooded")
_WAY_FIELDS = ("way_ids", "osm_way_ids", "way_id", "osm_way_id")


class ClosureLike(Protocol):
    """What a closure must tell: a GeoJSON type, its lon/lat points in one row, inner rings, OpenStreetMap way ids."""

    @property
    def geometry_type(self) -> str: ...
    @property
    def coordinates(self) -> Sequence[tuple[float, float]]: ...
    @property
    def holes(self) -> Sequence[Sequence[tuple[float, float]]]: ...
    @property
    def way_ids(self) -> Sequence[int]: ...


@dataclass(frozen=True, slots=True)
class DrawnClosure:
    """Hold one closure read from a file: a shapely geometry in lon/lat, OpenStreetMap way ids, and where it stood.

    `speed_factor` is the share of its speed that a `slow` road keeps, 0 for the other kinds; `until` is aware UTC.
    """

    geometry: Any
    way_ids: tuple[int, ...] = ()
    where: str = ""
    kind: str = "closed"
    speed_factor: float = 0.0
    until: datetime | None = None


def closed_arcs(network: RoadNetwork, closure: ClosureLike) -> list[int]:
    """List the arcs that a closure closes.

    Raises ValueError for a geometry type other than Point, LineString, Polygon, and for too few points.
    """
    points = list(closure.coordinates)
    geometry: Any
    try:
        if not points:
            geometry = None
        elif closure.geometry_type == "Polygon":
            geometry = shapely.make_valid(shapely.Polygon(points, closure.holes))
        elif closure.geometry_type == "LineString":
            geometry = shapely.LineString(points)
        elif closure.geometry_type == "Point":
            geometry = shapely.Point(points[0])
        else:
            raise ValueError("it must be a Point, LineString or Polygon")
    except (shapely.errors.ShapelyError, ValueError) as error:
        raise ValueError(f"closure of type {closure.geometry_type}: {error}") from error
    return arcs_of_shape(network, geometry, closure.way_ids)


def closed_arcs_at(network: RoadNetwork, closures: Sequence[ClosureLike]) -> list[list[int] | None]:
    """List what `closed_arcs` does for many closures that are points, all at once; None where it would raise."""
    lonlat = np.array([closure.coordinates[0] for closure in closures], dtype=np.float64).reshape(-1, 2)
    xy = np.column_stack(transformer(LONLAT, network.crs).transform(lonlat[:, 0], lonlat[:, 1]))
    index, is_sound = network.edge_index, np.isfinite(xy).all(axis=1)
    sound = np.flatnonzero(is_sound)
    found: list[list[int] | None] = [None] * len(closures)
    for at, near in zip(
        sound.tolist(), index.near_each(np.asarray(shapely.points(xy[sound]), dtype=object), CLICK_M), strict=True
    ):
        found[at] = index.arcs(_narrow(near, index.of_ways(closures[at].way_ids))[:1]).tolist()
    return found


def arcs_of_shape(network: RoadNetwork, geometry: Any, way_ids: Iterable[int] = ()) -> list[int]:
    """List the arcs that a lon/lat geometry closes, both directions of each road.

    An area closes every road that it touches; a line the roads along which it runs, or those that it crosses where it
    runs along none; a point the nearest road within 50 m. Way ids narrow that down to these ways; where none of them
    is there (the city was built anew), the shape alone decides, and without a shape the ways alone.
    """
    ways = network.edge_index.of_ways(way_ids)
    if geometry is None or shapely.is_empty(geometry):
        return [int(arc) for arc in network.edge_index.arcs(ways)]
    shape = shapely.transform(
        geometry, lambda xy: np.column_stack(transformer(LONLAT, network.crs).transform(xy[:, 0], xy[:, 1]))
    )
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise ValueError("a closure has a coordinate that is not on this map")
    parts = [_edges_of(network, part, ways) for part in shapely.get_parts(shape)]
    return [int(arc) for arc in network.edge_index.arcs(np.concatenate(parts))]


def effects_of(network: RoadNetwork, closures: Iterable[DrawnClosure]) -> tuple[set[int], dict[int, float], list[str]]:
    """List the arcs that closures of a file close together, the share of speed that slow arcs keep, and what is idle.

    Of slow places over each other the slowest counts. A closure that touches no road is said to.
    """
    closed: set[int] = set()
    slow: dict[int, float] = {}
    idle: list[str] = []
    for each in closures:
        try:
            arcs = arcs_of_shape(network, each.geometry, each.way_ids)
        except ValueError:
            arcs = []
        if each.kind == "slow":
            slow.update((arc, min(each.speed_factor, slow.get(arc, 1.0))) for arc in arcs)
        else:
            closed.update(arcs)
        if not arcs:
            what = "slowed" if each.kind == "slow" else "closed"
            idle.append(f"{each.where}: no road of this city is {what} by it (left out)")
    return closed, slow, idle


def read_closures(file: Path, *, at: datetime | None = None) -> tuple[list[DrawnClosure], list[str]]:
    """Read closures from a GeoJSON (or other vector) file, and say what was left out or mended.

    A feature's `way_ids` (a list, or numbers in a text) narrows it down; `kind` is one of KINDS (`closed` where none
    is given), `speed_factor` a number between 0 and 1 for a slow road, `until` an instant of ISO 8601 with its offset.
    What is over at `at` (aware) is left out. Raises VectorError for an unreadable file; a collection without features
    closes nothing.
    """
    if _is_empty_collection(file):
        return [], []
    vector = read_vector(file)
    columns = {name.casefold(): values for name, values in vector.columns.items()}
    field = next((name for name in _WAY_FIELDS if name in columns), None)
    nothing = [None] * len(vector.geometries)
    ways, kinds, factors, ends = (columns.get(name or "", nothing) for name in (field, "kind", "speed_factor", "until"))
    closures, problems = [], [str(problem) for problem in vector.problems]
    for row, (geometry, number) in enumerate(zip(vector.geometries, vector.numbers.tolist(), strict=True)):
        where = f"{vector.file.name}, feature {number}"
        kind = str(kinds[row] or "closed").strip().casefold()
        if kind not in KINDS:
            problems.append(f"{where}: kind {kind[:40]!r} is not known (one of {', '.join(KINDS)}); taken for closed")
            kind = "closed"
        factor = _share(factors[row]) if kind == "slow" else 0.0
        if factor is None:
            problems.append(f"{where}: a slow road needs a speed_factor between 0 and 1 (left out)")
            continue
        until, is_read = _instant(ends[row])
        if not is_read:
            problems.append(f"{where}: until {str(ends[row])[:40]!r} is no instant with its offset; taken for no end")
        if until is not None and at is not None and until <= at:
            problems.append(f"{where}: over since {until.isoformat()} (left out)")
            continue
        closures.append(DrawnClosure(geometry, _way_ids(ways[row]), where, kind, factor, until))
    return closures, problems


def _edges_of(network: RoadNetwork, shape: Any, ways: NDArray[np.int64]) -> NDArray[np.int64]:
    index = network.edge_index
    if shape.geom_type == "Polygon":
        return _narrow(index.touching(shape), ways)
    if shape.geom_type == "Point":
        return _narrow(index.near(shape, CLICK_M), ways)[:1]
    near = index.near(shape, ALONG_M)
    overlap = shapely.length(shapely.intersection(index.lines[near], shapely.buffer(shape, ALONG_M)))
    # A short line marks a piece of a longer road; what its buffer cuts out of a crossing road is no longer than that.
    enough = np.minimum(_MOST * shapely.length(index.lines[near]), 0.8 * max(shape.length, 4 * ALONG_M))
    along = near[overlap >= enough]
    return _narrow(along if len(along) else index.touching(shape), ways)


def _narrow(edges: NDArray[np.int64], ways: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(ways):
        return edges
    narrowed = edges[np.isin(edges, ways)]
    return narrowed if len(narrowed) else edges


def _is_empty_collection(file: Path) -> bool:
    if file.suffix.casefold() not in (".geojson", ".json") or not file.is_file() or file.stat().st_size > 10_000:
        return False
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("type") == "FeatureCollection" and content.get("features") == []


def _share(value: Any) -> float | None:
    try:
        share = float(value)
    except (TypeError, ValueError):
        return None
    return share if 0 < share < 1 else None


def _instant(value: Any) -> tuple[datetime | None, bool]:
    """Give the instant (aware UTC) that a value names, None for none, and whether it could be read."""
    text = "" if value is None or value != value else str(value).strip()
    if not text:
        return None, True
    try:
        return read_instant(text), True
    except ValueError:
        return None, False


def _way_ids(value: Any) -> tuple[int, ...]:
    if value is None or value != value:
        return ()
    return tuple(int(number) for number in re.findall(r"\d{1,18}", str(value).removesuffix(".0")))


__all__ = ["KINDS", "DrawnClosure", "VectorError", "arcs_of_shape", "closed_arcs", "effects_of", "read_closures"]
