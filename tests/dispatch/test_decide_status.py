"""What units do: facts of crews, paper keyed in later, the desk's word, signals."""

from __future__ import annotations

from datetime import datetime

import pytest

from dispatch import commands as c
from dispatch import events as e
from dispatch.incident import OrderState, Stage
from dispatch.moves import DESK_STATUS
from resources.status import COMMITTED, Signal, Status
from tests.dispatch.story import Story
from tests.dispatch.town import CLOCK, OPERATOR, OTHER_OPERATOR, SUPERVISOR, at, crew


@pytest.fixture
def story() -> Story:
    return Story()


def says(story: Story, status: Status, when: datetime, unit: str = "E1") -> tuple[e.Event, ...]:
    return story.do(c.ReportStatus(unit, status, source="crew"), who=crew(unit), at=when)


def paper(story: Story, status: Status, when: datetime, unit: str = "E1") -> tuple[e.Event, ...]:
    return story.do(c.ReportStatus(unit, status, source="paper"), at=when)


class TestFacts:
    def test_the_whole_way_fills_the_instants(self, story: Story) -> None:
        story.fire("A1")
        way = (
            Status.ACKNOWLEDGED,
            Status.EN_ROUTE,
            Status.STAGED,
            Status.ON_SCENE,
            Status.TRANSPORTING,
            Status.AT_DESTINATION,
        )
        for number, status in enumerate(way, start=1):
            (event,) = says(story, status, at(60 * number), "A1")
            assert event.marks == () and event.source == "crew" and event.assignment_id == "1/1"
        assert story.incident().stage is Stage.WORKING
        says(story, Status.AVAILABLE_BY_RADIO, at(500), "A1")
        a = story.assignment()
        assert [a.acknowledged_at, a.en_route_at, a.staged_at] == [at(60), at(120), at(180)]
        assert [a.on_scene_at, a.transporting_at, a.at_destination_at] == [at(240), at(300), at(360)]
        assert a.released_at == at(500) and a.marks == ()
        assert story.unit("A1").assignment_id == "" and story.incident().stage is Stage.CLEARED

    def test_a_report_that_names_an_earlier_assignment_leaves_the_present_one(self, story: Story) -> None:
        story.fire("E1")
        says(story, Status.EN_ROUTE, at(50))
        story.do(c.ReleaseUnit("E1"), at=at(100))
        story.fire("E1", at=at(120))
        named = c.ReportStatus("E1", Status.ON_SCENE, source="crew", assignment_id="1/1")
        (event,) = story.do(named, who=crew("E1"), at=at(700))
        assert event.marks == ("late",) and story.assignment("1/1").on_scene_at == at(700)
        assert story.assignment("2/1").on_scene_at is None and story.unit("E1").status is Status.ALERTED
        for wrong in ("2/9", "1/1"):
            unknown = c.ReportStatus("A1", Status.ON_SCENE, source="crew", assignment_id=wrong)
            assert story.refuses(unknown, who=crew("A1"), at=at(800)).code == "assignment_unknown"

    def test_skipped_instants_stay_blank_and_driving_off_acknowledges(self, story: Story) -> None:
        story.fire("E1", "A1")
        says(story, Status.EN_ROUTE, at(50))
        says(story, Status.ON_SCENE, at(90), "A1")
        first, second = story.assignment("1/1"), story.assignment("1/2")
        assert (first.acknowledged_at, first.order_state) == (None, OrderState.ACKNOWLEDGED)
        assert (second.acknowledged_at, second.en_route_at) == (None, None)
        assert second.order_state is OrderState.ACKNOWLEDGED and second.marks == ()

    def test_an_illogical_status_is_accepted_and_marked(self, story: Story) -> None:
        story.fire("E1")
        says(story, Status.ON_SCENE, at(60))
        (event,) = says(story, Status.EN_ROUTE, at(90))
        assert event.marks == ("out_of_sequence",) and story.unit("E1").status is Status.EN_ROUTE
        assert story.assignment().marks == ("out_of_sequence", "time_order"), "driving after it had arrived"

    def test_a_crew_without_an_assignment_is_believed_and_may_then_be_sent(self, story: Story) -> None:
        (event,) = says(story, Status.EN_ROUTE, at(10))
        assert (event.assignment_id, event.marks) == ("", ("out_of_sequence",))
        story.fire()
        story.do(c.AssignUnits(1, (c.Choice("E1"),)))
        assert story.unit("E1").status is Status.ALERTED

    def test_pressing_twice_is_once_and_the_first_instant_stays(self, story: Story) -> None:
        story.fire("E1")
        says(story, Status.STAGED, at(40))
        assert says(story, Status.STAGED, at(41)) == ()
        says(story, Status.EN_ROUTE, at(50)), says(story, Status.STAGED, at(60))
        assert story.assignment().staged_at == at(40)

    def test_available_while_bound_ends_the_assignment(self, story: Story) -> None:
        story.fire("E1")
        assert says(story, Status.AVAILABLE, at(30)) == (
            e.UnitReleased("1/1", "E1"),
            e.StatusReported("E1", Status.AVAILABLE, source="crew"),
        )
        assert story.incident().stage is Stage.WAITING and not story.state.open_assignments

    def test_a_breakdown_on_the_way_frees_the_incident_for_another(self, story: Story) -> None:
        story.fire("E1")
        story.do(c.ReportStatus("E1", Status.OUT_OF_SERVICE, "gearbox", source="crew"), who=crew("E1"), at=at(30))
        unit = story.unit("E1")
        assert (unit.status, unit.reason, unit.assignment_id) == (Status.OUT_OF_SERVICE, "gearbox", "")
        assert story.assignment().release_reason == "gearbox"

    def test_the_destination_is_kept_until_the_unit_is_free(self, story: Story) -> None:
        story.fire("A1")
        story.do(c.ReportStatus("A1", Status.TRANSPORTING, destination="North Hospital", source="crew"), at=at(9))
        says(story, Status.AT_DESTINATION, at(99), "A1")
        assert story.unit("A1").destination == "North Hospital"
        says(story, Status.AVAILABLE, at(199), "A1")
        assert story.unit("A1").destination == ""

    def test_a_clock_that_is_slow_by_seconds_loses_nothing(self, story: Story) -> None:
        story.fire("E1", at=at(100))
        says(story, Status.EN_ROUTE, at(97))
        assert story.unit("E1").status is Status.EN_ROUTE
        assert story.assignment().marks == ("time_order",)

    def test_a_report_held_up_on_the_way_does_not_turn_back_the_present(self, story: Story) -> None:
        story.fire("E1")
        says(story, Status.ON_SCENE, at(300))
        says(story, Status.AVAILABLE_BY_RADIO, at(900))
        story.fire("E1", at=at(1000))
        (event,) = says(story, Status.EN_ROUTE, at(100))
        assert (event.assignment_id, event.marks) == ("1/1", ("late",))
        assert story.assignment("1/1").en_route_at == at(100)
        assert story.unit("E1").status is Status.ALERTED and story.assignment("2/1").en_route_at is None


class TestPaper:
    def test_an_earlier_time_fills_its_instant_and_not_the_present(self, story: Story) -> None:
        story.fire("E1")
        story.do(c.ReportStatus("E1", Status.ON_SCENE), at=at(600))
        (event,) = paper(story, Status.EN_ROUTE, at(120))
        assert (event.source, event.marks, event.assignment_id) == ("paper", ("late",), "1/1")
        assert story.assignment().en_route_at == at(120) and story.assignment().marks == ()
        assert story.unit("E1").status is Status.ON_SCENE and story.unit("E1").since == at(600)

    def test_a_later_time_is_the_present(self, story: Story) -> None:
        story.fire("E1")
        paper(story, Status.EN_ROUTE, at(120)), paper(story, Status.ON_SCENE, at(360))
        assert story.unit("E1").status is Status.ON_SCENE and story.unit("E1").since == at(360)
        paper(story, Status.AVAILABLE, at(1200))
        assert story.assignment().released_at == at(1200) and story.unit("E1").since == at(1200)

    def test_a_minute_on_paper_lasts_sixty_seconds(self, story: Story) -> None:
        story.fire("E1", at=at(35))
        (event,) = paper(story, Status.EN_ROUTE, at(0))
        assert event.marks == () and story.unit("E1").status is Status.EN_ROUTE

    def test_another_time_for_the_same_instant_stands_in_the_log_and_is_marked(self, story: Story) -> None:
        story.fire("E1")
        story.do(c.ReportStatus("E1", Status.ON_SCENE), at=at(600))
        (event,) = paper(story, Status.ON_SCENE, at(360))
        assert event.marks == ("late", "time_differs")
        assert story.assignment().on_scene_at == at(600) and story.assignment().marks == ("time_differs",)
        (event,) = paper(story, Status.ON_SCENE, at(720))
        assert "time_differs" in event.marks and story.unit("E1").since == at(600)
        assert paper(story, Status.ON_SCENE, at(600)) == (), "the same again"

    def test_paper_reaches_an_assignment_that_is_over_and_an_incident_that_is_closed(self, story: Story) -> None:
        story.fire("E1")
        story.do(c.CloseIncident(1, "false_alarm", release_units=True), at=at(900))
        story.fire("E1", at=at(1000))
        paper(story, Status.ON_SCENE, at(300))
        assert story.assignment("1/1").on_scene_at == at(300) and story.incident().first_on_scene_at == at(300)
        assert story.incident().stage is Stage.CLOSED
        assert story.unit("E1").status is Status.ALERTED and story.assignment("2/1").on_scene_at is None

    def test_a_time_of_no_assignment_is_kept_all_the_same(self, story: Story) -> None:
        story.fire("E1", at=at(1000))
        (event,) = paper(story, Status.ON_SCENE, at(60))
        assert (event.assignment_id, event.marks) == ("", ("late",))
        assert story.assignment().on_scene_at is None

    def test_a_unit_may_be_sent_on_paper(self, story: Story) -> None:
        story.fire(at=at(500))
        story.do(c.AssignUnits(1, (c.Choice("E1"),)), at=at(200))
        paper(story, Status.ON_SCENE, at(420))
        assert (story.assignment().assigned_at, story.assignment().on_scene_at) == (at(200), at(420))
        assert story.incident().first_assigned_at == at(200)


class TestDesk:
    @pytest.mark.parametrize("status", sorted(COMMITTED - {Status.ALERTED}))
    def test_the_table_of_moves_binds_the_desk(self, story: Story, status: Status) -> None:
        story.fire("E1")
        story.do(c.ReportStatus("E1", status))
        for asked in COMMITTED - {status}:
            body = c.ReportStatus("E1", asked)
            if asked in DESK_STATUS[status]:
                assert story.decide(body)
            else:
                assert story.refuses(body).code == "status_against_order"

    def test_a_wrong_key_is_taken_back_with_a_reason(self, story: Story) -> None:
        story.fire("E1", "E2")
        story.do(c.ReportStatus("E1", Status.EN_ROUTE), at=at(50))
        story.do(c.ReportStatus("E1", Status.ON_SCENE), at=at(60))
        assert story.incident().first_on_scene_at == at(60)
        (event,) = story.do(c.ReportStatus("E1", Status.EN_ROUTE, "meant E2"), at=at(70))
        assert event.marks == ("corrected",)
        assignment = story.assignment()
        assert (assignment.en_route_at, assignment.on_scene_at) == (at(50), None)
        assert story.incident().first_on_scene_at is None and story.incident().stage is Stage.ASSIGNED
        story.do(c.ReportStatus("E1", Status.ON_SCENE), at=at(400))
        assert story.assignment().on_scene_at == at(400)

    def test_out_of_service_needs_a_reason_of_the_desk(self, story: Story) -> None:
        assert story.refuses(c.ReportStatus("E1", Status.OUT_OF_SERVICE)).code == "text_missing"
        assert story.refuses(c.ReportStatus("E1", Status.OUT_OF_SERVICE, "fuel", at(-1))).code == "until_in_past"
        assert story.do(c.ReportStatus("E1", Status.OUT_OF_SERVICE, "fuel", at(60)))
        assert story.do(c.ReportStatus("E1", Status.OUT_OF_SERVICE, "fuel", at(60))) == ()
        assert story.do(c.ReportStatus("E1", Status.OUT_OF_SERVICE, "fuel", at(90))), "it takes longer"
        assert story.do(c.ReportStatus("A1", Status.OUT_OF_SERVICE, source="crew"), who=crew("A1")), "a fact"

    def test_the_desk_sends_by_assigning_only(self, story: Story) -> None:
        assert story.refuses(c.ReportStatus("E1", Status.EN_ROUTE)).code == "unit_not_assigned"
        assert story.do(c.ReportStatus("E1", Status.AVAILABLE_BY_RADIO))

    def test_a_crew_speaks_for_itself_whatever_its_device_calls_the_source(self, story: Story) -> None:
        (event,) = story.do(c.ReportStatus("E1", Status.EN_ROUTE), who=crew("E1"))
        assert event.source == "crew"


class TestSignals:
    @pytest.mark.parametrize("signal", list(Signal))
    def test_a_signal_is_kept_until_somebody_takes_it(self, story: Story, signal: Signal) -> None:
        story.fire("E1")
        assert story.do(c.RaiseSignal("E1", signal), who=crew("E1"), at=at(5))
        assert story.do(c.RaiseSignal("E1", signal), who=crew("E1"), at=at(6)) == ()
        unit = story.unit("E1")
        assert (unit.distress_at if signal is Signal.DISTRESS else unit.speak_at) == at(5)
        assert unit.status is Status.ALERTED, "a signal is no status"
        assert story.do(c.AcknowledgeSignal("E1", signal), who=SUPERVISOR)
        assert story.do(c.AcknowledgeSignal("E1", signal), who=OTHER_OPERATOR) == (), "somebody was quicker"
        assert story.unit("E1").distress_at is None and story.unit("E1").speak_at is None

    @pytest.mark.parametrize("status", list(Status))
    def test_distress_is_heard_in_every_status(self, story: Story, status: Status) -> None:
        story.do(c.ReportStatus("E1", status, "any", source="crew"))
        assert story.do(c.RaiseSignal("E1", Signal.DISTRESS, 25.0, 60.0)) == (
            e.SignalRaised("E1", Signal.DISTRESS, 25.0, 60.0),
        )

    @pytest.mark.parametrize(
        "body",
        [
            c.RaiseSignal("radio 4711", Signal.DISTRESS),
            c.RaiseSignal("", Signal.DISTRESS, float("nan"), 60.0),
            c.RaiseSignal("x" * 100_000, Signal.DISTRESS, 25.0, 6000.0),
            c.RaiseSignal("\ud800", Signal.DISTRESS, 25.0, None),
        ],
    )
    def test_distress_is_never_refused_whoever_calls(self, story: Story, body: c.RaiseSignal) -> None:
        (event,) = story.do(body, who=c.Who("", "nobody"), at=at(3))
        assert (event.lon, event.lat) == (None, None), "a place that cannot be is left out"
        assert dict(story.state.strays) == {event.unit_id: at(3)}
        assert story.do(body) == (), "it is kept until somebody takes it"
        story.do(c.AcknowledgeSignal(event.unit_id, Signal.DISTRESS))
        assert not story.state.strays

    def test_a_caller_who_moves_is_heard_again(self, story: Story) -> None:
        story.do(c.RaiseSignal("E1", Signal.DISTRESS, 25.0, 60.0), at=at(1))
        assert story.do(c.RaiseSignal("E1", Signal.DISTRESS, 25.0, 60.1), at=at(9))
        assert story.unit("E1").distress_at == at(1)

    def test_a_stranger_who_only_wants_to_speak_is_unknown(self, story: Story) -> None:
        assert story.refuses(c.RaiseSignal("radio 4711", Signal.REQUEST_TO_SPEAK)).code == "unit_unknown"
        assert story.refuses(c.AcknowledgeSignal("radio 4711", Signal.DISTRESS)).code == "unit_unknown"
        assert story.do(c.Tick(), who=CLOCK) == () and OPERATOR.role == "operator"
