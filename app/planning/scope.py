"""The switch between the incident in hand and all open ones, and whether figures stand beside the words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from app.desk import Desk
from app.parts.forms import give_key
from app.planning.planning import Planning
from app.wording import text


class Scope(QWidget):
    """Two buttons of which one is down, and the one for figures; F5, the window's key, does the same as the first."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._planning = Planning.of(desk)
        self._shown = -1
        self.one = self._button(text("plan.one", desk.language))
        self.all = self._button("")
        self.figures = self._button(text("plan.figures", desk.language))
        give_key(self.figures, "Alt+F")
        self.one.clicked.connect(lambda: self._turn(False))
        self.all.clicked.connect(lambda: self._turn(True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self.one)
        row.addWidget(self.all)
        row.addStretch(1)
        row.addWidget(self.figures)
        self._planning.changed.connect(self._show)
        desk.looked.connect(lambda *_: self._show())
        self._show()

    def _button(self, words: str) -> QToolButton:
        made = QToolButton()
        made.setText(words)
        made.setAccessibleName(words)
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return made

    def _turn(self, is_plan: bool) -> None:
        self._planning.turn(is_plan)
        self._show()

    def _show(self) -> None:
        count = len(self._desk.state.open_incidents)
        if count != self._shown:
            self._shown = count
            self.all.setText(text("plan.all_open", self._desk.language, count=count))
            self.all.setAccessibleName(self.all.text())
            self.all.setToolTip(f"{self.all.text()} (F5)")
        self.one.setChecked(not self._planning.is_on)
        self.all.setChecked(self._planning.is_on)
