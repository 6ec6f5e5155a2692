"""One chart in the window: painted as on paper, in the colours of the look; what is under the mouse is said."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app import theme
from app.charts.chart import Chart
from app.wording import tooltip


class ChartView(QWidget):
    """Show a chart. `taken` tells what stands behind the place that was clicked."""

    taken = Signal(object)  # what the chart says is behind

    def __init__(self, chart: Chart | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart: Chart | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(300, 210)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        if chart is not None:
            self.show_chart(chart)

    def show_chart(self, chart: Chart) -> None:
        """Show another chart."""
        self.chart = chart
        self.setAccessibleName(chart.title)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(460, 270)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.chart is None:
            return
        worn = theme.look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(worn.line))
        painter.setBrush(QColor(worn.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(self.font())
        self.chart.paint(painter, QRectF(self.rect()).adjusted(10, 8, -10, -8), worn)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        words = self.chart.words_at(event.position()) if self.chart is not None else ""
        if words:
            QToolTip.showText(event.globalPosition().toPoint(), tooltip(words), self)
        else:
            QToolTip.hideText()
        if self.chart is not None and self.chart.leads_on(event.position()):
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.chart is not None:
            behind = self.chart.behind(event.position())
            if behind is not None:
                self.taken.emit(behind)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
