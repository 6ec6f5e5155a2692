"""The week to come with how wrong such forecasts were; where the log is too short, why there is none."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.charts.view import ChartView
from app.demand.ahead_chart import AheadChart
from app.demand.told import AheadTold
from app.demand.words import share_words
from app.parts.cells import Cell, CellsView
from app.parts.forms import plain_label, show_words
from app.wording import text


class AheadView(QWidget):
    """Show a forecast, its error beside that of the naive one."""

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self.words = plain_label(" ", role="title")
        self.notes = plain_label(" ")
        self.chart = ChartView()
        self.models = CellsView(text("demand.model", language))
        self.models_note = plain_label(text("demand.models_note", language), role="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        for made in (self.words, self.notes):
            column.addWidget(made)
        column.addWidget(self.chart, 1)
        column.addWidget(self.models)
        column.addWidget(self.models_note)
        column.addStretch(0)
        self._show_parts(False)

    def show_ahead(self, told: AheadTold) -> None:
        """Show a forecast, or why there is none."""
        language = self._language
        show_words(self.words, told.words)
        show_words(self.notes, "\n".join(told.notes))
        self.chart.show_chart(AheadChart(told, language))
        heads = ("demand.model", "demand.mae", "demand.mase", "demand.deviance", "demand.inside")
        used = text("demand.used", language)
        self.models.put(
            tuple(text(key, language) for key in heads),
            [
                (
                    Cell(f"{each.name} · {used}" if each.is_used else each.name),
                    Cell(f"{each.mae:.2f}", each.mae),
                    Cell("–" if each.mase is None else f"{each.mase:.2f}", each.mase),
                    Cell(f"{each.deviance:.3f}", each.deviance), Cell(share_words(each.inside), each.inside),
                )
                for each in told.models
            ],
        )  # fmt: skip
        self.models.fit()
        self._show_parts(bool(told.hours))

    def clear(self) -> None:
        """Show nothing."""
        show_words(self.words, "")
        show_words(self.notes, "")
        self._show_parts(False)

    def _show_parts(self, is_told: bool) -> None:
        for made in (self.chart, self.models, self.models_note):
            made.setVisible(is_told)
