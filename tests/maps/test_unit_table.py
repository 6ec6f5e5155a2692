"""Columns of units answer as records, and compare as records do."""

from __future__ import annotations

from maps.layers import UnitMark
from maps.unit_table import NO_UNITS, UnitTable

ENGINE = UnitMark("E1", "E1", "fire", "en_route", 1.0, 2.0, 90.0, 5.0, selected=True)
PATROL = UnitMark("P1", "P1", "police", "available", 3.0, 4.0, at_home=True)


def test_a_table_answers_the_records_that_it_was_made_of() -> None:
    table = UnitTable.of([ENGINE, PATROL])
    assert list(table) == [ENGINE, PATROL] and table[1] == PATROL and table[-1] == PATROL
    assert table[:1] == (ENGINE,)
    assert UnitTable.of(table) is table
    assert len(NO_UNITS) == 0 and not NO_UNITS


def test_tables_are_equal_when_their_records_are() -> None:
    table = UnitTable.of([ENGINE, PATROL])
    assert table == UnitTable.of([ENGINE, PATROL]) and table == (ENGINE, PATROL)
    assert table != UnitTable.of([PATROL, ENGINE]) and table != (ENGINE,)
    other_codes = UnitTable.of([PATROL, ENGINE])
    assert UnitTable.of([other_codes[1], other_codes[0]]) == table


def test_loud_and_quiet_units_are_told_apart() -> None:
    table = UnitTable.of([ENGINE, PATROL])
    assert table.is_loud.tolist() == [True, False]
    assert table.is_quiet.tolist() == [False, True]
    assert table.is_free.tolist() == [False, True]
