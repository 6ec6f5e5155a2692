"""What calls that gather are said to be, and why they could not be found."""

from __future__ import annotations

import pytest

from app.demand.words import problem_words
from dispatch.demand.places import PlacesFound, Problem


@pytest.mark.parametrize(("problem", "language", "words"), [
    (None, "en", ""),
    (Problem("too_many_squares", (("squares", 61_234.0), ("slots", 730.0))), "en",
     "61,234 squares in 730 slots of time are too many to compare: choose larger squares, or fewer days."),
    (Problem("too_dense", (("within_m", 100.0),)), "zh", "相距 100 m 以内的警情过多：请选更小的距离。"),
])  # fmt: skip
def test_a_problem_says_what_would_help(problem: Problem | None, language: str, words: str) -> None:
    assert problem_words(PlacesFound(1, 1, None, problem=problem), language) == words
