"""The planner seen from the window: ask, and hear the answer within two seconds whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.planner.answering import NO_RULES, make_plan, reason_of
from app.planner.questions import (
    Asked,
    CoverageQuestion,
    GreedQuestion,
    Moved,
    MoveUpQuestion,
    PlanQuestion,
    Question,
    StandIn,
    WaysQuestion,
)
from dispatch.events import Entry
from dispatch.incident import Location
from dispatch.recommend import straight_line
from dispatch.refused import Refused
from dispatch.shown_answers import seal_plan
from dispatch.state import State, apply
from dispatch.straight import StraightGround
from dispatch.what_if import WhatIf, imagine, mark_answer, mark_plan
from resources.fixes import Fixes
from resources.position import Fix

_logger = logging.getLogger(__name__)


class PlannerFace(QObject):
    """A planner without roads: it answers by straight lines what can be so answered. The others add roads to it.

    `answered`, `planned`, `covered` and `moved_up` give the question's id and a Recommendation, a Plan, a report of
    coverage, a tuple of move-ups; `greed_priced` a tuple of GreedPrice, `ways_found` one of Path. The first two may
    come twice, first as an estimate by straight lines and then by road. `unanswered` gives the id, what is wrong in
    English, and the Reason where a rule forbids what was imagined. `went_down` says why there are estimates only,
    `came_up` that answers come by road again. `stood_in` names a file that cannot be read, for which shipped rules
    stand in, and what is wrong.
    """

    answered = Signal(str, object)
    planned = Signal(str, object)
    covered = Signal(str, object)
    moved_up = Signal(str, object)
    greed_priced = Signal(str, object)
    ways_found = Signal(str, object)
    unanswered = Signal(str, str, object)
    went_down = Signal(str)
    stood_in = Signal(str, str)
    came_up = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = State()
        self._fixes = Fixes()
        self._serial = 0
        self.stand_ins: dict[str, str] = {}  # file of the city -> what is wrong with it

    @property
    def is_up(self) -> bool:
        """Tell whether answers come by road."""
        return False

    @property
    def age_s(self) -> float | None:
        """Return the seconds since the planner last gave a sign of life, None where it never did."""
        return None

    @property
    def fixes(self) -> Fixes:
        """The latest positions, as the planner knows them too."""
        return self._fixes

    def start(self, city_folder: Path, state: State, fixes: Iterable[Fix] = ()) -> None:
        """Begin to answer for a city from a state."""
        self._state = state
        self._fixes.take_all(fixes)

    def begin_again(self, state: State) -> None:
        """Go on from another state: its entries are others than those that were passed on."""
        self._state = state
        self._begin_again()

    def stop(self) -> None:
        """End; nothing is answered afterwards."""

    def tell(self, entry: Entry, state: State | None = None) -> None:
        """Pass on a committed entry, with the state after it where the caller has it."""
        if state is not None and state.sequence >= entry.sequence:
            self._state = state
        elif entry.sequence == self._state.sequence + 1:
            self._state = apply(self._state, entry)
        self._pass_on(entry)

    def tell_fixes(self, fixes: Iterable[Fix]) -> tuple[Fix, ...]:
        """Pass on position reports of units that the roster knows; return those that were believed."""
        believed = self._fixes.take_all(fix for fix in fixes if fix.unit_id in self._state.units)
        if believed:
            self._pass_on(Moved(believed))
        return believed

    def ask(
        self,
        question_id: str,
        *,
        at: datetime,
        incident_id: int | None = None,
        kind: str = "",
        location: Location | None = None,
        alarm_level: int = 1,
        priority: int | None = None,
        what_if: WhatIf | None = None,
    ) -> None:
        """Ask who should go: for an incident, or for a kind and a place. A new question of the same id replaces it."""
        self._put(
            Question(
                question_id, self._next(), at, incident_id, kind, location, alarm_level, priority, _wanted(what_if)
            )
        )

    def ask_plan(
        self, question_id: str, *, at: datetime, what_if: WhatIf | None = None, ways_of: tuple[int, ...] = ()
    ) -> None:
        """Ask who should go to all open incidents, with the ways by road to those in `ways_of`."""
        self._put(PlanQuestion(question_id, self._next(), at, _wanted(what_if), ways_of))

    def ask_coverage(
        self, question_id: str, *, at: datetime, leaving: tuple[str, ...] = (), what_if: WhatIf | None = None
    ) -> None:
        """Ask what the city would be left with if units left. While the planner is down that is not answered."""
        self._put(CoverageQuestion(question_id, self._next(), at, leaving, _wanted(what_if)))

    def ask_move_ups(
        self, question_id: str, *, at: datetime, leaving: tuple[str, ...] = (), by_table: bool = False
    ) -> None:
        """Ask which free units should stand elsewhere, if units left. While the planner is down: no answer.

        `by_table` asks for a TableMoves: what brings units to the stations that the compliance tables hold.
        """
        self._put(MoveUpQuestion(question_id, self._next(), at, leaving, by_table))

    def ask_ways(
        self, question_id: str, *, at: datetime, unit_ids: tuple[str, ...], location: Location, mode: str
    ) -> None:
        """Ask by which ways units would come to a place. While the planner is down that is not answered."""
        self._put(WaysQuestion(question_id, self._next(), at, unit_ids, location, mode))

    def ask_greed(self, question_id: str, *, at: datetime) -> None:
        """Ask what serving in turn would cost beside the plan. While the planner is down that is not answered."""
        self._put(GreedQuestion(question_id, self._next(), at))

    def _take_stand_in(self, one: StandIn) -> None:
        if self.stand_ins.get(one.file) != one.error:  # every child tells, and again after a restart
            self.stand_ins[one.file] = one.error
            self.stood_in.emit(one.file, one.error)

    def _next(self) -> int:
        self._serial += 1
        return self._serial

    def _begin_again(self) -> None:
        """Let whoever answers by road begin from the present state."""

    def _pass_on(self, message: Any) -> None:
        """Let whoever answers by road know what is new."""

    def _put(self, question: Asked) -> None:
        """Answer a question, or see to it that it is answered."""
        self._guess(question)

    def _give(self, question: Asked, found: Any) -> None:
        """Hand out what was found."""
        match question:
            case Question():
                self.answered.emit(question.id, found)
            case WaysQuestion():
                self.ways_found.emit(question.id, found)
            case PlanQuestion():
                self.planned.emit(question.id, found)
            case CoverageQuestion():
                self.covered.emit(question.id, found)
            case MoveUpQuestion():
                self.moved_up.emit(question.id, found)
            case GreedQuestion():
                self.greed_priced.emit(question.id, found)

    def _guess(self, question: Asked) -> None:
        """Hand out an estimate, or say why there is none."""
        try:
            found = estimate(question, self._state, self._fixes.latest)
        except Refused as refused:
            self.unanswered.emit(question.id, str(refused), reason_of(refused))
        except (LookupError, ValueError) as error:
            _logger.info("no estimate for question %s: %s", question.id, error)
            self.unanswered.emit(question.id, str(error), None)
        else:
            self._give(question, found)


def estimate(question: Asked, state: State, fixes: Mapping[str, Fix]) -> Any:
    """Answer by straight lines. Raises LookupError or ValueError for what has no such answer, Refused for what-ifs."""
    if isinstance(question, Question):
        asked = state if question.what_if is None else imagine(state, question.what_if)
        answer = straight_line(
            asked,
            fixes,
            kind=question.kind,
            location=question.location,
            alarm_level=question.alarm_level,
            incident_id=question.incident_id,
            at=question.at,
        )
        return answer if question.what_if is None else mark_answer(answer)
    if isinstance(question, PlanQuestion):
        asked = state if question.what_if is None else imagine(state, question.what_if)
        found = make_plan(asked, fixes, StraightGround(), question, NO_RULES)
        return seal_plan(found, ()) if question.what_if is None else mark_plan(found)
    raise LookupError("only who should go is guessed along straight lines")


def _wanted(what_if: WhatIf | None) -> WhatIf | None:
    """Take a what-if that imagines nothing for the question as it is."""
    return what_if if what_if != WhatIf() else None
