"""Keep what the trainer plans in a file beside the log of an exercise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from dispatch.exercise.beside import PLANNED, file_beside
from dispatch.exercise.exercise import BadExercise
from dispatch.exercise.planned import Planned
from dispatch.whole_file import write_whole

LARGEST_BYTES = 5_000_000


def read_planned(log: Path) -> tuple[Planned, ...]:
    """Read what is planned beside a log, nothing where there is no file. Raises BadExercise."""
    file = file_beside(log, PLANNED)
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise _bad(file, f"larger than {LARGEST_BYTES // 1_000_000} MB")
        return msgspec.json.decode(file.read_bytes(), type=tuple[Planned, ...])
    except FileNotFoundError:
        return ()
    except (msgspec.DecodeError, OSError) as error:
        raise _bad(file, str(error)) from error


def write_planned(log: Path, planned: Iterable[Planned]) -> None:
    """Write what is planned in place of what was, whole or not at all. Raises OSError."""
    write_whole(file_beside(log, PLANNED), msgspec.json.format(msgspec.json.encode(tuple(planned))))


def keeping_planned(log: Path) -> Callable[[tuple[Planned, ...]], None]:
    """Return what keeps the plans of a log beside it, for `ExerciseRun`."""
    return lambda planned: write_planned(log, planned)


def _bad(file: Path, why: str) -> BadExercise:
    return BadExercise("exercise_bad_plans", f"{file} holds no planned injects: {why}", file=str(file), why=why)
