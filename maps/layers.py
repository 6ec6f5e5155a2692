"""What is drawn over the city as plain records, and the marks that the city itself provides.

A mark knows nothing of the log: pure functions (here for the city, in `maps.live` for the state) make marks, the
painters in `maps.live_*` draw them. All x, y are in the city's metric CRS.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maps.painter import DrawnLayers


@dataclass(frozen=True, slots=True)
class UnitMark:
    """One unit: `status` is a value of resources.status.Status; `heading_deg` clockwise from north, None when it
    stands or nobody knows; `fix_age_s` None where no position was ever reported (it stands at its station);
    `at_home` when it is free and stands at its station."""

    unit_id: str
    call_sign: str
    department_kind: str
    status: str
    x: float
    y: float
    heading_deg: float | None = None
    fix_age_s: float | None = None
    selected: bool = False
    distress: bool = False
    speak: bool = False
    at_home: bool = False


@dataclass(frozen=True, slots=True)
class IncidentMark:
    """One incident: `number` is what people say, priority 1 is the most urgent, `stage` a value of
    dispatch.incident.Stage (empty: not shown), `overdue_min` whole minutes over its deadline."""

    number: int
    kind: str
    priority: int
    x: float
    y: float
    is_new: bool = False
    is_overdue: bool = False
    selected: bool = False
    label: str = ""
    stage: str = ""
    overdue_min: int | None = None


@dataclass(frozen=True, slots=True)
class CameraMark:
    """One camera: `direction_deg` None or NaN where unknown; `rank` 1, 2, ... when it is one of those to look at.

    `angle_deg` is how wide it sees, 360 all round, None where nobody says."""

    camera_id: str
    x: float
    y: float
    direction_deg: float | None = None
    camera_kind: str = ""
    rank: int | None = None
    selected: bool = False
    label: str = ""
    angle_deg: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RouteMark:
    """The way of one unit: xy float64 (n, 2); solid when sent, a ghost while it is only recommended.

    `times_s` float64 (n,), seconds from now at each point, None where unknown; `is_approximate` where they were
    guessed as if it drove at one speed; `is_in_hand` where the operator looks at this one: it is drawn brighter."""

    unit_id: str
    xy: NDArray[np.float64]
    is_sent: bool
    eta_s: float | None = None
    label: str = ""
    department_kind: str = ""
    times_s: NDArray[np.float64] | None = None
    is_approximate: bool = False
    is_in_hand: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ClosureMark:
    """A closed road or area: geometry_type "Point", "LineString" or "Polygon", xy float64 (n, 2) (its outer ring).

    What lies in one of `holes` (inner rings, each float64 (k, 2)) is open. `kind` is closed, slow or flooded;
    `speed_factor` the share of its speed that a slow road keeps."""

    closure_id: str
    geometry_type: str
    xy: NDArray[np.float64]
    label: str = ""
    holes: tuple[NDArray[np.float64], ...] = ()
    kind: str = "closed"
    speed_factor: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class TrailMark:
    """The ways that units of one department came: segments float64 (m, 4: x, y, x, y), and how old the later end of
    each is as a share of what is shown, float64 (m), 0 now to 1 about to vanish. Loud ones are selected."""

    department_kind: str
    segments: NDArray[np.float64]
    age_share: NDArray[np.float64]
    is_loud: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PerimeterMark:
    """A perimeter of a kind ("hazard", "cordon", "search"): its ring xy float64 (n, 2), closed."""

    perimeter_id: str
    kind: str
    xy: NDArray[np.float64]
    label: str = ""


@dataclass(frozen=True, slots=True)
class CallerMark:
    """Where a caller's telephone is thought to be."""

    x: float
    y: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """The place of a draft: a cross-hair."""

    x: float
    y: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class StationMark:
    """A station (its department kind) or a hospital ("hospital")."""

    station_id: str
    name: str
    department_kind: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Marks:
    """Everything that is drawn over the city at one moment, a sequence a layer, from the bottom up.

    The layers without a record here take what their module says."""

    zones: Sequence[Any] = ()
    density: Sequence[Any] = ()
    reach: Sequence[Any] = ()
    closures: tuple[ClosureMark, ...] = ()
    perimeters: tuple[PerimeterMark, ...] = ()
    stagings: Sequence[Any] = ()
    sight: Sequence[Any] = ()
    trails: tuple[TrailMark, ...] = ()
    routes: tuple[RouteMark, ...] = ()
    callers: tuple[CallerMark, ...] = ()
    stations: tuple[StationMark, ...] = ()
    cameras: tuple[CameraMark, ...] = ()
    cases: Sequence[Any] = ()
    units: Sequence[UnitMark] = ()
    incidents: tuple[IncidentMark, ...] = ()
    places: tuple[PlaceMark, ...] = ()


def camera_marks(layers: DrawnLayers, ranks: Mapping[str, int] | None = None) -> tuple[CameraMark, ...]:
    """Make the marks of a city's cameras; `ranks` maps the ids of highlighted ones to 1, 2, ..."""
    if "cameras" not in layers.layer_names():
        return ()
    layer = layers.layer("cameras")
    names = _text(layer, "name")
    directions = layer.attribute("direction_deg") if "direction_deg" in layer.columns() else None
    ids = _ids(layer)
    ranks = ranks or {}
    marks = []
    for index in range(layer.count):
        x, y = _point(layer, index)
        direction = float(directions[index]) if directions is not None and directions[index] is not None else math.nan
        marks.append(
            CameraMark(
                ids[index], x, y, None if math.isnan(direction) else direction, layer.kind_of(index),
                ranks.get(ids[index]), label=names[index],
            )
        )  # fmt: skip
    return tuple(marks)


def station_marks(layers: DrawnLayers) -> tuple[StationMark, ...]:
    """Make the marks of a city's fire, police and ambulance stations and its hospitals."""
    marks = []
    for name in ("stations", "hospitals"):
        if name not in layers.layer_names():
            continue
        layer = layers.layer(name)
        names, ids = _text(layer, "name"), _ids(layer)
        for index in range(layer.count):
            x, y = _point(layer, index)
            marks.append(StationMark(ids[index], names[index], layer.kind_of(index), x, y))
    return tuple(marks)


def _point(layer: Any, index: int) -> tuple[float, float]:
    west, south, east, north = layer.boxes[index].tolist()
    return (west + east) / 2, (south + north) / 2


def _text(layer: Any, column: str) -> list[str]:
    if column not in layer.columns():
        return [""] * layer.count
    return [value if isinstance(value, str) else "" for value in layer.attribute(column)]


def _ids(layer: Any) -> list[str]:
    """Name features by their OSM id where there is one, otherwise by layer and row."""
    if "osm_id" not in layer.columns():
        return [f"{layer.name}/{index}" for index in range(layer.count)]
    return [str(value) for value in layer.attribute("osm_id")]
