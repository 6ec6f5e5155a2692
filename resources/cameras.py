"""The cameras of a city, and which of them stand near a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resources.camera import Camera

if TYPE_CHECKING:
    from gis.city import City
    from gis.columns import LayerColumns


@dataclass(frozen=True, slots=True)
class NearCamera:
    """A camera, how far it stands from the place asked about, and its direction as seen from there (from north)."""

    camera: Camera
    distance_m: float
    bearing_deg: float


class Cameras:
    """All cameras of a city by id, and the nearest to a place; none is a proper answer."""

    def __init__(self, cameras: tuple[Camera, ...] = (), xy: NDArray[np.float64] | None = None) -> None:
        self.all = cameras
        self._by_id = {camera.id: camera for camera in cameras}
        self.xy = np.zeros((0, 2)) if xy is None else xy  # float64 (n, 2) in the city's metric CRS
        if len(self.xy) != len(cameras):
            raise ValueError(f"{len(cameras)} cameras stand at {len(self.xy)} places")

    @classmethod
    def of_city(cls, city: City) -> Cameras:
        """Read the cameras of a city's layer; a city without that layer has none."""
        if "cameras" not in city.layer_names():
            return cls()
        layer = city.layer("cameras")
        xy = np.asarray(layer.coords)[np.asarray(layer.parts)[np.asarray(layer.features)[:-1]]] if layer.count else None
        if xy is None:
            return cls()
        lons, lats = city.to_lonlat(xy[:, 0], xy[:, 1])
        kinds = [layer.kinds[code] for code in np.asarray(layer.kind_codes).tolist()]
        names, refs = _column(layer, "name"), _column(layer, "ref")
        directions, mounts = _column(layer, "direction_deg"), _column(layer, "camera_type")
        angles, ranges = _column(layer, "angle_deg"), _column(layer, "range_m")
        ids, types = _column(layer, "osm_id"), _column(layer, "osm_type")
        cameras = tuple(
            Camera(
                id=f"{types[row] or 'camera'}/{int(ids[row])}" if ids[row] else f"camera/{row}",
                name=str(names[row] or refs[row] or ""),
                kind=kinds[row],
                lon=float(lons[row]),
                lat=float(lats[row]),
                direction_deg=_number(directions[row]),
                mount=str(mounts[row] or "").casefold(),
                angle_deg=_number(angles[row], most=360.0, above=0.0),
                range_m=_number(ranges[row], most=5_000.0, above=0.0),
            )
            for row in range(layer.count)
        )
        return cls(cameras, xy)

    def __len__(self) -> int:
        return len(self.all)

    def of(self, camera_id: str) -> Camera:
        """Return one camera. Raises KeyError for an id that the city does not have."""
        return self._by_id[camera_id]

    def nearest(self, x: float, y: float, *, count: int = 5, within_m: float = float("inf")) -> tuple[NearCamera, ...]:
        """Return the nearest cameras to a point of the city's metric CRS, nearest first."""
        apart = self.xy - (x, y)
        distances = np.hypot(apart[:, 0], apart[:, 1])
        order = np.lexsort((np.arange(len(distances)), distances))[:count]
        bearings = np.degrees(np.arctan2(apart[:, 0], apart[:, 1])) % 360.0
        return tuple(
            NearCamera(self.all[row], round(float(distances[row]), 1), round(float(bearings[row]), 1))
            for row in order.tolist()
            if distances[row] <= within_m
        )


def _column(layer: LayerColumns, name: str) -> Any:
    return layer.attribute(name) if name in layer.columns() else [None] * layer.count


def _number(value: Any, *, above: float = -np.inf, most: float = np.inf) -> float | None:
    """Read a number of a layer; None for what is none, or lies outside what it may be."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) and above < number <= most else None
