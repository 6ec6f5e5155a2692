"""How long it takes from places where units stand to every cell of demand, kept until the roads change."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dispatch.ground import OFF_ROAD_LIMIT_M, Ground
from dispatch.ground_side import WALK_PAST_CLOSURE_M
from dispatch.travels import Roads, Start, travels_to_each

if TYPE_CHECKING:
    from gis.pinned import PinnedPlaces
    from gis.routing import Router
    from gis.snap import Snap

Place = tuple[float, float]
BATCH = 8


class CellTimes:
    """Keep the seconds by road from places (lon, lat) to k cells in one mode, with the roads as they were then.

    A cell or a place far off the roads is reached by nobody and reaches nobody: what is guessed along a straight line
    covers nothing. Belongs to the ground's thread.
    """

    def __init__(self, mode: str, lonlat: NDArray[np.float64]) -> None:
        self.mode = mode
        self._cells = lonlat
        self._rows: dict[Place, int] = {}
        self._times_s = np.empty((64, len(lonlat)), dtype=np.float32)
        self._pinned: PinnedPlaces | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, place: Place) -> bool:
        return place in self._rows

    def missing(self, places: Iterable[Place]) -> list[Place]:
        """Return the places that are not timed yet, each once, in their order."""
        return [place for place in dict.fromkeys(places) if place not in self._rows]

    def add(self, ground: Roads, places: Sequence[Place]) -> None:
        """Time places that are not timed yet."""
        new = self.missing(places)
        if not new:
            return
        first = len(self._rows)
        while first + len(new) > len(self._times_s):
            self._times_s = np.concatenate([self._times_s, np.empty_like(self._times_s)])
        self._times_s[first : first + len(new)] = self._asked(ground, new)
        self._rows.update(zip(new, range(first, first + len(new)), strict=True))

    def keep(self, places: Iterable[Place]) -> None:
        """Forget all other places, where most of what is kept is not asked for any more."""
        wanted = [place for place in dict.fromkeys(places) if place in self._rows]
        if len(self._rows) > 2 * len(wanted) + 64:
            rows = [self._rows[place] for place in wanted]
            self._times_s = np.concatenate([self._times_s[rows], np.empty((64, len(self._cells)), np.float32)])
            self._rows = {place: row for row, place in enumerate(wanted)}

    def of(self, places: Sequence[Place]) -> NDArray[np.float32]:
        """Return the seconds from places to every cell, float32 (n, k); inf where there is no way or none is known."""
        found = np.full((len(places), len(self._cells)), np.inf, dtype=np.float32)
        known = [row for row, place in enumerate(places) if place in self._rows]
        found[known] = self._times_s[[self._rows[places[row]] for row in known]]
        return found

    def to_cells(self, places: Sequence[Place], cells: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return what `of` does for some cells only, float32 (n, len(cells))."""
        rows = np.array([self._rows[place] for place in places], dtype=np.int64)
        return self._times_s[rows[:, None], cells[None, :]]

    def _asked(self, ground: Roads, places: Sequence[Place]) -> NDArray[np.float32]:
        if not len(self._cells):
            return np.empty((len(places), 0), dtype=np.float32)
        if isinstance(ground, Ground):
            router = ground.router(self.mode)
            if self._pinned is None:
                self._pinned = _pinned(ground, router, self._cells)
            return self._pinned.times_s(_snaps(ground, router, np.array(places, dtype=np.float64)))
        starts = [Start("", lon, lat) for lon, lat in places]
        cells = [(lon, lat) for lon, lat in self._cells.tolist()]
        travels = travels_to_each(ground, self.mode, starts, cells)
        columns = [np.where(each.is_estimate, math.inf, each.travel_s + each.access_s) for each in travels]
        return np.column_stack(columns).astype(np.float32)


def _pinned(ground: Ground, router: Router, lonlat: NDArray[np.float64]) -> PinnedPlaces:
    from gis.pinned import PinnedPlaces

    return PinnedPlaces(router, _snaps(ground, router, lonlat))


def _snaps(ground: Ground, router: Router, lonlat: NDArray[np.float64]) -> list[Snap | None]:
    """Put places on the road; from a closed road one walks to the nearest open one, where that is near."""
    from gis.crs import LONLAT, transformer

    xy = np.column_stack(transformer(LONLAT, ground.network.crs).transform(lonlat[:, 0], lonlat[:, 1]))
    snaps = router.snap_many(xy, limit_m=OFF_ROAD_LIMIT_M)
    arcs = np.array([(-1, -1) if snap is None else (snap.arc, snap.reverse) for snap in snaps]).reshape(-1, 2)
    is_shut = router.is_closed(arcs[:, 0]) & ((arcs[:, 1] < 0) | router.is_closed(arcs[:, 1]))
    shut = np.flatnonzero(is_shut & (arcs[:, 0] >= 0)).tolist()
    if shut:
        for row, moved in zip(shut, router.snap_to_open(xy[shut], limit_m=WALK_PAST_CLOSURE_M), strict=True):
            snaps[row] = moved or snaps[row]
    return snaps
