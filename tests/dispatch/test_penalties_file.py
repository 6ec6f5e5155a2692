"""The table of prices is read whole, and everything wrong with it is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.penalties import Penalties
from dispatch.penalties_file import BadFile, default_penalties, parse_penalties, read_penalties


def test_the_shipped_table_is_read_and_spares_lives() -> None:
    shipped = default_penalties()
    assert (shipped.from_priority, shipped.help_from) == (2, "same_kind")
    assert shipped.same_kind_s < shipped.other_kind_s


def test_what_is_left_out_costs_nothing() -> None:
    assert parse_penalties("") == Penalties()


def test_neighbours_are_named_in_any_number() -> None:
    found = parse_penalties("[neighbours]\nwest_fire = 240\neast_fire = 120.5\n")
    assert found.neighbours == (("east_fire", 120.5), ("west_fire", 240.0))


def test_every_problem_comes_with_its_line() -> None:
    text = """from_priority = 9
[departments]
help_from = "anyone"
same_kind_s = -1
[rest]
hours = 3
[tea]
"""
    with pytest.raises(BadFile) as caught:
        parse_penalties(text, "p.toml")
    told = [
        (each.line, each.field.split("'")[-2] if "'" in each.field else each.field) for each in caught.value.problems
    ]
    assert told == [(1, "from_priority"), (3, "help_from"), (4, "same_kind_s"), (6, "hours"), (7, "[tea]")]


def test_a_table_that_is_none_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="must be a table"):
        parse_penalties("shift = 3")
    with pytest.raises(BadFile, match="cannot be read"):
        read_penalties(tmp_path / "none.toml")
