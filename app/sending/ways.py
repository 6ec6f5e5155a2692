"""The ways by road of units that the operator puts in by hand: the answer on the screen has none of theirs."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from app.desk import Desk
from app.sending.choosing import Choosing
from dispatch.incident import Location
from dispatch.recommendation import Path, Recommendation

WANTED_AFTER_MS = 60  # an arrow key held down passes units that nobody looks at


class Ways(QObject):
    """Say whose ways to which place are wanted, and hold them while they lead there."""

    wanted = Signal()
    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._choosing = Choosing.of(desk)
        self._asked: tuple[object, ...] | None = None
        self._place: Location | None = None
        self._paths: dict[str, Path] = {}
        self._soon = QTimer(self, singleShot=True, interval=WANTED_AFTER_MS)
        self._soon.timeout.connect(self.wanted)
        self._choosing.changed.connect(self._look)

    @classmethod
    def of(cls, desk: Desk) -> Ways:
        """Return the ones of a desk."""
        return desk.findChild(cls) or cls(desk)

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """Return who would go though the answer does not name him."""
        choosing = self._choosing
        by_hand = {*choosing.swapped.values(), *choosing.added}
        return tuple(sorted(unit_id for unit_id in by_hand if choosing.is_ticked(unit_id)))

    @property
    def goal(self) -> tuple[Location, str] | None:
        """Return the place that the answer is about and how one drives there, None where there is no answer."""
        desk, answer = self._desk, self._choosing.recommendation
        if answer is None:
            return None
        incident = desk.state.incidents.get(answer.incident_id or 0)
        if incident is not None:
            return incident.location, incident.mode
        card = desk.state.cards.get(answer.kind)
        draft = self._choosing.draft
        if draft is None or draft.location is None or card is None:
            return None
        return draft.location, card.mode

    def take(self, place: Location, paths: Iterable[Path]) -> None:
        """Hold ways to a place, unless the operator looks at another by now."""
        if self.goal is not None and self.goal[0] == place:
            self._place, self._paths = place, {path.unit_id: path for path in paths}
            self.changed.emit()

    def paths(self) -> dict[str, Path]:
        """Return the known ways of those who would go, by unit."""
        goal = self.goal
        if goal is None or goal[0] != self._place:
            return {}
        return {unit_id: self._paths[unit_id] for unit_id in self.unit_ids if unit_id in self._paths}

    def _look(self) -> None:
        """Want ways where units, place or answer are others than those asked about: an answer is as old as its ways."""
        answer: Recommendation | None = self._choosing.recommendation
        goal, unit_ids = self.goal, self.unit_ids
        asked = (unit_ids, goal, answer.at) if answer is not None and goal is not None and unit_ids else None
        if asked != self._asked:
            self._asked = asked
            if asked is not None:
                self._soon.start()
