"""The plan is asked for while somebody looks at it, when something changed, and in time however much happens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from app.desk import Draft
from app.planner.answering import Planner
from app.planner.plan_advice import AFTER_ENTRY_MS, QUESTION, PlanAdvice
from app.planner.questions import GreedQuestion
from app.planning.planning import Planning
from dispatch.commands import ReportStatus
from dispatch.plan import GreedPrice, Plan, plan
from dispatch.shown_answers import seal_plan
from dispatch.straight import StraightGround
from dispatch.what_if import mark_plan
from resources.status import Status
from tests.app.rooms import Room, room
from tests.dispatch import town


class Oracle(QObject):
    """A planner that writes down what it is asked."""

    planned = Signal(str, object)
    came_up = Signal()
    greed_priced = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[int, ...]] = []
        self.greed = 0

    def ask_plan(self, question_id: str, *, at: datetime, ways_of: tuple[int, ...] = (), **rest: Any) -> None:
        assert question_id == QUESTION and not rest
        self.asked.append(ways_of)

    def ask_greed(self, question_id: str, *, at: datetime) -> None:
        self.greed += 1


@pytest.fixture
def oracle() -> Oracle:
    return Oracle()


@pytest.fixture
def here(qtbot: QtBot, oracle: Oracle) -> Room:
    made = room()
    PlanAdvice(made.desk, oracle)  # type: ignore[arg-type]
    return made


def _plan(here: Room) -> Plan:
    return seal_plan(plan(here.desk.state, {}, StraightGround(), at=town.START), ())


def test_nobody_asks_while_nobody_looks(here: Room, oracle: Oracle, qtbot: QtBot) -> None:
    number = here.report()
    qtbot.wait(200)
    assert oracle.asked == []
    here.desk.select(incident_id=number)
    Planning.of(here.desk).turn(True)
    assert oracle.asked == [(number,)]
    here.desk.set_draft(Draft(kind="stray_dog"))
    oracle.planned.emit(QUESTION, _plan(here))
    assert Planning.of(here.desk).plan is None  # a call is being taken: the plan is not on the screen
    here.desk.set_draft(None)
    assert len(oracle.asked) == 2


def test_entries_without_end_do_not_put_the_question_off(
    here: Room, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.report()
    Planning.of(here.desk).turn(True)
    before, advice = len(oracle.asked), here.desk.findChild(PlanAdvice)
    advice._soon.setInterval(3_600_000)
    starts: list[int] = []
    start = advice._soon.start
    monkeypatch.setattr(advice._soon, "start", lambda after_ms: (starts.append(after_ms), start()))
    for turn in range(12):
        status = Status.OUT_OF_SERVICE if turn % 2 == 0 else Status.AVAILABLE
        here.desk.send(ReportStatus("W1", status, reason="tyre"))
        if turn == 7:
            advice._soon.stop()
            advice._soon.timeout.emit()  # its time has come
    assert starts == [AFTER_ENTRY_MS, AFTER_ENTRY_MS], "one that comes while it is waited for puts nothing off"
    assert len(oracle.asked) == before + 1


def test_the_ways_are_asked_for_where_the_operator_rests(here: Room, oracle: Oracle, qtbot: QtBot) -> None:
    first, second = here.report(), here.report("traffic_collision", 2, 2)
    planning = Planning.of(here.desk)
    planning.turn(True)
    oracle.planned.emit(QUESTION, _plan(here))
    assert planning.in_hand == first
    planning.hold(second)
    planning.hold(first)
    planning.hold(second)
    qtbot.waitUntil(lambda: oracle.asked[-1] == (second,), timeout=2_000)
    assert oracle.asked.count((second,)) == 1


def test_what_was_only_imagined_and_what_others_asked_is_not_taken(here: Room, oracle: Oracle) -> None:
    here.report()
    Planning.of(here.desk).turn(True)
    oracle.planned.emit(QUESTION, mark_plan(_plan(here)))
    oracle.planned.emit("what_if", _plan(here))
    assert Planning.of(here.desk).plan is None
    oracle.planned.emit(QUESTION, _plan(here))
    assert Planning.of(here.desk).plan is not None


def test_what_greed_costs_is_asked_for_with_the_figures_only(here: Room, oracle: Oracle) -> None:
    here.report()
    planning = Planning.of(here.desk)
    planning.turn(True)
    oracle.planned.emit(QUESTION, _plan(here))
    assert not oracle.greed
    planning.show_figures(True)
    assert oracle.greed == 1
    oracle.greed_priced.emit(QUESTION, (GreedPrice(1, False, 1, 41.0),))
    assert planning.greed[0].unfilled == 1
    oracle.planned.emit(QUESTION, _plan(here))
    assert oracle.greed == 2
    planning.show_figures(False)
    oracle.planned.emit(QUESTION, _plan(here))
    assert oracle.greed == 2


def test_greed_is_priced_class_by_class_beside_the_best_plan(here: Room) -> None:
    for east in range(3):
        here.report("structure_fire", east, 1)
    planner = Planner(StraightGround())
    planner.begin(here.desk.state, ())
    found = planner.answer(GreedQuestion("desk", 1, town.START))
    served = plan(here.desk.state, {}, StraightGround(), at=town.START).served
    assert [(one.priority, one.optional) for one in found] == [(one.priority, one.optional) for one in served]
    assert all(one.unfilled >= 0 for one in found[:1])
