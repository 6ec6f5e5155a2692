"""Photographs for a form: chosen or dropped, taken in apart, shown small, with what their position says."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desk import Desk
from dispatch.case import Evidence


class EvidenceField(QWidget):
    """Hold the photographs of one form; `kinds` are those to choose from, the first is the usual.

    `place` answers lon/lat of the place spoken of, or None where it is not known yet.
    """

    changed = Signal()

    def __init__(self, desk: Desk, *, kinds: tuple[str, ...], place: Callable[[], tuple[float, float] | None]) -> None:
        super().__init__()
        self._desk = desk
        self._kinds = kinds
        self._place = place
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)

    def evidence(self) -> tuple[Evidence, ...]:
        """Return what was taken in, in the order in which it was given."""
        return ()

    def clear(self) -> None:
        """Begin with none."""

    @property
    def is_busy(self) -> bool:
        """Tell whether files are still being taken in: what is sent now would be without them."""
        return False
