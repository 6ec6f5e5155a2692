"""A small card over a map that asks for a name: Enter keeps it, Esc gives up."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from app.finder.bookmarks import LONGEST_NAME
from app.parts.word_entry import WordEntry
from app.wording import text

WIDTH_PX, TOP_PX = 340, 56


class NameCard(QFrame):
    """Ask over a map for one name at a time; a suggestion that comes late gives way to what was typed."""

    def __init__(self, over: QWidget, language: str) -> None:
        super().__init__(over)
        self._tell: Callable[[str], None] | None = None
        self.setObjectName("overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setWordWrap(True)
        self.entry = WordEntry()
        self.entry.setMaxLength(LONGEST_NAME)
        hint = QLabel(text("bookmark.hint", language))
        hint.setTextFormat(Qt.TextFormat.PlainText)
        hint.setProperty("role", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        for part in (self.title, self.entry, hint):
            column.addWidget(part)
        self.setFocusProxy(self.entry)
        self.entry.entered.connect(self._on_entered)
        self.hide()

    def ask(self, title: str, name: str, tell: Callable[[str], None]) -> None:
        """Ask for a name, with one that is suggested; `tell` gets what was entered, never an empty one."""
        self._tell = tell
        self.title.setText(title)
        self.entry.setAccessibleName(title)
        self.entry.setText(name)
        self.entry.setModified(False)
        over = self.parentWidget()
        for part in (self, *self.findChildren(QWidget)):
            part.ensurePolished()
        self.setFixedWidth(max(160, min(WIDTH_PX, over.width() - 24)))
        self.adjustSize()
        self.move((over.width() - self.width()) // 2, TOP_PX)
        self.show()
        self.raise_()
        self.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        self.entry.selectAll()

    def suggest(self, name: str) -> None:
        """Offer a better name where nobody has typed yet."""
        if self.isVisible() and not self.entry.isModified() and name:
            self.entry.setText(name[:LONGEST_NAME])
            self.entry.selectAll()

    def dismiss(self) -> None:
        """Close without a name."""
        self._tell = None
        self.hide()
        self.parentWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def _on_entered(self) -> None:
        tell, name = self._tell, self.entry.text().strip()
        if name and tell is not None:
            self.dismiss()
            tell(name)
