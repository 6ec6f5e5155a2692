"""Asks for a plan of all where somebody on his way to less could go to the incident in hand, and else for none."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.desk import Desk
from app.planner.advice import QUESTION as ADVICE
from app.planner.face import PlannerFace
from app.planning.planning import Planning
from app.sending.offers import Offers
from dispatch.plan import Plan
from dispatch.recommendation import Recommendation

QUESTION = "offers"


class OffersAdvice(QObject):
    """Ask in the background after each answer by road for the incident in hand, as fresh as that one is kept."""

    def __init__(self, desk: Desk, planner: PlannerFace) -> None:
        super().__init__(desk)
        self._desk = desk
        self._planner = planner
        self._offers = Offers.of(desk)
        self._asked: int | None = None
        planner.answered.connect(self._on_answered)
        planner.planned.connect(self._on_planned)

    def _on_answered(self, question_id: str, answer: Recommendation) -> None:
        number = self._desk.selection.incident_id
        is_mine = question_id == ADVICE and answer.incident_id == number and not answer.is_estimate
        wants = bool(answer.chosen or answer.unmet)
        if is_mine and wants and self._offers.is_wanted and not Planning.of(self._desk).is_on:
            self._asked = number
            self._planner.ask_plan(QUESTION, at=self._desk.clock(), ways_of=(number,) if number is not None else ())

    def _on_planned(self, question_id: str, plan: Plan) -> None:
        if question_id == QUESTION and self._asked == self._desk.selection.incident_id:
            self._offers.take_plan(plan)
