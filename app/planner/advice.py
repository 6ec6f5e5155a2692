"""Keeps the answer to 'who should go' fresh: for the call being taken, else for the incident in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.desk import Desk
from app.parts.tally import touched
from app.sending.offers import Offers
from app.wording.plain import one_line
from app.wording.screen import say
from dispatch.events import Entry
from dispatch.incident import Stage
from dispatch.recommendation import Recommendation
from dispatch.state import State

if TYPE_CHECKING:
    from app.planner.face import PlannerFace

QUESTION = "desk"
AFTER_ENTRY_MS = 150
AGAIN_MS = 10_000


class Advice(QObject):
    """Ask again when the question changed, when an entry touched its incident or any unit, and every ten seconds.

    An answer to an older question is dropped.
    """

    def __init__(self, desk: Desk, planner: PlannerFace) -> None:
        super().__init__(desk)
        self._desk = desk
        self._planner = planner
        self._offers = Offers.of(desk)
        self._asked: tuple[object, ...] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.ask)
        self._again = QTimer(self)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self.ask)
        self._again.start()
        desk.ask = self.ask
        desk.state_changed.connect(self._on_state)
        planner.answered.connect(self._on_answered)
        planner.went_down.connect(self._on_down)
        planner.came_up.connect(self._on_up)
        planner.stood_in.connect(self._on_stood_in)
        self._was_down = False

    def ask(self) -> None:
        """Ask for the draft where it has place and kind, else for the incident in hand; nothing else has an answer."""
        desk = self._desk
        self._soon.stop()
        draft = desk.draft
        incident = desk.state.incidents.get(desk.selection.incident_id or 0)
        if draft is not None and draft.location is not None and draft.kind in desk.state.cards:
            self._expect((None, draft.kind, draft.location, draft.alarm_level))
            self._planner.ask(
                QUESTION,
                at=desk.clock(),
                kind=draft.kind,
                location=draft.location,
                alarm_level=draft.alarm_level,
                priority=draft.priority,
            )
        elif draft is None and incident is not None and incident.stage is not Stage.CLOSED:
            self._expect((incident.id, incident.kind, incident.location, incident.alarm_level))
            self._planner.ask(QUESTION, at=desk.clock(), incident_id=incident.id)
        else:
            self._expect(None)

    def _expect(self, asked: tuple[object, ...] | None) -> None:
        if asked != self._asked:
            self._asked = asked
            if self._desk.recommendation is not None:
                self._desk.recommendation = None
                self._desk.recommendation_changed.emit(None)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if self._asked is None:
            if entry is None:
                self._soon.start(0)
            return
        changed = touched(entry, state)
        closures = entry is not None and any(
            hasattr(event, word) for event in entry.events for word in ("closure", "closure_id", "weather")
        )
        is_new = changed.everything or changed.units or closures or self._asked[0] in changed.incidents
        if is_new and not self._soon.isActive():  # in a storm of entries it is still asked for in time
            self._soon.start(AFTER_ENTRY_MS)

    def _on_answered(self, question_id: str, answer: Recommendation) -> None:
        asked = self._asked
        if question_id != QUESTION or asked is None:
            return
        if (answer.incident_id, answer.kind, answer.alarm_level) != (asked[0], asked[1], asked[3]):
            return
        shown = self._offers.instead_of(answer)
        self._desk.recommendation = shown
        self._desk.recommendation_changed.emit(shown)

    def _on_down(self, reason: str) -> None:
        self._was_down = True
        self._desk.said.emit("warning", say("planner_down_said", self._desk.language))

    def _on_stood_in(self, file: str, error: str) -> None:
        words = say("planner_shipped_said", self._desk.language, file=file, reason=one_line(error, 200))
        self._desk.said.emit("warning", words)

    def _on_up(self) -> None:
        if self._was_down:
            self._was_down = False
            self._desk.said.emit("info", say("planner_up_said", self._desk.language))
        self.ask()
