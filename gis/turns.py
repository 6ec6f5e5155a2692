"""Split junctions so that forbidden turns and barriers become arcs of their own.

A junction where every turn is free stays one node. Elsewhere the arcs that arrive are grouped by what they may do
next, the arcs that leave by who may enter them; each group gets a node, and a turn arc joins every arriving group with
every leaving group. Cost and permission of a turn arc are a driving profile's business.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ABSENT = -1


@dataclass(frozen=True, slots=True)
class Split:
    """Hold the split network: node -> junction, arcs' new ends, and the turn arcs with their flags."""

    junction: NDArray[np.int64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    turn_tail: NDArray[np.int64]
    turn_head: NDArray[np.int64]
    turn_flags: NDArray[np.int64]


def split(
    junctions: int,
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    turns: Mapping[tuple[int, int], int],
    shadows: Collection[int] = (),
) -> Split:
    """Split the junctions that `turns` speaks of.

    `turns` maps (arriving arc, leaving arc) to the flags of that turn, or to ABSENT where there is no such turn; pairs
    that it does not name are free. Nothing enters an arc of `shadows` except by the turns named.
    """
    shadow = frozenset(shadows)
    touched = {int(head[arriving]) for arriving, _ in turns}
    arriving_at: dict[int, list[int]] = defaultdict(list)
    leaving_from: dict[int, list[int]] = defaultdict(list)
    mask = np.zeros(junctions, dtype=bool)
    mask[list(touched)] = True
    for arc in np.flatnonzero(mask[head]).tolist():
        arriving_at[int(head[arc])].append(arc)
    for arc in np.flatnonzero(mask[tail]).tolist():
        leaving_from[int(tail[arc])].append(arc)

    owner = list(range(junctions))
    new_tail, new_head = tail.copy(), head.copy()
    turn_arcs: list[tuple[int, int, int]] = []
    for place in sorted(touched):
        arrivals, departures = arriving_at[place], leaving_from[place]
        table = {
            arrival: tuple(
                turns.get((arrival, departure), ABSENT if departure in shadow else 0) for departure in departures
            )
            for arrival in arrivals
        }
        if not any(any(row) for row in table.values()):
            continue
        columns = {
            departure: tuple(table[arrival][index] for arrival in arrivals)
            for index, departure in enumerate(departures)
        }
        in_node: dict[tuple[int, ...], int] = {}
        out_node: dict[tuple[int, ...], int] = {}
        for arrival in arrivals:
            row = table[arrival]
            if row not in in_node:
                in_node[row] = _copy(place, owner, first=not in_node)
            new_head[arrival] = in_node[row]
        for departure in departures:
            column = columns[departure]
            if column not in out_node:
                out_node[column] = _copy(place, owner, first=False)
            new_tail[departure] = out_node[column]
        for row, into in in_node.items():
            joined: dict[int, int] = {}
            for departure, flags in zip(departures, row, strict=True):
                joined[int(new_tail[departure])] = flags
            turn_arcs += [(into, out, flags) for out, flags in joined.items() if flags != ABSENT]
    joins = np.array(turn_arcs, dtype=np.int64).reshape(-1, 3)
    return Split(np.array(owner, dtype=np.int64), new_tail, new_head, joins[:, 0], joins[:, 1], joins[:, 2].copy())


def _copy(place: int, owner: list[int], *, first: bool) -> int:
    if first:
        return place
    owner.append(place)
    return len(owner) - 1
