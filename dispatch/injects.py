"""What a trainer lets happen in an exercise, and on which conditions: plain records, kept as they were written."""

from __future__ import annotations

from dataclasses import dataclass, field

# The kinds of conditions, and what each asks of a state.
CLOCK = "clock"  # `after_s` from the beginning
ON_SCENE = "on_scene"  # the `count`-th unit with `capability` (empty: any) has arrived at `incident`
UNATTENDED = "unattended"  # `incident` has stood `after_s` without anybody being sent
UNIT = "unit"  # `unit` (empty: any) has come to `status`, at `incident` where one is named
ALARM = "alarm"  # `incident` has reached alarm level `count`
CLOSED = "closed"  # `incident` was closed
FEW_FREE = "few_free"  # no more than `count` units with `capability` (empty: any) are free
CONDITIONS = (CLOCK, ON_SCENE, UNATTENDED, UNIT, ALARM, CLOSED, FEW_FREE)
STATUSES = ("assigned", "acknowledged", "en_route", "staged", "on_scene", "transporting", "at_destination", "released")

# The kinds of injects.
CALL, RADIO, CLOSURE, FAILURE, WEATHER, RAISED, CALLER, CREW = (
    "call", "radio", "closure", "failure", "weather", "raised", "caller", "crew",
)  # fmt: skip
INJECTS = (CALL, RADIO, CLOSURE, FAILURE, WEATHER, RAISED, CALLER, CREW)


@dataclass(frozen=True, slots=True)
class Condition:
    """Ask one thing of an exercise. It holds `after_s` after what it asks for came true.

    `incident` is the id that the scenario gave it. Of FEW_FREE nothing is known of when it began: `after_s` is 0.
    """

    kind: str
    incident: str = ""
    unit: str = ""
    capability: str = ""
    status: str = ""
    count: int = 1
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a road is closed: GeoJSON geometry type and lon/lat coordinates (WGS 84), `way_ids` of OSM."""

    geometry_type: str = "LineString"
    coordinates: tuple[tuple[float, float], ...] = ()
    way_ids: tuple[int, ...] = ()
    kind: str = "closed"
    speed_factor: float = 0.0


@dataclass(frozen=True, slots=True)
class Inject:
    """Let one thing happen once, as soon as all of `when` hold.

    | kind | what happens | fields |
    | --- | --- | --- |
    | call | a telephone rings; who answers opens what it is about | text, channel, lon and lat of the telephone |
    | radio | a message to a department, or to all | text, department, incident |
    | closure | a road is closed, flooded or slow | ground, text, for_s |
    | failure | a unit is out of service | unit, text, for_s |
    | weather | the roads are driven in another weather | weather, for_s |
    | raised | the alarm level of an incident is raised on the scene | incident, level, text |
    | caller | a caller says more about an incident | incident, text |
    | crew | a crew reports from an incident; the first there where no unit is named | incident, unit, text, signal |

    `for_s` is how long it lasts, 0 for as long as nobody ends it.
    """

    id: str
    kind: str
    when: tuple[Condition, ...]
    text: str = ""
    incident: str = ""
    unit: str = ""
    department: str = ""
    channel: str = "phone"
    lon: float | None = None
    lat: float | None = None
    level: int = 0
    weather: str = ""
    signal: str = ""
    for_s: float = 0.0
    ground: Ground = field(default_factory=Ground)
