"""The change of shift: what one shift tells the next, beside what is open; and what the next one reads first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.charge.leaving import LeavingLine
from app.desk import Desk
from app.parts.forms import at_right, button, plain_label, show_words
from app.signin.open_work import open_work
from app.signin.page import Page
from app.wording import label, one_line, text
from app.wording.durations import day_and_clock
from dispatch.account import HandedOver

LONGEST_NOTES = 20_000


class HandOverPage(Page):
    """Write the notes beside what is open; what was written stays when the page is put away."""

    asked = Signal(str, str)  # notes, to whom (an account's id, empty: whoever comes)

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over, text("signin.hand_over_title", desk.language), QSize(980, 640))
        self._desk = desk
        language = desk.language
        self.open = _reader(text("signin.open_work", language))
        self.notes = QPlainTextEdit()
        self.notes.setAccessibleName(text("signin.notes", language))
        self.notes.setPlaceholderText(text("signin.notes_hint", language))
        self.notes.setTabChangesFocus(True)
        self.to = QComboBox()
        self.to.setAccessibleName(text("signin.to", language))
        self.said = plain_label()
        self.do_button = button(text("signin.hand_over_do", language), self._do, role="primary")
        self.cancel_button = button(text("signin.put_away", language), self.hide)
        self.notes.textChanged.connect(self._check)
        # Names are as long as people make them: the halves stay halves.
        self.to.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        left, right = _half(), _half()
        left.addWidget(_head("signin.open_work", language))
        left.addWidget(self.open, 1)
        right.addWidget(_head("signin.notes", language))
        right.addWidget(self.notes, 1)
        right.addWidget(_head("signin.to", language))
        right.addWidget(self.to)
        halves = QHBoxLayout()
        halves.setSpacing(18)
        halves.addLayout(left, 1)
        halves.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.said, 1)
        foot.addStretch(0)
        foot.addWidget(self.cancel_button)
        foot.addWidget(self.do_button)
        self.charges = LeavingLine(desk)
        self.column.addLayout(halves, 1)
        self.column.addWidget(self.charges)
        self.column.addLayout(foot)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.do_button.click)

    def come(self) -> None:
        """Show what is open as of now, and stand in the notes."""
        self.open.setPlainText(open_work(self._desk).told(self._desk.language))
        self.charges.refresh()
        chosen = self.to.currentData()
        self.to.clear()
        self.to.addItem(text("signin.to_anybody", self._desk.language), "")
        accounts = sorted(self._desk.state.accounts.values(), key=lambda one: one.name.casefold())
        for one in accounts:
            if not one.is_disabled and one.id != self._desk.who.actor:
                self.to.addItem(one_line(f"{one.name} ({one.id})", 80), one.id)
        self.to.setCurrentIndex(max(0, self.to.findData(chosen)))
        show_words(self.said, "")
        super().come()
        self._check()
        self.notes.setFocus()

    def refuse(self, words: str) -> None:
        """Say why it was not taken; the notes stay."""
        show_words(self.said, words, "warning")

    def _check(self) -> None:
        length = len(self.notes.toPlainText().strip())
        self.do_button.setEnabled(0 < length <= LONGEST_NOTES)

    def _do(self) -> None:
        language = self._desk.language
        left = text("signin.left_open", language, counted=open_work(self._desk).counted(language))
        self.asked.emit(f"{self.notes.toPlainText().strip()}\n\n{left}", self.to.currentData())


class NotesPage(Page):
    """Show what the last shift left, and what is open now."""

    def __init__(self, desk: Desk, over: QWidget) -> None:
        super().__init__(over, text("signin.notes_title", desk.language), QSize(980, 640))
        self._desk = desk
        self.notes = _reader(text("signin.notes_title", desk.language))
        self.open = _reader(text("signin.open_now", desk.language))
        self.read_button = button(text("signin.read", desk.language), self.hide, role="primary")
        halves = QHBoxLayout()
        halves.setSpacing(18)
        for words, reader in (("signin.notes", self.notes), ("signin.open_now", self.open)):
            half = _half()
            half.addWidget(_head(words, desk.language))
            half.addWidget(reader, 1)
            halves.addLayout(half, 1)
        foot = at_right(self.read_button)
        self.column.addLayout(halves, 1)
        self.column.addLayout(foot)

    def show_notes(self, handed: tuple[HandedOver, ...]) -> None:
        """Show notes, the newest first."""
        desk, language = self._desk, self._desk.language
        blocks = []
        for one in reversed(handed):
            account = desk.state.accounts.get(one.account_id)
            head = text(
                "signin.note_head",
                language,
                name=one_line(account.name if account is not None else one.account_id, 60),
                role=label("role", one.role, language),
                seat=one_line(one.seat, 40),
                when=day_and_clock(one.at, desk.state.time_zone),
                to=one_line(one.to, 40),
            )
            blocks.append(f"{head}\n{one.notes}")
        self.notes.setPlainText("\n\n".join(blocks) or text("signin.no_notes", language))
        self.open.setPlainText(open_work(desk).told(language))
        self.come()
        self.read_button.setFocus()


def unread(
    handed: tuple[HandedOver, ...], *, account_id: str, seat: str, seen: int, is_recent: Callable[[HandedOver], bool]
) -> tuple[HandedOver, ...]:
    """Return what was left for an account, or at a seat for whoever comes, that was not put away yet."""
    return tuple(
        one
        for one in handed
        if one.sequence > seen
        and one.account_id != account_id
        and (one.to == account_id or (not one.to and one.seat == seat))
        and is_recent(one)
    )


def _half() -> QVBoxLayout:
    half = QVBoxLayout()
    half.setSpacing(4)  # else that between the halves
    return half


def _head(key: str, language: str) -> QLabel:
    return plain_label(text(key, language), role="muted", wraps=False)


def _reader(name: str) -> QPlainTextEdit:
    reader = QPlainTextEdit()
    reader.setReadOnly(True)
    reader.setTabChangesFocus(True)
    reader.setAccessibleName(name)
    return reader
