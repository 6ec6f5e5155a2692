"""What a desk in a room is told of its incidents: offered, taken from it, taken up, declined, touched by others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta

from PySide6.QtCore import QObject

from app.desk import Desk
from app.parts.seats import who_words
from app.wording import listed, text
from dispatch.charge import HANDED_OVER, Charge
from dispatch.charges import is_in_charge, told_of
from dispatch.desk_commands import TakeIncident
from dispatch.desk_events import HandOverDeclined, HandOverOffered, HandOverWithdrawn, IncidentTaken
from dispatch.events import Entry, UnitAssigned
from dispatch.state import State

LATELY = timedelta(seconds=60)  # what is older was caught up with: it is shown where it stands, and not shouted
MOST_NAMED = 8
_ASKS = frozenset({"room.said_offered", "room.said_taken", "room.said_declined"})


class ChargeWatch(QObject):
    """Say it on the status line and over the map, with a soft sound where something is asked of whoever sits here.

    Whoever sends units to an incident that nobody has is in charge of it from then on: they know it, and were going to
    be asked. What is offered to somebody waits for them.
    """

    def __init__(self, desk: Desk, *, sound: Callable[[], object] = lambda: None) -> None:
        super().__init__(desk)
        self._desk, self._sound = desk, sound
        self._charges = desk.state.charges
        desk.state_changed.connect(self._on_state)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        before, self._charges = self._charges, state.charges
        desk = self._desk
        if entry is None or desk.seats is None or desk.clock() - entry.recorded_at > LATELY:
            return
        who = desk.who
        if (entry.actor, entry.seat) == (who.actor, who.seat):
            self._take_what_was_sent_to(entry, state)
            return
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for event in entry.events:
            told = self._told(event, before.get(getattr(event, "incident_id", 0)), state)
            if told is not None:
                found[told].append(event.incident_id)  # type: ignore[union-attr]
        for (key, words), numbers in found.items():
            self._say("warning" if key in _ASKS else "info", key, entry, numbers, words)
        if any(key in _ASKS for key, _ in found):
            self._sound()
        if not found:
            self._say_touched(entry, state)

    def _told(self, event: object, held: Charge | None, state: State) -> tuple[str, str] | None:
        """Return what is to be said of an event and with which words; `held` is how the charge stood before it."""
        who = self._desk.who
        is_mine = is_in_charge(state, held, who) or self._made_offer(held)
        if isinstance(event, HandOverOffered):
            charge = state.charges.get(event.incident_id)
            is_for_me = charge is not None and charge.offer is not None and charge.offer.is_for(who)
            return ("room.said_offered", event.note) if is_for_me else None
        if isinstance(event, IncidentTaken) and is_mine:
            key = "room.said_received" if event.way == HANDED_OVER else "room.said_taken"
            return key, event.reason
        if isinstance(event, HandOverDeclined) and is_mine:
            return "room.said_declined", event.reason
        if isinstance(event, HandOverWithdrawn) and held is not None and held.offer is not None:
            return ("room.said_withdrawn", "") if held.offer.is_for(who) else None
        return None

    def _say_touched(self, entry: Entry, state: State) -> None:
        own = [each.incident_id for each in told_of(entry, state) if is_in_charge(state, each, self._desk.who)]
        if own:
            self._say("info", "room.said_touched", entry, own, "")

    def _say(self, level: str, key: str, entry: Entry, numbers: Iterable[int], words: str) -> None:
        desk = self._desk
        named = sorted(numbers)
        shown = listed(map(str, named[:MOST_NAMED]), desk.language) + (" …" if len(named) > MOST_NAMED else "")
        name = who_words(desk, entry.actor, entry.seat)
        desk.said.emit(level, text(key, desk.language, name=name, numbers=shown, note=words, reason=words))

    def _made_offer(self, charge: Charge | None) -> bool:
        who = self._desk.who
        offer = charge.offer if charge is not None else None
        return offer is not None and (offer.actor, offer.seat) == (who.actor, who.seat)

    def _take_what_was_sent_to(self, entry: Entry, state: State) -> None:
        desk = self._desk
        if not desk.may(TakeIncident):
            return
        sent_to = {event.incident_id for event in entry.events if isinstance(event, UnitAssigned)}
        for number in sorted(sent_to):
            charge = state.charges.get(number)
            offer = charge.offer if charge is not None and not charge.is_held else None
            is_free = charge is None or (offer is not None and offer.is_for(desk.who))
            if is_free and number in state.open_incidents:
                desk.send(TakeIncident(number))
