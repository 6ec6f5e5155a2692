"""A field that takes a class of the standards: a few letters in any language, or its code."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.cases.words import class_name
from app.desk import Desk
from app.parts.forms import plain_label, show_words
from app.parts.row import Row
from app.parts.row_list import RowList
from app.parts.word_entry import WordEntry
from app.wording import one_line, text
from dispatch.standards import Standard

_MOST_ROWS = 30


class StandardField(QWidget):
    """Offer classes for the letters typed and tell the one taken. Enter takes the class in hand and never sends."""

    chosen = Signal(str)  # the class's word in the log

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.standard_id = ""
        name = text("case_form.class", desk.language)
        self.entry = WordEntry()
        self.entry.setPlaceholderText(text("case_form.class_hint", desk.language))
        self.entry.setAccessibleName(name)
        self.entry.setMaxLength(100)
        self.results = RowList(name, grows=True, most_rows=6)
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.results.hide()
        self.said = plain_label(role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for each in (self.entry, self.results, self.said):
            layout.addWidget(each)
        self.setFocusProxy(self.entry)
        self.entry.takes_tab = lambda: self.results.isVisible() and bool(self.results.current_key)
        self.entry.textEdited.connect(self._on_edited)
        self.entry.moved.connect(self._on_moved)
        self.entry.entered.connect(self._on_entered)
        self.results.chosen.connect(self._take)

    def set_standard(self, standard_id: str) -> None:
        """Show a class that is known, without telling anybody."""
        self.standard_id = standard_id
        self.results.set_rows(())
        self.results.hide()
        show_words(self.said, "")
        with QSignalBlocker(self.entry):
            self.entry.setText(class_name(self._desk.state, standard_id, self._desk.language) if standard_id else "")
            self.entry.setCursorPosition(0)

    def _on_edited(self, words: str) -> None:
        if self.standard_id:
            self.standard_id = ""
            self.chosen.emit("")
        self._show(words)

    def _on_moved(self, rows: int) -> None:
        if self.results.isVisible():
            self.results.move(rows)
        elif not self.standard_id:
            self._show(self.entry.text())

    def _on_entered(self) -> None:
        if not self.standard_id and self.results.current_key:
            self._take(self.results.current_key)

    def _show(self, words: str) -> None:
        standards = self._desk.state.standards
        found = standards.find(words) if words.strip() else standards.small
        self.results.set_rows([self._row(each) for each in found[:_MOST_ROWS]], take_first=True)
        self.results.setVisible(bool(found))
        if found:
            self.results.take_key(found[0].id)
        show_words(self.said, "" if found else text("case_form.class_none", self._desk.language))

    def _row(self, standard: Standard) -> Row:
        names = [one_line(name, 80) for name in (standard.name, standard.name_zh) if name]
        if self._desk.language == "zh":
            names.reverse()
        return Row(standard.id, names[0], right=names[1] if len(names) > 1 else "", mark=standard.code)

    def _take(self, standard_id: str) -> None:
        self.set_standard(standard_id)
        self.chosen.emit(standard_id)
