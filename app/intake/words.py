"""What the caller says: written before sending as the incident's text, after it as notes. Enter starts a new line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app.desk import Desk
from app.parts.forms import plain_label, show_words
from app.wording import text
from dispatch.commands import AddNote

LONGEST_NOTE = 10_000


class WordsField(QWidget):
    """Hold the words and what is said of the call below them; `number` is the incident that more words go to."""

    added = Signal(int)  # incident
    spoke = Signal()  # something else is said below the words

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.number: int | None = None
        self.entry = QPlainTextEdit()
        self.entry.setAccessibleName(text("intake.words", desk.language))
        self.entry.setTabChangesFocus(True)
        self.entry.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.entry.setMinimumHeight(3 * self.fontMetrics().lineSpacing() + 14)
        self.said = plain_label()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(4)
        layout.addWidget(self.entry, 1)
        layout.addWidget(self.said)
        self.setFocusProxy(self.entry)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self.entry)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.add)

    @property
    def words(self) -> str:
        """Return what is written."""
        return self.entry.toPlainText().strip()

    def add(self) -> None:
        """Add what is written to the incident as notes; a very long story becomes several."""
        words, number = self.words, self.number
        if number is None or not words:
            return
        for begin in range(0, len(words), LONGEST_NOTE):
            self._desk.send(AddNote(number, words[begin : begin + LONGEST_NOTE]))
        self.entry.clear()
        self.added.emit(number)

    def drop(self, sent: str) -> None:
        """Take out the words that went with the incident; what was typed since stays."""
        now = self.words
        rest = now[len(sent) :].lstrip() if now.startswith(sent) else now
        if rest != now:
            self.entry.setPlainText(rest)
            self.entry.moveCursor(self.entry.textCursor().MoveOperation.End)

    def show_hint(self) -> None:
        """Say in the empty field where the words will go."""
        key = "intake.words_hint" if self.number is None or self._desk.draft is not None else "intake.words_on"
        self.entry.setPlaceholderText(text(key, self._desk.language, number=self.number))

    def say(self, words: str, level: str = "") -> None:
        """Say something of the call where its taker looks."""
        show_words(self.said, words, level)
        self.spoke.emit()
