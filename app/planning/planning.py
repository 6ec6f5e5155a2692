"""The plan of all open incidents while it is on the screen, and which of them is in hand."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from app.desk import Desk
from app.parts.tally import Touched, touched
from app.sending.since import ASKS_WHY, Since
from dispatch.changed import Change
from dispatch.commands import AssignUnits
from dispatch.events import Entry
from dispatch.may_send import REDIRECTABLE
from dispatch.plan import GreedPrice, Plan, order_of
from dispatch.recommendation import Chosen, Recommendation
from dispatch.state import State
from resources.status import FREE

WAYS_AFTER_MS = 150  # the ways are asked for where the operator rests, not at every row passed


class Planning(QObject):
    """Hold the plan, what of it has changed since, and the row in hand. A call being taken comes before it."""

    changed = Signal()  # what is shown, or whether it is
    wanted_changed = Signal()  # whether a plan is wanted, or for which incidents the ways
    shown = Signal(object)  # the Plan that came on the screen
    priced = Signal()  # what greed would cost is known
    pointed = Signal()  # the row in hand
    figures_wanted = Signal()  # the operator looks at figures: what greed would cost is one of them

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._is_wanted = False
        self._since = Since()
        self._changes: dict[int, tuple[Change, ...]] = {}
        self._answers: dict[int, Recommendation] = {}
        self._takers: dict[int, list[tuple[Chosen, int]]] = {}
        self.plan: Plan | None = None
        self.has_figures = False
        self.greed: tuple[GreedPrice, ...] = ()
        self.in_hand: int | None = None
        self.unit_in_hand = ""
        self._later: list[tuple[int, Touched]] = []  # what was written since the plan, or since it was asked for
        self._ways_asked: tuple[int, ...] = ()
        self._ways_soon = QTimer(self, singleShot=True, interval=WAYS_AFTER_MS)
        self._ways_soon.timeout.connect(self.wanted_changed)
        desk.state_changed.connect(self._on_state)
        desk.draft_changed.connect(self._on_draft)

    @classmethod
    def of(cls, desk: Desk) -> Planning:
        """Return the one plan of a desk."""
        return desk.findChild(cls) or cls(desk)

    @property
    def is_on(self) -> bool:
        """Tell whether the plan is what the operator looks at."""
        return self._is_wanted and self._desk.draft is None

    def turn(self, is_on: bool) -> None:
        """Look at the plan, or at the incident in hand again; the old plan is not shown as if it were new."""
        if is_on != self._is_wanted:
            self._is_wanted = is_on
            self.plan, self._answers, self._changes, self._takers = None, {}, {}, {}
            self.greed = ()
            self.in_hand, self.unit_in_hand = (self._desk.selection.incident_id if is_on else None), ""
            self.wanted_changed.emit()
            self.changed.emit()

    @property
    def ways_of(self) -> tuple[int, ...]:
        """Return the incidents whose ways the map is to show: the one in hand, and those it takes units from."""
        answer = self.answer_in_hand
        if answer is None or answer.incident_id is None:
            return () if self.in_hand is None else (self.in_hand,)
        left = {one.taken_from for one in answer.chosen if one.taken_from is not None}
        return (answer.incident_id, *sorted(left))

    def ask_ways(self) -> tuple[int, ...]:
        """Return the incidents whose ways are wanted, and take them as asked for."""
        self._ways_asked = self.ways_of
        return self._ways_asked

    def take(self, plan: Plan) -> None:
        """Show a plan."""
        if not self.is_on:
            return
        self.plan = plan
        self._answers = {answer.incident_id: answer for answer in plan.answers if answer.incident_id is not None}
        self._changes, self._takers = {}, {}
        for number, answer in self._answers.items():
            for one in answer.chosen:
                if one.taken_from is not None:
                    self._takers.setdefault(one.taken_from, []).append((one, number))
        # What the plan knew has not changed; only what was written while it was worked out needs to be looked at.
        self._later = [(sequence, what) for sequence, what in self._later if sequence > plan.sequence]
        self._look(set().union(*(self._touched_by(what) for _, what in self._later)))
        if self.in_hand not in self._answers:
            self.hold(next(iter(self._answers), None))
        elif self.ways_of != self._ways_asked:
            self._ways_soon.start()
        self.shown.emit(plan)
        self.changed.emit()

    def show_figures(self, is_wanted: bool) -> None:
        """Show figures beside the words, or leave them out."""
        self.has_figures = is_wanted
        if is_wanted and self.is_on:
            self.figures_wanted.emit()

    def take_greed(self, prices: tuple[GreedPrice, ...]) -> None:
        """Show what serving in turn would cost."""
        self.greed = prices
        self.priced.emit()

    def hold(self, number: int | None, unit_id: str = "") -> None:
        """Take a row in hand: an incident, and one of its units where the row is a unit's."""
        if (number, unit_id) == (self.in_hand, self.unit_in_hand):
            return
        is_other = number != self.in_hand
        self.in_hand, self.unit_in_hand = number, unit_id
        if is_other and self.is_on:
            self._ways_soon.start()
        self.pointed.emit()

    def answer(self, number: int | None) -> Recommendation | None:
        """Return the plan's answer for an incident."""
        return self._answers.get(number) if number is not None else None

    @property
    def answer_in_hand(self) -> Recommendation | None:
        """Return the answer for the incident in hand."""
        return self.answer(self.in_hand)

    @property
    def answers_on_map(self) -> tuple[Recommendation, ...]:
        """Return the answers whose ways the map shows."""
        found = (self.answer(number) for number in self.ways_of) if self.is_on else ()
        return tuple(answer for answer in found if answer is not None)

    def changes(self, number: int, unit_id: str = "") -> tuple[Change, ...]:
        """Return what has changed of a unit of an incident since the plan; without a unit, of the incident."""
        return tuple(one for one in self._changes.get(number, ()) if one.unit_id == unit_id)

    def may_go(self, number: int, one: Chosen) -> bool:
        """Tell whether a unit is still what the plan counts on, and goes without a reason."""
        unit = self._desk.state.units.get(one.unit_id)
        if unit is None or not unit.on_roster or number not in self._desk.state.open_incidents:
            return False
        bound = self._desk.state.assignments.get(unit.assignment_id)
        is_ready = unit.status in FREE
        if bound is not None:
            is_ready = bound.incident_id == one.taken_from and unit.status in REDIRECTABLE
        return is_ready and not any(each.reason.code in ASKS_WHY for each in self.changes(number, one.unit_id))

    def order(self, number: int) -> AssignUnits | None:
        """Return the command that sends what an incident's rows show, and nothing else; None where nobody is left."""
        answer = self.answer(number)
        if answer is None:
            return None
        order = order_of(answer)
        going = {one.unit_id for one in answer.chosen if self.may_go(number, one)}
        choices = tuple(choice for choice in order.choices if choice.unit_id in going)
        return AssignUnits(number, choices, order.recommendation) if choices else None

    def taken_to(self, number: int) -> list[tuple[Chosen, int]]:
        """Return the units that the plan takes from an incident and where they go, as long as they are bound to it."""
        state, found = self._desk.state, []
        for one, other in self._takers.get(number, ()):
            unit = state.units.get(one.unit_id)
            bound = state.assignments.get(unit.assignment_id) if unit is not None else None
            if bound is not None and bound.incident_id == number:
                found.append((one, other))
        return found

    def waits_for(self, number: int) -> int | None:
        """Return the incident whose part comes first: it takes a unit that this one's part replaces."""
        return next((other for _, other in self.taken_to(number)), None)

    def _look(self, numbers: Iterable[int]) -> None:
        desk, at = self._desk, self._desk.clock()
        for number in numbers:
            self._changes[number] = self._since.changes(self._answers[number], desk.state, desk.fixes, at)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if not self._is_wanted:  # while a call is taken the plan is not seen, but it is kept true
            self._later.clear()
            return
        what = touched(entry, state)
        self._later.append((state.sequence, what))
        stale = self._touched_by(what)
        if entry is not None and any(hasattr(event, "closure") for event in entry.events):
            stale |= {number for number, answer in self._answers.items() if answer.paths}
        if stale:
            self._look(stale)
            self.changed.emit()

    def _touched_by(self, what: Touched) -> set[int]:
        """Return the incidents of the plan that an entry may have changed."""
        if what.everything:
            return set(self._answers)
        return {
            number
            for number, answer in self._answers.items()
            if number in what.incidents or any(one.unit_id in what.units for one in answer.chosen)
        }

    def _on_draft(self, _: object) -> None:
        if self._is_wanted:
            self.wanted_changed.emit()
            self.changed.emit()
