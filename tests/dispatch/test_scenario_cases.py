"""What a drill's ordinary day was before it began: the rules take every step, each case stands where it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from dispatch.case import SUSPENDED, CasePlace, CaseStage, Evidence
from dispatch.case_staff import PREFIX
from dispatch.scenario_cases import STAGES, WAYS, CaseHappening, past
from tests.dispatch import case_town as t
from tests.dispatch.case_town import CaseStory

DAY = 86_400.0
RUBBISH = CaseHappening(-1_500.0, "rubbish", 25.0, 60.0, "Church Road 1")
_numbers = count(1)


def photo(kind: str, standard_id: str) -> Evidence:
    return Evidence(f"{next(_numbers):064x}", kind)


def told(*items: CaseHappening) -> CaseStory:
    """Tell what was before a drill that begins on Monday at eleven to a log of the town."""
    story = CaseStory()
    start_at = t.MONDAY_TEN + timedelta(hours=1)
    asked = past(
        items,
        story.state,
        start_at,
        place_of=lambda lon, lat, words: CasePlace(
            replace(t.PLACE.location, text=words), t.CELL, "centre", t.COMMUNITY
        ),
        photo=photo,
        words=lambda code: code,
    )
    assert [at for at, _ in asked] == sorted(at for at, _ in asked)
    assert all(at <= start_at for at, _ in asked)
    for at, (who, body) in asked:
        assert who.actor.startswith(PREFIX)
        story.do(body, who=who, at=at)
    return story


@pytest.mark.parametrize(
    ("stage", "source"),
    [
        (stage, source)
        for stage in STAGES
        for source in ("hotline", "patrol")
        if (stage, source) != ("verify", "patrol")
    ],
)
def test_a_case_stands_where_the_file_says(stage: str, source: str) -> None:
    case = told(replace(RUBBISH, after_s=-3 * DAY, stage=stage, source=source)).case()
    assert case.stage is CaseStage(stage)
    assert not case.fixer


@pytest.mark.parametrize("way", WAYS)
def test_what_else_happened_leaves_it_where_the_way_leads(way: str) -> None:
    case = told(replace(RUBBISH, after_s=-3 * DAY, way=way)).case()
    assert case.stage is WAYS[way]
    assert {
        "returned": bool(case.returns),
        "not_ours": len(case.disownings) == 2,
        "more_time": case.pending is not None,
        "suspended": case.paused == SUSPENDED,
        "dissatisfied": case.is_contested,
    }[way]


def test_cases_are_told_in_the_order_of_time_and_merged_by_their_place_in_the_file() -> None:
    later = replace(RUBBISH, after_s=-600.0)
    earlier = replace(RUBBISH, after_s=-2 * DAY, stage="handle")
    twin = replace(RUBBISH, after_s=-DAY, same_as=2)
    story = told(later, earlier, twin, replace(RUBBISH, after_s=60.0))
    assert [case.stage for case in story.state.cases.values()] == [
        CaseStage.HANDLE,
        CaseStage.MERGED,
        CaseStage.COLLECT,
    ]
    assert story.case(1).merged == (2,)


def test_a_danger_of_minutes_ago_still_waits_and_an_old_one_was_made_safe() -> None:
    story = told(replace(RUBBISH, standard="sewer_cover", after_s=-300.0)).case()
    assert story.make_safe is not None and story.make_safe.done_at is None
    old = told(replace(RUBBISH, standard="sewer_cover", after_s=-3 * DAY, stage="dispatch")).case()
    assert old.make_safe is not None and old.make_safe.done_at is not None


def test_a_class_that_is_not_in_force_is_left_out() -> None:
    assert not len(told(replace(RUBBISH, standard="no_such_class")).state.cases)
