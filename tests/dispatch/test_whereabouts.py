"""A unit that drives counts from where it can turn: its report's heading and speed go as far as the roads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.ground import Ground
from dispatch.travels import Start
from dispatch.whereabouts import start_of
from resources.position import Fix
from tests.dispatch.story import Story
from tests.dispatch.town import START, at
from tests.gis.road_town import even_profile, grid, lonlat

EAST = 90.0


def test_only_what_drives_has_a_heading_and_a_speed() -> None:
    unit = Story().unit("E1")
    fix = Fix("E1", 25.01, 60.0, START, START, 14.0, EAST)
    driving = start_of(unit, fix, START)
    assert driving == Start("E1", 25.01, 60.0, EAST, speed_mps=14.0)
    assert start_of(unit, replace(fix, heading_deg=None), START) == Start("E1", 25.01, 60.0)
    assert start_of(unit, replace(fix, speed_mps=1.0), START) == Start("E1", 25.01, 60.0)
    assert start_of(unit, replace(fix, speed_mps=None), at(60)) == Start("E1", 25.01, 60.0)


def test_the_roads_let_it_pass_a_corner_that_it_is_too_fast_for(tmp_path: Path) -> None:
    ground = Ground(grid(4).build(tmp_path), {"emergency": even_profile()})
    slow = Start("E1", *lonlat(92, 0), heading_deg=EAST, speed_mps=2.0)
    fast = replace(slow, speed_mps=14.0)
    place = lonlat(100, 50)
    for each, seconds in ((slow, 5.8), (fast, 25.8), (slow, 5.8)):  # one unit: its row is put anew
        assert ground.travels("emergency", [each], *place).travel_s[0] == pytest.approx(seconds, abs=0.2)
        path = ground.path("emergency", each, *place)
        assert path is not None and path.times_s[-1] == pytest.approx(seconds, abs=0.3)
