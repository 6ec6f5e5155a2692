"""Where the map looks for an incident's papers: round the incident with its ground, whatever the screen shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from dispatch.incident import Perimeter
from dispatch.major_now import cordons_now, open_sectors, open_stagings
from dispatch.state import State
from maps.layers import Marks
from maps.view import View

WIDTH_PX, HEIGHT_PX = 690, 460  # in 96ths of an inch: as wide as the text of an A4 page
SHARPNESS = 2.0  # dots of the picture for each of these, so that print is not coarse
NEAREST_MPP, FARTHEST_MPP = 1.0, 8.0  # 0.7 and 5.5 km across: street names are still read
MARGIN = 0.08

Point = tuple[float, float]


def marks_of_paper(marks: Marks) -> Marks:
    """Leave out what is for the screen and would lie over an incident's ground: cameras, cases, trails, veils."""
    return replace(marks, zones=(), density=(), reach=(), sight=(), trails=(), cameras=(), cases=())


class Ground(Protocol):
    """What is asked of a city."""

    def to_metric(self, lon: Any, lat: Any) -> tuple[Any, Any]:
        """Turn lon/lat (WGS 84) into metres."""
        ...


def view_round(state: State, city: Ground, incident_id: int) -> View | None:
    """Return the view of an incident with its perimeters and staging areas; None where there is no such incident.

    The incident is always on it; ground that is farther off than a picture can show is left out.
    """
    incident = state.incidents.get(incident_id)
    if incident is None:
        return None
    x, y = (float(each) for each in city.to_metric(incident.location.lon, incident.location.lat))
    if not np.isfinite([x, y]).all():
        return None
    view = View(x, y, NEAREST_MPP, WIDTH_PX, HEIGHT_PX, SHARPNESS)
    points = np.array([(x, y), *_ground(state, city, incident_id)])
    most_m = np.array([WIDTH_PX, HEIGHT_PX]) / 2 * (1 - 2 * MARGIN) * FARTHEST_MPP
    points = points[(np.abs(points - (x, y)) <= most_m).all(axis=1)]  # nor what is no number
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    wanted = view.fit((west, south, east, north), MARGIN)
    return replace(wanted, metres_per_pixel=max(wanted.metres_per_pixel, NEAREST_MPP))


def _ground(state: State, city: Ground, incident_id: int) -> Iterator[Point]:
    drawn = {each.id: each for each in state.perimeters.values() if each.incident_id == incident_id}
    major = state.majors.get(incident_id)
    if major is not None:
        drawn |= {perimeter.id: perimeter for _, perimeter in cordons_now(state, major)}
        of_sectors = (state.perimeters.get(each.perimeter_id) for each in open_sectors(major))
        drawn |= {each.id: each for each in of_sectors if each is not None}
        for staging in open_stagings(major):
            east, north = city.to_metric(staging.lon, staging.lat)
            yield float(east), float(north)
    for perimeter in drawn.values():
        yield from _corners(city, perimeter)


def _corners(city: Ground, perimeter: Perimeter) -> Iterator[Point]:
    radius_m = perimeter.radius_m or 0.0
    for lon, lat in perimeter.coordinates:
        x, y = (float(each) for each in city.to_metric(lon, lat))
        yield x - radius_m, y - radius_m
        yield x + radius_m, y + radius_m
