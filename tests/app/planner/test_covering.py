"""Compliance tables come from the city's file, else they are made once; imagined roads leave the real ones alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.planner.covering import KeptTables, cover_imagined
from app.planner.questions import CoverageQuestion, MoveUpQuestion
from dispatch.compliance_file import FILE, BadFile
from dispatch.coverage import Coverage
from dispatch.incident import Closure
from dispatch.what_if import WhatIf
from tests.dispatch.coverage_town import STEP, Street, line, state_of, target, targets, unit
from tests.dispatch.town import START

ASKED = MoveUpQuestion("m", 1, START, by_table=True)
CUT = Closure("c", "LineString", ((25.0 + 4.5 * STEP, 60.0), (25.1, 61.0)))


def coverage() -> Coverage:
    return Coverage(Street(), line([1] * 10), targets(target(2)))


def test_a_city_without_a_file_has_tables_made_for_its_roster() -> None:
    state = state_of([unit("E1", 1), unit("E2", 1)], stations=[1, 7])
    kept = KeptTables(None)
    found = kept.moves(coverage(), state, {}, ASKED)
    assert found.tables and [move.unit_id for move in found.moves] == ["E2"]
    assert kept.moves(coverage(), state, {}, ASKED).tables is found.tables


def test_a_file_of_the_city_counts_and_a_bad_one_is_said(tmp_path: Path) -> None:
    state = state_of([unit("E1", 1), unit("E2", 1)], stations=[1, 7])
    (table,) = KeptTables(None).moves(coverage(), state, {}, ASKED).tables
    file = tmp_path / FILE
    station = state.units["E1"].station or sorted(state.stations)[0]
    file.write_text(
        f'[[table]]\ndepartment = "{table.department}"\ntarget = "{table.target}"\n'
        f'hold = [["{station}"], ["{station}", "{station}"]]\n'
    )
    found = KeptTables(file).moves(coverage(), state, {}, ASKED)
    assert found.tables[0].hold == ((station,), (station, station))
    file.write_text('[[table]]\ndepartment = "nobody"\n')
    with pytest.raises(BadFile):
        KeptTables(file).moves(coverage(), state, {}, ASKED)


def test_imagined_roads_are_timed_at_once_and_the_real_ones_stand_on() -> None:
    state = state_of([unit("E1", 4)], stations=[4])
    here = coverage()
    real = here.answers(state, {}, at=START)
    then = cover_imagined(here, state, {}, CoverageQuestion("c", 1, START, (), WhatIf((CUT,))))
    assert then.progress == 1.0
    assert (real.covers[0].reached, then.covers[0].reached) == (pytest.approx(0.5), pytest.approx(0.3))
    assert here.answers(state, {}, at=START).covers[0].reached == real.covers[0].reached
