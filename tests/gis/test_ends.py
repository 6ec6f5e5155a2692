"""Many places at once leave their roads as each of them does by itself, however the rows came to be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gis.ends import Ends
from gis.routing import Router
from gis.snapped import Snap, SnapRows
from tests.gis.road_oracle import scatter
from tests.gis.road_town import even_profile, grid


@pytest.fixture
def town(tmp_path: Path) -> Router:
    return Router(grid(4).build(tmp_path), even_profile())


def driven(router: Router, count: int, speed_mps: float) -> list[Snap]:
    dice = np.random.default_rng(count)
    headings = np.where(dice.random(count) < 0.2, np.nan, dice.integers(0, 4, count) * 90.0)
    speeds = np.full(count, speed_mps)
    xy = scatter(router.network, count, seed=count, spread_m=3.0)
    return [snap for snap in router.snap_many(xy, headings_deg=headings, speeds_mps=speeds) if snap is not None]


def exits_of(ends: Ends, start: SnapRows) -> list[set[tuple[int, int]]]:
    found: list[set[tuple[int, int]]] = [set() for _ in start.arc]
    for row, node, time_ms in zip(*(each.tolist() for each in ends.all_exits(start)), strict=True):
        found[row].add((node, time_ms))
    return found


def test_all_exits_are_those_of_each(town: Router) -> None:
    slow, fast = driven(town, 40, 6.0), driven(town, 60, 25.0)
    start = SnapRows(slow)
    start.extend(fast)
    start.put([3, 41], [max(fast, key=lambda snap: len(snap.ahead)), next(snap for snap in slow if not snap.ahead)])
    some = start.take(np.arange(len(start.arc))[::-2])
    some.put([0], [fast[0]])
    shut = {arc for snap in fast[::4] for arc in (snap.arc, *snap.ahead[:1])}
    assert sum(bool(snap.ahead) for snap in fast) > 20 and len({len(snap.ahead) for snap in fast}) > 2
    for closed in (set(), shut):
        town.set_closed(closed)
        for rows in (start, some):
            each = [rows.snap(row) for row in range(len(rows.arc))]
            assert exits_of(town.ends, rows) == [set(town.ends.exits(snap)) for snap in each]
            edges, owners = town.ends.edges(rows)
            there = [
                (int(town.network.edge[arc]), row) for row, snap in enumerate(each) for arc in (snap.arc, *snap.ahead)
            ]
            assert sorted(zip(edges.tolist(), owners.tolist(), strict=True)) == sorted(there)
    assert start.snap(3).ahead and some.snap(0) == fast[0]
