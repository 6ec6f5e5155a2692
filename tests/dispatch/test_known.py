"""Shifts end by the clock on the wall, and first-due areas are found by where an incident lies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dispatch.known import is_inside, known_of, shift_end
from dispatch.penalties import Penalties
from dispatch.plan import plan
from resources.unit import FirstDueArea, Shift
from tests.dispatch.test_joint_plan import pairs_of, town
from tests.dispatch.town import START, crossing
from tests.dispatch.town_roads import TownRoads

HELSINKI = ZoneInfo("Europe/Helsinki")
DAY, NIGHT = Shift("day", "07:00", "19:00"), Shift("night", "19:00", "07:00")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("shift", "at", "end"),
    [
        (DAY, utc(2026, 3, 2, 8), utc(2026, 3, 2, 17)),  # 10:00 in Helsinki
        (DAY, utc(2026, 3, 2, 18), utc(2026, 3, 2, 17)),  # over for an hour
        (NIGHT, utc(2026, 3, 2, 18), utc(2026, 3, 3, 5)),  # until seven next morning
        (NIGHT, utc(2026, 3, 3, 4), utc(2026, 3, 3, 5)),  # begun yesterday
        (NIGHT, utc(2026, 3, 28, 23), utc(2026, 3, 29, 4)),  # clocks go forward at three: an hour sooner
        (NIGHT, utc(2026, 10, 24, 23), utc(2026, 10, 25, 5)),  # and back: an hour later
        (Shift("always", "07:00", "07:00"), utc(2026, 3, 2, 8), None),
    ],
)
def test_when_a_shift_ends(shift: Shift, at: datetime, end: datetime | None) -> None:
    assert shift_end(shift, at, HELSINKI) == end


def test_inside_a_ring_with_a_bay_open_or_closed() -> None:
    ring = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 1.0), (0.0, 4.0))
    places = np.array([(1.0, 1.0), (2.0, 2.0), (3.5, 2.0), (5.0, 1.0), (np.nan, 1.0)])
    expected = [True, False, True, False, False]
    assert is_inside(ring, places).tolist() == expected
    assert is_inside((*ring, ring[0]), places).tolist() == expected
    assert is_inside((), places).tolist() == [False] * 5


def test_the_roster_says_who_is_due_first_and_whose_shift_ends() -> None:
    state = town([("structure_fire", 1, 0, 0)], ["E1", "E2", "A1"])
    corner, far = crossing(0, 0), crossing(1, 1)
    ring = tuple((corner.lon + dx, corner.lat + dy) for dx, dy in ((-0.001, -0.001), (0.001, -0.001), (0.0, 0.001)))
    west = FirstDueArea("west", "fire", ("fire-22", "fire-00"), ring)
    other = FirstDueArea("zone", "fire", ("fire-00",), ring)
    away = FirstDueArea("away", "ambulance", ("x",), tuple((lon + far.lon, lat) for lon, lat in ring))
    units = state.units.set("E2", replace(state.units["E2"], unit=replace(state.units["E2"].unit, shift="day")))
    state = replace(state, units=units, roster=replace(state.roster, areas=(other, away, west), shifts=(DAY,)))
    known = known_of(state, START)
    assert known.first_due == {1: {"fire": ("fire-22", "fire-00")}}
    assert known.shift_ends == {"E2": utc(2026, 3, 2, 17 if state.time_zone == "Europe/Helsinki" else 19)}
    strict = plan(state, {}, TownRoads(), at=START, penalties=Penalties(skipped_s=900))
    assert (1, "engine", "E2") in pairs_of(strict)
    assert (1, "engine", "E1") in pairs_of(plan(state, {}, TownRoads(), at=START))
