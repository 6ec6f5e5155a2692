"""How long things last: distributions from which a number between 0 and 1 picks a time, the same for the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TypeAlias

from dispatch.sim.kinds import kinds_around

_normal, _below = NormalDist().inv_cdf, NormalDist().cdf
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
    before capability, and that before the hour; a part of a kind goes before the kind that it was split from.
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
    kinds = kinds_around(kind)
    for each in kinds:
        yield each, capability, hour
        yield each, capability, -1
    for each in kinds:
        yield each, "", hour
        yield each, "", -1
    yield "", capability, hour
    yield "", capability, -1
    yield "", "", hour


@dataclass(frozen=True, slots=True)
class Drive:
    """Turn seconds by road into seconds driven: `factor` times the road's to the `power`, spread by `sigma`.

    With factor and power 1 and sigma 0 a drive takes what the roads say. It takes `least_s` at least. `spread`, sorted
    quotients to what is usual, stands in the place of a lognormal spread where there is one.
    """

    factor: float = 1.0
    power: float = 1.0
    sigma: float = 0.0
    least_s: float = 0.0
    spread: tuple[float, ...] = ()

    def pick(self, u: float, road_s: float) -> float:
        """Return the seconds for a number from 0 to 1; inf where there is no way."""
        usual = self.factor * road_s if self.power == 1.0 else self.factor * max(road_s, 1.0) ** self.power
        if self.spread:
            usual *= Empirical(self.spread).pick(u)
        elif self.sigma:
            usual *= math.exp(self.sigma * _normal(min(max(u, _SMALLEST), 1 - _SMALLEST)))
        return max(usual, self.least_s)


def bound(u: float, common: float, share: float) -> float:
    """Return a number from 0 to 1 that hangs on `common` with a correlation of `share` (between the normals of both).

    Raises ValueError for a share that is not from 0 to 1.
    """
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"{share} is no share")
    if share == 0.0:
        return u
    own, other = (_normal(min(max(each, _SMALLEST), 1 - _SMALLEST)) for each in (u, common))
    return _below(math.sqrt(share) * other + math.sqrt(1.0 - share) * own)


@dataclass(frozen=True, slots=True)
class Shares:
    """Hold how often something happens: `usual`, and by (kind, capability), "" standing for any."""

    usual: float = 0.0
    by: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def of(self, kind: str, capability: str) -> float:
        """Return the share for a kind of incident and a unit's first capability."""
        if not self.by:
            return self.usual
        kinds = kinds_around(kind)
        for key in (*((each, capability) for each in kinds), ("", capability), *((each, "") for each in kinds)):
            found = self.by.get(key)
            if found is not None:
                return found
        return self.usual


@dataclass(frozen=True, slots=True)
class Times:
    """Hold how long each step of an incident lasts, in seconds.

    `call` runs from the call to the report, `dispatch` from there until somebody is sent, `turnout` from being sent to
    driving off (`turnout_mobile` for a crew on the road), `scene` from arriving to leaving, `handover` at the hospital.
    `is_transport` says how often a unit takes a patient there; None of `transport`: as the roads say.

    `travel` says how units drive by their first capability, `travel_by` by (kind, capability) where that is known;
    drives to one incident are alike by `alike` (a correlation), and longer by a factor by zone (`ways`) and local hour
    (`hours`); a unit of `turnout_by` takes so much longer to turn out at home.

    `later` says how much later than the first unit those for a place are asked for, by the place's first capability, a
    second of its kind as `further` names it; None: all at once. A second of its kind is sent in exchange for another
    one, `exchanged` after the first unit, as often as `is_exchanged` says; the other never arrives. The alarm is raised
    `alarm` after the first unit was sent, and so long after that again. An incident is called off before anybody is
    there as often as `is_called_off` says, and of others a unit is sent back, though never the last one, as often as
    `is_cancelled` does; both after `cancelled`.
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
    travel_by: Mapping[tuple[str, str], Drive] = field(default_factory=dict)
    alike: float = 0.0
    later: Lastings | None = None
    is_called_off: Shares = Shares()
    alarm: Lastings = Lastings(Fixed(900.0))
    is_exchanged: Shares = Shares()
    exchanged: Lastings = Lastings(Fixed(180.0))
    ways: tuple[float, ...] = ()
    hours: tuple[float, ...] = ()
    turnout_by: Mapping[str, float] = field(default_factory=dict)

    def way(self, zone: int, hour: int) -> float:
        """Return how much longer than usual drives to a zone take in a local hour."""
        return (self.ways[zone] if self.ways else 1.0) * (self.hours[hour] if self.hours else 1.0)

    def drive(self, capability: str, kind: str = "") -> Drive:
        """Return how units of a first capability drive to a kind of incident; "" is for all others."""
        if kind and self.travel_by:
            for each in kinds_around(kind):
                known = self.travel_by.get((each, capability))
                if known is not None:
                    return known
        found = self.travel.get(capability) or self.travel.get("")
        return found or Drive()


def further(capability: str) -> str:
    """Name the second and later units of a capability at one incident, among what is fitted."""
    return f"{capability}+"
