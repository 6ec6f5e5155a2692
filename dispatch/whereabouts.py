"""From where a unit counts: its last report, its last scene or its station, or nowhere if that is too long ago."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.incident import Location
from dispatch.recommendation import Reason
from dispatch.state import State, UnitState
from dispatch.travels import Start
from resources.fixes import distance_m
from resources.position import Fix
from resources.status import TURNING_OUT, Status
from resources.unit import Unit


@dataclass(frozen=True, slots=True)
class Freshness:
    """Say how old a position may be before a unit is no longer thought to be there, in seconds.

    `moving_s` counts for a unit that drove at the time, `standing_s` for one that stood, and `parked_s` for one that
    is free and was last seen within `parked_radius_m` of where it stands when nothing calls it. Faster than
    `moving_mps` is driving.
    """

    moving_s: float = 120.0
    standing_s: float = 900.0
    parked_s: float = 24 * 3600.0
    parked_radius_m: float = 150.0
    moving_mps: float = 1.5


FRESHNESS = Freshness()


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a unit was on its last assignment, since when, and when it was released there."""

    location: Location
    arrived_at: datetime
    released_at: datetime


def start_of(unit: UnitState, fix: Fix | None, at: datetime, *, freshness: Freshness = FRESHNESS) -> Start | None:
    """Tell from where a unit counts at a moment; None where its position is too old to say."""
    place = locate(unit, fix, None, at, freshness)
    return None if isinstance(place, Reason) else place[0]


def last_scene(state: State, unit: UnitState) -> Scene | None:
    """Find where a unit was released that was there and has said nothing since; None for all others."""
    if unit.status is not Status.AVAILABLE_BY_RADIO:
        return None
    ids = state.assignments_by_unit.get(unit.unit.id)
    last = state.assignments.get(ids[-1]) if ids else None
    if last is None or last.released_at is None or last.released_at < unit.since:
        return None
    arrivals = [arrived_at for arrived_at in (last.on_scene_at, last.at_destination_at) if arrived_at is not None]
    incident = state.incidents.get(last.incident_id)
    if incident is None or not arrivals:
        return None
    return Scene(incident.location, max(arrivals), last.released_at)


def locate(
    unit: UnitState, fix: Fix | None, scene: Scene | None, at: datetime, freshness: Freshness = FRESHNESS
) -> tuple[Start, float | None, bool] | Reason:
    """Tell from where a unit counts, how old that position is and whether it drives; a reason where nobody knows.

    Without a fix since it came to its last scene it counts from there: for as long as a standing fix would if it has
    sent fixes before, and until it says more if it never does.
    """
    if scene is not None and (fix is None or fix.fixed_at < scene.arrived_at):
        there = _start(unit.unit, scene.location.lon, scene.location.lat)
        age_s = max(0.0, (at - scene.released_at).total_seconds())
        if fix is None:
            return there, None, False
        if age_s <= freshness.standing_s:
            return there, age_s, False
    if fix is None:
        return _start(unit.unit, *unit.home), None, False
    age_s = fix.age_s(at)
    is_moving = fix.speed_mps is not None and fix.speed_mps >= freshness.moving_mps
    if age_s <= freshness.moving_s:
        return _driving(unit.unit, fix) if is_moving else _start(unit.unit, fix.lon, fix.lat), age_s, is_moving
    if not is_moving and age_s <= freshness.standing_s:
        return _start(unit.unit, fix.lon, fix.lat), age_s, False
    is_parked = unit.status is Status.AVAILABLE or unit.status in TURNING_OUT
    if is_parked and age_s <= freshness.parked_s and is_home(unit, fix, freshness):
        return _start(unit.unit, *unit.home), age_s, False
    return Reason("position_too_old", (("age_s", round(age_s)),))


def is_home(unit: UnitState, fix: Fix | None, freshness: Freshness = FRESHNESS) -> bool:
    """Tell whether a unit was last seen where it stands when nothing calls it, or was never seen anywhere."""
    return fix is None or distance_m(fix.lon, fix.lat, *unit.home) <= freshness.parked_radius_m


def _start(unit: Unit, lon: float, lat: float) -> Start:
    return Start(unit.id, lon, lat, size=(unit.height_m, unit.width_m, unit.weight_t))


def _driving(unit: Unit, fix: Fix) -> Start:
    standing = _start(unit, fix.lon, fix.lat)
    if fix.heading_deg is None:
        return standing
    return replace(standing, heading_deg=fix.heading_deg, speed_mps=fix.speed_mps or 0.0)
