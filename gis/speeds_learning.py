"""Learn speed factors from what recorded trips took, and tell how much better they foretell trips not learned from.

Each trip has one voice in a cell (profile, road class, band of hours): its seconds over those that the profile
expects. A cell's factor comes from the weighted trimmed mean of its voices, drawn towards its class and the class
towards the whole the more, the fewer they are and the more they differ (empirical Bayes; Efron and Morris 1975).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.speeds import LEAST, MOST, Learned, Speeds
from gis.speeds_observed import Cell, Observed, bands_of, expected_of

VOICE_S = 10.0  # a trip that spent less in a cell has no voice there: noise of the receiver is as large
WEIGHT_S = 60.0  # and one that spent more has no more weight
TRIMMED = 0.2  # of the weight at either end
DIFFER = 0.15  # how much cells of one class are thought to differ before anything is seen
FOLDS = 5
LEAST_CHECKED = 10
LEAST_TRIP_S = 30.0
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Evidence:
    """Say how much must be known before a factor is learned.

    Trips whose `spread` is larger say more of how they were matched, as in car parks beside a street, than of the road.
    """

    trips: int = 5
    units: int = 2
    spread: float = 0.5


@dataclass(frozen=True, slots=True)
class NotLearned:
    """Tell of a road class that trips drove on, but too few of them or of units, or trips that differ too much."""

    profile: str
    road_class: str
    trips: int
    units: int
    spread: float


@dataclass(frozen=True, slots=True)
class Check:
    """Tell how far foretold times of trips are from those taken, each trip by factors that other trips taught.

    Over the ways that were driven; `before` is with what was expected, `after` with what was learned.
    """

    trips: int
    mean_trip_s: float
    mae_before_s: float
    mae_after_s: float
    bias_before_s: float
    bias_after_s: float

    @property
    def better_percent(self) -> float:
        """Give the share of the error that is gone, negative where it grew."""
        return 100.0 * (1.0 - self.mae_after_s / self.mae_before_s) if self.mae_before_s > 0 else 0.0


def learn(
    observed: Observed, speeds: Speeds, *, evidence: Evidence = Evidence()
) -> tuple[tuple[Learned, ...], tuple[NotLearned, ...]]:
    """Learn every factor that there is evidence for; tell the road classes that there is too little for."""
    everything = np.ones(len(observed.trips), dtype=bool)
    fit = _Fit(observed, everything, evidence)
    rows, missing = [], []
    bands, cells = bands_of(speeds), {cell: at for at, cell in enumerate(observed.cells)}
    for profile, road_class in sorted({(cell.profile, cell.road_class) for cell in observed.cells}):
        of_class = fit.classes[profile, road_class]
        if not of_class.is_enough(evidence):
            missing.append(NotLearned(profile, road_class, of_class.trips, of_class.units, round(of_class.spread, 3)))
            continue
        for band in bands:
            cell = Cell(profile, road_class, band)
            voices = fit.cells[cells[cell]] if cell in cells else _SILENT
            is_own = voices.is_enough(evidence)
            factor = expected_of(speeds, cell) * float(np.exp(voices.gain if is_own else of_class.gain))
            spread = voices.spread if is_own else of_class.spread
            rows.append(
                Learned(
                    profile, road_class, band, round(min(max(factor, LEAST), MOST), 3), voices.trips, voices.units,
                    round(spread, 3), "own" if is_own else "class",
                )
            )  # fmt: skip
    return tuple(rows), tuple(missing)


def check(observed: Observed, *, evidence: Evidence = Evidence()) -> Check | None:
    """Hold what would be learned against trips that it is not learned from; None where they are too few."""
    fold = np.array([zlib.crc32(trip.encode()) % FOLDS for trip in observed.trips], dtype=np.int64)
    took_s = np.bincount(observed.step_trip, observed.step_s + observed.fixed_s, minlength=len(fold))
    counted = took_s >= LEAST_TRIP_S
    if counted.sum() < LEAST_CHECKED:
        return None
    before_s = _foretold_s(observed, observed.expected)
    after_s = np.zeros(len(fold))
    for each in range(FOLDS):
        factors = _Fit(observed, fold != each, evidence).factors(evidence)
        after_s[fold == each] = _foretold_s(observed, factors)[fold == each]
    before, after = (before_s - took_s)[counted], (after_s - took_s)[counted]
    return Check(
        trips=int(counted.sum()),
        mean_trip_s=float(took_s[counted].mean()),
        mae_before_s=float(np.abs(before).mean()),
        mae_after_s=float(np.abs(after).mean()),
        bias_before_s=float(before.mean()),
        bias_after_s=float(after.mean()),
    )


def _foretold_s(observed: Observed, factors: NDArray[np.float64]) -> NDArray[np.float64]:
    part_s = observed.part_s / factors[observed.part_cell]
    driven = np.bincount(observed.step_trip[observed.part_step], part_s, minlength=len(observed.trips))
    fixed = np.bincount(observed.step_trip, observed.fixed_s, minlength=len(observed.trips))
    return np.asarray(driven + fixed, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Voices:
    """What a group of trips says: `gain` is the logarithm of the factor over what was expected, drawn to its parent."""

    trips: int
    units: int
    gain: float
    spread: float

    def is_enough(self, evidence: Evidence) -> bool:
        return self.trips >= evidence.trips and self.units >= evidence.units and self.spread <= evidence.spread


_SILENT = _Voices(0, 0, 0.0, 0.0)


class _Fit:
    """The factors that some of the trips teach: of every cell, of every class and of the whole."""

    def __init__(self, observed: Observed, is_in: NDArray[np.bool_], evidence: Evidence) -> None:
        self._observed = observed
        in_parts = is_in[observed.step_trip[observed.part_step]]
        step, cell = observed.part_step[in_parts], observed.part_cell[in_parts]
        part_s = observed.part_s[in_parts]
        count = len(observed.cells)
        pair, pair_of = np.unique(observed.step_trip[step] * max(count, 1) + cell, return_inverse=True)
        trip, self._cell = pair // max(count, 1), pair % max(count, 1)
        expected_s = np.bincount(pair_of, part_s, minlength=len(pair))
        self._unit = np.unique(np.array(observed.units), return_inverse=True)[1][trip]
        self._is_voice = expected_s >= VOICE_S
        self._weight = np.minimum(expected_s, WEIGHT_S)
        rows_of = [np.flatnonzero(self._is_voice & (self._cell == each)) for each in range(count)]
        factors = observed.expected.copy()
        slow = np.zeros(len(pair))
        # The time of a step is shared out among its classes by what is believed of them, which it then changes.
        for _ in range(_ROUNDS):
            share = part_s / factors[cell]
            whole = np.bincount(step, share, minlength=len(observed.step_s))
            taken_s = observed.step_s[step] * share / whole[step]
            slow = np.bincount(pair_of, taken_s, minlength=len(pair)) / expected_s
            for each, rows in enumerate(rows_of):
                if len(rows) >= evidence.trips:
                    factors[each] = 1.0 / max(_trimmed_mean(slow[rows], self._weight[rows]), 1.0 / MOST)
        self._slow = slow * observed.expected[self._cell] if len(pair) else slow
        self._learn(rows_of)

    def _learn(self, rows_of: Sequence[NDArray[np.int64]]) -> None:
        cells = self._observed.cells
        self.classes: dict[tuple[str, str], _Voices] = {}
        whole: dict[str, float] = {}
        for profile in sorted({cell.profile for cell in cells}):
            rows = _joined(rows for cell, rows in zip(cells, rows_of, strict=True) if cell.profile == profile)
            whole[profile] = self._voices(rows, 0.0).gain
        for profile, road_class in sorted({(cell.profile, cell.road_class) for cell in cells}):
            own = (rows for cell, rows in zip(cells, rows_of, strict=True) if cell[:2] == (profile, road_class))
            self.classes[profile, road_class] = self._voices(_joined(own), whole[profile])
        self.cells = [
            self._voices(rows, self.classes[cell.profile, cell.road_class].gain)
            for cell, rows in zip(cells, rows_of, strict=True)
        ]

    def _voices(self, rows: NDArray[np.int64], parent: float) -> _Voices:
        if not len(rows):
            return _Voices(0, 0, parent, 0.0)
        slow = np.maximum(self._slow[rows], 1e-3)
        center = _trimmed_mean(slow, self._weight[rows])
        spread = float(1.4826 * np.median(np.abs(slow / center - 1.0)))
        doubt = (max(spread, 0.02) / DIFFER) ** 2  # so many trips does the parent count
        gain = (len(rows) * -np.log(center) + doubt * parent) / (len(rows) + doubt)
        return _Voices(len(rows), len(np.unique(self._unit[rows])), float(gain), spread)

    def factors(self, evidence: Evidence) -> NDArray[np.float64]:
        """Give the factor of every cell as it would be used, float64 (c,)."""
        gains = np.zeros(len(self._observed.cells))
        for at, (cell, voices) in enumerate(zip(self._observed.cells, self.cells, strict=True)):
            of_class = self.classes[cell.profile, cell.road_class]
            if of_class.is_enough(evidence):
                gains[at] = voices.gain if voices.is_enough(evidence) else of_class.gain
        factors: NDArray[np.float64] = np.clip(self._observed.expected * np.exp(gains), LEAST, MOST)
        return factors


def _joined(groups: Iterable[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, dtype=np.int64), *groups])


def _trimmed_mean(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """Give the mean without TRIMMED of the weight at either end."""
    order = np.argsort(values, kind="stable")
    ends = np.cumsum(weights[order])
    low, high = TRIMMED * ends[-1], (1.0 - TRIMMED) * ends[-1]
    kept = np.minimum(ends, high) - np.maximum(ends - weights[order], low)
    kept = np.maximum(kept, 0.0)
    return float((values[order] * kept).sum() / kept.sum())
