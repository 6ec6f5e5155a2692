"""What is closed and not put right, as its reporter says: named over the board, and opened again from there."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.desk import Desk
from app.parts.deed_line import DeedLine
from app.parts.forms import plain_label, show_words, small_button
from app.wording import listed, text
from dispatch.case import Case
from dispatch.case_commands import ReopenCase

MOST_NAMED = 4


class Aside(QWidget):
    """Name contested closings to whoever may open them again; the one in hand is opened here, with a reason."""

    wanted = Signal(object)  # tuple of case numbers: the operator asks for the next of them

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._held = 0
        self.contested: tuple[int, ...] = ()
        self.words = plain_label()
        self.next_button = small_button(
            text("cases.contested_next", desk.language), lambda: self.wanted.emit(self.contested)
        )
        self.do_button = small_button(text("cases.reopen", desk.language), self.ask)
        self.deed = DeedLine(desk)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.words, 1)
        for made in (self.next_button, self.do_button):
            row.addWidget(made, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 8, 4)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self.deed)
        column.addWidget(self.deed.said)
        self.hide()

    def show_cases(self, contested: Iterable[int], held: Case | None) -> None:
        """Name contested closings, and offer to open the one in hand again."""
        may_reopen = self._desk.may(ReopenCase)
        self.contested = tuple(sorted(contested)) if may_reopen else ()
        number = held.id if held is not None and held.id in self.contested else 0
        if number != self._held:
            self._held = number
            self.deed.put_away()
        named = listed(map(str, self.contested[:MOST_NAMED]), self._desk.language) + (
            " …" if len(self.contested) > MOST_NAMED else ""
        )
        words = self._words("cases.contested", numbers=named)
        if number:
            words = self._words("cases.contested_one", number=number)
        show_words(self.words, words if self.contested else "", "warning")
        self.next_button.setVisible(any(one != number for one in self.contested))
        self.do_button.setVisible(bool(number))
        self.setVisible(bool(self.contested))

    def ask(self) -> None:
        """Ask why the case in hand is opened again."""
        number = self._held
        if number:
            why, do = self._words("cases.reopen_why", number=number), self._words("cases.reopen_do")
            self.deed.ask_deed(why, lambda reason: ReopenCase(number, reason), do_words=do)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
