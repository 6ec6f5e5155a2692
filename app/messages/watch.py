"""Follows the messages for whoever sits here: what arrives, what is unread, whose receipt did not come in time."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.desk import Desk
from app.messages.unread import is_sent_by, is_unread, missed, unread
from app.messages.words import addressee_words, from_words
from app.wording import listed, one_line, text
from dispatch.events import Entry
from dispatch.message_events import MessageReceived, MessageSent, ReceiptOverdue
from dispatch.state import State

_SHOWN = (MessageSent, MessageReceived, ReceiptOverdue)


class MessageWatch(QObject):
    """`counted` gives what is unread here and what was sent from here without a receipt in time."""

    counted = Signal(int, int)
    arrived = Signal(str)  # sentence: there is a new message for whoever sits here
    missed = Signal(str)  # sentence: a receipt did not come in time

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        desk.state_changed.connect(self._on_state)
        desk.who_changed.connect(lambda _: self.count())

    def count(self) -> None:
        """Count anew."""
        state, who = self._desk.state, self._desk.who
        self.counted.emit(len(unread(state, who)), len(missed(state, who)))

    def _on_state(self, entry: Entry | None, state: State) -> None:
        events = entry.events if entry is not None else ()
        if entry is not None and not any(isinstance(event, _SHOWN) for event in events):
            return
        self.count()
        desk = self._desk
        for event in events:
            message = state.messages.get(getattr(event, "message_id", 0))
            if message is None:
                continue
            if isinstance(event, MessageSent) and is_unread(message, desk.who):
                words = one_line(message.text, 120)
                self.arrived.emit(text("messages.said_new", desk.language, name=from_words(desk, message), what=words))
            elif isinstance(event, ReceiptOverdue) and is_sent_by(message, desk.who):
                names = listed((addressee_words(desk, each) for each in event.addressees[:6]), desk.language)
                self.missed.emit(text("messages.said_missed", desk.language, number=message.id, names=names))
