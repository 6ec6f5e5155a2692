"""Whose part of an incident's story is shown: a mark for each department that took part; one, or all."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QWidget

from app.desk import Desk
from app.parts.flow import Flow
from app.parts.forms import small_button
from app.parts.names import department_name
from app.wording import text


class StoryFilter(Flow):
    """Offer all and each department; there is nothing to choose where fewer than two took part."""

    chosen = Signal(str)  # department, empty for all

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, spacing=2)
        self._desk = desk
        self._departments: tuple[str, ...] = ()
        self._is_low = False
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        self.setAccessibleName(text("story.whose", desk.language))
        self.hide()

    def show_departments(self, departments: tuple[str, ...], chosen: str) -> None:
        """Offer the departments of a story, `chosen` (empty: all) pressed."""
        if departments != self._departments:
            self._departments = departments
            self._make()
        self._show()
        made = self.buttons.get(chosen)
        if made is not None:
            made.setChecked(True)

    def set_low(self, is_low: bool) -> None:
        """Leave the room to the story itself where the panel is low."""
        self._is_low = is_low
        self._show()

    def _show(self) -> None:
        self.setVisible(len(self._departments) > 1 and not self._is_low)

    def _make(self) -> None:
        for made in self.buttons.values():
            self._group.removeButton(made)
        self.empty()
        state, language = self._desk.state, self._desk.language
        names = [(each, department_name(state, each, language)) for each in self._departments]
        self.buttons = {}
        for department, words in [("", text("story.all", language)), *names]:
            made = small_button(words.replace("&", "&&"), partial(self.chosen.emit, department), role="flat")
            made.setCheckable(True)
            made.setAccessibleName(f"{self.accessibleName()}: {words}")
            self._group.addButton(made)
            self.add(made)
            self.buttons[department] = made
