from __future__ import annotations

import numpy as np

from gis.invented.names import GRIDS, MIDDLE, SUBURBS, place_names, street_names


def dice() -> np.random.Generator:
    return np.random.default_rng(1)


def test_thousands_of_streets_are_named_differently_in_both_languages() -> None:
    groups = np.repeat((MIDDLE, GRIDS, SUBURBS), 6_000)
    names = street_names(dice(), groups, np.array([5, 7]))
    assert len(set(names.english)) == len(groups) == len(names)
    assert len(set(names.chinese)) > 0.95 * len(groups)
    assert (names.english[5], names.chinese[5]) == ("Harbour Street", "港口街")


def test_a_part_has_the_same_sign_wherever_it_stands() -> None:
    names = place_names(dice(), 1_800)
    by_english = dict(zip(names.english, names.chinese, strict=True))
    assert by_english["Oakbridge"] == "橡桥" and by_english["Swanbridge"] == "鹄桥"


def test_more_places_than_plain_names_are_told_apart() -> None:
    names = place_names(dice(), 2_500)
    assert len(set(names.english)) == 2_500
