"""Turn the state and the positions into a table of units, again each second: only what changed is worked out anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import compress
from operator import is_not

import numpy as np

from dispatch.state import State
from dispatch.unit_state import UnitState
from maps.live import AT_HOME_M, LEAST_SPEED_MPS, MOVING, NOTHING, Projected, Selection
from maps.unit_table import NO_UNITS, UnitTable
from resources.position import Fix
from resources.status import FREE, Status

STATUSES = tuple(status.value for status in Status)
_CODE_OF = {status: code for code, status in enumerate(Status)}
_MAY_MOVE = np.array([status in MOVING for status in Status])
_IS_FREE = np.array([status in FREE for status in Status])


class UnitRows:
    """Keep the units' columns between two looks.

    What is kept: the roster's part (ids, departments, homes) until a unit comes, goes or changes its record, a unit's
    status until its record in the state is another object, a position until its fix is another object. Rows are sorted
    by id. The tables that were handed out are never changed.
    """

    def __init__(self) -> None:
        self._units: object = None
        self._departments: object = None
        self._city: object = None
        self._known: list[UnitState] = []
        self._ids: tuple[str, ...] = ()
        self._fixes: list[Fix | None] = []

    def table(
        self,
        state: State,
        fixes: Mapping[str, Fix],
        city: Projected,
        *,
        selection: Selection = NOTHING,
        at: datetime,
    ) -> UnitTable:
        """Make the table of all units on the roster, at their last position or, without one, at their home."""
        if state.departments is not self._departments or city is not self._city:
            self._begin(state, city)
        elif state.units is not self._units:
            self._follow(state, city)
        if not self._ids:
            return NO_UNITS
        self._take(fixes, city)
        now_s = at.timestamp()
        is_at_home = np.hypot(*(self._xy - self._home_xy).T) <= AT_HOME_M
        moves = _MAY_MOVE[self._status] & self._has_pace
        chosen = np.zeros(len(self._ids), bool)
        rows = [self._row_of[unit_id] for unit_id in selection.unit_ids if unit_id in self._row_of]
        chosen[rows] = True
        return UnitTable(
            self._ids,
            self._ids,
            self._department_kinds,
            self._department,
            STATUSES,
            self._status.copy(),
            self._xy.copy(),
            np.where(moves, self._heading, np.nan),
            np.maximum(now_s - self._fixed_s, 0.0),
            chosen,
            self._distress.copy(),
            self._speak.copy(),
            is_at_home & _IS_FREE[self._status] & ~self._is_bound,
        )

    def _begin(self, state: State, city: Projected) -> None:
        self._units, self._departments, self._city = state.units, state.departments, city
        self._known = sorted((one for one in state.units.values() if one.on_roster), key=lambda one: one.unit.id)
        self._ids = tuple(one.unit.id for one in self._known)
        self._row_of = {unit_id: row for row, unit_id in enumerate(self._ids)}
        count = len(self._ids)
        kinds = [
            department.kind if (department := state.departments.get(one.unit.department)) else "other"
            for one in self._known
        ]
        self._department_kinds = tuple(sorted(set(kinds)))
        code_of = {kind: code for code, kind in enumerate(self._department_kinds)}
        self._department = np.array([code_of[kind] for kind in kinds], np.uint8)
        lonlat = np.array([(one.unit.lon, one.unit.lat) for one in self._known], np.float64).reshape(-1, 2)
        self._home_xy = np.stack(city.to_metric(*lonlat.T), axis=1) if count else np.empty((0, 2))
        self._status, self._is_bound, self._distress, self._speak = (
            np.zeros(count, np.uint8),
            *(np.zeros(count, bool) for _ in range(3)),
        )
        for row, one in enumerate(self._known):
            self._note(row, one)
        self._fixes = [None] * count
        self._xy = self._home_xy.copy()
        self._heading = np.full(count, np.nan)
        self._fixed_s = np.full(count, np.nan)
        self._has_pace = np.zeros(count, bool)

    def _follow(self, state: State, city: Projected) -> None:
        """Take over the records that changed; a unit that came, went or was changed on the roster begins anew."""
        self._units = state.units
        seen = 0
        for one in state.units.values():
            if not one.on_roster:
                continue
            row = self._row_of.get(one.unit.id)
            seen += 1
            if row is None or self._known[row].unit is not one.unit:
                self._begin(state, city)
                return
            if self._known[row] is not one:
                self._known[row] = one
                self._note(row, one)
        if seen != len(self._ids):
            self._begin(state, city)

    def _note(self, row: int, one: UnitState) -> None:
        self._status[row] = _CODE_OF[one.status]
        self._is_bound[row] = bool(one.assignment_id)
        self._distress[row] = one.distress_at is not None
        self._speak[row] = one.speak_at is not None

    def _take(self, fixes: Mapping[str, Fix], city: Projected) -> None:
        # No tuple a unit: thousands of new objects a second would call the search for garbage.
        found = list(map(fixes.get, self._ids))
        changed = np.fromiter(map(is_not, found, self._fixes), bool, len(found))
        if not changed.any():
            return
        self._fixes = found
        rows = np.flatnonzero(changed)
        reports = [fix for fix in compress(found, changed) if fix is not None]
        if len(reports) < len(rows):
            is_gone = np.fromiter((found[row] is None for row in rows.tolist()), bool, len(rows))
            gone, rows = rows[is_gone], rows[~is_gone]
            self._xy[gone], self._heading[gone], self._fixed_s[gone] = self._home_xy[gone], np.nan, np.nan
            if not reports:
                return
        lon, lat = np.array([fix.lon for fix in reports]), np.array([fix.lat for fix in reports])
        self._xy[rows] = np.stack(city.to_metric(lon, lat), axis=1)
        self._heading[rows] = np.array([fix.heading_deg for fix in reports], np.float64)  # None becomes NaN
        pace = np.array([fix.speed_mps for fix in reports], np.float64)
        self._has_pace[rows] = np.isnan(pace) | (pace >= LEAST_SPEED_MPS)
        # A place that no device reported is as one that nobody knows the age of.
        aged = [fix.fixed_at.timestamp() if fix.is_reported else np.nan for fix in reports]
        self._fixed_s[rows] = np.array(aged, np.float64)


def unit_marks(
    state: State, fixes: Mapping[str, Fix], city: Projected, *, selection: Selection = NOTHING, at: datetime
) -> UnitTable:
    """Make the marks of all units on the roster once; whoever asks again and again keeps a `UnitRows`."""
    return UnitRows().table(state, fixes, city, selection=selection, at=at)
