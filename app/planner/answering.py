"""Answer questions from a state, fixes and roads: what runs in the planner's processes, or in the tests' own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from app.planner.covering import KeptTables, cover_imagined
from app.planner.questions import (
    Asked,
    CoverageQuestion,
    GreedQuestion,
    MoveUpQuestion,
    PlanQuestion,
    Question,
    WaysQuestion,
)
from dispatch.candidates import starts_of
from dispatch.coverage import Coverage
from dispatch.demand.history import History
from dispatch.events import Entry
from dispatch.ground import Ground
from dispatch.inputs import FixesDigest, InputsOf
from dispatch.joint_answers import add_paths
from dispatch.move_ups import move_ups
from dispatch.penalties import FREE, Penalties
from dispatch.plan import GreedPrice, Plan, plan, plan_in_turn, price_of_greed
from dispatch.recommend import recommend, recommend_for
from dispatch.recommendation import Path as Way
from dispatch.recommendation import Reason, Recommendation
from dispatch.redirecting import plan_redirecting
from dispatch.redirects import NEVER, Redirects
from dispatch.refused import Refused
from dispatch.seal import Inputs, seal
from dispatch.shown_answers import seal_plan
from dispatch.state import State, apply
from dispatch.travels import Roads
from dispatch.uncollected import uncollected
from dispatch.what_if import WhatIf, imagine, mark_answer, mark_plan
from resources.fixes import Fixes
from resources.position import Fix

MODES = ("emergency", "ordinary")
PREPARE_EVERY_S = 1.0
PLAN_TIME_LIMIT_S = 2.0  # travel times and reasons are within it


@dataclass(frozen=True, slots=True)
class Rules:
    """Hold what answers follow beside the log: prices, who may be redirected, and checksums of all files."""

    penalties: Penalties = FREE
    redirects: Redirects = NEVER
    inputs: Inputs = ()
    compliance: Path | None = None


NO_RULES = Rules()


def make_plan(state: State, fixes: Mapping[str, Fix], roads: Roads, question: PlanQuestion, rules: Rules) -> Plan:
    """Plan for all incidents of a state, with the ways of those that the question asks for. Costs what a plan costs."""
    found = plan_redirecting(
        state,
        fixes,
        roads,
        at=question.at,
        redirects=rules.redirects,
        penalties=rules.penalties,
        time_limit_s=PLAN_TIME_LIMIT_S,
    )
    answers = tuple(
        add_paths(each, state.incidents[each.incident_id], found.starts, roads)
        if each.incident_id in question.ways_of
        else each
        for each in found.answers
    )
    return replace(found, answers=answers)


def reason_of(refused: Refused) -> Reason:
    """Return a refusal as a reason: plain values that go from process to process."""
    told = [
        (name, value if isinstance(value, str | int | float) else str(value))
        for name, value in refused.parameters.items()
    ]
    return Reason(refused.code, tuple(told))


class Planner:
    """Answer one question after another. Raises KeyError for an incident that does not exist, Refused for what-ifs."""

    def __init__(
        self, ground: Roads, rules: Rules = NO_RULES, *, covering: Callable[[Roads], Coverage] | None = None
    ) -> None:
        """`covering` makes what answers about coverage, when that is first asked: it takes a second."""
        self.state = State()
        self.fixes = Fixes()
        self.ground = ground
        self._rules = rules
        self._covering = covering
        self._coverage: Coverage | None = None
        self._history = History()
        self._tables = KeptTables(rules.compliance)
        self._is_stale = False
        self._prepared_at_s = -PREPARE_EVERY_S
        self._inputs = InputsOf(rules.inputs)
        self._digest = FixesDigest()

    def begin(self, state: State, fixes: Iterable[Fix]) -> None:
        """Start over from a whole state."""
        self.state = state
        self.fixes = Fixes()
        self._digest = FixesDigest(self.fixes.take_all(fixes))
        self._is_stale = True

    def tell(self, entry: Entry) -> None:
        """Fold one entry; one that is known already is passed over."""
        if entry.sequence == self.state.sequence + 1:
            self.state = apply(self.state, entry)
        elif entry.sequence > self.state.sequence:
            raise ValueError(f"entry {entry.sequence} came after {self.state.sequence}: something was missed")
        self._is_stale = True

    def teach(self, history: History) -> None:
        """Take what a whole log teaches about demand, for coverage."""
        self._history = history
        if self._coverage is not None:
            self._coverage.learn(history)

    def tell_fixes(self, fixes: Iterable[Fix]) -> None:
        """Take positions and snap them to the roads now, so that the next question need not."""
        believed = self.fixes.take_all(fixes)
        self._digest.take(believed)
        self._is_stale = True
        if believed and isinstance(self.ground, Ground):
            moved = [fix.unit_id for fix in believed]
            at = max(fix.fixed_at for fix in believed)
            starts = starts_of(self.state, self.fixes.latest, moved, at=at)
            for mode in MODES:
                self.ground.prepare(mode, starts)

    def answer(self, question: Asked) -> Any:
        """Return a Recommendation, ways, a Plan, a report of coverage or move-ups, as the question is."""
        match question:
            case Question():
                with uncollected():  # a search for garbage would make a short answer a few 10 ms late
                    return self.recommend(question)
            case WaysQuestion():
                return self.ways(question)
            case PlanQuestion():
                return self.plan(question)
            case GreedQuestion():
                return self.price_greed(question)
            case CoverageQuestion(what_if=WhatIf()):
                self._is_stale = True  # the real roads are prepared again at the next idle moment
                return cover_imagined(self.coverage, self.state, self.fixes.latest, question)
            case MoveUpQuestion(by_table=True):
                return self._tables.moves(self.coverage, self.state, self.fixes.latest, question)
            case CoverageQuestion():
                return self.coverage.answers(self.state, self.fixes.latest, at=question.at, leaving=question.leaving)
            case MoveUpQuestion():
                return move_ups(self.coverage, self.state, self.fixes.latest, at=question.at, leaving=question.leaving)

    @property
    def coverage(self) -> Coverage:
        """What answers about coverage. Raises LookupError where there is none."""
        if self._coverage is None:
            if self._covering is None:
                raise LookupError("coverage is not worked out here")
            self._coverage = self._covering(self.ground)
            self._coverage.learn(self._history)
        return self._coverage

    def work(self, at: datetime) -> bool:
        """Use an idle moment for the times that coverage will want; tell whether there is more to do at once."""
        if self._coverage is None:
            return False
        now_s = time.monotonic()
        if self._is_stale and now_s - self._prepared_at_s >= PREPARE_EVERY_S:
            self._is_stale, self._prepared_at_s = False, now_s
            self._coverage.prepare(self.state, self.fixes.latest, at=at)
        return self._coverage.work() < 1.0

    def recommend(self, question: Question) -> Recommendation:
        """Say who should go to one place."""
        if question.what_if is not None:
            return mark_answer(self._recommend(imagine(self.state, question.what_if), question))
        return seal(self._recommend(self.state, question), self._inputs.of(self.state, self._digest))

    def ways(self, question: WaysQuestion) -> tuple[Way, ...]:
        """Give the ways of units to a place; who has none, or is nobody knows where, is left out."""
        state, ground, place = self.state, self.ground, question.location
        ground.set_closures(state.closures.values())
        ground.set_conditions(at=question.at, time_zone=state.time_zone, weather=state.weather)
        starts = starts_of(state, self.fixes.latest, question.unit_ids, at=question.at)
        paths = ground.paths(question.mode, starts, place.lon, place.lat)
        return tuple(path for path in paths if path is not None)

    def plan(self, question: PlanQuestion) -> Plan:
        """Say who should go to all open incidents."""
        if question.what_if is not None:
            return mark_plan(self._plan(imagine(self.state, question.what_if), question))
        return seal_plan(self._plan(self.state, question), self._inputs.of(self.state, self._digest))

    def price_greed(self, question: GreedQuestion) -> tuple[GreedPrice, ...]:
        """Say what serving one place after another would cost, class by class; costs two plans."""
        state, fixes, prices = self.state, self.fixes.latest, self._rules.penalties
        best = plan(state, fixes, self.ground, at=question.at, penalties=prices, time_limit_s=PLAN_TIME_LIMIT_S)
        in_turn = plan_in_turn(state, fixes, self.ground, at=question.at, penalties=prices)
        return price_of_greed(best, in_turn)

    def _recommend(self, state: State, question: Question) -> Recommendation:
        fixes = self.fixes.latest
        if question.incident_id is not None and not question.kind:
            return recommend(state, fixes, self.ground, question.incident_id, at=question.at)
        if question.location is None:
            raise ValueError("a question names an incident, or a kind and a place")
        return recommend_for(
            state,
            fixes,
            self.ground,
            kind=question.kind,
            location=question.location,
            alarm_level=question.alarm_level,
            priority=question.priority,
            incident_id=question.incident_id,
            at=question.at,
        )

    def _plan(self, state: State, question: PlanQuestion) -> Plan:
        return make_plan(state, self.fixes.latest, self.ground, question, self._rules)
