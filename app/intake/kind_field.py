"""A field that takes a kind of incident: a few letters in any language, and the run card that they mean."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.desk import Desk
from app.intake.kind_search import rank_kinds
from app.parts import tints
from app.parts.row import Row
from app.parts.row_list import RowList
from app.parts.word_entry import WordEntry
from app.wording import label, one_line, text
from dispatch.runcard import RunCard


def kind_name(desk: Desk, kind: str) -> str:
    """Return the name of a kind in the desk's language, from its run card where there is one."""
    card = desk.state.cards.get(kind)
    if card is None:
        return one_line(kind.replace("_", " "), 60)
    return one_line(card.name_zh if desk.language == "zh" and card.name_zh else card.name, 80)


class _Entry(WordEntry):
    """A line that says when it is entered, so that the list opens before the first letter."""

    focused = Signal()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()


class KindField(QWidget):
    """Offer kinds for the letters typed and tell the one taken. Enter takes the kind in hand and never sends."""

    chosen = Signal(str)  # kind
    cleared = Signal()
    finished = Signal()  # the field has what it needs: the next one may have the focus

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.kind = ""
        self.entry = _Entry()
        self.entry.setPlaceholderText(text("intake.kind_hint", desk.language))
        self.entry.setAccessibleName(text("intake.kind", desk.language))
        self.entry.setMaxLength(100)
        self.results = RowList(text("intake.kind", desk.language), grows=True, most_rows=7)
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.results.hide()
        self.said = QLabel()
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setProperty("role", "muted")
        self.said.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.entry)
        layout.addWidget(self.results)
        layout.addWidget(self.said)
        self.setFocusProxy(self.entry)
        self.entry.takes_tab = lambda: self.results.isVisible() and bool(self.results.current_key)
        self.entry.textEdited.connect(self._on_edited)
        self.entry.moved.connect(self._on_moved)
        self.entry.entered.connect(self._on_entered)
        self.results.chosen.connect(self._take)

    def set_kind(self, kind: str) -> None:
        """Show a kind that is already known, or nothing, without telling anybody."""
        self.kind = kind
        self._close()
        with QSignalBlocker(self.entry):
            self.entry.setText(kind_name(self._desk, kind) if kind else "")
            self.entry.setCursorPosition(0)

    def _on_edited(self, words: str) -> None:
        if self.kind:
            self.kind = ""
            self.cleared.emit()
        self._show(words)

    def _on_moved(self, rows: int) -> None:
        if self.results.isVisible():
            self.results.move(rows)
        elif not self.kind:
            self._show(self.entry.text())

    def _on_entered(self) -> None:
        if self.kind or not self.entry.text().strip():
            if self.results.isVisible() and self.results.current_key and not self.kind:
                self._take(self.results.current_key)
            else:
                self.finished.emit()
        elif self.results.current_key:
            self._take(self.results.current_key)

    def _show(self, words: str) -> None:
        cards = rank_kinds(self._desk.state.run_cards.cards, words)
        self.results.set_rows([self._row(card) for card in cards], take_first=True)
        self.results.setVisible(bool(cards))
        if cards:
            self.results.take_key(cards[0].kind)
        has_cards = bool(self._desk.state.run_cards.cards)
        key = "" if cards else "intake.kind_none" if has_cards else "intake.no_cards"
        self.said.setText(text(key, self._desk.language) if key else "")
        self.said.setVisible(bool(key))

    def _row(self, card: RunCard) -> Row:
        names = [one_line(name, 80) for name in (card.name, card.name_zh) if name]
        if self._desk.language == "zh":
            names.reverse()
        return Row(
            card.kind,
            names[0] if names else card.kind,
            right=names[1] if len(names) > 1 else "",
            mark=f"P{card.priority}",
            mark_colour=tints.priority(card.priority),
        )

    def _take(self, kind: str) -> None:
        self.set_kind(kind)
        self.chosen.emit(kind)
        self.finished.emit()

    def _close(self) -> None:
        self.results.set_rows(())
        self.results.hide()
        self.said.hide()


def mode_and_lead(desk: Desk, card: RunCard) -> str:
    """Say by which rules a kind is driven and which department answers for it."""
    department = desk.state.departments.get(card.lead)
    lead = (
        (department.name_zh if desk.language == "zh" and department.name_zh else department.name) if department else ""
    )
    return " · ".join(part for part in (label("mode", card.mode, desk.language), one_line(lead, 60)) if part)
