"""A line inside a panel that asks why before something is done: nothing is modal, Esc gives up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app import theme
from app.parts.forms import button
from app.parts.word_entry import WordEntry
from app.wording.plain import one_line
from app.wording.screen import say

Act = Callable[[str], object]


class ReasonLine(QFrame):
    """Ask for words and hand them to `do`; `crew`, where given, is the other way out, without words."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._do: Act = lambda reason: None
        self._crew: Callable[[], object] | None = None
        self.setObjectName("bar")
        self.question = QLabel()
        self.question.setTextFormat(Qt.TextFormat.PlainText)
        self.question.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        theme.mark(self.question, "level", "warning")
        self.reason = WordEntry()
        self.reason.setPlaceholderText(say("reason_hint", language))
        self.reason.setMaxLength(2000)
        self.do_button = button(say("reason_set", language), self._act, role="primary")
        self.crew_button = button(say("reason_crew", language), self._say_crew)
        self.cancel_button = button(say("cancel", language), self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(6)
        row.addWidget(self.question)
        row.addWidget(self.reason, 1)
        for one in (self.do_button, self.crew_button, self.cancel_button):
            row.addWidget(one)
        self.reason.returnPressed.connect(self._act)
        self.reason.textChanged.connect(lambda words: self.do_button.setEnabled(bool(words.strip())))
        self.hide()

    def ask(self, question: str, do: Act, *, do_words: str = "", crew: Callable[[], object] | None = None) -> None:
        """Show the question and take the focus: the operator has just asked for what it is about."""
        self._do, self._crew = do, crew
        self.question.setText(one_line(question, 160))
        self.reason.setAccessibleName(question)
        self.reason.clear()
        words = do_words or say("reason_set", self._language)
        self.do_button.setText(words)
        self.do_button.setAccessibleName(words)
        self.do_button.setEnabled(False)
        self.crew_button.setVisible(crew is not None)
        self.show()
        self.reason.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _act(self) -> None:
        words = self.reason.text().strip()
        if words and self.isVisible():
            self.hide()
            self._do(words)

    def _say_crew(self) -> None:
        self.hide()
        if self._crew is not None:
            self._crew()
