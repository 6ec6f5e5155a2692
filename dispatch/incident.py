"""Incidents, calls, tasks, assignments, closures: frozen records of what the log says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Precision(StrEnum):
    """Say how well a place is known."""

    VERIFIED = "verified"
    APPROXIMATE = "approximate"
    FORCED = "forced"


class Stage(StrEnum):
    """Say how far an incident has come."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    WORKING = "working"
    CLEARED = "cleared"
    CLOSED = "closed"


class OrderState(StrEnum):
    """Say how far the order of an assignment has come on its way to the crew."""

    UNSENT = "unsent"
    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Location:
    """Place on the map (WGS 84) with the words it was found by."""

    lon: float
    lat: float
    text: str = ""
    municipality: str = ""
    precision: Precision = Precision.VERIFIED
    crossing: str = ""
    place_id: str = ""


@dataclass(frozen=True, slots=True)
class CallerPosition:
    """Where the caller's telephone is thought to be: a circle of `radius_m` (WGS 84) and who says so."""

    lon: float
    lat: float
    radius_m: float
    source: str


@dataclass(frozen=True, slots=True)
class Call:
    """One report by one caller, patrol, sensor, camera or citizen.

    The caller's name and number are personal data: they stay in the log's erasable table under `person_id`.
    """

    id: str
    channel: str = "phone"
    ringing_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    position: CallerPosition | None = None
    recorder_reference: str = ""
    person_id: str = ""
    incident_id: int | None = None
    text: str = ""

    @property
    def rings(self) -> bool:
        """Tell whether nobody has answered it yet, and the caller still waits."""
        return self.ringing_at is not None and self.answered_at is None and self.ended_at is None


@dataclass(frozen=True, slots=True)
class Order:
    """What a crew is told: where, what, which dangers. Plain text; `number` is the incident's number."""

    number: int
    kind: str
    priority: int
    place: str
    crossing: str
    lon: float
    lat: float
    hazards: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """What one department owes an incident: one task a department, made silently with the first need or unit."""

    id: str
    incident_id: int
    department: str
    need_ids: tuple[str, ...] = ()
    opened_at: datetime | None = None
    deadline_at: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One unit on one task, with its instants; a skipped instant stays None.

    `eta_s` is what was shown when it was sent; `recommendation` is the hash of that answer (empty when chosen by
    hand) and `override_reason` what the operator gave for departing from it. `marks` holds codes:
    `out_of_sequence` (reported against the usual order), `corrected` (the desk took a status back; the instants it
    withdrew stand in the log), `time_differs` (a second report gave another time; the first stays), `time_order`
    (the instants run backwards). `ordered_at` is when the crew was given its present `order`. `also` are shared needs
    that it fills beside its own.
    """

    id: str
    incident_id: int
    task_id: str
    unit_id: str
    need_id: str
    order: Order
    order_state: OrderState
    assigned_at: datetime
    eta_s: float | None = None
    recommendation: str = ""
    override_reason: str = ""
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    acknowledged_at: datetime | None = None
    en_route_at: datetime | None = None
    staged_at: datetime | None = None
    on_scene_at: datetime | None = None
    transporting_at: datetime | None = None
    at_destination_at: datetime | None = None
    released_at: datetime | None = None
    release_reason: str = ""
    order_overdue: bool = False
    marks: tuple[str, ...] = ()
    ordered_at: datetime | None = None
    also: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether the unit is still bound."""
        return self.released_at is None


@dataclass(frozen=True, slots=True)
class Note:
    """One line of an incident's story, typed by a person or made by the rules."""

    written_at: datetime
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that happened at one place. `id` is the number people say; the log gives it."""

    id: int
    kind: str
    priority: int
    alarm_level: int
    location: Location
    stage: Stage
    received_at: datetime
    reported_at: datetime
    mode: str
    lead: str = ""
    text: str = ""
    hazards: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    call_ids: tuple[str, ...] = ()
    deadline_at: datetime | None = None
    is_overdue: bool = False
    first_assigned_at: datetime | None = None
    first_on_scene_at: datetime | None = None
    closed_at: datetime | None = None
    disposition: str = ""
    closing_text: str = ""
    reopened: int = 0
    reopened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """A closed road: GeoJSON geometry type, lon/lat coordinates and OSM way ids; weights are the business of gis.

    `coordinates` are a polygon's outer ring, `holes` its inner rings: what lies in one stays open. `kind` is `closed`,
    `slow` (driven at `speed_factor` of the usual speed) or `flooded` (closed, and told as such).
    """

    id: str
    geometry_type: str
    coordinates: tuple[tuple[float, float], ...]
    way_ids: tuple[int, ...] = ()
    reason: str = ""
    closed_at: datetime | None = None
    until: datetime | None = None
    holes: tuple[tuple[tuple[float, float], ...], ...] = ()
    kind: str = "closed"
    speed_factor: float = 0.0


class PerimeterKind(StrEnum):
    """Say what a perimeter is for: nobody goes in unprotected, the public stays out, or searchers go through it."""

    HAZARD = "hazard"
    CORDON = "cordon"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Perimeter:
    """An area drawn round what happens; it closes no road. `incident_id` is None where it belongs to none.

    It stays where it was drawn until it is lifted, also when its incident's place is corrected or it is closed: tape
    and danger on the ground do not move with a record.

    `coordinates` are a ring of lon/lat corners (open or closed); with `radius_m` they are one point, the middle of a
    circle.
    """

    id: str
    kind: PerimeterKind
    coordinates: tuple[tuple[float, float], ...]
    radius_m: float | None = None
    incident_id: int | None = None
    label: str = ""
    drawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PremiseWarning:
    """A warning that belongs to a place (premise): shown when an incident is placed within `radius_m` of it."""

    id: str
    lon: float
    lat: float
    radius_m: float
    text: str
    until: datetime | None = None
