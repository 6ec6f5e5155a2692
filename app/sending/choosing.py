"""Which of the recommended units the operator wants to send: ticks, swaps and their reason, shared by who sends."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.desk import Desk, Draft
from app.sending.since import ASKS_WHY, Since
from app.sending.swaps import also_by, kept
from dispatch.changed import Change
from dispatch.commands import Choice
from dispatch.events import Entry, RosterLoaded, RunCardsLoaded
from dispatch.incident import Stage
from dispatch.may_send import REDIRECTABLE
from dispatch.recommendation import Chosen, Passed, Recommendation
from dispatch.state import State
from resources.status import FREE


@dataclass(frozen=True, slots=True)
class Departure:
    """What an operator changed in a recommendation, and why; `swapped` says who goes instead of whom."""

    removed: frozenset[str] = frozenset()
    added: tuple[str, ...] = ()
    reason: str = ""
    swapped: tuple[tuple[str, str], ...] = ()


class Choosing(QObject):
    """Hold what departs from the recommendation on the screen; a refresh of it keeps the operator's ticks and swaps."""

    changed = Signal()
    pointed = Signal(str)  # the unit of the row in hand, empty for none

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._target: object = None
        self._question: object = None
        self._is_waiting = False
        self._earlier_s: dict[str, float] = {}
        self._shown: tuple[Chosen, ...] = ()
        self.removed: set[str] = set()
        self.added: list[str] = []
        self.swapped: dict[str, str] = {}  # recommended unit -> who goes in its place
        self.reason = ""
        self.unit_in_hand = ""
        self._settled: set[str] = set()  # left out of an earlier sending, with a reason that the log has
        self._since = Since()
        self._changes: tuple[Change, ...] = ()
        self._changes_of: tuple[object, object, object] = (None, None, None)
        desk.draft_changed.connect(self._on_asked)
        desk.selection_changed.connect(self._on_asked)
        desk.recommendation_changed.connect(self._on_recommendation)
        desk.looked.connect(self._on_state_changed)

    @classmethod
    def of(cls, desk: Desk) -> Choosing:
        """Return the one set of ticks of a desk."""
        return desk.findChild(cls) or cls(desk)

    @property
    def draft(self) -> Draft | None:
        """Return the call being taken if an answer can be about it."""
        draft = self._desk.draft
        return draft if draft is not None and draft.location is not None and draft.kind else None

    @property
    def incident_id(self) -> int | None:
        """Return the number that the answer is about, None for a draft or nothing."""
        number = self._desk.selection.incident_id
        if number is None or self._desk.draft is not None:
            return None  # a call being taken comes first, also before it has a place and a kind
        incident = self._desk.state.incidents.get(number)
        return number if incident is not None and incident.stage is not Stage.CLOSED else None

    @property
    def recommendation(self) -> Recommendation | None:
        """Return the answer on the screen, None while the one at hand is about something else."""
        answer = self._desk.recommendation
        if answer is None or self._is_waiting:
            return None
        draft = self.draft
        if draft is not None:
            fits_it = answer.incident_id is None and (answer.kind, answer.alarm_level) == (
                draft.kind,
                draft.alarm_level,
            )
            return answer if fits_it else None
        return answer if answer.incident_id is not None and answer.incident_id == self.incident_id else None

    @property
    def departs(self) -> bool:
        """Tell whether what would be sent differs from the recommendation, or goes only with a reason."""
        choices = self.choices()
        return bool(choices) and (
            bool(self.removed - self._settled) or any(self._asks_why(one.unit_id) for one in choices)
        )

    def earlier_eta_s(self, unit_id: str) -> float | None:
        """Return what the answer before this one said of a unit, for the same question."""
        return self._earlier_s.get(unit_id)

    @property
    def has_earlier(self) -> bool:
        """Tell whether there was an answer before this one to the same question."""
        return bool(self._earlier_s)

    def changes(self, unit_id: str = "") -> tuple[Change, ...]:
        """Return what has changed of a unit since the answer was worked out; without a unit, of the whole."""
        answer, desk = self.recommendation, self._desk
        if answer is None:
            return ()
        asked = (answer, desk.state, desk.fixes)
        if any(one is not other for one, other in zip(asked, self._changes_of, strict=True)):
            self._changes = self._since.changes(answer, desk.state, desk.fixes, desk.clock())
            self._changes_of = asked
        return tuple(one for one in self._changes if one.unit_id == unit_id)

    def is_gone(self, unit_id: str) -> bool:
        """Tell whether a unit cannot be sent any more although the answer counts on it."""
        unit = self._desk.state.units.get(unit_id)
        if unit is None or not unit.on_roster:
            return True
        bound = self._desk.state.assignments.get(unit.assignment_id)
        if bound is not None:
            one = self.chosen(unit_id)
            is_taken = one is not None and one.taken_from == bound.incident_id
            return not (is_taken and unit.status in REDIRECTABLE)
        return unit.status not in FREE

    def chosen(self, unit_id: str) -> Chosen | None:
        """Return what the answer says of a unit that it recommends."""
        answer = self.recommendation
        return next((one for one in answer.chosen if one.unit_id == unit_id), None) if answer is not None else None

    def place_of(self, unit_id: str) -> str:
        """Return the recommended unit whose place a unit holds: its own, or the one that it was swapped in for."""
        return next((first for first, other in self.swapped.items() if other == unit_id), unit_id)

    def is_ticked(self, unit_id: str) -> bool:
        """Tell whether a unit would be sent."""
        if self.recommendation is None or self.is_gone(unit_id):
            return False
        if unit_id in self.added:
            return True
        place = self.place_of(unit_id)
        return (
            place not in self.removed and self.swapped.get(place, place) == unit_id and self.chosen(place) is not None
        )

    def tick(self, unit_id: str, is_wanted: bool) -> None:
        """Add a unit to what would be sent, or take it out."""
        answer = self.recommendation
        if answer is None or (is_wanted and self.is_gone(unit_id)):
            return
        place = self.place_of(unit_id)
        if self.chosen(place) is not None:
            (self.removed.discard if is_wanted else self.removed.add)(place)
        elif is_wanted and unit_id not in self.added:
            self.added.append(unit_id)
        elif not is_wanted and unit_id in self.added:
            self.added.remove(unit_id)
        self.changed.emit()

    def put(self, place: str, unit_id: str) -> None:
        """Let a unit go in the place of a recommended one (see `Swapping`), or that one itself again."""
        self.swapped.pop(place, None)
        if unit_id != place:
            self.swapped[place] = unit_id
        self.removed.discard(place)
        self.changed.emit()

    def point(self, unit_id: str) -> None:
        """Take the row of a unit in hand; the map shows its way brighter."""
        if unit_id != self.unit_in_hand:
            self.unit_in_hand = unit_id
            self.pointed.emit(unit_id)

    def reset(self) -> None:
        """Go back to the recommendation as it is."""
        self._forget()
        self.changed.emit()

    def settle(self) -> None:
        """Keep units unticked that the operator did not want, now that the others are sent and the log has why."""
        self.added, self.reason, self.swapped = [], "", {}
        self._settled = set(self.removed)
        self.changed.emit()

    @property
    def departure(self) -> Departure:
        """Return what departs from the answer on the screen."""
        return Departure(frozenset(self.removed), tuple(self.added), self.reason, tuple(self.swapped.items()))

    def take_departure(self, departure: Departure) -> None:
        """Depart in the same way from the answer about something else: a call became an incident."""
        self.removed, self.added, self.reason = set(departure.removed), list(departure.added), departure.reason
        self.swapped = dict(departure.swapped)
        self.changed.emit()

    def choices(self) -> tuple[Choice, ...]:
        """Return exactly what is ticked on the screen, in its order, with the reason where it departs."""
        answer = self.recommendation
        if answer is None:
            return ()
        passed = {one.unit_id: one for one in answer.passed} if self.swapped or self.added else {}
        made = [
            self._choice(one, passed.get(other))
            for one in answer.chosen
            if self.is_ticked(other := self.swapped.get(one.unit_id, one.unit_id))
        ]
        added = [passed[unit_id] for unit_id in self.added if unit_id in passed and self.is_ticked(unit_id)]
        return (*made, *(self._made(one.unit_id, one.need_id, one) for one in added))

    def _choice(self, one: Chosen, other: Passed | None) -> Choice:
        if other is None:
            return self._made(one.unit_id, one.need_id, one, one.also, one.taken_from)
        return self._made(
            other.unit_id, one.need_id, other, also_by(one, other.unit_id, self.recommendation, self._desk.state)
        )

    def _made(
        self,
        unit_id: str,
        need_id: str,
        one: Chosen | Passed,
        also: tuple[str, ...] = (),
        taken_from: int | None = None,
    ) -> Choice:
        has_reason = bool(self.removed - self._settled) or self._asks_why(unit_id)
        eta_s = one.eta.total_s if one.eta is not None else None
        return Choice(unit_id, need_id, eta_s, self.reason.strip() if has_reason else "", also, taken_from)

    def _asks_why(self, unit_id: str) -> bool:
        """Tell whether a unit goes only with a reason: chosen by hand, or against what a rule says by now."""
        if unit_id in self.added or unit_id in self.swapped.values():
            return True
        return any(one.reason.code in ASKS_WHY for one in self.changes(unit_id))

    def _on_asked(self, _: object) -> None:
        draft = self.draft
        if draft is not None:
            target: object = draft.call_id or "draft"
            question: object = (draft.location, draft.kind, draft.alarm_level)
        else:
            target = question = self.incident_id
        if target != self._target:
            self._target = target
            self._forget()
        if question != self._question:
            self._question, self._is_waiting, self._earlier_s = question, True, {}
        self.changed.emit()

    def _forget(self) -> None:
        self.removed, self.added, self.reason, self._settled, self.swapped = set(), [], "", set(), {}

    def _on_state_changed(self, entry: Entry | None, state: State) -> None:
        number = self.incident_id
        if entry is None or any(
            hasattr(event, "unit_id")
            or hasattr(event, "assignment_id")
            or isinstance(event, (RosterLoaded, RunCardsLoaded))
            or hasattr(event, "closure")
            or (number is not None and getattr(event, "incident_id", None) == number)
            for event in entry.events
        ):
            self.changed.emit()

    def _on_recommendation(self, answer: Recommendation | None) -> None:
        before = {} if self._is_waiting else {one.unit_id: one.eta.total_s for one in self._shown}
        self._is_waiting = False
        shown = self.recommendation
        self._earlier_s = before
        if shown is not None:
            chosen = {one.unit_id for one in shown.chosen}
            passed = {one.unit_id for one in shown.passed}
            self.removed &= chosen
            self.added = [unit_id for unit_id in self.added if unit_id in passed]
            self.swapped = kept(self.swapped, self._shown, shown)
        self._shown = shown.chosen if shown is not None else ()
        self.changed.emit()
