"""A seat whose planner answers at once for all open incidents, by straight lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytestqt.qtbot import QtBot

from app.panels.recommendation import RecommendationPanel
from app.planning.planning import Planning
from dispatch.redirecting import plan_redirecting
from dispatch.redirects import NEVER, Redirects
from dispatch.shown_answers import seal_plan
from dispatch.straight import StraightGround
from tests.app.panels.seat import Seat


@dataclass
class Oracle:
    """Answer what the plan's screen asks for, as long as `answers`."""

    seat: Seat
    redirects: Redirects = NEVER
    answers: bool = True
    asked: int = 0

    def answer(self) -> None:
        planning = Planning.of(self.seat.desk)
        if not planning.is_on:
            return
        planning.ask_ways()
        self.asked += 1
        if self.answers:
            desk = self.seat.desk
            found = plan_redirecting(
                desk.state, desk.fixes, StraightGround(), at=self.seat.now, redirects=self.redirects
            )
            planning.take(seal_plan(found, (("roster", "0" * 64),)))


@pytest.fixture
def seat(qtbot: QtBot) -> Iterator[Seat]:
    made = Seat()
    made.desk.state = made.engine.state
    yield made
    made.bridge.close()


@pytest.fixture
def oracle(seat: Seat) -> Oracle:
    made = Oracle(seat)
    planning = Planning.of(seat.desk)
    planning.wanted_changed.connect(made.answer)
    seat.desk.state_changed.connect(lambda entry, state: made.answer())
    return made


@pytest.fixture
def panel(seat: Seat, oracle: Oracle, qtbot: QtBot) -> RecommendationPanel:
    made = RecommendationPanel(seat.desk)
    qtbot.addWidget(made)
    made.resize(400, 620)
    made.show()
    return made
