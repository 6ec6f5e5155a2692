"""How long things last: distributions from which a number between 0 and 1 picks a time, the same for the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TypeAlias

_normal = NormalDist().inv_cdf
_SMALLEST = 1e-12


@dataclass(frozen=True, slots=True)
class Fixed:
    """Last the same each time."""

    seconds: float

    def pick(self, u: float) -> float:
        """Return the seconds for a number from 0 to 1."""
        return self.seconds


@dataclass(frozen=True, slots=True)
class Exponential:
    """Last without memory."""

    mean_s: float

    def pick(self, u: float) -> float:
        """Return the seconds for a number from 0 to 1."""
        return -self.mean_s * math.log1p(-min(u, 1 - _SMALLEST))


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Last so long that the logarithm is normal: `sigma` is its standard deviation."""

    median_s: float
    sigma: float

    def pick(self, u: float) -> float:
        """Return the seconds for a number from 0 to 1."""
        return self.median_s * math.exp(self.sigma * _normal(min(max(u, _SMALLEST), 1 - _SMALLEST)))


@dataclass(frozen=True, slots=True)
class Empirical:
    """Last as records did: `values_s`, sorted, with straight lines between them."""

    values_s: tuple[float, ...]

    def pick(self, u: float) -> float:
        """Return the seconds for a number from 0 to 1."""
        values = self.values_s
        place = u * (len(values) - 1)
        below = int(place)
        if below >= len(values) - 1:
            return values[-1]
        return values[below] + (place - below) * (values[below + 1] - values[below])


Lasting: TypeAlias = Fixed | Exponential | Lognormal | Empirical


@dataclass(frozen=True, slots=True)
class Lastings:
    """Hold how long something lasts: `usual`, and by kind of incident, capability of the unit and local hour.

    Keys are (kind, capability, hour); "" and -1 stand for any. The most particular one that is known counts: kind goes
    before capability, and that before the hour.
    """

    usual: Lasting
    by: Mapping[tuple[str, str, int], Lasting] = field(default_factory=dict)
    _found: dict[tuple[str, str, int], Lasting] = field(default_factory=dict, repr=False, compare=False)

    def of(self, kind: str, capability: str, hour: int) -> Lasting:
        """Return how long it lasts for a kind of incident, a unit's first capability and a local hour."""
        if not self.by:
            return self.usual
        asked = (kind, capability, hour)
        found = self._found.get(asked)
        if found is None:
            known = (self.by.get(key) for key in _keys(*asked))
            found = self._found[asked] = next((each for each in known if each is not None), self.usual)
        return found


def _keys(kind: str, capability: str, hour: int) -> Iterator[tuple[str, str, int]]:
    yield kind, capability, hour
    yield kind, capability, -1
    yield kind, "", hour
    yield kind, "", -1
    yield "", capability, hour
    yield "", capability, -1
    yield "", "", hour


@dataclass(frozen=True, slots=True)
class Drive:
    """Turn seconds by road into seconds driven: `factor` times the road's to the `power`, spread by `sigma`.

    With factor and power 1 and sigma 0 a drive takes what the roads say. It takes `least_s` at least.
    """

    factor: float = 1.0
    power: float = 1.0
    sigma: float = 0.0
    least_s: float = 0.0

    def pick(self, u: float, road_s: float) -> float:
        """Return the seconds for a number from 0 to 1; inf where there is no way."""
        usual = self.factor * road_s if self.power == 1.0 else self.factor * max(road_s, 1.0) ** self.power
        if self.sigma:
            usual *= math.exp(self.sigma * _normal(min(max(u, _SMALLEST), 1 - _SMALLEST)))
        return max(usual, self.least_s)


@dataclass(frozen=True, slots=True)
class Shares:
    """Hold how often something happens: `usual`, and by (kind, capability), "" standing for any."""

    usual: float = 0.0
    by: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def of(self, kind: str, capability: str) -> float:
        """Return the share for a kind of incident and a unit's first capability."""
        for key in ((kind, capability), ("", capability), (kind, "")):
            found = self.by.get(key)
            if found is not None:
                return found
        return self.usual


@dataclass(frozen=True, slots=True)
class Times:
    """Hold how long each step of an incident lasts, in seconds.

    `call` runs from the call to the report, `dispatch` from there until somebody is sent, `turnout` from being sent to
    driving off (`turnout_mobile` for a crew on the road), `scene` from arriving to leaving, `handover` at the hospital.
    `is_transport` says how often a unit takes a patient there; None of `transport`: as the roads say. A unit that is
    not the first of its incident is sent back before it arrives as often as `is_cancelled` says, after `cancelled`.
    """

    call: Lastings = Lastings(Fixed(0.0))
    dispatch: Lastings = Lastings(Fixed(0.0))
    acknowledge: Lastings = Lastings(Fixed(5.0))
    turnout: Lastings = Lastings(Fixed(60.0))
    turnout_mobile: Lastings = Lastings(Fixed(10.0))
    travel: Mapping[str, Drive] = field(default_factory=dict)
    scene: Lastings = Lastings(Lognormal(900.0, 0.6))
    is_transport: Shares = Shares()
    transport: Lastings | None = None
    handover: Lastings = Lastings(Fixed(900.0))
    is_cancelled: Shares = Shares()
    cancelled: Lastings = Lastings(Fixed(120.0))
    home: Drive = Drive()

    def drive(self, capability: str) -> Drive:
        """Return how units of a first capability drive; "" is for all others."""
        found = self.travel.get(capability) or self.travel.get("")
        return found or Drive()
