"""What the trainer plans for later: it happens once, in her name, and again in a branch and in a score."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dispatch import injects as i
from dispatch.commands import AddNote, AssignUnits, Choice, ReportIncident
from dispatch.exercise.beside import PLANNED, file_beside, write_exercise
from dispatch.exercise.branches import take_branch
from dispatch.exercise.debriefing import encode_debriefing
from dispatch.exercise.due import own_key
from dispatch.exercise.exercise import TRAINER_SEAT, BadExercise
from dispatch.exercise.new_log import new_log
from dispatch.exercise.planned_file import keeping_planned, read_planned
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.training_log import TrainingLog
from dispatch.exercise.whole import debrief_log
from dispatch.incident import Location
from dispatch.injects import Condition, Inject
from dispatch.log import open_log
from dispatch.message_events import MessageSent
from dispatch.replay.bookmarks import Bookmark, bookmarks_file, read_bookmarks, write_bookmarks
from tests.dispatch.exercise.played import EXERCISE, play
from tests.dispatch.town import at
from tests.dispatch.town_roads import TownRoads

EXERCISE = replace(EXERCISE, injects=())
SNOW = Inject("trainer-snow-1", i.WEATHER, (Condition(i.CLOCK, after_s=120),), weather="snow")
FLAT = Inject("trainer-flat-1", i.FAILURE, (Condition(i.ON_SCENE, incident="A", after_s=5),), "flat tyre", unit="E2")
SEND = AssignUnits(1, (Choice("E1", "engine"),))


def happened(run: ExerciseRun, inject: Inject) -> list[tuple[float, str]]:
    entries = [each for each in run.log.read() if each.command_id == f"exercise-inject-{inject.id}"]
    return [((each.recorded_at - run.exercise.start_at).total_seconds(), each.seat) for each in entries]


def test_a_plan_happens_once_at_its_time_or_on_its_condition_in_the_trainers_name() -> None:
    run = play(EXERCISE)
    run.run_until(at(30))
    run.plan(SNOW)
    run.plan(FLAT)
    run.do(SEND)
    run.run_until()
    [(snow_s, seat)] = happened(run, SNOW)
    assert (snow_s, seat) == (120.0, TRAINER_SEAT) and run.state.weather == "snow"
    [(flat_s, _)] = happened(run, FLAT)
    arrived_at = next(each.on_scene_at for each in run.state.assignments.values() if each.unit_id == "E1")
    assert flat_s == pytest.approx((arrived_at - EXERCISE.start_at).total_seconds() + 5, abs=1.0)


def test_a_plan_holds_only_from_when_it_was_made_on() -> None:
    run = play(EXERCISE)
    run.run_until(at(200))
    run.plan(SNOW)  # its time is past: it happens with the next step
    assert not happened(run, SNOW)
    run.step()
    [(snow_s, _)] = happened(run, SNOW)
    assert snow_s > 200


def test_what_cannot_be_planned_is_refused_with_a_code() -> None:
    run = play(EXERCISE)
    run.plan(SNOW)
    for inject, code in ((SNOW, "exercise_has_inject"), (replace(FLAT, when=()), "exercise_plan_when")):
        with pytest.raises(BadExercise) as caught:
            run.plan(inject)
        assert caught.value.code == code
    run.inject(SNOW)  # ahead of its time
    assert len(happened(run, SNOW)) == 1
    run.run_until()
    assert len(happened(run, SNOW)) == 1
    with pytest.raises(BadExercise):
        run.unplan(SNOW.id)


def test_a_plan_that_is_taken_away_never_happens() -> None:
    run = play(EXERCISE)
    run.plan(SNOW)
    run.unplan(SNOW.id)
    run.run_until()
    assert run.planned == () and not happened(run, SNOW)


def test_a_message_may_name_an_incident_that_the_trainees_opened() -> None:
    run = play(EXERCISE)
    run.run_until(at(20))
    run.do(ReportIncident("structure_fire", Location(0.001, 0.001, "own")))
    own = max(run.state.incidents)
    run.inject(Inject("say", i.RADIO, (), "where are you", incident=own_key(own)))
    sent = [event for entry in run.log.read() for event in entry.events if isinstance(event, MessageSent)]
    assert sent[-1].incident_id == own
    with pytest.raises(BadExercise) as caught:  # number 1 came in by itself: its name is A
        run.inject(Inject("say-2", i.CALLER, (), "hello", incident=own_key(1)))
    assert caught.value.code == "exercise_inject_nowhere"


def test_plans_stand_beside_the_log_and_a_branch_makes_the_same_log_of_them(tmp_path: Path) -> None:
    def opened(file: Path, **more: object) -> ExerciseRun:
        log = open_log(file, key_folder=tmp_path / "keys")
        return ExerciseRun(
            EXERCISE, TrainingLog(log), TownRoads(), planned=read_planned(file), plans=keeping_planned(file), **more
        )  # type: ignore[arg-type]

    def told(run: ExerciseRun) -> list[tuple[object, ...]]:
        return [(each.sequence, each.command_id, each.recorded_at, each.events) for each in run.log.read()]

    first = tmp_path / "first.db"
    with new_log(first, key_folder=tmp_path / "keys") as log:
        write_exercise(first, EXERCISE, None)
        ExerciseRun(EXERCISE, TrainingLog(log), TownRoads())
    run = opened(first)
    run.run_until(at(10))
    made = run.do(AddNote(1, "first look"))
    assert made is not None
    write_bookmarks(
        bookmarks_file(str(first), tmp_path), (Bookmark(at(5), 3, "kept"), Bookmark(at(60), made.sequence, "later"))
    )
    run.run_until(at(50))
    run.plan(SNOW)
    run.run_until(at(60))
    run.log.close()
    run = opened(first)  # it is gone on with: the plan still stands
    run.run_until()
    whole, score_of = told(run), list(run.log.read())
    branch = take_branch(run.log, first, made.sequence, tmp_path / "second.db", key_folder=tmp_path / "keys")
    again = opened(tmp_path / "second.db", at=branch.at)
    again.do(AddNote(1, "first look"))
    again.run_until()
    assert [each[1:] for each in told(again)] == [each[1:] for each in whole]
    assert [each.name for each in read_bookmarks(bookmarks_file(str(tmp_path / "second.db"), tmp_path))] == ["kept"]
    debriefings = [
        encode_debriefing(debrief_log(EXERCISE, entries, TownRoads(), name="x"))
        for entries in (score_of, list(again.log.read()))
    ]
    assert debriefings[0] == debriefings[1]
    for each in (run, again):
        each.log.close()


def test_a_file_that_holds_no_plans_is_named(tmp_path: Path) -> None:
    file_beside(tmp_path / "x.db", PLANNED).write_bytes(b"[{]")
    with pytest.raises(BadExercise) as caught:
        read_planned(tmp_path / "x.db")
    assert caught.value.code == "exercise_bad_plans" and "x.db.planned.json" in str(caught.value)
