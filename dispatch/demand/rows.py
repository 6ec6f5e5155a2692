"""Every incident of a state as a row of numbers, kept from one state to the next: what demand is counted from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from dispatch.calls import Calls
from dispatch.state import State

QUARTER_S, HOUR_S, DAY_S = 900.0, 3600.0, 86_400.0
NO_CODE = -1
MONDAY = date(1970, 1, 5)
Codes = NDArray[np.int64]
_Row = tuple[float, str, int, float, float, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """Hold which of `names` each row has: int64 (n,), NO_CODE for none."""

    codes: Codes
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DemandRows:
    """Hold n incidents in the order in which they were received.

    ids int64 (n,); at_s float64 (n,), seconds since 1970; local_s float64 (n,), seconds by the city's clock since
    Monday 5 January 1970; lonlat float64 (n, 2), NaN where it is not known. `departments` are who had a task: pairs of
    a row and a code into `departments.names`, int64 (m,) each.
    """

    ids: Codes
    at_s: NDArray[np.float64]
    local_s: NDArray[np.float64]
    lonlat: NDArray[np.float64]
    kind: Keys
    priority: Keys
    municipality: Keys
    department_row: Codes
    departments: Keys
    time_zone: str

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def hour_of_week(self) -> Codes:
        """Return the local hour of the week of each, 0 from Monday 0 h."""
        return np.asarray(np.floor(self.local_s / HOUR_S).astype(np.int64) % 168)

    @property
    def day(self) -> Codes:
        """Return the local day of each, counted from MONDAY."""
        return np.asarray(np.floor(self.local_s / DAY_S).astype(np.int64))

    def calls(self, rows: NDArray[np.bool_]) -> Calls:
        """Return some rows as the calls that forecasts learn from; departments are left out."""
        none = np.zeros(int(rows.sum()), np.int64)
        return Calls(
            self.at_s[rows], self.kind.codes[rows], none, self.lonlat[rows], self.kind.names, (), self.time_zone
        )


class RowsKeeper:
    """Turn states into rows; of an incident that has not changed nothing is read again."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Any, _Row]] = {}
        self._of: tuple[Any, Any, str] | None = None
        self._rows: DemandRows | None = None

    def rows(self, state: State) -> DemandRows:
        """Return the incidents that a state knows."""
        of = (state.incidents, state.tasks_of, state.time_zone)
        if self._rows is not None and self._of is not None and all(a is b for a, b in zip(of, self._of, strict=True)):
            return self._rows
        known: dict[int, tuple[Any, Any, _Row]] = {}
        for number, incident in state.incidents.items():
            tasks = state.tasks_of.get(number, ())
            held = self._known.get(number)
            if held is None or held[0] is not incident or held[1] is not tasks:
                place = incident.location
                owners = tuple(dict.fromkeys(state.tasks[each].department for each in tasks))
                held = (incident, tasks, (
                    incident.received_at.timestamp(), incident.kind, incident.priority, place.lon, place.lat,
                    place.municipality, owners,
                ))  # fmt: skip
            known[number] = held
        self._known, self._of = known, of
        self._rows = _rows_of([(number, each[2]) for number, each in known.items()], state.time_zone)
        return self._rows


def local_seconds(at_s: NDArray[np.float64], time_zone: str) -> NDArray[np.float64]:
    """Return seconds by the clocks of a zone since MONDAY, float64 (n,), whatever they do in spring and autumn."""
    zone, start = ZoneInfo(time_zone), datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=UTC)
    quarters, which = np.unique(np.floor(at_s / QUARTER_S), return_inverse=True)
    shifts = []
    for quarter in quarters.tolist():
        at = datetime.fromtimestamp(quarter * QUARTER_S, UTC)
        shifts.append((at.astimezone(zone).utcoffset() or timedelta()).total_seconds())
    own = np.array(shifts, dtype=np.float64)[which] if len(quarters) else np.zeros(0)
    return np.asarray(at_s - start.timestamp() + own)


def date_of(day: int) -> date:
    """Return the date of a day that is counted from MONDAY."""
    return MONDAY + timedelta(days=day)


def _rows_of(found: list[tuple[int, _Row]], time_zone: str) -> DemandRows:
    found.sort(key=lambda pair: (pair[1][0], pair[0]))
    at_s = np.array([row[0] for _, row in found], dtype=np.float64)
    owners = [row[6] for _, row in found]
    department_row = np.repeat(np.arange(len(found)), [len(each) for each in owners])
    return DemandRows(
        np.array([number for number, _ in found], dtype=np.int64),
        at_s,
        local_seconds(at_s, time_zone),
        np.array([(row[3], row[4]) for _, row in found], dtype=np.float64).reshape(-1, 2),
        keys_of([row[1] for _, row in found]),
        keys_of([str(row[2]) for _, row in found]),
        keys_of([row[5] for _, row in found]),
        department_row.astype(np.int64),
        keys_of([name for each in owners for name in each]),
        time_zone,
    )


def keys_of(names: Sequence[str]) -> Keys:
    """Number names in their order; an empty one is none."""
    known = tuple(sorted(set(names) - {""}))
    number = {name: code for code, name in enumerate(known)}
    return Keys(np.array([number.get(name, NO_CODE) for name in names], dtype=np.int64), known)
