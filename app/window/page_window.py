"""A window for one page beside the desk's: of its own, so that it can lie on another screen; opened by key and menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QWidget

from app.desk import Desk
from app.window.frame import Frame
from app.window.in_turns import InTurns, Parts, are_loaded, dressed, loaded
from app.window.window import MainWindow

SIZE = (1480, 900)


class PageWindow(QMainWindow):
    """Hold a page under the words of its title; Esc closes it, and what it showed is there when it comes back."""

    def __init__(self, desk: Desk, page: QWidget, *, name: str, title: str) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._desk = desk
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setContentsMargins(Frame.WIDTH, Frame.WIDTH, Frame.WIDTH, Frame.WIDTH)
        self.setMinimumSize(760, 640)
        self.page = page
        self.page.setObjectName("page")
        self.setCentralWidget(self.page)
        self.frame = Frame(self)
        self.resize(*SIZE)
        desk.state_changed.connect(self._on_state)
        self._on_state()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _on_state(self, entry: object = None, state: object = None) -> None:
        kind = self._desk.state.kind
        self.frame.show_kind(kind.value if kind is not None else "")


class PageRoom(QObject):
    """Join such a window to the desk: a line in one of its menus and a key; `make` is asked when it is first opened.

    Before that the modules `parts` are loaded, one a turn of the window's loop, and the page is dressed: all at once
    would hold it up.
    """

    def __init__(
        self, window: MainWindow, make: Callable[[], PageWindow], *, key: str, menu: str, words: str,
        parts: Sequence[str] = (),
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._make, self._parts = make, parts
        self._coming: InTurns | None = None
        self.shown: PageWindow | None = None
        self.action = QAction(words, window)
        self.action.setShortcut(QKeySequence(key))
        self.action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        self.action.triggered.connect(lambda checked=False: self.toggle())
        window.menus.extend(menu, self.action)
        window.menus.keys.append((key, self.action.text()))
        window.leaving.connect(self.close)

    def toggle(self) -> None:
        """Bring the page to the front; put it away where it is there already."""
        if self.shown is not None and self.shown.isActiveWindow():
            self.shown.close()
        else:
            self.open()

    def open(self) -> None:
        """Show the page."""
        if self._coming is not None:
            return
        if self.shown is None:
            if not are_loaded(self._parts):
                self._coming = InTurns(self._opening(), self)
                return
            self.shown = self._make()
        if not self.shown.isVisible():
            self.shown.show()
        self.shown.raise_()
        self.shown.activateWindow()

    def close(self) -> None:
        """Put the page away for good."""
        if self._coming is not None:
            self._coming.stop()
            self._coming = None
        if self.shown is not None:
            self.shown.close()
            self.shown.deleteLater()
            self.shown = None

    def _opening(self) -> Parts[None]:
        try:
            yield from loaded(self._parts)
            self.shown = self._make()
            yield
            yield from dressed(self.shown)
        finally:
            self._coming = None
        self.open()
