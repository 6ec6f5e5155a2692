"""Video cameras of the city: where each stands, where it looks, how wide and how far."""

from __future__ import annotations

import math
from dataclasses import dataclass

ALL_ROUND_DEG = 360.0
ALL_ROUND_MOUNTS = frozenset({"dome", "panning"})
# Width (degrees) and range (metres) in which a person can be told from a lamp post. No register says these; they
# are taken from what such cameras are bought for, and a city's own layer may give `angle_deg` and `range_m` instead.
FIELDS = {
    "traffic": (60.0, 150.0),
    "public": (60.0, 80.0),
    "outdoor": (60.0, 60.0),
    "alpr": (30.0, 30.0),
    "speed": (30.0, 50.0),
    "indoor": (90.0, 20.0),
}
USUAL_FIELD = (60.0, 70.0)
MOUNT_RANGES_M = {"dome": 60.0, "panning": 120.0}


@dataclass(frozen=True, slots=True)
class Camera:
    """Describe one camera: where it stands (WGS 84), its kind and where it looks (None if untagged).

    `mount` is OpenStreetMap's camera:type ("fixed", "panning", "dome", empty where unknown); `angle_deg` and `range_m`
    are None where the city does not give them, see `field_of`.
    """

    id: str
    name: str
    kind: str
    lon: float
    lat: float
    direction_deg: float | None = None
    mount: str = ""
    angle_deg: float | None = None
    range_m: float | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """How wide and how far a camera sees, and where it looks (None all round, or where nobody knows)."""

    direction_deg: float | None
    angle_deg: float
    range_m: float
    is_sure: bool  # False where the direction is unknown: it sees a slice of this circle, nobody knows which


def field_of(camera: Camera) -> Field:
    """Return the field of view of a camera, the usual one of its kind and mount where the city gives none."""
    angle_deg, range_m = FIELDS.get(camera.kind, USUAL_FIELD)
    turns = camera.mount in ALL_ROUND_MOUNTS
    angle_deg = camera.angle_deg or (ALL_ROUND_DEG if turns else angle_deg)
    range_m = camera.range_m or MOUNT_RANGES_M.get(camera.mount, range_m)
    direction_deg = camera.direction_deg
    if direction_deg is None or not math.isfinite(direction_deg) or angle_deg >= ALL_ROUND_DEG:
        return Field(None, ALL_ROUND_DEG, range_m, is_sure=angle_deg >= ALL_ROUND_DEG)
    return Field(direction_deg % 360.0, angle_deg, range_m, is_sure=True)
