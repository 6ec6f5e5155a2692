"""What OpenStreetMap tags mean to somebody who drives: class, access, direction, speed, barrier.

Sources: the OpenStreetMap wiki pages Key:highway, Key:access, Key:oneway, Key:maxspeed, Key:barrier.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from gis.roads import ArcFlag

ROAD_CLASSES = (
    *("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"),
    *("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "road", "service", "pedestrian"),
    *("busway", "track", "path", "turn"),
)
CLASS_CODE = {name: code for code, name in enumerate(ROAD_CLASSES)}
TURN = CLASS_CODE["turn"]

_NARROW = frozenset({"footway", "cycleway", "path", "bridleway"})
_OPEN = frozenset(
    {"yes", "permissive", "designated", "destination", "customers", "delivery", "official", "public", "allowed"}
)
_PRIVATE = frozenset({"private", "permit", "residents", "employees", "staff", "military", "restricted", "key"})
_NO = frozenset({"no", "agricultural", "forestry", "agricultural;forestry", "bus", "psv", "taxi", "emergency"})
_TRUE = frozenset({"yes", "true", "1"})
_BACK = frozenset({"-1", "reverse"})
_MINOR_SERVICE = frozenset({"parking_aisle", "driveway", "drive-through", "drive_through", "slipway"})
_NEVER_AGAINST = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})

_PASSABLE = frozenset(
    {"kerb", "cattle_grid", "entrance", "height_restrictor", "border_control", "no", "debris", "sump"}
)
_GATES = frozenset(
    {"gate", "lift_gate", "swing_gate", "sliding_gate", "chain", "bump_gate", "rope", "sally_port", "lift_chain"}
    | {"hampshire_gate", "security_checkpoint", "checkpoint", "barrier_board", "yes", "unknown", "wicket_gate"}
)

_MPH = 1.609344
_KNOT = 1.852
# Legal speeds behind 'CC:zone' values; other countries fall back to the zone's usual value.
_ZONES = {
    "urban": 50.0,
    "rural": 80.0,
    "trunk": 100.0,
    "motorway": 120.0,
    "living_street": 20.0,
    "bicycle_road": 30.0,
    "walk": 7.0,
    "zone30": 30.0,
    "zone:30": 30.0,
}
_COUNTRY_ZONES = {
    ("it", "rural"): 90.0,
    ("it", "trunk"): 110.0,
    ("it", "motorway"): 130.0,
    ("pt", "rural"): 90.0,
    ("pt", "trunk"): 100.0,
    ("de", "rural"): 100.0,
    ("de", "motorway"): 130.0,
    ("de", "living_street"): 7.0,
    ("at", "rural"): 100.0,
    ("at", "motorway"): 130.0,
    ("gb", "urban"): 30 * _MPH,
    ("gb", "rural"): 60 * _MPH,
    ("gb", "motorway"): 70 * _MPH,
    ("ru", "urban"): 60.0,
    ("ru", "rural"): 90.0,
    ("ru", "motorway"): 110.0,
    ("ru", "living_street"): 20.0,
}


class Reading(NamedTuple):
    """Hold what the tags of one road mean; speeds in km/h, 0 where not signed, flags None where not driven."""

    class_code: int
    forward: int | None
    backward: int | None
    forward_kmh: float
    backward_kmh: float
    unread_speed: str | None


def read_road(tags: Mapping[str, str]) -> Reading | None:
    """Read the tags of a highway; None where no vehicle goes (steps, a footway, a square's outline)."""
    highway = tags.get("highway", "")
    if tags.get("area") == "yes" or tags.get("emergency") == "no":
        return None
    if highway in _NARROW:
        road_class = "path"
    elif highway in CLASS_CODE and highway not in ("turn", "path"):
        road_class = highway
    else:
        return None
    common = _access(tags, highway)
    if common is None:
        return None
    common |= _surroundings(tags)
    forward, backward = _directions(tags, highway, common)
    limit = tags.get("maxspeed") or tags.get("maxspeed:type") or tags.get("source:maxspeed") or ""
    speeds, unread = [], None
    for side in ("forward", "backward"):
        text = tags.get(f"maxspeed:{side}", limit)
        speed = speed_of(text)
        if speed is None:
            if text == tags.get("maxspeed") or f"maxspeed:{side}" in tags:
                unread = text
            speed = 0.0
        speeds.append(speed)
    return Reading(CLASS_CODE[road_class], forward, backward, speeds[0], speeds[1], unread)


def speed_of(text: str) -> float | None:
    """Read a maxspeed value as km/h; 0 where it says that it is not fixed, None where it cannot be read.

    Knows km/h, mph, knots, 'walk', 'none', 'CC:zone', ranges and lists (the lowest counts).
    """
    text = text.strip().lower()
    if text in ("", "signals", "variable", "implicit", "unposted", "sign", "markings", "unknown"):
        return 0.0
    if text in ("none", "unlimited"):
        return 250.0
    if text == "walk":
        return 7.0
    if ":" in text and not text[0].isdigit():
        country, zone = text.split(":", 1)
        if number := re.fullmatch(r"(?:zone:?)?(\d{1,3})", zone):
            return float(number[1])
        return _COUNTRY_ZONES.get((country[:2], zone), _ZONES.get(zone))
    unit = _MPH if "mph" in text else _KNOT if "knot" in text else 1.0
    parts = re.split(r"[;,|]|(?<=\d)\s*-\s*(?=\d)", re.sub(r"km/?h|kmh|kph|mph|knots?", " ", text))
    found = []
    for part in parts:
        if not re.fullmatch(r"\s*\d{1,3}(\.\d+)?\s*", part):
            return None
        found.append(float(part) * unit)
    slowest = min(found)
    return slowest if 1.0 <= slowest <= 300.0 else None


def read_barrier(tags: Mapping[str, str]) -> int | None:
    """Give the flags of passing a barrier on a road; None where it hinders nobody who drives."""
    kind = tags.get("barrier", "")
    if tags.get("locked") == "no" and kind in _GATES:
        return None
    if kind == "toll_booth":
        return int(ArcFlag.TOLL)
    if not kind or kind in _PASSABLE:
        return None
    if kind not in _GATES and kind != "bollard" and tags.get("bollard") is None:
        admitted = _first(tags)[1] in _OPEN
        return None if admitted else int(ArcFlag.GATE if _for_emergency(tags) else ArcFlag.BOLLARD)
    key, value = _first(tags)
    if value in _OPEN and key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        return None if kind != "bollard" or key != "access" else int(ArcFlag.BOLLARD)
    if kind == "bollard" or tags.get("bollard"):
        moves = tags.get("bollard") in ("removable", "rising", "foldable", "flexible") or _for_emergency(tags)
        return int(ArcFlag.GATE if moves else ArcFlag.BOLLARD)
    return int(ArcFlag.GATE)


def _access(tags: Mapping[str, str], highway: str) -> int | None:
    """Give the flags of a road's access; None where it is no road for vehicles."""
    key, value = _first(tags)
    if highway in _NARROW:
        if key in ("motorcar", "motor_vehicle", "vehicle") and value in _OPEN:
            return 0
        return int(ArcFlag.EMERGENCY_ONLY) if _for_emergency(tags) else None
    by_bus = tags.get("bus") in _OPEN or tags.get("psv") in _OPEN or value in ("bus", "psv")
    if highway == "busway":
        return int(ArcFlag.BUS_LANE)
    if highway == "pedestrian":
        if key in ("motorcar", "motor_vehicle", "vehicle") and value in _OPEN:
            return 0
        return int(ArcFlag.BUS_LANE if by_bus else ArcFlag.EMERGENCY_ONLY)
    if tags.get("service") == "emergency_access" and value not in _OPEN:
        return int(ArcFlag.EMERGENCY_ONLY)
    if value in _PRIVATE:
        return int(ArcFlag.PRIVATE)
    if value in _NO:
        if by_bus:
            return int(ArcFlag.BUS_LANE)
        on_foot = tags.get("foot") in _OPEN or tags.get("bicycle") in _OPEN
        if key == "access" and value == "no" and not on_foot and not _for_emergency(tags):
            return int(ArcFlag.BARRED)
        return int(ArcFlag.EMERGENCY_ONLY)
    if any(f"{name}:conditional" in tags for name in ("motorcar", "motor_vehicle", "vehicle", "access")):
        return int(ArcFlag.CONDITIONAL)
    return 0


def _surroundings(tags: Mapping[str, str]) -> int:
    flags = 0
    if tags.get("junction") in ("roundabout", "circular"):
        flags |= ArcFlag.ROUNDABOUT
    if tags.get("tunnel", "no") not in ("no", "culvert", "building_passage", "covered", "avalanche_protector"):
        flags |= ArcFlag.TUNNEL
    if tags.get("bridge", "no") != "no":
        flags |= ArcFlag.BRIDGE
    if tags.get("toll") == "yes":
        flags |= ArcFlag.TOLL
    if tags.get("highway") == "service" and tags.get("service") in _MINOR_SERVICE:
        flags |= ArcFlag.SERVICE
    return int(flags)


def _directions(tags: Mapping[str, str], highway: str, common: int) -> tuple[int | None, int | None]:
    """Give the flags of driving forward and backward; None where that way is not even a thought."""
    oneway = next((tags[key] for key in ("oneway:motor_vehicle", "oneway:motorcar", "oneway") if key in tags), "")
    oneway = oneway.split(";")[0].strip().lower()
    round_about = bool(common & ArcFlag.ROUNDABOUT)
    if oneway in ("reversible", "alternating"):
        changing = common | (ArcFlag.CONDITIONAL if oneway == "reversible" else 0)
        return int(changing), int(changing)
    if oneway not in _TRUE and oneway not in _BACK:
        implied = round_about or highway == "motorway" or (highway == "motorway_link" and oneway != "no")
        if oneway == "no" or not implied:
            return common, common
    against: int | None
    by_bus = any(tags.get(key) == "no" for key in ("oneway:bus", "oneway:psv")) or any(
        tags.get(key) == "opposite_lane" for key in ("busway", "busway:left", "busway:right", "busway:both")
    )
    if by_bus:
        against = common | ArcFlag.BUS_LANE
    elif tags.get("oneway:emergency") == "no":
        against = common | ArcFlag.EMERGENCY_ONLY
    elif round_about or highway in _NEVER_AGAINST:
        against = None
    else:
        against = common | ArcFlag.CONTRAFLOW
    against = None if against is None else int(against)
    return (against, common) if oneway in _BACK else (common, against)


def _first(tags: Mapping[str, str]) -> tuple[str, str]:
    for key in ("motorcar", "motor_vehicle", "vehicle", "access"):
        if value := tags.get(key, "").strip().lower():
            return key, value
    return "", ""


def _for_emergency(tags: Mapping[str, str]) -> bool:
    return tags.get("emergency") in ("yes", "designated", "official", "destination")
