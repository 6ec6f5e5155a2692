"""The unit board's parts: a table of units, and a department's column under its name."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QResizeEvent
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
from app.wording.plain import one_line, tooltip
from app.wording.screen import say

_WIDTHS = {UNIT: 82, STATUS: 0, TIME: 46, INCIDENT: 28, FIX: 40, WHERE: 240, DEPARTMENT: 160}
_SLIM_WIDTHS = {UNIT: 0, TIME: 38, INCIDENT: 22, FIX: 22}
LEAST_WITH_STATUS_PX = 240  # a table narrower than that leaves the status to its badge and the tooltip
LEAST_WITH_SENTENCE_PX = 215  # a head narrower than that says `8/12`


class UnitTable(QTableView):
    """Show units as one-line rows; the arrow keys move, the menu key asks what to do."""

    def __init__(self, shown: UnitFilter, rows: UnitRows, *, hidden: tuple[int, ...], head: bool = True) -> None:
        super().__init__()
        self.filter = shown
        shown.setParent(self)
        self._hidden = hidden
        self._cell = UnitCell(rows, self)
        self.setModel(shown)
        self.setItemDelegate(self._cell)
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
        header.setMinimumSectionSize(16)
        self._has_head = head
        self._shown_widths = _WIDTHS
        self._set_widths(_WIDTHS)
        rows.widened.connect(lambda: self._set_widths(self._shown_widths))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the status in words where there is no room for it."""
        super().resizeEvent(event)
        is_slim = not self._has_head and self.viewport().width() < LEAST_WITH_STATUS_PX
        if is_slim != self._cell.is_slim:
            self._cell.is_slim = is_slim
            self._set_widths(_SLIM_WIDTHS if is_slim else _WIDTHS)

    def _set_widths(self, widths: Mapping[int, int]) -> None:
        self._shown_widths = widths
        header = self.horizontalHeader()
        for column in _WIDTHS:
            self.setColumnHidden(column, column in self._hidden or column not in widths)
            width = widths.get(column, 0)
            if width and column == INCIDENT:
                width = max(width, self._cell.number_width())
            fixed = width and not (column == WHERE and self._has_head)
            mode = QHeaderView.ResizeMode.Fixed if fixed else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(column, mode)
            if width:
                header.resizeSection(column, width)


class DepartmentHead(QWidget):
    """Name a department over its column and say how many are free."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._name, self._free, self._figures = "", "", "", ""
        self._is_empty = False
        self.setFixedHeight(24)

    def show_count(self, counted: DepartmentTally, language: str) -> None:
        """Show the department's name, and how many of its units are free."""
        self._kind = counted.kind
        self._name = one_line(counted.name_zh if language == "zh" and counted.name_zh else counted.name)
        self._free = say("free_of", language, free=counted.free, total=counted.total)
        self._figures = f"{counted.free}/{counted.total}"
        self._is_empty = counted.total > 0 and counted.free == 0
        self.setToolTip(tooltip(f"{self._name}: {self._free}"))
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
        free = self._free if self.width() >= LEAST_WITH_SENTENCE_PX else self._figures
        painter.setFont(theme.text_font(12))
        painter.setPen(QColor(worn.alarm if self._is_empty else worn.muted))
        free_width = painter.fontMetrics().horizontalAdvance(free)
        right = QRectF(self.width() - free_width - 8, 0, free_width + 2, self.height() - 2)
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter, free)
        painter.setFont(theme.text_font(13, bold=True))
        painter.setPen(QColor(worn.text))
        room = self.width() - free_width - 42
        name = shortened(self._name, painter.fontMetrics(), room)
        painter.drawText(QRectF(28, 0, room, self.height() - 2), Qt.AlignmentFlag.AlignVCenter, name)


def shortened(name: str, metrics: QFontMetrics, room: int) -> str:
    """Return as many whole words of a name as there is room for; a single long word is cut."""
    words = name.split()
    while len(words) > 1 and metrics.horizontalAdvance(" ".join(words)) > room:
        words.pop()
        while len(words) > 1 and words[-1].islower() and len(words[-1]) <= 3:
            words.pop()  # nothing ends in "and"
    return metrics.elidedText(" ".join(words), Qt.TextElideMode.ElideRight, room)


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
