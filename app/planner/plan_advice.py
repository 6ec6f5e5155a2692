"""Keeps the plan of all open incidents fresh while somebody looks at it; nobody else pays for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.desk import Desk
from app.parts.tally import touched
from app.planning.planning import Planning
from dispatch.events import Entry
from dispatch.plan import GreedPrice, Plan
from dispatch.state import State

if TYPE_CHECKING:
    from app.planner.face import PlannerFace

QUESTION = "desk"
AFTER_ENTRY_MS = 150
AGAIN_MS = 10_000


class PlanAdvice(QObject):
    """Ask again when the plan comes on the screen, when an incident or unit changed, and every ten seconds."""

    def __init__(self, desk: Desk, planner: PlannerFace) -> None:
        super().__init__(desk)
        self._desk = desk
        self._planner = planner
        self._planning = Planning.of(desk)
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self.ask)
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self.ask)
        self._planning.wanted_changed.connect(self.ask)
        desk.state_changed.connect(self._on_state)
        planner.planned.connect(self._on_planned)
        planner.greed_priced.connect(self._on_greed_priced)
        self._planning.figures_wanted.connect(self.ask_greed)
        planner.came_up.connect(self.ask)

    def ask(self) -> None:
        """Ask for the plan where it is looked at."""
        self._soon.stop()
        if self._planning.is_on:
            self._again.start()
            self._planner.ask_plan(QUESTION, at=self._desk.clock(), ways_of=self._planning.ask_ways())
        else:
            self._again.stop()

    def ask_greed(self) -> None:
        """Ask what serving in turn would cost."""
        self._planner.ask_greed(QUESTION, at=self._desk.clock())

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if not self._planning.is_on:
            return
        what = touched(entry, state)
        ground = entry is not None and any(
            hasattr(event, word) for event in entry.events for word in ("closure", "closure_id", "weather")
        )
        is_new = what.everything or what.units or what.incidents or ground
        if is_new and not self._soon.isActive():  # however many entries follow each other, one is asked for in time
            self._soon.start(AFTER_ENTRY_MS)

    def _on_planned(self, question_id: str, plan: Plan) -> None:
        if question_id == QUESTION and not plan.imagined:
            self._planning.take(plan)
            if self._planning.is_on and self._planning.has_figures:
                self.ask_greed()

    def _on_greed_priced(self, question_id: str, prices: tuple[GreedPrice, ...]) -> None:
        if question_id == QUESTION:
            self._planning.take_greed(prices)
