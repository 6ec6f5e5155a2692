"""The child that answers slow questions: it answers, a cancel ends it, and it is started again."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from app.demand.apart import Apart, Ended
from app.jobs import Cancelled, Job
from dispatch.demand_places import PlacesAsked, Question


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    made = Apart()
    yield made
    made.close()


def question(count: int = 30) -> Question:
    return Question(PlacesAsked(np.full((count, 2), np.nan), np.zeros(count), np.zeros(count, np.int64), (0, 0)))


def test_it_answers_tells_of_a_fault_and_is_kept(apart: Apart) -> None:
    found = apart.ask(question())
    assert found.places is not None and found.places.asked == 30
    process = apart._process
    assert process is not None
    with pytest.raises(RuntimeError, match="Error"):
        apart.ask(Question(PlacesAsked(np.zeros((2, 2)), np.zeros(1), np.zeros(2, np.int64), (0, 0))))
    assert apart.ask(question(3)).places is not None and apart._process is process


def test_a_cancel_ends_it_and_the_next_question_starts_another(apart: Apart) -> None:
    apart.close()  # one that is still to be started takes longer than a cancel
    job = Job(lambda job: None)
    job.cancel()
    with pytest.raises(Cancelled):
        apart.ask(question(), job)
    assert apart._process is None
    assert apart.ask(question()).places is not None


def test_who_waits_while_it_is_ended_is_told(apart: Apart) -> None:
    apart.ask(question())
    process = apart._process
    assert process is not None
    told: list[BaseException] = []

    def ask() -> None:
        try:
            apart.ask(question())
        except BaseException as problem:
            told.append(problem)

    process.kill()
    process.join(10)
    apart._process = _Alive(process)  # type: ignore[assignment]  it died after it was last looked at
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join(30)
    assert [type(each) for each in told] == [Ended]


class _Alive:
    """Say of a dead process that it lives, once."""

    def __init__(self, process: object) -> None:
        self._process, self._said = process, False

    def is_alive(self) -> bool:
        said, self._said = self._said, True
        return not said

    def __getattr__(self, name: str) -> object:
        return getattr(self._process, name)
