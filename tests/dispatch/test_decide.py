"""Given events, when a command comes, then events: incidents, calls, sending, orders, roads, time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch import commands as c
from dispatch import events as e
from dispatch.incident import CallerPosition, Closure, OrderState, PremiseWarning, Stage
from dispatch.orders import distance_m
from resources.status import Status
from resources.unit import Roster
from tests.dispatch.story import Story
from tests.dispatch.town import ADMINISTRATOR, CLOCK, ROSTER, RUN_CARDS, START, UNITS, at, crew, crossing


@pytest.fixture
def story() -> Story:
    return Story()


class TestReport:
    def test_place_and_kind_suffice_and_the_run_card_gives_the_rest(self, story: Story) -> None:
        (event,) = story.do(c.ReportIncident("structure_fire", crossing(1, 2), hazards=("gas", "smoke")), at=at(5))
        assert event == e.IncidentReported(
            incident_id=1,
            kind="structure_fire",
            priority=1,
            alarm_level=1,
            location=crossing(1, 2),
            mode="emergency",
            lead="fire",
            received_at=at(5),
            hazards=("smoke", "gas"),
            deadline_at=at(5 + 3600),
        )
        assert story.incident().stage is Stage.WAITING

    def test_numbers_count_up_and_priority_and_level_may_be_given(self, story: Story) -> None:
        story.fire()
        (event,) = story.do(c.ReportIncident("traffic_collision", crossing(0, 0), 4, 2))
        assert (event.incident_id, event.priority, event.alarm_level) == (2, 4, 2)

    @pytest.mark.parametrize(
        ("call", "received_at"),
        [
            (c.RecordCall("c", ringing_at=at(1), answered_at=at(4)), at(4)),
            (c.RecordCall("c", ringing_at=at(1)), at(1)),
            (c.RecordCall("c"), at(30)),
        ],
    )
    def test_the_report_counts_from_its_call(self, story: Story, call: c.RecordCall, received_at: object) -> None:
        story.do(call)
        events = story.do(c.ReportIncident("structure_fire", crossing(0, 0), call_id="c"), at=at(30))
        assert events[0].received_at == received_at
        assert events[1] == e.CallAttached("c", 1)
        assert story.state.calls["c"].incident_id == 1 and story.incident().call_ids == ("c",)


class TestCalls:
    def test_what_becomes_known_is_merged_and_instants_stay(self, story: Story) -> None:
        story.do(c.RecordCall("c", "phone", ringing_at=at(1), text="help"))
        where = CallerPosition(25.0, 60.0, 300.0, "network")
        assert story.do(c.RecordCall("c", position=where)) == (e.CallerLocated("c", where),)
        assert story.do(c.RecordCall("c", position=where)) == ()
        story.do(c.RecordCall("c", ringing_at=at(9), answered_at=at(4), text="help, smoke", person_id="p1"))
        call = story.state.calls["c"]
        assert (call.ringing_at, call.answered_at, call.text) == (at(1), at(4), "help, smoke")
        assert (call.position, call.person_id) == (where, "p1")

    def test_a_call_moves_only_after_it_was_detached(self, story: Story) -> None:
        story.fire(), story.fire(), story.do(c.RecordCall("c"))
        assert story.do(c.AttachCall("c", 1)) == (e.CallAttached("c", 1),)
        assert story.do(c.AttachCall("c", 1)) == ()
        assert story.do(c.DetachCall("c", 1)) == (e.CallDetached("c", 1),)
        story.do(c.AttachCall("c", 2))
        assert (story.incident(1).call_ids, story.incident(2).call_ids) == ((), ("c",))


class TestAssign:
    def test_all_are_sent_with_order_and_one_task_a_department(self, story: Story) -> None:
        story.fire()
        choices = (c.Choice("E1", "engine", 95.5), c.Choice("A1", "als"), c.Choice("E2", "", None, "my own reason"))
        events = story.do(c.AssignUnits(1, choices, "hash"), at=at(20))
        tasks = [event for event in events if isinstance(event, e.TaskOpened)]
        assert tasks == [
            e.TaskOpened("1/fire", 1, "fire", ("engine",), at(3600)),
            e.TaskOpened("1/ambulance", 1, "ambulance", ("als",), at(3600)),
        ]
        first, _, last = (event for event in events if isinstance(event, e.UnitAssigned))
        place = crossing(1, 1)
        assert first.order.place == first.order.crossing == "Church Road / Middle Street"
        assert (first.order.lon, first.order.lat) == (place.lon, place.lat)
        assert (first.order.number, first.order.kind, first.order.hazards) == (1, "structure_fire", ("smoke",))
        assert (first.eta_s, first.recommendation, last.override_reason) == (95.5, "hash", "my own reason")
        assert story.unit("E1").status is Status.ALERTED and story.unit("E1").assignment_id == "1/1"
        assert story.incident().stage is Stage.ASSIGNED and story.incident().first_assigned_at == at(20)

    def test_none_is_sent_where_one_may_not_go(self, story: Story) -> None:
        story.fire("E1")
        story.fire()
        before = story.state
        story.refuses(c.AssignUnits(2, (c.Choice("A1"), c.Choice("E1"))))
        assert story.state is before and not story.unit("A1").assignment_id

    def test_the_task_grows_with_a_second_alarm_and_is_not_opened_twice(self, story: Story) -> None:
        story.fire("E1")
        story.do(c.ChangeAlarmLevel(1, 2))
        events = story.do(c.AssignUnits(1, (c.Choice("L1", "ladder_2"), c.Choice("E2", "engine_2"))))
        assert [type(event) for event in events] == [e.TaskOpened, e.UnitAssigned, e.UnitAssigned]
        assert story.state.tasks["1/fire"].need_ids == ("engine", "engine_2", "ladder_2")
        assert story.state.tasks_of[1] == ("1/fire",)

    def test_warnings_of_the_place_are_among_the_dangers(self, story: Story) -> None:
        place = crossing(1, 1)
        story.do(c.PostWarning(PremiseWarning("dog", place.lon, place.lat, 30.0, "biting dog")))
        story.do(c.PostWarning(PremiseWarning("far", place.lon, place.lat + 0.01, 30.0, "asbestos")))
        story.fire("E1")
        assert story.assignment().order.hazards == ("smoke", "biting dog")
        assert distance_m(place.lon, place.lat, place.lon, place.lat + 0.01) == pytest.approx(1112, abs=1)

    def test_a_unit_is_free_for_others_after_release(self, story: Story) -> None:
        story.fire("E1")
        assert story.do(c.ReleaseUnit("E1", "not needed"), at=at(60)) == (
            e.UnitReleased("1/1", "E1", "not needed"),
            e.StatusReported("E1", Status.AVAILABLE_BY_RADIO),
        )
        assert story.incident().stage is Stage.WAITING, "nobody was there and nobody is coming"
        assert (story.assignment().released_at, story.assignment().release_reason) == (at(60), "not needed")
        story.do(c.AssignUnits(1, (c.Choice("E1"),)))
        assert story.unit("E1").assignment_id == "1/2"


class TestOrders:
    def test_orders_move_forward_and_old_news_is_no_news(self, story: Story) -> None:
        story.fire("E1")
        assert story.do(c.MoveOrder("1/1", OrderState.DELIVERED), at=at(2)) == (
            e.OrderMoved("1/1", OrderState.DELIVERED),
        )
        assert story.do(c.MoveOrder("1/1", OrderState.SENT)) == ()
        moved = story.do(c.MoveOrder("1/1", OrderState.ACKNOWLEDGED), at=at(9))
        assert [type(event) for event in moved] == [e.OrderMoved, e.StatusReported]
        assert (story.assignment().delivered_at, story.assignment().acknowledged_at) == (at(2), at(9))
        assert story.unit("E1").status is Status.ACKNOWLEDGED
        story.do(c.ReleaseUnit("E1"))
        assert story.do(c.MoveOrder("1/1", OrderState.ACKNOWLEDGED)) == ()

    @pytest.mark.parametrize(
        "edit", [c.CorrectLocation(1, crossing(2, 2), "caller was wrong"), c.ChangeKind(1, "burst_water_main")]
    )
    def test_every_unit_that_was_sent_is_told_what_changed(self, story: Story, edit: c.Body) -> None:
        story.fire("E1", "A1", "P1")
        story.do(c.ReportStatus("E1", Status.ACKNOWLEDGED, source="crew"), at=at(5))
        story.do(c.ReleaseUnit("P1"))
        events = story.do(edit, at=at(10))
        told = [event for event in events if isinstance(event, e.OrderChanged)]
        assert [event.assignment_id for event in told] == ["1/1", "1/2"], "not the one that was released"
        order = told[0].order
        assert (order.kind, order.place) == (story.incident().kind, story.incident().location.text)
        assert story.assignment().order == order and story.assignment().order_state is OrderState.UNSENT
        assert story.assignment().acknowledged_at == at(5), "the first instant stays"
        seen = story.state.sequence - 1
        assert story.do(c.MoveOrder("1/1", OrderState.DELIVERED), based_on=seen) == (), "that was the old order"

    def test_a_changed_order_wants_a_word_of_its_own(self, story: Story) -> None:
        story.fire("E1")
        story.do(c.ReportStatus("E1", Status.EN_ROUTE, source="crew"), at=at(20))
        story.do(c.CorrectLocation(1, crossing(2, 2)), at=at(30))
        story.do(c.ReportStatus("E1", Status.ON_SCENE, source="crew"), at=at(50))
        assert story.assignment().order_state is OrderState.UNSENT, "it may stand at the wrong place"
        assert story.do(c.Tick(), who=CLOCK, at=at(61)) == (e.OrderOverdue("1/1"),)
        story.do(c.ReportStatus("E1", Status.ACKNOWLEDGED, source="crew"), at=at(70))
        assert story.assignment().order_state is OrderState.ACKNOWLEDGED and not story.assignment().order_overdue
        assert story.unit("E1").status is Status.ON_SCENE and story.assignment().acknowledged_at is None

    def test_thirty_seconds_without_a_word_raise_the_alarm_once(self, story: Story) -> None:
        story.fire("E1", "A1")
        story.do(c.MoveOrder("1/1", OrderState.SENT), at=at(20))
        story.do(c.ReportStatus("A1", Status.EN_ROUTE), at=at(29))
        assert story.do(c.Tick(), who=CLOCK, at=at(29.9)) == ()
        assert story.do(c.Tick(), who=CLOCK, at=at(30)) == (e.OrderOverdue("1/1"),)
        assert story.do(c.Tick(), who=CLOCK, at=at(99)) == ()
        story.do(c.ReportStatus("E1", Status.ACKNOWLEDGED, source="crew"), at=at(100))
        assert not story.assignment().order_overdue


class TestChanges:
    def test_another_kind_brings_its_priority_mode_lead_deadline_and_hazards(self, story: Story) -> None:
        story.do(c.ReportIncident("structure_fire", crossing(1, 1), alarm_level=2, hazards=("gas",)))
        story.do(c.ChangeKind(1, "burst_water_main"), at=at(50))
        incident = story.incident()
        assert (incident.priority, incident.mode, incident.lead) == (3, "ordinary", "water")
        assert (incident.deadline_at, incident.hazards) == (at(240 * 60), ("gas",))
        assert incident.alarm_level == 1, "the new card knows no second alarm"

    def test_the_same_again_is_no_entry(self, story: Story) -> None:
        story.fire()
        for body in (
            c.CorrectLocation(1, crossing(1, 1)),
            c.ChangeKind(1, "structure_fire"),
            c.ChangePriority(1, 1),
            c.ChangeAlarmLevel(1, 1),
        ):
            assert story.do(body) == ()
        assert story.do(c.LoadRoster(ROSTER), who=ADMINISTRATOR) == ()
        assert story.do(c.LoadRunCards(RUN_CARDS), who=ADMINISTRATOR) == ()

    def test_notes_are_kept_with_who_and_when_also_after_the_end(self, story: Story) -> None:
        story.fire()
        story.do(c.CloseIncident(1, "false_alarm"))
        story.do(c.AddNote(1, "<b>smoke</b>"), at=at(7))
        (note,) = story.incident().notes
        assert (note.written_at, note.actor, note.text) == (at(7), "anna", "<b>smoke</b>")


class TestClose:
    def test_closing_releases_units_only_when_asked_and_ends_every_task(self, story: Story) -> None:
        story.fire("E1", "A1")
        story.do(c.ReportStatus("E1", Status.ON_SCENE), at=at(100))
        story.do(c.ReleaseUnit("A1"), at=at(200))
        events = story.do(c.CloseIncident(1, "extinguished", "kitchen", release_units=True), at=at(300))
        assert events == (
            e.UnitReleased("1/1", "E1", "extinguished"),
            e.StatusReported("E1", Status.AVAILABLE_BY_RADIO),
            e.TaskDone("1/fire"),
            e.TaskDone("1/ambulance"),
            e.IncidentClosed(1, "extinguished", "kitchen"),
        )
        incident = story.incident()
        assert (incident.stage, incident.closed_at, incident.closing_text) == (Stage.CLOSED, at(300), "kitchen")
        assert not story.state.open_incidents and incident.first_on_scene_at == at(100)

    def test_a_card_without_dispositions_takes_any_word(self, story: Story) -> None:
        story.do(c.ReportIncident("stray_dog", crossing(0, 0)))
        assert story.refuses(c.CloseIncident(1, " ")).code == "text_missing"
        assert story.do(c.CloseIncident(1, "ran away"))

    def test_closed_was_not_over(self, story: Story) -> None:
        story.fire("E1")
        story.do(c.ReportStatus("E1", Status.ON_SCENE))
        story.do(c.CloseIncident(1, "extinguished", release_units=True))
        assert story.refuses(c.ReopenIncident(1, "")).code == "text_missing"
        story.do(c.ReopenIncident(1, "smoke again"), at=at(900))
        incident = story.incident()
        assert (incident.stage, incident.closed_at, incident.reopened) == (Stage.WAITING, None, 1)
        story.do(c.AssignUnits(1, (c.Choice("E1"),)), at=at(950))
        assert story.state.tasks["1/fire"].done_at is None
        story.do(c.ReleaseUnit("E1"), at=at(960))
        assert story.incident().stage is Stage.WAITING, "nobody has been there since"


class TestGround:
    LINE = Closure("road", "LineString", ((25.0, 60.0), (25.01, 60.0)), (17, 18), "crane", until=at(600))

    def test_a_road_is_closed_until_its_time_is_over(self, story: Story) -> None:
        (closed,) = story.do(c.CloseRoad(self.LINE), at=at(1))
        assert closed.closure == replace(self.LINE, closed_at=at(1))
        assert story.do(c.CloseRoad(self.LINE)) == ()
        assert story.do(c.Tick(), who=CLOCK, at=at(599)) == ()
        assert story.do(c.Tick(), who=CLOCK, at=at(600)) == (e.RoadOpened("road"),)
        assert not story.state.closures
        story.do(c.CloseRoad(replace(self.LINE, until=None)), at=at(700))
        assert story.do(c.OpenRoad("road", "done")) == (e.RoadOpened("road", "done"),)

    def test_an_area_may_be_drawn_without_coming_back_to_its_first_corner(self, story: Story) -> None:
        corners = ((25.0, 60.0), (25.01, 60.0), (25.01, 60.01))
        assert story.do(c.CloseRoad(Closure("area", "Polygon", corners)))
        assert story.refuses(c.CloseRoad(Closure("thin", "Polygon", corners[:2]))).code == "points_out_of_range"

    def test_an_area_may_have_holes_that_are_areas_too(self, story: Story) -> None:
        corners = ((25.0, 60.0), (25.02, 60.0), (25.02, 60.02))
        hole = ((25.014, 60.004), (25.016, 60.004), (25.016, 60.006))
        area = Closure("area", "Polygon", corners, holes=(hole,))
        assert story.do(c.CloseRoad(area)) and story.state.closures["area"].holes == (hole,)
        for wrong, code in (
            (replace(area, id="thin", holes=(hole, hole[:2])), "points_out_of_range"),
            (replace(area, id="long", holes=(hole * 3334,)), "points_out_of_range"),
            (replace(area, id="far", holes=((*hole, (200.0, 60.0)),)), "place_out_of_range"),
            (replace(area, id="line", geometry_type="LineString"), "geometry_unknown"),
        ):
            assert story.refuses(c.CloseRoad(wrong)).code == code

    @pytest.mark.parametrize(("kind", "factor"), [("closed", 0.0), ("flooded", 0.0), ("slow", 0.5)])
    def test_every_kind_of_closure_ends_at_its_time(self, story: Story, kind: str, factor: float) -> None:
        story.do(c.CloseRoad(replace(self.LINE, kind=kind, speed_factor=factor)), at=at(1))
        kept = story.state.closures["road"]
        assert (kept.kind, kept.speed_factor) == (kind, factor)
        assert story.do(c.Tick(), who=CLOCK, at=at(600)) == (e.RoadOpened("road"),)

    @pytest.mark.parametrize(
        ("kind", "factor"), [("slow", 0.0), ("slow", 1.0), ("slow", -0.5), ("closed", 0.5), ("flooded", 0.5)]
    )
    def test_only_a_slow_road_keeps_a_share_of_its_speed(self, story: Story, kind: str, factor: float) -> None:
        refused = story.refuses(c.CloseRoad(replace(self.LINE, kind=kind, speed_factor=factor)))
        assert refused.code == "speed_factor_out_of_range"

    def test_the_weather_is_reported_once_and_ends(self, story: Story) -> None:
        assert story.do(c.ReportWeather(" snow ", at(600)), at=at(1)) == (e.WeatherReported("snow", at(600)),)
        assert story.state.weather == "snow"
        assert story.do(c.ReportWeather("snow", at(600)), at=at(2)) == ()
        assert story.do(c.Tick(), who=CLOCK, at=at(599)) == ()
        assert story.do(c.Tick(), who=CLOCK, at=at(600)) == (e.WeatherReported(),)
        assert (story.state.weather, story.state.weather_until) == ("", None)
        assert story.do(c.Tick(), who=CLOCK, at=at(601)) == ()
        story.do(c.ReportWeather("rain"))
        assert story.do(c.ReportWeather("")) == (e.WeatherReported(),)
        assert story.refuses(c.ReportWeather("x" * 41)).code == "weather_unclear"
        assert story.refuses(c.ReportWeather("rain", at(-5))).code == "until_in_past"

    def test_a_warning_is_reworded_removed_and_ends(self, story: Story) -> None:
        warning = PremiseWarning("dog", 25.0, 60.0, 50.0, "dog", at(60))
        story.do(c.PostWarning(warning))
        assert story.do(c.PostWarning(warning)) == ()
        story.do(c.PostWarning(replace(warning, text="two dogs")))
        assert story.state.warnings["dog"].text == "two dogs"
        assert story.do(c.Tick(), who=CLOCK, at=at(60)) == (e.WarningRemoved("dog"),)
        story.do(c.PostWarning(warning)), story.do(c.RemoveWarning("dog"))
        assert not story.state.warnings


class TestTime:
    def test_a_deadline_passes_once_and_not_after_the_end(self, story: Story) -> None:
        story.fire(), story.fire()
        story.do(c.CloseIncident(2, "false_alarm"))
        assert story.do(c.Tick(), who=CLOCK, at=at(3599)) == ()
        assert story.do(c.Tick(), who=CLOCK, at=at(3600)) == (e.DeadlinePassed(1),)
        assert story.incident().is_overdue
        assert story.do(c.Tick(), who=CLOCK, at=at(3601)) == ()
        story.do(c.ChangeKind(1, "burst_water_main"))
        assert not story.incident().is_overdue, "the new kind has its own time"

    def test_an_absence_ends(self, story: Story) -> None:
        story.do(c.ReportStatus("E1", Status.OUT_OF_SERVICE, "fuel", at(300)))
        assert story.unit("E1").until == at(300)
        assert story.do(c.Tick(), who=CLOCK, at=at(300)) == (e.StatusReported("E1", Status.AVAILABLE, source="system"),)
        unit = story.unit("E1")
        assert (unit.status, unit.until, unit.reason) == (Status.AVAILABLE, None, "")

    def test_what_is_due_comes_in_one_order_whatever_the_past(self, story: Story) -> None:
        other = Story()
        for roads, told in (("abc", story), ("cab", other)):
            for road in roads:
                told.do(c.CloseRoad(replace(TestGround.LINE, id=road)))
        due = story.do(c.Tick(), who=CLOCK, at=at(600))
        assert due == other.do(c.Tick(), who=CLOCK, at=at(600)) == tuple(map(e.RoadOpened, "abc"))


class TestRoster:
    def test_units_keep_their_state_new_ones_start_free_and_bound_ones_stay_until_released(self, story: Story) -> None:
        story.fire("E1")
        story.do(c.ReportStatus("E2", Status.OUT_OF_SERVICE, "fuel"))
        new = replace(UNITS[0], id="N1")
        bigger = replace(UNITS[1], crew=6)
        story.do(c.LoadRoster(Roster(ROSTER.departments, ROSTER.stations, (new, bigger))), who=ADMINISTRATOR, at=at(5))
        assert set(story.state.units) == {"E1", "E2", "N1"}
        assert not story.unit("E1").on_roster and story.unit("E1").assignment_id
        assert (story.unit("E2").status, story.unit("E2").unit.crew) == (Status.OUT_OF_SERVICE, 6)
        assert (story.unit("N1").status, story.unit("N1").since) == (Status.AVAILABLE, at(5))
        story.do(c.ReportStatus("E1", Status.ON_SCENE, source="crew"), who=crew("E1"))
        story.do(c.ReleaseUnit("E1"))
        assert "E1" not in story.state.units

    def test_a_unit_that_comes_back_is_on_the_roster_again(self, story: Story) -> None:
        story.fire("E1")
        story.do(c.LoadRoster(Roster(ROSTER.departments, ROSTER.stations, UNITS[1:])), who=ADMINISTRATOR)
        story.do(c.LoadRoster(ROSTER), who=ADMINISTRATOR)
        assert story.unit("E1").on_roster and story.unit("E1").status is Status.ALERTED


def test_the_town_has_its_distances() -> None:
    a, b = crossing(0, 0), crossing(1, 0)
    assert distance_m(a.lon, a.lat, b.lon, b.lat) == pytest.approx(500, abs=2)
    assert at(60) - START == timedelta(minutes=1)
