"""Cover in words: what is foremost, how shares are rounded, and what of a report is old."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.coverage import words
from dispatch.coverage import Coverage
from dispatch.coverage_report import CoverageReport
from tests.dispatch.coverage_town import Street, line, state_of, target, targets, unit
from tests.dispatch.town import START


def report(*leaving: str) -> CoverageReport:
    state = state_of([unit("E1", 1), unit("E2", 8)], stations=[1])
    return Coverage(Street(), line([1] * 10), targets(target(2))).answers(state, {}, at=START, leaving=leaving)


@pytest.mark.parametrize(("share", "percent"), [(0.0, 0), (0.864, 86), (0.996, 99), (0.9996, 100), (1.0, 100)])
def test_what_is_not_quite_all_is_not_called_all(share: float, percent: int) -> None:
    assert words.percent(share) == percent


def test_before_and_after_are_told_and_what_stays_is_told_once() -> None:
    (cover,) = report("E1").covers
    assert words.change(cover, "en") == "80 → 40 %"
    (same,) = report().covers
    assert words.change(same, "en") == "80 %"
    assert words.loses(cover) and not words.loses(same)


def test_without_a_loss_the_one_farthest_below_its_target_is_foremost() -> None:
    found = report()
    (cover,) = found.covers
    short = replace(cover, department="other", reached_after=0.2)
    assert words.foremost(replace(found, covers=(cover, short))) is short
    assert words.foremost(replace(found, covers=())) is None


def test_ages_and_gaps_are_said_only_where_there_are_some() -> None:
    found, state = report(), state_of([unit("E1", 1)])
    assert words.ages(found, state, START, "en") == ""
    late = replace(found, progress=0.4, times_at=START, unplaced=("E1",), untimed=("E2",))
    said = words.ages(late, state, START + timedelta(minutes=5), "en")
    assert said == "as of 5 min ago · by the roads of 08:00; the new ones are 40 % done · 2 without a known place"
