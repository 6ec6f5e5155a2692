"""Looks while a report is written for what it may be the same as: a moment after the last change, or the log's."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.case_intake.case_page import CasePage
from app.case_intake.written import Written
from app.desk import Desk

LOOK_AFTER_MS, LOOK_AGAIN_MS = 250, 2_000


class Looking(QObject):
    """Show on the page what is found. The log changes all the time: that is looked at every other second."""

    def __init__(self, desk: Desk, page: CasePage, written: Written) -> None:
        super().__init__(page)
        self._page, self._written = page, written
        self._soon = QTimer(self, singleShot=True, interval=LOOK_AFTER_MS)
        self._again = QTimer(self, singleShot=True, interval=LOOK_AGAIN_MS)
        for timer in (self._soon, self._again):
            timer.timeout.connect(self.look)
        self.soon = self._soon.start
        desk.state_changed.connect(lambda entry, state: self._on_state())

    def look(self) -> None:
        """Look now."""
        self._page.twins.show_found(self._written.twins())

    def _on_state(self) -> None:
        if self._page.isVisible() and self._page.place.location is not None and not self._again.isActive():
            self._again.start()
