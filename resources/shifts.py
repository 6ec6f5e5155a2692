"""When a shift is on duty, by the clock on the wall of its city."""

from __future__ import annotations

import re
from datetime import time

from resources.unit import Shift

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def minutes_of(clock: str) -> int:
    """Return the minutes since midnight of a local time such as `07:30`. Raises ValueError for anything else."""
    found = CLOCK.fullmatch(clock)
    if found is None:
        raise ValueError(f"{clock!r} is no time of day such as 07:30")
    return int(found[1]) * 60 + int(found[2])


def is_on_duty(shift: Shift, local: time) -> bool:
    """Tell whether a shift is on duty at a local time; one that ends when it begins is always on duty."""
    now, starts, ends = local.hour * 60 + local.minute, minutes_of(shift.starts), minutes_of(shift.ends)
    if starts < ends:
        return starts <= now < ends
    return starts == ends or now >= starts or now < ends
