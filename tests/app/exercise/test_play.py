"""A play without a window: who asks, when nothing may be asked, and that its thread waits for whoever watches."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.desk import Desk
from app.exercise.play import Play
from app.exercise.running import MOST_ENTRIES, Beat, Running
from dispatch.commands import AddNote, AssignUnits, Choice, CloseIncident, Command, OpenLog, ReportStatus, Tick, Who
from dispatch.engine import Engine
from dispatch.events import LogKind
from dispatch.exercise.beside import read_refusals, write_exercise
from dispatch.exercise.exercise import TRAINER_SEAT, Exercise
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.training_log import NotForTraining
from dispatch.injects import CALLER, RAISED, WEATHER, Inject
from dispatch.log import open_log
from dispatch.refused import Refused
from dispatch.replay.bookmarks import bookmarks_file, read_bookmarks
from resources.position import Fix
from resources.status import Status
from tests.app.exercise.conftest import new_exercise
from tests.dispatch.exercise.played import EXERCISE
from tests.dispatch.town import START, at
from tests.dispatch.town_roads import TownRoads

CREW = Who("E1", "crew", "", TRAINER_SEAT)


@dataclass
class Stage:
    """A play joined to a desk without panels; `fixes` are the positions that came to it."""

    play: Play
    desk: Desk
    bridge: Bridge
    qtbot: QtBot
    fixes: dict[str, Fix] = field(default_factory=dict)

    def step(self, count: int = 1) -> None:
        for _ in range(count):
            with self.qtbot.waitSignal(self.play.stepped):
                self.play.step_once()

    def answer(self, command: Command) -> Any:
        future = self.play_submit(command)
        self.qtbot.waitUntil(future.done)
        return future.exception() or future.result()

    def play_submit(self, command: Command) -> Any:
        return self.desk.submit(command)

    def ask(self, body: Any) -> Any:
        return self.answer(Command(f"ask-{time.monotonic_ns()}", self.desk.clock(), self.desk.who, body))


def opened(file: Path, exercise: Exercise, keys: Path, qtbot: QtBot) -> Play:
    play = Play(file, exercise, None, key_folder=keys, make_ground=lambda city: TownRoads())
    with qtbot.waitSignal(play.opened):
        play.open()
    return play


@pytest.fixture
def stage(tmp_path: Path, qtbot: QtBot) -> Iterator[Stage]:
    file = new_exercise(EXERCISE, tmp_path / "town.db", tmp_path / "keys")
    play = opened(file, EXERCISE, tmp_path / "keys", qtbot)
    desk = Desk(play.turn.who, clock=play.run.clock)
    desk.state = play.state
    bridge = Bridge(play.run.engine)
    found = Stage(play, desk, bridge, qtbot)
    take = lambda fixes: found.fixes.update((each.unit_id, each) for each in fixes)  # noqa: E731
    pulse = SimpleNamespace(take_fixes=take, beat=lambda: None)
    play.run.engine.start()
    play.join(SimpleNamespace(desk=desk, bridge=bridge, pulse=pulse))  # type: ignore[arg-type]
    play.start(paused=True)
    yield found
    play.stop()
    play.run.engine.stop()
    bridge.close()
    play.run.engine.log.close()


def test_trainees_ask_in_their_own_names_and_time_is_not_theirs_to_pass(stage: Stage) -> None:
    play = stage.play
    stage.step(4)
    play.set_speed(0.1)
    play.resume()
    entry = stage.ask(AddNote(1, "on it"))
    assert (entry.actor, entry.department, entry.seat) == ("anna", "fire", "trainee-anna")
    play.take_turn("bela")
    assert stage.desk.who.seat == "trainee-bela"
    assert stage.ask(AddNote(1, "me too")).actor == "bela"
    with stage.qtbot.waitSignal(play.injected):
        play.inject(Inject("snow", WEATHER, (), weather="snow", for_s=100))
    assert stage.answer(Command("late", at(200), stage.desk.who, Tick())) is None and play.state.weather == "snow"
    assert [each.actor for each in play.decisions()] == ["anna", "bela"]
    with pytest.raises(KeyError):
        play.take_turn("nobody")


def test_while_it_stands_still_and_once_it_is_over_nothing_is_decided(stage: Stage) -> None:
    play, told = stage.play, []
    stage.desk.refused.connect(lambda command, refused: told.append(refused.code))
    stage.step(4)
    assert isinstance(stage.ask(AddNote(1, "now")), Refused)
    play.set_speed(1_000)
    with stage.qtbot.waitSignal(play.ended):
        play.resume()
    assert play.is_over and play.is_paused
    assert isinstance(stage.ask(AddNote(1, "later")), Refused)
    assert told == ["exercise_paused", "exercise_over"] and not play.decisions()
    play.resume()
    assert play.is_paused
    assert not read_refusals(play.log_file)  # that time stands still is nobody's mistake


def test_no_turn_begins_as_the_exercise_ends(tmp_path: Path, qtbot: QtBot) -> None:
    exercise = replace(EXERCISE, lasts_s=40.0, turn_s=20.0)
    play = opened(new_exercise(exercise, tmp_path / "turns.db", tmp_path / "keys"), exercise, tmp_path / "keys", qtbot)
    turns = [play.turn.id]
    play.changed.connect(lambda: turns.append(play.turn.id))
    play.start(paused=True)
    while not play.is_over:
        with qtbot.waitSignal(play.stepped):
            play.step_once()
    assert list(dict.fromkeys(turns)) == ["anna", "bela"] and turns[-1] == "bela"
    play.stop()
    play.run.engine.log.close()


def test_what_the_rules_refuse_a_trainee_is_kept_beside_the_log(stage: Stage) -> None:
    stage.step(4)
    stage.play.set_speed(0.1)
    stage.play.resume()
    assert isinstance(stage.ask(AssignUnits(1, (Choice("nobody"),))), Refused)
    [kept] = read_refusals(stage.play.log_file)
    assert (kept.actor, kept.department, kept.command) == ("anna", "fire", "AssignUnits")


def test_the_trainer_injects_and_plays_and_hears_what_cannot_be(stage: Stage) -> None:
    play, qtbot = stage.play, stage.qtbot
    stage.step(4)
    snow = Inject("snow", WEATHER, (), weather="snow")
    with qtbot.waitSignal(play.injected):
        play.inject(snow)
    assert play.state.weather == "snow"
    for inject in (snow, Inject("b", CALLER, (), "it grows", incident="B"), Inject("up", RAISED, (), incident="A")):
        with qtbot.waitSignal(play.inject_failed) as failed:
            play.inject(inject)
        assert failed.args[0] == inject and failed.args[1]
    play.act(ReportStatus("E1", Status.OUT_OF_SERVICE, "flat tyre", source="crew"), CREW)
    qtbot.waitUntil(lambda: play.state.units["E1"].status is Status.OUT_OF_SERVICE)
    with qtbot.waitSignal(play.deed_failed) as failed:
        play.act(CloseIncident(1, "done"), CREW)
    assert failed.args[0] == CloseIncident(1, "done") and failed.args[1]
    with pytest.raises(ValueError, match="not played"):
        play.act(AddNote(1, "no"), stage.desk.who)
    assert not play.decisions() and not read_refusals(play.log_file)


def test_marks_are_kept_beside_the_log_and_positions_come_to_the_desk(stage: Stage, tmp_path: Path) -> None:
    play = stage.play
    stage.step(3)
    assert set(stage.fixes) >= {"E1"}
    play.mark("a good start")
    stage.step()
    play.mark("")
    assert [each.name for each in play.marks] == ["a good start", "10:00:06"]
    beside = bookmarks_file(str(play.log_file), tmp_path)
    stage.qtbot.waitUntil(lambda: beside.exists() and len(read_bookmarks(beside)) == 2)
    play.unmark(play.marks[1])
    stage.qtbot.waitUntil(lambda: [each.name for each in read_bookmarks(beside)] == ["a good start"])


def test_the_thread_waits_for_the_window_before_it_goes_on(tmp_path: Path) -> None:
    file = new_exercise(EXERCISE, tmp_path / "town.db", tmp_path / "keys")
    beats: Queue[Beat] = Queue()
    runs: Queue[ExerciseRun] = Queue()
    running = Running(
        file, EXERCISE, None, key_folder=tmp_path / "keys", make_ground=lambda city: TownRoads(),
        tell=lambda do: do(), beat=beats.put, broke=lambda problem: None,
    )  # fmt: skip
    running.open(runs.put, lambda problem: None)
    run = runs.get(timeout=40)
    running.is_started = True
    run.clock.run(1_000)
    before = 0
    while not run.is_over:
        beat = beats.get(timeout=40)
        tick, told = run.next_tick, run.state.sequence
        time.sleep(0.02)  # whoever watches is slow
        assert (run.next_tick, run.state.sequence) == (tick, told) and beats.empty()
        assert told - before <= MOST_ENTRIES + 8  # what one step brings comes with it
        before = told
        running.breathed()
    assert beat.is_over
    running.stop()
    run.engine.log.close()


def test_it_is_gone_on_with_where_it_was_left(stage: Stage, tmp_path: Path, qtbot: QtBot) -> None:
    stage.step(6)
    left_at, fixes = stage.play.run.next_tick, dict(stage.play.run.fixes)
    stage.play.stop()
    stage.play.run.engine.stop()
    stage.play.run.engine.log.close()
    again = opened(stage.play.log_file, EXERCISE, tmp_path / "keys", qtbot)
    assert again.run.next_tick <= left_at and again.at >= START
    assert set(again.run.fixes) == set(fixes) and again.has_begun
    again.stop()
    again.run.engine.log.close()


def test_only_the_log_of_that_exercise_is_opened(tmp_path: Path, qtbot: QtBot) -> None:
    drill = tmp_path / "drill.db"
    log = open_log(drill, key_folder=tmp_path / "keys")
    Engine(log, clock=lambda: START).do(
        Command("open", START, Who("opsroom", "system"), OpenLog(LogKind.DRILL, "smalltown", "UTC", "x"))
    )
    log.close()
    write_exercise(drill, EXERCISE, None)
    other = new_exercise(EXERCISE, tmp_path / "town.db", tmp_path / "keys")
    for file, exercise, problem in (
        (drill, EXERCISE, NotForTraining),
        (other, replace(EXERCISE, seed=2), ValueError),
    ):
        play = Play(file, exercise, None, key_folder=tmp_path / "keys", make_ground=lambda city: TownRoads())
        with qtbot.waitSignal(play.not_opened) as failed:
            play.open()
        assert isinstance(failed.args[0], problem)
        play.stop()
