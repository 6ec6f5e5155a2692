"""The unit board's parts: a table of units, and a department's column under its name."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.parts.marks import draw_department
from app.parts.tally import DepartmentTally
from app.parts.unit_rows import (
    DEPARTMENT,
    FIX,
    INCIDENT,
    ROW_HEIGHT,
    STATUS,
    TIME,
    UNIT,
    WHERE,
    UnitCell,
    UnitFilter,
    UnitRows,
)
from app.wording.plain import one_line
from app.wording.screen import say

_WIDTHS = {UNIT: 82, STATUS: 0, TIME: 46, INCIDENT: 28, FIX: 40, WHERE: 240, DEPARTMENT: 160}


class UnitTable(QTableView):
    """Show units as one-line rows; the arrow keys move, the menu key asks what to do."""

    def __init__(self, shown: UnitFilter, rows: UnitRows, *, hidden: tuple[int, ...], head: bool = True) -> None:
        super().__init__()
        self.filter = shown
        self.setModel(shown)
        self.setItemDelegate(UnitCell(rows, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setVisible(head)
        header.setMinimumSectionSize(24)
        for column, width in _WIDTHS.items():
            fixed = width and not (column == WHERE and head)
            mode = QHeaderView.ResizeMode.Fixed if fixed else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
            if width:
                header.resizeSection(column, width)
        for column in hidden:
            self.setColumnHidden(column, True)


class DepartmentHead(QWidget):
    """Name a department over its column and say how many are free."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._name, self._free = "", "", ""
        self._is_empty = False
        self.setFixedHeight(24)

    def show_count(self, counted: DepartmentTally, language: str) -> None:
        """Show the department's name, and how many of its units are free."""
        self._kind = counted.kind
        self._name = one_line(counted.name_zh if language == "zh" and counted.name_zh else counted.name)
        self._free = say("free_of", language, free=counted.free, total=counted.total)
        self._is_empty = counted.total > 0 and counted.free == 0
        self.setAccessibleName(f"{self._name}: {self._free}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        worn = theme.look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(worn.raised))
        colour = worn.departments.get(self._kind, worn.neutral)
        painter.fillRect(0, self.height() - 2, self.width(), 2, QColor(colour))
        draw_department(painter, QRectF(6, 3, 16, 16), self._kind)
        painter.setFont(theme.text_font(12))
        painter.setPen(QColor(worn.alarm if self._is_empty else worn.muted))
        free_width = painter.fontMetrics().horizontalAdvance(self._free)
        right = QRectF(self.width() - free_width - 8, 0, free_width, self.height() - 2)
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter, self._free)
        painter.setFont(theme.text_font(13, bold=True))
        painter.setPen(QColor(worn.text))
        room = self.width() - free_width - 42
        name = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(28, 0, room, self.height() - 2), Qt.AlignmentFlag.AlignVCenter, name)


class DepartmentColumn(QWidget):
    """Stand one department's units under its name."""

    def __init__(self, department: str, rows: UnitRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = DepartmentHead()
        self.table = UnitTable(UnitFilter(rows, department), rows, hidden=(WHERE, DEPARTMENT), head=False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.table)
