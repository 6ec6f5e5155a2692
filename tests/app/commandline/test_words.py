"""Words in, commands out: the grammar of the command line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.commandline.completion import complete
from app.commandline.deeds import Cover, DrawClosure, GoTo, Imagine, Send, SetWeather, Take, Unclear
from app.commandline.words import BY_HAND, paper_time, understand
from app.wording.screen import say
from dispatch.commands import (
    AcknowledgeSignal,
    AddNote,
    AssignUnits,
    ChangeAlarmLevel,
    ChangeKind,
    ChangePriority,
    CloseIncident,
    CloseRoad,
    DrawPerimeter,
    EndMoveUp,
    HoldUnit,
    LiftPerimeter,
    MoveUp,
    RaiseSignal,
    ReleaseUnit,
    ReopenIncident,
    ReportIncident,
    ReportStatus,
    UnholdUnit,
)
from dispatch.engine import Engine
from dispatch.incident import Closure, Perimeter, PerimeterKind
from dispatch.log_memory import MemoryLog
from dispatch.recommendation import Chosen, Eta, Reason, Recommendation
from dispatch.state import State
from resources.status import Signal, Status
from tests.dispatch import town

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)  # half past ten in Helsinki


@pytest.fixture(scope="module")
def state() -> State:
    engine = Engine(MemoryLog(), clock=lambda: NOW)
    for command in town.opening():
        engine.do(command)
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(0, 1))))
    engine.do(town.command(ReportIncident("cardiac_arrest", town.crossing(2, 1))))
    engine.do(town.command(CloseRoad(Closure("c1", "Point", ((25.0, 60.0),), reason="Burst pipe"))))
    return engine.state


def asked(line: str, state: State) -> object:
    deed = understand(line, state, NOW)
    assert isinstance(deed, Send)
    assert len(deed.bodies) == 1
    return deed.bodies[0]


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("E1 on scene", ReportStatus("E1", Status.ON_SCENE)),
        ("e1 ONSCENE", ReportStatus("E1", Status.ON_SCENE)),
        ("  E1   is  en  route ", ReportStatus("E1", Status.EN_ROUTE)),
        ("E1 available by radio", ReportStatus("E1", Status.AVAILABLE_BY_RADIO)),
        ("T 12 on scene", ReportStatus("T 12", Status.ON_SCENE)),
        ("t 12 clear", ReportStatus("T 12", Status.AVAILABLE)),
        ("E1 oos flat tyre", ReportStatus("E1", Status.OUT_OF_SERVICE, reason="flat tyre")),
        ("A1 transporting to Meilahti", ReportStatus("A1", Status.TRANSPORTING, destination="Meilahti")),
        ("E1 en route because misheard", ReportStatus("E1", Status.EN_ROUTE, reason="misheard")),
        ("E1 distress", RaiseSignal("E1", Signal.DISTRESS)),
        ("distress E1", RaiseSignal("E1", Signal.DISTRESS)),
        ("E1 speak", RaiseSignal("E1", Signal.REQUEST_TO_SPEAK)),
        ("answer E1", AcknowledgeSignal("E1", Signal.REQUEST_TO_SPEAK)),
        ("release E1", ReleaseUnit("E1")),
        ("release T 12 not needed", ReleaseUnit("T 12", "not needed")),
        ("close 1 false alarm", CloseIncident(1, "false_alarm")),
        ("close 1 EXT", CloseIncident(1, "extinguished")),
        ("close 1 extinguished by rain", CloseIncident(1, "extinguished", "by rain")),
        ("reopen 1 smoke again", ReopenIncident(1, "smoke again")),
        ("note 1 caller rang again", AddNote(1, "caller rang again")),
        ("level 1 2", ChangeAlarmLevel(1, 2)),
        ("priority 2 3 stable", ChangePriority(2, 3, "stable")),
        ("kind 1 stray", ChangeKind(1, "stray_dog")),
        ("kind 1 水管爆裂", ChangeKind(1, "burst_water_main")),
    ],
)
def test_a_line_becomes_the_command_that_a_button_sends(line: str, body: object, state: State) -> None:
    assert asked(line, state) == body


def test_units_are_sent_with_a_reason_for_choosing_by_hand(state: State) -> None:
    body = asked("send E1, T 12 A1 to #1", state)
    assert isinstance(body, AssignUnits)
    assert [(one.unit_id, one.override_reason) for one in body.choices] == [(u, BY_HAND) for u in ("E1", "T 12", "A1")]


def test_units_that_were_recommended_keep_their_need_and_the_answers_hash(state: State) -> None:
    chosen = Chosen("E1", "engine", "engine", "fire", Eta(80, 40), 900, Reason("nearest_suitable"))
    answer = Recommendation(1, "structure_fire", 1, 4, NOW, (chosen,), (), (), hash="abc")
    deed = understand("send E1 E2 to 1", state, NOW, answer)
    assert isinstance(deed, Send)
    body = deed.bodies[0]
    assert isinstance(body, AssignUnits)
    assert (body.recommendation, body.choices[0].need_id, body.choices[0].eta_s) == ("abc", "engine", 120)
    assert body.choices[0].override_reason == ""
    assert body.choices[1].override_reason == BY_HAND


def test_what_is_no_command_for_the_log(state: State) -> None:
    assert understand("goto Mannerheimintie 5 / Bulevardi", state, NOW) == GoTo("Mannerheimintie 5 / Bulevardi")
    assert understand("select 2", state, NOW) == Take(incident_id=2)
    assert understand("select T 12", state, NOW) == Take(unit_id="T 12")
    assert understand("closeroad burst pipe", state, NOW) == DrawClosure("burst pipe")
    assert asked("openroad burst pipe", state).closure_id == "c1"  # type: ignore[attr-defined]


def test_a_perimeter_is_lifted_by_its_incident_its_label_or_its_kind() -> None:
    engine = Engine(MemoryLog(), clock=lambda: NOW)
    for command in town.opening():
        engine.do(command)
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(0, 1))))
    ring = ((25.0, 60.0), (25.1, 60.0), (25.1, 60.1))
    hazard = Perimeter("p1", PerimeterKind.HAZARD, ((25.0, 60.0),), radius_m=50.0, incident_id=1)
    engine.do(town.command(DrawPerimeter(hazard)))
    assert asked("lift", engine.state) == LiftPerimeter("p1")
    engine.do(town.command(DrawPerimeter(Perimeter("p2", PerimeterKind.CORDON, ring, label="North side"))))
    for line, perimeter_id in (
        ("lift 1", "p1"), ("lift #1", "p1"), ("LIFT hazard zone", "p1"), ("lift 危险区", "p1"), ("lift p1", "p1"),
        ("lift north side", "p2"), ("lift cordon", "p2"),
    ):  # fmt: skip
        assert asked(line, engine.state) == LiftPerimeter(perimeter_id), line
    assert complete("lift ", engine.state) == ["lift 1", "lift North side"]
    for line in ("lift", "lift 2", "lift north"):
        with pytest.raises(Unclear) as caught:
            understand(line, engine.state, NOW)
        assert caught.value.code == "unclear_perimeter"
        assert caught.value.parameters["choices"] == "Hazard zone, North side"


def test_a_time_on_paper_is_the_most_recent_past_of_the_citys_clock(state: State) -> None:
    deed = understand("E1 on scene 0214", state, NOW)
    assert deed == Send((ReportStatus("E1", Status.ON_SCENE, source="paper"),), datetime(2026, 3, 2, 0, 14, tzinfo=UTC))
    late = understand("E1 on scene 22:05", state, NOW)
    assert isinstance(late, Send)
    assert late.at == datetime(2026, 3, 1, 20, 5, tzinfo=UTC)


def test_the_hour_that_a_clock_change_repeats_is_its_latest_past() -> None:
    after = datetime(2026, 10, 25, 2, 0, tzinfo=UTC)  # 04:00 in Helsinki; 03:30 was there twice
    assert paper_time("0330", after, "Europe/Helsinki") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    between = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 03:10 for the second time
    assert paper_time("0330", between, "Europe/Helsinki") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "unclear_empty"),
        ("frobnicate", "unclear_verb"),
        ("E9 on scene", "unclear_unit"),
        ("E1", "unclear_missing_status"),
        ("E1 dancing", "unclear_status"),
        ("E1 on scene dancing", "unclear_status"),
        ("E1 on scene 2561", "unclear_time"),
        ("E1 oos", "unclear_reason"),
        ("send E1", "unclear_missing_to"),
        ("send to 1", "unclear_missing_units"),
        ("send E1 X9 to 1", "unclear_unit"),
        ("send E1 to 99", "unclear_incident"),
        ("close", "unclear_missing_incident"),
        ("close 1", "unclear_disposition"),
        ("close 1 nonsense", "unclear_disposition"),
        ("level 1 7", "unclear_level"),
        ("priority 1 9", "unclear_priority"),
        ("kind 1 dragon", "unclear_kind"),
        ("note 1", "unclear_text"),
        ("reopen 1", "unclear_reason"),
        ("goto", "unclear_place"),
        ("openroad nowhere", "unclear_closure"),
        ("lift", "unclear_perimeter"),
        ("close 99999999999999999999999 x", "unclear_incident"),
        ("close ² x", "unclear_incident"),
    ],
)
def test_what_is_unclear_is_answered_with_a_code_that_has_words(line: str, code: str, state: State) -> None:
    from app.wording.screen import ENGLISH, say

    with pytest.raises(Unclear) as caught:
        understand(line, state, NOW)
    assert caught.value.code == code
    assert code in ENGLISH
    assert "{" not in say(code, "en", **caught.value.parameters)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("E1 ", "E1 on scene"),
        ("E1 en", "E1 en route"),
        ("se", "send"),
        ("send E", "send E1"),
        ("send E1 ", "send E1 to 1"),
        ("send E1 to ", "send E1 to 2"),
        ("close 1 ", "close 1 false alarm"),
        ("level 1 ", "level 1 2"),
        ("kind 1 bur", "kind 1 Burst water main"),
    ],
)
def test_completion_offers_whole_lines_that_begin_as_typed(typed: str, expected: str, state: State) -> None:
    offered = complete(typed, state)
    assert expected in offered
    assert all(one.casefold().startswith(" ".join(typed.split()).casefold()) for one in offered)


def test_every_line_that_completion_offers_can_be_understood(state: State) -> None:
    for typed in ("E1 ", "close 1 ", "level 1 ", "kind 1 ", "send E1 to ", "select "):
        for line in complete(typed, state):
            if not line.endswith(("out of service", "transporting")):
                understand(line, state, NOW)


def test_a_warning_stays_with_a_place_and_is_taken_off_by_its_words() -> None:
    from app.intake.nearby import warnings_at

    engine = Engine(MemoryLog(), clock=lambda: NOW)
    for request in (*town.opening(), town.command(ReportIncident("structure_fire", town.crossing(1, 1)))):
        engine.do(request)
    engine.do(town.command(asked("warn 1 biting dog", engine.state), at=NOW))
    here = town.crossing(1, 1)
    assert [warning.text for warning, _ in warnings_at(engine.state, here.lon, here.lat, NOW)] == ["biting dog"]
    assert "unwarn biting dog" in complete("unwarn ", engine.state)
    engine.do(town.command(asked("unwarn Biting Dog", engine.state), at=NOW))
    assert not engine.state.warnings
    for line, code in (("warn 1", "unclear_warning"), ("unwarn nothing", "unclear_unwarn")):
        with pytest.raises(Unclear) as caught:
            understand(line, engine.state, NOW)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("line", "body"),
    [
        ("hold E1 stands by for the harbour", HoldUnit("E1", "stands by for the harbour")),
        ("unhold E1", UnholdUnit("E1")),
        ("moveup E2 to Fire 00", MoveUp("E2", "fire-00")),
        ("moveup e2 fire-00 because the west is bare", MoveUp("E2", "fire-00", "the west is bare")),
        ("moveup T 12 to water 10", MoveUp("T 12", "water-10")),
        ("moveup E2 home", EndMoveUp("E2")),
    ],
)
def test_reserve_and_move_ups(state: State, line: str, body: object) -> None:
    assert asked(line, state) == body


def test_weather_coverage_and_what_ifs(state: State) -> None:
    six = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
    assert understand("weather rain until 18:00", state, NOW) == SetWeather("rain", six)
    assert understand("weather none", state, NOW) == SetWeather("")
    assert understand("coverage fire", state, NOW) == Cover("fire")
    assert understand("whatif", state, NOW) == Imagine("enter")
    assert understand("whatif close Harbour Street", state, NOW) == Imagine("close", "Harbour Street")
    assert understand("whatif open burst pipe", state, NOW) == Imagine("open", "c1")
    assert understand("whatif send E1, A2 to 2", state, NOW) == Imagine("send", "", ("E1", "A2"), 2)
    assert understand("whatif off", state, NOW) == Imagine("leave")
    assert understand("closeroad slow 40% until 18:00 works", state, NOW) == DrawClosure("slow 40% until 18:00 works")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("hold E1", "unclear_reason"),
        ("hold E9 why", "unclear_unit"),
        ("moveup E1", "unclear_move_to"),
        ("moveup E1 to the moon", "unclear_station"),
        ("moveup E1 to fire", "unclear_station"),  # there are two
        ("weather rain until soon", "unclear_time"),
        ("whatif send E1", "unclear_what_if"),
        ("whatif close", "unclear_what_if"),
        ("whatif open nothing", "unclear_closure"),
        ("closeroad works until 25:00", "unclear_time"),
        ("closeroad slow 100% works", "unclear_factor"),
    ],
)
def test_what_concerns_the_city_is_complained_of_in_words(state: State, line: str, code: str) -> None:
    with pytest.raises(Unclear) as problem:
        understand(line, state, NOW)
    assert problem.value.code == code
    words = say(code, **{name: str(value) for name, value in problem.value.parameters.items()})
    assert words != code and "{" not in words


def test_lines_about_the_city_are_completed(state: State) -> None:
    assert "moveup E2 to Fire 00" in complete("moveup E2 ", state)
    assert "moveup E2 home" in complete("moveup E2 ", state)
    assert complete("unhold ", state) == []
    assert "hold E1" in complete("hold ", state)
    assert "weather snow" in complete("weather s", state)
    assert "coverage ambulance" in complete("coverage a", state)
    assert "whatif send E1" in complete("whatif send E", state)
    assert "whatif send E1 to 2" in complete("whatif send E1 to", state)
