"""What is asked about passwords, in a job: argon2 takes a tenth of a second on purpose."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from app import jobs
from app.room.told import failure_words
from dispatch.log import NotSaved
from dispatch.refused import Refused

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


def ask(
    work: Callable[[], Answer],
    *,
    done: Callable[[Answer], object],
    refused: Callable[[Refused], object],
    failed: Callable[[str], object],
    language: str,
) -> jobs.Job:
    """Do `work` in the background; a refusal is an answer, and no failure of the program."""

    def run(job: jobs.Job) -> object:
        try:
            return work()
        except (Refused, NotSaved) as problem:
            return problem

    def answer(found: object) -> None:
        if isinstance(found, Refused):
            refused(found)
        elif isinstance(found, NotSaved):
            failed(failure_words(found, language=language))
        else:
            done(found)  # type: ignore[arg-type]

    return jobs.start(run, done=answer, failed=lambda problem: failed(failure_words(problem, language=language)))
