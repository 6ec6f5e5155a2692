"""What the question 'who should go' answers: records of choices, reasons and gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and its parameters; `app.wording` makes the sentence. Parameters are plain numbers and strings."""

    code: str
    parameters: tuple[tuple[str, str | float | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Eta:
    """Split a unit's time to the place, in seconds: turnout still to come, driving, walking off the road."""

    turnout_s: float
    travel_s: float
    access_s: float = 0.0

    @property
    def total_s(self) -> float:
        """Return the sum of the parts."""
        return self.turnout_s + self.travel_s + self.access_s


@dataclass(frozen=True, slots=True)
class Chosen:
    """One unit that should go, for which need, when it would be there and why it is best.

    `fix_age_s` is None where no position report exists and the unit counts from its station or its last scene.
    `also` are shared needs that it fills too, `task_force` what it is sent as a part of, `taken_from` the incident that
    it would leave for this one.
    """

    unit_id: str
    need_id: str
    capability: str
    department: str
    eta: Eta
    distance_m: float
    reason: Reason
    fix_age_s: float | None = None
    is_estimate: bool = False
    also: tuple[str, ...] = ()
    task_force: str = ""
    taken_from: int | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """One unit that should not go, and why; `eta` where it was worked out, `need_id` the need it came nearest to."""

    unit_id: str
    department: str
    reason: Reason
    eta: Eta | None = None
    need_id: str = ""


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need that cannot be filled: how many are missing and why."""

    need_id: str
    any_of: tuple[str, ...]
    department: str
    missing: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Path:
    """The route of one chosen unit: lon/lat points (WGS 84) with the seconds of driving at each, and street names."""

    unit_id: str
    lonlat: tuple[tuple[float, float], ...]
    times_s: tuple[float, ...]
    names: tuple[str, ...]
    distance_m: float


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Answer who should go to one place at one moment, from what was known at `sequence`.

    `hash` names the answer by its content; `is_estimate` marks a straight-line list made without the road network.
    `is_optimal` is false where time ran out and needs were served one after another. `inputs` are names and checksums
    of what it was worked out from. `passed` are a tuple or a `PassedTable`, which makes its rows when asked for them.
    What was `imagined` ("what if ...") has no hash, so that nothing can be sent by it.
    """

    incident_id: int | None
    kind: str
    alarm_level: int
    sequence: int
    at: datetime
    chosen: tuple[Chosen, ...]
    passed: Sequence[Passed]
    unmet: tuple[Unmet, ...]
    paths: tuple[Path, ...] = ()
    is_estimate: bool = False
    hash: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    imagined: bool = False
    is_optimal: bool = True
