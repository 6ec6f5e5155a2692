"""Another branch shares what came before, changes nothing of the other, and its crews go on as they would have."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.codec import encode
from dispatch.commands import AssignUnits, Choice
from dispatch.exercise import beside, branches
from dispatch.exercise.beside import (
    keeping_refusals,
    read_exercise,
    read_outcome,
    read_refusals,
    write_exercise,
)
from dispatch.exercise.branches import copy_before, decisions, new_branch, read_tree, take_branch
from dispatch.exercise.exercise import BadExercise, Outcome, encode_exercise
from dispatch.exercise.new_log import new_log
from dispatch.exercise.run import ExerciseRun
from dispatch.exercise.training_log import TrainingLog
from dispatch.exercise.whole import debrief_log
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


@pytest.fixture
def played(tmp_path: Path) -> tuple[Path, int]:
    """A log with one decision, and which entry that is."""
    root = tmp_path / "root.db"
    with new_log(root, key_folder=tmp_path / "keys") as log:
        write_exercise(root, EXERCISE, None)
        run = play(log=log)
        run.run_until(at(9))
        run.do(FIRST)
        return root, decisions(log.read())[0].sequence


def no_room(file: Path, content: bytes) -> None:
    raise OSError(28, "No space left on device")


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


def test_a_new_log_takes_nothing_for_its_own_that_an_earlier_one_left(tmp_path: Path) -> None:
    for number, ending in enumerate(("refusals.jsonl", "planned.json", "branches.json", "bookmarks.json")):
        left = tmp_path / f"{number}.db.{ending}"
        left.write_text("kept")
        with pytest.raises(NotSaved, match=ending), new_log(tmp_path / f"{number}.db", key_folder=tmp_path / "keys"):
            pass
        assert left.read_text() == "kept" and not (tmp_path / f"{number}.db").exists()
    (tmp_path / "away.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(NotSaved), new_log(tmp_path / "away.db", key_folder=tmp_path / "keys"):
        pass
    assert not (tmp_path / "elsewhere.db").exists()


def test_a_branch_is_whole_or_leaves_nothing(played: tuple[Path, int], monkeypatch: pytest.MonkeyPatch) -> None:
    root, before = played
    keys, out = root.parent / "keys", root.parent / "branch.db"
    there = set(root.parent.rglob("*"))
    source = open_log(root, key_folder=keys, read_only=True)
    with pytest.raises(KeyboardInterrupt), new_branch(source, root, before, out, key_folder=keys):
        raise KeyboardInterrupt
    for file in (branches, beside):  # a disk that is full at any of the files
        with monkeypatch.context() as patch:
            patch.setattr(file, "write_whole", no_room)
            with pytest.raises(OSError):
                take_branch(source, root, before, out, key_folder=keys)
    exercise = root.with_name(root.name + ".exercise.json")
    exercise.write_bytes(encode_exercise(replace(EXERCISE, step_s=0.0)))
    with pytest.raises(BadExercise, match="not played from this exercise"):
        take_branch(source, root, before, out, key_folder=keys)
    with pytest.raises(BadExercise, match="not played from this exercise"):  # and none of it is scored
        debrief_log(read_exercise(root), list(source.read()), TownRoads())
    source.close()
    exercise.write_bytes(encode_exercise(EXERCISE))
    assert {each for each in root.parent.rglob("*") if not each.name.endswith(("-shm", "-wal", ".lock"))} <= there


def test_branches_that_are_taken_at_once_all_stand_in_the_tree(played: tuple[Path, int]) -> None:
    root, before = played
    keys = root.parent / "keys"

    def take(number: int) -> None:
        source = open_log(root, key_folder=keys, read_only=True)
        try:
            take_branch(source, root, before, root.with_name(f"{number}.db"), key_folder=keys)
        finally:
            source.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(take, range(4)))
    assert {each.log for each in read_tree(root).branches} == {f"{number}.db" for number in range(4)}


def test_a_tree_that_cannot_be_is_said_and_another_exercises_is_let_be(played: tuple[Path, int]) -> None:
    root, _ = played
    (root.parent / "a.db.branches.json").write_text("[")
    assert read_tree(root).root == "root.db"
    own = root.with_name("root.db.branches.json")
    at = '"before": 3, "at": "2026-01-01T08:00:00Z"'
    for root_name, log, parent in (
        ("root.db", "b.db", "b.db"),
        ("root.db", "../b.db", "root.db"),
        ("../x", "b", "../x"),
    ):
        own.write_text(f'{{"root": "{root_name}", "branches": [{{"log": "{log}", "parent": "{parent}", {at}}}]}}')
        with pytest.raises(BadExercise, match="cannot be"):
            read_tree(root)


def test_another_exercises_outcome_is_refused(tmp_path: Path) -> None:
    write_exercise(tmp_path / "log.db", EXERCISE, Outcome())
    with pytest.raises(BadExercise, match="not the outcome"):
        read_outcome(tmp_path / "log.db", replace(EXERCISE, outcome_digest="0" * 32))
    (tmp_path / "log.db.exercise.json").write_text('{"name": 1}')
    with pytest.raises(BadExercise, match="no exercise"):
        read_exercise(tmp_path / "log.db")
