"""A small window that shows work going on before there is a desk, and lets one cancel it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.wording.plain import one_line
from app.wording.screen import say


class WaitingWindow(QWidget):
    """Show words and a bar; closing it cancels."""

    cancelled = Signal()

    def __init__(self, words: str, language: str = "en") -> None:
        super().__init__()
        self.setWindowTitle(say("building_title", language))
        self.setMinimumWidth(520)
        self._is_over = False
        head = QLabel(words)
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setProperty("role", "title")
        head.setWordWrap(True)
        self.doing = QLabel()
        self.doing.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(words)
        cancel = QPushButton(say("cancel", language))
        cancel.clicked.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        for widget in (head, self.bar, self.doing):
            column.addWidget(widget)
        column.addWidget(cancel, 0, Qt.AlignmentFlag.AlignRight)

    def show_progress(self, share: float, words: str) -> None:
        """Show how far it is (0 to 1) and what is being done."""
        self.bar.setValue(round(1000 * max(0.0, min(1.0, share))))
        self.doing.setText(one_line(words, 120))

    def finish(self) -> None:
        """Go away without cancelling."""
        self._is_over = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._is_over:
            self._is_over = True
            self.cancelled.emit()
        super().closeEvent(event)
