"""The instants of all responses and incidents as columns, kept while the log grows: only what changed is read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dispatch.figures.facts import NO_CODE, Names
from dispatch.history.past import NO_DISPATCH, NOT_IN_FILE, SENT_ELSEWHERE
from dispatch.incident import Assignment, Incident
from dispatch.runcard import RunCard
from dispatch.state import State
from dispatch.uncollected import uncollected

BLANK = np.iinfo(np.int64).min  # an instant that nobody recorded; never zero
PART = 1_000  # records that are read together
_INSTANTS = ("assigned_at", "en_route_at", "on_scene_at", "transporting_at", "at_destination_at", "released_at")
Record = TypeVar("Record")
_RESPONSES: dict[str, Any] = {
    "incident": np.int32, "unit": np.int32, "assigned": np.int64, "en_route": np.int64, "on_scene": np.int64,
    "transporting": np.int64, "at_destination": np.int64, "released": np.int64, "is_open": np.bool_,
}  # fmt: skip
_INCIDENTS: dict[str, Any] = {
    "number": np.int64, "received": np.int64, "reopened": np.int64, "kind": np.int32, "priority": np.int16,
    "lon": np.float64, "lat": np.float64, "municipality": np.int32, "is_open": np.bool_,
}  # fmt: skip
# A history says by these that an instant is not its file's but the teller's own.
_ASSUMED = frozenset({NOT_IN_FILE, SENT_ELSEWHERE})


class TimesTable:
    """Hold the instants of a log: microseconds since 1970, int64, `BLANK` for none. One thread at a time.

    A response is one unit's assignment to one incident. Columns of responses: `incident` (place in the incidents'
    columns), `unit` (number in `units`), `assigned`, `en_route`, `on_scene`, `transporting`, `at_destination`,
    `released`, `is_open`. Of incidents: `number`, `received`, `reopened`, `kind` (number in `kinds`), `priority`,
    `lon`, `lat`, `municipality` (number in `municipalities`), `is_open`.
    """

    def __init__(self) -> None:
        self.time_zone = "UTC"
        self.at_us: int = BLANK
        self.cards: Mapping[str, RunCard] = {}
        self._begin()

    def _begin(self) -> None:
        self.units, self.kinds, self.municipalities = Names(), Names(), Names()
        self.unit_facts: tuple[tuple[str, str, str, frozenset[str]], ...] = ()
        self._incidents = _Columns(_INCIDENTS)
        self._responses = _Columns(_RESPONSES)

    @classmethod
    def of(cls, state: State) -> TimesTable:
        """Return the table of a state."""
        table = cls()
        table.refresh(state)
        return table

    def responses(self, name: str) -> NDArray[Any]:
        """Return a column of the responses, one place each."""
        return self._responses.column(name)

    def incidents(self, name: str) -> NDArray[Any]:
        """Return a column of the incidents, one place each."""
        return self._incidents.column(name)

    def refresh(self, state: State) -> int:
        """Take what changed in a state; return how much was read anew. A state of another log begins it anew."""
        self.time_zone, self.at_us, self.cards = state.time_zone, _us(state.at), state.cards
        with uncollected():
            count = self._refresh(state)
        self._know_units(state)
        return count

    def _refresh(self, state: State) -> int:
        known = len(self._incidents.known), len(self._responses.known)
        if known[0] > len(state.incidents) or known[1] > len(state.assignments):
            self._begin()  # nothing is ever taken off a log: this is another one, or an earlier hour of it
        incidents = self._incidents.changed(state.incidents)
        responses = self._responses.changed(state.assignments)
        known = len(self._incidents.known), len(self._responses.known)
        if known != (len(state.incidents), len(state.assignments)):
            self._begin()
            incidents = self._incidents.changed(state.incidents)
            responses = self._responses.changed(state.assignments)
        # A map has no order of its own; equal logs give equal rows.
        self._take_incidents(sorted(incidents, key=attrgetter("id")))
        self._take_responses(responses)
        return len(incidents) + len(responses)

    def _take_incidents(self, changed: list[Incident]) -> None:
        kind, town = self.kinds.number, self.municipalities.number

        def columns(some: list[Incident]) -> dict[str, NDArray[Any]]:
            number = np.array([each.id for each in some], np.int64)
            received, reopened = _all_us(some, ("received_at", "reopened_at"))
            places = [each.location for each in some]
            return {
                "number": number, "received": received, "reopened": reopened,
                "kind": np.array([kind(each.kind) for each in some], np.int32),
                "priority": np.array([each.priority for each in some], np.int16),
                "lon": np.array([place.lon for place in places], np.float64),
                "lat": np.array([place.lat for place in places], np.float64),
                "municipality": np.array([town(place.municipality) for place in places], np.int32),
                "is_open": np.array([each.closed_at is None for each in some], np.bool_),
            }  # fmt: skip

        self._incidents.put([each.id for each in changed], _in_parts(changed, columns))

    def _take_responses(self, changed: list[Assignment]) -> None:
        unit = self.units.number

        def columns(some: list[Assignment]) -> dict[str, NDArray[Any]]:
            found = dict(zip((name.removesuffix("_at") for name in _INSTANTS), _all_us(some, _INSTANTS), strict=True))
            found["is_open"], found["sent"] = found["released"] == BLANK, found["assigned"].copy()
            found["incident"] = np.array([each.incident_id for each in some], np.int64)
            found["unit"] = np.array([unit(each.unit_id) for each in some], np.int32)
            found["assigned"][[each.override_reason == NO_DISPATCH for each in some]] = BLANK
            found["released"][[each.release_reason in _ASSUMED for each in some]] = BLANK
            return found

        whole = _in_parts(changed, columns)
        whole["incident"] = self._places(whole["incident"])
        ranks = np.argsort(np.argsort(np.array([*self.units.all, ""]), kind="stable"), kind="stable")
        order = np.lexsort((ranks[whole["unit"]], whole.pop("sent"), whole["incident"]))
        keys = [changed[row].id for row in order.tolist()]
        self._responses.put(keys, {name: column[order] for name, column in whole.items()})

    def _places(self, numbers: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the places of incidents by their numbers; NO_CODE for one that is not known."""
        known = self.incidents("number")
        if not len(known):
            return np.full(len(numbers), NO_CODE, np.int32)
        order = np.argsort(known, kind="stable")
        at = np.minimum(np.searchsorted(known[order], numbers), len(known) - 1)
        return np.where(known[order[at]] == numbers, order[at], NO_CODE).astype(np.int32)

    def _know_units(self, state: State) -> None:
        """Take where units belong by the roster as it is now: department, its kind, station, capabilities."""
        found = []
        for name in self.units.all:
            known = state.units.get(name)
            if known is None:
                found.append(("", "", "", frozenset[str]()))
                continue
            unit = known.unit
            department = state.departments.get(unit.department)
            kind = department.kind if department is not None else ""
            found.append((unit.department, kind, unit.station, frozenset(unit.capabilities)))
        self.unit_facts = tuple(found)


class _Columns:
    """Rows by key, as columns that grow; a row that changes keeps its place."""

    def __init__(self, types: Mapping[str, Any]) -> None:
        self.known: dict[Any, Any] = {}
        self.place: dict[Any, int] = {}
        self._columns: dict[str, NDArray[Any]] = {name: np.zeros(0, kind) for name, kind in types.items()}

    def column(self, name: str) -> NDArray[Any]:
        """Return a column."""
        return self._columns[name][: len(self.place)]

    def changed(self, records: Mapping[Any, Any]) -> list[Any]:
        """Take the records that are not those known; return them, in no order."""
        known = self.known
        if not known:
            known.update(records.items())
            return list(known.values())
        found = [(key, record) for key, record in records.items() if known.get(key) is not record]
        known.update(found)
        return [record for _, record in found]

    def put(self, keys: list[Any], values: Mapping[str, Any]) -> None:
        """Put rows in their places."""
        if not self.place:
            self.place = dict(zip(keys, range(len(keys)), strict=True))
        else:
            for key in keys:
                self.place.setdefault(key, len(self.place))
        size = len(self.place)
        rows = np.fromiter(map(self.place.__getitem__, keys), np.int64, len(keys))
        for name, column in self._columns.items():
            if size > len(column):
                grown = np.zeros(max(size, len(column) * 5 // 4), column.dtype)
                grown[: len(column)] = column
                self._columns[name] = column = grown
            column[rows] = np.asarray(values[name], column.dtype)


def _in_parts(
    records: list[Record], columns: Callable[[list[Record]], dict[str, NDArray[Any]]]
) -> dict[str, NDArray[Any]]:
    """Make columns of records some at a time: all that is read of a record is read while it is at hand in memory."""
    parts = [columns(records[begin : begin + PART]) for begin in range(0, max(1, len(records)), PART)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _all_us(records: Sequence[Any], names: tuple[str, ...]) -> NDArray[np.int64]:
    """Return instants of records as microseconds, int64 (names, records), BLANK for none.

    `timestamp` of an aware instant is exact to less than half of one.
    """
    stamp: Callable[[datetime], float] = datetime.timestamp
    get = attrgetter(*names)
    rows = map(get, records) if len(names) > 1 else zip(map(get, records), strict=True)
    flat = (np.nan if at is None else stamp(at) for at in chain.from_iterable(rows))
    seconds = np.fromiter(flat, np.float64, len(records) * len(names))
    is_known = np.isfinite(seconds)
    found = np.full(len(seconds), BLANK, np.int64)
    found[is_known] = np.rint(seconds[is_known] * 1e6).astype(np.int64)
    return np.ascontiguousarray(found.reshape(-1, len(names)).T)


def _us(at: datetime | None) -> int:
    return BLANK if at is None else round(at.timestamp() * 1e6)
