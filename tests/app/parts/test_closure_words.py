"""Words ask for a kind of closure, its share of the speed and its end, and whatever else is its reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.parts.closure_words import ClosureWish, NoShare, NoTime, next_time, read_wish

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)  # half past ten in Helsinki
ZONE = "Europe/Helsinki"
SIX = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("", ClosureWish()),
        ("burst pipe", ClosureWish(reason="burst pipe")),
        ("area gas", ClosureWish(reason="gas", is_area=True)),
        ("slow", ClosureWish("slow", 0.5)),
        ("slow 40% until 18:00 works", ClosureWish("slow", 0.4, SIX, "works")),
        ("area flooded river until 1800", ClosureWish("flooded", 0.0, SIX, "river", True)),
        ("slow traffic", ClosureWish("slow", 0.5, None, "traffic")),
        ("slowly does it", ClosureWish(reason="slowly does it")),
        ("closed for the parade", ClosureWish(reason="for the parade")),
    ],
)
def test_what_is_read(words: str, wish: ClosureWish) -> None:
    assert read_wish(words, NOW, ZONE) == wish


@pytest.mark.parametrize(
    ("words", "problem"), [("works until soon", NoTime), ("slow 0%", NoShare), ("slow 100%", NoShare)]
)
def test_what_is_not_understood_is_not_guessed(words: str, problem: type[ValueError]) -> None:
    with pytest.raises(problem):
        read_wish(words, NOW, ZONE)


def test_a_time_that_has_passed_is_that_of_tomorrow() -> None:
    assert next_time("10:00", NOW, ZONE) == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    with pytest.raises(NoTime):
        next_time("25:00", NOW, ZONE)
