"""One chart of a debriefing in the window: painted as on paper, in the colours of the look."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app import theme
from app.debriefing.drawing import Chart
from app.wording import tooltip


class ChartView(QWidget):
    """Show a chart; `taken` tells the place of the decision that was clicked."""

    taken = Signal(int)

    def __init__(self, chart: Chart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart = chart
        self.setMouseTracking(True)
        self.setMinimumSize(300, 210)
        self.setAccessibleName(chart.title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(420, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        worn = theme.look()
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(worn.line))
            painter.setBrush(QColor(worn.panel))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.setFont(self.font())
            self.chart.paint(painter, QRectF(self.rect()).adjusted(10, 8, -6, -6), worn)
        finally:
            painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place, words = self.chart.hits.at(event.position())
        self.setCursor(Qt.CursorShape.PointingHandCursor if place >= 0 else Qt.CursorShape.ArrowCursor)
        if words:
            QToolTip.showText(event.globalPosition().toPoint(), tooltip(words), self)
        else:
            QToolTip.hideText()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            place, _ = self.chart.hits.at(event.position())
            if place >= 0:
                self.taken.emit(place)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
