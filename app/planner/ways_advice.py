"""Asks for the ways by road of units that the operator puts in by hand."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.desk import Desk
from app.planner.face import PlannerFace
from app.sending.ways import Ways
from dispatch.incident import Location
from dispatch.recommendation import Path

QUESTION = "by hand"


class WaysAdvice(QObject):
    """Ask when ways are wanted; an answer about another place than the last one asked about is dropped."""

    def __init__(self, desk: Desk, planner: PlannerFace) -> None:
        super().__init__(desk)
        self._desk = desk
        self._planner = planner
        self._ways = Ways.of(desk)
        self._place: Location | None = None
        self._ways.wanted.connect(self.ask)
        planner.ways_found.connect(self._on_found)
        planner.came_up.connect(self.ask)

    def ask(self) -> None:
        """Ask for the ways that are wanted now."""
        goal, unit_ids = self._ways.goal, self._ways.unit_ids
        if goal is None or not unit_ids:
            return
        self._place = goal[0]
        self._planner.ask_ways(QUESTION, at=self._desk.clock(), unit_ids=unit_ids, location=goal[0], mode=goal[1])

    def _on_found(self, question_id: str, paths: tuple[Path, ...]) -> None:
        if question_id == QUESTION and self._place is not None:
            self._ways.take(self._place, paths)
