"""A button that holds a colour: a palette at hand, any other one on request."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QColorDialog, QMenu, QToolButton

from app.layers.swatch import HEIGHT, WIDTH, colour_swatch
from app.wording import text
from maps.user_layers import PALETTE


class ColourButton(QToolButton):
    """Hold `colour` as `#rrggbb`; where it `may_be_none`, "" for none."""

    chosen = Signal(str)

    def __init__(self, name: str, language: str = "en", *, may_be_none: bool = False) -> None:
        super().__init__()
        self._language = language
        self.colour = ""
        self.setAccessibleName(name)
        self.setIconSize(QSize(WIDTH, HEIGHT))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        for colour in PALETTE:
            action = menu.addAction(colour_swatch(colour), colour)
            action.triggered.connect(lambda _=False, colour=colour: self._choose(colour))
        menu.addAction(text("layers.colour_other", language)).triggered.connect(lambda _=False: self._ask())
        if may_be_none:
            menu.addAction(text("layers.colour_none", language)).triggered.connect(lambda _=False: self._choose(""))
        self.setMenu(menu)
        self.set_colour("")

    def set_colour(self, colour: str) -> None:
        """Show a colour."""
        self.colour = colour
        self.setIcon(colour_swatch(colour) if colour else QIcon())
        self.setText("" if colour else text("layers.colour_none", self._language))

    def _choose(self, colour: str) -> None:
        self.set_colour(colour)
        self.chosen.emit(colour)

    def _ask(self) -> None:
        chosen = QColorDialog.getColor(
            QColor(self.colour or PALETTE[0]), self, text("layers.colour_other", self._language),
            QColorDialog.ColorDialogOption.DontUseNativeDialog,
        )  # fmt: skip
        if chosen.isValid():
            self._choose(chosen.name())
