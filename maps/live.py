"""Turn what the log says, the positions and a recommendation into marks. Pure functions; nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dispatch.incident import Closure, Stage
from dispatch.recommendation import Path, Recommendation
from dispatch.state import State
from maps.layers import CallerMark, ClosureMark, IncidentMark, RouteMark, StationMark
from maps.route_times import drive_times, even_times, rest_of, until
from resources.position import Fix
from resources.status import Status

# Only these tell a direction: a parked vehicle's compass says nothing about where it goes.
MOVING = frozenset({Status.EN_ROUTE, Status.TRANSPORTING, Status.AVAILABLE_BY_RADIO})
LEAST_SPEED_MPS = 1.0
AT_HOME_M = 40.0  # how far from its station a unit is still at home


class Projected(Protocol):
    """What marks need of a city."""

    def to_metric(self, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Turn lon/lat into x/y of the city's metric CRS."""
        ...


@dataclass(frozen=True, slots=True)
class Selection:
    """What the operator has chosen: drawn with a ring."""

    incident_id: int | None = None
    unit_ids: frozenset[str] = frozenset()
    camera_id: str = ""


NOTHING = Selection()


def incident_marks(
    state: State,
    city: Projected,
    *,
    selection: Selection = NOTHING,
    at: datetime,
    name: Callable[[str], str] = lambda kind: "",
) -> tuple[IncidentMark, ...]:
    """Make the marks of all open incidents. One that waits for its first unit counts as new; `name` words a kind."""
    marks = []
    for number in sorted(state.open_incidents):
        incident = state.incidents[number]
        x, y = city.to_metric(incident.location.lon, incident.location.lat)
        over_s = (at - incident.deadline_at).total_seconds() if incident.deadline_at is not None else -1.0
        marks.append(
            IncidentMark(
                number=incident.id,
                kind=incident.kind,
                priority=incident.priority,
                x=float(x),
                y=float(y),
                is_new=incident.stage is Stage.WAITING,
                is_overdue=incident.is_overdue or over_s >= 0,
                selected=incident.id == selection.incident_id,
                label=name(incident.kind),
                stage=incident.stage.value,
                overdue_min=int(over_s // 60) if over_s >= 0 else None,
            )
        )
    return tuple(marks)


def closure_marks(
    state: State, city: Projected, *, word: Callable[[Closure], str] = lambda closure: closure.reason
) -> tuple[ClosureMark, ...]:
    """Make the marks of all closed, slow and flooded roads and areas; `word` labels one: why, and until when."""
    return tuple(
        ClosureMark(
            closure.id,
            closure.geometry_type,
            xy_of(closure.coordinates, city),
            word(closure),
            tuple(xy_of(ring, city) for ring in closure.holes if len(ring) > 2),
            closure.kind,
            closure.speed_factor,
        )
        for _, closure in sorted(state.closures.items())
        if closure.coordinates
    )


def station_marks_of(state: State, city: Projected) -> tuple[StationMark, ...]:
    """Make the marks of the roster's stations."""
    marks = []
    for _, station in sorted(state.stations.items()):
        department = state.departments.get(station.department)
        x, y = city.to_metric(station.lon, station.lat)
        kind = department.kind if department else "other"
        marks.append(StationMark(station.id, station.name, kind, float(x), float(y)))
    return tuple(marks)


def caller_marks(state: State, city: Projected, call_ids: Iterable[str]) -> tuple[CallerMark, ...]:
    """Make the circles of some calls' telephones, where they are known."""
    marks = []
    for call_id in call_ids:
        call = state.calls.get(call_id)
        if call is not None and call.position is not None:
            x, y = city.to_metric(call.position.lon, call.position.lat)
            marks.append(CallerMark(float(x), float(y), call.position.radius_m))
    return tuple(marks)


def route_marks(
    state: State,
    recommendation: Recommendation,
    city: Projected,
    *,
    sent: frozenset[str] = frozenset(),
    in_hand: str = "",
) -> tuple[RouteMark, ...]:
    """Make the routes of an answer, a ghost each; those of units in `sent` solid, that of the unit in hand brighter."""
    eta_s = {chosen.unit_id: chosen.eta.total_s for chosen in recommendation.chosen}
    return way_marks(state, recommendation.paths, eta_s, city, sent=sent, in_hand=in_hand)


def way_marks(
    state: State,
    paths: Iterable[Path],
    eta_s: Mapping[str, float | None],
    city: Projected,
    *,
    sent: frozenset[str] = frozenset(),
    in_hand: str = "",
) -> tuple[RouteMark, ...]:
    """Make the routes of ways, a ghost each; `eta_s` says by unit when it would be there."""
    marks = []
    for path in paths:
        known = state.units.get(path.unit_id)
        department = state.departments.get(known.unit.department) if known else None
        if len(path.lonlat) > 1:
            xy = xy_of(path.lonlat, city)
            marks.append(
                _route(
                    path.unit_id,
                    xy,
                    drive_times(path, xy),
                    eta_s.get(path.unit_id),
                    is_sent=path.unit_id in sent,
                    department_kind=department.kind if department else "",
                    is_in_hand=path.unit_id == in_hand,
                )
            )
    return tuple(marks)


def straight_marks(
    state: State,
    eta_s: Mapping[str, float | None],
    place: tuple[float, float] | None,
    fixes: Mapping[str, Fix],
    city: Projected,
    *,
    in_hand: str = "",
) -> tuple[RouteMark, ...]:
    """Make straight ghosts to a place (lon, lat) for units whose way nobody has worked out: who was put in by hand."""
    marks = []
    for unit_id, seconds in eta_s.items():
        known, fix = state.units.get(unit_id), fixes.get(unit_id)
        if known is None or place is None:
            continue
        start = (fix.lon, fix.lat) if fix is not None else (known.unit.lon, known.unit.lat)
        department = state.departments.get(known.unit.department)
        kind, xy = department.kind if department else "", xy_of((start, place), city)
        marks.append(
            _route(unit_id, xy, None, seconds, is_sent=False, department_kind=kind, is_in_hand=unit_id == in_hand)
        )
    return tuple(marks)


def sent_route_marks(
    state: State, paths: Iterable[Path], fixes: Mapping[str, Fix], city: Projected, *, at: datetime
) -> tuple[RouteMark, ...]:
    """Make the routes of units that were sent: what is still ahead of each, and the time that it still needs."""
    marks = []
    for path in paths:
        known, fix = state.units.get(path.unit_id), fixes.get(path.unit_id)
        if known is None or len(path.lonlat) < 2:
            continue
        xy = xy_of(path.lonlat, city)
        times_s = drive_times(path, xy)
        if fix is not None:
            x, y = city.to_metric(fix.lon, fix.lat)
            xy, times_s = rest_of(xy, times_s, float(x), float(y))
        bound = state.assignments.get(known.assignment_id)
        left_s = bound.eta_s - (at - bound.assigned_at).total_seconds() if bound and bound.eta_s is not None else None
        department = state.departments.get(known.unit.department)
        kind = department.kind if department else ""
        marks.append(_route(path.unit_id, xy, times_s, left_s, is_sent=True, department_kind=kind))
    return tuple(marks)


def _route(
    unit_id: str,
    xy: NDArray[np.float64],
    times_s: NDArray[np.float64] | None,
    eta_s: float | None,
    *,
    is_sent: bool,
    department_kind: str,
    is_in_hand: bool = False,
) -> RouteMark:
    """Make a mark whose times are those of the path, or, where it tells none, a guess that is marked as one."""
    from_now_s = until(times_s, eta_s) if times_s is not None else even_times(xy, eta_s)
    return RouteMark(
        unit_id, xy, is_sent, eta_s, unit_id, department_kind, from_now_s, times_s is None, is_in_hand=is_in_hand
    )


def ahead(xy: NDArray[np.float64], x: float, y: float) -> NDArray[np.float64]:
    """Return the rest of a line float64 (n, 2) from the place on it that is nearest to a point.

    A point farther from it than `ON_ROUTE_M` took another way: then the whole line is returned.
    """
    return rest_of(xy, None, x, y)[0]


def xy_of(lonlat: tuple[tuple[float, float], ...], city: Projected) -> NDArray[np.float64]:
    """Place lon/lat points in the city's metric CRS, float64 (n, 2)."""
    x, y = city.to_metric(*np.array(lonlat, dtype=np.float64).reshape(-1, 2).T)
    return np.stack((x, y), axis=1)
