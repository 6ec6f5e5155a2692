"""Messages between departments and seats: those for whoever sits here, everybody's, who has them, and a new one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.desk import Desk
from app.messages.compose import Compose
from app.messages.unread import ALL, FOR_ME, everything, inbox, is_unread, reaches, selves, unread
from app.messages.words import addressee_words, message_row, receipt_rows
from app.parts.forms import give_key, plain_label, show_words, small_button
from app.parts.own_commands import OwnCommands
from app.parts.reason_line import ReasonLine
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import listed, text
from dispatch.commands import Body
from dispatch.events import Entry
from dispatch.message import TO_DEPARTMENT, TO_SEAT, Addressee, Message
from dispatch.message_commands import ReceiveMessage, SendMessage
from dispatch.message_events import MessageReceived, MessageSent, ReceiptOverdue
from dispatch.state import State

_PAGES = {FOR_ME: "messages.page_for_me", ALL: "messages.page_all"}
_SHOWN = (MessageSent, MessageReceived, ReceiptOverdue)


class MessagesPanel(QWidget):
    """Show messages, newest first; what is unread here is marked, and confirmed by one key."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._own = OwnCommands(desk, self)
        self.pages: dict[str, QToolButton] = {}
        self.list = RowList(self._words("messages.list"))
        self.receipts = RowList(self._words("messages.receipts"), grows=True, most_rows=4, least_rows=1)
        self.receive_button = small_button(self._words("messages.receive"), self.receive)
        self.answer_button = small_button(self._words("messages.answer"), self.answer)
        self.for_them_button = small_button(self._words("messages.for_them"), self.receive_for_them)
        self.show_button = small_button(self._words("messages.show"), self.show_about)
        self.new_button = small_button(self._words("messages.new"), self.write)
        self.reason = ReasonLine(desk.language)
        self.compose = Compose(desk)
        self.said = plain_label()
        self._lay_out()
        self._connect()
        self._refresh()

    @property
    def page(self) -> str:
        """Return what is shown: what is for whoever sits here, or everybody's."""
        return next((key for key, made in self.pages.items() if made.isChecked()), FOR_ME)

    @property
    def message(self) -> Message | None:
        """Return the message in hand as it stands."""
        key = self.list.current_key
        return self._desk.state.messages.get(int(key)) if key.isdigit() else None

    def open_page(self, page: str) -> None:
        """Show what is for whoever sits here, or everybody's."""
        self.pages[page].setChecked(True)
        self._refresh()

    def focus_list(self) -> None:
        """Put the keys on the list."""
        self.list.setFocus()

    def take_oldest_unread(self) -> bool:
        """Make the oldest unread message the one in hand; tell whether there is one."""
        waiting = unread(self._desk.state, self._desk.who)
        if waiting:
            self.open_page(FOR_ME)
            self.list.take_key(str(waiting[0].id))
            self._show_deeds()
        return bool(waiting)

    def can_receive(self) -> bool:
        """Tell whether the message in hand waits for whoever sits here."""
        message = self.message
        return message is not None and is_unread(message, self._desk.who)

    def receive(self) -> None:
        """Say that one has the message in hand."""
        message = self.message
        if message is not None and self.can_receive():
            self._do(ReceiveMessage(message.id, reaches(message, self._desk.who)))

    def receive_for_them(self) -> None:
        """Confirm the message in hand for the addressee in hand: why is asked in place."""
        message, addressee = self.message, self._addressee()
        if message is None or addressee is None:
            return
        question = self._words("messages.for_them_why", number=message.id, name=addressee_words(self._desk, addressee))
        self.reason.ask(
            question,
            lambda why: self._do(ReceiveMessage(message.id, addressee, why)),
            do_words=self._words("messages.do_for_them"),
        )

    def write(self, *, to: tuple[Addressee, ...] = ()) -> None:
        """Open a new message about what is in hand."""
        selection, state = self._desk.selection, self._desk.state
        case_id = selection.case_id if selection.case_id in state.cases else None
        incident_id = selection.incident_id if case_id is None and selection.incident_id in state.incidents else None
        self._begin(incident_id, case_id, to)

    def answer(self) -> None:
        """Open a message to whoever sent the one in hand."""
        message = self.message
        if message is not None:
            whom = (TO_DEPARTMENT, message.department) if message.department else (TO_SEAT, message.seat)
            self._begin(message.incident_id, message.case_id, (Addressee(*whom),))

    def show_about(self) -> None:
        """Take in hand what the message is about."""
        message = self.message
        if message is not None:
            self._desk.select(incident_id=message.incident_id, case_id=message.case_id)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        self._group = QButtonGroup(self)
        for key in _PAGES:
            made = small_button(self._words(_PAGES[key]), partial(self.open_page, key), role="flat")
            made.setCheckable(True)
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(made)
            self.pages[key] = made
            top.addWidget(made)
        self.pages[FOR_ME].setChecked(True)
        self.deeds = QWidget()
        deeds = QHBoxLayout(self.deeds)
        deeds.setContentsMargins(0, 0, 0, 0)
        deeds.setSpacing(3)
        for made in (self.receive_button, self.answer_button, self.show_button, self.for_them_button):
            deeds.addWidget(made)
        deeds.addStretch(1)
        self.foot = QWidget()
        foot = QHBoxLayout(self.foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addStretch(1)
        foot.addWidget(self.new_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(5)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.receipts)
        layout.addWidget(self.deeds)
        layout.addWidget(self.reason)
        layout.addWidget(self.compose)
        layout.addWidget(self.said)
        layout.addWidget(self.foot)
        self.compose.hide()
        give_key(self.new_button, "Alt+E")

    def _connect(self) -> None:
        desk = self._desk
        desk.state_changed.connect(self._on_state)
        desk.who_changed.connect(lambda _: self._refresh())
        desk.ticked.connect(lambda _: self._fill() if self.isVisible() else None)
        self._own.not_done.connect(self._say)
        self.list.pointed.connect(lambda _: self._show_deeds())
        self.receipts.pointed.connect(lambda _: self._show_for_them())
        self.compose.asked.connect(self._do)
        self.compose.left.connect(self._close_form)
        leave = QShortcut(QKeySequence("Esc"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self._close_form)

    def _begin(self, incident_id: int | None, case_id: int | None, to: tuple[Addressee, ...]) -> None:
        if not self._desk.may(SendMessage):
            return
        self._say("")
        self.foot.hide()
        self.compose.show()
        self._show_deeds()
        self.compose.open_for(incident_id, case_id, to=to)

    def _close_form(self) -> None:
        had_keys = self.compose.isAncestorOf(self.focusWidget() or self)
        self.compose.hide()
        self._refresh()
        if had_keys:
            self.list.setFocus()

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if entry is not None and self._own.take(entry):
            self._say("")
            if any(isinstance(event, MessageSent) for event in entry.events):
                self._close_form()
        if entry is None or any(isinstance(event, _SHOWN) for event in entry.events):
            self._refresh()

    def _refresh(self) -> None:
        count = len(unread(self._desk.state, self._desk.who))
        key = "messages.page_for_me_count" if count else "messages.page_for_me"
        self.pages[FOR_ME].setText(self._words(key, count=count))
        self.foot.setVisible(self._desk.may(SendMessage) and self.compose.isHidden())
        self._fill()

    def _fill(self) -> None:
        desk, now = self._desk, self._desk.clock()
        found = inbox(desk.state, desk.who) if self.page == FOR_ME else everything(desk.state)
        rows = [message_row(desk, each, now) for each in found]
        self.list.set_rows(rows or [Row("none", self._none(), tone="muted", is_quiet=True)])
        self._show_deeds()

    def _none(self) -> str:
        if self.page == ALL:
            return self._words("messages.none")
        names = listed((addressee_words(self._desk, each) for each in selves(self._desk.who)), self._desk.language)
        return self._words("messages.none_for", names=names)

    def _show_deeds(self) -> None:
        message, desk = self.message, self._desk
        has_form = not self.compose.isHidden()
        self.deeds.setVisible(message is not None and not has_form)
        rows = receipt_rows(desk, message, desk.clock()) if message is not None else []
        self.receipts.set_rows(rows, take_first=message is not None and bool(message.waits_for))
        self.receipts.setVisible(bool(rows) and not has_form)
        self.receive_button.setVisible(self.can_receive() and desk.may(ReceiveMessage))
        is_other = message is not None and message.actor != desk.who.actor
        self.answer_button.setVisible(is_other and desk.may(SendMessage))
        self.show_button.setVisible(message is not None and (message.incident_id or message.case_id) is not None)
        self._show_for_them()

    def _show_for_them(self) -> None:
        can = self._addressee() is not None and self._desk.may(ReceiveMessage)
        self.for_them_button.setVisible(can and self._desk.who.role != "department_officer")
        if not can:
            self.reason.hide()

    def _addressee(self) -> Addressee | None:
        """Return the addressee in hand, where the receipt has not come and is not one's own to give."""
        message = self.message
        kind, _, name = self.receipts.current_key.partition(":")
        addressee = Addressee(kind, name)
        if message is None or addressee not in message.waits_for or addressee in selves(self._desk.who):
            return None
        return addressee

    def _do(self, body: Body) -> None:
        self._say("")
        self._own.do(body)

    def _say(self, words: str, level: str = "") -> None:
        show_words(self.said, words, level)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
