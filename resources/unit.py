"""Departments, stations and units: what can be sent, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass

DEPARTMENT_KINDS = (
    "fire",
    "ambulance",
    "police",
    "urban_management",
    "water",
    "power",
    "gas",
    "heating",
    "telecom",
    "public_service",
    "volunteers",
    "other",
)


@dataclass(frozen=True, slots=True)
class Department:
    """Name one party that sends units; `kind` decides colour and symbol (one of `DEPARTMENT_KINDS`)."""

    id: str
    name: str
    kind: str
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Station:
    """Place where units stand when nothing calls them (lon/lat, WGS 84)."""

    id: str
    name: str
    department: str
    lon: float
    lat: float
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """Describe one unit with its crew, as the roster has it.

    `id` is the call sign that people say (`E3`). `lon`, `lat` is where it stands when free.
    `turnout` names a row of the roster's turnout table. `invented` marks what no record of the city backs.
    `equipment` is what it carries (`foam`, `ladder`, `traffic_cones`), `officers` how many of its crew may command.
    Vehicles with one `cross_staffed` word share one crew: sending one takes the others off the board. `height_m`,
    `width_m` and `weight_t` are of the loaded vehicle, 0 where no limit of a road matters to it. `shift` names a row
    of the roster's shifts.
    """

    id: str
    department: str
    capabilities: tuple[str, ...]
    lon: float
    lat: float
    kind: str = ""
    station: str = ""
    crew: int = 2
    min_crew: int = 1
    turnout: str = ""
    invented: bool = False
    equipment: tuple[str, ...] = ()
    officers: int = 0
    cross_staffed: str = ""
    height_m: float = 0.0
    width_m: float = 0.0
    weight_t: float = 0.0
    shift: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """Say when crews of a shift are on duty: local times of day, from `starts` to `ends` (the next day if earlier)."""

    id: str
    starts: str
    ends: str


@dataclass(frozen=True, slots=True)
class TaskForce:
    """Name units that are sent as one, a task force or a strike team, and what they can do together."""

    id: str
    units: tuple[str, ...]
    capabilities: tuple[str, ...]
    name: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class FirstDueArea:
    """Say which stations of a department are asked first, in order, within a ring of lon/lat corners (WGS 84)."""

    id: str
    department: str
    stations: tuple[str, ...]
    ring: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class TurnoutHours:
    """Give the seconds of turnout from one local hour (inclusive) to another (exclusive), over midnight too."""

    from_hour: int
    to_hour: int
    turnout_s: float


@dataclass(frozen=True, slots=True)
class Turnout:
    """Give the seconds from assigned to en route: by status when called, by day and by night.

    Local hours `night_from` (inclusive) to `night_to` (exclusive) count as night; the first of `hours` that holds the
    hour goes before day and night. A unit that is available by radio or already on the road needs `mobile_s`.
    """

    id: str
    day_s: float
    night_s: float
    mobile_s: float = 10.0
    night_from: int = 22
    night_to: int = 6
    hours: tuple[TurnoutHours, ...] = ()


@dataclass(frozen=True, slots=True)
class Roster:
    """Hold all that a city can send at one moment, and by which times, shifts, task forces and areas."""

    departments: tuple[Department, ...] = ()
    stations: tuple[Station, ...] = ()
    units: tuple[Unit, ...] = ()
    turnouts: tuple[Turnout, ...] = ()
    shifts: tuple[Shift, ...] = ()
    task_forces: tuple[TaskForce, ...] = ()
    areas: tuple[FirstDueArea, ...] = ()
