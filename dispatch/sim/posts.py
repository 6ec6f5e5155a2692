"""Where free units wait: at home, where they cover most (DMEXCLP), or where a table says (compliance)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dispatch.commands import EndMoveUp, MoveUp
from dispatch.compliance import ComplianceTable
from dispatch.coverage_maths import marginal
from dispatch.sim.crew import Crew
from dispatch.sim.view import View
from resources.unit import Station


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


def waits_at(view: View, crew: Crew) -> str:
    """Name the station where a unit stands when nothing calls it, empty for none."""
    return view.state.units[crew.id].station


def order(view: View, crew: Crew, station: Station) -> MoveUp | EndMoveUp:
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
        self._reach: dict[int, NDArray[np.bool_]] = {}
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
        counts = np.zeros(len(view.zones), dtype=np.int64)
        for other in self._alike[crew.department, crew.capability]:
            if other.is_free and other is not crew:
                counts += self._reached(view, other.home)
        gain = marginal(counts, self._weight, self._busy)
        best, most = None, -1.0
        for station in sorted(known, key=lambda each: each.id != crew.unit.station):
            worth = float(gain @ self._reached(view, self._stations.zone(station.id)))
            if worth > most + 1e-12:
                best, most = station, worth
        assert best is not None
        return () if best.id == waits_at(view, crew) else (order(view, crew, best),)

    def sent(self, view: View, at: datetime) -> Sequence[MoveUp | EndMoveUp]:
        """Order nothing: only who becomes free moves."""
        return ()

    def _reached(self, view: View, zone: int) -> NDArray[np.bool_]:
        found = self._reach.get(zone)
        if found is None:
            found = self._reach[zone] = view.zones.seconds["emergency"][zone] <= self._within_s
        return found


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
        if self._stations is None:
            self._stations = Stations(view.state.roster.stations, view)
        known = {station.id: station for station in self._stations.of(department)}
        free = [
            crew
            for crew in view.crews
            if crew.department == department
            and crew.is_free
            and not crew.unit.cross_staffed
            and (not self._capabilities or self._capabilities.intersection(crew.unit.capabilities))
        ]
        hold = [known[each] for each in table.row(len(free)) if each in known]
        if not free or not hold:
            return []
        seconds = view.zones.seconds["ordinary"]
        here = [crew.at(view.now_ms, view.zones) for crew in free]
        slots = [self._stations.zone(station.id) for station in hold]
        costs = np.minimum(seconds[np.ix_(here, slots)].astype(np.float64), 1e6)
        costs[costs > self._longest_s] = 1e6
        for row, crew in enumerate(free):  # who is meant for a station already goes on being so
            own = waits_at(view, crew)
            costs[row, [station.id == own for station in hold]] = 0.0
        moves: list[MoveUp | EndMoveUp] = []
        for row, column in zip(*(each.tolist() for each in linear_sum_assignment(costs)), strict=True):
            station = hold[column]
            if costs[row, column] < 1e6 and waits_at(view, free[row]) != station.id:
                moves.append(order(view, free[row], station))
        return moves
