"""Who can be let go after an incident has become a smaller one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch import commands as c
from dispatch.commands import AssignUnits, Choice
from dispatch.recommend import recommend
from dispatch.runcard import Need, RunCards
from dispatch.surplus import surplus
from resources.status import Status
from tests.dispatch.story import Story
from tests.dispatch.town import ADMINISTRATOR, RUN_CARDS, START
from tests.dispatch.town_roads import TownRoads


def send(story: Story, *choices: Choice) -> None:
    story.do(AssignUnits(1, choices))


def test_who_was_sent_for_a_level_that_is_no_more_can_be_let_go() -> None:
    story = Story()
    story.fire()
    story.do(c.ChangeAlarmLevel(1, 2))
    send(story, Choice("E1", "engine"), Choice("E2", "engine_2"), Choice("L1", "ladder_2"), Choice("P1"))
    assert surplus(story.state, 1) == ()
    story.do(c.ChangeAlarmLevel(1, 1))
    assert surplus(story.state, 1) == ("E2", "L1")
    story.do(c.ReleaseUnit("L1"))
    assert surplus(story.state, 1) == ("E2",)


def test_who_fills_another_need_now_is_not_spare() -> None:
    story = Story()
    story.fire()
    story.do(c.ChangeAlarmLevel(1, 2))
    send(story, Choice("E2", "engine_2"))
    story.do(c.ChangeAlarmLevel(1, 1))
    assert surplus(story.state, 1) == ()
    assert "engine" not in {row.need_id for row in recommend(story.state, {}, TownRoads(), 1, at=START).chosen}


def test_of_two_that_could_stay_the_one_that_is_there_stays() -> None:
    story = Story()
    story.do(c.LoadRunCards(RunCards((replace(RUN_CARDS.of("structure_fire"), needs=(
        Need("engine", ("engine",)), Need("more_2", ("engine",), 2, level=2)
    )),))), who=ADMINISTRATOR)  # fmt: skip
    story.fire()
    story.do(c.ChangeAlarmLevel(1, 2))
    send(story, Choice("E1", "more_2"), Choice("E2", "more_2"))
    story.do(c.ReportStatus("E2", Status.ON_SCENE))
    story.do(c.ChangeAlarmLevel(1, 1))
    assert surplus(story.state, 1) == ("E1",)


def test_an_incident_that_nobody_knows_has_none() -> None:
    with pytest.raises(KeyError):
        surplus(Story().state, 9)
