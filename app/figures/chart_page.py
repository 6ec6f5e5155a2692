"""The charts of the page of figures: each is made when they are looked at first, and drawn while they are seen."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from app.figures.count import Counted

if TYPE_CHECKING:
    from app.figures.charts import Chart

NARROWEST_CHART_PX = 330


class ChartPage(QScrollArea):
    """Show the charts of what was counted. `pressed` carries a figure, `cases_wanted` a title and cases behind it."""

    pressed = Signal(object)
    cases_wanted = Signal(str, object)

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._counted: Counted | None = None
        self.charts: tuple[Chart, ...] = ()
        inner = QWidget()
        inner.setObjectName("charts")
        self.setWidgetResizable(True)
        self.setWidget(inner)
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(0, 6, 0, 0)
        self._grid.setSpacing(8)
        self._grid.setColumnStretch(0, 1)

    def show_counted(self, counted: Counted) -> None:
        """Draw all charts anew, and make them where there are none yet."""
        self._counted = counted
        for chart in self.charts:
            chart.show_counted(counted)
        if not self.charts:
            self._make()

    def forget(self) -> None:
        """Draw nothing anew of what was counted for somebody else."""
        self._counted = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._counted is not None and self.isVisible():
            self.show_counted(self._counted)

    def _make(self) -> None:
        """Make one chart and come back for the next: all at once would hold the window up."""
        charts: Any = import_module("app.figures.charts")
        place = len(self.charts)
        if place == len(charts.KINDS) or self._counted is None:
            return
        chart = charts.make_chart(place, self._language)
        chart.pressed.connect(self.pressed)
        chart.cases_wanted.connect(self.cases_wanted)
        chart.show_counted(self._counted)
        self.charts = (*self.charts, chart)
        self._lay()
        QTimer.singleShot(0, self, self._make)

    def _lay(self) -> None:
        columns = 1 if self.width() < 2 * NARROWEST_CHART_PX else 2
        self._grid.setColumnStretch(1, columns - 1)
        for place, chart in enumerate(self.charts):
            self._grid.addWidget(chart, place // columns, place % columns)
