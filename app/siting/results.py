"""What both plans come to below the maps: figures with their difference, areas with the worst first, curves."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QTabWidget, QVBoxLayout, QWidget

from app.charts.view import ChartView
from app.parts.cells import Cell, CellsView
from app.parts.forms import plain_label, show_words
from app.siting.charts import AreaBars, CurveChart
from app.siting.words import BAD, area_headings, area_rows, figure_rows, summary
from app.wording import text, tooltip
from dispatch.siting.compare import Comparison

NARROW_PX = 1000  # below it the figures are a tab among the others
SIZES = [415, 690]
TONES = {BAD: "alarm", "good": "good", "": ""}


class Results(QWidget):
    """Show two plans side by side in figures."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self.summary = plain_label(" ")
        self.recorded = plain_label(role="muted")
        self.recorded.setToolTip(tooltip(text("siting.recorded_tip", language)))
        self.figures = CellsView(text("siting.report_figures", language))
        self.areas = CellsView(text("siting.report_areas", language), sorts=True)
        self.curve, self.bars = ChartView(), ChartView()
        for chart in (self.curve, self.bars):
            chart.setMinimumSize(220, 120)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for content, key in ((self.areas, "siting.areas_tab"), (self.bars, "siting.bars_tab"),
                             (self.curve, "siting.curve_tab")):  # fmt: skip
            self.tabs.addTab(content, text(key, language))
        self._left = left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.summary)
        column.addWidget(self.recorded)
        column.addWidget(self.figures, 1)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(left)
        self.split.addWidget(self.tabs)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(10)
        self.split.setStretchFactor(0, 2)
        self.split.setStretchFactor(1, 3)
        self.split.setSizes(SIZES)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self.split)
        self.setMinimumHeight(150)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow, is_tab = self.width() < NARROW_PX, self.tabs.indexOf(self._left) >= 0
        if is_narrow and not is_tab:
            self.tabs.insertTab(0, self._left, text("siting.figures_tab", self._language))
            self.tabs.setCurrentIndex(0)
        elif is_tab and not is_narrow:
            self.tabs.removeTab(self.tabs.indexOf(self._left))
            self.split.insertWidget(0, self._left)
            self._left.show()
            self.split.setSizes(SIZES)

    def say_record(self, words: str) -> None:
        """Say beside what plans reach what the log recorded; nothing where it tells nothing."""
        show_words(self.recorded, words)

    def show_found(self, found: Comparison) -> None:
        """Show what two plans come to."""
        language = self._language
        show_words(self.summary, summary(found, language))
        headings = tuple(
            text(key, language) for key in ("siting.figure", "siting.plan_a", "siting.plan_b", "siting.difference")
        )
        rows = [
            (Cell(each.name, tip=each.tip), Cell(each.before), Cell(each.after),
             Cell(each.difference, tone=TONES[each.tone]))
            for each in figure_rows(found, language)
        ]  # fmt: skip
        self.figures.put(headings, rows)
        self.areas.put(
            area_headings(language),
            [
                (
                    Cell(each.name),
                    *(
                        Cell(words, value, tone=TONES[each.tone] if place == 3 else "")
                        for place, (words, value) in enumerate(zip(each.words, each.values, strict=True))
                    ),
                )
                for each in area_rows(found, language)
            ],
        )
        self.curve.show_chart(CurveChart(found, language))
        self.bars.show_chart(AreaBars(found, language))
