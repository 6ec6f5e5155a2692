"""A unit may be taken from a lesser thing while it is on its way there, and never in circles or from a scene."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.commands import AssignUnits, Choice, RaiseSignal, ReleaseUnit, ReportIncident, ReportStatus
from dispatch.redirects import NEVER, REDIRECTED, Redirects, may_leave_for
from resources.status import Signal, Status
from tests.dispatch.story import Story
from tests.dispatch.town import START, at, crew, crossing

RULES = Redirects(120.0, 30.0, 60.0, frozenset({(2, 1), (3, 1), (3, 2)}))
FIRE, COLLISION, MAIN = 1, 2, 3


@pytest.fixture
def story() -> Story:
    """A fire (1), a collision (2) with P1 on its way, and a burst main (3) with W1."""
    story = Story()
    for kind, place in (("structure_fire", (1, 1)), ("traffic_collision", (2, 2)), ("burst_water_main", (0, 1))):
        story.do(ReportIncident(kind, crossing(*place)))
    story.do(AssignUnits(COLLISION, (Choice("P1", "patrol", 400.0),)))
    story.do(AssignUnits(MAIN, (Choice("W1", "repair"),)))
    return story


def test_units_on_their_way_may_be_taken_by_what_is_more_urgent(story: Story) -> None:
    assert may_leave_for(story.state, RULES, START) == {"P1": {FIRE}, "W1": {FIRE, COLLISION}}
    assert may_leave_for(story.state, NEVER, START) == {}


@pytest.mark.parametrize("status", [Status.ON_SCENE, Status.STAGED, Status.TRANSPORTING, Status.AT_DESTINATION])
def test_nobody_is_taken_from_a_scene_or_a_transport(story: Story, status: Status) -> None:
    story.do(ReportStatus("P1", status, source="crew"), who=crew("P1"), at=at(30))
    assert "P1" not in may_leave_for(story.state, RULES, at(40))


def test_nobody_is_taken_who_was_on_scene_and_pressed_the_button_before(story: Story) -> None:
    story.do(ReportStatus("P1", Status.ON_SCENE, source="crew"), who=crew("P1"), at=at(30))
    story.do(ReportStatus("P1", Status.EN_ROUTE, source="crew"), who=crew("P1"), at=at(35))
    assert "P1" not in may_leave_for(story.state, RULES, at(40))


def test_a_crew_that_is_almost_there_or_in_distress_is_left_alone(story: Story) -> None:
    assert "P1" in may_leave_for(story.state, RULES, at(330))
    assert "P1" not in may_leave_for(story.state, RULES, at(350))
    assert "P1" in may_leave_for(story.state, RULES, at(500)), "it is late: nobody knows how near it is"
    story.do(RaiseSignal("W1", Signal.DISTRESS), who=crew("W1"))
    assert "W1" not in may_leave_for(story.state, RULES, START)


def test_who_was_redirected_is_left_alone_for_a_while(story: Story) -> None:
    story.do(ReleaseUnit("W1", REDIRECTED), at=at(60))
    story.do(AssignUnits(COLLISION, (Choice("W1"),)), at=at(60))
    soon, late = at(60) + timedelta(minutes=29), at(60) + timedelta(minutes=31)
    assert "W1" not in may_leave_for(story.state, RULES, soon)
    assert may_leave_for(story.state, RULES, late)["W1"] == {FIRE}
