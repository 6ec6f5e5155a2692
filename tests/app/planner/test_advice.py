"""The answer to 'who should go' is asked again when it must be, and an older one never replaces it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.desk import Draft
from app.planner.advice import QUESTION, Advice
from dispatch.commands import AddNote, CloseIncident, ReportStatus
from dispatch.recommendation import Recommendation
from resources.status import Status
from tests.app.rooms import Room, room
from tests.dispatch import town


class Oracle(QObject):
    """A planner that writes down what it is asked and answers when told to."""

    answered = Signal(str, object)
    went_down = Signal(str)
    stood_in = Signal(str, str)
    came_up = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, Any]] = []

    def ask(self, question_id: str, *, at: datetime, **question: Any) -> None:
        assert question_id == QUESTION
        self.asked.append(question)

    def answer(self, kind: str, incident_id: int | None, *, level: int = 1, hash: str = "") -> None:
        found = Recommendation(incident_id, kind, level, 1, town.START, (), (), (), hash=hash)
        self.answered.emit(QUESTION, found)


@pytest.fixture
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture
def here(qtbot: QtBot, oracle: Oracle) -> Room:
    made = room()
    Advice(made.desk, oracle)  # type: ignore[arg-type]
    return made


def test_the_call_being_taken_comes_before_the_incident_in_hand(here: Room, oracle: Oracle) -> None:
    number = here.report()
    here.desk.select(incident_id=number)
    assert oracle.asked[-1] == {"incident_id": number}
    here.desk.set_draft(Draft(kind="stray_dog"))  # no place yet: nothing to ask, nothing to show
    count = len(oracle.asked)
    here.desk.set_draft(Draft(kind="stray_dog", location=town.crossing(1, 1)))
    assert len(oracle.asked) == count + 1
    assert oracle.asked[-1]["kind"] == "stray_dog"
    here.desk.set_draft(None)
    assert oracle.asked[-1] == {"incident_id": number}


def test_an_answer_to_another_question_is_dropped(here: Room, oracle: Oracle) -> None:
    first, second = here.report(), here.report("stray_dog")
    here.desk.select(incident_id=first)
    oracle.answer("structure_fire", first, hash="one")
    assert here.desk.recommendation is not None
    here.desk.select(incident_id=second)
    assert here.desk.recommendation is None  # what stood there was about something else
    oracle.answer("structure_fire", first, hash="late")
    assert here.desk.recommendation is None
    oracle.answer("stray_dog", second, hash="two")
    assert here.desk.recommendation.hash == "two"


def test_it_is_asked_again_when_units_or_the_incident_changed_only(here: Room, oracle: Oracle, qtbot: QtBot) -> None:
    number, other = here.report(), here.report("stray_dog")
    here.desk.select(incident_id=number)
    count = len(oracle.asked)
    here.desk.send(AddNote(other, "nothing that matters here"))
    qtbot.wait(250)
    assert len(oracle.asked) == count
    here.desk.send(ReportStatus("E1", Status.OUT_OF_SERVICE, reason="tyre"))
    here.desk.send(ReportStatus("E2", Status.OUT_OF_SERVICE, reason="tyre"))
    qtbot.waitUntil(lambda: len(oracle.asked) > count, timeout=2_000)
    assert len(oracle.asked) == count + 1  # two entries at once are one question


def test_a_closed_incident_asks_nothing(here: Room, oracle: Oracle) -> None:
    number = here.report("stray_dog")
    here.desk.send(CloseIncident(number, "done"))
    here.desk.select(incident_id=number)
    assert oracle.asked == []


def test_down_and_up_are_said_once(here: Room, oracle: Oracle) -> None:
    said: list[tuple[str, str]] = []
    here.desk.said.connect(lambda level, words: said.append((level, words)))
    oracle.came_up.emit()
    assert said == []
    oracle.went_down.emit("killed")
    oracle.came_up.emit()
    assert [level for level, _ in said] == ["warning", "info"]
