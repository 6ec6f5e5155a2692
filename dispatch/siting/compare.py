"""Two plans side by side: what each comes to, what is won and lost, and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.demand.areas import Area
from dispatch.siting.measure import AreaFigures, Measured


@dataclass(frozen=True, slots=True)
class AreaChange:
    """Hold how a part of the city is served by both plans; None where one has no demand there."""

    area: Area
    before: AreaFigures | None
    after: AreaFigures | None

    @property
    def change(self) -> float:
        """Return by how much the share of the later demand that is reached in time there changes."""
        if self.before is None or self.after is None:
            return 0.0
        return (self.after.reached - self.before.reached) * self.after.share


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Hold two plans measured over one demand's cells.

    Shares of the later demand: `lost` was reached in time and is not any more, `won` the other way round, `slower` and
    `quicker` take at least a minute more or less. `areas` stand with the worst change first.
    """

    before: Measured
    after: Measured
    lost: float
    won: float
    slower: float
    quicker: float
    areas: tuple[AreaChange, ...]
    change_s: NDArray[np.float64]


MINUTE_S = 60.0


def compare(before: Measured, after: Measured) -> Comparison:
    """Put two plans side by side. Raises ValueError where they are not of the same cells and target."""
    if before.target.id != after.target.id or len(before.nearest_s) != len(after.nearest_s):
        raise ValueError("plans can be compared for one target over one demand only")
    weight = after.weight
    had, has = before.counts > 0, after.counts > 0
    with np.errstate(invalid="ignore"):
        change_s = after.nearest_s - before.nearest_s
    change_s[~np.isfinite(before.nearest_s) & ~np.isfinite(after.nearest_s)] = 0.0
    first = {each.area: each for each in before.areas}
    second = {each.area: each for each in after.areas}
    names = list(dict.fromkeys([*first, *second]))
    areas = [AreaChange(area, first.get(area), second.get(area)) for area in names]
    return Comparison(
        before,
        after,
        float(weight[had & ~has].sum()),
        float(weight[has & ~had].sum()),
        float(weight[change_s >= MINUTE_S].sum()),
        float(weight[change_s <= -MINUTE_S].sum()),
        tuple(sorted(areas, key=lambda each: (round(each.change, 12), each.area.name))),
        change_s,
    )
