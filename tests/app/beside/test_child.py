"""A child that is asked: it answers, is not waited for, and its death is only told."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.beside.child import Broken, Child, NoAnswer
from app.jobs import Cancelled, Job
from tests.app.beside.lives import obedient


@pytest.fixture(scope="module")
def made() -> Iterator[Child]:
    """One child for most tests here; nothing of it is left."""
    found = Child("opsroom-test", obedient, "here")
    yield found
    found.close()
    assert found.process_id is None


class Asking:
    """Ask in a thread, so that something else can happen meanwhile."""

    def __init__(self, child: Child, question: Any, **more: Any) -> None:
        self.job = Job(lambda job: None)
        self.begun = threading.Event()
        self.job._reported.connect(lambda share, code: self.begun.set(), type=Qt.ConnectionType.DirectConnection)
        self.found: Any = None
        self.problem: BaseException | None = None
        self._thread = threading.Thread(target=self._ask, args=(child, question, more))
        self._thread.start()

    def _ask(self, child: Child, question: Any, more: dict[str, Any]) -> None:
        try:
            self.found = child.ask(question, self.job, **more)
        except BaseException as problem:
            self.problem = problem

    def end(self) -> None:
        self._thread.join(30)
        assert not self._thread.is_alive()


def test_questions_are_answered_by_one_process(made: Child) -> None:
    one, other = made.ask("one"), made.ask("other")
    assert one == ("one", made.process_id, "here") and other == ("other", made.process_id, "here")
    assert made.process_id != os.getpid()


def test_a_refusal_keeps_its_reason_and_the_child_lives(made: Child) -> None:
    before = made.ask("x")[1]
    with pytest.raises(NoAnswer, match="too_many") as caught:
        made.ask("no")
    assert (caught.value.code, caught.value.parameters) == ("too_many", {"count": 4})
    assert made.ask("y")[1] == before
    assert str(NoAnswer("unforeseen", words="ValueError: 7")) == "ValueError: 7"


def test_every_child_is_taught_once(made: Child) -> None:
    made.rest()
    lesson = ("fire 7", ["fires"])
    assert made.ask("knows", lesson=lesson) == made.ask("knows", lesson=lesson) == ("fires",)
    assert made.ask("knows", lesson=("fire 8", ["more"])) == ("fires", "more")
    made.rest()
    assert made.process_id is None and made.ask("knows", lesson=lesson) == ("fires",)


def test_a_death_is_told_and_the_next_question_starts_another(made: Child) -> None:
    with pytest.raises(Broken):
        made.ask("die")
    assert made.process_id is None and made.ask("after")[0] == "after"


def test_a_cancel_ends_what_does_not_answer(made: Child) -> None:
    old = made.ask("x")[1]
    asking = Asking(made, "sleep")
    assert asking.begun.wait(30)
    asking.job.cancel()
    asking.end()
    assert isinstance(asking.problem, Cancelled) and made.process_id is None
    assert made.ask("after")[1] != old


def test_a_question_with_grace_is_heard_to_its_end_and_the_child_stays(made: Child) -> None:
    old = made.ask("x")[1]
    asking = Asking(made, "nap", grace_s=30.0)
    assert asking.begun.wait(30)
    asking.job.cancel()
    asking.end()
    assert asking.found == ("nap", old, "here") and made.ask("after") == ("after", old, "here")


def test_what_was_cancelled_before_is_not_asked(made: Child) -> None:
    old = made.ask("x")[1]
    job = Job(lambda job: None)
    job.cancel()
    with pytest.raises(Cancelled):
        made.ask("sleep", job)
    assert made.ask("after")[1] == old


def test_who_waits_while_it_is_closed_is_told_and_none_is_started_again() -> None:
    child = Child("opsroom-test", obedient, "")
    asking = Asking(child, "sleep")
    assert asking.begun.wait(30)
    child.close()
    asking.end()
    assert isinstance(asking.problem, Broken) and child.process_id is None
    with pytest.raises(Broken):
        child.ask("x")
    assert child.process_id is None


def test_it_is_closed_while_its_process_is_just_being_started() -> None:
    child, begun = Child("opsroom-test", obedient, ""), threading.Event()

    class Starting:
        """A process before its start: there is nothing to kill yet."""

        asked = threading.Event()

        def kill(self) -> None:
            self.asked.set()
            raise AttributeError("'NoneType' object has no attribute 'kill'")

    def start() -> None:
        with child._lock:
            child._process = Starting()  # type: ignore[assignment]
            begun.set()
            Starting.asked.wait(30)
            child._process = None

    thread = threading.Thread(target=start)
    thread.start()
    assert begun.wait(30)
    child.close()
    thread.join(30)
    assert Starting.asked.is_set() and child.process_id is None
