"""A line inside a panel that asks why before something is done: nothing is modal, Esc gives up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app import theme
from app.parts.forms import button
from app.parts.word_entry import WordEntry
from app.wording.plain import one_line, tooltip
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
        self.question.setWordWrap(True)
        self.question.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.mark(self.question, "level", "warning")
        self.reason = WordEntry()
        self.reason.setPlaceholderText(say("reason_hint", language))
        self.reason.setAccessibleName(say("reason_hint", language))
        self.reason.setMaxLength(2000)
        self.reason.setMinimumWidth(110)
        self.do_button = button(say("reason_set", language), self._act, role="primary")
        self.crew_button = button(say("reason_crew", language), self._say_crew)
        self.cancel_button = button(say("cancel", language), self.hide)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._halves.setContentsMargins(8, 2, 8, 2)
        self._halves.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(6)
        self._halves.addWidget(self.question, 2)
        self._halves.addLayout(row, 3)
        row.addWidget(self.reason, 1)
        for one in (self.do_button, self.crew_button, self.cancel_button):
            row.addWidget(one)
        self.reason.entered.connect(self._act)
        self.reason.meant.connect(self._act)
        self.reason.textChanged.connect(lambda words: self.do_button.setEnabled(bool(words.strip())))
        self.hide()

    def ask(self, question: str, do: Act, *, do_words: str = "", crew: Callable[[], object] | None = None) -> None:
        """Show the question and take the focus: the operator has just asked for what it is about."""
        self._do, self._crew = do, crew
        self.question.setText(one_line(question, 160))
        self.question.setToolTip(tooltip(question))
        self.reason.setAccessibleName(question)
        self.reason.clear()
        words = do_words or say("reason_set", self._language)
        self.do_button.setText(words)
        self.do_button.setAccessibleName(words)
        self.do_button.setEnabled(False)
        self.crew_button.setVisible(crew is not None)
        self.show()
        self.reason.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand the question over the field where both have no room side by side."""
        super().resizeEvent(event)
        is_wide = self.width() >= 55 * self.fontMetrics().averageCharWidth() * 2
        way = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if self._halves.direction() != way:
            self._halves.setDirection(way)

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
