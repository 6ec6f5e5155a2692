"""Letters for names, and to whom something can be handed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.parts.seats import receiver_named, receivers, short
from tests.app.charge.seats import BELA, CARLA, join
from tests.app.panels.seat import Seat


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna Virtanen", "AV"),
        ("seat-2", "S2"),
        ("dispatch west 12", "D12"),
        ("bela", "BE"),
        ("王小明", "小明"),
        ("", "?"),
        ("--", "--"),
        ("<b>x</b>", "BB"),
    ],
)
def test_a_name_has_few_letters(name: str, letters: str) -> None:
    assert short(name) == letters


def test_who_is_there_comes_first_and_who_may_not_take_is_left_out(seat: Seat) -> None:
    join(seat, replace(BELA, age_s=60), CARLA, replace(BELA, seat="seat-9", actor="emil", role="observer"))
    found = receivers(seat.desk)
    assert [(one.to_seat, one.is_here) for one in found] == [("seat-3", True), ("seat-2", False)]
    assert receivers(seat.desk, but="seat-3") == found[1:]


def test_words_find_one_seat_or_none(seat: Seat) -> None:
    join(seat, BELA, CARLA, replace(BELA, seat="seat-22"))
    assert receiver_named(seat.desk, "SEAT-2").to_seat == "seat-2"  # type: ignore[union-attr]
    assert receiver_named(seat.desk, "seat-3 ").to_seat == "seat-3"  # type: ignore[union-attr]
    assert receiver_named(seat.desk, "seat-") is None and receiver_named(seat.desk, "") is None
