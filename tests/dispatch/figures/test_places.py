"""Places where things come again and again, and where they gather."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dispatch import case_commands as k
from dispatch.figures.facts import CaseFacts
from dispatch.figures.places import hot_spots, repeated_places
from tests.dispatch.case_town import ACCEPTOR, LAMP, PLACE
from tests.dispatch.figures.test_compute import MONDAY, MONTH, TUESDAY
from tests.dispatch.figures.told import ToldStory

METRE = 1 / 111_195  # of latitude, in degrees


def report(story: ToldStory, north_m: float, standard_id: str = "rubbish", component: str = "") -> int:
    here = PLACE.location
    moved = replace(PLACE, location=replace(here, lat=here.lat + north_m * METRE), component=component)
    number = story.state.next_case
    story.do(k.ReportCase("hotline", standard_id, moved), who=ACCEPTOR)
    return number


def test_three_of_a_class_within_fifty_metres_are_a_repeated_place():
    story = ToldStory()
    near = [report(story, north_m) for north_m in (0, 40, 80)]
    report(story, 200)
    report(story, 20, "flooding")
    (found,) = repeated_places(CaseFacts.of(story.state), MONTH)
    assert (found.case_ids, found.kind, found.standard_id) == (tuple(near), "near", "rubbish")
    assert repeated_places(CaseFacts.of(story.state), TUESDAY) == ()


def test_a_street_full_of_rubbish_is_many_places():
    story = ToldStory()
    for north_m in range(0, 600, 20):
        report(story, north_m)
    found = repeated_places(CaseFacts.of(story.state), MONTH)
    assert len(found) >= 5
    assert max(len(each.case_ids) for each in found) == 5  # 50 m to each side of one of them
    ids = [number for each in found for number in each.case_ids]
    assert len(ids) == len(set(ids))


def test_two_are_not_and_neither_is_a_duplicate():
    story = ToldStory()
    first, _, last = (report(story, north_m) for north_m in (0, 10, 20))
    story.do(k.MergeCase(last, first), who=ACCEPTOR)
    assert repeated_places(CaseFacts.of(story.state), MONTH) == ()


def test_one_component_is_one_place_whatever_is_wrong_with_it():
    story = ToldStory()
    numbers = [report(story, 0, each, LAMP) for each in ("lamp_out", "rubbish", "lamp_out")]
    (found,) = repeated_places(CaseFacts.of(story.state), MONTH)
    assert (found.case_ids, found.component, found.standard_id) == (tuple(numbers), LAMP, "")


def test_a_hot_spot_is_where_more_come_than_chance_explains():
    story = ToldStory()
    hot = [report(story, 5_000 + step) for step in range(12)]
    for step in range(0, 10_000, 500):
        report(story, step)
    spots = hot_spots(CaseFacts.of(story.state), MONDAY)
    assert set(hot) <= set(spots[0].case_ids)
    assert spots[0].z > 3
    assert all(len(spot.case_ids) >= 3 for spot in spots)


def test_evenly_strewn_cases_are_no_hot_spot():
    story = ToldStory()
    for step in range(0, 10_000, 500):
        report(story, step)
    assert hot_spots(CaseFacts.of(story.state), MONDAY) == ()


def test_the_statistic_is_that_of_getis_and_ord():
    from dispatch.figures.places import _getis_ord

    counts = np.array([[0.0, 0, 1], [0, 9, 2], [0, 0, 0], [1, 0, 0]])
    flat, n = counts.ravel(), counts.size
    z = _getis_ord(counts)
    for row in range(4):
        for column in range(3):
            weights = np.array([float(abs(r - row) <= 1 and abs(c - column) <= 1) for r in range(4) for c in range(3)])
            mean, spread = flat.mean(), np.sqrt((flat**2).mean() - flat.mean() ** 2)
            under = spread * np.sqrt((n * (weights**2).sum() - weights.sum() ** 2) / (n - 1))
            assert z[row, column] == pytest.approx(((weights * flat).sum() - mean * weights.sum()) / under)
