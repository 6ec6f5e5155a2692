"""How much of a city is left covered: for each department, where units may be busy, and if some of them leave."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.coverage_board import Board, Stand, board_of, counts_for, free_stands
from dispatch.coverage_kept import KeptTimes
from dispatch.coverage_maths import expected, reached, share
from dispatch.coverage_report import (
    LEAST_LOST,
    LEAST_THINNER,
    Cover,
    CoverageReport,
    Worst,
    middle,
    reason_of,
    worst_area,
)
from dispatch.coverage_targets import Target, Targets
from dispatch.coverage_times import Place
from dispatch.demand.cells import Demand
from dispatch.demand.history import History, mixed
from dispatch.state import State
from dispatch.travels import Roads
from resources.position import Fix
from resources.unit import Department, Roster


@dataclass(frozen=True, slots=True, eq=False)
class Boards:
    """Hold who covers what; `unplaced` free units have a position that is too old, `untimed` ones wait to be timed.

    The times are by the roads as they were at `times_at`; `is_present` tells whether they are so still.
    """

    boards: tuple[Board, ...]
    unplaced: tuple[str, ...]
    untimed: tuple[str, ...]
    times_at: datetime
    is_present: bool


class Coverage:
    """Answer how the demand is covered, from times that are kept while the roads and the units stay.

    `prepare` and `work` time what has moved or changed between questions. Belongs to the ground's thread.
    """

    def __init__(self, ground: Roads, demand: Demand, targets: Targets) -> None:
        self.ground, self.demand, self.targets = ground, demand, targets
        self._kept = KeptTimes(ground, demand.lonlat)
        self._history = History()
        self._weights: dict[str, NDArray[np.float64]] = {}
        self._asked_last: tuple[Roster, tuple[tuple[Department, Target], ...]] | None = None

    def learn(self, history: History) -> None:
        """Take what a log teaches about demand and about how busy units are."""
        self._history = history
        self._weights = {}

    def prepare(self, state: State, fixes: Mapping[str, Fix], *, at: datetime) -> None:
        """Find what must be timed for questions about this state; `work` does it."""
        stands, _ = self._stands(state, fixes, at)
        self._kept.prepare(self._wanted(state, stands), at=at)

    def work(self, *, budget_s: float = 0.05) -> float:
        """Time what `prepare` found, for so long at most; return how much of it is done, 1 for all."""
        return self._kept.work(budget_s=budget_s)

    def answers(
        self, state: State, fixes: Mapping[str, Fix], *, at: datetime, leaving: Collection[str] = ()
    ) -> CoverageReport:
        """Say how each department meets its targets at a moment (aware UTC), and would if some units left."""
        found = self.boards(state, fixes, at=at)
        wanted = _with_crews(state, leaving)
        counted = {stand.unit.unit.id for board in found.boards for group in board.members for stand in group}
        gone = tuple(sorted(counted & wanted))
        return CoverageReport(
            at=at,
            sequence=state.sequence,
            leaving=gone,
            covers=tuple(self._cover(board, set(gone)) for board in found.boards),
            demand=self.demand,
            unplaced=found.unplaced,
            untimed=found.untimed,
            times_at=found.times_at,
            progress=1.0 if found.is_present else self._kept.progress % 1.0,  # 0 where nobody has prepared yet
        )

    def boards(self, state: State, fixes: Mapping[str, Fix], *, at: datetime) -> Boards:
        """Set up who covers what: one board a department and target, in the order of the roster and of the targets."""
        stands, unplaced = self._stands(state, fixes, at)
        timed = {mode: self._kept.ready(mode, places, at=at) for mode, places in self._wanted(state, stands).items()}
        boards, untimed = [], set()
        for department, target in self._asked(state.roster):
            here = []
            for stand in stands.get(department.id, ()):
                if counts_for(stand.unit.unit, target):
                    known = self._kept.known(stand, timed[target.mode].times)
                    if known is None:
                        untimed.add(stand.unit.unit.id)
                    else:
                        here.append(known)
            busy = self._history.busy.get(department.id, target.busy)
            weight, times = self.weight_of(department.kind), timed[target.mode].times
            boards.append(board_of(department, target, here, times, busy=busy, weight=weight))
        times_at = min((each.since for each in timed.values()), default=at)
        is_present = all(self._kept.is_present(mode, each) for mode, each in timed.items())
        return Boards(tuple(boards), unplaced, tuple(sorted(untimed)), times_at, is_present)

    def weight_of(self, kind: str) -> NDArray[np.float64]:
        """Give the demand for a kind of department by cell, float64 (k,): the city's, moved toward its history."""
        if kind not in self._weights:
            self._weights[kind] = mixed(self.demand, self._history.places.get(kind, ())).weight
        return self._weights[kind]

    def _cover(self, board: Board, gone: set[str]) -> Cover:
        leaving = np.array([sum(stand.unit.unit.id in gone for stand in group) for group in board.members], np.int64)
        rows = np.flatnonzero(leaving)
        after = board.counts - leaving[rows] @ board.reach[rows].astype(np.int64)
        units = sum(len(group) for group in board.members)
        reached_after = reached(after, board.weight)
        code, worst = self._worst(board, after, gone, units_after=units - int(leaving.sum()))
        return Cover(
            department=board.department.id,
            kind=board.department.kind,
            target=board.target,
            busy=board.busy,
            units=units,
            units_after=units - int(leaving.sum()),
            reached=reached(board.counts, board.weight),
            reached_after=reached_after,
            expected=share(board.counts, board.weight, board.busy),
            expected_after=share(after, board.weight, board.busy),
            counts=board.counts.astype(np.int16),
            counts_after=after.astype(np.int16),
            chance=expected(board.counts, board.busy).astype(np.float32),
            chance_after=expected(after, board.busy).astype(np.float32),
            worst=worst,
            reason=reason_of(board.target, worst, code=code, reached_after=reached_after),
        )

    def _worst(
        self, board: Board, after: NDArray[np.int64], gone: set[str], *, units_after: int
    ) -> tuple[str, Worst | None]:
        """Choose what is said: what is lost, else what grows thin, else what is out of reach, else that all is well."""
        weight, busy = board.weight, board.busy
        lost = np.where((board.counts > 0) & (after == 0), weight, 0.0)
        thinner = weight * (expected(board.counts, busy) - expected(after, busy))
        bare = np.where(after == 0, weight, 0.0)
        if not units_after:
            code, harm = "cover_nobody", bare
        elif lost.sum() > LEAST_LOST:
            code, harm = "cover_lost", lost
        elif thinner.sum() > LEAST_THINNER:
            code, harm = "cover_thinner", thinner
        elif 1.0 - bare.sum() < board.target.at_least:
            code, harm = "cover_gap", bare
        else:
            return "cover_holds", None
        if not harm.sum() > 0:
            return code, None
        area, cells = worst_area(self.demand, harm)
        wait_s = middle(board.waits_s(cells, without=gone), harm[cells])
        left = int(middle(after[cells].astype(np.float64), harm[cells]))
        known_s = wait_s if np.isfinite(wait_s) else None
        if code in ("cover_lost", "cover_gap") and known_s is None:
            code = f"{code}_wholly"
        return code, Worst(self.demand.areas[area], float(harm[cells].sum()), known_s, left)

    def _asked(self, roster: Roster) -> tuple[tuple[Department, Target], ...]:
        """List the departments with their targets, without those that no unit of the roster could ever meet."""
        if self._asked_last is None or self._asked_last[0] is not roster:
            able: dict[str, set[str]] = {}
            for unit in roster.units:
                able.setdefault(unit.department, set()).update(unit.capabilities)
            asked = tuple(
                (department, target)
                for department in roster.departments
                for target in self.targets.of(department.kind)
                if department.id in able
                and (not target.capabilities or not able[department.id].isdisjoint(target.capabilities))
            )
            self._asked_last = (roster, asked)
        return self._asked_last[1]

    def _stands(
        self, state: State, fixes: Mapping[str, Fix], at: datetime
    ) -> tuple[dict[str, list[Stand]], tuple[str, ...]]:
        """Put the roads as the state has them, and gather the free units."""
        self._kept.set_roads(state, at=at)
        return free_stands(state, fixes, at=at)

    def _wanted(self, state: State, stands: Mapping[str, list[Stand]]) -> dict[str, list[Place]]:
        """List by mode the places to be timed: every station, and where free units are."""
        wanted: dict[str, dict[Place, None]] = {}
        for department, target in self._asked(state.roster):
            places = wanted.setdefault(target.mode, {})
            for station in state.roster.stations:
                if station.department == department.id:
                    places[(station.lon, station.lat)] = None
            for stand in stands.get(department.id, ()):
                if counts_for(stand.unit.unit, target):
                    places[self._kept.steady(stand)] = None
        return {mode: list(places) for mode, places in wanted.items()}


def _with_crews(state: State, leaving: Collection[str]) -> set[str]:
    """Add the vehicles whose crew leaves with others."""
    words = {state.units[unit_id].unit.cross_staffed for unit_id in leaving if unit_id in state.units} - {""}
    return {*leaving, *(unit_id for unit_id, unit in state.units.items() if unit.unit.cross_staffed in words)}
