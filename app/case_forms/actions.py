"""What can be done with the case in hand: the usual next step, the others, and the form that is open."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.desk import Desk
from dispatch.case import Case


class CaseActions(QWidget):
    """Show what may be done with a case and do it: `show_case` at every change; commands go out by themselves."""

    working = Signal(bool)  # a form is open: the panel gives it the room of its reading side

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._case: Case | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)

    def show_case(self, case: Case | None) -> None:
        """Take the case as it stands now; None: there is none in hand."""
        self._case = case
