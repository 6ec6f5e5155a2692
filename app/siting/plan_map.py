"""The map of one plan: its letter, how much it differs and what it comes to above the city's ground."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import theme
from app.canvas.canvas import MapCanvas
from app.desk import Desk
from app.parts.forms import plain_label, show_words, small_button
from app.siting.drafts import A
from app.wording import text, tooltip
from maps.live_plans import show_plans


class PlanMap(QWidget):
    """Show a plan; `taken` tells that its letter was pressed."""

    taken = Signal(str)

    def __init__(self, desk: Desk, which: str, *, workers: int = 1) -> None:
        super().__init__()
        self.which = which
        language = desk.language
        self.letter = small_button(which.upper(), lambda: self.taken.emit(which), role="tab")
        self.letter.setCheckable(True)
        name = text("siting.plan_a" if which == A else "siting.plan_b", language)
        self.letter.setAccessibleName(name)
        self.letter.setToolTip(text("siting.in_hand_tip", language))
        self.title = plain_label(name, role="title", wraps=False)
        self.words = plain_label(" ", role="muted", wraps=False)
        self.canvas = MapCanvas(workers=workers)
        self.canvas.begins_beside = True
        self.canvas.set_theme(theme.look().name)
        self.canvas.setAccessibleName(name)
        self.canvas.setMinimumSize(220, 180)
        show_plans(self.canvas.overlay)
        if desk.city is not None:
            self.canvas.set_city(desk.city)
        head = QHBoxLayout()
        head.setSpacing(7)
        head.addWidget(self.letter)
        head.addWidget(self.title)
        head.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.canvas, 1)

    def say(self, words: str, *, is_in_hand: bool, level: str = "", tip: str = "") -> None:
        """Write above the map, more of it in a tip, and mark whether its plan is the one in hand."""
        self.letter.setChecked(is_in_hand)
        show_words(self.words, words or " ", level)
        self.words.setToolTip(tooltip("\n".join(each for each in (words, tip) if each)))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.canvas.theme.name != theme.look().name:
            self.canvas.set_theme(theme.look().name)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.canvas.tiles.close()
        super().closeEvent(event)
