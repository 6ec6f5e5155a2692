"""Which stations to hold with so many units free: a table that people agree on, the simple way to move units up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dispatch.coverage import Coverage
from dispatch.coverage_board import Board, counts_for
from dispatch.coverage_maths import greedy_sites
from dispatch.move_ups import MoveUp, Placing
from dispatch.state import State
from resources.position import Fix

NO_WAY_MIN = 1e6


@dataclass(frozen=True, slots=True)
class ComplianceTable:
    """Say for a department (its id) and a target which stations to hold with 1, 2, 3 … units free, in order.

    `hold` has a row for each number of free units; a station may stand in a row several times. With more units free
    than there are rows the last row counts.
    """

    department: str
    target: str
    hold: tuple[tuple[str, ...], ...]

    def row(self, free: int) -> tuple[str, ...]:
        """Return the stations to hold with so many units free."""
        return self.hold[min(free, len(self.hold)) - 1] if free and self.hold else ()


@dataclass(frozen=True, slots=True)
class TableMoves:
    """Hold tables with what brings the free units to the stations that they say."""

    tables: tuple[ComplianceTable, ...]
    moves: tuple[MoveUp, ...]


def made_tables(
    coverage: Coverage, state: State, fixes: Mapping[str, Fix], *, at: datetime
) -> tuple[ComplianceTable, ...]:
    """Make a table for each department's first target: each row adds the station that covers most (greedy MEXCLP)."""
    tables = []
    for board in _first_boards(coverage, state, fixes, at):
        placing = Placing(coverage, state, (board,), at=at)
        turnouts = Counter(each.turnout for each in state.roster.units if each.department == board.department.id)
        usual = min(turnouts, key=lambda turnout: (-turnouts[turnout], turnout), default="")
        able = [
            unit
            for unit in state.roster.units
            if unit.department == board.department.id and counts_for(unit, board.target)
        ]
        order = [
            placing.stations[site].id
            for site in greedy_sites(placing.from_stations(0, usual), board.weight, board.busy, len(able))
        ]
        rows = tuple(tuple(order[: count + 1]) for count in range(len(order)))
        tables.append(ComplianceTable(board.department.id, board.target.id, rows))
    return tuple(tables)


def table_moves(
    tables: Collection[ComplianceTable],
    coverage: Coverage,
    state: State,
    fixes: Mapping[str, Fix],
    *,
    at: datetime,
    leaving: Collection[str] = (),
) -> tuple[MoveUp, ...]:
    """Propose what brings the free units to the stations that the tables hold, with the fewest minutes driven.

    The stations named first come first, as many as the rules of move-ups allow. No drive is longer than these allow,
    and no unit moves that may not; what cannot be held stays open.
    """
    from scipy.optimize import linear_sum_assignment

    rules = coverage.targets.move_up
    by_key = {(table.department, table.target): table for table in tables}
    found: list[MoveUp] = []
    for board in coverage.boards(state, fixes, at=at).boards:
        table = by_key.get((board.department.id, board.target.id))
        if table is None:
            continue
        placing = Placing(coverage, state, (board,), at=at, leaving=leaving)
        units = sorted(placing.stands)
        number = {station.id: place for place, station in enumerate(placing.stations)}
        slots = [number[station] for station in table.row(len(units)) if station in number]
        if not slots:
            continue
        minutes = placing.minutes(units)
        minutes = np.where(minutes <= rules.longest_min, minutes, NO_WAY_MIN)
        movable = set(placing.movable(rules))
        for at_row, unit_id in enumerate(units):
            waits_at = number.get(placing.stands[unit_id].unit.station)
            minutes[at_row] = minutes[at_row] if unit_id in movable else NO_WAY_MIN
            if waits_at is not None:
                minutes[at_row, waits_at] = 0.0
        table_min = minutes[:, slots]
        pairs = zip(*(each.tolist() for each in linear_sum_assignment(table_min)), strict=True)
        held = sorted((slot, row) for row, slot in pairs if 0.0 < table_min[row, slot] < NO_WAY_MIN)
        for slot, row in held[: rules.most]:
            driven = float(table_min[row, slot])
            found.append(placing.move(units[row], slots[slot], minutes=driven, code="move_up_table"))
    return tuple(found)


def _first_boards(coverage: Coverage, state: State, fixes: Mapping[str, Fix], at: datetime) -> list[Board]:
    first: dict[str, Board] = {}
    for board in coverage.boards(state, fixes, at=at).boards:
        first.setdefault(board.department.id, board)
    return list(first.values())
