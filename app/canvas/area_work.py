"""The work behind the map's areas, away from the window's thread: reach, density, zones. One thread at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from maps.density_veil import DensityMark
from maps.live_areas import ReachMark, ZoneMark

if TYPE_CHECKING:
    from dispatch.state import State
    from gis.city import City
    from gis.reach import ReachMap

logger = logging.getLogger(__name__)
LonLat = tuple[float, float]
Report = Callable[[float, str], None]
BANDWIDTH_M = 500.0
OFF_ROAD_LIMIT_M = 1000.0


@dataclass(frozen=True, slots=True)
class ReachQuestion:
    """Ask what is reached from places (lon/lat) by a driving profile, or, `towards`, from where one is reached."""

    places: tuple[LonLat, ...]
    mode: str
    towards: bool = False


class AreaWork:
    """Answer with marks to draw; keeps a city's roads as prepared for the present closures."""

    def __init__(self) -> None:
        self._city: City | None = None
        self._closures: object = None
        self._maps: dict[str, ReachMap] = {}

    def reach(self, city: City, closures: Any, question: ReachQuestion, report: Report) -> tuple[ReachMark, ...]:
        """Return the bands of a question, none where no road is near its places. `closures`: the state's, by id.

        Raises RoadsError or ProfileError where the city has no good roads.
        """
        if city is not self._city or closures is not self._closures:
            self._city, self._closures = city, closures
            self._maps.clear()
        report(0.1, "reach_roads")
        found = self._map(city, question.mode)
        lon, lat = np.array(question.places, dtype=np.float64).reshape(-1, 2).T
        snaps = found.snap(np.column_stack(city.to_metric(lon, lat)), limit_m=OFF_ROAD_LIMIT_M)
        report(0.5, "reach_working")
        places = [snap for snap in snaps if snap is not None]
        if not places:
            return ()
        areas = found.reach(places, towards=question.towards)
        return tuple(ReachMark(one.limit_s, rings_of(one.area)) for one in areas)

    def _map(self, city: City, mode: str) -> ReachMap:
        if mode not in self._maps:
            from gis.closures import closed_arcs
            from gis.reach import ReachMap

            closed: set[int] = set()
            network = city.roads()
            for closure in self._closures.values() if self._closures else ():  # type: ignore[attr-defined]
                try:
                    closed.update(closed_arcs(network, closure))
                except ValueError as error:  # one bad shape in an old log must not cost every answer
                    logger.warning("closure %s closes nothing: %s", closure.id, error)
            self._maps[mode] = ReachMap.of_city(city, mode, closed=closed)
        return self._maps[mode]


def density_marks(city: City, state: State, kind: str, caption: str) -> tuple[DensityMark, ...]:
    """Return the surface of all incidents of a kind ("" for all) that the log knows, closed ones too."""
    from gis.hotspots import density

    lonlat = np.array(
        [(one.location.lon, one.location.lat) for one in state.incidents.values() if not kind or one.kind == kind],
        dtype=np.float64,
    ).reshape(-1, 2)
    if not len(lonlat):
        return ()
    surface = density(np.column_stack(city.to_metric(*lonlat.T)), bandwidth_m=BANDWIDTH_M, box=_around(city))
    return (DensityMark(surface.values, surface.box, caption),) if surface.values.size else ()


def zone_marks(city: City, layer: str) -> tuple[ZoneMark, ...]:
    """Return the zones of a layer of the city. Raises CityError or ValueError where it is none."""
    from gis.zones import Zones

    zones = Zones(city.layer(layer))
    return tuple(
        ZoneMark(name, zones.rings(index), *zones.label_place(index)) for index, name in enumerate(zones.names)
    )


def zone_layer_names(city: City) -> tuple[str, ...]:
    """Name the layers of a city that may be zones, the likeliest first."""
    from gis.grid import LAYER as CELLS
    from gis.zones import GROUND, zone_layers

    names = [name for name in city.layer_names() if name not in GROUND and name != CELLS]
    opened = []
    for name in names:
        try:
            opened.append(city.layer(name))
        except ValueError:
            logger.warning("the layer %s cannot be opened", name)
    return tuple(layer.name for layer in zone_layers(opened))


def rings_of(area: Any) -> tuple[NDArray[np.float64], ...]:
    """Return all rings of a shapely MultiPolygon, holes too, float64 (n, 2) each."""
    import shapely

    return tuple(shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(area)))


def _around(city: City) -> tuple[float, float, float, float]:
    """Return the city's box with as much again round it: an incident with swapped coordinates is no hot spot."""
    west, south, east, north = city.bounds
    x, y = city.to_metric(np.array([west, west, east, east]), np.array([south, north, south, north]))
    wide, high = float(np.ptp(x)), float(np.ptp(y))
    return float(x.min()) - wide, float(y.min()) - high, float(x.max()) + wide, float(y.max()) + high
