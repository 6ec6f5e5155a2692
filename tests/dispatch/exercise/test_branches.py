"""Another branch shares what came before, changes nothing of the other, and its crews go on as they would have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.codec import encode
from dispatch.commands import AssignUnits, Choice
from dispatch.exercise.beside import (
    keeping_refusals,
    read_exercise,
    read_outcome,
    read_refusals,
    write_exercise,
)
from dispatch.exercise.branches import copy_before, decisions, read_tree, take_branch
from dispatch.exercise.exercise import BadExercise, Outcome
from dispatch.exercise.new_log import new_log
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.training_log import TrainingLog
from dispatch.log import open_log
from dispatch.log_interface import NotSaved
from dispatch.log_memory import MemoryLog
from dispatch.refused import Refused
from tests.dispatch.exercise.played import EXERCISE, play
from tests.dispatch.town import at
from tests.dispatch.town_roads import TownRoads

FIRST = AssignUnits(1, (Choice("E1", "engine"), Choice("A1", "als")))
SECOND = AssignUnits(2, (Choice("P1", "patrol"),))


def to_the_second(run: ExerciseRun) -> ExerciseRun:
    run.run_until(at(9))
    run.do(FIRST)
    run.run_until(at(71))
    return run


def test_the_same_decision_in_a_branch_gives_the_same_log() -> None:
    first = to_the_second(play())
    first.do(SECOND)
    first.run_until()
    before = [encode(each) for each in first.log.read()]
    second = decisions(first.log.read())[1]
    copy = MemoryLog()
    here = copy_before(first.log, second.sequence, TrainingLog(copy))
    assert here == second.recorded_at and copy.head == second.sequence - 1
    branch = play(log=copy, at=here)
    branch.do(SECOND)
    branch.run_until()
    assert [encode(each) for each in branch.log.read()] == before
    assert [encode(each) for each in first.log.read()] == before


def test_another_decision_in_a_branch_leaves_those_on_their_way_as_they_were() -> None:
    first = to_the_second(play())
    first.do(SECOND)
    first.run_until()
    copy = MemoryLog()
    here = copy_before(first.log, decisions(first.log.read())[1].sequence, TrainingLog(copy))
    branch = play(log=copy, at=here)
    branch.do(AssignUnits(2, (Choice("P2", "patrol"),)))
    branch.run_until()
    for unit_id in ("E1", "A1"):
        one, other = (
            next(each for each in run.state.assignments.values() if each.unit_id == unit_id) for run in (first, branch)
        )
        assert one == other
    assert {each.unit_id for each in branch.state.assignments.values()} == {"E1", "A1", "P2"}


def test_only_a_trainees_decision_can_be_taken_anew() -> None:
    run = to_the_second(play())
    with pytest.raises(BadExercise, match="no decision"):
        copy_before(run.log, 5, TrainingLog(MemoryLog()))
    with pytest.raises(BadExercise, match="no entry"):
        copy_before(run.log, 5000, TrainingLog(MemoryLog()))


def test_branches_stand_beside_their_exercise_as_a_tree(tmp_path: Path) -> None:
    root, keys = tmp_path / "root.db", tmp_path / "keys"
    outcome = Outcome()
    with new_log(root, key_folder=keys) as log:
        write_exercise(root, EXERCISE, outcome)
        run = to_the_second(play(log=log, refused=keeping_refusals(root)))
        with pytest.raises(Refused):
            run.do(AssignUnits(2, (Choice("E9"),)))
        run.do(SECOND)
        run.run_until(at(100))
    assert read_exercise(root) == EXERCISE and read_outcome(root, EXERCISE) is None
    assert [each.code for each in read_refusals(root)] == ["unit_unknown"]
    source = open_log(root, key_folder=keys, read_only=True)
    first, second = decisions(source.read())
    one = take_branch(source, root, second.sequence, tmp_path / "one.db", key_folder=keys, label="the other patrol")
    two = take_branch(source, root, first.sequence, tmp_path / "two.db", key_folder=keys)
    source.close()
    assert [each.code for each in read_refusals(tmp_path / "one.db")] == ["unit_unknown"]
    assert read_refusals(tmp_path / "two.db") == ()
    branch_log = open_log(tmp_path / "one.db", key_folder=keys)
    branch = ExerciseRun(read_exercise(tmp_path / "one.db"), TrainingLog(branch_log), TownRoads(), at=one.at)
    branch.do(AssignUnits(2, (Choice("P2", "patrol"),)))
    again = decisions(branch.log.read())[-1]
    three = take_branch(branch_log, tmp_path / "one.db", again.sequence, tmp_path / "three.db", key_folder=keys)
    assert branch_log.verify().is_intact
    branch_log.close()
    tree = read_tree(tmp_path / "three.db")
    assert tree == read_tree(root) and tree.root == "root.db"
    assert tree.children("root.db") == (one, two) and tree.path("three.db") == (one, three)


def test_a_log_that_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), new_log(tmp_path / "half.db", key_folder=tmp_path / "keys") as log:
        write_exercise(tmp_path / "half.db", EXERCISE, None)
        play(log=log)
        raise RuntimeError
    assert not list(tmp_path.glob("half*")) and not list((tmp_path / "keys").glob("*"))
    (tmp_path / "there.db").touch()
    with pytest.raises(NotSaved), new_log(tmp_path / "there.db", key_folder=tmp_path / "keys"):
        pass


def test_another_exercises_outcome_is_refused(tmp_path: Path) -> None:
    write_exercise(tmp_path / "log.db", EXERCISE, Outcome())
    with pytest.raises(BadExercise, match="not the outcome"):
        read_outcome(tmp_path / "log.db", replace(EXERCISE, outcome_digest="0" * 32))
    (tmp_path / "log.db.exercise.json").write_text('{"name": 1}')
    with pytest.raises(BadExercise, match="no exercise"):
        read_exercise(tmp_path / "log.db")
