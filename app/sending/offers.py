"""A unit on its way to something less urgent, offered for the incident in hand: taken by one key, sent by another."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.desk import Desk
from app.sending.choosing import Choosing
from dispatch.may_send import REDIRECTABLE
from dispatch.plan import Plan
from dispatch.recommendation import Chosen, Recommendation


class Offers(QObject):
    """Hold what the plan for all says of the incident in hand where it takes a unit from elsewhere.

    While an offer is taken, the plan's answer stands on the screen in the place of the one for this incident alone, so
    that what is sent is what is shown.
    """

    changed = Signal()
    taken = Signal(object)  # the Plan whose answer came on the screen

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._choosing = Choosing.of(desk)
        self._plan: Plan | None = None
        self._number: int | None = None
        self.is_taken = False
        desk.selection_changed.connect(self._on_asked)
        desk.draft_changed.connect(self._on_asked)
        desk.looked.connect(lambda *_: self.changed.emit() if self._plan is not None else None)

    @classmethod
    def of(cls, desk: Desk) -> Offers:
        """Return the ones of a desk."""
        return desk.findChild(cls) or cls(desk)

    @property
    def is_wanted(self) -> bool:
        """Tell whether anybody is on his way to something less urgent than the incident in hand."""
        state, number = self._desk.state, self._choosing.incident_id
        if number is None:
            return False
        urgent = state.incidents[number].priority
        bound = (state.assignments[each] for each in state.open_assignments)
        return any(
            state.incidents[each.incident_id].priority > urgent and state.units[each.unit_id].status in REDIRECTABLE
            for each in bound
        )

    @property
    def answer(self) -> Recommendation | None:
        """Return the plan's answer for the incident in hand where it still takes a unit from elsewhere."""
        plan, number = self._plan, self._choosing.incident_id
        if plan is None or number is None:
            return None
        found = next((each for each in plan.answers if each.incident_id == number), None)
        return found if found is not None and any(self._is_ready(one) for one in found.chosen) else None

    @property
    def units(self) -> tuple[Chosen, ...]:
        """Return who would be taken from elsewhere, the quickest first."""
        answer = self.answer
        ready = [one for one in answer.chosen if self._is_ready(one)] if answer is not None else []
        return tuple(sorted(ready, key=lambda one: (one.eta.total_s, one.unit_id)))

    def take_plan(self, plan: Plan) -> None:
        """Take what the plan says by now; where it takes nobody any more, a taken offer is given back."""
        if plan.imagined:
            return
        self._plan, self._number = plan, self._choosing.incident_id
        if self.is_taken and self.answer is not None:
            self._show()
        elif self.is_taken:
            self.toggle()
        self.changed.emit()

    def toggle(self) -> None:
        """Put the plan's answer on the screen, or the one for this incident alone again."""
        if not self.is_taken and self.answer is None:
            return
        self.is_taken = not self.is_taken
        if self.is_taken:
            self._show()
        else:
            self._desk.ask()
        self.changed.emit()

    def instead_of(self, answer: Recommendation) -> Recommendation:
        """Return what stands on the screen in the place of an answer for the incident alone."""
        if not self.is_taken:
            return answer
        mine = self.answer
        if mine is None or mine.incident_id != answer.incident_id or mine.alarm_level != answer.alarm_level:
            self.is_taken = False
            self.changed.emit()
            return answer
        return mine

    def _show(self) -> None:
        self._desk.recommendation = self.answer
        self._desk.recommendation_changed.emit(self.answer)
        self.taken.emit(self._plan)

    def _is_ready(self, one: Chosen) -> bool:
        """Tell whether a unit is still on its way to what it would be taken from."""
        unit = self._desk.state.units.get(one.unit_id)
        bound = self._desk.state.assignments.get(unit.assignment_id) if unit is not None else None
        if unit is None or bound is None or one.taken_from is None:
            return False
        return bound.incident_id == one.taken_from and unit.status in REDIRECTABLE

    def _on_asked(self, _: object) -> None:
        if self._choosing.incident_id != self._number:
            self._plan, self._number, self.is_taken = None, None, False
            self.changed.emit()
