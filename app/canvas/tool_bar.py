"""The strip of tools at the map's left edge; each has a key that works while the map has the focus."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QToolButton, QWidget

from app import theme
from app.canvas.tool_icons import SIDE_PX, icon
from app.canvas.tools import Tool
from app.wording import text

BUTTON_PX = 32
MARGIN_PX = 8
GAP_PX = 6


class Entry(NamedTuple):
    """A tool with its words and its key."""

    tool: Tool
    words: str
    key: Qt.Key
    shift: bool = False
    begins_group: bool = False

    @property
    def key_name(self) -> str:
        """Return the key as it stands on the keyboard."""
        return f"{'Shift+' if self.shift else ''}{chr(int(self.key))}"


ENTRIES = (
    Entry(Tool.PAN, "tools.pan", Qt.Key.Key_V),
    Entry(Tool.LASSO, "tools.lasso", Qt.Key.Key_L, begins_group=True),
    Entry(Tool.RECTANGLE, "tools.rectangle", Qt.Key.Key_R),
    Entry(Tool.BUFFER, "tools.buffer", Qt.Key.Key_B),
    Entry(Tool.MEASURE, "tools.measure", Qt.Key.Key_M, begins_group=True),
    Entry(Tool.AREA, "tools.area", Qt.Key.Key_A),
    Entry(Tool.HERE, "tools.here", Qt.Key.Key_I),
    Entry(Tool.LINE, "tools.line", Qt.Key.Key_C, begins_group=True),
    Entry(Tool.POLYGON, "tools.polygon", Qt.Key.Key_C, shift=True),
    Entry(Tool.PERIMETER, "tools.perimeter", Qt.Key.Key_P),
)


class ToolBar(QFrame):
    """Offer the tools; `chosen` tells which was pressed, `show_tool` marks the one in hand. It takes no focus."""

    chosen = Signal(str)

    def __init__(self, over: QWidget, language: str) -> None:
        super().__init__(over)
        self.setObjectName("overlay")
        self.setAccessibleName(text("tools.name", language))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.buttons: dict[Tool, QToolButton] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(3, 3, 3, 3)
        self._grid.setSpacing(1)
        for entry in ENTRIES:
            made = QToolButton()
            words = text(entry.words, language)
            made.setToolTip(f"{words} ({entry.key_name})")
            made.setAccessibleName(words)
            made.setCheckable(True)
            made.setProperty("role", "flat")
            made.setStyleSheet("padding: 0;")
            made.setFixedSize(BUTTON_PX, BUTTON_PX)
            made.setIconSize(QSize(SIDE_PX, SIDE_PX))
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            made.clicked.connect(lambda checked=False, tool=entry.tool: self.chosen.emit(tool.value))
            self.buttons[entry.tool] = made
        self.show_tool(Tool.PAN.value)
        self._dress()
        self._arrange()
        over.installEventFilter(self)

    def show_tool(self, tool: str) -> None:
        """Mark the tool in hand."""
        for known, made in self.buttons.items():
            made.setChecked(known.value == tool)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._dress()
        super().changeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return False

    def _dress(self) -> None:
        colour = theme.look().text
        for tool, made in self.buttons.items():
            made.setIcon(icon(tool.value, colour, self.devicePixelRatioF()))

    def _arrange(self) -> None:
        """Stand in one column, in two where the map is low."""
        over = self.parentWidget()
        rows = len(ENTRIES)
        if over.height() < rows * (BUTTON_PX + 1) + 3 * GAP_PX + 80:
            rows = (rows + 1) // 2
        for number, entry in enumerate(ENTRIES):
            made = self.buttons[entry.tool]
            self._grid.removeWidget(made)
            self._grid.addWidget(made, number % rows, number // rows)
            self._grid.setRowMinimumHeight(number % rows, BUTTON_PX + (GAP_PX if entry.begins_group else 0))
            self._grid.setAlignment(made, Qt.AlignmentFlag.AlignBottom)
        for row in range(rows, len(ENTRIES)):
            self._grid.setRowMinimumHeight(row, 0)
        self.resize(self.sizeHint())
        self.move(MARGIN_PX, MARGIN_PX)
