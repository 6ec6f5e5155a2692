"""Puts other units in the place of recommended ones, by steps from the quickest or by name."""

from __future__ import annotations

from app.desk import Desk
from app.sending.choosing import Choosing
from app.sending.swaps import need_of, others_for
from dispatch.recommendation import Passed


class Swapping:
    """Change a desk's choosing; a unit that goes as a part of a task force keeps its place."""

    def __init__(self, desk: Desk, choosing: Choosing) -> None:
        self._desk = desk
        self._choosing = choosing

    def others(self, unit_id: str) -> tuple[Passed, ...]:
        """Return who could go in the place that a unit holds, the quickest first; who goes anyway is left out."""
        choosing = self._choosing
        answer, one = choosing.recommendation, choosing.chosen(choosing.place_of(unit_id))
        need = need_of(one, answer, self._desk.state) if answer is not None and one is not None else None
        if answer is None or one is None or need is None or one.task_force:
            return ()
        taken = {other for place, other in choosing.swapped.items() if place != one.unit_id}.union(choosing.added)
        found = others_for(answer, need, self._desk.state)
        return tuple(each for each in found if each.unit_id not in taken and not choosing.is_gone(each.unit_id))

    def step(self, unit_id: str, steps: int) -> str:
        """Put the next (`steps` 1) or previous (-1) best in a unit's place; return who holds it, "" where none is."""
        place = self._choosing.place_of(unit_id)
        order = [place, *(one.unit_id for one in self.others(unit_id))]
        number = order.index(unit_id) + steps if unit_id in order else 0
        if len(order) < 2 or not 0 <= number < len(order):
            return ""
        self._choosing.put(place, order[number])
        return order[number]

    def put_in(self, unit_id: str, other: str) -> str:
        """Put `other` in the place that a unit holds; return who holds it then, "" where `other` cannot."""
        place = self._choosing.place_of(unit_id)
        if other != place and other not in {one.unit_id for one in self.others(unit_id)}:
            return ""
        self._choosing.put(place, other)
        return other
