"""The time on every arc as it counts now: what the profile says, quicker or slower, and closed."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from gis.profile import INFINITE, LONGEST_MS, Profile
from gis.roads import RoadNetwork, gather


class ArcTimes:
    """Hold the milliseconds on the arcs of a network for one profile.

    `open_ms` uint32 (m,) is what the profile alone says and `weights_ms` uint32 (m,) what counts now, INFINITE where
    closed; `closed` int64 (k,) are the arcs closed now, ascending. Each is another array after a change.
    """

    def __init__(self, network: RoadNetwork, profile: Profile) -> None:
        self._network = network
        self.open_ms = profile.weights_ms(network)
        self.weights_ms = self.open_ms
        self.closed = np.zeros(0, dtype=np.int64)
        self._driven_ms = self.open_ms
        self._slow: dict[int, float] = {}
        self._factors: NDArray[np.float32] | None = None

    def put(
        self,
        *,
        closed: Iterable[int],
        slow: Mapping[int, float] | None = None,
        factors: NDArray[np.float32] | None = None,
    ) -> NDArray[np.int64]:
        """Close exactly these arcs and list the arcs whose time changed, int64.

        Without `slow` the slow arcs and the factors stay as they are; with it exactly those arcs are slow, and the
        factors are those given. What is slow twice is as slow as the slower says. Arcs that drive the same edge the
        same way go together. Raises IndexError for an arc that is not there, ValueError for a factor that is none.
        """
        shut = self.with_siblings(closed)
        if slow is not None:
            self.with_siblings(slow)
            if not all(0 < share <= 1 for share in slow.values()):
                raise ValueError("the share of its speed that an arc keeps must be above 0 and at most 1")
            self._drive_by(factors)
            self._slow = dict(slow)
        weights = self._driven_ms.copy()
        if self._slow:
            given = np.fromiter(self._slow, dtype=np.int64)
            share = np.fromiter(self._slow.values(), dtype=np.float64)
            siblings, owner = self._siblings(given)
            arcs, share = np.concatenate([given, siblings]), np.concatenate([share, share[owner]])
            speed = share if self._factors is None else share * self._factors[arcs]
            np.maximum.at(weights, arcs, self._driven(arcs, speed))
        weights[shut] = INFINITE
        changed = np.flatnonzero(weights != self.weights_ms)
        self.weights_ms, self.closed = weights, shut
        return changed

    def is_closed(self, arcs: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of these arcs are closed now, bool (k,)."""
        if not len(self.closed):
            return np.zeros(len(arcs), dtype=bool)
        at = np.searchsorted(self.closed, arcs)
        return np.asarray(self.closed[np.minimum(at, len(self.closed) - 1)] == arcs)

    def with_siblings(self, arcs: Iterable[int]) -> NDArray[np.int64]:
        """Add the arcs that drive the same edges the same way; raise IndexError for an arc that is not there."""
        chosen = np.unique(np.fromiter(arcs, dtype=np.int64))
        if len(chosen) and (chosen[0] < 0 or chosen[-1] >= self._network.arc_count):
            raise IndexError(f"arcs are numbered 0 to {self._network.arc_count - 1}")
        return np.unique(np.concatenate([chosen, self._siblings(chosen)[0]]))

    def _siblings(self, arcs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """List the arcs that drive the same edges the same way, and the position of the arc that each came from."""
        network = self._network
        at = np.flatnonzero(network.edge[arcs] >= 0)
        row = 2 * network.edge[arcs[at]].astype(np.int64) + network.backward[arcs[at]]
        offsets, members = network.edge_arcs
        where, owner = gather(offsets[row], offsets[row + 1])
        return members[where], at[owner]

    def _drive_by(self, factors: NDArray[np.float32] | None) -> None:
        if factors is self._factors:
            return
        if factors is None:
            self._driven_ms = self.open_ms
        else:
            if factors.shape != self.open_ms.shape or not (np.isfinite(factors) & (factors > 0)).all():
                raise ValueError("factors of speed must be above 0, one for each arc")
            self._driven_ms = self._driven(np.arange(len(factors)), factors.astype(np.float64))
        self._factors = factors

    def _driven(self, arcs: NDArray[np.int64], factor: NDArray[np.float64]) -> NDArray[np.uint32]:
        """Give the time on arcs at a multiple of the profile's speed; turns take what they take."""
        open_ms = self.open_ms[arcs]
        with np.errstate(over="ignore"):
            driven = np.minimum(np.rint(open_ms / factor), LONGEST_MS).astype(np.uint32)
        return np.where((open_ms == INFINITE) | (self._network.edge[arcs] < 0), open_ms, driven)
