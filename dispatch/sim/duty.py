"""When units were on duty in a city's past, as far as their work tells: for those that live at no station."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np

from dispatch.sim.records import Records

OFF_AFTER_S = 4 * 3600.0  # a unit without work for so long has gone home
Spell = tuple[float, float]


def spells_of(records: Records, *, start_at: datetime, horizon_s: float) -> dict[str, tuple[Spell, ...]]:
    """Return by call sign the seconds after a moment between which each unit was on duty, within the horizon.

    A unit of a station is there day and night and is left out. Another one is on duty from its first work to its last,
    where less than four hours lie between one and the next, and before and after for as long as usually lies between:
    the instants at which a shift begins and ends are in no record, only work within it.
    """
    work: defaultdict[str, list[Spell]] = defaultdict(list)
    roaming = {unit.id for unit in records.roster.units if not unit.station}
    for record in records.incidents:
        for each in record.responses:
            if each.unit_id in roaming and each.instants:
                seconds = [(at - start_at).total_seconds() for at in each.instants.values()]
                work[each.unit_id].append((min(seconds), max(seconds)))
    spells = {unit_id: _together(sorted(mine)) for unit_id, mine in sorted(work.items())}
    gaps = [
        gap
        for mine in work.values()
        for (_, before), (after, _) in pairwise(sorted(mine))
        if 0.0 < (gap := after - before) < OFF_AFTER_S
    ]
    margin_s = float(np.mean(gaps)) if gaps else OFF_AFTER_S / 2
    found: dict[str, tuple[Spell, ...]] = dict.fromkeys(sorted(roaming), ())
    return {**found, **{unit_id: _widened(mine, margin_s, horizon_s) for unit_id, mine in spells.items()}}


def _together(work: Sequence[Spell]) -> list[Spell]:
    found: list[Spell] = []
    for begins, ends in work:
        if found and begins - found[-1][1] < OFF_AFTER_S:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def _widened(spells: Sequence[Spell], margin_s: float, horizon_s: float) -> tuple[Spell, ...]:
    wide = [(max(0.0, begins - margin_s), min(horizon_s, ends + margin_s)) for begins, ends in spells]
    return tuple((begins, ends) for begins, ends in _joined(wide) if begins < ends)


def _joined(spells: Sequence[Spell]) -> list[Spell]:
    found: list[Spell] = []
    for begins, ends in spells:
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found
