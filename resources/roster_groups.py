"""Read what a roster says of units together: shifts, task forces, and the stations that are asked first in an area."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gis.located_toml import Fields, nearest
from resources.shifts import CLOCK
from resources.unit import FirstDueArea, Shift, Station, TaskForce

WORD = re.compile(r"[a-z][a-z0-9_]{0,40}")
FEWEST_UNITS = 2
FEWEST_CORNERS = 3


def shift_of(fields: Fields) -> Shift:
    """Read one [[shift]]."""
    shift = Shift(fields.text("id"), fields.text("starts"), fields.text("ends"))
    for key, clock in (("starts", shift.starts), ("ends", shift.ends)):
        if clock and not CLOCK.fullmatch(clock):
            fields.bad(key, f'{clock!r} must be a local time of day such as "07:30"')
    return shift


def task_force_of(fields: Fields, units: set[str]) -> TaskForce:
    """Read one [[task_force]]: two units of this file at least, and what they can do together."""
    force = TaskForce(
        id=fields.text("id"),
        units=fields.texts("units", required=True),
        capabilities=fields.texts("capabilities", required=True, pattern=WORD),
        name=fields.text("name", ""),
        name_zh=fields.text("name_zh", ""),
    )
    if force.id in units:
        fields.bad("id", f"{force.id!r} is the call sign of a unit")
    for unit in force.units:
        if unit not in units:
            fields.bad("units", f"{unit!r} is no unit of this file{nearest(unit, sorted(units))}")
    if 0 < len(force.units) < FEWEST_UNITS:
        fields.bad("units", f"must name {FEWEST_UNITS} units at least")
    return force


def area_of(fields: Fields, departments: set[str], stations: Mapping[str, Station]) -> FirstDueArea:
    """Read one [[first_due]]: a ring of [lon, lat] corners and stations of one department, the first one first."""
    area = FirstDueArea(
        id=fields.text("id"),
        department=fields.one_of("department", departments, "department of this file"),
        stations=fields.texts("stations", required=True),
        ring=_ring(fields),
    )
    for name in area.stations:
        station = stations.get(name)
        if station is None:
            fields.bad("stations", f"{name!r} is no station of this file{nearest(name, sorted(stations))}")
        elif station.department != area.department and area.department in departments:
            fields.bad(
                "stations", f"{name!r} belongs to the department {station.department!r}, not {area.department!r}"
            )
    return area


def _ring(fields: Fields) -> tuple[tuple[float, float], ...]:
    """Read corners; the last one need not be the first again."""
    corners = fields.any("ring")
    if not isinstance(corners, list) or not all(_is_corner(corner) for corner in corners):
        if corners is not None:
            fields.bad(
                "ring", "must be corners such as [[24.93, 60.16], [24.95, 60.16], [24.95, 60.18]], lon before lat"
            )
        return ()
    ring = tuple((float(lon), float(lat)) for lon, lat in corners)
    if len(set(ring)) < FEWEST_CORNERS:
        fields.bad("ring", f"must have {FEWEST_CORNERS} different corners at least")
    return ring


def _is_corner(corner: Any) -> bool:
    return (
        isinstance(corner, list)
        and len(corner) == 2
        and all(isinstance(each, int | float) and not isinstance(each, bool) for each in corner)
        and -180 <= corner[0] <= 180
        and -90 <= corner[1] <= 90
    )
