"""What the planning page asks its child process, and what that answers: records that travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from dispatch.coverage_targets import Target
    from dispatch.demand.cells import Demand
    from dispatch.siting.compare import Comparison
    from dispatch.siting.plan import Plan, Post
    from gis.isochrones import Isochrone

Rings: TypeAlias = "tuple[NDArray[np.float64], ...]"
Spot = tuple[str, float, float]
"""A place by its name: name, lon, lat (WGS 84)."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Say against what plans are held; `demand_key` names a Taught demand, "" is the city's own.

    busy, usual_units, calls_a_day and `at` (aware) as `dispatch.siting.measure.Siting` takes them.
    """

    target: Target
    demand_key: str = ""
    busy: float | None = None
    usual_units: int | None = None
    calls_a_day: float | None = None
    at: datetime | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Taught:
    """Teach where incidents were (lon, lat), under a key."""

    key: str
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Weigh:
    """Ask what two plans come to, and what is reached from some places on the roads of each within some seconds."""

    setting: Setting
    before: Plan
    after: Plan
    limits_s: tuple[float, ...]
    from_before: tuple[Spot, ...] = ()
    from_after: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Answer Weigh: both plans measured over `demand`, the isochrones of each, and what did nothing.

    rings: those of each isochrone as they are drawn, in the metric CRS, float64 (n, 2) each, holes among them.
    off_road: names of posts and places too far from every road; idle: ids of closures that close none.
    """

    comparison: Comparison
    demand: Demand
    areas: tuple[tuple[Isochrone, ...], tuple[Isochrone, ...]]
    rings: tuple[tuple[Rings, ...], tuple[Rings, ...]]
    off_road: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seek:
    """Ask for the best posts beside those of a plan (`keep`) or in their place; without candidates: anywhere.

    units: those of a post that stands anywhere; a candidate brings its own.
    """

    setting: Setting
    plan: Plan
    aim: str
    count: int
    keep: bool
    candidates: tuple[Post, ...] = ()
    turnout_s: float = 0.0
    units: int = 1
    budget_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Sought:
    """Answer Seek: the new posts in the order in which to open them, with the part of the city that each lies in.

    gap: how far it may be from the best, a share; 0 where nothing better exists.
    """

    posts: tuple[Post, ...]
    areas: tuple[Any, ...]  # dispatch.demand.areas.Area
    gap: float
    candidates: int


@dataclass(frozen=True, slots=True)
class Enclose:
    """Ask what lies within an area (`gis.within.Within`): a ring of corners (lon, lat), or a circle round one."""

    corners: tuple[tuple[float, float], ...]
    radius_m: float | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """Ask for a file; `content` is `app.siting.content.Content`, form pdf, html or map."""

    content: Any
    file: str
    form: str
