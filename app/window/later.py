"""A dock's place whose panel is made when it is first seen or somebody asks for it: most desks start without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget


class Later(QWidget):
    """Hold the place of a panel; until it is made it costs nothing, neither code nor a look at any entry."""

    made = Signal(QWidget)

    def __init__(self, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._make = make
        self._panel: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def is_made(self) -> bool:
        """Tell whether the panel is there."""
        return self._panel is not None

    @property
    def panel(self) -> QWidget:
        """Return the panel, made now if it is not there yet."""
        if self._panel is None:
            self._panel = self._make()
            self._column.addWidget(self._panel)
            self._panel.show()  # one that comes where others are seen already would stay hidden
            self.setFocusProxy(self._panel)
            self.made.emit(self._panel)
        return self._panel

    def showEvent(self, event: QShowEvent) -> None:
        _ = self.panel
        super().showEvent(event)


def panel_in(place: QWidget | None) -> Any:
    """Return the panel of a place, made now if it is not there yet; a widget that holds no place is a panel itself."""
    return place.panel if isinstance(place, Later) else place


def when_made(place: QWidget, do: Callable[[Any], object]) -> None:
    """Do something with a panel as soon as it is there."""
    if isinstance(place, Later) and not place.is_made:
        place.made.connect(do)
    else:
        do(panel_in(place))
