"""Simulated crews: they take an order that was changed while they drive, and go on driving."""

from __future__ import annotations

from dispatch.commands import CorrectLocation, ReportStatus, Tick
from dispatch.crews import STANDS_S, Crews, Habits
from dispatch.events import OrderOverdue
from dispatch.incident import OrderState
from resources.position import Fix
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


def test_who_stands_at_work_says_so_now_and_then_and_leaves_when_it_is_time() -> None:
    story = Story()
    story.fire("E1")
    crews = Crews(lambda start, end, mode: None, habits=Habits(scene_s=100, spread=0.0))
    fixes: dict[str, Fix] = {}
    said: list[int] = []
    left_at = None
    for second in range(200):
        step = crews.step(story.state, fixes, at(second))
        fixes |= {fix.unit_id: fix for fix in step.fixes}
        is_there = story.unit("E1").status is Status.ON_SCENE
        said += [second for fix in step.fixes if fix.unit_id == "E1" and is_there]
        for body in step.bodies:
            if isinstance(body, ReportStatus) and body.status is Status.AVAILABLE_BY_RADIO:
                left_at = second
            story.do(body, who=crew("E1"), at=at(second))
        if left_at is not None:
            break
    came_at = (story.assignment().on_scene_at - at(0)).total_seconds()
    assert left_at == came_at + 100
    assert 100 / STANDS_S - 1 <= len(said) <= 100 / STANDS_S + 2
