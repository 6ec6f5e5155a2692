"""One child takes in all that has come before it answers, and quick questions go before long ones."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import pytest

from app.planner.answering import NO_RULES, Planner
from app.planner.child import _serve
from app.planner.questions import (
    Answer,
    Asked,
    Beat,
    Begin,
    CoverageQuestion,
    Moved,
    MoveUpQuestion,
    PlanQuestion,
    Question,
    Stop,
)
from dispatch import commands as c
from dispatch.what_if import WhatIf
from resources.position import Fix
from tests.dispatch.shown_story import burning
from tests.dispatch.town import START, at, command
from tests.dispatch.town_roads import TownRoads


class Line:
    """The parent's end of the pipe, and a planner of the town at the other."""

    def __init__(self, ours: Connection, theirs: Connection) -> None:
        self._ours, self._theirs = ours, theirs
        self._waiting: dict[tuple[str, str], Asked] = {}
        self.planner = Planner(TownRoads(), NO_RULES)

    def say(self, *messages: object) -> None:
        for message in messages:
            self._ours.send(message)

    def serve(self) -> bool:
        return _serve(self.planner, self._theirs, self._waiting)

    def heard(self) -> list[object]:
        found = []
        while self._ours.poll(0):
            found.append(self._ours.recv())
        return found

    def answers(self) -> list[Answer]:
        return [each for each in self.heard() if isinstance(each, Answer)]


@pytest.fixture
def line() -> Iterator[Line]:
    ours, theirs = Pipe()
    yield Line(ours, theirs)
    ours.close()
    theirs.close()


def test_quick_questions_go_first_and_of_one_sort_and_id_only_the_last(line: Line) -> None:
    line.say(
        Begin(burning().state, ()),
        PlanQuestion("desk", 1, START),
        MoveUpQuestion("desk", 2, START),
        CoverageQuestion("desk", 3, START),
        Question("desk", 4, START, incident_id=2),
        Question("desk", 5, START, incident_id=1),
    )
    for _ in range(4):
        assert line.serve()
    answers = line.answers()
    assert [(each.key[0], each.serial) for each in answers] == [
        ("Question", 5),
        ("CoverageQuestion", 3),
        ("MoveUpQuestion", 2),
        ("PlanQuestion", 1),
    ]
    assert answers[0].found.incident_id == 1 and len(answers[3].found.answers) == 2
    assert "LookupError" in answers[1].error and answers[1].found is None, "nobody covers here"


def test_what_comes_while_a_question_waits_goes_before_it(line: Line) -> None:
    engine = burning()
    line.say(Begin(engine.state, ()), Question("a", 1, START, incident_id=1), PlanQuestion("all", 2, START))
    assert line.serve()
    entry = engine.do(command(c.AssignUnits(1, (c.Choice("E1", "engine"),))))
    line.say(entry, Moved((Fix("E2", 25.0, 60.0, at(1), at(1)),)), Question("b", 3, at(2), incident_id=1))
    assert line.serve() and line.serve()
    first, second, plan = line.answers()
    assert (first.serial, second.serial, plan.serial) == (1, 3, 2)
    assert second.found.sequence == plan.found.sequence == engine.state.sequence
    assert dict(second.found.inputs)["fixes"] != dict(first.found.inputs)["fixes"]
    assert "E1" not in {each.unit_id for answer in plan.found.answers for each in answer.chosen}


def test_a_question_that_fails_is_said_and_a_rule_that_forbids_is_named(line: Line) -> None:
    forbidden = WhatIf(sent=(("E77", 1),))
    line.say(Begin(burning().state, ()), Question("q", 1, START, incident_id=99))
    assert line.serve()
    line.say(Question("q", 2, START, incident_id=1, what_if=forbidden))
    assert line.serve()
    unknown, refused = line.answers()
    assert unknown.error.startswith("KeyError") and unknown.refused is None
    assert refused.refused is not None and refused.refused.code == "unit_unknown"


def test_it_beats_and_stops(line: Line) -> None:
    line.say(Begin(burning().state, ()))
    assert line.serve()
    assert line.heard() == [Beat(5)]
    line.say(Question("q", 1, START, incident_id=1), Stop())
    assert not line.serve()


def test_the_search_for_garbage_goes_on_after_an_answer() -> None:
    planner = Planner(TownRoads())
    seen: list[bool] = []
    planner.recommend = lambda question: seen.append(gc.isenabled())  # type: ignore[method-assign, assignment]
    for state in (gc.enable, gc.disable):
        state()
        planner.answer(Question("A", 1, START, incident_id=1))
        seen.append(gc.isenabled())
    assert seen == [False, True, False, False]
