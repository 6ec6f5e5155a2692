"""Which shared needs are filled by units that go to their incident anyway, and which places want an officer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dispatch.matching import IMPOSSIBLE
from dispatch.packing_terms import Ints, Terms


def rideable(costs_ms: Ints, terms: Terms) -> NDArray[np.bool_]:
    """Mark the needs that anybody could fill beside another one."""
    able = costs_ms != IMPOSSIBLE
    marked = np.zeros(len(costs_ms), dtype=bool)
    for need, hosts in terms.ridden.items():
        marked[need] = bool((able[hosts].any(axis=0) & able[need]).any())
    return marked


def led(costs_ms: Ints, terms: Terms, places: Ints) -> NDArray[np.bool_]:
    """Mark of places in the order of their needs those that want an officer, as few as may do.

    Where nobody brings several, an officer each for so many places is what a need asks for; else it is the least.
    """
    most = np.ones(len(costs_ms), dtype=np.int64)
    for need in np.flatnonzero(terms.officers).tolist():
        most[need] = max(1, int(terms.has_officers[costs_ms[need] != IMPOSSIBLE].max(initial=1)))
    wanted = np.minimum(-(-terms.officers // most), terms.counts)
    begin = np.searchsorted(places, places)
    marked: NDArray[np.bool_] = np.arange(len(places)) - begin < wanted[places]
    return marked


def riding(hosts: Mapping[int, int], costs_ms: Ints, terms: Terms) -> dict[int, tuple[int, ...]]:
    """Let units that go fill the shared needs of their incident, who has an officer first where one is asked for."""
    sent: dict[int, list[int]] = {}
    for column, need in hosts.items():
        sent.setdefault(int(terms.incidents[need]), []).append(column)
    own = np.bincount(np.array(list(hosts.values()), dtype=np.int64), minlength=len(terms.counts))
    rides: dict[int, tuple[int, ...]] = {}
    for need, ridden in terms.ridden.items():
        there = sent.get(int(terms.incidents[need]), [])
        able = [column for column in there if costs_ms[need, column] != IMPOSSIBLE and hosts[column] in ridden]
        if terms.officers[need]:
            able.sort(key=lambda column: -int(terms.has_officers[column]))
        room = int(terms.counts[need] - own[need])
        for column in able[: max(room, 0)]:
            rides[column] = (*rides.get(column, ()), need)
    return rides
