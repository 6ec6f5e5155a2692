"""What units of a made roster carry, how large they are, who leads them, when they work, and which go as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from resources.unit import Shift, TaskForce, Unit

SHIFTS = (Shift("full_day", "08:00", "08:00"), Shift("city_day", "06:00", "22:00"))
CARRIES = {
    "engine": ("traffic_cones",),
    "rescue": ("cutter", "traffic_cones"),
    "ladder": ("ladder",),
    "foam": ("foam",),
    "hazmat": ("protective_suits",),
    "boat": ("boat",),
    "first_aid": ("defibrillator",),
    "drain_cleaning": ("jet_rodder",),
    "barriers": ("barriers",),
    "traffic_cones": ("traffic_cones",),
    "traffic_control": ("traffic_cones",),
}
LED_BY_AN_OFFICER = frozenset(
    {"engine", "rescue", "hazmat", "chief", "doctor", "supervisor_medical", "supervisor_police"}
)
# Height and width in metres and weight in tonnes of usual vehicles, by what the unit is first of all.
SIZES = {
    "engine": (3.3, 2.55, 15.0),
    "ladder": (3.5, 2.55, 18.0),
    "rescue": (3.3, 2.55, 15.0),
    "tanker": (3.4, 2.55, 24.0),
    "hazmat": (3.3, 2.55, 15.0),
    "boat": (3.0, 2.5, 6.0),
    "ambulance_als": (2.9, 2.1, 5.0),
    "ambulance_bls": (2.9, 2.1, 5.0),
    "drain_cleaning": (3.6, 2.55, 26.0),
    "snow_clearing": (3.2, 2.6, 18.0),
    "tow_truck": (3.2, 2.5, 14.0),
    "tree_crew": (3.4, 2.5, 12.0),
    "pump": (3.0, 2.4, 7.5),
}
ROUND_THE_CLOCK = frozenset({"fire", "ambulance"})
BY_DAY = frozenset({"inspection", "street_cleaning"})
# What a strike team is made of: of each the last one of the roster, which stands farthest down the list.
STRIKE_TEAM = ("engine", "ladder", "tanker")


class Size(TypedDict):
    """The size of a vehicle: metres and tonnes."""

    height_m: float
    width_m: float
    weight_t: float


def equipment_of(capabilities: Sequence[str]) -> tuple[str, ...]:
    """Name what units with these capabilities carry."""
    return tuple(dict.fromkeys(word for able in capabilities for word in CARRIES.get(able, ())))


def officers_of(capabilities: Sequence[str]) -> int:
    """Tell how many officers ride on a unit."""
    return int(capabilities[0] in LED_BY_AN_OFFICER)


def size_of(capabilities: Sequence[str]) -> Size:
    """Give the size of a unit's vehicle; zeros for one that passes everywhere."""
    height_m, width_m, weight_t = SIZES.get(capabilities[0], (0.0, 0.0, 0.0))
    return Size(height_m=height_m, width_m=width_m, weight_t=weight_t)


def shift_of(department: str, capabilities: Sequence[str]) -> str:
    """Name the shift of a unit; empty for one that is always on duty."""
    if department in ROUND_THE_CLOCK:
        return "full_day"
    return "city_day" if capabilities[0] in BY_DAY else ""


def strike_team(units: Sequence[Unit]) -> tuple[TaskForce, ...]:
    """Make one strike team of a city's engines, ladders and tankers; none where one of them is missing."""
    last = {able: unit.id for unit in units for able in STRIKE_TEAM if unit.capabilities[0] == able}
    if len(last) < len(STRIKE_TEAM):
        return ()
    return (TaskForce("TF1", tuple(last[able] for able in STRIKE_TEAM), ("strike_team",), "Strike team", "突击队"),)
