"""Injects happen once, when all that they wait for came true; what is due is a question of the state alone."""

from __future__ import annotations

import pytest

from dispatch import injects as i
from dispatch.commands import AssignUnits, ChangeAlarmLevel, Choice, CloseIncident, ReportStatus, Who
from dispatch.events import CallRecorded, NoteAdded, RoadClosed, SignalRaised, WeatherReported
from dispatch.exercise.due import due
from dispatch.exercise.exercise import BadExercise
from dispatch.exercise.run import ExerciseRun
from dispatch.injects import Condition, Ground, Inject
from dispatch.message import Addressee
from dispatch.message_events import MessageSent
from resources.status import Status
from tests.dispatch.exercise.played import EXERCISE, play, when, with_injects
from tests.dispatch.town import START, at, crossing


def told(run: ExerciseRun, kind: type) -> list[tuple[float, str, object]]:
    """List who said what of a kind, and when."""
    return [
        ((entry.recorded_at - START).total_seconds(), entry.actor, event)
        for entry in run.log.read()
        for event in entry.events
        if isinstance(event, kind)
    ]


def test_each_kind_happens_in_its_own_voice() -> None:
    now = when(i.CLOCK, after_s=10)
    line = Ground("LineString", ((25.0, 60.0), (25.01, 60.0)))
    run = play(
        with_injects(
            Inject("call", i.CALL, now, "my neighbour's house", lon=25.0, lat=60.0),
            Inject("radio", i.RADIO, now, "bridge is up", department="police"),
            Inject("closed", i.CLOSURE, now, "bridge", ground=line, for_s=60),
            Inject("failed", i.FAILURE, now, "flat tyre", unit="E2", for_s=40),
            Inject("snow", i.WEATHER, now, weather="snow"),
            Inject("raised", i.RAISED, now, "it spreads", incident="A", level=2),
            Inject("caller", i.CALLER, now, "there are people inside", incident="A"),
            Inject("crew", i.CREW, now, "all out", incident="A", unit="E1", signal="request_to_speak"),
        )
    )
    run.run_until(at(12))
    [(_, _, call)] = [each for each in told(run, CallRecorded) if each[2].call.rings]  # type: ignore[attr-defined]
    assert isinstance(call, CallRecorded) and call.call.text == "my neighbour's house"
    [(_, _, message)] = told(run, MessageSent)
    assert isinstance(message, MessageSent) and message.addressees == (Addressee("department", "police"),)
    assert [each[1] for each in told(run, NoteAdded)] == ["caller", "E1"]
    assert len(told(run, SignalRaised)) == len(told(run, RoadClosed)) == len(told(run, WeatherReported)) == 1
    assert run.state.units["E2"].status is Status.OUT_OF_SERVICE and run.state.weather == "snow"
    assert run.state.incidents[1].alarm_level == 2
    run.run_until(at(80))
    assert run.state.units["E2"].status == "available" and not run.state.closures


CONDITIONS = (
    (Condition(i.UNATTENDED, incident="A", after_s=20), 24),
    (Condition(i.UNIT, unit="E1", status="en_route"), None),
    (Condition(i.ON_SCENE, incident="A", capability="engine", count=2), None),
    (Condition(i.ALARM, incident="A", count=2, after_s=6), None),
    (Condition(i.CLOSED, incident="A"), None),
    (Condition(i.FEW_FREE, capability="engine", count=1), None),
)


@pytest.mark.parametrize(("condition", "alone_s"), CONDITIONS, ids=lambda each: getattr(each, "kind", ""))
def test_a_condition_waits_for_what_a_trainee_does(condition: Condition, alone_s: float | None) -> None:
    inject = Inject("x", i.WEATHER, (condition,), weather="snow")
    alone = play(with_injects(inject, lasts_s=60.0))
    alone.run_until()
    assert [each[0] for each in told(alone, WeatherReported)] == ([] if alone_s is None else [alone_s])
    run = play(with_injects(inject))
    run.run_until(at(8))
    run.do(AssignUnits(1, (Choice("E1", "engine"), Choice("E2", ""))))
    run.do(ChangeAlarmLevel(1, 2))
    run.run_until(at(10))
    if condition.kind == i.CLOSED:
        run.do(CloseIncident(1, "extinguished", release_units=True))
    run.run_until()
    happened = [each[0] for each in told(run, WeatherReported)]
    assert len(happened) == (0 if condition.kind == i.UNATTENDED else 1)
    sent = {each.unit_id: each for each in run.state.assignments.values()}
    expected = {
        i.UNIT: sent["E1"].en_route_at,
        i.ON_SCENE: max((each.on_scene_at for each in sent.values() if each.on_scene_at), default=None),
    }.get(condition.kind)
    if expected is not None:
        assert happened == [(expected - START).total_seconds() + EXERCISE.step_s]
    if condition.kind == i.ALARM:
        assert happened == [16]  # six seconds after it was raised, at the next step


def test_what_is_due_depends_on_the_state_alone() -> None:
    inject = Inject("x", i.WEATHER, (*when(i.CLOCK, after_s=10), *when(i.ALARM, incident="A", count=1)), weather="snow")
    run = play(with_injects(inject))
    state = run.state
    assert due((inject,), state, at(50), start_at=START) == ()  # the incident is not there yet
    run.run_until(at(6))
    assert due((inject,), run.state, at(9), start_at=START) == ()
    assert due((inject,), run.state, at(10), start_at=START) == (inject,)
    run.run_until(at(12))
    assert due((inject,), run.state, at(50), start_at=START) == ()  # it has happened
    assert due((inject,), state, at(50), start_at=START) == ()


def test_the_trainer_injects_at_once_and_what_cannot_be_is_said() -> None:
    run = play(with_injects(Inject("mine", i.WEATHER, when(i.CLOCK, after_s=300), weather="snow")))
    run.run_until(at(10))
    [entry] = run.inject(Inject("live", i.CALLER, (), "it is getting worse", incident="A"))
    assert (entry.seat, entry.actor) == ("exercise-trainer", "caller")
    assert entry.recorded_at > at(10) and run.state.incidents[1].notes[-1].text == "it is getting worse"
    with pytest.raises(BadExercise):
        run.inject(Inject("live2", i.CALLER, (), "more", incident="B"))  # has not come in yet
    with pytest.raises(BadExercise):
        run.inject(Inject("mine", i.WEATHER, (), weather="rain"))
    assert crossing(1, 1).lon == run.state.incidents[1].location.lon


def test_the_trainer_lets_an_inject_of_the_exercise_happen_ahead_of_its_time_and_only_once() -> None:
    mine = Inject("mine", i.WEATHER, when(i.CLOCK, after_s=30), weather="snow")
    run = play(with_injects(mine, lasts_s=60.0))
    run.run_until(at(10))
    [entry] = run.inject(mine)
    assert entry.seat == "exercise-trainer" and run.state.weather == "snow"
    with pytest.raises(BadExercise, match="has happened"):
        run.inject(mine)
    run.run_until()
    assert [each.command_id for each in run.log.read()].count("exercise-inject-mine") == 1
    assert not [each for each in run.log.read() if each.recorded_at >= at(30) and each.seat == "exercise-trainer"]


def test_the_trainer_plays_a_crew_and_nobody_else_is_played() -> None:
    run = play()
    run.run_until(at(10))
    crew = Who("E1", "crew", "", "exercise-trainer")
    entry = run.act(ReportStatus("E1", Status.OUT_OF_SERVICE, "a flat tyre", source="crew"), crew)
    assert entry is not None and (entry.actor, entry.seat) == ("E1", "exercise-trainer")
    again = run.act(ReportStatus("E1", Status.AVAILABLE, source="crew"), crew)
    assert again is not None and again.command_id != entry.command_id
    with pytest.raises(ValueError, match="not played"):
        run.act(ReportStatus("E1", Status.AVAILABLE), Who("anna", "operator", "", "trainee-anna"))
