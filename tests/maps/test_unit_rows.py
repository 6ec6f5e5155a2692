"""A table made again follows what changed, and only works out that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from immutables import Map

from maps.live import Selection
from maps.unit_rows import UnitRows, unit_marks
from resources.position import Fix
from resources.status import Status
from tests.dispatch.town import at
from tests.maps.test_live import CITY, Flat, fix, state_with, unit_state


class Counted(Flat):
    """Counts the points that were projected."""

    points = 0

    def to_metric(self, lon, lat):
        self.points += np.size(lon)
        return super().to_metric(lon, lat)


def test_what_follows_is_the_same_as_what_is_made_anew() -> None:
    rows = UnitRows()
    state = state_with(*(unit_state(f"E{number}", Status.AVAILABLE) for number in range(4)))
    fixes: dict[str, Fix] = {}
    assert rows.table(state, fixes, CITY, at=at()) == unit_marks(state, fixes, CITY, at=at())
    changes = (
        (replace(state, units=state.units.set("E2", unit_state("E2", Status.EN_ROUTE, distress_at=at()))), {}),
        (state, {"E1": fix("E1")}),
        (replace(state, units=state.units.set("E9", unit_state("E9"))), {"E1": fix("E1"), "E9": fix("E9", None)}),
        (replace(state, units=state.units.set("E0", unit_state("E0", on_roster=False))), {"E9": fix("E9")}),
        (replace(state, units=Map()), {}),
    )
    for changed, known in changes:
        selection = Selection(unit_ids=frozenset({"E1", "gone"}))
        made = rows.table(changed, known, CITY, selection=selection, at=at(60))
        assert made == unit_marks(changed, known, CITY, selection=selection, at=at(60))


def test_only_positions_that_changed_are_projected_again() -> None:
    city, rows = Counted(), UnitRows()
    state = state_with(*(unit_state(f"E{number}") for number in range(50)))
    fixes = {f"E{number}": fix(f"E{number}") for number in range(50)}
    first = rows.table(state, fixes, city, at=at())
    city.points = 0
    rows.table(state, fixes, city, at=at(1))
    assert city.points == 0
    moved = {**fixes, "E7": replace(fixes["E7"], lon=9.0, fixed_at=at() + timedelta(seconds=2))}
    later = rows.table(state, moved, city, at=at(2))
    assert city.points == 1
    row = later.unit_ids.index("E7")
    assert later[row].x == 9_000 and later[row].fix_age_s == 0
    assert first[row].x == 5_000, "a table that was handed out stays as it was"


def test_a_position_that_is_gone_sends_the_unit_home() -> None:
    rows, state = UnitRows(), state_with(unit_state("E1"))
    assert rows.table(state, {"E1": fix("E1")}, CITY, at=at())[0].x == 5_000
    home = rows.table(state, {}, CITY, at=at())[0]
    assert (home.x, home.fix_age_s, home.heading_deg) == (1_000, None, None)
