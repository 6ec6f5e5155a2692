"""A desk that takes no keys but those of one page, while everything on it goes on being seen and heard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QWidget

_T = QEvent.Type
_TOUCH = frozenset(
    {
        _T.KeyPress, _T.KeyRelease, _T.ShortcutOverride, _T.Shortcut, _T.InputMethod,
        _T.MouseButtonPress, _T.MouseButtonRelease, _T.MouseButtonDblClick, _T.Wheel, _T.ContextMenu,
        _T.TouchBegin, _T.TouchUpdate, _T.TouchEnd, _T.TabletPress, _T.TabletRelease, _T.NativeGesture,
        _T.DragEnter, _T.DragMove, _T.Drop,
    }
)  # fmt: skip
_KNOCKS = frozenset({_T.KeyPress, _T.MouseButtonPress, _T.Shortcut})


class Shut(QObject):
    """Keep keys, clicks and drops from every window of the program, but for what is inside `page`.

    The filter is there only while the desk is shut: a filter in Python on every event of the program costs time.
    """

    knocked = Signal()  # somebody used what is shut

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._page = page
        self.is_shut = False

    def shut(self) -> None:
        """Take nothing any more but what is meant for the page; what popped up or waits for an answer is closed."""
        if self.is_shut:
            return
        self.is_shut = True
        # What was being asked would stand in front of the page and could not be answered.
        while (popup := QApplication.activePopupWidget()) is not None and popup.close():
            pass
        while (asking := QApplication.activeModalWidget()) is not None and asking.close():
            pass
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def open(self) -> None:
        """Take keys and clicks again."""
        if self.is_shut:
            self.is_shut = False
            application = QApplication.instance()
            if application is not None:
                application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        # Qt hands what comes to a window on to the widget in it, and asks again there.
        if kind not in _TOUCH or isinstance(watched, QWindow) or self._is_inside(watched):
            return False
        if kind in _KNOCKS:
            self.knocked.emit()
        return True

    def _is_inside(self, watched: QObject) -> bool:
        # Not `isAncestorOf`: the list of a choice is a window of its own.
        one: QObject | None = watched
        while one is not None:
            if one is self._page:
                return True
            one = one.parent()
        return False
