"""Which free unit should wait at which station: what gains most cover for its drive.

Dynamic MEXCLP, after Jagtenberg, Bhulai, van der Mei, Operations Research for Health Care 4 (2015): a unit is worth at
a place what it adds to the expected cover there, given where all others are. Here every free unit may be proposed,
not only one that has just become free, and minutes of driving take off its gain.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from dispatch.coverage import Coverage
from dispatch.coverage_board import Board, Stand, limit_s, local_time
from dispatch.coverage_maths import expected, marginal
from dispatch.coverage_report import worst_area
from dispatch.coverage_targets import MoveUpRules
from dispatch.recommendation import Reason
from dispatch.state import State
from dispatch.travels import Start, travels_to_each
from dispatch.turnout import turnout_time_s
from resources.position import Fix
from resources.status import Status

MODE = "ordinary"  # nobody drives to a station with blue lights
SMALLEST = 1e-9  # gains below that are noise of the sums


@dataclass(frozen=True, slots=True)
class MoveUp:
    """Propose that a free unit waits at another station.

    `gain` is the share of the demand that is expected to be served in time and would not be otherwise, the mean over
    the department's targets; `minutes_driven` what it costs.
    """

    unit_id: str
    department: str
    from_station: str
    to_station: str
    gain: float
    minutes_driven: float
    reason: Reason


def move_ups(
    coverage: Coverage, state: State, fixes: Mapping[str, Fix], *, at: datetime, leaving: Collection[str] = ()
) -> tuple[MoveUp, ...]:
    """Propose move-ups at a moment (aware UTC), as if some units had left; the best of each department first.

    Of several of one department each reckons with those before it. Held units stay, and so do those that moved up
    lately.
    """
    found: list[MoveUp] = []
    boards = coverage.boards(state, fixes, at=at).boards
    for _, group in groupby(boards, key=lambda board: board.department.id):
        table = Placing(coverage, state, tuple(group), at=at, leaving=leaving)
        found += table.best_moves(coverage.targets.move_up)
    return tuple(found)


class Placing:
    """Reckon what moving the free units of one department between its stations gains, over all its targets.

    `counts` int64 (k,), one for each target, is how many units reach each cell as things stand; `move` changes it.
    """

    def __init__(
        self,
        coverage: Coverage,
        state: State,
        boards: tuple[Board, ...],
        *,
        at: datetime,
        leaving: Collection[str] = (),
    ) -> None:
        self.boards, self.counts = boards, [board.counts.copy() for board in boards]
        self.department = boards[0].department
        mine = [station for station in state.roster.stations if station.department == self.department.id]
        self.stations = tuple(sorted(mine, key=lambda station: station.id))
        self.stands: dict[str, Stand] = {}
        self._reach: dict[str, dict[int, NDArray[np.bool_]]] = {}
        self._coverage, self._state, self._at = coverage, state, at
        self._hour = local_time(state, at).hour
        self._at_stations: dict[tuple[int, str], NDArray[np.bool_]] = {}
        for number, board in enumerate(boards):
            for group, reach in zip(board.members, board.reach, strict=True):
                for stand in group:
                    if stand.unit.unit.id in leaving:
                        self.counts[number] -= reach
                    else:
                        self.stands[stand.unit.unit.id] = stand
                        self._reach.setdefault(stand.unit.unit.id, {})[number] = reach

    def movable(self, rules: MoveUpRules) -> list[str]:
        """Name the units that may be proposed, by id: none that is held, shares its crew, or moved up lately."""
        rest = timedelta(minutes=rules.rest_min)
        return sorted(
            unit_id
            for unit_id, stand in self.stands.items()
            if not (stand.unit.held or stand.unit.unit.cross_staffed)
            and (stand.unit.post is None or self._at - stand.unit.post.since >= rest)
        )

    def best_moves(self, rules: MoveUpRules) -> list[MoveUp]:
        """Choose moves one after another, each the best that is left; ties go by call sign, then by station."""
        free, chosen = self.movable(rules), list[MoveUp]()
        least = max(rules.least_gain, SMALLEST)
        driven: dict[str, NDArray[np.float64]] = {}
        while free and self.stations and len(chosen) < rules.most:
            gains = self.gains(free)
            able = [row for row in range(len(free)) if gains[row].max() >= least]
            self._drive([free[row] for row in able if free[row] not in driven], driven)
            best: tuple[float, int, int] | None = None
            for row in able:
                minutes = driven[free[row]]
                may = (gains[row] >= least) & (minutes <= rules.longest_min)
                worth = np.where(may, np.round(gains[row] - rules.gain_a_minute * np.where(may, minutes, 0.0), 9), 0.0)
                station = int(worth.argmax())
                if worth[station] > (best[0] if best else 0.0):
                    best = (float(worth[station]), row, station)
            if best is None:
                break
            _, row, station = best
            unit_id = free.pop(row)
            chosen.append(self.move(unit_id, station, minutes=float(driven[unit_id][station]), code="move_up_fills"))
        return chosen

    def gains(self, unit_ids: Sequence[str]) -> NDArray[np.float64]:
        """Give what each unit's move to each station gains, float64 (units, stations); 0 to where it waits already."""
        found = np.zeros((len(unit_ids), len(self.stations)))
        for number, board in enumerate(self.boards):
            rows = [row for row, unit_id in enumerate(unit_ids) if number in self._reach[unit_id]]
            if not rows:
                continue
            reach = np.array([self._reach[unit_ids[row]][number] for row in rows])
            kinds = [self.stands[unit_ids[row]].unit.unit.turnout for row in rows]
            places, of = np.unique(np.column_stack([np.packbits(reach, axis=1)]), axis=0, return_inverse=True)
            first = [int(np.flatnonzero(of.reshape(-1) == place)[0]) for place in range(len(places))]
            value = marginal(self.counts[number] - reach[first], board.weight, board.busy)
            loss = (value * reach[first]).sum(axis=1)
            for kind in sorted(set(kinds)):
                gain = value @ self.from_stations(number, kind).T.astype(np.float64) - loss[:, None]
                for row, place, own in zip(rows, of.reshape(-1).tolist(), kinds, strict=True):
                    if own == kind:
                        found[row] += gain[place] / len(self.boards)
        for row, unit_id in enumerate(unit_ids):
            waits_at = self.stands[unit_id].unit.station
            found[row, [station.id == waits_at for station in self.stations]] = 0.0
        return found

    def move(self, unit_id: str, station: int, *, minutes: float, code: str) -> MoveUp:
        """Put a unit at a station, and say what that gains."""
        unit = self.stands[unit_id].unit
        gain, better = 0.0, np.zeros(len(self._coverage.demand))
        for number, reach in self._reach[unit_id].items():
            board = self.boards[number]
            there = self.from_stations(number, unit.unit.turnout)[station]
            after = self.counts[number] - reach + there
            change = board.weight * (expected(after, board.busy) - expected(self.counts[number], board.busy))
            gain += float(change.sum()) / len(self.boards)
            better += change / len(self.boards)
            self.counts[number] = after
            self._reach[unit_id][number] = there
        target = self.boards[min(self._reach[unit_id])].target
        area = self._coverage.demand.areas[worst_area(self._coverage.demand, np.maximum(better, 0.0))[0]]
        to = self.stations[station]
        reason = Reason(
            code,
            (
                ("who", target.name),
                ("who_zh", target.name_zh),
                ("direction" if area.kind == "compass" else "area", area.name),
                ("station", to.name),
                ("percent", round(100 * gain, 1)),
                ("drive_min", round(minutes, 2)),
            ),
        )
        return MoveUp(unit_id, self.department.id, unit.station, to.id, gain, minutes, reason)

    def minutes(self, unit_ids: Sequence[str]) -> NDArray[np.float64]:
        """Give the minutes that units would drive to each station, float64 (units, stations); inf for no way."""
        starts = [Start(unit_id, *self.stands[unit_id].place) for unit_id in unit_ids]
        places = [(station.lon, station.lat) for station in self.stations]
        if not starts or not places:
            return np.empty((len(starts), len(places)))
        travels = travels_to_each(self._coverage.ground, MODE, starts, places)
        return np.column_stack([each.travel_s + each.access_s for each in travels]) / 60

    def _drive(self, unit_ids: Sequence[str], driven: dict[str, NDArray[np.float64]]) -> None:
        driven.update(zip(unit_ids, self.minutes(unit_ids), strict=True))

    def from_stations(self, number: int, turnout_id: str) -> NDArray[np.bool_]:
        """Tell which cells a unit with such a turnout reaches in time from each station, bool (stations, k)."""
        key = (number, turnout_id)
        if key not in self._at_stations:
            board = self.boards[number]
            turnout_s = turnout_time_s(
                self._state.turnouts.get(turnout_id), Status.AVAILABLE, self._hour, is_moving=False
            )
            places = [(station.lon, station.lat) for station in self.stations]
            self._at_stations[key] = board.times.of(places) <= np.float32(limit_s(board.target, turnout_s))
        return self._at_stations[key]
