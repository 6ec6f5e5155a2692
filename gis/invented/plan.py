"""What an invented city is asked to be: its size, its seed, and where on the globe it lies."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_JUNCTIONS, MOST_JUNCTIONS = 1_000, 500_000
LEAST_FEATURES, MOST_FEATURES = 10_000, 10_000_000
FEATURES_A_JUNCTION = 10
MOST_FEATURES_A_JUNCTION = 24
MOST_SEED = 2**63 - 1
# Open sea north of the Azores: no city is there that this one could be taken for.
CENTER = (-33.0, 42.0)
METRIC_CRS = "EPSG:32625"
TIME_ZONE = "Atlantic/Azores"
# Radius of a city of one junction; its square grows with their number.
_RADIUS_M = 54.0

XY = NDArray[np.float64]


class PlanError(ValueError):
    """A city cannot be invented as asked; the message says which number is out of range."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Say what is to be invented. radius_m: from the middle to where the built-up city ends, on average."""

    junctions: int
    features: int
    seed: int
    radius_m: float

    @classmethod
    def of(cls, junctions: int, *, seed: int, features: int | None = None) -> Plan:
        """Plan a city of about so many junctions and features. Raises PlanError for numbers out of range."""
        _check("junctions", junctions, LEAST_JUNCTIONS, MOST_JUNCTIONS)
        _check("seed", seed, 0, MOST_SEED)
        wanted = max(FEATURES_A_JUNCTION * junctions, LEAST_FEATURES) if features is None else features
        _check("features", wanted, LEAST_FEATURES, MOST_FEATURES)
        if wanted > MOST_FEATURES_A_JUNCTION * junctions:
            most = MOST_FEATURES_A_JUNCTION * junctions
            raise PlanError(f"features: {wanted:,} do not fit between {junctions:,} junctions, at most {most:,} do")
        return cls(junctions, wanted, seed, _RADIUS_M * math.sqrt(junctions))

    def dice(self, topic: int) -> np.random.Generator:
        """Give the random numbers of one topic: what one part draws does not move what another one draws."""
        return np.random.default_rng([self.seed, topic])


def _check(what: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise PlanError(f"{what}: {value:,} is out of range, {least:,} to {most:,}")


class Waves:
    """A smooth random field over the plane: some waves of about one length, added up.

    `at` answers float64 (n,) within about [-1, 1] for points (n, 2).
    """

    def __init__(self, dice: np.random.Generator, length_m: float, count: int = 6) -> None:
        turn = dice.uniform(0, 2 * np.pi, count)
        lengths = length_m * dice.uniform(0.7, 1.5, count)
        self._waves = 2 * np.pi * np.column_stack((np.cos(turn), np.sin(turn))) / lengths[:, None]
        self._phases = dice.uniform(0, 2 * np.pi, count)
        self._scale = 1.4 / math.sqrt(2 * count)

    def at(self, points: XY) -> NDArray[np.float64]:
        """Answer the field at points."""
        total = np.zeros(len(points))
        for wave, phase in zip(self._waves, self._phases, strict=True):
            total += np.sin(points @ wave + phase)
        return total * self._scale


class Warp:
    """A smooth displacement of the plane by at most about `reach_m`."""

    def __init__(self, dice: np.random.Generator, length_m: float, reach_m: float) -> None:
        self._x, self._y = Waves(dice, length_m), Waves(dice, length_m)
        self._reach = reach_m

    def moved(self, points: XY) -> XY:
        """Answer points (n, 2) where the displacement puts them."""
        return points + self._reach * np.column_stack((self._x.at(points), self._y.at(points)))


def wavy_circle(dice: np.random.Generator, radius_m: float, share: float, *, step_m: float, harmonics: int = 5) -> XY:
    """Make a closed curve (n, 2) round the origin whose radius swings by about `share`; the first point ends it too."""
    count = max(48, round(2 * math.pi * radius_m / step_m))
    turn = np.linspace(0, 2 * np.pi, count + 1)
    swing = np.zeros(count + 1)
    for k in range(2, 2 + harmonics):
        swing += np.sin(k * turn + dice.uniform(0, 2 * np.pi)) * dice.uniform(0.4, 1.0) / k
    radius = radius_m * (1 + share * swing)
    ring = np.column_stack((radius * np.cos(turn), radius * np.sin(turn)))
    ring[-1] = ring[0]
    return ring
