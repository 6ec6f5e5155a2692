"""Small dialogs: which layers of a file, and what was wrong in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.layers.adding import LayerQuestion
from app.parts.forms import plain_label
from app.wording import one_line, text

MOST_LINES = 20_000


class LayerChoice(QDialog):
    """Ask which layers of a file are to be added; `names` is the answer."""

    def __init__(self, question: LayerQuestion, language: str = "en", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(text("layers.choose_title", language))
        self.list = QListWidget()
        self.list.setAccessibleName(text("layers.choose_title", language))
        for place, layer in enumerate(question.layers):
            count = f" · {layer.count:,}" if layer.count >= 0 else ""
            kind = f" · {one_line(layer.geometry, 30)}" if layer.geometry else ""
            item = QListWidgetItem(f"{one_line(layer.name, 100)}{kind}{count}", self.list)
            item.setData(Qt.ItemDataRole.UserRole, layer.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            is_first = place == 0
            item.setCheckState(Qt.CheckState.Checked if is_first else Qt.CheckState.Unchecked)
        buttons = QDialogButtonBox()
        go = buttons.addButton(text("layers.add", language), QDialogButtonBox.ButtonRole.AcceptRole)
        go.setProperty("role", "primary")
        buttons.addButton(text("layers.cancel", language), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        file = one_line(question.wish.path.name, 120)
        column.addWidget(plain_label(text("layers.choose_ask", language, file=file)))
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self.resize(460, 360)

    @property
    def names(self) -> list[str]:
        """The layers that are ticked."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [one.data(Qt.ItemDataRole.UserRole) for one in items if one.checkState() == Qt.CheckState.Checked]


class ProblemList(QDialog):
    """Show lines that can be read, copied and saved: what was wrong in a file, feature by feature."""

    def __init__(
        self, title: str, summary: str, lines: Sequence[str], language: str = "en", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._language = language
        self.setWindowTitle(one_line(title, 120))
        self.text = "\n".join(one_line(line, 600) for line in lines)
        shown = QPlainTextEdit(self)
        shown.setReadOnly(True)
        shown.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        shown.setPlainText("\n".join(one_line(line, 600) for line in lines[:MOST_LINES]))
        shown.setAccessibleName(self.windowTitle())
        self.shown = shown
        buttons = QDialogButtonBox()
        copy = buttons.addButton(text("layers.copy", language), QDialogButtonBox.ButtonRole.ActionRole)
        save = buttons.addButton(text("layers.save_as", language), QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(text("layers.close", language), QDialogButtonBox.ButtonRole.RejectRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text))
        save.clicked.connect(self._save)
        close.clicked.connect(self.close)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.addWidget(plain_label(summary))
        column.addWidget(shown, 1)
        column.addWidget(buttons)
        self.resize(720, 420)

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, self.windowTitle(), "problems.txt", "*.txt")
        if name:
            Path(name).write_text(self.text + "\n", "utf-8")
