"""What somebody wants to know: a city, what happens in it, how long things last, policies to compare, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from dispatch.incident import Closure
from dispatch.redirects import Redirects
from dispatch.sim.demand import Stream
from dispatch.sim.lasting import Drive, Lasting

SOURCES = ("history", "rates", "streams")
NEEDS = ("cards", "as_sent")
DUTIES = ("always", "as_recorded")
SENDING = ("closest", "joint")
MOVE_UPS = ("none", "dmexclp", "compliance")
FITS = ("none", "empirical", "lognormal")
STEPS = (
    "call", "dispatch", "acknowledge", "turnout", "turnout_mobile", "scene", "transport", "handover", "cancelled",
    "alarm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PolicyPlan:
    """Say how units are sent and where they wait.

    `redirect` lets units leave for something more urgent, by the city's rules. DMEXCLP counts a place as covered within
    `within_s` by units that are busy for the share `busy` of their time. `hold` is a compliance table by department:
    which stations to hold with 1, 2, 3 ... of its units free; with none, one is made that covers most.
    """

    id: str
    sending: str = "closest"
    redirect: bool = False
    move_ups: str = "none"
    within_s: float = 480.0
    busy: float = 0.3
    hold: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)


BUILT_IN = (
    PolicyPlan("closest"),
    PolicyPlan("joint", "joint"),
    PolicyPlan("redirect", "joint", True),
    PolicyPlan("dmexclp", "closest", False, "dmexclp"),
    PolicyPlan("compliance", "closest", False, "compliance"),
)


@dataclass(frozen=True, slots=True)
class DemandPlan:
    """Say where incidents come from.

    `history` lets a file or log happen again as it was; `rates` draws Poisson streams fitted to it; `streams` draws
    those that are given. `needs` as_sent: each asks for what was sent to it then, not for what its card says. `factor`
    multiplies rates and streams. Places of rates lie up to `spread_m` beside those of the records. `duty` as_recorded:
    units that live at no station are there only when their recorded work says so.
    """

    source: str
    history: Path | None = None
    mapping: Path | None = None
    needs: str = "cards"
    factor: float = 1.0
    spread_m: float = 0.0
    streams: tuple[Stream, ...] = ()
    duty: str = "always"


@dataclass(frozen=True, slots=True)
class TimesPlan:
    """Say how long steps last: fitted to the demand's history (`fit`), and what is given instead, by step."""

    fit: str = "none"
    given: Mapping[str, Lasting] = field(default_factory=dict)
    travel: Drive | None = None
    is_transport: float | None = None
    is_cancelled: float | None = None


@dataclass(frozen=True, slots=True)
class TimedClosure:
    """Close a road from some hour after the start to another."""

    closure: Closure
    from_h: float = 0.0
    until_h: float = 1e9


@dataclass(frozen=True, slots=True)
class Study:
    """Hold a scenario of the simulation as its file says it. `start_at` is local time of the city, without a zone."""

    name: str
    city: Path
    start_at: datetime
    days: float
    demand: DemandPlan
    times: TimesPlan = TimesPlan()
    policies: tuple[PolicyPlan, ...] = BUILT_IN
    seed: int = 1
    replications: int = 1
    warm_up_h: float = 0.0
    weather: str = ""
    hospitals: tuple[tuple[float, float], ...] = ()
    closures: tuple[TimedClosure, ...] = ()
    closed_stations: tuple[str, ...] = ()
    targets_s: tuple[float, ...] = (240.0, 480.0)
    most_zones: int = 1500
    redirects: Redirects | None = None

    @property
    def horizon_s(self) -> float:
        """Return how long it lasts, in seconds."""
        return self.days * 86_400.0

    def policy(self, name: str) -> PolicyPlan:
        """Return the policy of a name, of this scenario or built in. Raises KeyError."""
        for each in (*self.policies, *BUILT_IN):
            if each.id == name:
                return each
        raise KeyError(name)
