"""The coloured frame round a whole window that says live or drill wherever one looks."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from app import theme


class Frame(QWidget):
    """Lie over the edge of `over`, in the colour of live (solid) or of anything else (dashed); take no mouse."""

    WIDTH = 4

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.kind = ""
        self.is_alone = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        over.installEventFilter(self)
        self._fit()

    def show_kind(self, kind: str) -> None:
        """Show what the log is for: `live`, `drill`, `exercise`, ...; `replay` for what was; empty for none."""
        if kind != self.kind:
            self.kind = kind
            self.update()

    def show_alone(self, is_alone: bool) -> None:
        """Show whether this seat goes on alone: what it does is not in its room's log yet."""
        if is_alone != self.is_alone:
            self.is_alone = is_alone
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        worn = theme.look()
        painter = QPainter(self)
        colours = {"live": worn.live, "replay": worn.replay, "": worn.line}
        painter.fillRect(self.rect(), QColor(colours.get(self.kind, worn.drill)))
        if self.is_alone:
            for x in range(0, self.width(), 160):
                painter.fillRect(QRect(x, 0, 80, self.height()), QColor(worn.warning))
            for y in range(0, self.height(), 160):
                for x in (0, self.width() - self.WIDTH):
                    painter.fillRect(
                        QRect(x, y, self.WIDTH, 160), QColor(worn.live if self.kind == "live" else worn.drill)
                    )
                    painter.fillRect(QRect(x, y, self.WIDTH, 80), QColor(worn.warning))
        elif self.kind and self.kind != "live":
            for x in range(0, self.width(), 48):
                painter.fillRect(QRect(x, 0, 12, self.WIDTH), QColor(worn.window))
                painter.fillRect(QRect(x, self.height() - self.WIDTH, 12, self.WIDTH), QColor(worn.window))
            for y in range(0, self.height(), 48):
                painter.fillRect(QRect(0, y, self.WIDTH, 12), QColor(worn.window))
                painter.fillRect(QRect(self.width() - self.WIDTH, y, self.WIDTH, 12), QColor(worn.window))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded):
            self._fit()
        return False

    def _fit(self) -> None:
        over = self.parentWidget()
        if self.size() != over.size():
            self.setGeometry(over.rect())
            inner = over.rect().adjusted(self.WIDTH, self.WIDTH, -self.WIDTH, -self.WIDTH)
            self.setMask(QRegion(over.rect()).subtracted(QRegion(inner)))
        self.raise_()
