"""What the charts of the page have in common: their colours and axes, and what the mouse asks of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QToolTip

from app import theme
from app.figures.count import Counted
from app.figures.graph import pg
from app.wording import tooltip
from dispatch.figures.compute import Figure


class Chart(pg.PlotWidget):  # type: ignore[misc]
    """Be a chart that stays where it is: no wheel, no menu; what is under the mouse is said."""

    pressed = Signal(object)  # Figure: its cases are asked for
    cases_wanted = Signal(str, object)  # what they are, and the numbers of cases that are no figure of the profile
    draw: Callable[[Counted, theme.Look], None]  # each chart's own: puts its marks in

    def __init__(self, language: str, title: str) -> None:
        super().__init__()
        self.language = language
        self.title = title
        self.counted: Counted | None = None
        self.setMouseEnabled(False, False)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setAccessibleName(title)
        self.setMinimumHeight(170)
        self.setMouseTracking(True)
        self.getPlotItem().layout.setContentsMargins(4, 2, 8, 2)

    def show_counted(self, counted: Counted) -> None:
        """Draw what was counted."""
        self.counted = counted
        worn = theme.look()
        self.setBackground(worn.panel)
        self.clear()
        legend = self.getPlotItem().legend
        if legend is not None:
            legend.clear()
        size = f"{max(11, self.font().pixelSize())}px"
        self.setTitle(self.title, color=worn.text, size=size)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(worn.line))
            axis.setTextPen(pg.mkPen(worn.muted))
            axis.setTickFont(theme.text_font(max(9, self.font().pixelSize() - 2)))
        self.draw(counted, worn)

    def words_at(self, x: float, y: float) -> str:
        """Say what stands at a place of the chart."""
        return ""

    def figure_at(self, x: float, y: float) -> Figure | None:
        """Return the figure at a place of the chart."""
        return None

    def cases_at(self, x: float, y: float) -> tuple[str, tuple[int, ...]]:
        """Return what stands at a place of the chart, and its cases."""
        return "", ()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        words = self.words_at(*self._place(event)) if self.counted is not None else ""
        if words:
            QToolTip.showText(event.globalPosition().toPoint(), tooltip(words), self)
        else:
            QToolTip.hideText()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.counted is not None:
            figure = self.figure_at(*self._place(event))
            if figure is not None:
                self.pressed.emit(figure)
                return
            title, ids = self.cases_at(*self._place(event))
            if ids:
                self.cases_wanted.emit(title, ids)

    def _place(self, event: QMouseEvent) -> tuple[float, float]:
        point = self.getPlotItem().vb.mapSceneToView(self.mapToScene(event.position().toPoint()))
        return point.x(), point.y()
