"""Who is sent to look: the collectors of the cell who are on shift, fairly, and never who handled it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dispatch import case_commands as k
from dispatch.areas import Area, Areas, Collector
from dispatch.areas_file import BadFile, parse_areas
from dispatch.calendar import Hours
from dispatch.case import CaseStage
from dispatch.collectors import collector_for, collectors_on_shift, tasks_of
from dispatch.standards import Standards
from tests.dispatch.case_town import ACCEPTOR, CASE_ROSTER, CELL, COMMUNITY, DISPATCHER, CaseStory, photo
from tests.dispatch.town import ADMINISTRATOR, START

DAY, NIGHT = (Hours(8 * 60, 20 * 60),), (Hours(20 * 60, 32 * 60),)
SHIFTS = Areas(
    (
        Area("centre", "Centre", (COMMUNITY,), "urban", collectors=("gus",)),
        Area("city", "City", (COMMUNITY[:6],), collectors=("zoe",)),
    ),
    (Collector("gus", "Gus", DAY, days=(0, 1, 2, 3, 4)), Collector("ivy", "Ivy", NIGHT, areas=("centre",))),
)
NOON, MIDNIGHT = START + timedelta(hours=2), START + timedelta(hours=14)  # Helsinki: two hours on


@pytest.fixture
def story() -> CaseStory:
    told = CaseStory()
    told.do(k.LoadAreas(SHIFTS), who=ADMINISTRATOR)
    return told


@pytest.mark.parametrize(
    ("at", "working"),
    [
        (NOON, ("gus",)),
        (MIDNIGHT, ("ivy",)),
        (START - timedelta(hours=4), ("ivy",)),  # four in the morning: the night that began on Sunday
        (START + timedelta(days=5, hours=2), ("zoe",)),  # Saturday noon: only the city's
    ],
)
def test_who_works_is_of_the_smallest_area_where_anybody_does(
    story: CaseStory, at: datetime, working: tuple[str, ...]
) -> None:
    assert collectors_on_shift(story.state, CELL, at) == working


def test_shifts_are_of_the_citys_clocks_across_daylight_saving() -> None:
    late = Collector("ivy", shift=(Hours(22 * 60, 30 * 60),), days=(5,))
    story = CaseStory()
    story.do(k.LoadAreas(Areas((Area("a", "A", (COMMUNITY,), collectors=("ivy",)),), (late,))), who=ADMINISTRATOR)
    six_local = datetime(2026, 3, 29, 3, 0, tzinfo=UTC)  # clocks went from three to four in that night
    assert collectors_on_shift(story.state, CELL, six_local - timedelta(minutes=1)) == ("ivy",)
    assert collectors_on_shift(story.state, CELL, six_local) == ()


def test_nobody_on_shift_and_nobody_known() -> None:
    story = CaseStory()
    assert collector_for(story.state, "999999001001001", NOON) == ""
    assert collector_for(story.state, "", NOON) == ""


def test_tasks_are_shared_out_by_who_has_the_fewest() -> None:
    story = CaseStory()  # gus and hal, at any hour
    for _ in range(4):
        story.do(k.AcceptCase(story.report()), who=ACCEPTOR)
    assert [story.case(number).collector for number in range(1, 5)] == ["gus", "hal", "gus", "hal"]
    assert (tasks_of(story.state, "gus"), tasks_of(story.state, "hal")) == ((1, 3), (2, 4))
    story.walk(CaseStage.FILE, 1)
    assert tasks_of(story.state, "gus") == (3,)
    story.do(k.AcceptCase(story.report(), collector="hal"), who=ACCEPTOR)  # who is named is named
    assert tasks_of(story.state, "hal") == (2, 4, 5)


def test_whoever_handled_it_is_not_sent_to_check_it() -> None:
    story = CaseStory()
    story.report(source="patrol", evidence=(photo("before"),))
    story.walk(CaseStage.HANDLE)
    helped = replace(story.case(), handlers=("gus",))
    story.state = replace(story.state, cases=story.state.cases.set(1, helped))
    story.walk(CaseStage.FEED_BACK)
    story.do(k.PassOnFeedback(1), who=DISPATCHER)
    assert story.case().collector == "hal" and tasks_of(story.state, "hal") == (1,)


def test_another_collector_may_answer_and_is_kept_as_who_did() -> None:
    story = CaseStory()
    story.do(k.AcceptCase(story.report(), collector="hal"), who=ACCEPTOR)
    story.walk(CaseStage.FILE)  # by gus
    assert story.case().visits[-2].actor == "gus" and story.case().collector == "hal"


def test_a_task_that_nobody_was_on_shift_for_is_everybodys_of_the_cell(story: CaseStory) -> None:
    empty = Areas((Area("centre", "Centre", (COMMUNITY,), collectors=("gus",)),), (Collector("gus", shift=DAY),))
    story.do(k.LoadAreas(empty), who=ADMINISTRATOR)
    number = story.report(at=MIDNIGHT)
    story.do(k.AcceptCase(number), who=ACCEPTOR, at=MIDNIGHT)
    assert story.case().collector == ""
    assert tasks_of(story.state, "gus") == (number,) and tasks_of(story.state, "zoe") == ()


def test_a_file_says_who_works_when_and_everything_wrong_with_it() -> None:
    area = f'[[area]]\nid = "centre"\nname = "Centre"\ncells = ["{COMMUNITY}"]\ncollectors = ["gus"]\n'
    good = (
        '[[collector]]\nid = "ivy"\nname = "Ivy"\nshift = ["20:00-08:00"]\ndays = ["sat", "fri"]\nareas = ["centre"]\n'
    )
    read = parse_areas(area + good, roster=CASE_ROSTER, standards=Standards())
    assert read.collectors == (Collector("ivy", "Ivy", NIGHT, (4, 5), ("centre",)),)
    assert read.collectors_of(CELL) == ("gus", "ivy")
    assert parse_areas(area, roster=CASE_ROSTER, standards=Standards()).collectors == ()
    bad = '[[collector]]\nid = "ivy"\nshift = ["8-20"]\ndays = ["fry"]\nareas = ["center"]\npay = 1\n'
    with pytest.raises(BadFile) as caught:
        parse_areas(area + good + bad, roster=CASE_ROSTER, standards=Standards())
    told = "\n".join(str(each) for each in caught.value.problems)
    for words in (
        "stands already on line 7",
        "'8-20' is not hours",
        "did you mean 'fri'",
        "did you mean 'centre'",
        "'pay'",
    ):
        assert words in told, told
