"""Where free units wait: at home, where they cover most (DMEXCLP), or where a table says (compliance)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dispatch.commands import EndMoveUp, MoveUp
from dispatch.compliance import ComplianceTable
from dispatch.coverage_maths import marginal
from dispatch.sim.crew import Crew
from dispatch.sim.view import View
from dispatch.sim.zones import Zones
from resources.unit import Station

NO_WAY = 1e6


class Waiting(Protocol):
    """Decide where units wait when something has changed."""

    def freed(self, view: View, crew: Crew, at: datetime) -> Sequence[MoveUp | EndMoveUp]:
        """Return what is ordered when a crew has become free."""

    def sent(self, view: View, at: datetime) -> Sequence[MoveUp | EndMoveUp]:
        """Return what is ordered when crews were sent somewhere."""


class Home:
    """Let every unit wait at its own station."""

    def freed(self, view: View, crew: Crew, at: datetime) -> Sequence[MoveUp | EndMoveUp]:
        """Order nothing."""
        return ()

    def sent(self, view: View, at: datetime) -> Sequence[MoveUp | EndMoveUp]:
        """Order nothing."""
        return ()


class Stations:
    """Hold the stations of departments, by id, with their places among the zones."""

    def __init__(self, stations: Sequence[Station], view: View) -> None:
        self._of: dict[str, list[Station]] = {}
        for station in sorted(stations, key=lambda each: each.id):
            self._of.setdefault(station.department, []).append(station)
        self._zones = {each.id: view.zones.near(each.lon, each.lat) for each in stations}

    def of(self, department: str) -> Sequence[Station]:
        """Return a department's stations in the order of their ids."""
        return self._of.get(department, ())

    def zone(self, station_id: str) -> int:
        """Return the zone of a station."""
        return self._zones[station_id]


def order(crew: Crew, station: Station) -> MoveUp | EndMoveUp:
    """Return the command that lets a unit wait at a station: at its own, that is the end of a move-up."""
    if station.id == crew.unit.station:
        return EndMoveUp(crew.id, "simulated")
    return MoveUp(crew.id, station.id, "simulated")


class Dmexclp:
    """Send each unit that becomes free to the station of its department where it adds most expected cover.

    Jagtenberg, Bhulai, van der Mei, Operations Research for Health Care 4 (2015): the unit goes where the marginal
    cover, the sum of d (1-q) q^k over demand d within reach that k others reach already, is largest; others stay where
    they are. Units cover for the others of their department that have the same first capability.
    """

    def __init__(self, weight: NDArray[np.float64], *, within_s: float, busy: float) -> None:
        """`weight` float64 (zones,) is the demand, its sum 1; `busy` the share of time that a unit is busy."""
        self._weight, self._within_s, self._busy = weight, within_s, busy
        self._zones: Zones | None = None
        self._reach: NDArray[np.bool_] = np.zeros((0, 0), dtype=bool)
        self._from_stations: dict[str, NDArray[np.float64]] = {}
        self._stations: Stations | None = None
        self._alike: dict[tuple[str, str], list[Crew]] = {}

    def freed(self, view: View, crew: Crew, at: datetime) -> Sequence[MoveUp | EndMoveUp]:
        """Move the freed unit where it adds most; ties go to its own station, then to the first by id."""
        if crew.unit.cross_staffed or view.state.units[crew.id].held:
            return ()
        if self._stations is None:
            self._stations = Stations(view.state.roster.stations, view)
            for each in view.crews:
                self._alike.setdefault((each.department, each.capability), []).append(each)
        known = self._stations.of(crew.department)
        if not known:
            return ()
        if self._zones is not view.zones:
            self._zones, self._from_stations = view.zones, {}
            self._reach = view.zones.seconds["emergency"] <= self._within_s
        from_stations = self._from_stations.get(crew.department)
        if from_stations is None:
            zones = [self._stations.zone(station.id) for station in known]
            from_stations = self._from_stations[crew.department] = self._reach[zones].astype(np.float64)
        alike = self._alike[crew.department, crew.capability]
        homes = [other.home for other in alike if other.is_free and other is not crew]
        counts = self._reach[homes].sum(axis=0, dtype=np.int64)
        worths = (from_stations @ marginal(counts, self._weight, self._busy)).tolist()
        best, most = None, -1.0
        for station, worth in sorted(zip(known, worths, strict=True), key=lambda each: each[0].id != crew.unit.station):
            if worth > most + 1e-12:
                best, most = station, worth
        assert best is not None
        return () if best.id == crew.station else (order(crew, best),)

    def sent(self, view: View, at: datetime) -> Sequence[MoveUp | EndMoveUp]:
        """Order nothing: only who becomes free moves."""
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """Hold a row of a table: stations, their numbers int64 (k,), and costs from each zone float64 (zones, k)."""

    stations: tuple[Station, ...]
    numbers: NDArray[np.int64]
    costs: NDArray[np.float64]


class Compliance:
    """Hold the stations that a table says for so many free units, with as few minutes driven as possible.

    The table of a department counts its units of the first capability that stands in `capabilities` (none: all).
    Nobody drives longer than `longest_s`.
    """

    def __init__(
        self, tables: Sequence[ComplianceTable], *, capabilities: Sequence[str] = (), longest_s: float = 1200.0
    ):
        self._tables = {table.department: table for table in tables}
        self._capabilities = frozenset(capabilities)
        self._longest_s = longest_s
        self._stations: Stations | None = None
        self._numbers: dict[str, int] = {}
        self._crews: dict[str, list[Crew]] = {}
        self._zones: Zones | None = None
        self._rows: dict[tuple[str, int], _Held] = {}

    def freed(self, view: View, crew: Crew, at: datetime) -> Sequence[MoveUp | EndMoveUp]:
        """Bring the department of a unit that became free into line."""
        return self._moves(view, crew.department)

    def sent(self, view: View, at: datetime) -> Sequence[MoveUp | EndMoveUp]:
        """Bring every department into line after units were sent."""
        return [move for department in sorted(self._tables) for move in self._moves(view, department)]

    def _moves(self, view: View, department: str) -> list[MoveUp | EndMoveUp]:
        from scipy.optimize import linear_sum_assignment

        table = self._tables.get(department)
        if table is None:
            return []
        free = [crew for crew in self._able(view, department) if crew.is_free]
        hold = self._held(view, department, len(free))
        if not free or not hold.stations:
            return []
        here = [crew.zone if crew.to_zone < 0 else crew.at(view.now_ms, view.zones) for crew in free]
        costs = hold.costs[here]
        # Who is meant for a station already goes on being so.
        own = np.array([self._numbers.get(crew.station, -1) for crew in free])
        costs[own[:, None] == hold.numbers] = 0.0
        moves: list[MoveUp | EndMoveUp] = []
        rows, columns = linear_sum_assignment(costs)
        goes = (costs[rows, columns] < NO_WAY) & (own[rows] != hold.numbers[columns])
        for row, column in zip(rows[goes].tolist(), columns[goes].tolist(), strict=True):
            moves.append(order(free[row], hold.stations[column]))
        return moves

    def _able(self, view: View, department: str) -> Sequence[Crew]:
        """Return the units of a department that its table counts, free or not."""
        found = self._crews.get(department)
        if found is None:
            found = self._crews[department] = [
                crew
                for crew in view.crews
                if crew.department == department
                and not crew.unit.cross_staffed
                and (not self._capabilities or self._capabilities.intersection(crew.unit.capabilities))
            ]
        return found

    def _held(self, view: View, department: str, free: int) -> _Held:
        """Return what to hold with so many free units; worked out once for each number, and again when roads change."""
        if self._zones is not view.zones:
            self._zones, self._rows = view.zones, {}
        found = self._rows.get((department, free))
        if found is None:
            if self._stations is None:
                self._stations = Stations(view.state.roster.stations, view)
                self._numbers = {each.id: number for number, each in enumerate(view.state.roster.stations)}
            known = {station.id: station for station in self._stations.of(department)}
            stations = tuple(known[each] for each in self._tables[department].row(free) if each in known)
            slots = [self._stations.zone(station.id) for station in stations]
            costs = np.minimum(view.zones.seconds["ordinary"][:, slots].astype(np.float64), NO_WAY)
            costs[costs > self._longest_s] = NO_WAY
            numbers = np.array([self._numbers[station.id] for station in stations], dtype=np.int64)
            found = self._rows[department, free] = _Held(stations, numbers, costs)
        return found
