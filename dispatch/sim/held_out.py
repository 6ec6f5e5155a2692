"""A simulation set beside days that nothing was fitted to: each part of the days is simulated from the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.sim.against import Against, Seconds, day_mask, day_of, recorded_in, set_beside, simulated_in, together
from dispatch.sim.build import CannotBuild, Ready, times_of
from dispatch.sim.replicate import Compared, compare
from dispatch.sim.study import PolicyPlan

LEAST_DAYS = 2
Say = Callable[[float, str], None]


def held_out(
    ready: Ready,
    plan: PolicyPlan,
    folds: int,
    *,
    processes: int = 1,
    say: Say | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Against, list[Compared]]:
    """Deal local days in turn into `folds` parts, and simulate each part with times fitted to all other parts.

    Every run plays the whole scenario, so that all days are as busy as they were; of it only the part counts. What
    was sent to each incident and who was on duty are what was recorded: they are put in, not fitted. Raises
    CannotBuild where nothing is fitted or there are too few days.
    """
    if ready.records is None or ready.study.times.fit == "none" or ready.study.demand.source != "history":
        raise CannotBuild("days are held out of fits to a history that happens again: this scenario has none")
    zone, zones = ZoneInfo(ready.world.time_zone), ready.world.roads[0].zones
    inside = ready.records.between(ready.start_at, ready.start_at + timedelta(seconds=ready.study.horizon_s))
    days = {day_of(each.received_at, zone) for each in inside.incidents}
    if not LEAST_DAYS <= folds <= len(days):
        raise CannotBuild(f"{len(days)} days cannot be held out in {folds} parts")
    parts, runs = [], []
    for fold in range(folds):
        others = tuple(e for e in ready.records.incidents if day_of(e.received_at, zone) % folds != fold)
        times, _ = times_of(ready.study, replace(ready.records, incidents=others), zones)

        def said(share: float, doing: str, fold: int = fold) -> None:
            if say is not None:
                say((fold + share) / folds, doing)

        mine = replace(ready, times=times)
        compared = compare(mine, [plan], processes=processes, say=said, is_cancelled=is_cancelled)
        runs.append(compared)
        simulated = simulated_in(compared.outcomes, partial(_of_fold, ready, folds, fold))
        parts.append((recorded_in(ready, folds, fold), simulated))
    every_recorded, every_simulated = (together([part[place] for part in parts]) for place in (0, 1))
    return set_beside(ready, every_recorded, every_simulated, folds=folds), runs


def _of_fold(ready: Ready, folds: int, fold: int, after_s: Seconds) -> NDArray[np.bool_]:
    return day_mask(ready, after_s, folds, fold)
