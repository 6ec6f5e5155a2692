"""A week of San Francisco, told into a log: the medians that its file is known to have, and what the rest are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dispatch.engine import Engine
from dispatch.history.fold_rows import fold_rows
from dispatch.history.recognise import recognise
from dispatch.history.table import read_table
from dispatch.history.tell import HistoryClock, tell
from dispatch.log_memory import MemoryLog
from dispatch.times.profiles_file import usual_time_profiles
from dispatch.times.report import intervals_of, times_report
from dispatch.times.spans import INCIDENT, RESPONSE, Why


@pytest.mark.slow
def test_the_week_has_the_medians_of_its_file(shared_data: Callable[[str], Path]) -> None:
    table = read_table(shared_data("sanfrancisco/fire_calls_2017_week.csv"))
    past, said = fold_rows([(table, recognise(table))], city=None)
    clock = HistoryClock()
    engine = Engine(MemoryLog(), clock=clock)
    tell(past, engine, clock=clock, report=said)
    report = times_report(intervals_of(engine.state), usual_time_profiles().of(), by=("station", "kind"))

    each = report.figure(RESPONSE, "response")
    assert (each.rows, each.n, each.p50_s) == (7_704, 6_150, 442.0)
    assert each.blank == {Why.NOT_REPORTED: 1_554}  # released without an arrival in the file: never a zero
    first = report.figure(INCIDENT, "response")
    assert (first.rows, first.n, first.p50_s) == (3_560, 3_429, 390.0)
    assert first.blank == {Why.NOT_REPORTED: 131}

    # What the log itself had to assume is blank: 14 units that the file frees only after it sent them elsewhere.
    total = report.figure(RESPONSE, "total")
    assert (total.n, total.blank) == (7_690, {Why.NOT_REPORTED: 14})
    assert len(report.incidents(INCIDENT, "response", why=Why.NOT_REPORTED)) == 131
    assert sum(report.figure(RESPONSE, "response", "kind", kind).n for kind in report.names("kind")) == 6_150
