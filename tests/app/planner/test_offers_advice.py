"""Who is on his way to something less urgent is offered for the incident in hand, taken by a key and sent as shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from pytestqt.qtbot import QtBot

from app.panels.recommendation import RecommendationPanel
from app.planner.advice import Advice
from app.planner.offers_advice import OffersAdvice
from app.sending.choosing import Choosing
from app.sending.offers import Offers
from dispatch.commands import AssignUnits, Choice, ReportStatus
from dispatch.events import UnitAssigned, UnitReleased
from dispatch.plan import Plan
from dispatch.recommend import recommend
from dispatch.redirecting import plan_redirecting
from dispatch.redirects import NEVER
from dispatch.shown_answers import seal_plan
from resources.status import Status
from tests.app.panels.seat import Seat
from tests.dispatch.test_redirecting import RULES
from tests.dispatch.town import crossing
from tests.dispatch.town_roads import TownRoads


class Oracle(QObject):
    """Answer at once by road, and plan with redirects."""

    answered = Signal(str, object)
    planned = Signal(str, object)
    went_down = Signal(str)
    came_up = Signal()
    stood_in = Signal(str, str)

    def __init__(self, seat: Seat) -> None:
        super().__init__()
        self.seat, self.rules, self.planned_for = seat, RULES, 0

    def ask(self, question_id: str, *, at: datetime, incident_id: int | None = None, **_: Any) -> None:
        if incident_id is not None:
            found = recommend(self.seat.desk.state, {}, TownRoads(), incident_id, at=at)
            self.answered.emit(question_id, found)

    def ask_plan(self, question_id: str, *, at: datetime, ways_of: tuple[int, ...] = (), **_: Any) -> None:
        self.planned_for += 1
        found = plan_redirecting(self.seat.desk.state, {}, TownRoads(), at=at, redirects=self.rules)
        self.planned.emit(question_id, seal_plan(found, (("roster", "0" * 64),)))


@dataclass
class Desk:
    """A seat with an oracle and a panel."""

    seat: Seat
    oracle: Oracle
    panel: RecommendationPanel
    kept: list[Plan] = field(default_factory=list)

    @property
    def offers(self) -> Offers:
        return Offers.of(self.seat.desk)


@pytest.fixture
def here(qtbot: QtBot) -> Iterator[Desk]:
    seat = Seat()
    seat.desk.state = seat.engine.state
    oracle = Oracle(seat)
    Advice(seat.desk, oracle)  # type: ignore[arg-type]
    OffersAdvice(seat.desk, oracle)  # type: ignore[arg-type]
    panel = RecommendationPanel(seat.desk)
    qtbot.addWidget(panel)
    panel.resize(420, 620)
    panel.show()
    made = Desk(seat, oracle, panel)
    made.offers.taken.connect(made.kept.append)
    yield made
    seat.bridge.close()


def begin(here: Desk) -> int:
    """P1 is alerted for a collision; then a heart stops next to it, and only E2 is near otherwise."""
    seat = here.seat
    collision = seat.report("traffic_collision", crossing(2, 2))
    seat.other(AssignUnits(collision, (Choice("P1", "patrol", 400.0),)))
    for unit_id in ("E1", "P2"):
        seat.other(ReportStatus(unit_id, Status.OUT_OF_SERVICE, reason="workshop"))
    arrest = seat.report("cardiac_arrest", crossing(1, 1))
    seat.desk.select(incident_id=arrest)
    return collision


def test_it_is_offered_taken_by_a_key_and_sent_as_shown(here: Desk, qtbot: QtBot) -> None:
    collision = begin(here)
    assert here.panel.offer.isVisible()
    assert here.panel.offer.text().startswith(f"↪ Take P1 from {collision}: ")
    assert "sooner" in here.panel.offer.text()
    assert "P1" not in [choice.unit_id for choice in Choosing.of(here.seat.desk).choices()]
    qtbot.keyClick(here.panel, Qt.Key.Key_R, Qt.KeyboardModifier.AltModifier)
    assert here.offers.is_taken and here.kept, "the plan is kept: the log will name its answer"
    choices = {choice.unit_id: choice for choice in Choosing.of(here.seat.desk).choices()}
    assert choices["P1"].taken_from == collision and not choices["P1"].override_reason
    assert here.panel.offer.text().startswith(f"↩ Leave P1 on {collision}")
    here.seat.desk.ask()  # the next answer for this incident alone does not take it off the screen
    assert "P1" in [choice.unit_id for choice in Choosing.of(here.seat.desk).choices()]
    answer = here.seat.desk.recommendation
    assert answer is not None
    here.panel.send()
    sent = {event.unit_id: event for event in here.seat.bodies(UnitAssigned) if event.incident_id != collision}
    assert set(sent) == set(choices) and sent["P1"].recommendation == answer.hash
    assert [event.reason for event in here.seat.bodies(UnitReleased)] == ["redirected"]
    here.seat.desk.ask()
    assert not here.offers.is_taken and here.offers.units == () and not here.panel.offer.isVisible()


def test_the_same_key_gives_it_back(here: Desk) -> None:
    begin(here)
    before = [choice.unit_id for choice in Choosing.of(here.seat.desk).choices()]
    here.offers.toggle()
    here.offers.toggle()
    assert [choice.unit_id for choice in Choosing.of(here.seat.desk).choices()] == before
    assert here.panel.offer.isVisible()


def test_who_arrives_meanwhile_is_offered_no_more(here: Desk) -> None:
    begin(here)
    here.offers.toggle()
    here.seat.other(ReportStatus("P1", Status.EN_ROUTE, source="crew"))
    assert here.offers.units
    here.seat.other(ReportStatus("P1", Status.ON_SCENE, source="crew"))
    assert here.offers.units == () and not here.panel.offer.isVisible()
    here.seat.desk.ask()
    assert not here.offers.is_taken
    assert "P1" not in [choice.unit_id for choice in Choosing.of(here.seat.desk).choices()]


def test_nobody_plans_where_nobody_could_be_taken_and_no_rule_no_offer(here: Desk) -> None:
    here.seat.desk.select(incident_id=here.seat.report("cardiac_arrest", crossing(0, 0)))
    assert here.oracle.planned_for == 0, "nobody is on the way to anything"
    here.oracle.rules = NEVER
    begin(here)
    assert here.oracle.planned_for > 0 and here.offers.units == () and not here.panel.offer.isVisible()
    less = here.seat.report("stray_dog", crossing(0, 2))
    asked = here.oracle.planned_for
    here.seat.desk.select(incident_id=less)
    assert here.oracle.planned_for == asked, "what is on the way is more urgent than a dog"
