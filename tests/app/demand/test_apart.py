"""The child that answers slow questions: what it finds, what it says of a fault, and that it lives on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from app.beside.child import Child, NoAnswer
from app.demand.apart import run
from dispatch.demand.places import PlacesAsked, Question


@pytest.fixture
def apart() -> Iterator[Child]:
    made = Child("opsroom-demand", run)
    yield made
    made.close()


def question(count: int = 30) -> Question:
    return Question(PlacesAsked(np.full((count, 2), np.nan), np.zeros(count), np.zeros(count, np.int64), (0, 0)))


def test_it_answers_tells_of_a_fault_and_is_kept(apart: Child) -> None:
    found = apart.ask(question())
    assert found.places is not None and found.places.asked == 30
    process = apart.process_id
    with pytest.raises(NoAnswer, match="Error: "):
        apart.ask(Question(PlacesAsked(np.zeros((2, 2)), np.zeros(1), np.zeros(2, np.int64), (0, 0))))
    assert apart.ask(question(3)).places is not None and apart.process_id == process is not None
