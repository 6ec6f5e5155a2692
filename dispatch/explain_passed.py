"""Say why of every unit that is passed over: thousands of rows, worked out column by column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from dispatch.explain_bound import passed_over
from dispatch.matching import IMPOSSIBLE
from dispatch.outcome import Outcome
from dispatch.passed import PassedTable, Told
from dispatch.recommendation import Passed, Reason
from dispatch.standing import OFF_SHIFT, TOO_OLD
from dispatch.too_large import too_large

K = TypeVar("K")
_LAST_MS = 2**60  # where a unit that cannot come stands among those that could


def explain_passed(outcome: Outcome) -> PassedTable:
    """Say of every unit not chosen why not.

    Those whose position is too old to tell stand first, so that one may ask them by hand; then those that could come,
    by time; then the rest by id.
    """
    sheet = _Sheet(outcome)
    lost, rest = sheet.barred()
    return sheet.table([lost, sheet.could(), rest])


class _Names(dict[K, int], Generic[K]):
    """Number names as they come."""

    def of(self, name: K) -> int:
        """Return the number of a name."""
        return self.setdefault(name, len(self))


class _Part:
    """Some rows: numbers of units, departments, reasons and needs, measures, and times."""

    def __init__(self, unit: NDArray[np.int64]) -> None:
        self.unit = unit
        self.department = np.zeros(len(unit), dtype=np.int64)
        self.reason = np.zeros(len(unit), dtype=np.int64)
        self.need = np.zeros(len(unit), dtype=np.int64)
        self.value = np.zeros(len(unit))
        self.eta_s = np.full((len(unit), 3), np.nan)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> _Part:
        """Return some rows as a part of their own."""
        other = object.__new__(_Part)
        for name in ("unit", "department", "reason", "need", "value", "eta_s"):
            setattr(other, name, getattr(self, name)[rows])
        return other


class _Sheet:
    """Gather the parts of one table."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome, self._field = outcome, outcome.field
        self._slowest = _slowest_picks(outcome)
        self._departments, self._told, self._needs = _Names[str](), _Names[Told](), _Names[str]()
        self._need_of = [self._needs.of(need.id) for need in outcome.needs]
        self._units = outcome.field.standing.roll.names  # task forces are added behind

    def _forces(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Add names of task forces, and number them."""
        if names:
            self._units = np.concatenate([self._units, np.array(names, dtype=object)])
        return np.arange(len(self._units) - len(names), len(self._units))

    def table(self, parts: Sequence[_Part]) -> PassedTable:
        """Put parts under each other."""
        return PassedTable(
            self._units[np.concatenate([part.unit for part in parts])].tolist(),
            departments=list(self._departments),
            department=np.concatenate([part.department for part in parts]),
            told=list(self._told),
            reason=np.concatenate([part.reason for part in parts]),
            value=np.concatenate([part.value for part in parts]),
            need_ids=list(self._needs),
            need=np.concatenate([part.need for part in parts]),
            eta_s=np.concatenate([part.eta_s for part in parts]),
        )

    def could(self) -> _Part:
        """Say why of those that may go, by time."""
        outcome, field = self._outcome, self._field
        part = _Part(np.concatenate([field.rows, self._forces([each.unit.unit.id for each in field.forces])]))
        totals_ms, sets = outcome.etas.totals_ms, field.set_of
        is_cut_off, is_left = totals_ms == IMPOSSIBLE, ~outcome.is_sent
        units = [*field.standing.roll.kinds, *(each.unit.unit for each in field.forces)]
        part.department = self._of_kinds([each.department for each in units])[sets]
        part.eta_s[~is_cut_off] = outcome.etas.parts_s[~is_cut_off]
        taken_ms, is_plain, slower, equal = (np.zeros(len(field.sets), dtype=np.int64) for _ in range(4))
        nearest, first = np.zeros_like(taken_ms), np.zeros_like(taken_ms)
        for number in np.flatnonzero(np.bincount(sets[is_left], minlength=len(field.sets))).tolist():
            rows = field.sets[number]
            # Every need that it fits is filled, or it would have been chosen: it came nearest to the slowest of those.
            row = max(rows, key=self._slowest.__getitem__)
            taken_ms[number], taken = self._slowest[row]
            facts = (("unit", field.candidates[taken].unit.unit.id),)
            is_plain[number] = taken >= 0 and not any(outcome.needs[each].same_station for each in rows)
            slower[number] = self._told.of(Told(Reason("slower", facts), "by_s"))
            equal[number] = self._told.of(Told(Reason("equally_fast", facts), "by_s"))
            nearest[number], first[number] = self._need_of[row], self._need_of[rows[0]]
        costs_ms = outcome.costs_ms.max(axis=0, initial=IMPOSSIBLE)
        over_ms = costs_ms - taken_ms[sets]
        part.reason = np.where(over_ms > 0, slower[sets], equal[sets])
        part.need = np.where(is_cut_off, first[sets], nearest[sets])
        part.value = _tenths(over_ms)
        part.reason[is_cut_off] = self._told.of(Told(Reason("unreachable")))
        for column in np.flatnonzero(outcome.etas.is_too_large).tolist():
            part.reason[column] = self._told.of(Told(too_large(field.candidates[column])))
        part.value[is_cut_off] = 0.0
        if outcome.is_bound:
            is_own = is_left & ~is_cut_off & (outcome.is_used | (over_ms <= 0) | (is_plain[sets] == 0))
            for column in np.flatnonzero(is_own).tolist():
                passed = passed_over(outcome, column, self._slowest)
                if passed is None:
                    is_left[column] = False
                else:
                    self._put(part, column, passed)
        left = np.flatnonzero(is_left)
        keys = np.where(is_cut_off, _LAST_MS, totals_ms)[left]
        return part.take(left[np.argsort(keys, kind="stable")])  # units stand by id, and stay so among equals

    def barred(self) -> tuple[_Part, _Part]:
        """Say why of those that may not go: first those that nobody can tell from where they would come."""
        field, roll = self._field, self._field.standing.roll
        rows = field.barred_rows
        forces = [each for each in field.barred_forces if each.unit.unit.id not in self._outcome.user_of]
        if any(self._field.candidates[column].members for column in self._outcome.row_of_pick):
            # Who goes as a part of a task force is not passed over.
            rows = rows[[roll.ids[row] not in self._outcome.user_of for row in rows.tolist()]]
        part = _Part(np.concatenate([rows, self._forces([each.unit.unit.id for each in forces])]))
        units, numbers = slice(0, len(rows)), field.numbers[rows]
        kind = roll.kind[rows]
        nothing = self._needs.of("")
        near = [self._need_of[able[0]] if able else nothing for able, _ in field.fits]
        part.need[units] = np.array(near, dtype=np.int64)[kind]
        part.department[units] = self._of_kinds([each.department for each in roll.kinds])[kind]
        part.reason[units], part.value[units] = self._reasons(numbers)
        is_lost, is_off = numbers == -TOO_OLD, numbers == -OFF_SHIFT
        part.value[units][is_lost] = np.rint(field.standing.ages_s(rows[is_lost]))
        for at in np.flatnonzero(is_off).tolist():
            part.reason[at] = self._told.of(Told(field.reason(int(rows[at]))))
        for at, each in enumerate(forces, start=len(rows)):
            near_id = self._outcome.needs[each.needs[0]].id if each.needs else ""
            self._put(part, at, Passed(each.unit.unit.id, each.unit.unit.department, each.reason, None, near_id))
        is_first = np.zeros(len(part.unit), dtype=bool)
        is_first[units] = is_lost & (part.need[units] != nothing)
        return part.take(is_first), part.take(~is_first)

    def _reasons(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Give the reasons that a field's numbers mean alike of all units, and their measures."""
        lowest = int(numbers.min(initial=0))
        stands = np.bincount(numbers - lowest) if len(numbers) else np.zeros(0, dtype=np.int64)
        told, values = np.zeros(len(stands), dtype=np.int64), np.zeros(len(stands))
        for at in np.flatnonzero(stands).tolist():
            number = at + lowest
            if number == -TOO_OLD:
                told[at] = self._told.of(Told(self._field.reason_of(number), "age_s"))
            elif number != -OFF_SHIFT:
                each, values[at] = Told.parts_of(self._field.reason_of(number))
                told[at] = self._told.of(each)
        return told[numbers - lowest], values[numbers - lowest]

    def _of_kinds(self, names: Sequence[str]) -> NDArray[np.int64]:
        return np.array([self._departments.of(name) for name in names], dtype=np.int64)

    def _put(self, part: _Part, at: int, passed: Passed) -> None:
        """Write one row of its own."""
        told, part.value[at] = Told.parts_of(passed.reason)
        part.reason[at] = self._told.of(told)
        part.department[at], part.need[at] = self._departments.of(passed.department), self._needs.of(passed.need_id)
        eta = passed.eta
        part.eta_s[at] = np.nan if eta is None else (eta.turnout_s, eta.travel_s, eta.access_s)


def _tenths(milliseconds: NDArray[np.int64]) -> NDArray[np.float64]:
    """Round to tenths of a second as `round` does; where a number lies between two, not all ways to do so agree."""
    tenths: NDArray[np.float64] = np.rint(milliseconds / 100) / 10
    for at in np.flatnonzero(milliseconds % 100 == 50).tolist():
        tenths[at] = round(int(milliseconds[at]) / 1000, 1)
    return tenths


def _slowest_picks(outcome: Outcome) -> list[tuple[int, int]]:
    """Give for every need the milliseconds and the column of the slowest unit chosen for it; -1 where there is none."""
    return [
        max(((int(outcome.costs_ms[row, column]), column) for column in columns), default=(-1, -1))
        for row, columns in enumerate(outcome.fills)
    ]
