"""Which units and task forces may go to an incident, how soon they leave, and what stands against the rest."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from dispatch.recommendation import Reason
from dispatch.roll import Force
from dispatch.runcard import Need
from dispatch.standing import OFF_SHIFT, PLACED, TOO_OLD, Lineup, Standing, Standings
from dispatch.state import State, UnitState
from dispatch.travels import Start
from dispatch.turnout import turnout_time_s
from dispatch.whereabouts import FRESHNESS, Freshness, start_of
from resources.position import Fix
from resources.unit import Unit

__all__ = ["Barred", "Candidate", "Field", "find_candidates", "start_of", "starts_of", "turnout_time_s"]

T = TypeVar("T")
_TOO_OLD, _OFF_SHIFT, _ALREADY_SENT = map(Reason, ("position_too_old", "off_shift", "already_sent"))
Fit = tuple[tuple[int, ...], Reason | None]
_STANDINGS = Standings()
ALREADY_SENT = -3  # beside the numbers of a roll's reasons, those of kinds that fit nothing after them, and -placed


@dataclass(frozen=True, slots=True)
class Candidate:
    """One unit that may go: for which needs (their positions), from where, and after how long a turnout.

    `resources` are what sending it uses up: its id, and `crew:` with the word of a crew that it shares. A task force
    has `members`, one candidate a unit, and all that they use up; its `unit` is all of them as one, under the force's
    id, and its `start` and `turnout_s` are its leader's. It is there when the slowest of its members is.
    """

    unit: UnitState
    needs: tuple[int, ...]
    start: Start
    turnout_s: float
    fix_age_s: float | None
    members: tuple[Candidate, ...] = ()
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Barred:
    """One unit or task force that may not go, and why; `needs` are those that it could fill otherwise."""

    unit: UnitState
    needs: tuple[int, ...]
    reason: Reason


class Field:
    """All units sorted by id, then task forces by id: those that may go and those that may not.

    Thousands of units are columns here; a record of one is made when it is asked for. `rows` are the candidates' rows
    in the standing and `barred_rows` those of the rest, both int64 without the task forces; `fits` says by kind of unit
    which needs it fills, or why none. `numbers` int64 are 0 for candidates and name the reason of all other rows: one
    of the roll's, after these one of the kind's, below 0 what `Standing.placed` says or ALREADY_SENT.
    """

    def __init__(self, standing: Standing, fits: Sequence[Fit], numbers: NDArray[np.int64]) -> None:
        self.standing = standing
        self.fits = fits
        self.numbers = numbers
        self.rows = np.flatnonzero(numbers == 0)
        self.barred_rows = np.flatnonzero(numbers)
        self.forces: tuple[Candidate, ...] = ()
        self.barred_forces: tuple[Barred, ...] = ()

    @cached_property
    def candidates(self) -> Sequence[Candidate]:
        """Return who may go."""
        return _Records(self.rows, self.candidate, self.forces)

    @cached_property
    def barred(self) -> Sequence[Barred]:
        """Return who may not go."""
        return _Records(self.barred_rows, self._barred, self.barred_forces)

    @cached_property
    def sets(self) -> tuple[tuple[int, ...], ...]:
        """Return the sets of needs that candidates fill; each kind of unit has the number of its own, forces follow."""
        return (*(able for able, _ in self.fits), *(each.needs for each in self.forces))

    @cached_property
    def set_of(self) -> NDArray[np.int64]:
        """Return the number of the set of every candidate, int64 (k,)."""
        forces = len(self.fits) + np.arange(len(self.forces))
        return np.concatenate([self.standing.roll.kind[self.rows], forces])

    @cached_property
    def officers(self) -> NDArray[np.int64]:
        """Return the officers of every candidate, int64 (k,)."""
        forces = np.array([each.unit.unit.officers for each in self.forces], dtype=np.int64)
        return np.concatenate([self.standing.roll.officers[self.rows], forces])

    @cached_property
    def shared_columns(self) -> list[int]:
        """Return the columns of candidates that use up more than themselves: shared crews and task forces."""
        columns = np.flatnonzero(self.standing.roll.is_shared[self.rows]).tolist()
        return [*columns, *range(len(self.rows), len(self.rows) + len(self.forces))]

    @cached_property
    def crew_rows(self) -> NDArray[np.int64]:
        """Return the rows of all units whose way must be known: candidates, then members of forces that are none."""
        if not self.forces:
            return self.rows
        row_of = {name: row for row, name in enumerate(self.standing.roll.ids)}
        members = dict.fromkeys(row_of[member.unit.unit.id] for each in self.forces for member in each.members)
        here = set(self.rows.tolist())
        return np.concatenate([self.rows, np.array([row for row in members if row not in here], dtype=np.int64)])

    def crews_of(self, column: int) -> tuple[int, ...]:
        """Return the positions in `crew_rows` of a candidate: one, or those of a task force's members."""
        if column < len(self.rows):
            return (column,)
        return tuple(self._crew_of[member.unit.unit.id] for member in self.forces[column - len(self.rows)].members)

    @cached_property
    def _crew_of(self) -> dict[str, int]:
        return {self.standing.roll.ids[row]: number for number, row in enumerate(self.crew_rows.tolist())}

    def starts(self) -> Lineup:
        """Return from where all units count whose way must be known."""
        return Lineup(self.standing, self.crew_rows)

    def candidate(self, row: int) -> Candidate:
        """Return the record of a unit that stands somewhere, by its row in the standing."""
        each, start = self.standing.roll.rows[row], self.standing.starts[row]
        assert start is not None
        able, turnout_s = self.fits[each.kind][0], float(self.standing.turnout_s[row])
        return Candidate(each.unit, able, start, turnout_s, self.standing.age_s(row), (), each.resources)

    def reason(self, row: int) -> Reason:
        """Say why a unit that is barred may not go."""
        number = int(self.numbers[row])
        found = self.reason_of(number) if number >= 0 or number == ALREADY_SENT else self.standing.against(row)
        assert found is not None
        return found

    def reason_of(self, number: int) -> Reason:
        """Return the reason that `numbers` mean alike of all units; of what `placed` says it lacks the parameters."""
        if number < 0:
            return {-TOO_OLD: _TOO_OLD, -OFF_SHIFT: _OFF_SHIFT, ALREADY_SENT: _ALREADY_SENT}[number]
        reasons = self.standing.roll.reasons
        found = reasons[number] if number < len(reasons) else self.fits[number - len(reasons)][1]
        assert found is not None
        return found

    def _barred(self, row: int) -> Barred:
        each = self.standing.roll.rows[row]
        return Barred(each.unit, self.fits[each.kind][0], self.reason(row))


class _Records(Sequence[T], Generic[T]):
    """Records of rows, each made when it is first asked for, and then those of task forces."""

    def __init__(self, rows: NDArray[np.int64], make: Callable[[int], T], forces: Sequence[T]) -> None:
        self._rows: list[int] = rows.tolist()
        self._make = make
        self._made: list[T | None] = [*([None] * len(self._rows)), *forces]

    def __len__(self) -> int:
        return len(self._made)

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[T]: ...
    def __getitem__(self, at: int | slice) -> T | Sequence[T]:
        if isinstance(at, slice):
            return tuple(self[each] for each in range(*at.indices(len(self))))
        found = self._made[at]
        if found is None:
            found = self._made[at] = self._make(self._rows[at])
        return found


def find_candidates(
    state: State,
    fixes: Mapping[str, Fix],
    needs: Sequence[Need],
    filled: Sequence[Need],
    *,
    incident_id: int | None,
    at: datetime,
    leaving: Collection[str] = (),
    freshness: Freshness = FRESHNESS,
) -> Field:
    """Sort every unit of the state into those that may fill one of `needs` and those that may not.

    `filled` are needs of the card that units on their way fill already; `at` is the moment asked about (aware UTC).
    A task force stands there only where a need asks for what it can do. Units `leaving` count although they are on
    their way to something; who still turns out for that has a part of the turnout behind it.
    """
    wanted: dict[str, list[int]] = {}
    for position, need in enumerate(needs):
        for capability in need.any_of:
            wanted.setdefault(capability, []).append(position)
    already = {capability for need in filled for capability in need.any_of}
    standing = _STANDINGS.of(state, fixes, at, freshness)
    roll = standing.roll
    fits = [_fit(unit, wanted, needs, already) for unit in roll.kinds]
    numbers = roll.against + roll.busy  # one of the two at most
    if incident_id is not None:
        numbers[(roll.busy > 0) & (roll.bound_to == incident_id)] = ALREADY_SENT
    if leaving:
        numbers[[row for row, name in enumerate(roll.ids) if name in leaving]] = 0
    misfits = [0 if misfit is None else len(roll.reasons) + kind for kind, (_, misfit) in enumerate(fits)]
    free = numbers == 0
    numbers[free] = np.array(misfits, dtype=np.int64)[roll.kind[free]]
    np.copyto(numbers, -standing.placed, where=(numbers == 0))
    field = Field(standing, fits, numbers)
    if roll.forces and wanted:
        _add_forces(field, wanted, needs)
    return field


def starts_of(state: State, fixes: Mapping[str, Fix], unit_ids: Collection[str], *, at: datetime) -> Lineup:
    """Return from where units of the state count at a moment (aware), as far as anybody can tell."""
    standing = _STANDINGS.of(state, fixes, at, FRESHNESS)
    ids, placed = standing.roll.ids, standing.placed
    known = [bisect_left(ids, unit_id) for unit_id in sorted(unit_ids) if unit_id in state.units]
    return Lineup(standing, np.array([row for row in known if placed[row] == PLACED], dtype=np.int64))


def _member(field: Field, row: int) -> Candidate | None:
    """Place one unit of a task force; None where it cannot go."""
    roll, standing = field.standing.roll, field.standing
    if field.numbers[row] == 0:
        return field.candidate(row)
    unit = roll.rows[row].unit.unit
    if roll.against[row] or roll.busy[row] or unit.crew < unit.min_crew or standing.placed[row] != PLACED:
        return None
    return replace(field.candidate(row), needs=())


def _add_forces(field: Field, wanted: Mapping[str, Sequence[int]], needs: Sequence[Need]) -> None:
    """Add the task forces that a need asks for; one that is not complete is barred by its first unit that lacks."""
    candidates: list[Candidate] = []
    barred: list[Barred] = []
    row_of = {name: row for row, name in enumerate(field.standing.roll.ids)}
    for force in field.standing.roll.forces:
        if force.whole is None or wanted.keys().isdisjoint(force.whole.capabilities):
            continue
        able, against = _fit(force.whole, wanted, needs, set())
        members = [_member(field, row_of[member.id]) for member in force.members]
        as_unit = UnitState(force.whole, force.members[0].unit.status, force.members[0].unit.since)
        lacking = _lacking(force, members)
        if against is None and lacking:
            against = Reason("force_incomplete", (("unit", lacking),))
        there = tuple(member for member in members if member is not None)
        if against is not None:
            barred.append(Barred(as_unit, able, against))
            continue
        ages_s = [each.fix_age_s for each in there if each.fix_age_s is not None]
        uses = tuple(dict.fromkeys(each for member in there for each in member.resources))
        candidates.append(
            Candidate(as_unit, able, there[0].start, there[0].turnout_s, max(ages_s, default=None), there, uses)
        )
    field.forces, field.barred_forces = tuple(candidates), tuple(barred)


def _lacking(force: Force, members: Sequence[Candidate | None]) -> str:
    """Name the first unit of a task force that cannot go, or whose crew goes with an earlier one; empty: none."""
    if force.missing:
        return force.missing
    used: set[str] = set()
    for row, member in zip(force.members, members, strict=True):
        if member is None or not used.isdisjoint(member.resources):
            return row.id
        used.update(member.resources)
    return ""


def _fit(unit: Unit, wanted: Mapping[str, Sequence[int]], needs: Sequence[Need], already: set[str]) -> Fit:
    """Tell which needs a unit fills by capability, department, crew and equipment.

    Where it fills none, a reason, with the needs that it has a capability for.
    """
    able = tuple(sorted({row for capability in unit.capabilities for row in wanted.get(capability, ())}))
    if not able:
        if already.intersection(unit.capabilities):
            return (), Reason("need_filled")
        return (), Reason("wrong_capability", (("has", ", ".join(unit.capabilities)),))
    own = [position for position in able if needs[position].department in ("", unit.department)]
    if not own:
        return able, Reason("other_department", (("wanted", needs[able[0]].department),))
    manned = [position for position in own if unit.crew >= max(needs[position].min_crew, unit.min_crew)]
    if not manned:
        least = max(unit.min_crew, min(needs[position].min_crew for position in own))
        return able, Reason("crew_too_small", (("crew", unit.crew), ("wanted", least)))
    fitting = tuple(position for position in manned if set(needs[position].equipment) <= set(unit.equipment))
    if not fitting:
        lacks = [word for word in needs[manned[0]].equipment if word not in unit.equipment]
        return able, Reason("lacks_equipment", (("lacks", ", ".join(lacks)),))
    return fitting, None
