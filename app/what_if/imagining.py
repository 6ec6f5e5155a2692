"""What is imagined, the answers to it, and the gate that keeps it from the log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QObject, QTimer, Signal

from app.desk import Desk, Draft
from app.wording import sentence, text
from dispatch.account_commands import AccountBody
from dispatch.commands import (
    AcknowledgeSignal,
    AttachCall,
    Body,
    CloseRoad,
    Command,
    DetachCall,
    OpenRoad,
    RaiseSignal,
    RecordCall,
    ReportIncident,
)
from dispatch.coverage_report import CoverageReport
from dispatch.events import Entry
from dispatch.incident import Closure
from dispatch.plan import Plan
from dispatch.recommendation import Recommendation
from dispatch.refused import Refused
from dispatch.state import State
from dispatch.what_if import NOTHING, WhatIf, imagine

if TYPE_CHECKING:
    from app.planner.face import PlannerFace

logger = logging.getLogger(__name__)
NOW, THEN, HELD = "what_if_now", "what_if_then", "what_if_held"
AFTER_CHANGE_MS, AFTER_ENTRY_MS, AGAIN_MS = 80, 1_000, 15_000
# What an operator may do for real meanwhile: hear a crew in distress, and take a call, which ends the mode.
# Who sits here is no part of what is imagined.
PASSES = (AcknowledgeSignal, RaiseSignal, *get_args(AccountBody))
ENDS = (RecordCall, AttachCall, DetachCall, ReportIncident)


@dataclass(frozen=True, slots=True)
class Answers:
    """Hold what is known now and what would be; None where it is still being worked out."""

    plan_now: Plan | None = None
    plan_then: Plan | None = None
    held_then: Recommendation | None = None  # for the incident in hand
    cover_now: CoverageReport | None = None
    cover_then: CoverageReport | None = None


class Imagining(QObject):
    """Hold one what-if of a desk. While it is on, roads that are closed or opened are so in the mind only.

    Everything else that the operator would write is refused, but what `PASSES` names; a call that is taken ends it.
    """

    changed = Signal()  # on, off, or other things are imagined
    answered = Signal()  # other answers are known
    left = Signal(str)  # words that say why

    def __init__(self, desk: Desk, planner: PlannerFace | None) -> None:
        super().__init__(desk)
        self._desk = desk
        self._planner = planner
        self._submit: Callable[[Command], object] | None = None
        self.what_if = NOTHING
        self.answers = Answers()
        self.problem = ""
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self.ask)
        self._again = QTimer(self, interval=AGAIN_MS)
        self._again.timeout.connect(self.ask)
        desk.draft_changed.connect(self._on_draft)
        desk.looked.connect(self._on_state)
        desk.selection_changed.connect(self._ask_soon)
        if planner is not None:
            planner.planned.connect(self._on_planned)
            planner.answered.connect(self._on_answered)
            planner.covered.connect(self._on_covered)
            planner.unanswered.connect(self._on_unanswered)

    @property
    def is_on(self) -> bool:
        """Tell whether something may be imagined now."""
        return self._submit is not None

    def enter(self) -> None:
        """Begin to imagine; nothing that is asked for from now on is written."""
        if self.is_on:
            return
        self._submit = self._desk.submit
        self._desk.submit = self._gate
        self.what_if, self.answers, self.problem = NOTHING, Answers(), ""
        self._again.start()
        self.changed.emit()
        self.ask()

    def leave(self, *, for_call: bool = False) -> None:
        """Forget what was imagined; everything is live again."""
        if self._submit is None:
            return
        self._desk.submit, self._submit = self._submit, None
        self.what_if, self.answers = NOTHING, Answers()
        self._soon.stop()
        self._again.stop()
        words = text("whatif.left_for_call" if for_call else "whatif.left", self._desk.language)
        self.changed.emit()
        self.left.emit(words)
        self._desk.said.emit("info", words)

    def close(self, *closures: Closure) -> None:
        """Imagine that roads are closed, slow or flooded."""
        at = self._desk.clock()
        made = tuple(replace(each, closed_at=each.closed_at or at) for each in closures)
        self._take(replace(self.what_if, closures=(*self.what_if.closures, *made)))

    def open(self, closure_id: str) -> None:
        """Imagine that a closure is lifted; one that is itself imagined is taken back."""
        mine = tuple(each for each in self.what_if.closures if each.id != closure_id)
        if len(mine) < len(self.what_if.closures):
            self._take(replace(self.what_if, closures=mine))
        elif closure_id in self._desk.state.closures and closure_id not in self.what_if.reopened:
            self._take(replace(self.what_if, reopened=(*self.what_if.reopened, closure_id)))

    def send(self, unit_ids: tuple[str, ...], incident_id: int) -> None:
        """Imagine that units are sent to an incident; one that is sent elsewhere already is so no more."""
        kept = tuple(pair for pair in self.what_if.sent if pair[0] not in unit_ids)
        self._take(replace(self.what_if, sent=(*kept, *((unit_id, incident_id) for unit_id in unit_ids))))

    def take_back(self, key: str = "") -> None:
        """Take one thing back by its key (see `keys`), without a key the last one."""
        keys = self.keys()
        key = key or (keys[-1] if keys else "")
        kind, _, name = key.partition(":")
        imagined = self.what_if
        self._take(
            WhatIf(
                tuple(each for each in imagined.closures if (kind, name) != ("closed", group_of(each.id))),
                tuple(each for each in imagined.reopened if (kind, name) != ("opened", each)),
                tuple(pair for pair in imagined.sent if (kind, name) != ("sent", pair[0])),
            )
        )

    def keys(self) -> list[str]:
        """Name everything that is imagined: `closed:` and `opened:` with a closure's id, `sent:` with a unit's.

        Closures that belong together, as the pieces of a street, have one key.
        """
        imagined = self.what_if
        return [
            *dict.fromkeys(f"closed:{group_of(each.id)}" for each in imagined.closures),
            *(f"opened:{each}" for each in imagined.reopened),
            *(f"sent:{unit_id}" for unit_id, _ in imagined.sent),
        ]

    def ask(self) -> None:
        """Ask anew how it is and how it would be."""
        self._soon.stop()
        planner, desk = self._planner, self._desk
        if planner is None or not self.is_on:
            return
        at, imagined = desk.clock(), self.what_if
        leaving = tuple(unit_id for unit_id, _ in imagined.sent)
        planner.ask_plan(NOW, at=at)
        planner.ask_coverage(NOW, at=at)
        if imagined == NOTHING:
            return
        planner.ask_plan(THEN, at=at, what_if=imagined)
        planner.ask_coverage(THEN, at=at, leaving=leaving, what_if=replace(imagined, sent=()))
        number = desk.selection.incident_id
        if number in desk.state.open_incidents:
            planner.ask(HELD, at=at, incident_id=number, what_if=imagined)

    def _take(self, imagined: WhatIf) -> None:
        """Take what may be imagined by the rules of the desk; what may not is said and left out."""
        try:
            imagine(self._desk.state, imagined)
        except (Refused, KeyError, ValueError) as problem:
            self.problem = self._words(problem)
            self._desk.said.emit("warning", self.problem)
            self.changed.emit()
            return
        self.what_if, self.problem = imagined, ""
        self.answers = replace(self.answers, plan_then=None, held_then=None, cover_then=None)
        self.changed.emit()
        self._soon.start(AFTER_CHANGE_MS)

    def _words(self, problem: Exception) -> str:
        language, zone = self._desk.language, self._desk.state.time_zone
        why = str(problem)
        if isinstance(problem, Refused):
            why = sentence(problem.code, problem.parameters, language, zone=zone)
        return text("whatif.cannot", language, why=why)

    def _gate(self, command: Command) -> object:
        """Let through what is not the operator's, or may be done for real; imagine roads; refuse everything else."""
        assert self._submit is not None
        body: Body = command.body
        if command.who != self._desk.who or isinstance(body, PASSES):
            return self._submit(command)
        if isinstance(body, ENDS):
            self.leave(for_call=True)
            return self._desk.submit(command)
        if isinstance(body, CloseRoad):
            self.close(body.closure)
        elif isinstance(body, OpenRoad):
            self.open(body.closure_id)
        else:
            # After whoever asked has taken note of its command.
            QTimer.singleShot(0, self, lambda: self._desk.refused.emit(command, Refused("what_if_sends_nothing")))
        return None

    def _ask_soon(self, _: object = None, after_ms: int = AFTER_CHANGE_MS) -> None:
        if self.is_on and not self._soon.isActive():
            self._soon.start(after_ms)

    def _on_draft(self, draft: Draft | None) -> None:
        if draft is not None:
            self.leave(for_call=True)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if not self.is_on:
            return
        imagined = self.what_if
        kept = WhatIf(
            imagined.closures,
            tuple(each for each in imagined.reopened if each in state.closures),
            tuple(pair for pair in imagined.sent if pair[0] in state.units and pair[1] in state.open_incidents),
        )
        try:
            imagine(state, kept)
        except (Refused, KeyError, ValueError) as problem:  # the live state has moved on: that cannot be any more
            kept = replace(kept, sent=())
            self.problem = self._words(problem)
        if kept != imagined:
            self.what_if = kept
            self.changed.emit()
        self._ask_soon(after_ms=AFTER_ENTRY_MS)

    def _on_planned(self, question_id: str, plan: Plan) -> None:
        if self.is_on and question_id in (NOW, THEN):
            self._know(replace(self.answers, **{"plan_now" if question_id == NOW else "plan_then": plan}))

    def _on_answered(self, question_id: str, answer: Recommendation) -> None:
        if self.is_on and question_id == HELD:
            self._know(replace(self.answers, held_then=answer))

    def _on_covered(self, question_id: str, report: CoverageReport) -> None:
        if self.is_on and question_id in (NOW, THEN):
            self._know(replace(self.answers, **{"cover_now" if question_id == NOW else "cover_then": report}))

    def _on_unanswered(self, question_id: str, words: str, reason: object) -> None:
        if self.is_on and question_id in (NOW, THEN, HELD):
            logger.info("the what-if has no answer: %s", words)

    def _know(self, answers: Answers) -> None:
        self.answers = answers
        self.answered.emit()


def group_of(closure_id: str) -> str:
    """Return what the pieces of one imagined closure have in common: their ids up to the stroke."""
    return closure_id.partition("/")[0]
