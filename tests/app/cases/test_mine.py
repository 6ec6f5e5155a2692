"""Whose cases are whose, by role."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.cases.mine import has_own, is_mine
from dispatch.case import Appeal, CaseStage, Reading
from dispatch.commands import Who
from tests.dispatch import case_town as t
from tests.dispatch.case_town import CaseStory


@pytest.mark.parametrize(
    ("who", "stages"),
    [
        (t.ACCEPTOR, {"collect", "file"}),
        (t.DISPATCHER, {"dispatch", "feed_back"}),
        (t.SUPERVISOR, {"file", "check", "close"}),
        (t.CHECKER, {"verify", "check"}),
        (t.OFFICER, {"handle"}),
        (Who("eve", "observer"), set()),
    ],
)
def test_each_role_is_waited_for_at_its_stages(who: Who, stages: set[str]) -> None:
    story = CaseStory()
    story.report()
    found = set()
    for stage in t.WALK:
        story.walk(stage)
        if is_mine(story.case(), who, story.state.areas):
            found.add(stage.value)
    assert found == stages
    assert has_own(who.role) is (who.role != "observer")


def test_a_collector_has_own_tasks_and_those_of_nobody() -> None:
    story = CaseStory()
    story.report()
    story.walk(CaseStage.VERIFY)
    case = story.case()
    assert is_mine(replace(case, collector="gus"), t.COLLECTOR, story.state.areas)
    assert is_mine(replace(case, collector=""), t.COLLECTOR, story.state.areas)
    assert not is_mine(replace(case, collector="hal"), t.COLLECTOR, story.state.areas)
    anybody = replace(case, collector="")
    assert not is_mine(anybody, replace(t.COLLECTOR, actor="zoe"), story.state.areas)  # not a cell of theirs
    outside = replace(anybody, place=replace(case.place, cell=""))
    assert is_mine(outside, replace(t.COLLECTOR, actor="zoe"), story.state.areas)  # nobody's: it waits for all
    assert not is_mine(replace(anybody, stage=CaseStage.HANDLE), t.COLLECTOR, story.state.areas)


def test_an_officer_sees_no_other_departments_cases_but_a_danger_that_is_theirs() -> None:
    story = CaseStory()
    story.report("sewer_cover", "patrol", evidence=(t.photo("before"),))
    assert is_mine(story.case(), t.WATER_OFFICER, story.state.areas)
    assert not is_mine(story.case(), t.OFFICER, story.state.areas)


def test_an_appeal_waits_for_a_supervisor_who_has_not_read_it() -> None:
    story = CaseStory()
    story.report()
    story.walk(CaseStage.EVALUATE)
    appeal = Appeal(
        "urban", "not ours", "lea", t.MONDAY_TEN, (Reading(t.SUPERVISOR.actor, "upheld", "x", t.MONDAY_TEN),)
    )
    case = replace(story.case(), appeal=appeal)
    assert not is_mine(case, t.SUPERVISOR, story.state.areas)
    assert is_mine(case, t.SECOND_SUPERVISOR, story.state.areas)
    assert not is_mine(case, t.DISPATCHER, story.state.areas)
