"""The child process of the planning page: it answers, it is not waited for, and its death is only told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.beside.child import Broken, NoAnswer
from app.siting import bench as benches
from app.siting.bench import Bench
from app.siting.questions import Taught
from tests.app.siting.lives import obedient


@pytest.fixture(scope="module")
def made() -> Iterator[Bench]:
    """One bench for all tests here, whose child knows no city."""
    found = Bench(Path(), obedient)
    yield found
    found.close()
    assert found.process_id is None


class Heard:
    """Keep what a question brought."""

    def __init__(self, bench: Bench, question: Any) -> None:
        self.found: Any = None
        self.problem: BaseException | None = None
        self.steps: list[str] = []
        self.job = bench.start(question, done=self._done, failed=self._failed, progressed=self._progressed)

    @property
    def is_there(self) -> bool:
        return self.found is not None or self.problem is not None

    def _done(self, found: Any) -> None:
        self.found = found

    def _failed(self, problem: BaseException) -> None:
        self.problem = problem

    def _progressed(self, share: float, code: str) -> None:
        self.steps.append(code)


def test_questions_are_answered_by_one_process_with_their_steps(made: Bench, qtbot: QtBot) -> None:
    one, other = Heard(made, "one"), Heard(made, "other")
    qtbot.waitUntil(lambda: one.is_there and other.is_there)
    assert (one.found[0], other.found[0]) == ("one", "other")
    assert one.found[1] == other.found[1] == made.process_id
    assert one.steps == ["open", "times"]


def test_a_refusal_keeps_its_reason(made: Bench, qtbot: QtBot) -> None:
    heard = Heard(made, "no")
    qtbot.waitUntil(lambda: heard.is_there)
    assert isinstance(heard.problem, NoAnswer)
    assert (heard.problem.code, heard.problem.parameters) == ("too_many", {"count": 4, "candidates": 3})


def test_every_child_learns_what_is_taught(made: Bench, qtbot: QtBot) -> None:
    made.teach(Taught("fire 7", ((25.0, 60.0),)))
    for _ in range(2):
        heard = Heard(made, "knows")
        qtbot.waitUntil(lambda heard=heard: heard.is_there)
        assert heard.found == ("fire 7",)
        made.rest()
        assert made.process_id is None


def test_a_death_is_told_and_the_next_question_starts_another(made: Bench, qtbot: QtBot) -> None:
    heard, after = Heard(made, "die"), Heard(made, "after")
    qtbot.waitUntil(lambda: heard.is_there and after.is_there)
    assert isinstance(heard.problem, Broken) and after.found[0] == "after"


def test_a_cancel_ends_what_does_not_answer(made: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benches, "GRACE_S", 0.1)
    heard = Heard(made, "sleep")
    qtbot.waitUntil(lambda: "times" in heard.steps)
    old = made.process_id
    heard.job.cancel()
    after = Heard(made, "after")
    qtbot.waitUntil(lambda: after.is_there)
    assert after.found[1] != old and not heard.is_there
