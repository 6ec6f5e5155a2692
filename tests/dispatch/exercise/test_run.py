"""An exercise runs on its own clock, the same for the same, and tells nobody what is to come."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from dispatch.codec import encode
from dispatch.commands import AssignUnits, Choice, Command, ReleaseUnit
from dispatch.exercise import director
from dispatch.exercise.clock import ExerciseClock
from dispatch.exercise.exercise import Carried, Incoming, Place, Scene, Told
from dispatch.exercise.fleet import Fleet
from dispatch.exercise.happen import told
from dispatch.exercise.players import player_of
from dispatch.exercise.retrace import Seen, Stepped, retrace
from dispatch.exercise.run import ExerciseRun, Refusal
from dispatch.incident import Stage
from dispatch.refused import Refused
from resources.status import Status
from tests.dispatch.exercise.played import CRASH, EXERCISE, FIRE, play
from tests.dispatch.town import START, at, crossing
from tests.dispatch.town_roads import TownRoads


def decided(run: ExerciseRun) -> ExerciseRun:
    """Decide a few things by hand, between steps as a person does."""
    run.run_until(at(9))
    run.do(AssignUnits(1, (Choice("E1", "engine"), Choice("A1", "als"))))
    run.run_until(at(71))
    run.take_turn("bela")
    run.do(AssignUnits(2, (Choice("P1", "patrol"),)))
    run.run_until()
    return run


def test_it_tells_what_comes_when_it_comes_and_nothing_of_what_is_to_come() -> None:
    run = play()
    run.run_until(at(3))
    assert not run.state.calls and EXERCISE.known_at(at(3)) == ()
    run.run_until(at(50))
    incident = run.state.incidents[1]
    assert (incident.received_at, incident.reported_at) == (at(1), at(4))
    assert len(run.state.incidents) == 1 and EXERCISE.known_at(at(50)) == (FIRE,)
    run.run_until(at(60))
    assert run.state.incidents[2].kind == CRASH.kind


def test_crews_do_what_the_trainees_decided() -> None:
    run = decided(play())
    there = {each.unit_id: each for each in run.state.assignments.values()}
    assert all(each.en_route_at and each.on_scene_at and each.released_at for each in there.values())
    assert run.state.incidents[1].stage is Stage.CLEARED
    last = list(run.log.read())
    assert {(each.actor, each.department) for each in last if each.seat.startswith("trainee-")} == {
        ("anna", "fire"),
        ("bela", "police"),
    }


def test_equal_seeds_and_decisions_give_equal_logs_and_another_seed_another() -> None:
    runs = [decided(play(replace(EXERCISE, seed=seed))) for seed in (1, 1, 2)]
    logs = [[encode(entry) for entry in run.log.read()] for run in runs]
    assert logs[0] == logs[1]
    arrivals = [
        {each.unit_id: each.on_scene_at for each in run.state.assignments.values() if each.on_scene_at} for run in runs
    ]
    assert arrivals[0] == arrivals[1] != arrivals[2] and arrivals[0].keys() == arrivals[2].keys()


def test_a_log_that_was_left_is_gone_on_with_as_if_it_had_not_been() -> None:
    whole = decided(play())
    first = play()
    first.run_until(at(9))
    first.do(AssignUnits(1, (Choice("E1", "engine"), Choice("A1", "als"))))
    first.run_until(at(60))  # where something came in: that step is made once more
    again = play(log=first.log)
    again.run_until(at(71))
    again.take_turn("bela")
    again.do(AssignUnits(2, (Choice("P1", "patrol"),)))
    again.run_until()
    assert [encode(each) for each in again.log.read()] == [encode(each) for each in whole.log.read()]


def test_going_through_a_log_again_finds_units_where_they_were() -> None:
    run = play()
    seen = {}
    player_run = decided(run)
    fixes = dict(player_run.fixes)
    for each in retrace(Fleet(EXERCISE, TownRoads()), list(run.log.read()), until_tick=run.next_tick):
        if isinstance(each, Stepped):
            seen = dict(each.fixes)
        else:
            assert isinstance(each, Seen) and each.after.sequence == each.before.sequence + 1
    assert seen == fixes


def test_a_refusal_is_kept_for_the_score_and_not_in_the_log() -> None:
    kept: list[Refusal] = []
    run = play(refused=kept.append)
    run.run_until(at(9))
    head = run.log.head
    with pytest.raises(Refused):
        run.do(AssignUnits(1, (Choice("E9", "engine"),)))
    future = run.submit(Command("late", run.clock(), run.turn.who, ReleaseUnit("E1")))
    assert future.exception() is not None
    assert run.log.head == head
    assert [(each.sequence, each.command, each.actor) for each in kept] == [
        (head, "AssignUnits", "anna"),
        (head, "ReleaseUnit", "anna"),
    ]
    assert run.refusals == kept


def test_those_who_were_busy_go_on_as_recorded_until_somebody_takes_them_away() -> None:
    earlier = Incoming("old", -120, "structure_fire", crossing(2, 0))
    carried = (
        Carried("old", "E2", -100, "engine", (Told(-80, Status.EN_ROUTE), Told(-30, Status.ON_SCENE),
                                              Told(50, Status.AVAILABLE_BY_RADIO)), 50),
        Carried("old", "P1", -100, "", (Told(-80, Status.EN_ROUTE), Told(90, Status.ON_SCENE)), None),
    )  # fmt: skip
    places = (Place("E2", crossing(2, 0).lon, crossing(2, 0).lat), Place("P1", 25.01, 60.005))
    exercise = replace(EXERCISE, incoming=(earlier, FIRE), carried=carried, places=places)
    run = play(exercise)
    assert run.state.units["E2"].status is Status.ON_SCENE and run.state.units["P1"].status is Status.EN_ROUTE
    assert run.clock() == START
    run.run_until(at(40))
    assert run.state.units["E2"].status is Status.ON_SCENE and run.state.units["P1"].status is Status.EN_ROUTE
    run.do(AssignUnits(2, (Choice("P1", "patrol", taken_from=1),)))
    run.run_until(at(52))
    assert run.state.units["E2"].status == "available_by_radio"
    run.run_until(at(300))
    taken = sorted((each for each in run.state.assignments.values() if each.unit_id == "P1"), key=lambda each: each.id)
    assert [each.incident_id for each in taken] == [1, 2] and taken[0].on_scene_at is None and taken[1].on_scene_at
    assert run.state.incidents[1].stage is Stage.CLOSED  # it was nobody's exercise


def test_what_the_busy_have_reported_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = Incoming("old", -600, "traffic_collision", crossing(0, 1))
    told_of = (Told(-300, Status.ON_SCENE), Told(100, Status.AVAILABLE_BY_RADIO))
    place = Place("P1", crossing(0, 1).lon, crossing(0, 1).lat)
    carried = (Carried("old", "P1", -580, "", told_of, 100),)
    looked: list[str] = []
    monkeypatch.setattr(director, "told", lambda *of, **more: looked.append(of[1].unit_id) or told(*of, **more))
    run = play(replace(EXERCISE, incoming=(earlier, FIRE), carried=carried, places=(place,)))
    looked.clear()
    run.run_until(at(98))
    assert len(looked) == 1 and run.state.units["P1"].status is Status.ON_SCENE
    run.run_until(at(200))
    assert len(looked) == 2 and run.state.units["P1"].status is not Status.ON_SCENE


def test_units_stay_as_long_as_is_told_of_an_incident() -> None:
    spans = []
    for scene_s in (40.0, 120.0):
        run = decided(play(replace(EXERCISE, scenes=(Scene("A", False, scene_s),))))
        [engine] = [each for each in run.state.assignments.values() if each.unit_id == "E1"]
        assert engine.released_at and engine.on_scene_at
        spans.append((engine.released_at - engine.on_scene_at).total_seconds())
    assert 2.5 < spans[1] / spans[0] < 3.5


def test_a_policy_serves_what_comes_in() -> None:
    run = play(player=player_of("plan", EXERCISE, TownRoads(), waits_s=6))
    run.run_until(at(80))
    first = run.state.incidents[1]
    assert first.first_assigned_at == at(10)
    assert {run.state.assignments[each].need_id for each in run.state.assignments_of[1]} >= {"engine", "als"}
    with pytest.raises(ValueError, match="no policy"):
        player_of("record", EXERCISE, TownRoads())


def test_turns_go_round_by_time_or_by_hand() -> None:
    run = play(replace(EXERCISE, turn_s=30.0))
    assert run.turn.id == "anna"
    run.run_until(at(31))
    assert run.turn.id == "bela"
    assert run.take_turn("anna").who.department == "fire"
    assert run.take_turn(None).id == "bela"
    with pytest.raises(KeyError):
        run.take_turn("nobody")


def test_the_clock_keeps_between_steps_and_stands_when_it_is_told_to() -> None:
    now = [0.0]
    clock = ExerciseClock(START, monotonic=lambda: now[0])
    run = play(clock=clock)
    assert run.catch_up() and run.next_tick == 1 and clock.is_paused
    now[0] = 100.0
    assert run.catch_up() == []
    clock.run(10.0)
    now[0] += 0.5
    assert [each.at for each in run.catch_up()] == [at(2), at(4)]
    assert at(4) < clock() < at(6)
    now[0] += 5.0  # the machine was slow: no instant is told that lies behind a step to come
    assert clock() < at(6)
    assert clock.wanted_at >= at(55)
    clock.pause()  # at once: what it lags behind is not made up for
    now[0] += 60.0
    assert run.catch_up() == [] and at(4) < clock() < at(6)
    clock.run(10.0)
    now[0] += 0.3
    assert [each.at for each in run.catch_up()] == [at(6), at(8)]
    now[0] += 50.0
    clock.run(1.0)  # nor where it is slowed down
    assert run.catch_up() == [] and at(8) < clock() < at(10)
    clock.pause()
    with pytest.raises(ValueError, match="times as fast"):
        clock.run(5000.0)
    instants = [entry.recorded_at for entry in run.log.read()]
    assert all(a <= b for a, b in pairwise(instants))
