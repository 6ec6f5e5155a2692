"""Where units start on the roads of one driving profile, kept until they move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dispatch.travels import Start

if TYPE_CHECKING:
    from gis.roads import Limits
    from gis.snap import Snap, SnapRows

# All that a start says, as one key: comparing five thousand records field by field took longer than the search.
_AS_KEY: Callable[[Start], tuple[Any, ...]] = attrgetter("unit_id", "lon", "lat", "heading_deg", "size")


class Starts:
    """A table of starts, one row a unit. `snap` puts new ones on the road, `kind_of` sorts vehicles by size."""

    def __init__(self, snap: Callable[[Sequence[Start]], list[Snap | None]], kind_of: Callable[[Limits], int]) -> None:
        from gis.snap import NOWHERE, SnapRows

        self._snap, self._kind_of, self._nowhere = snap, kind_of, NOWHERE
        self._row_of: dict[tuple[Any, ...], int] = {}
        self._row_of_unit: dict[str, int] = {}
        self._keys: list[tuple[Any, ...]] = []
        self.places: SnapRows = SnapRows([])
        self.kinds: NDArray[np.int64] = np.zeros(0, dtype=np.int64)

    def rows(self, starts: Sequence[Start]) -> NDArray[np.int64]:
        """Give the row of every start, int64 (k,); only those that moved since the last time are snapped."""
        keys = list(map(_AS_KEY, starts))
        rows = list(map(self._row_of.get, keys))
        if None in rows:
            new = {keys[at]: starts[at] for at, row in enumerate(rows) if row is None}
            self._take(new, frozenset(keys))
            rows = [self._row_of[key] for key in keys]
        return np.array(rows, dtype=np.int64)

    def _take(self, new: dict[tuple[Any, ...], Start], asked: frozenset[tuple[Any, ...]]) -> None:
        """Put new starts into the row of their unit, or into one of their own where its row is asked about too."""
        more: list[Snap] = []
        kinds: list[int] = []
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
                self.places.put(row, place)
                self.kinds[row] = kind
            self._row_of[key] = self._row_of_unit[start.unit_id] = row
        self.places.extend(more)
        self.kinds = np.concatenate([self.kinds, np.array(kinds, dtype=np.int64)])
