"""How long nobody has touched the desk."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QWindow

_T = QEvent.Type
_TOUCH = frozenset({_T.KeyPress, _T.MouseButtonPress, _T.MouseMove, _T.Wheel, _T.TouchBegin, _T.TabletPress})


class Idle(QObject):
    """Say once that nobody touched the desk for `minutes`; 0 never says it. `beat` is to be called once a second."""

    due = Signal()

    def __init__(self, parent: QObject, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._monotonic = monotonic
        self._touched_at_s = monotonic()
        self._was_said = False
        self.minutes = 0
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        # Only windows are listened to, and only those that have the keys: not every event of the program.
        application.focusWindowChanged.connect(self._on_window)
        self._on_window(QGuiApplication.focusWindow())

    def touch(self) -> None:
        """Begin to count anew."""
        self._touched_at_s = self._monotonic()
        self._was_said = False

    def beat(self) -> None:
        """Look at the clock."""
        if self.minutes and not self._was_said and self._monotonic() - self._touched_at_s >= 60 * self.minutes:
            self._was_said = True
            self.due.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCH:
            self.touch()
        return False

    def _on_window(self, window: QWindow | None) -> None:
        # Qt for Python may hand out a wrapper of what lay at the window's address before.
        if isinstance(window, QWindow):
            window.removeEventFilter(self)
            window.installEventFilter(self)
