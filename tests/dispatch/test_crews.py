"""Simulated crews: they take an order that was changed while they drive, and go on driving."""

from __future__ import annotations

from dispatch.commands import CorrectLocation, ReportStatus, Tick
from dispatch.crews import Crews
from dispatch.events import OrderOverdue
from dispatch.incident import OrderState
from resources.status import Status
from tests.dispatch.story import Story
from tests.dispatch.town import CLOCK, at, crew, crossing


def test_a_changed_order_is_taken_on_the_way_before_the_alarm() -> None:
    story = Story()
    story.fire("E1")
    story.do(ReportStatus("E1", Status.EN_ROUTE, source="crew"), at=at(20))
    story.do(CorrectLocation(1, crossing(2, 2)), at=at(100))
    crews = Crews(lambda start, end, mode: None)
    for second in range(100, 145):
        for body in crews.step(story.state, {}, at(second)).bodies:
            if not (isinstance(body, ReportStatus) and body.status is Status.ON_SCENE):
                story.do(body, who=crew("E1"), at=at(second))
        assert not any(isinstance(e, OrderOverdue) for e in story.do(Tick(), who=CLOCK, at=at(second)))
    assert story.assignment().order_state is OrderState.ACKNOWLEDGED
    assert story.unit("E1").status is Status.EN_ROUTE
