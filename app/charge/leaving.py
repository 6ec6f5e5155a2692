"""What whoever leaves a desk of a room is still in charge of, and to whom it goes: a line on the page of the shift."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.charge.hand_over_form import HandOverForm
from app.desk import Desk
from app.parts.allow import allow
from app.parts.forms import plain_label, show_words, small_button
from app.parts.own_commands import OwnCommands
from app.parts.seats import Receiver, who_words
from app.wording import listed, one_line, text
from dispatch.charge import Charge
from dispatch.charges import charges_of
from dispatch.desk_commands import HandOverAll
from dispatch.events import Entry
from dispatch.state import State

MOST_NAMED = 8


def open_charges(desk: Desk) -> tuple[Charge, ...]:
    """Return what who sits here is in charge of; nothing at a desk that has its log to itself."""
    return charges_of(desk.state, desk.who) if desk.seats is not None and desk.who.actor else ()


def left_words(desk: Desk) -> str:
    """Say which incidents somebody leaves in their own charge; empty where none."""
    numbers = [str(each.incident_id) for each in open_charges(desk)]
    if not numbers:
        return ""
    shown = listed(numbers[:MOST_NAMED], desk.language) + (" …" if len(numbers) > MOST_NAMED else "")
    return text("room.said_left", desk.language, numbers=shown)


class LeavingLine(QWidget):
    """Mention it, and hand all of it over where that is wanted; leaving never waits for it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._own = OwnCommands(desk, self)
        self.words = plain_label()
        self.hand_button = small_button(text("room.hand_all", desk.language), self.ask)
        allow(self.hand_button, desk, HandOverAll)
        self.form = HandOverForm(desk)
        self.said = plain_label()
        line = QHBoxLayout()
        line.addWidget(self.words, 1)
        line.addWidget(self.hand_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(line)
        column.addWidget(self.form)
        column.addWidget(self.said)
        self.form.asked.connect(self._hand)
        self._own.not_done.connect(lambda reason, level: show_words(self.said, reason, level))
        desk.looked.connect(self._on_state)
        self.refresh()

    def refresh(self) -> None:
        """Count what is in charge now."""
        found = open_charges(self._desk)
        key = "room.shift_charge" if len(found) == 1 else "room.shift_charges"
        show_words(self.words, text(key, self._desk.language, count=len(found)) if found else "", "warning")
        to = {(each.offer.to_actor, each.offer.to_seat) if each.offer is not None else None for each in found}
        if len(to) == 1 and (receiver := next(iter(to))) is not None:
            name = who_words(self._desk, *receiver)
            show_words(self.said, text("room.shift_offered", self._desk.language, name=name), "good")
        self.setVisible(bool(found))

    def ask(self) -> None:
        """Ask to whom."""
        count, language = len(open_charges(self._desk)), self._desk.language
        key = "room.hand_one_to" if count == 1 else "room.hand_all_to"
        show_words(self.said, "")
        self.form.ask(text(key, language, count=count, seat=one_line(self._desk.who.seat, 40)))

    def _hand(self, to: Receiver, note: str) -> None:
        self._own.do(HandOverAll(to.to_seat, to.to_actor, note))

    def _on_state(self, entry: Entry | None, state: State) -> None:
        self._own.take(entry)
        if self.isVisible() or open_charges(self._desk):
            self.refresh()
