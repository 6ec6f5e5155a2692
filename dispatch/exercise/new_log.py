"""A log file for an exercise: whole, or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from dispatch.chain import key_file
from dispatch.exercise.beside import EXERCISE, OUTCOME, PLANNED, REFUSALS, TREE
from dispatch.log_interface import NotSaved
from dispatch.log_sqlite import SqliteLog
from dispatch.replay.bookmarks import ENDING as MARKS

_ENDS = ("", "-wal", "-shm", ".lock")


def files_of(log: Path) -> tuple[Path, ...]:
    """Return all files that a log of an exercise may be made of, those beside it too."""
    beside = (EXERCISE, OUTCOME, REFUSALS, PLANNED, TREE, MARKS)
    return tuple(log.with_name(log.name + end) for end in (*_ENDS, *beside))


@contextlib.contextmanager
def new_log(out: Path, *, key_folder: Path) -> Iterator[SqliteLog]:
    """Give a new, empty log that is written in a hurry, and bring it to the disk at the end.

    Whatever ends the block early leaves neither the log, its keys nor what stands beside it. Raises NotSaved where
    something is there already, or it cannot be written.
    """
    for file in (out, *files_of(out)[len(_ENDS) :]):
        if file.exists() or file.is_symlink():  # what an earlier log left would be taken for this one's
            raise NotSaved("cannot_open", f"{file} is there already: nothing was written")
    log = SqliteLog(out, key_folder=key_folder)
    try:
        log.hurry()
        yield log
        log.settle()
        log.close()
    except BaseException:
        log.close()
        for suffix in (".key", ".head", ".checkpoint"):
            key_file(key_folder, log.log_id).with_suffix(suffix).unlink(missing_ok=True)
        for file in files_of(out):
            with contextlib.suppress(OSError):
                file.unlink(missing_ok=True)
        raise
