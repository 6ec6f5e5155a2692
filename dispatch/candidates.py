"""Which units may go to an incident, from where they count, how soon they leave, and what stands against the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from immutables import Map

from dispatch.incident import Location
from dispatch.recommendation import Reason
from dispatch.runcard import Need
from dispatch.state import State, UnitState
from dispatch.travels import Start
from resources.fixes import distance_m
from resources.position import Fix
from resources.roster import DEFAULT_TURNOUT
from resources.status import FREE, Status
from resources.unit import Turnout, Unit


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
class Candidate:
    """One unit that may go: for which needs (their positions), from where, and after how long a turnout."""

    unit: UnitState
    needs: tuple[int, ...]
    start: Start
    turnout_s: float
    fix_age_s: float | None


@dataclass(frozen=True, slots=True)
class Barred:
    """One unit that may not go, and why; `needs` are those that it could fill otherwise."""

    unit: UnitState
    needs: tuple[int, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Field:
    """All units sorted by id: those that may go and those that may not."""

    candidates: tuple[Candidate, ...]
    barred: tuple[Barred, ...]


def find_candidates(
    state: State,
    fixes: Mapping[str, Fix],
    needs: Sequence[Need],
    filled: Sequence[Need],
    *,
    incident_id: int | None,
    at: datetime,
    freshness: Freshness = FRESHNESS,
) -> Field:
    """Sort every unit of the state into those that may fill one of `needs` and those that may not.

    `filled` are needs of the card that units on their way fill already; `at` is the moment asked about (aware UTC).
    """
    hour = at.astimezone(_zone(state.time_zone)).hour
    wanted: dict[str, list[int]] = {}
    for position, need in enumerate(needs):
        for capability in need.any_of:
            wanted.setdefault(capability, []).append(position)
    already = {capability for need in filled for capability in need.any_of}
    roll = _ROLLS.of(state.units)
    fits = [_fit(unit, wanted, needs, already) for unit in roll.kinds]
    candidates: list[Candidate] = []
    barred: list[Barred] = []
    turnouts: dict[tuple[str, Status, bool], float] = {}
    for unit_id, unit, kind, standing in roll.rows:
        row, misfit = fits[kind]
        against = standing or (_bound(state, unit, incident_id) if unit.assignment_id else None) or misfit
        if against is None:
            place = _place(unit, fixes.get(unit_id), _scene(state, unit), at, freshness)
            if not isinstance(place, Reason):
                start, fix_age_s, is_moving = place
                manner = (unit.unit.turnout, unit.status, is_moving)
                turnout_s = turnouts.get(manner)
                if turnout_s is None:
                    turnout = state.turnouts.get(unit.unit.turnout)
                    turnout_s = turnouts[manner] = turnout_time_s(turnout, unit.status, hour, is_moving=is_moving)
                candidates.append(Candidate(unit, row, start, turnout_s, fix_age_s))
                continue
            against = place
        barred.append(Barred(unit, row, against))
    return Field(tuple(candidates), tuple(barred))


def start_of(unit: UnitState, fix: Fix | None, at: datetime, *, freshness: Freshness = FRESHNESS) -> Start | None:
    """Tell from where a unit counts at a moment; None where its position is too old to say."""
    place = _place(unit, fix, None, at, freshness)
    return None if isinstance(place, Reason) else place[0]


def turnout_time_s(turnout: Turnout | None, status: Status, hour: int, *, is_moving: bool) -> float:
    """Give the seconds from the order to driving off, by status, local hour and whether the unit drives already."""
    times = turnout or DEFAULT_TURNOUT
    if status is Status.AVAILABLE_BY_RADIO or is_moving:
        return times.mobile_s
    start, end = times.night_from, times.night_to
    is_night = start <= hour < end if start <= end else hour >= start or hour < end
    return times.night_s if is_night else times.day_s


def _zone(name: str) -> tzinfo:
    """Return a time zone; a log that names one that is not known here must not cost every answer."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return UTC


def _fit(
    unit: Unit, wanted: Mapping[str, Sequence[int]], needs: Sequence[Need], already: set[str]
) -> tuple[tuple[int, ...], Reason | None]:
    """Tell which needs a unit fills by capability, department and crew.

    Where it fills none, a reason, with the needs that it has a capability for.
    """
    able = tuple(sorted({row for capability in unit.capabilities for row in wanted.get(capability, ())}))
    if not able:
        if already.intersection(unit.capabilities):
            return (), Reason("need_filled")
        return (), Reason("wrong_capability", (("has", ", ".join(unit.capabilities)),))
    own = [position for position in able if needs[position].department in ("", unit.department)]
    if not own:
        return able, Reason("other_department", (("wanted", needs[able[0]].department),))
    fitting = tuple(position for position in own if unit.crew >= max(needs[position].min_crew, unit.min_crew))
    if not fitting:
        least = max(unit.min_crew, min(needs[position].min_crew for position in own))
        return able, Reason("crew_too_small", (("crew", unit.crew), ("wanted", least)))
    return fitting, None


@dataclass(frozen=True, slots=True)
class _Roll:
    """Units by id, each with the number of its kind, and what stands against it whatever is asked for.

    Units of one kind are alike in all that a need asks about; `kinds` holds one unit of each. Equal reasons are one.
    """

    units: Map[str, UnitState]
    rows: tuple[tuple[str, UnitState, int, Reason | None], ...]
    kinds: tuple[Unit, ...]


class _Rolls:
    """Keep the roll of the units last asked about: most questions are about the units of the question before."""

    def __init__(self) -> None:
        self._last = _Roll(Map(), (), ())

    def of(self, units: Map[str, UnitState]) -> _Roll:
        last = self._last  # read once: another thread may put its own
        return last if last.units is units else self._make(units)

    def _make(self, units: Map[str, UnitState]) -> _Roll:
        kinds: dict[tuple[object, ...], int] = {}
        first: list[Unit] = []
        rows: list[tuple[str, UnitState, int, Reason | None]] = []
        reasons: dict[Reason | None, Reason | None] = {}
        for unit_id, state in sorted(units.items()):
            unit = state.unit
            kind = kinds.setdefault((unit.capabilities, unit.department, unit.crew, unit.min_crew), len(first))
            if kind == len(first):
                first.append(unit)
            against = _against(state)
            rows.append((unit_id, state, kind, reasons.setdefault(against, against)))
        self._last = _Roll(units, tuple(rows), tuple(first))
        return self._last


_ROLLS = _Rolls()


def _against(unit: UnitState) -> Reason | None:
    """Tell what stands against a unit whatever is asked for."""
    if not unit.on_roster:
        return Reason("not_on_roster")
    if unit.assignment_id:
        return None  # it depends on the incident: see _bound
    if unit.status is Status.OUT_OF_SERVICE:
        until = unit.until.isoformat() if unit.until else ""
        return Reason("out_of_service", (("reason", unit.reason), ("until", until)))
    if unit.distress_at is not None:
        return Reason("in_distress")
    if unit.status not in FREE:
        return Reason("not_free", (("status", unit.status.value),))
    return None


def _bound(state: State, unit: UnitState, incident_id: int | None) -> Reason:
    """Tell what a unit is sent to."""
    assignment = state.assignments[unit.assignment_id]
    if assignment.incident_id == incident_id:
        return Reason("already_sent")
    return Reason("busy", (("incident", assignment.incident_id), ("status", unit.status.value)))


@dataclass(frozen=True, slots=True)
class _Scene:
    """Where a unit was on its last assignment, since when, and when it was released there."""

    location: Location
    arrived_at: datetime
    released_at: datetime


def _scene(state: State, unit: UnitState) -> _Scene | None:
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
    return _Scene(incident.location, max(arrivals), last.released_at)


def _place(
    unit: UnitState, fix: Fix | None, scene: _Scene | None, at: datetime, freshness: Freshness
) -> tuple[Start, float | None, bool] | Reason:
    """Tell from where a unit counts, how old that position is and whether it drives; a reason where nobody knows.

    Without a fix since it came to its last scene it counts from there: for as long as a standing fix would if it has
    sent fixes before, and until it says more if it never does.
    """
    home = Start(unit.unit.id, unit.unit.lon, unit.unit.lat)
    if scene is not None and (fix is None or fix.fixed_at < scene.arrived_at):
        there = Start(unit.unit.id, scene.location.lon, scene.location.lat)
        age_s = max(0.0, (at - scene.released_at).total_seconds())
        if fix is None:
            return there, None, False
        if age_s <= freshness.standing_s:
            return there, age_s, False
    if fix is None:
        return home, None, False
    age_s = fix.age_s(at)
    is_moving = fix.speed_mps is not None and fix.speed_mps >= freshness.moving_mps
    if age_s <= freshness.moving_s:
        heading_deg = fix.heading_deg if is_moving else None
        return Start(unit.unit.id, fix.lon, fix.lat, heading_deg), age_s, is_moving
    if not is_moving and age_s <= freshness.standing_s:
        return Start(unit.unit.id, fix.lon, fix.lat), age_s, False
    if unit.status is Status.AVAILABLE and age_s <= freshness.parked_s and _is_home(unit, fix, freshness):
        return home, age_s, False
    return Reason("position_too_old", (("age_s", round(age_s)),))


def _is_home(unit: UnitState, fix: Fix, freshness: Freshness) -> bool:
    return distance_m(fix.lon, fix.lat, unit.unit.lon, unit.unit.lat) <= freshness.parked_radius_m
