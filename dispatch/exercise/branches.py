"""Go back to a decision and take another: a log of its own that shares what came before, and a tree that tells which.

Nothing of the earlier log is changed. Crews go on in the branch as they would have in the other: what they do depends
on the seed and the entries, which are the same.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from dispatch.events import Entry, LogKind, UnitAssigned
from dispatch.exercise.beside import (
    TREE,
    file_beside,
    read_exercise,
    read_outcome,
    read_refusals,
    write_exercise,
    write_refusals,
)
from dispatch.exercise.exercise import BadExercise, is_decision_by
from dispatch.exercise.new_log import new_log
from dispatch.exercise.planned_file import read_planned, write_planned
from dispatch.exercise.retrace import check_played
from dispatch.exercise.training_log import NotForTraining, TrainingLog
from dispatch.log_interface import Log
from dispatch.log_lock import Held, WriterLock
from dispatch.replay.bookmarks import BadBookmarks, Bookmark, bookmarks_file, read_bookmarks, write_bookmarks
from dispatch.whole_file import write_whole

LARGEST_BYTES = 5_000_000
TRIES, WAIT_S = 50, 0.02


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch: its log's file name, that of the log it came from, and the decision it takes anew."""

    log: str
    parent: str
    before: int
    at: datetime
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """All branches of an exercise, in the order in which they were made; `root` is the log that it began with."""

    root: str
    branches: tuple[Branch, ...] = ()

    def children(self, log: str) -> tuple[Branch, ...]:
        """Return the branches that were taken from a log."""
        return tuple(each for each in self.branches if each.parent == log)

    def path(self, log: str) -> tuple[Branch, ...]:
        """Return the branches on the way from the root to a log."""
        found: list[Branch] = []
        by_log = {each.log: each for each in self.branches}
        while log in by_log:
            found.append(by_log[log])
            log = by_log[log].parent
        return tuple(reversed(found))


def decisions(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries at which another branch may be taken: what trainees asked for."""
    return tuple(entry for entry in entries if is_decision_by(entry.seat))


def copy_before(source: Log, before: int, out: TrainingLog) -> datetime:
    """Copy all that came before a decision into an empty log; return the instant at which to go on.

    Raises NotForTraining where `source` is no exercise, BadExercise where entry `before` is no trainee's decision.
    """
    if source.kind is not LogKind.EXERCISE:
        words = f"{source.name} is no exercise: there is nothing to take another branch of"
        raise NotForTraining("training_not_exercise", words, log=source.name)
    if out.log.head:
        raise BadExercise("exercise_not_empty", f"{out.log.name} is not empty", log=out.log.name)
    known: list[Entry] = []
    for entry in source.read():
        if entry.sequence == before:
            if not is_decision_by(entry.seat):
                raise BadExercise("exercise_no_decision", f"entry {before} is no decision of a trainee", number=before)
            for each in known:
                out.log.append(each)
                _keep_shown(source, each, out.log)
            return entry.recorded_at
        known.append(entry)
    raise BadExercise("exercise_no_entry", f"{source.name} has no entry {before}", log=source.name, number=before)


def _keep_shown(source: Log, entry: Entry, out: Log) -> None:
    """Keep the answers that units were sent by also beside a log that the sending was copied into."""
    for name in {event.recommendation for event in entry.events if isinstance(event, UnitAssigned)} - {""}:
        shown = source.shown(name)
        if shown is not None:
            out.keep_shown(shown)


@contextlib.contextmanager
def new_branch(
    source: Log, log: Path, before: int, out: Path, *, key_folder: Path, label: str = ""
) -> Iterator[tuple[Log, Branch]]:
    """Give a branch of the exercise at `log` in a new log at `out`; note it in the tree when the block ends.

    Whatever ends the block early leaves nothing of the branch. `source` is the log at `log`, however it is open.
    Raises BadExercise, NotForTraining, NotSaved, OSError.
    """
    if out.parent.resolve() != log.parent.resolve():
        raise BadExercise(
            "exercise_branch_beside", f"a branch stands beside its exercise, in {log.parent}", folder=str(log.parent)
        )
    exercise = read_exercise(log)
    outcome = read_outcome(log, exercise)
    refusals, planned = read_refusals(log), read_planned(log)
    marks = tuple(each for each in _marks(log) if each.sequence < before)
    read_tree(log)  # before anything is made
    with new_log(out, key_folder=key_folder) as made:
        at = copy_before(source, before, TrainingLog(made))
        check_played(exercise, list(made.read()), source.name)
        write_exercise(out, exercise, outcome)
        write_refusals(out, (each for each in refusals if each.sequence < before))
        if planned:
            write_planned(out, planned)
        if marks:
            write_bookmarks(bookmarks_file(str(out), out.parent), marks)
        branch = Branch(out.name, log.name, before, at, label)
        yield made, branch
        made.settle()
        _note(log, branch)


def take_branch(source: Log, log: Path, before: int, out: Path, *, key_folder: Path, label: str = "") -> Branch:
    """Make a branch, whole or not at all, as `new_branch` does, to go on with it later."""
    with new_branch(source, log, before, out, key_folder=key_folder, label=label) as (_, branch):
        return branch


def _note(log: Path, branch: Branch) -> None:
    """Add a branch to the tree, after whatever other programs add just now. Raises BadExercise, OSError."""
    file = file_beside(log.with_name(read_tree(log).root), TREE)
    lock = _locked(file.with_name(f"{file.name}.lock"))
    try:
        tree = read_tree(log)
        write_whole(file, msgspec.json.format(msgspec.json.encode(Tree(tree.root, (*tree.branches, branch)))))
    finally:
        lock.release()


def _locked(file: Path) -> WriterLock:
    for _ in range(TRIES):
        with contextlib.suppress(Held):
            return WriterLock(file)
        time.sleep(WAIT_S)
    return WriterLock(file)


def _marks(log: Path) -> tuple[Bookmark, ...]:
    """Return the moments that were marked; a file that cannot be read stands in nobody's way."""
    try:
        return read_bookmarks(bookmarks_file(str(log), log.parent))
    except (BadBookmarks, OSError):
        return ()


def read_tree(log: Path) -> Tree:
    """Read the tree that a log of an exercise belongs to: of which it is the root, or a branch. Raises BadExercise.

    Trees of other exercises in the same folder are of no interest, whatever is wrong with them.
    """
    own = file_beside(log, TREE)
    for file in (own, *sorted(log.parent.glob(f"*{TREE}"))):
        try:
            known, tree = _tree_in(file)
        except FileNotFoundError:
            continue
        except (ValueError, OSError) as error:
            if file != own:
                continue
            words = f"{file} is no tree of branches: {error}"
            raise BadExercise("exercise_bad_tree", words, file=str(file), why=str(error)) from error
        if log.name in known:
            return tree
    return Tree(log.name)


def _tree_in(file: Path) -> tuple[list[str], Tree]:
    """Read a tree, and which logs are in it. Raises ValueError, OSError."""
    if file.stat().st_size > LARGEST_BYTES or not file.is_file():
        raise ValueError(f"no file, or larger than {LARGEST_BYTES // 1_000_000} MB")
    tree = msgspec.json.decode(file.read_bytes(), type=Tree)
    known = [tree.root]
    for each in tree.branches:
        if each.log in known or each.parent not in known or Path(each.log).name != each.log:
            raise ValueError(f"a branch {each.log!r} of {each.parent!r} cannot be")
        known.append(each.log)
    if Path(tree.root).name != tree.root:
        raise ValueError(f"a tree of {tree.root!r} cannot be")
    return known, tree
