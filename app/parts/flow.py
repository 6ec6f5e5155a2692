"""Widgets side by side that go on in the next line where there is no more room."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_HIDDEN = Qt.WidgetAttribute.WA_WState_Hidden
_BY_HAND = Qt.WidgetAttribute.WA_WState_ExplicitShowHide


class Flow(QWidget):
    """Wrap widgets as words are wrapped; those that are hidden take no room.

    It places its children itself. A `QLayout` written in Python would own Qt's layout items: Qt for Python keeps their
    wrappers beyond their life and gives them out for whatever comes to stand at the same address.
    """

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 4) -> None:
        super().__init__(parent)
        self._spacing = spacing
        self._parts: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, part: QWidget) -> None:
        """Stand a widget at the end."""
        if part.parentWidget() is not self:
            part.setParent(self)
        if not _is_away(part):
            part.show()  # one that comes where others are seen already would stay hidden
        self._parts.append(part)
        self._arrange()

    def empty(self, *, keeps: QWidget | None = None) -> None:
        """Let all widgets go and end them, but for one that is added again."""
        gone, self._parts = self._parts, []
        for part in gone:
            if part is not keeps:
                self._end(part)
        self._arrange()

    def drop(self, part: QWidget) -> None:
        """Let one widget go and end it."""
        self._parts.remove(part)
        self._end(part)
        self._arrange()

    def heightForWidth(self, width: int) -> int:
        return self._place(width, moves=False)

    def sizeHint(self) -> QSize:
        sizes = [_wanted(part) for part in self._seen()]
        width = sum(size.width() for size in sizes) + self._spacing * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSizeHint(self) -> QSize:
        sizes = [_least(part) for part in self._seen()]
        return QSize(max((size.width() for size in sizes), default=0), max((s.height() for s in sizes), default=0))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a part wants another size, came or went
            self._arrange()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place(self.width(), moves=True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()  # nobody tells a widget that is not seen of its parts

    def _seen(self) -> list[QWidget]:
        return [part for part in self._parts if not _is_away(part)]

    def _end(self, part: QWidget) -> None:
        part.hide()
        part.deleteLater()

    def _arrange(self) -> None:
        self.updateGeometry()
        if self.isVisible():
            self._place(self.width(), moves=True)

    def _place(self, width: int, *, moves: bool) -> int:
        """Lay the widgets out within a width and return the height that they take."""
        left, top, line = 0, 0, 0
        for part in self._seen():
            size = _wanted(part)
            if left > 0 and left + size.width() > width:
                left, top, line = 0, top + line + self._spacing, 0
            if moves:
                part.setGeometry(QRect(left, top, min(size.width(), width), size.height()))
            left += size.width() + self._spacing
            line = max(line, size.height())
        return top + line


def _is_away(part: QWidget) -> bool:
    """Tell whether a widget was hidden, and not only has not been shown yet."""
    return part.testAttribute(_HIDDEN) and part.testAttribute(_BY_HAND)


def _wanted(part: QWidget) -> QSize:
    part.ensurePolished()
    return part.sizeHint().expandedTo(_least(part)).boundedTo(part.maximumSize())


def _least(part: QWidget) -> QSize:
    """Return the least size, as a layout finds it: a bound that was set goes before what the widget asks for."""
    hint, set_by_hand = part.minimumSizeHint(), part.minimumSize()
    width = set_by_hand.width() or hint.width()
    height = set_by_hand.height() or hint.height()
    return QSize(width, height).boundedTo(part.maximumSize())
