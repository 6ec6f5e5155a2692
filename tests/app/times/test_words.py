"""Names of stations on a chart: what all begin with goes where they do not fit, and nothing that tells them apart."""

from __future__ import annotations

import pytest

from app.times.words import named_in

CITY = ["North City Fire Station 1", "North City Fire Station 25"]


@pytest.mark.parametrize(
    ("names", "letters", "shown"),
    [
        (CITY, 30, CITY),
        (CITY, 15, ["Fire Station 1", "Fire Station 25"]),
        (CITY, 1, ["1", "25"]),
        (["Station", "Station 9"], 5, ["Station", "Station 9"]),
        (["Harbour Station 1", "Station 2"], 9, ["Harbour Station 1", "Station 2"]),
        (["Headquarters of the North"], 5, ["Headquarters of the North"]),
        (["Nord A", "Nord A"], 3, ["A", "A"]),
    ],
)
def test_only_what_all_names_begin_with_goes_and_no_more_than_it_takes(
    names: list[str], letters: int, shown: list[str]
) -> None:
    assert named_in(names, lambda name: len(name) <= letters) == shown
