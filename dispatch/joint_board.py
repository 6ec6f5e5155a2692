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


@dataclass(frozen=True, slots=True)
class Wanted:
    """One open need of one incident; `kind` numbers needs that ask for the same."""

    incident: Incident
    need: Need
    kind: int


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """Hold needs (rows) and candidates (columns, by call sign) with what each choice takes and costs.

    `travels` stand by incident, for `crews`, the units whose ways are known; `rows_of` are those of each candidate, of
    a task force several. `etas_ms` int64 (needs, candidates) are times to the place and `costs_ms` those plus prices,
    both IMPOSSIBLE where it cannot serve; a task force takes as long as its slowest. `fits` bool (kinds, candidates)
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

    def cut_off(self, row: int) -> int:
        """Count the units that a need could have if there were a way to its place."""
        wanted = self.wanted[row]
        is_off = ~np.isfinite(self.travels[wanted.incident.id].travel_s)
        helpers = self.helpers[wanted.need.department]
        return sum(
            self.candidates[column].unit.unit.department in helpers and bool(is_off[list(self.rows_of[column])].any())
            for column in np.flatnonzero(self.fits[wanted.kind]).tolist()
        )


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
    fits = np.zeros((len(kinds), len(candidates)), dtype=bool)
    for column, candidate in enumerate(candidates):
        fits[list(candidate.needs), column] = True
    crews = crews_of(candidates)
    row_of = {crew.unit.unit.id: row for row, crew in enumerate(crews)}
    rows_of = tuple(
        tuple(row_of[member.unit.unit.id] for member in each.members) or (row_of[each.unit.unit.id],)
        for each in candidates
    )
    travels = _travels(ground, list(dict.fromkeys(each.incident for each in wanted)), crews)
    tables = _Tables(candidates, crews, rows_of, fits, travels, prices)
    shape = (len(wanted), len(candidates))
    etas_ms = np.full(shape, IMPOSSIBLE, dtype=np.int64)
    costs_ms = np.full(shape, IMPOSSIBLE, dtype=np.int64)
    for row, each in enumerate(wanted):
        etas_ms[row], costs_ms[row] = tables.of(each)
    for column, candidate in enumerate(candidates):
        if candidate.unit.unit.id in leaving:
            _leave_only_for(leaving[candidate.unit.unit.id], wanted, etas_ms[:, column], costs_ms[:, column])
    departments = {each.unit.unit.department for each in candidates}
    departments |= {each.unit.unit.department for each in barred}
    helpers = {
        need.department: frozenset(name for name in departments if prices.may_help(need, name))
        for need in {each.need.department: each.need for each in wanted}.values()
    }
    return Board(tuple(wanted), candidates, barred, crews, rows_of, travels, fits, helpers, etas_ms, costs_ms)


def _leave_only_for(
    prices_s: Mapping[int, float], wanted: Sequence[Wanted], etas_ms: NDArray[np.int64], costs_ms: NDArray[np.int64]
) -> None:
    """Let one unit serve only some incidents, each at its price; its times and costs by need are changed."""
    for row, each in enumerate(wanted):
        if each.incident.id not in prices_s:
            etas_ms[row] = costs_ms[row] = IMPOSSIBLE
        elif costs_ms[row] != IMPOSSIBLE:
            costs_ms[row] = min(costs_ms[row] + round(prices_s[each.incident.id] * 1000), LONGEST_MS)


def _travels(ground: Roads, incidents: Sequence[Incident], crews: Sequence[Candidate]) -> dict[int, Travels]:
    starts = [crew.start for crew in crews]
    found: dict[int, Travels] = {}
    for mode in sorted({incident.mode for incident in incidents}):
        asked = [incident for incident in incidents if incident.mode == mode]
        places = [(incident.location.lon, incident.location.lat) for incident in asked]
        times = travels_to_each(ground, mode, starts, places)
        found.update((incident.id, each) for incident, each in zip(asked, times, strict=True))
    return found


class _Tables:
    """Work out rows of times and costs; what units share is worked out once."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        crews: Sequence[Candidate],
        rows_of: Sequence[Sequence[int]],
        fits: NDArray[np.bool_],
        travels: Mapping[int, Travels],
        prices: PriceList,
    ) -> None:
        self._candidates, self._fits, self._travels, self._prices = candidates, fits, travels, prices
        self._turnout_s = np.array([round(each.turnout_s, 3) for each in crews], dtype=np.float64)
        self._alone = np.array([rows[0] for rows in rows_of], dtype=np.int64)
        self._forces = [(column, list(rows)) for column, rows in enumerate(rows_of) if len(rows) > 1]
        self._departments = sorted({each.unit.unit.department for each in candidates})
        numbers = {name: number for number, name in enumerate(self._departments)}
        self._department = np.array([numbers[each.unit.unit.department] for each in candidates], dtype=np.int64)
        tired = [sum(price.seconds for price in prices.of_crew(each.unit.unit.id)) for each in crews]
        self._crew_ms = _ms([sum(tired[row] for row in rows) for rows in rows_of])
        self._orders: dict[tuple[tuple[str, tuple[str, ...]], ...], NDArray[np.int64]] = {}
        self._help: dict[str, tuple[NDArray[np.bool_], NDArray[np.int64]]] = {}

    def of(self, wanted: Wanted) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the times and the costs of every candidate for a need, in milliseconds."""
        travels = self._travels[wanted.incident.id]
        of_crew_s = self._turnout_s + np.round(travels.travel_s, 3) + np.round(travels.access_s, 3)
        total_s = of_crew_s[self._alone]
        for column, rows in self._forces:
            total_s[column] = of_crew_s[rows].max()
        may_help, help_ms = self._help_of(wanted.need)
        able = self._fits[wanted.kind] & np.isfinite(total_s) & may_help[self._department]
        time_ms = np.minimum(np.rint(np.where(able, total_s, 0.0) * 1000), LONGEST_MS).astype(np.int64)
        cost_ms = time_ms
        if not self._prices.is_free(wanted.incident):
            cost_ms = time_ms + help_ms[self._department] + self._crew_ms + self._stations_ms(wanted.incident)
        return np.where(able, time_ms, IMPOSSIBLE), np.where(able, np.minimum(cost_ms, LONGEST_MS), IMPOSSIBLE)

    def _help_of(self, need: Need) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        if need.department not in self._help:
            may = np.array([self._prices.may_help(need, name) for name in self._departments], dtype=bool)
            paid = [sum(price.seconds for price in self._prices.of_help(need, name)) for name in self._departments]
            self._help[need.department] = may, _ms(paid)
        return self._help[need.department]

    def _stations_ms(self, incident: Incident) -> NDArray[np.int64] | int:
        if not self._prices.has_order(incident):
            return 0
        orders = self._prices.orders_of(incident)
        if orders not in self._orders:
            units = [each.unit.unit for each in self._candidates]
            paid = [sum(price.seconds for price in self._prices.of_station(incident, unit)) for unit in units]
            self._orders[orders] = _ms(paid)
        return self._orders[orders]


def _ms(seconds: Sequence[float]) -> NDArray[np.int64]:
    milliseconds: NDArray[np.int64] = np.rint(np.array(seconds, dtype=np.float64) * 1000).astype(np.int64)
    return milliseconds
