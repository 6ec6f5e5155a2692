"""What stands beside the log of an exercise: the exercise itself, its outcome, and what was refused in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from dispatch.exercise.exercise import (
    BadExercise,
    Exercise,
    Outcome,
    decode_exercise,
    decode_outcome,
    digest_of,
    encode_exercise,
    encode_outcome,
)
from dispatch.exercise.run import Refusal
from dispatch.whole_file import for_one, write_whole

EXERCISE, OUTCOME, REFUSALS, TREE = ".exercise.json", ".outcome.json", ".refusals.jsonl", ".branches.json"
PLANNED = ".planned.json"
LARGEST_BYTES = 200_000_000
_refusals = msgspec.json.Decoder(Refusal)


def file_beside(log: Path, ending: str) -> Path:
    """Return the file that stands beside a log under one of the endings of this module."""
    return log.with_name(log.name + ending)


def write_exercise(log: Path, exercise: Exercise, outcome: Outcome | None) -> None:
    """Write an exercise and, in a file of its own, its outcome. Raises FileExistsError, OSError."""
    with open(file_beside(log, EXERCISE), "xb", opener=for_one) as file:
        file.write(encode_exercise(exercise))
    if outcome is not None:
        with open(file_beside(log, OUTCOME), "xb", opener=for_one) as file:
            file.write(encode_outcome(outcome))


def read_exercise(log: Path) -> Exercise:
    """Read the exercise that a log was played from. Raises BadExercise."""
    return decode_exercise(_read(file_beside(log, EXERCISE)))


def read_outcome(log: Path, exercise: Exercise) -> Outcome | None:
    """Read what really happened; None where the exercise has no outcome. Raises BadExercise for another one's."""
    if not exercise.outcome_digest:
        return None
    file = file_beside(log, OUTCOME)
    content = _read(file)
    if digest_of(content) != exercise.outcome_digest:
        raise BadExercise("exercise_other_outcome", f"{file} is not the outcome of this exercise", file=str(file))
    return decode_outcome(content)


def read_refusals(log: Path) -> tuple[Refusal, ...]:
    """Read what was refused, none where nothing was. Raises BadExercise, naming the line."""
    file = file_beside(log, REFUSALS)
    if not file.exists():
        return ()
    found = []
    for number, line in enumerate(_read(file).splitlines(), start=1):
        try:
            found.append(_refusals.decode(line))
        except msgspec.DecodeError as error:
            words = f"{file}:{number}: this is no refusal: {error}"
            raise BadExercise("exercise_bad_refusal", words, file=str(file), number=number) from error
    return tuple(found)


def write_refusals(log: Path, refusals: Iterable[Refusal]) -> None:
    """Write refusals as lines, in place of what is there. Raises OSError."""
    write_whole(file_beside(log, REFUSALS), b"".join(msgspec.json.encode(each) + b"\n" for each in refusals))


def keeping_refusals(log: Path) -> Callable[[Refusal], None]:
    """Return what writes each refusal behind the last one, for `ExerciseRun`."""

    def keep(refusal: Refusal) -> None:
        with file_beside(log, REFUSALS).open("ab") as file:
            file.write(msgspec.json.encode(refusal) + b"\n")

    return keep


def _read(file: Path) -> bytes:
    try:
        if file.exists() and not file.is_file():  # a pipe or a device would be waited for
            raise OSError("it is no file")
        if file.stat().st_size > LARGEST_BYTES:
            words = f"{file} is larger than {LARGEST_BYTES // 1_000_000} MB"
            raise BadExercise("exercise_too_large", words, file=str(file), size=LARGEST_BYTES // 1_000_000)
        return file.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise BadExercise("exercise_unreadable", f"{file} cannot be read: {why}", file=str(file), why=why) from error
