"""A session that cannot open, or cannot go back, says so and stays as it was; names of branches; turns."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.exercise.session import Place, Session, branch_file
from app.exercise.strip import ExerciseStrip
from app.exercise.turns import next_turn, turn_ends_in_s
from dispatch.straight import StraightGround
from gis.city import City
from tests.app.exercise.conftest import Sat, exercise_of, new_exercise
from tests.dispatch.exercise.played import EXERCISE
from tests.dispatch.town import at


def session(city: City, tmp_path: Path) -> Session:
    return Session(
        Place(city, tmp_path / "keys", planner=None, workers=0, is_silent=True, make_ground=lambda _: StraightGround())
    )


def test_what_is_no_exercise_is_not_opened_and_another_may_be_tried(city: City, tmp_path: Path, qtbot: QtBot) -> None:
    here = session(city, tmp_path)
    held = new_exercise(exercise_of(city, name_zh="两辆救护车"), tmp_path / "held.db", tmp_path / "keys")
    abroad = new_exercise(replace(exercise_of(city), city="Elsewhere"), tmp_path / "abroad.db", tmp_path / "keys")
    (tmp_path / "bad.db.exercise.json").write_text("{", encoding="utf-8")
    for file, word in ((tmp_path / "none.db", "none.db"), (tmp_path / "bad.db", "no exercise"), (abroad, "Elsewhere")):
        with qtbot.waitSignal(here.failed) as failed:
            here.open(file)
        assert word in failed.args[0] and "\n" not in failed.args[0]
        assert not here.is_busy and not here.is_open
    with qtbot.waitSignal(here.played):
        here.open(held)
    play, window = here.play, here.shown.window
    strips = [ExerciseStrip(play, language=language) for language in ("en", "zh")]
    assert [strip.name.text() for strip in strips] == ["Two ambulances", "两辆救护车"]
    for before in (1, 10_000):  # the exercise's own opening, and what is not there
        with qtbot.waitSignal(here.failed):
            here.branch(before)
        assert here.play is play and here.shown.window is window and play.is_paused and not here.is_busy
    assert not list(tmp_path.glob("held-branch-*"))
    with qtbot.waitSignal(here.failed):  # somebody writes it already: this session does
        here.open(held)
    assert here.play is play
    here.branch(1)
    card = here.room.card  # painted before anything stands still
    assert card.isVisibleTo(window) and card.head.text().startswith("Going back") and "moment" in card.about.text()
    with qtbot.waitSignal(here.failed) as failed:  # one at a time
        here.open(held)
    qtbot.waitUntil(lambda: not here.is_busy)
    assert "begun" in card.head.text() or "Paused" in card.head.text()
    with qtbot.waitSignal(here.left):
        window.close()
    here.close()


def test_branches_are_named_after_the_first_log(tmp_path: Path) -> None:
    first = tmp_path / "monday.db"
    assert branch_file(first).name == "monday-branch-1.db"
    (tmp_path / "monday-branch-1.db").touch()
    assert branch_file(tmp_path / "monday-branch-1.db").name == "monday-branch-2.db"


def test_turns_go_round_and_end_with_the_exercise() -> None:
    anna, bela = EXERCISE.trainees
    assert next_turn(EXERCISE, anna) == bela and next_turn(EXERCISE, bela) == anna
    assert turn_ends_in_s(EXERCISE, at(10)) is None
    timed = replace(EXERCISE, turn_s=150.0)
    assert [turn_ends_in_s(timed, at(s)) for s in (-10, 0, 149, 150, 310)] == [160, 150, 1, 150, None]


def test_a_window_is_made_in_turns_and_one_that_nobody_waits_for_is_put_away(
    city: City, tmp_path: Path, qtbot: QtBot
) -> None:
    held = new_exercise(exercise_of(city), tmp_path / "held.db", tmp_path / "keys")
    left, here = session(city, tmp_path), session(city, tmp_path)
    turns: dict[Session, int] = {left: 0, here: 0}

    def beat() -> None:
        for each in turns:
            turns[each] += each._making is not None
        if turns[left] == 12:
            left.close()  # its desk is there, and half of its window

    beats = QTimer(interval=0)
    beats.timeout.connect(beat)
    beats.start()
    left.open(held)
    qtbot.waitUntil(lambda: turns[left] >= 12)
    with qtbot.waitSignal(here.played):  # nobody holds its log any more
        here.open(held)
    beats.stop()
    assert not left.is_open and turns[left] == 12
    assert turns[here] > 25  # the panels, the docks, what is joined to them
    here.close()


def test_what_was_played_before_is_let_go_of(sat: Sat, city: City, tmp_path: Path, qtbot: QtBot) -> None:
    session = sat.session
    before = [weakref.ref(each) for each in (session.shown, session.shown.window, session.shown.desktop.desk, sat.play)]
    other = new_exercise(exercise_of(city), tmp_path / "other.db", session.place.key_folder)
    with qtbot.waitSignal(session.played):
        session.open(other)

    def is_gone() -> bool:
        gc.collect()
        return all(each() is None for each in before)

    qtbot.waitUntil(is_gone, timeout=20_000)  # each would keep its memory and seventy open files
    session.play.resume()  # and what came in its place is whole
    qtbot.waitUntil(lambda: session.play.at > session.play.exercise.start_at, timeout=20_000)
