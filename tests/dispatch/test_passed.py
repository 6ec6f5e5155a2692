"""Units passed over are columns that are equal to their rows, keep every one of them, and refuse what is damaged."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.passed import PassedTable
from dispatch.recommendation import Eta, Passed, Reason

seconds = st.floats(0, 9000, width=32)
values = st.one_of(st.text(max_size=3), st.integers(-5, 9999), seconds)
compared = st.tuples(st.just(("unit", "E1")), st.tuples(st.just("by_s"), values))
aged = st.tuples(st.tuples(st.just("age_s"), values))
anything = st.lists(st.tuples(st.text(max_size=3), values), max_size=2).map(tuple)
reasons = st.one_of(
    st.builds(Reason, st.sampled_from(["slower", "equally_fast"]), compared),
    st.builds(Reason, st.just("position_too_old"), aged),
    st.builds(Reason, st.text(max_size=3), anything),
)
rows = st.lists(
    st.builds(
        Passed,
        st.text(max_size=4),
        st.sampled_from(["fire", "police", ""]),
        reasons,
        st.none() | st.builds(Eta, seconds, seconds, seconds),
        st.sampled_from(["", "engine", "als"]),
    ),
    max_size=12,
).map(tuple)


@given(rows)
def test_a_table_is_its_rows(told: tuple[Passed, ...]) -> None:
    table = PassedTable.of(told)
    assert len(table) == len(told) and tuple(table) == told == table and table == told and hash(table) == hash(told)
    fresh = PassedTable.of(told)
    assert [fresh[at] for at in range(len(told))] == list(told) and fresh[1:] == told[1:]
    again = pickle.loads(pickle.dumps(table))
    assert again == table and again.columns() == table.columns() == PassedTable.of(tuple(table)).columns()
    assert PassedTable.of(table) is table
    for row in told:
        found = table.find(row.unit_id)
        assert found is not None and found.unit_id == row.unit_id
    assert table.find("nobody there") is None


@given(rows.filter(bool), st.data())
def test_whatever_is_changed_makes_other_bytes(told: tuple[Passed, ...], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(told) - 1))
    row = told[at]
    for other in (
        replace(row, unit_id=row.unit_id + "x"),
        replace(row, department=row.department + "x"),
        replace(row, reason=replace(row.reason, code=row.reason.code + "x")),
        replace(row, reason=replace(row.reason, parameters=(*row.reason.parameters, ("by_s", 7.5)))),
        replace(row, eta=Eta(1.0, 2.0, 9999.5)),
        replace(row, need_id=row.need_id + "x"),
    ):
        changed = (*told[:at], other, *told[at + 1 :])
        assert PassedTable.of(changed) != PassedTable.of(told)
        assert PassedTable.of(changed).columns() != PassedTable.of(told).columns()


@given(rows)
def test_columns_of_wide_numbers_are_still_read(told: tuple[Passed, ...]) -> None:
    table = PassedTable.of(told)
    wide = replace(
        table.columns(),
        department=table.department.astype("<i4").tobytes(),
        reason=table.reason.astype("<i4").tobytes(),
        need=table.need.astype("<i4").tobytes(),
        value=table.value.astype("<f8").tobytes(),
        eta_s=table.eta_s.astype("<f8").tobytes(),
    )
    assert PassedTable.read(wide) == table == told


@pytest.mark.parametrize(
    ("seconds", "by_s", "sizes"),
    [
        ((90.0, 412.307, 0.001), 12.3, (4, 12)),
        ((0.0, 2_000_000.001, 7.0), 0.0, (4, 12)),
        ((90.0, 412.3071, 0.0), 12.3, (4, 24)),
        ((90.0, 1e9, 0.0), 12.34, (8, 24)),
        ((90.0, 2_147_483.648, -2_147_483.648), -214_748_364.8, (8, 24)),
    ],
)
def test_times_are_whole_milliseconds_where_nothing_is_lost(
    seconds: tuple[float, float, float], by_s: float, sizes: tuple[int, int]
) -> None:
    told = (Passed("E1", "fire", Reason("slower", (("unit", "E2"), ("by_s", by_s))), Eta(*seconds)),)
    columns = PassedTable.of(told).columns()
    assert (len(columns.value), len(columns.eta_s)) == sizes
    assert PassedTable.read(columns) == told


def test_many_names_are_numbered_by_larger_numbers() -> None:
    told = tuple(Passed(str(each), str(each), Reason("busy")) for each in range(257))
    sizes = [len(PassedTable.of(some).columns().department) for some in (told[:256], told)]
    assert sizes == [256, 4 * 257]
    assert [PassedTable.read(PassedTable.of(some).columns()) for some in (told[:256], told)] == [told[:256], told]


def test_names_that_stand_nowhere_change_nothing() -> None:
    told = (Passed("E1", "fire", Reason("busy")), Passed("E2", "water", Reason("busy")))
    table, part = PassedTable.of(told), PassedTable.of(told[1:])
    few = PassedTable(
        ["E2"],
        departments=table.departments,
        department=table.department[1:],
        told=table.told,
        reason=table.reason[1:],
        value=table.value[1:],
        need_ids=table.need_ids,
        need=table.need[1:],
        eta_s=table.eta_s[1:],
    )
    assert few == part and few.departments == ("water",)


@pytest.mark.parametrize(
    "spoil",
    [
        {"department": np.array([7], dtype="<i4").tobytes()},
        {"reason": np.array([-1], dtype="<i4").tobytes()},
        {"need": b""},
        {"value": b""},
        {"eta_s": b"12345678"},
        {"unit_ids": ("E1", "E2")},
    ],
)
def test_damaged_columns_are_refused(spoil: dict[str, object]) -> None:
    columns = PassedTable.of((Passed("E1", "fire", Reason("busy")),)).columns()
    assert len(PassedTable.read(columns)) == 1
    with pytest.raises(ValueError):
        PassedTable.read(replace(columns, **spoil))  # type: ignore[arg-type]
