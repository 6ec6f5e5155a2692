"""Incidents as rows: kept where nothing changed, on the city's clock whatever it does in spring and autumn."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from dispatch.demand.rows import RowsKeeper, date_of, local_seconds
from tests.dispatch.demand.told import DAY, Told, state_with


def test_rows_stand_in_the_order_of_their_calls_with_who_had_a_task() -> None:
    state = state_with([Told(5, "fire"), Told(1, "fall", owners=("f", "a")), Told(9, "fall", owners=())])
    rows = RowsKeeper().rows(state)
    assert rows.ids.tolist() == [2, 1, 3]
    assert [rows.kind.names[code] for code in rows.kind.codes] == ["fall", "fire", "fall"]
    pairs = zip(rows.department_row.tolist(), rows.departments.codes.tolist(), strict=True)
    assert [(row, rows.departments.names[code]) for row, code in pairs] == [(0, "f"), (0, "a"), (1, "f")]
    assert rows.hour_of_week.tolist() == [1, 5, 9] and date_of(int(rows.day[0])) == DAY.date()
    assert len(rows.calls(np.array([True, False, True]))) == 2


def test_only_what_changed_is_read_again() -> None:
    keeper = RowsKeeper()
    state = state_with([Told(1), Told(2)])
    first = keeper.rows(state)
    assert keeper.rows(state) is first
    moved = replace(state.incidents[2], kind="flood")
    second = keeper.rows(replace(state, incidents=state.incidents.set(2, moved)))
    assert [second.kind.names[code] for code in second.kind.codes] == ["fire", "flood"]
    fewer = keeper.rows(replace(state, incidents=state.incidents.delete(1)))
    assert fewer.ids.tolist() == [2]


def test_the_citys_clock_counts_where_it_changes() -> None:
    spring = [datetime(2026, 3, 29, hour, 30, tzinfo=UTC).timestamp() for hour in (0, 1)]
    local = local_seconds(np.array(spring), "Europe/Helsinki") / 3600 % 24
    assert local.tolist() == [2.5, 4.5]
    assert len(local_seconds(np.zeros(0), "UTC")) == 0
