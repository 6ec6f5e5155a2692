"""The classes of a look, a row each: colour, value or upper end, words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QColorDialog, QHeaderView, QTableWidget, QTableWidgetItem

from app.layers.swatch import colour_swatch
from app.wording import one_line, text
from maps.user_layers import Category, Step

COLOUR = Qt.ItemDataRole.UserRole
VALUE = Qt.ItemDataRole.UserRole + 1


class ClassList(QTableWidget):
    """Edit categories or steps. A double click on a colour asks for another one; Delete takes rows out."""

    edited = Signal()

    def __init__(self, language: str = "en") -> None:
        super().__init__(0, 2)
        self._language = language
        self._steps = False
        self._is_filling = False
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(24)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAccessibleName(text("layers.classes", language))
        self.setMinimumHeight(150)
        self.itemChanged.connect(lambda _: None if self._is_filling else self.edited.emit())
        self.cellDoubleClicked.connect(self._on_double_click)

    def show_categories(self, categories: Sequence[Category]) -> None:
        """Show categories."""
        self._fill(False, [(one.colour, one.value, one.label) for one in categories])

    def show_steps(self, steps: Sequence[Step]) -> None:
        """Show steps."""
        self._fill(True, [(one.colour, f"{one.upto:.10g}", "") for one in steps])

    def categories(self) -> tuple[Category, ...]:
        """Read the categories off the rows; none where they are steps."""
        if self._steps:
            return ()
        return tuple(
            Category(self.item(row, 0).data(VALUE), self.item(row, 0).data(COLOUR), self.item(row, 1).text().strip())
            for row in range(self.rowCount())
        )

    def steps(self) -> tuple[Step, ...]:
        """Read the steps off the rows, rising; a row that holds no number keeps the one that it had."""
        found: dict[float, str] = {}
        if not self._steps:
            return ()
        for row in range(self.rowCount()):
            try:
                upto = float(self.item(row, 1).text().replace(",", "."))
            except ValueError:
                upto = float(self.item(row, 0).data(VALUE))
            if upto == upto and abs(upto) < 1e300:
                found[upto] = self.item(row, 0).data(COLOUR)
        return tuple(Step(upto, found[upto]) for upto in sorted(found))

    def keyPressEvent(self, event: object) -> None:
        if event.key() == Qt.Key.Key_Delete and self.state() != QAbstractItemView.State.EditingState:  # type: ignore[attr-defined]
            for row in sorted({index.row() for index in self.selectedIndexes()}, reverse=True):
                self.removeRow(row)
            self.edited.emit()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]

    def _fill(self, steps: bool, rows: Sequence[tuple[str, str, str]]) -> None:
        self._is_filling, self._steps = True, steps
        second = "layers.class_upto" if steps else "layers.class_words"
        self.setHorizontalHeaderLabels([text("layers.class_value", self._language), text(second, self._language)])
        self.setRowCount(len(rows))
        for row, (colour, value, words) in enumerate(rows):
            shown = f"≤ {float(value):.6g}" if steps else one_line(value, 80) or "–"
            first = QTableWidgetItem(colour_swatch(colour), shown)
            first.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            first.setData(COLOUR, colour)
            first.setData(VALUE, value)
            self.setItem(row, 0, first)
            self.setItem(row, 1, QTableWidgetItem(value if steps else words))
        self._is_filling = False

    def _on_double_click(self, row: int, column: int) -> None:
        if column != 0:
            return
        item = self.item(row, 0)
        chosen = QColorDialog.getColor(
            QColor(item.data(COLOUR)), self, text("layers.colour_other", self._language),
            QColorDialog.ColorDialogOption.DontUseNativeDialog,
        )  # fmt: skip
        if chosen.isValid():
            self.set_colour(row, chosen.name())

    def set_colour(self, row: int, colour: str) -> None:
        """Give a class another colour."""
        self._is_filling = True
        self.item(row, 0).setData(COLOUR, colour)
        self.item(row, 0).setIcon(colour_swatch(colour))
        self._is_filling = False
        self.edited.emit()
