"""What is offered to this desk, over the queue, until it is taken or declined. It takes no focus."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.desk import Desk
from app.intake.kind_field import kind_name
from app.parts.allow import allow
from app.parts.deed_line import DeedLine
from app.parts.forms import plain_label, show_words, small_button
from app.parts.own_commands import OwnCommands
from app.parts.seats import who_words
from app.theme import mark
from app.wording import text, tooltip
from dispatch.charge import Charge
from dispatch.charges import offered_to
from dispatch.desk_commands import DeclineHandOver, TakeIncident, TakeOffered
from dispatch.events import Entry
from dispatch.state import State

MOST_SHOWN = 2  # the queue below needs the room


class _OneLine(QLabel):
    """Show words in one line, cut where they have no room; all of them are in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        mark(self, "level", "notice")

    def show_words(self, words: str) -> None:
        """Show other words."""
        if words != self.text():
            self.setText(words)
            self.setToolTip(tooltip(words))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)


class _Line(QWidget):
    """One offer: what and from whom, take, decline."""

    def __init__(self, bar: OfferBar, desk: Desk) -> None:
        super().__init__()
        self.number = 0
        self.words = _OneLine()
        self.take_button: QToolButton = small_button(text("room.take", desk.language), lambda: bar.take(self.number))
        self.decline_button: QToolButton = small_button(
            text("room.decline", desk.language), lambda: bar.decline(self.number)
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.words, 1)
        row.addWidget(self.take_button)
        row.addWidget(self.decline_button)
        allow(self.take_button, desk, TakeIncident)
        allow(self.decline_button, desk, DeclineHandOver)
        for made in (self.take_button, self.decline_button):
            made.setMinimumWidth(made.fontMetrics().horizontalAdvance(made.text()) + 18)


class OfferBar(QFrame):
    """Show up to two offers, and that there are more; nothing where nothing is offered."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._own = OwnCommands(desk, self)
        self._most = MOST_SHOWN
        self.setObjectName("bar")
        self.lines = [_Line(self, desk) for _ in range(MOST_SHOWN)]
        self.more = plain_label(role="muted")
        self.all_button = small_button(text("room.take_all", desk.language), self.take_all)
        allow(self.all_button, desk, TakeOffered)
        self.deed = DeedLine(desk)
        self.said = plain_label()
        foot = QHBoxLayout()
        foot.addWidget(self.more, 1)
        foot.addWidget(self.all_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(3)
        for line in self.lines:
            column.addWidget(line)
        column.addLayout(foot)
        column.addWidget(self.deed)
        column.addWidget(self.deed.said)
        column.addWidget(self.said)
        self._own.not_done.connect(partial(show_words, self.said))
        desk.looked.connect(self._on_state)
        desk.who_changed.connect(self._refresh)
        desk.seats_changed.connect(self._refresh)
        self._refresh()

    def set_low(self, is_low: bool) -> None:
        """Show the first offer alone where the queue below is low: the rest stand in its first rows."""
        most = 1 if is_low else MOST_SHOWN
        if most != self._most:
            self._most = most
            self._refresh()

    def take(self, number: int) -> None:
        """Take one, and have it in hand."""
        show_words(self.said, "")
        self._own.do(TakeIncident(number))
        self._desk.select(incident_id=number)

    def take_all(self) -> None:
        """Take all that is offered."""
        show_words(self.said, "")
        self._own.do(TakeOffered())

    def decline(self, number: int) -> None:
        """Ask why it is not taken."""
        self.deed.ask_deed(
            text("room.decline_why", self._desk.language, number=number),
            lambda reason: DeclineHandOver(number, reason),
            do_words=text("room.do_decline", self._desk.language),
        )

    def _on_state(self, entry: Entry | None, state: State) -> None:
        self._own.take(entry)
        self._refresh()

    def _refresh(self, _: object = None) -> None:
        desk = self._desk
        found = offered_to(desk.state, desk.who) if desk.seats is not None else ()
        for line, charge in zip(self.lines, (*found, *(None,) * MOST_SHOWN), strict=False):
            line.setVisible(charge is not None)
            if charge is not None:
                line.number = charge.incident_id
                line.words.show_words(self._words_of(charge))
                line.take_button.setAccessibleName(f"{line.take_button.text()} {charge.incident_id}")
                line.decline_button.setAccessibleName(f"{line.decline_button.text()} {charge.incident_id}")
        for line in self.lines[self._most :]:
            line.hide()
        left = len(found) - self._most
        more = text("room.more_offers", desk.language, count=left) if left > 0 else ""
        is_low = self._most < MOST_SHOWN
        if more and is_low:  # in the one line that there is; Ctrl+Shift+O takes them all
            self.lines[0].words.show_words(f"{more} · {self.lines[0].words.text()}")
        show_words(self.more, "" if is_low else more)
        self.all_button.setVisible(left > 0 and not is_low)
        if not found:
            self.deed.put_away()
        self.setVisible(bool(found))

    def _words_of(self, charge: Charge) -> str:
        desk = self._desk
        incident = desk.state.incidents[charge.incident_id]
        assert charge.offer is not None
        return text(
            "room.offer",
            desk.language,
            number=incident.id,
            kind=kind_name(desk, incident.kind),
            name=who_words(desk, charge.offer.actor, charge.offer.seat),
            note=charge.offer.note,
        )
