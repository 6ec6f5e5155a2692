"""All facts of all cases as one table, kept while the log grows: only cases that changed are read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dispatch.case import Case
from dispatch.figures.duties import POST_OF, Kind, Row, rows_of, us
from dispatch.standards import Standard
from dispatch.state import State

NO_CODE = -1
PLACE_GROUPS = ("all", "area", "community", "cell", "class", "large", "source", "degree")
FACT_GROUPS = ("department", "person", "collector", "post")
GROUPS = (*PLACE_GROUPS, *FACT_GROUPS)
_COLUMNS = ("kind", "at", "due", "done", "left", "undone", "mark", "department", "person")
_TYPES = (np.int8, np.int64, np.int64, np.int64, np.int64, np.int64, np.bool_, np.int32, np.int32)
# What is counted of one collector: reports of a patrol, what was fixed on the spot, and the errands.
_COLLECTED = frozenset({Kind.VERIFY, Kind.CHECK, Kind.ON_THE_SPOT})
_MOST_DEAD = 0.25
_AT_ONCE = 1_000


class Names:
    """Number texts in the order in which they come."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._numbers: dict[str, int] = {"": NO_CODE}

    def number(self, name: str) -> int:
        """Return a text's number; `NO_CODE` for the empty one."""
        found = self._numbers.get(name)
        if found is None:
            found = self._numbers[name] = len(self.all)
            self.all.append(name)
        return found


class CaseFacts:
    """Hold the facts of the cases of a log. `refresh` takes what changed; one thread at a time."""

    def __init__(self) -> None:
        self.time_zone = "UTC"
        self.at_us = 0
        self._large: dict[str, str] = {}
        self._classes: Mapping[str, Standard] | None = None
        self._begin()

    def _begin(self) -> None:
        self.names = {group: Names() for group in GROUPS}
        self.names["collector"] = self.names["person"]
        self.names["all"].number("all")
        self._known: dict[int, Case] = {}
        self._place: dict[int, int] = {}
        self._rows_at: list[tuple[int, int]] = []
        self._used = 0
        self._dead = 0
        self._facts: dict[str, NDArray[Any]] = {
            name: np.zeros(0, kind) for name, kind in zip(_COLUMNS, _TYPES, strict=True)
        }
        self._case = np.zeros(0, np.int32)
        self._alive = np.zeros(0, np.bool_)
        self._cases: dict[str, NDArray[Any]] = {group: np.zeros(0, np.int32) for group in PLACE_GROUPS}
        self._ids = np.zeros(0, np.int64)
        self._is_merged = np.zeros(0, np.bool_)
        self._lonlat = np.zeros((0, 2))
        self._by_kind: dict[Kind, NDArray[np.int64]] | None = None

    @classmethod
    def of(cls, state: State) -> CaseFacts:
        """Return the facts of a state."""
        facts = cls()
        facts.refresh(state)
        return facts

    @property
    def count(self) -> int:
        """Return how many cases there are."""
        return len(self._place)

    @property
    def ids(self) -> NDArray[np.int64]:
        """Return the cases' numbers, int64 (cases,)."""
        return self._ids[: self.count]

    @property
    def is_merged(self) -> NDArray[np.bool_]:
        """Tell which cases were merged into another, bool (cases,)."""
        return self._is_merged[: self.count]

    @property
    def lonlat(self) -> NDArray[np.float64]:
        """Return where the cases are, float64 (cases, 2), degrees; NaN where unknown."""
        return self._lonlat[: self.count]

    def case(self, place: int) -> Case:
        """Return the case at a place of the table."""
        return self._known[int(self._ids[place])]

    def codes(self, group: str) -> NDArray[np.int32]:
        """Return each case's number in a group of places, int32 (cases,)."""
        return self._cases[group][: self.count]

    def refresh(self, state: State) -> int:
        """Take the cases of a state; return how many were read anew. A state of another log begins the table anew."""
        if state.classes is not self._classes:
            self._large = {each.id: f"{each.group} {each.large}" for each in state.classes.values()}
            self._classes = state.classes
            self._place_again()
        self.at_us = us(state.at) if state.at is not None else 0
        self.time_zone = state.time_zone
        known = self._known
        changed = [case for number, case in state.cases.items() if known.get(number) is not case]
        if len(state.cases) != len(known) + sum(case.id not in known for case in changed):
            self._begin()  # cases are never taken off a log: this is another one, or an earlier hour of it
            changed = list(state.cases.values())
        changed.sort(key=lambda case: case.id)
        for start in range(0, len(changed), _AT_ONCE):
            self._take(changed[start : start + _AT_ONCE])
        return len(changed)

    def rows(self, kind: Kind) -> NDArray[np.int64]:
        """Return where the facts of a kind stand, int64 (facts,)."""
        if self._by_kind is None:
            alive = np.flatnonzero(self._alive[: self._used])
            kinds = self._facts["kind"][alive]
            order = np.argsort(kinds, kind="stable")
            cuts = np.searchsorted(kinds[order], np.arange(len(Kind) + 1))
            self._by_kind = {each: alive[order[cuts[each] : cuts[each + 1]]] for each in Kind}
        return self._by_kind[kind]

    def column(self, name: str, rows: NDArray[np.int64]) -> NDArray[Any]:
        """Return a column (`at`, `due`, `done`, `left`, `undone`, `mark`) at some rows."""
        return self._facts[name][rows]

    def case_at(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the places of the cases that facts belong to."""
        return self._case[rows].astype(np.int64)

    def keys(self, group: str, rows: NDArray[np.int64], kind: Kind) -> NDArray[np.int64]:
        """Return the number of each fact in a group; `NO_CODE` where the group does not hold it."""
        if group in PLACE_GROUPS:
            return self._cases[group][self._case[rows]].astype(np.int64)
        if group == "post":
            post = self.names["post"].number(POST_OF.get(kind, ""))
            return np.full(len(rows), post, np.int64)
        if group == "department":
            return self._facts["department"][rows].astype(np.int64)
        people = self._facts["person"][rows].astype(np.int64)
        if group == "person" or kind in _COLLECTED:
            return people
        patrol = self.names["source"].number("patrol")
        is_own = (self._cases["source"][self._case[rows]] == patrol) & (kind is Kind.REPORTED)
        return np.where(is_own, people, NO_CODE)

    def _take(self, changed: list[Case]) -> None:
        department, person = self.names["department"].number, self.names["person"].number
        found: list[Row] = []
        owners: list[int] = []
        self._grow_cases(len(self._place) + len(changed))
        for case in changed:
            place = self._place.get(case.id)
            if place is None:
                place = self._place[case.id] = len(self._rows_at)
                self._rows_at.append((0, 0))
            start, stop = self._rows_at[place]
            self._alive[start:stop] = False
            self._dead += stop - start
            rows = rows_of(case)
            self._rows_at[place] = (self._used + len(found), self._used + len(found) + len(rows))
            found += rows
            owners += [place] * len(rows)
            self._known[case.id] = case
            self._put_case(place, case)
        self._append(found, owners, department, person)
        if self._dead > _MOST_DEAD * self._used:
            self._compact()
        self._by_kind = None

    def _append(self, found: list[Row], owners: list[int], department: Any, person: Any) -> None:
        start, stop = self._used, self._used + len(found)
        if stop > len(self._alive):
            size = max(stop + 1_000, stop * 5 // 4)
            self._facts = {name: _grown(column, size) for name, column in self._facts.items()}
            self._case, self._alive = _grown(self._case, size), _grown(self._alive, size)
        columns: list[Iterable[Any]] = list(zip(*found, strict=True)) or [()] * len(_COLUMNS)
        columns[7], columns[8] = map(department, columns[7]), map(person, columns[8])
        for name, values in zip(_COLUMNS, columns, strict=True):
            self._facts[name][start:stop] = np.fromiter(values, self._facts[name].dtype, len(found))
        self._case[start:stop] = owners
        self._alive[start:stop] = True
        self._used = stop

    def _compact(self) -> None:
        """Leave out the facts that are no more."""
        keep = np.flatnonzero(self._alive[: self._used])
        self._facts = {name: column[keep] for name, column in self._facts.items()}
        self._case, self._alive = self._case[keep], self._alive[keep]
        order = np.argsort(self._case, kind="stable")
        # The facts of a case stand together, so that they can be taken off together.
        self._facts = {name: column[order] for name, column in self._facts.items()}
        self._case = self._case[order]
        cuts = np.searchsorted(self._case, np.arange(len(self._rows_at) + 1)).tolist()
        self._rows_at = list(pairwise(cuts))
        self._used, self._dead = len(keep), 0

    def _grow_cases(self, size: int) -> None:
        if size > len(self._ids):
            size = max(size, size * 5 // 4)
            self._cases = {group: _grown(column, size) for group, column in self._cases.items()}
            self._ids, self._is_merged = _grown(self._ids, size), _grown(self._is_merged, size)
            lonlat = np.full((size, 2), np.nan)
            lonlat[: len(self._lonlat)] = self._lonlat
            self._lonlat = lonlat

    def _put_case(self, place: int, case: Case) -> None:
        self._ids[place] = case.id
        self._is_merged[place] = case.stage == "merged"
        self._lonlat[place] = (case.place.location.lon, case.place.location.lat)
        for group, name in self._group_names(case).items():
            self._cases[group][place] = self.names[group].number(name)

    def _group_names(self, case: Case) -> dict[str, str]:
        where = case.place
        return {
            "all": "all",
            "area": where.area,
            "community": where.community,
            "cell": where.cell,
            "class": case.standard_id,
            "large": self._large.get(case.standard_id, ""),
            "source": case.source,
            "degree": case.degree,
        }

    def _place_again(self) -> None:
        """Give cases their large classes by the standards that came into force."""
        for number, place in self._place.items():
            large = self._large.get(self._known[number].standard_id, "")
            self._cases["large"][place] = self.names["large"].number(large)


def _grown(column: NDArray[Any], size: int) -> NDArray[Any]:
    grown = np.zeros(size, column.dtype)
    grown[: len(column)] = column
    return grown
