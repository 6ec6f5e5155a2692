"""The times of units to one place, and of task forces, which are there when the slowest of their units is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from dispatch.candidates import Candidate, Field
from dispatch.matching import IMPOSSIBLE
from dispatch.recommendation import Eta
from dispatch.travels import Travels


def crews_of(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return every unit whose way must be known, once: candidates that are units, then members that are none."""
    if not any(each.members for each in candidates):
        return tuple(candidates)
    found = {each.unit.unit.id: each for each in candidates if not each.members}
    for each in candidates:
        for member in each.members:
            found.setdefault(member.unit.unit.id, member)
    return tuple(found.values())


class Etas(Sequence[Eta | None]):
    """Hold times as a column of `parts_s` float64 (k, 3), turnout, driving and access, to the millisecond.

    None, where there is no way, is a driving time of inf; `is_too_large` bool (k,) marks those that a smaller vehicle
    could do.
    """

    def __init__(self, parts_s: NDArray[np.float64], is_too_large: NDArray[np.bool_] | None = None) -> None:
        """Take times; where nobody is too large, `is_too_large` may be None or empty."""
        self.parts_s = np.round(parts_s, 3)
        is_told = is_too_large is not None and len(is_too_large)
        self.is_too_large = is_too_large if is_told and is_too_large is not None else np.zeros(len(parts_s), dtype=bool)

    @classmethod
    def of(cls, etas: Sequence[Eta | None]) -> Etas:
        """Return the column of records; of a column, itself."""
        if isinstance(etas, Etas):
            return etas
        parts = [(0.0, math.inf, 0.0) if eta is None else (eta.turnout_s, eta.travel_s, eta.access_s) for eta in etas]
        return cls(np.array(parts, dtype=np.float64).reshape(-1, 3))

    @cached_property
    def totals_ms(self) -> NDArray[np.int64]:
        """Return the milliseconds of all parts together, int64 (k,), IMPOSSIBLE where there is no way."""
        turnout_s, travel_s, access_s = self.parts_s.T
        totals_s = turnout_s + travel_s + access_s
        there = np.isfinite(totals_s)
        return np.where(there, np.rint(np.where(there, totals_s, 0.0) * 1000), IMPOSSIBLE).astype(np.int64)

    def __len__(self) -> int:
        return len(self.parts_s)

    @overload
    def __getitem__(self, at: int) -> Eta | None: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Eta | None]: ...
    def __getitem__(self, at: int | slice) -> Eta | Sequence[Eta | None] | None:
        if isinstance(at, slice):
            return Etas(self.parts_s[at], self.is_too_large[at])
        eta = Eta(*self.parts_s[at].tolist())
        return eta if math.isfinite(eta.travel_s) else None


class Trips:
    """Hold the travels of crews, row by row, and how long each takes in all; None where it cannot get there."""

    def __init__(self, turnout_s: NDArray[np.float64], travels: Travels) -> None:
        self.travels = travels
        self.crews = Etas(np.column_stack([turnout_s, travels.travel_s, travels.access_s]), travels.is_too_large)

    def etas(self, field: Field) -> Etas:
        """Give the time of every candidate; the crews are those of the field."""
        if not field.forces:
            return self.crews
        units = np.arange(len(field.rows))
        slowest = [self._slowest(field.crews_of(len(units) + number)) for number in range(len(field.forces))]
        rows = np.concatenate([units, np.array(slowest, dtype=np.int64)])
        return Etas(self.crews.parts_s[rows], self.crews.is_too_large[rows])

    def eta(self, *crews: int) -> Eta | None:
        """Give the time of a crew, or of the slowest of several; None where one of them cannot get there."""
        return self.crews[self._slowest(crews)]

    def is_too_large(self, *crews: int) -> bool:
        """Tell whether the first of several crews that has no way would have one in a smaller vehicle."""
        return bool(self.crews.is_too_large[self._slowest(crews)])

    def is_estimate(self, crew: int) -> bool:
        """Tell whether a crew's time is a guess along a straight line."""
        return bool(self.travels.is_estimate[crew])

    def off_road_m(self, crew: int) -> float:
        """Say how far a crew is from every road, in metres; NaN for one that is on them."""
        return float(self.travels.off_road_m[crew])

    def _slowest(self, crews: Sequence[int]) -> int:
        """Name the first crew that has no way, or else the slowest."""
        totals_ms: list[int] = self.crews.totals_ms[list(crews)].tolist()
        worst = IMPOSSIBLE if IMPOSSIBLE in totals_ms else max(totals_ms)
        return crews[totals_ms.index(worst)]
