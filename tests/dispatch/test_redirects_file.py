"""The rules for redirecting are read whole, and everything wrong with them is told with its line."""

from __future__ import annotations

import pytest

from dispatch.redirects import Redirects
from dispatch.redirects_file import BadFile, default_redirects, parse_redirects


def test_the_shipped_rules_take_only_for_what_is_more_urgent() -> None:
    shipped = default_redirects()
    assert shipped.pairs
    assert all(target < source for source, target in shipped.pairs)
    assert shipped.min_gain_s > 0


def test_what_is_left_out_is_never_done() -> None:
    assert parse_redirects("") == Redirects()


def test_every_problem_comes_with_its_line() -> None:
    text = """min_gain_s = -1
max_gain_s = 1
[from]
1 = [1]
9 = [2]
3 = "a"
2 = [true]
"""
    with pytest.raises(BadFile) as caught:
        parse_redirects(text)
    lines = [int(str(problem).split(":")[1]) for problem in caught.value.problems]
    assert sorted(lines) == [1, 2, 4, 5, 6, 7]
