"""What a seat looks after: the frozen record of its queue. `queues` asks what stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Queue:
    """Say what a seat looks after: these departments, and these parts of the city; none of a kind named: all of it.

    `areas` are ids of responsible areas, codes of grid cells or what they begin with (6, 9 or 12 digits), or names of
    districts. Where both are given a thing must fit both.
    """

    seat: str
    departments: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    set_by: str = ""
    set_at: datetime | None = None
