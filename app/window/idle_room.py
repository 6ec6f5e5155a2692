"""Gives the room of an idle intake to the list below it where the window is low, and takes it back for a call."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow
from shiboken6 import isValid

from app.intake.page import MOST_PX, IntakePage

LOW_PX = 1300
SLACK_PX = 2
USUAL_SHARE = 0.46  # of the window's height, for an intake that nobody sized


class IdleRoom(QObject):
    """Fold the intake's page while no call is taken; a dock that floats keeps its size.

    `beside` is a dock that may cover the intake as a tab and needs the room that the intake would take.
    """

    def __init__(
        self,
        window: QMainWindow,
        dock: QDockWidget,
        below: QDockWidget,
        page: IntakePage,
        beside: QDockWidget | None = None,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._dock = dock
        self._below = below
        self._page = page
        self._tall_px = 0  # as an operator sized it for a call
        self._given_px = 0  # what its usual share came to, which goes with the window's height until somebody sizes it
        self._stood_px = 0
        self._window_px = window.height()
        self._beside = beside
        self._is_covered = False
        self.is_folded = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.fit)
        window.installEventFilter(self)
        page.inside.installEventFilter(self)
        dock.installEventFilter(self)
        dock.topLevelChanged.connect(self._soon.start)
        if beside is not None:
            beside.visibilityChanged.connect(self._on_beside)  # told of a tab too that comes to the front or leaves it
        page.idled.connect(self._on_idled)
        page.words.spoke.connect(self._soon.start)
        self.fit()

    def fit(self) -> None:
        """Fold or unfold, as the window's height and the call ask for."""
        is_idle = self._page.is_idle and not self._is_covered
        folds = is_idle and self._window.height() < LOW_PX and not self._dock.isFloating()
        if folds:
            self._page.fold(True)
            most_px = self._page.folded_px()
            self._dock.widget().setMaximumHeight(most_px)
            # A dock behind a tab has the height of before: what its title takes is told by what both need at least.
            title_px = self._dock.minimumSizeHint().height() - self._dock.widget().minimumSizeHint().height()
            self._size(most_px + title_px)  # it does not grow with its bound
        elif self.is_folded:
            self._page.fold(False)
            self._dock.widget().setMaximumHeight(MOST_PX)
            self._open()
        elif self._is_as_given() and self._window.height() != self._window_px:
            self._open()
        self.is_folded, self._window_px = folds, self._window.height()

    def _open(self) -> None:
        self._size(self._tall_px or self._usual_px())
        self._given_px = 0 if self._tall_px else self._usual_px()

    def _usual_px(self) -> int:
        return round(USUAL_SHARE * self._window.height())

    def _is_as_given(self) -> bool:
        return self._given_px > 0 and abs(self._stood_px - self._given_px) <= SLACK_PX

    def _size(self, height_px: int) -> None:
        if not self._dock.isFloating():
            self._window.layout().activate()  # else the bound of before holds
            # Of one dock alone Qt takes the size as a share: the rest has to be named.
            rest_px = max(0, self._dock.height() + self._below.height() - height_px)
            self._window.resizeDocks([self._dock, self._below], [height_px, rest_px], Qt.Orientation.Vertical)

    def _on_beside(self, is_in_front: bool) -> None:
        if not isValid(self._window):
            return  # the window is going, and its docks tell it that they are
        together = self._beside in self._window.tabifiedDockWidgets(self._dock)
        self._is_covered = is_in_front and together
        self._soon.start()

    def _on_idled(self, is_idle: bool) -> None:
        if is_idle and not self._dock.isFloating() and not self._is_as_given():
            self._tall_px = self._dock.height()
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._dock:
            if event.type() == QEvent.Type.Resize and self._window.height() == self._window_px and not self.is_folded:
                self._stood_px = self._dock.height()  # not as Qt leaves it in a window that has just grown
        elif watched is self._page.inside:
            if event.type() == QEvent.Type.LayoutRequest and self.is_folded:
                self._follow_page()
        elif event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._soon.start()
        return False

    def _follow_page(self) -> None:
        wanted_px, folded = self._page.folded_px(), self._dock.widget()
        if folded.maximumHeight() != wanted_px or folded.height() < wanted_px:  # a look that was put on takes some
            self._soon.start()
