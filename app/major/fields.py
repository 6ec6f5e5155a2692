"""Fields of the room: whole numbers that are typed, and words that begin with one line."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QIntValidator, QResizeEvent

from app.case_forms.fields import WordsField
from app.parts.word_entry import WordEntry


class NumberField(WordEntry):
    """Take a whole number from nought; empty is nought, or whatever `hint` says."""

    changed = Signal()

    def __init__(self, name: str, highest: int, *, hint: str = "0") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setValidator(QIntValidator(0, highest, self))
        self.setMinimumWidth(52)
        self.textChanged.connect(lambda _: self.changed.emit())

    @property
    def number(self) -> int | None:
        """Return the number, None where nothing is typed."""
        words = self.text().strip()
        return int(words) if words.isdecimal() else None

    def show_number(self, number: int | None) -> None:
        """Write a number; nought and None leave the field empty."""
        self.setText(str(number) if number else "")


class LineField(WordsField):
    """Take words that mostly fit a line; it grows with them."""

    def sizeHint(self) -> QSize:
        """Ask for one line at least."""
        line, lines = self._lines()
        usual = super().sizeHint()
        return QSize(usual.width(), usual.height() - round(line) if lines < 2 else usual.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask again once the words are wrapped at a new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            QTimer.singleShot(0, self, self.updateGeometry)
