"""One sentence on how the tool in hand is used, and what a perimeter that is being drawn is to be."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.canvas.tools import Tool
from app.parts.forms import small_button
from app.parts.word_entry import WordEntry
from app.wording import label, text
from dispatch.incident import PerimeterKind

HINTS = {
    Tool.LASSO: "hint.lasso",
    Tool.RECTANGLE: "hint.rectangle",
    Tool.MEASURE: "hint.measure",
    Tool.AREA: "hint.area",
    Tool.BUFFER: "hint.buffer",
    Tool.LINE: "hint.line",
    Tool.POLYGON: "hint.polygon",
    Tool.PERIMETER: "hint.perimeter_free",
    Tool.HERE: "hint.here",
}


class ToolHint(QFrame):
    """Show the sentence of a tool; with the perimeter's come its kind and its words."""

    kind_chosen = Signal(str)

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self.setObjectName("overlay")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.said = QLabel()
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setWordWrap(True)
        self.kinds: dict[PerimeterKind, QToolButton] = {}
        self.words = WordEntry()
        self.words.setMaxLength(80)
        self.words.setPlaceholderText(text("hint.label", language))
        self.words.setAccessibleName(text("hint.label", language))
        self._choice = QWidget()
        row = QHBoxLayout(self._choice)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        group = QButtonGroup(self)
        for kind in PerimeterKind:
            made = small_button(
                label("perimeter_kind", kind, language), lambda kind=kind: self.kind_chosen.emit(kind.value)
            )
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            group.addButton(made)
            self.kinds[kind] = made
            row.addWidget(made)
        self.kinds[PerimeterKind.HAZARD].setChecked(True)
        row.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(4)
        column.addWidget(self.said)
        column.addWidget(self._choice)
        self.hide()

    @property
    def kind(self) -> PerimeterKind:
        """Return what a perimeter is to be."""
        return next(kind for kind, made in self.kinds.items() if made.isChecked())

    def take_words(self) -> str:
        """Return the words for the map, and forget them."""
        words = self.words.text().strip()
        self.words.clear()
        return words

    def show_tool(self, tool: str, incident_id: int | None = None) -> None:
        """Show how a tool is used; nothing where there is nothing to say."""
        known = Tool(tool)
        key = HINTS.get(known, "")
        if known is Tool.PERIMETER and incident_id is not None:
            words = text("hint.perimeter", self._language, number=incident_id)
        else:
            words = text(key, self._language) if key else ""
        self.said.setText(words)
        self._choice.setVisible(known is Tool.PERIMETER)
        self.setVisible(bool(words))


class Shelf(QWidget):
    """Stack small cards at the lower left of the map, above the scale bar."""

    LEFT_PX, BOTTOM_PX, WIDTH_PX = 56, 44, 430  # beside the strip of tools, above the scale bar

    def __init__(self, over: QWidget, *cards: QWidget) -> None:
        super().__init__(over)
        self._cards = cards
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        for card in cards:
            self._column.addWidget(card)

    def arrange(self) -> None:
        """Stand where the shelf belongs, as high as its cards are."""
        over = self.parentWidget()
        is_shown = any(not card.isHidden() for card in self._cards)
        self.setVisible(is_shown)
        if is_shown:
            for card in self._cards:
                for part in (card, *card.findChildren(QWidget)):
                    part.ensurePolished()  # a card that was never shown does not know its fonts yet
            width = max(160, min(self.WIDTH_PX, over.width() - self.LEFT_PX - 12))
            self._column.invalidate()
            self._column.activate()
            height = max(self._column.totalHeightForWidth(width), self._column.totalMinimumSize().height())
            self.resize(width, height)
            self.move(QPoint(self.LEFT_PX, max(0, over.height() - self.BOTTOM_PX - height)))
            self.raise_()
