"""The figures of an invented month, told through the engine, agree with the slow count to the last case."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from dispatch.figures.compute import Figures, compute
from dispatch.figures.period import month_of, week_of
from tests.dispatch.figures.told import Tally, differences
from tests.dispatch.month_town import told_month

GROUPS = ("all", "department", "area", "large", "collector", "post")
DAY = date(2025, 10, 15)


@pytest.fixture(scope="module")
def month() -> SimpleNamespace:
    engine, told = told_month(600)
    return SimpleNamespace(state=engine.state, entries=list(engine.log.read()), aims=told.aims)


def october(month: SimpleNamespace) -> Figures:
    return compute(month.state, month_of(DAY, month.state.time_zone))


def test_every_figure_of_the_month_is_that_of_the_slow_count(month):
    assert differences(month, month_of(DAY, month.state.time_zone), groups=GROUPS) == []


def test_by_every_other_group_too_and_much_is_compared():
    engine, _ = told_month(300, seed=2)
    small = SimpleNamespace(state=engine.state, entries=list(engine.log.read()))
    tally = Tally()
    assert differences(small, month_of(DAY, small.state.time_zone), tally=tally) == []
    assert tally.figures > 2_000 and tally.not_empty > tally.figures // 4 and tally.cases > 20_000


def test_so_is_a_week_within_it_though_the_log_goes_on(month):
    assert differences(month, week_of(DAY, month.state.time_zone), groups=("all", "department")) == []


def test_the_month_comes_out_as_it_was_aimed(month):
    figures, aims = october(month), month.aims
    told = {name: figures.of(name).numerator for name in ("found", "fixed_on_the_spot", "dispatched", "rework")}
    assert told == {
        "found": aims.found,
        "fixed_on_the_spot": aims.spot,
        "dispatched": aims.dispatched,
        "rework": aims.rework,
    }
    assert figures.of("handle_rate").numerator == aims.handled
