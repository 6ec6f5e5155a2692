"""What a log teaches about demand: where each kind of department was called to, and how busy its units were."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from dispatch.demand.cells import Demand, nearest_cells
from dispatch.fold_units import KEPT_BY_UNIT
from dispatch.state import State

Places = tuple[tuple[float, float], ...]

LEAST_INCIDENTS = 200
# However well a history fits, so many calls more are thought to have come as the buildings stand: a street that was
# never called from is not one that never will.
LEAST_PRIOR = 50.0
BUSY_WINDOW = timedelta(days=7)
LEAST_WINDOW = timedelta(hours=24)
LEAST_ASSIGNMENTS = 100
BUSY_RANGE = (0.01, 0.95)


@dataclass(frozen=True, slots=True)
class History:
    """Hold where incidents were (lon, lat), by kind of department, and the busy share of units, by department's id.

    A department of which the log knows too little is left out of `busy`.
    """

    places: Mapping[str, Places] = field(default_factory=dict)
    busy: Mapping[str, float] = field(default_factory=dict)


def history_of(state: State, *, at: datetime) -> History:
    """Gather what a whole state knows at a moment (aware UTC); its open part alone knows almost nothing."""
    places: dict[str, list[tuple[float, float]]] = {}
    for number, incident in sorted(state.incidents.items()):
        tasks = [state.tasks[task_id] for task_id in state.tasks_of.get(number, ())]
        owners = [state.departments.get(task.department) for task in tasks]
        for kind in sorted({owner.kind for owner in owners if owner is not None}):
            places.setdefault(kind, []).append((incident.location.lon, incident.location.lat))
    return History({kind: tuple(found) for kind, found in places.items()}, busy_shares(state, at=at))


def busy_shares(state: State, *, at: datetime) -> dict[str, float]:
    """Measure the share of the last week that a department's units were bound, by its id.

    Only for departments with LEAST_ASSIGNMENTS in a log of LEAST_WINDOW at least. A unit of which the state keeps no
    whole week any more counts from the oldest assignment that is kept.
    """
    kept = {
        unit_id: [state.assignments[each] for each in ids if each in state.assignments]
        for unit_id, ids in state.assignments_by_unit.items()
    }
    began_at = min((each.assigned_at for found in kept.values() for each in found), default=at)
    begin = max(at - BUSY_WINDOW, began_at)
    if at - begin < LEAST_WINDOW:
        return {}
    number: Counter[str] = Counter()
    busy_s: defaultdict[str, float] = defaultdict(float)
    whole_s: defaultdict[str, float] = defaultdict(float)
    for unit_id, unit in sorted(state.units.items()):
        department, found = unit.unit.department, kept.get(unit_id, [])
        since = max(begin, found[0].assigned_at) if len(found) >= KEPT_BY_UNIT else begin
        whole_s[department] += (at - since).total_seconds() if unit.on_roster else 0.0
        for each in found:
            until = min(each.released_at or at, at)
            if until > since:
                number[department] += 1
                busy_s[department] += (until - max(each.assigned_at, since)).total_seconds()
    return {
        department: min(max(busy_s[department] / whole_s[department], BUSY_RANGE[0]), BUSY_RANGE[1])
        for department in sorted(number)
        if number[department] >= LEAST_ASSIGNMENTS and whole_s[department] > 0
    }


def mixed(demand: Demand, places: Sequence[tuple[float, float]]) -> Demand:
    """Move a demand toward where incidents were (lon, lat), once LEAST_INCIDENTS of them lie in its cells.

    Empirical Bayes: counts n_i come from shares that are Dirichlet distributed around the old ones p_i with a strength
    a, so that E[sum (n_i - n p_i)^2] = (n + a) / (1 + a) sum n p_i (1 - p_i) (Mosimann, Biometrika 49, 1962). The a
    that this gives counts as so many calls of the old shares: one large history that agrees with them changes nothing,
    one that disagrees takes over.
    """
    cells = nearest_cells(demand, places)
    counts = np.bincount(cells[cells >= 0], minlength=len(demand)).astype(np.float64)
    total = float(counts.sum())
    if total < LEAST_INCIDENTS:
        return demand
    share = demand.weight
    spread = float((total * share * (1 - share)).sum())
    excess = float(((counts - total * share) ** 2).sum()) / spread if spread > 0 else 1.0
    if excess <= 1.0:
        return demand
    prior = max((total - excess) / (excess - 1.0), LEAST_PRIOR)
    return replace(demand, weight=(counts + prior * share) / (total + prior), source=f"{demand.source}+history")
