"""The room: who sits at which seat, what they have in hand and look after; queues are set, watched and handed over."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.charge.hand_over_form import HandOverForm
from app.desk import Desk
from app.parts.allow import allow
from app.parts.forms import plain_label, show_words, small_button
from app.parts.incident_rows import need_key
from app.parts.own_commands import OwnCommands
from app.parts.queues import Queues
from app.parts.row_list import RowList
from app.parts.seats import Receiver, oversees
from app.room.queue_form import QueueForm
from app.room.seat_rows import charges_at, queue_row, seat_row, seats_of
from app.wording import one_line, text
from dispatch.desk_commands import HandOverAll, SetQueue
from dispatch.events import Entry
from dispatch.state import State

SETTLE_MS = 150
MOST_WATCHED = 200
HOW = "opsroom server init postgresql://HOST/DATABASE\nopsroom --log postgresql://HOST/DATABASE --seat NAME"


class RoomPanel(QWidget):
    """Follow the room while it is seen; at a desk that has its log to itself say so, and how a room is made."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._queues = desk, Queues.of(desk)
        self._own = OwnCommands(desk, self)
        language = desk.language
        self.alone = plain_label(text("room.alone", language))
        self.how = plain_label(text("room.how", language), role="muted")
        self.commands = [QLineEdit(line) for line in HOW.split("\n")]
        for line in self.commands:
            line.setReadOnly(True)  # it can be copied
            line.setAccessibleName(line.text())
            line.setCursorPosition(0)
        self.head = plain_label()
        self.twin = plain_label()
        self.seats = RowList(text("room.seats", language))
        self.queue_button = small_button(text("room.set_queue", language), self.set_queue)
        self.hand_button = small_button(text("room.hand_all", language), self.hand_all)
        self.queue_form = QueueForm(desk)
        self.hand_form = HandOverForm(desk)
        self.said = plain_label()
        self.watched_head = plain_label(role="muted")
        self.watched = RowList(text("room.queue", language))
        allow(self.queue_button, desk, SetQueue)
        allow(self.hand_button, desk, HandOverAll)
        self._soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._soon.timeout.connect(self.refresh)
        self._lay_out()
        self._connect()
        self.refresh()

    @property
    def seat(self) -> str:
        """Return the seat in hand: this one until another is chosen."""
        return self.seats.current_key or self._desk.who.seat

    def focus_list(self) -> None:
        """Put the keys on the seats."""
        self.seats.setFocus()

    def set_queue(self) -> None:
        """Ask what the seat in hand looks after."""
        self._put_away()
        self.queue_form.ask(self.seat)

    def hand_all(self) -> None:
        """Ask to whom everything that the seat in hand is in charge of goes."""
        self._put_away()
        count, seat = len(charges_at(self._desk.state, self.seat)), self.seat
        key = "room.hand_one_to" if count == 1 else "room.hand_all_to"
        self.hand_form.ask(text(key, self._desk.language, count=count, seat=one_line(seat, 40)), but=seat)

    def refresh(self) -> None:
        """Show the room as it stands now."""
        desk, language = self._desk, self._desk.language
        is_alone = desk.seats is None
        for each in (self.alone, self.how, *self.commands):
            each.setVisible(is_alone)
        self.inside.setVisible(not is_alone)
        if is_alone:
            return
        self._show_head()
        self.seats.set_rows([seat_row(desk, each) for each in seats_of(desk)], take_first=True)
        self._show_seat()
        is_own = self.seat == desk.who.seat
        self.queue_button.setEnabled(is_own or oversees(desk))
        self.hand_button.setEnabled(bool(charges_at(desk.state, self.seat)) and (is_own or oversees(desk)))
        self.queue_button.setAccessibleName(f"{text('room.set_queue', language)} {self.seat}")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _lay_out(self) -> None:
        self.inside = QWidget()
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.queue_button)
        buttons.addWidget(self.hand_button)
        buttons.addStretch(1)
        inside = QVBoxLayout(self.inside)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(5)
        inside.addWidget(self.head)
        inside.addWidget(self.twin)
        inside.addWidget(self.seats, 3)
        inside.addLayout(buttons)
        inside.addWidget(self.queue_form)
        inside.addWidget(self.hand_form)
        inside.addWidget(self.said)
        inside.addWidget(self.watched_head)
        inside.addWidget(self.watched, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(5)
        column.addWidget(self.alone)
        column.addWidget(self.how)
        for line in self.commands:
            column.addWidget(line)
        column.addWidget(self.inside, 1)
        column.addStretch(0)

    def _connect(self) -> None:
        desk = self._desk
        for changed in (desk.seats_changed, desk.who_changed, desk.selection_changed, desk.draft_changed):
            changed.connect(self._refresh_soon)
        desk.state_changed.connect(self._on_state)
        desk.ticked.connect(self._refresh_soon)
        self._queues.changed.connect(self._refresh_soon)
        self.seats.pointed.connect(self._refresh_soon)
        self.watched.chosen.connect(lambda key: desk.select(incident_id=int(key)))
        self.queue_form.asked.connect(self._own.do)
        self.queue_form.opened.connect(self._show_seat)
        self.hand_form.asked.connect(self._hand_all)
        self._own.not_done.connect(lambda reason, level: show_words(self.said, reason, level))

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if self._own.take(entry):
            show_words(self.said, "")
        self._refresh_soon()

    def _refresh_soon(self, _: object = None) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _put_away(self) -> None:
        self.queue_form.hide()
        self.hand_form.hide()
        show_words(self.said, "")

    def _hand_all(self, to: Receiver, note: str) -> None:
        self._own.do(HandOverAll(to.to_seat, to.to_actor, note, self.seat))

    def _show_head(self) -> None:
        desk, language = self._desk, self._desk.language
        room = desk.seats
        assert room is not None
        seat = one_line(desk.who.seat, 40)
        here = [each for each in room.others if not each.is_stale]
        if room.is_missing:
            show_words(self.head, text("room.head_missing", language), "warning")
        elif not room.is_connected:
            key = "room.head_lost" if room.others else "room.head_waiting"
            show_words(self.head, text(key, language), "warning" if room.others else "muted")
        elif here:
            show_words(self.head, text("room.head", language, count=len(here) + 1, seat=seat))
        else:
            show_words(self.head, text("room.head_one", language, seat=seat))
        show_words(self.twin, text("room.twin", language, seat=seat) if room.twins else "", "alarm")

    def _show_seat(self, _: object = None) -> None:
        """Show the queue of the seat in hand: one's own, or anybody's to who watches over them."""
        desk, language, seat = self._desk, self._desk.language, self.seat
        may_watch = seat == desk.who.seat or oversees(desk)
        has_room = self.queue_form.isHidden()  # the form needs it more
        self.watched.setVisible(may_watch and has_room)
        if not has_room:
            show_words(self.watched_head, "")
            return
        if not may_watch:
            show_words(self.watched_head, text("room.not_watched", language), "muted")
            return
        rows = self._rows_of(seat)
        key = "room.queue_head" if rows else "room.queue_head_none"
        show_words(self.watched_head, text(key, language, seat=one_line(seat, 40), count=len(rows)))
        self.watched.set_rows([queue_row(desk, number, why) for number, why in rows[:MOST_WATCHED]])

    def _rows_of(self, seat: str) -> list[tuple[int, str]]:
        state = self._desk.state
        incidents = sorted((state.incidents[one] for one in state.open_incidents), key=need_key)
        found = ((one.id, self._queues.of_seat(seat, one)) for one in incidents)
        return [(number, why) for number, why in found if why]
