"""A place that is as high as what stands in it, gives way where there is no room, and then scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

_USUAL_WIDTH_PX = 360


class Held(QWidget):
    """Stand on a shelf: words that wrap need less height than they asked for while they were narrow."""

    def minimumSizeHint(self) -> QSize:
        """Leave the height to what the width makes of it."""
        least = super().minimumSizeHint()
        layout = self.layout()
        return QSize(least.width(), 0) if layout is not None and layout.hasHeightForWidth() else least


class Shelf(QScrollArea):
    """Hold one widget; never higher than it, nor than `most_px`; down to `least_px` where the room is short."""

    def __init__(self, held: Held, *, least_px: int, most_px: int = 100_000) -> None:
        super().__init__()
        self._least_px, self._most_px = least_px, most_px
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        held.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setWidget(held)
        held.installEventFilter(self)

    def sizeHint(self) -> QSize:
        """Ask for the height of what is held, at the width that there is."""
        return QSize(_USUAL_WIDTH_PX, min(self._needed(), self._most_px))

    def minimumSizeHint(self) -> QSize:
        """Give way, and scroll."""
        held = self.widget()
        width = held.minimumSizeHint().width() if held is not None else 0
        return QSize(width, min(self._needed(), self._least_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap anew at a new width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what is held as it grows."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _needed(self) -> int:
        held = self.widget()
        if held is None:
            return 0
        width = self.viewport().width() if self.isVisible() and self.width() > 100 else _USUAL_WIDTH_PX
        layout = held.layout()
        if layout is not None and layout.hasHeightForWidth():
            return layout.totalHeightForWidth(width)
        return held.sizeHint().height()
