"""Figures: every indicator of a month of 12,356 cases, from nothing and after one more entry; beside the slow count."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace

from dispatch.events import Entry
from dispatch.figures.compute import Figures, compute
from dispatch.figures.facts import PLACE_GROUPS, CaseFacts
from dispatch.figures.period import Period, month_of
from dispatch.figures.places import hot_spots, repeated_places
from dispatch.month import START
from dispatch.month_aims import FOUND
from dispatch.state import State, apply, fold
from tests.bench.rows import Row, timed, within
from tests.dispatch.figures import slow_count
from tests.dispatch.figures.told import Tally, differences
from tests.dispatch.month_town import told_month

COMPARED = 1_200
GROUPS = tuple(each for each in PLACE_GROUPS if each != "cell")


def rows() -> Iterator[Row]:
    """Yield one row a measure."""
    engine, _ = told_month(FOUND)
    entries = list(engine.log.read())
    state, last = fold(State(), entries[:-1]), entries[-1]
    period = month_of(START, state.time_zone)
    cases = len(state.cases)
    seconds, facts = timed(partial(CaseFacts.of, state))
    yield within(f"facts of {cases:,} cases from nothing", seconds, 1.5)
    cold, figures = timed(lambda: _whole(facts, period))
    ours = seconds + cold
    yield within(f"every indicator of the month, from nothing ({len(figures.profile.indicators)})", ours, 2.0)
    yield within("again, by department", timed(lambda: _whole(facts, period))[0], 0.05)
    seconds, _ = timed(lambda: _whole(facts, period, *GROUPS))
    yield within("by every place, department, post and person", seconds, 1.0)
    yield within("after one more entry, by department", _after(facts, state, last, period), 0.05)
    yield within("repeated places and hot spots", timed(lambda: _places(facts, period))[0], 1.0)
    seconds, _ = timed(lambda: _slowly(entries, period))
    yield Row(
        "the slow count of the tests, all cases together", f"{ours:.2f} s", f"slow count {seconds:.2f} s", None, ""
    )
    yield _compared()


def _compared() -> Row:
    """Compare every figure of a smaller month, by every group and in two profiles, with the slow count."""
    engine, _ = told_month(COMPARED)
    story = SimpleNamespace(state=engine.state, entries=list(engine.log.read()))
    tally = Tally()
    found = differences(story, month_of(START, engine.state.time_zone), tally=tally)
    work = f"figures of {len(story.state.cases):,} cases that differ from the slow count"
    return Row(work, f"{len(found):,} of {tally.figures:,}", f"{tally.cases:,} cases behind them", None, "0")


def _whole(facts: CaseFacts, period: Period, *more: str) -> Figures:
    figures = compute(facts, period, by=("department", *more, *(("post", "person", "collector") if more else ())))
    figures.keys("department")
    return figures


def _after(facts: CaseFacts, state: State, entry: Entry, period: Period) -> float:
    after = apply(state, entry)
    started = time.perf_counter()
    facts.refresh(after)
    _whole(facts, period)
    return time.perf_counter() - started


def _places(facts: CaseFacts, period: Period) -> None:
    repeated_places(facts, period)
    hot_spots(facts, period)


def _slowly(entries: list[Entry], period: Period) -> None:
    slow_count.figures(entries, period.from_at, period.to_at, group="all", last=entries[-1].recorded_at, large={})
