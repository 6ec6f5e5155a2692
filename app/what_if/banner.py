"""What makes a what-if look like nothing else: yellow and black bars, over the map and over the recommendation."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF, QRegion, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from app import theme
from app.wording import text
from maps.style import YELLOW

INK = "#05080b"
STRIPE_PX = 14
EDGE_PX = 6


class WhatIfBar(QWidget):
    """Say that nothing is sent; its button leaves (`leaving`)."""

    leaving = Signal()

    def __init__(self, language: str, *, is_slim: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_slim = is_slim
        self.setObjectName("what_if_bar")
        words = text("whatif.banner", language)
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.words = self._plate(words, bold=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(26, 4, 26, 4)
        row.setSpacing(10)
        row.addWidget(self.words)
        self.button = QToolButton()
        self.button.setText(text("whatif.leave", language))
        self.button.setAccessibleName(text("whatif.leave", language))
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.setStyleSheet(f"QToolButton {{ background: {INK}; color: {YELLOW}; border: 1px solid {INK}; }}")
        self.button.clicked.connect(self.leaving)
        self.hint = self._plate(text("whatif.hint", language), bold=False)
        self.hint.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        row.addWidget(self.hint)
        row.addStretch(1)
        row.addWidget(self.button)
        self.button.setVisible(not is_slim)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_stripes(QPainter(self), self.rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the hint out where half of it would be cut off."""
        super().resizeEvent(event)
        taken = self.words.sizeHint().width() + self.button.sizeHint().width() + 90
        self.hint.setVisible(not self._is_slim and event.size().width() - taken >= self.hint.sizeHint().width())

    @staticmethod
    def _plate(words: str, *, bold: bool) -> QLabel:
        label = QLabel(words)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(theme.text_font(15 if bold else 12, bold=bold))
        label.setStyleSheet(f"QLabel {{ background: {YELLOW}; color: {INK}; padding: 1px 8px; }}")
        return label


class WhatIfFrame(QWidget):
    """Lie as bars over the edge of `over`; take no mouse."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        over.installEventFilter(self)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_stripes(QPainter(self), self.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded):
            self.fit()
        return False

    def fit(self) -> None:
        """Follow what it lies over."""
        over = self.parentWidget()
        if self.size() != over.size():
            self.setGeometry(over.rect())
            inner = over.rect().adjusted(EDGE_PX, EDGE_PX, -EDGE_PX, -EDGE_PX)
            self.setMask(QRegion(over.rect()).subtracted(QRegion(inner)))
        self.raise_()


def paint_stripes(painter: QPainter, box: QRect) -> None:
    """Fill a box with slanting bars of yellow and black."""
    painter.fillRect(box, QColor(YELLOW))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(INK))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    high = box.height()
    for left in range(-high - 2 * STRIPE_PX, box.width(), 2 * STRIPE_PX):
        corners = ((left, high), (left + STRIPE_PX, high), (left + STRIPE_PX + high, 0), (left + high, 0))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
