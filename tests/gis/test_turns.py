"""Splitting junctions says the same as searching arc by arc."""

import heapq
import math
import random

import numpy as np

from gis.turns import ABSENT, split


def test_a_junction_where_every_turn_is_free_stays_one_node() -> None:
    tail, head = np.array([0, 1, 1, 2]), np.array([1, 0, 2, 1])
    done = split(3, tail, head, {})
    assert done.junction.tolist() == [0, 1, 2]
    assert len(done.turn_tail) == 0


def test_one_forbidden_turn_makes_four_nodes() -> None:
    # Four arms, 1 to 4, around junction 0: arcs 0 to 3 arrive, 4 to 7 leave.
    tail, head = np.array([1, 2, 3, 4, 0, 0, 0, 0]), np.array([0, 0, 0, 0, 1, 2, 3, 4])
    done = split(5, tail, head, {(0, 5): 128})
    assert (done.junction == 0).sum() == 4
    assert sorted(done.turn_flags.tolist()) == [0, 0, 0, 128]
    assert done.head[1] == done.head[2] == done.head[3] != done.head[0]
    assert done.tail[4] == done.tail[6] == done.tail[7] != done.tail[5]


def test_random_tables_agree_with_a_search_over_arcs() -> None:
    dice = random.Random(7)
    for _ in range(60):
        junctions = dice.randint(3, 8)
        arcs = [tuple(dice.sample(range(junctions), 2)) for _ in range(dice.randint(6, 24))]
        tail, head = np.array(arcs).T
        weight = [dice.randint(1, 9) for _ in arcs]
        pairs = [(a, b) for a in range(len(arcs)) for b in range(len(arcs)) if head[a] == tail[b]]
        shadows = set(dice.sample(range(len(arcs)), 2))
        turns = {pair: dice.choice([ABSENT, 0, 128]) for pair in dice.sample(pairs, min(len(pairs), 6))}
        # A double is entered only where that is named, so somewhere at its beginning something must be named.
        shadows = {arc for arc in shadows if any(out == arc for _, out in turns)}
        done = split(junctions, tail, head, turns, shadows)
        nodes = len(done.junction)
        assert (done.junction[done.tail] == tail).all()
        assert (done.junction[done.head] == head).all()
        joins = [(t, h, 0) for t, h, f in zip(done.turn_tail, done.turn_head, done.turn_flags, strict=True) if not f]
        roads = [*zip(done.tail, done.head, weight, strict=True), *joins]
        for start in range(len(arcs)):
            expected = _arc_search(tail, head, weight, turns, shadows, start)
            found = _node_search(nodes, roads, int(done.head[start]))
            for end in range(len(arcs)):
                if end != start:
                    assert found[int(done.tail[end])] == expected[end], (arcs, turns, shadows, start, end)


def _arc_search(tail, head, weight, turns, shadows, start):  # type: ignore[no-untyped-def]
    """Give the least time from the end of one arc to the beginning of every other."""
    best = [math.inf] * len(tail)
    heap = [(0, start)]
    done = set()
    while heap:
        time, arc = heapq.heappop(heap)
        if arc in done:
            continue
        done.add(arc)
        for follow in range(len(tail)):
            free = turns.get((arc, follow), ABSENT if follow in shadows else 0) == 0
            if tail[follow] == head[arc] and free and time < best[follow]:
                best[follow] = time
                heapq.heappush(heap, (time + weight[follow], follow))
        if arc == start:
            done.discard(start)
            start = -1
    return best


def _node_search(nodes, roads, start):  # type: ignore[no-untyped-def]
    best = [math.inf] * nodes
    best[start] = 0
    for _ in range(nodes):
        for tail, head, time in roads:
            best[head] = min(best[head], best[tail] + time)
    return best
