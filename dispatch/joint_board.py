"""Everything that a joint plan weighs, as tables: open needs of all incidents, units that may go, times, prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from dispatch.candidates import Barred, Candidate, find_candidates
from dispatch.explain import what_lacks
from dispatch.filled import open_needs
from dispatch.incident import Incident
from dispatch.joint_tables import Tables, Wanted
from dispatch.matching import IMPOSSIBLE, LONGEST_MS
from dispatch.penalties import PriceList
from dispatch.recommendation import Eta
from dispatch.runcard import Need
from dispatch.state import State
from dispatch.travels import Roads, Travels, travels_to_each
from dispatch.trips import crews_of
from resources.position import Fix

# Units that may be taken from what they are on their way to: for which incidents, and at which price in seconds.
Leaving: TypeAlias = Mapping[str, Mapping[int, float]]
NOBODY: Leaving = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """Hold needs (rows) and candidates (columns, by call sign) with what each choice takes and costs.

    `travels` stand by incident, for `crews`, the units whose ways are known; `rows_of` are those of each candidate, of
    a task force several. `etas_ms` int64 (needs, candidates) are times to the place and `costs_ms` those plus prices,
    both IMPOSSIBLE where it cannot serve, and one array where nothing has a price; a task force takes as long as its
    slowest. `fits` bool (kinds, candidates)
    tells who has what is asked for, `helpers` whose units may serve a need that names a department.
    """

    wanted: tuple[Wanted, ...]
    candidates: tuple[Candidate, ...]
    barred: tuple[Barred, ...]
    crews: tuple[Candidate, ...]
    rows_of: tuple[tuple[int, ...], ...]
    travels: Mapping[int, Travels]
    fits: NDArray[np.bool_]
    helpers: Mapping[str, frozenset[str]]
    etas_ms: NDArray[np.int64]
    costs_ms: NDArray[np.int64]

    def eta(self, row: int, crew: int) -> Eta:
        """Split the time of a crew to a need's place."""
        travels = self.travels[self.wanted[row].incident.id]
        turnout_s = round(self.crews[crew].turnout_s, 3)
        return Eta(turnout_s, round(float(travels.travel_s[crew]), 3), round(float(travels.access_s[crew]), 3))

    def obstacles(self, row: int) -> Counter[str]:
        """Count by code what keeps units from a need, wherever it is, that could serve it otherwise."""
        need, kind = self.wanted[row].need, self.wanted[row].kind
        helpers = self.helpers[need.department]
        found = Counter(
            each.reason.code for each in self.barred if kind in each.needs and each.unit.unit.department in helpers
        )
        able, asked = set(need.any_of), replace(need, department="")
        for column in np.flatnonzero(~self.fits[kind]).tolist():
            unit = self.candidates[column].unit.unit
            if unit.department not in helpers or able.isdisjoint(unit.capabilities):
                continue
            lack = what_lacks(unit, asked)
            if lack is not None:
                found[lack] += 1
        return found

    def cut_off(self, row: int) -> dict[int, bool]:
        """Name the candidates that a need could have if there were a way to its place; true: a smaller one has one."""
        wanted = self.wanted[row]
        travels = self.travels[wanted.incident.id]
        is_off = ~np.isfinite(travels.travel_s)
        if not is_off.any():
            return {}
        helpers = self.helpers[wanted.need.department]
        off = {
            column: next(crew for crew in self.rows_of[column] if is_off[crew])
            for column in np.flatnonzero(self.fits[wanted.kind]).tolist()
            if self.candidates[column].unit.unit.department in helpers
            and any(is_off[crew] for crew in self.rows_of[column])
        }
        return {column: bool(len(travels.is_too_large) and travels.is_too_large[crew]) for column, crew in off.items()}


def lay_out(
    state: State,
    fixes: Mapping[str, Fix],
    ground: Roads,
    incidents: Sequence[Incident],
    prices: PriceList,
    *,
    at: datetime,
    leaving: Leaving = NOBODY,
) -> Board:
    """Gather the open needs of incidents that have a run card, and every unit that may fill one of them.

    Units `leaving` count although they are on their way, for the incidents named and at the price named.
    """
    kinds: dict[Need, int] = {}
    wanted = []
    for incident in incidents:
        for need in open_needs(state, state.cards[incident.kind].needs_at(incident.alarm_level), incident.id)[0]:
            # Who may help from elsewhere is a question of price here, so that the department is not asked for yet.
            asked = Need("", need.any_of, min_crew=need.min_crew, equipment=need.equipment)
            wanted.append(Wanted(incident, need, kinds.setdefault(asked, len(kinds))))
    field = find_candidates(state, fixes, tuple(kinds), (), incident_id=None, at=at, leaving=leaving.keys())
    candidates, barred = tuple(field.candidates), tuple(field.barred)
    fits = _fits(candidates, len(kinds))
    crews = crews_of(candidates)
    row_of = {crew.unit.unit.id: row for row, crew in enumerate(crews)}
    rows_of = tuple(
        tuple(row_of[member.unit.unit.id] for member in each.members) or (row_of[each.unit.unit.id],)
        for each in candidates
    )
    asked_for = list(dict.fromkeys(each.incident for each in wanted))
    travels = _travels(ground, wanted, fits, rows_of, crews)
    tables = Tables(candidates, crews, rows_of, fits, prices)
    times_ms = tables.times_ms([travels[each.id] for each in asked_for])
    etas_ms, costs_ms = tables.fill(wanted, times_ms, {each.id: row for row, each in enumerate(asked_for)})
    leaves = [(column, each) for column, each in enumerate(candidates) if each.unit.unit.id in leaving]
    if leaves and costs_ms is etas_ms:
        costs_ms = etas_ms.copy()
    for column, candidate in leaves:
        _leave_only_for(leaving[candidate.unit.unit.id], wanted, etas_ms[:, column], costs_ms[:, column])
    departments = {each.unit.unit.department for each in candidates}
    departments |= {each.unit.unit.department for each in barred}
    helpers = {
        need.department: frozenset(name for name in departments if prices.may_help(need, name))
        for need in {each.need.department: each.need for each in wanted}.values()
    }
    return Board(tuple(wanted), candidates, barred, crews, rows_of, travels, fits, helpers, etas_ms, costs_ms)


def _fits(candidates: Sequence[Candidate], kinds: int) -> NDArray[np.bool_]:
    """Tell which kinds of need each candidate fills, bool (kinds, candidates)."""
    alike: dict[tuple[int, ...], list[int]] = {}
    for column, candidate in enumerate(candidates):
        alike.setdefault(candidate.needs, []).append(column)
    found = np.zeros((kinds, len(candidates)), dtype=bool)
    for able, columns in alike.items():
        found[np.ix_(able, columns)] = True
    return found


def _leave_only_for(
    prices_s: Mapping[int, float], wanted: Sequence[Wanted], etas_ms: NDArray[np.int64], costs_ms: NDArray[np.int64]
) -> None:
    """Let one unit serve only some incidents, each at its price; its times and costs by need are changed."""
    for row, each in enumerate(wanted):
        if each.incident.id not in prices_s:
            etas_ms[row] = costs_ms[row] = IMPOSSIBLE
        elif costs_ms[row] != IMPOSSIBLE:
            costs_ms[row] = min(costs_ms[row] + round(prices_s[each.incident.id] * 1000), LONGEST_MS)


def _travels(
    ground: Roads,
    wanted: Sequence[Wanted],
    fits: NDArray[np.bool_],
    rows_of: Sequence[Sequence[int]],
    crews: Sequence[Candidate],
) -> dict[int, Travels]:
    """Ask how long crews take to each incident, in each mode only those that could serve somewhere in it."""
    found: dict[int, Travels] = {}
    for mode in sorted({each.incident.mode for each in wanted}):
        mine = [each for each in wanted if each.incident.mode == mode]
        asked = list(dict.fromkeys(each.incident for each in mine))
        is_able = fits[sorted({each.kind for each in mine})].any(axis=0)
        rows = sorted({crew for column in np.flatnonzero(is_able).tolist() for crew in rows_of[column]})
        places = [(incident.location.lon, incident.location.lat) for incident in asked]
        times = travels_to_each(ground, mode, [crews[row].start for row in rows], places)
        found.update((incident.id, _among(len(crews), rows, each)) for incident, each in zip(asked, times, strict=True))
    return found


def _among(crews: int, rows: Sequence[int], travels: Travels) -> Travels:
    """Put the travels of some crews among those of all, of whom the others do not come."""
    if len(rows) == crews:
        return travels
    at = np.array(rows, dtype=np.int64)
    travel_s, access_s = np.full(crews, np.inf), np.zeros(crews)
    is_estimate, off_road_m = np.zeros(crews, dtype=bool), np.full(crews, np.nan)
    travel_s[at], access_s[at] = travels.travel_s, travels.access_s
    is_estimate[at], off_road_m[at] = travels.is_estimate, travels.off_road_m
    too_large = np.zeros(crews if len(travels.is_too_large) else 0, dtype=bool)
    if len(travels.is_too_large):
        too_large[at] = travels.is_too_large
    return Travels(travel_s, access_s, is_estimate, off_road_m, travels.is_guess, too_large)
