"""The tabs of the room of a major incident, each with what its page counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton

from app import theme
from app.desk import Desk
from app.parts.flow import Flow
from app.parts.forms import small_button
from app.wording import text

if TYPE_CHECKING:
    from app.major.page import Page

# Each page by its key, with its words: the order in which an incident needs them.
PAGES = {
    "methane": "major.tab_methane",
    "plan": "major.tab_plan",
    "sectors": "major.tab_sectors",
    "stagings": "major.tab_stagings",
    "cordons": "major.tab_cordons",
    "casualties": "major.tab_casualties",
    "cards": "major.tab_cards",
    "call_outs": "major.tab_call_outs",
    "roll": "major.tab_roll",
    "papers": "major.tab_papers",
}
FIRST = "methane"


class PageTabs(Flow):
    """Let one page be chosen; `pressed` comes of the operator's press alone."""

    pressed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(spacing=2)
        self.tabs: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        for key, words in PAGES.items():
            name = text(words, desk.language)
            made = small_button(name, self.pressed.emit, role="tab")
            made.setCheckable(True)
            made.setProperty("name", name)
            group.addButton(made)
            self.add(made)
            self.tabs[key] = made
        self.tabs[FIRST].setChecked(True)

    @property
    def page(self) -> str:
        """Return the key of the page that is chosen."""
        return next((key for key, made in self.tabs.items() if made.isChecked()), FIRST)

    def beside(self, step: int) -> str:
        """Return the key of the page so many tabs on, round and round."""
        keys = list(self.tabs)
        return keys[(keys.index(self.page) + step) % len(keys)]

    def show_badges(self, pages: Mapping[str, Page]) -> None:
        """Show what each page that is made already counts, and how bad that is."""
        for key, made in self.tabs.items():
            words, level = pages[key].badge() if key in pages else ("", "")
            name = str(made.property("name"))
            shown = f"{name} {words}" if words else name
            if made.text() != shown:
                made.setText(shown)
                made.setAccessibleName(shown)
                made.updateGeometry()
            theme.mark(made, "level", level)
