"""Where units start on the roads of one driving profile, kept until they move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from numpy.typing import NDArray

from dispatch.standing import Lineup
from dispatch.travels import Start

if TYPE_CHECKING:
    from gis.roads import Limits
    from gis.snapped import Snap, SnapRows

# All that a start says, as one key: comparing five thousand records field by field took longer than the search.
_AS_KEY: Callable[[Start], tuple[Any, ...]] = attrgetter("unit_id", "lon", "lat", "heading_deg", "size", "speed_mps")


class Some(Sequence[Start]):
    """Some of many starts, each looked up when it is asked for."""

    def __init__(self, starts: Sequence[Start], rows: NDArray[np.int64]) -> None:
        self._starts, self._rows = starts, rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Start: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Start]: ...
    def __getitem__(self, at: int | slice) -> Start | Sequence[Start]:
        return Some(self._starts, self._rows[at]) if isinstance(at, slice) else self._starts[int(self._rows[at])]


class Starts:
    """A table of starts, one row a unit. `snap` puts new ones on the road, `kind_of` sorts vehicles by size."""

    def __init__(self, snap: Callable[[Sequence[Start]], list[Snap | None]], kind_of: Callable[[Limits], int]) -> None:
        from gis.snapped import NOWHERE, SnapRows

        self._snap, self._kind_of, self._nowhere = snap, kind_of, NOWHERE
        self._row_of: dict[tuple[Any, ...], int] = {}
        self._row_of_unit: dict[str, int] = {}
        self._keys: list[tuple[Any, ...]] = []
        self._puts = 0
        self._put_at: NDArray[np.int64] = np.zeros(0, dtype=np.int64)  # by row: how many had been put when it was
        self._known: _Known | None = None
        self.places: SnapRows = SnapRows([])
        self.kinds: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def rows(self, starts: Sequence[Start]) -> NDArray[np.int64]:
        """Give the row of every start, int64 (k,); only those that moved since the last time are snapped."""
        if isinstance(starts, Lineup):
            return self._rows_of(starts)
        keys = list(map(_AS_KEY, starts))
        rows = list(map(self._row_of.get, keys))
        if None in rows:
            new = {keys[at]: starts[at] for at, row in enumerate(rows) if row is None}
            self._take(new, frozenset(keys))
            rows = [self._row_of[key] for key in keys]
        return np.array(rows, dtype=np.int64)

    def _rows_of(self, lineup: Lineup) -> NDArray[np.int64]:
        """Do what `rows` does, and look only at starts that are not those of the last time, or lost their row since."""
        known, asked = self._known, lineup.rows
        if known is None or known.line is not lineup.standing.line:
            known = self._known = _Known(lineup.standing.line, len(lineup.standing.starts))
        stamps = lineup.standing.stamps[asked]
        is_new = known.stamps[asked] != stamps
        if len(self._put_at):
            is_new |= self._put_at[known.rows[asked]] != known.put_at[asked]
        if is_new.any():
            new = asked[is_new]
            rows = self.rows(list(Lineup(lineup.standing, new)))
            known.rows[new], known.put_at[new], known.stamps[new] = rows, self._put_at[rows], stamps[is_new]
        return known.rows[asked]

    def _take(self, new: dict[tuple[Any, ...], Start], asked: frozenset[tuple[Any, ...]]) -> None:
        """Put new starts into the row of their unit, or into one of their own where its row is asked about too."""
        more: list[Snap] = []
        kinds: list[int] = []
        moved: list[tuple[int, Snap]] = []
        puts: list[tuple[int, int]] = []
        for (key, start), snap in zip(new.items(), self._snap(list(new.values())), strict=True):
            place, kind = snap or self._nowhere, self._kind_of(start.size)
            row = self._row_of_unit.get(start.unit_id)
            if row is None or self._keys[row] in asked:
                row = len(self._keys)
                self._keys.append(key)
                more.append(place)
                kinds.append(kind)
            else:
                del self._row_of[self._keys[row]]
                self._keys[row] = key
                moved.append((row, place))
                self.kinds[row] = kind
            self._row_of[key] = self._row_of_unit[start.unit_id] = row
            self._puts += 1
            puts.append((row, self._puts))
        self.places.put([row for row, _ in moved], [place for _, place in moved])
        self.places.extend(more)
        self.kinds = np.concatenate([self.kinds, np.array(kinds, dtype=np.int64)])
        self._put_at = np.concatenate([self._put_at, np.zeros(len(more), dtype=np.int64)])
        for row, number in puts:
            self._put_at[row] = number


class _Known:
    """Say in which row of the table each row of a fleet's standing is, by which stamp, and put there as which."""

    def __init__(self, line: object, rows: int) -> None:
        self.line = line
        self.rows = np.zeros(rows, dtype=np.int64)
        self.stamps = np.full(rows, -1, dtype=np.int64)
        self.put_at = np.full(rows, -1, dtype=np.int64)
