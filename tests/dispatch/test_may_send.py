"""Who may be sent: redirected from another incident, with one crew for two vehicles, for shared needs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch import commands as c
from dispatch import events as e
from dispatch.commands import AssignUnits, Choice
from dispatch.incident import Stage
from dispatch.runcard import Need, RunCards
from resources.status import Status
from tests.dispatch.story import Story
from tests.dispatch.town import ADMINISTRATOR, ROSTER, RUN_CARDS, UNITS, at


def take(unit_id: str, *, taken_from: int, need_id: str = "", reason: str = "") -> AssignUnits:
    return AssignUnits(2, (Choice(unit_id, need_id, 90.0, reason, taken_from=taken_from),))


class TestRedirect:
    def test_one_decision_releases_there_and_sends_here(self) -> None:
        story = Story()
        story.fire("E1")
        story.fire()
        events = story.do(take("E1", taken_from=1, need_id="engine"), at=at(30))
        assert [type(event) for event in events] == [e.UnitReleased, e.TaskOpened, e.UnitAssigned]
        assert events[0] == e.UnitReleased("1/1", "E1", "redirected")
        assert story.unit("E1").assignment_id == "2/1"
        assert story.unit("E1").status is Status.ALERTED
        assert (story.assignment().release_reason, story.assignment().released_at) == ("redirected", at(30))
        assert (story.incident(1).stage, story.incident(2).stage) == (Stage.WAITING, Stage.ASSIGNED)

    @pytest.mark.parametrize("status", [Status.ACKNOWLEDGED, Status.EN_ROUTE])
    def test_who_is_on_the_way_may_be_redirected(self, status: Status) -> None:
        story = Story()
        story.fire("E1")
        story.fire()
        story.do(c.ReportStatus("E1", status))
        assert story.do(take("E1", taken_from=1))

    @pytest.mark.parametrize("status", [Status.STAGED, Status.ON_SCENE, Status.TRANSPORTING, Status.AT_DESTINATION])
    def test_nobody_is_taken_from_a_scene_a_patient_or_where_it_is_staged(self, status: Status) -> None:
        story = Story()
        story.fire("A1")
        story.fire()
        story.do(c.ReportStatus("A1", status))
        refused = story.refuses(take("A1", taken_from=1, reason="I insist"))
        assert (refused.code, refused.parameters["status"]) == ("redirect_too_late", status.value)

    def test_it_must_still_be_bound_there(self) -> None:
        story = Story()
        story.fire("E1")
        story.fire()
        assert story.refuses(take("E1", taken_from=2)).code == "redirect_changed"
        assert story.refuses(take("E1", taken_from=9)).code == "redirect_changed"
        assert story.refuses(take("E2", taken_from=1)).code == "redirect_changed"
        assert story.refuses(AssignUnits(1, (Choice("E1", taken_from=1),))).code == "redirect_changed"


class TestOneCrew:
    @pytest.fixture
    def story(self) -> Story:
        story = Story()
        units = tuple(replace(u, cross_staffed="house") if u.id in ("E1", "L1") else u for u in UNITS)
        story.do(c.LoadRoster(replace(ROSTER, units=units)), who=ADMINISTRATOR)
        return story

    def test_one_command_does_not_send_one_crew_twice(self, story: Story) -> None:
        story.fire()
        refused = story.refuses(AssignUnits(1, (Choice("E1"), Choice("L1"))))
        assert (refused.code, refused.parameters) == ("crew_away", {"unit_id": "L1", "unit": "E1"})

    def test_the_partner_stays_until_the_crew_is_back_or_somebody_has_a_reason(self, story: Story) -> None:
        story.fire("E1")
        story.fire()
        assert story.refuses(AssignUnits(2, (Choice("L1"),))).code == "crew_away"
        assert story.decide(AssignUnits(2, (Choice("L1", override_reason="manned by the night watch"),)))
        story.do(c.ReleaseUnit("E1"))
        assert story.do(AssignUnits(2, (Choice("L1"),)))

    def test_a_crew_that_reports_itself_out_is_away_too(self, story: Story) -> None:
        story.fire()
        story.do(c.ReportStatus("L1", Status.EN_ROUTE, source="crew"))
        assert story.refuses(AssignUnits(1, (Choice("E1"),))).code == "crew_away"


class TestSharedNeeds:
    @pytest.fixture
    def story(self) -> Story:
        story = Story()
        card = RUN_CARDS.of("structure_fire")
        needs = (*card.needs, Need("aid", ("engine", "patrol"), 1, shared=True))
        others = tuple(each for each in RUN_CARDS.cards if each is not card)
        story.do(c.LoadRunCards(RunCards((replace(card, needs=needs), *others))), who=ADMINISTRATOR)
        story.fire()
        return story

    def test_what_a_unit_fills_beside_is_kept_with_it(self, story: Story) -> None:
        events = story.do(AssignUnits(1, (Choice("E1", "engine", also=("aid", "aid")),)))
        [assigned] = [event for event in events if isinstance(event, e.UnitAssigned)]
        assert (assigned.need_id, assigned.also) == ("engine", ("aid",))
        assert story.assignment().also == ("aid",)
        assert "aid" in story.state.tasks["1/fire"].need_ids
        assert story.state.changed["need/1/aid"].sequence == story.state.sequence

    def test_only_a_shared_need_of_the_card_is_filled_beside(self, story: Story) -> None:
        assert story.refuses(AssignUnits(1, (Choice("E1", "engine", also=("als",)),))).code == "need_not_shared"
        assert story.refuses(AssignUnits(1, (Choice("E1", "engine", also=("boat",)),))).code == "need_unknown"
        assert story.refuses(AssignUnits(1, (Choice("E1", "engine", also=("",)),))).code == "need_not_shared"
