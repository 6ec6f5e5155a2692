"""Make the marks of the ways that units came."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import numpy as np

from maps.layers import TrailMark
from maps.unit_table import UnitTable
from resources.trails import Trails

SHOWN_S = 600.0
MOST_POINTS_OF_ALL = 20  # of each unit, where all are shown
ON_THE_WAY = frozenset({"en_route", "transporting"})


class WhoseTrails(StrEnum):
    """Say whose trails are shown."""

    NONE = "none"
    MOVING = "moving"  # of those chosen and those on the way
    ALL = "all"


def trail_marks(
    trails: Trails, units: UnitTable, *, at: datetime, whose: WhoseTrails = WhoseTrails.MOVING, shown_s: float = SHOWN_S
) -> tuple[TrailMark, ...]:
    """Make the trails of the last `shown_s`, a mark a department and loudness; chosen units' are loud."""
    if whose is WhoseTrails.NONE or not len(units):
        return ()
    is_moving = np.array([name in ON_THE_WAY for name in units.statuses], bool)[units.status_codes]
    asked = np.flatnonzero(units.is_loud | is_moving | (whose is WhoseTrails.ALL))
    now_s = at.timestamp()
    way = trails.ways(
        [units.unit_ids[index] for index in asked.tolist()],
        units.xy[asked],
        since_s=now_s - shown_s,
        now_s=now_s,
        points=MOST_POINTS_OF_ALL if whose is WhoseTrails.ALL else None,
    )
    owner = asked[way.row]
    age_share = np.clip((now_s - way.at_s) / shown_s, 0.0, 1.0)
    groups = units.department_codes[owner].astype(np.int64) * 2 + units.is_loud[owner]
    marks = []
    for group in np.unique(groups).tolist():
        inside = groups == group
        kind = units.departments[group // 2]
        marks.append(TrailMark(kind, way.segments[inside], age_share[inside], bool(group % 2)))
    return tuple(marks)
