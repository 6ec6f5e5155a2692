"""The page of a debriefing: the timeline on top, decisions in a table, the one in hand on the map and in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.charts.view import ChartView
from app.debriefing.charts import charts_of
from app.debriefing.choice_map import ChoiceMap
from app.debriefing.decision_list import DecisionList
from app.debriefing.detail import Detail
from app.debriefing.lanes_view import LanesView
from app.debriefing.material import Material
from app.debriefing.names import Names
from app.debriefing.summary import ASPECTS, figures_line, summary_of
from app.debriefing.working import Working
from app.debriefing.worst import worst_of
from app.parts.forms import plain_label, show_words, small_button
from app.wording import label, one_line, text
from gis.city import City

CHART_PX = 250  # two of them beside each other in a window of 1280


class DebriefPage(QWidget):
    """Show the debriefing of one log; worked out when `work_out` is asked, by a program of its own.

    `shown` tells that it stands. `material` is what is shown, None until something is; `chosen` the place of the
    decision in hand, -1 for none. `report_wanted` asks for a file.
    """

    shown = Signal()
    report_wanted = Signal()

    def __init__(
        self, log_file: Path, city: City, *, key_folder: Path, language: str = "en", workers: int | None = None
    ) -> None:
        super().__init__()
        self.language = language
        self.material: Material | None = None
        self.chosen = -1
        self._names: Names | None = None
        self.working = Working(log_file, city.folder, key_folder, self)
        self.title = plain_label(one_line(log_file.name, 80), role="title", wraps=False)
        self.said = plain_label(role="muted", wraps=False)
        self.save_button = small_button(
            text("debrief.save", language), self.report_wanted.emit, tip=text("debrief.save_tip", language)
        )
        self.again_button = small_button(text("debrief.again", language), self.work_out)
        self.cancel_button = small_button(text("debrief.cancel", language), self.cancel)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(text("debrief.reading", language))
        self.lanes = LanesView(language)
        self.decisions = DecisionList(language)
        self.map = ChoiceMap(city, workers=workers)
        self.map.setAccessibleName(text("debrief.tab_map", language))
        self.detail = Detail(language)
        self.summary = QWidget()
        self._told: list[QWidget] = []
        self.charts: list[ChartView] = []
        self._arrange()
        self.lanes.taken.connect(self.choose)
        self.decisions.taken.connect(self.choose)
        self.working.progressed.connect(self._on_progress)
        self.working.done.connect(self.show_material)
        self.working.failed.connect(self._on_failed)
        self._show_busy(False)
        self.setFocusProxy(self.decisions)

    def work_out(self) -> None:
        """Work the debriefing out anew; what is shown stays until it is there."""
        if self.working.is_busy:
            return
        self._show_busy(True)
        show_words(self.said, text("debrief.reading", self.language))
        self.bar.setValue(0)
        self.working.start()

    def cancel(self) -> None:
        """Give up what is being worked out."""
        self.working.cancel()
        self._show_busy(False)
        show_words(self.said, text("debrief.cancelled", self.language) if self.material is None else "")

    def show_material(self, material: Material) -> None:
        """Show a debriefing, with the decision in hand that is most worth talking about."""
        self.material = material
        names = self._names = Names(material, self.language)
        self._show_busy(False)
        debriefing = material.debriefing
        show_words(self.title, names.title)
        show_words(self.said, figures_line(names))
        self.lanes.show_names(names)
        self.map.show_names(names)
        self.detail.clear()
        self.decisions.show_names(names)
        self._show_summary(names)
        self._show_charts(names)
        self.chosen = -1
        worst = worst_of(debriefing.score.decisions, 1)
        if worst or debriefing.score.decisions:
            self.choose(worst[0] if worst else 0)
        self.shown.emit()

    def choose(self, place: int) -> None:
        """Take a decision in hand: in the timeline, in the table, on the map and in words."""
        names = self._names
        if names is None or place == self.chosen:
            return
        self.chosen = place
        self.lanes.choose(place)
        self.map.show_decision(names, place)
        self.detail.show_decision(names, place)
        self.decisions.choose(place)

    def say(self, words: str, level: str = "") -> None:
        """Say something in the page."""
        show_words(self.said, words, level)

    def close_down(self) -> None:
        """End what goes on."""
        self.working.close()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.said, 1)
        for made in (self.cancel_button, self.again_button, self.save_button):
            head.addWidget(made)
        hand = QSplitter(Qt.Orientation.Vertical)
        hand.addWidget(self.map)
        hand.addWidget(self.detail)
        hand.setSizes([190, 270])
        hand.setStretchFactor(0, 1)  # one decision in words is no longer in a larger window
        hand.setStretchFactor(1, 0)
        hand.setChildrenCollapsible(False)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(hand, text("debrief.tab_map", self.language))
        words = QVBoxLayout(self.summary)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(7)
        self._charts_inner, self._grid = QWidget(), QGridLayout()
        self._charts_inner.setLayout(self._grid)
        self._grid.setSpacing(8)
        for content, key in (
            (self._padded(self.summary), "debrief.tab_summary"),
            (self._charts_inner, "debrief.tab_charts"),
        ):
            scroll = QScrollArea()
            scroll.setWidgetResizable(True)
            scroll.setFrameShape(QScrollArea.Shape.NoFrame)
            scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            scroll.setWidget(content)
            self.tabs.addTab(scroll, text(key, self.language))
        below = QSplitter(Qt.Orientation.Horizontal)
        below.addWidget(self.decisions)
        below.addWidget(self.tabs)
        below.setSizes([700, 600])
        below.setChildrenCollapsible(False)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.lanes)
        self.split.addWidget(below)
        self.split.setSizes([290, 570])
        self.split.setChildrenCollapsible(False)
        page = QVBoxLayout(self)
        page.setContentsMargins(12, 10, 12, 8)
        page.setSpacing(6)
        page.addLayout(head)
        page.addWidget(self.bar)
        page.addWidget(self.split, 1)

    @staticmethod
    def _padded(inner: QWidget) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(inner)
        column.addStretch(1)
        return made

    def _show_summary(self, names: Names) -> None:
        found = summary_of(names)
        made = [plain_label(found.lead)]
        for aspect, title in ASPECTS.items():
            said = found.of(aspect)
            if said:
                made.append(plain_label(text(title, self.language), role="title"))
                made += [plain_label(f"•  {words}") for words in said]
        told, self._told = self._told, made
        column = self.summary.layout()
        assert column is not None
        for each in told:
            column.removeWidget(each)
            each.hide()
            each.deleteLater()
        for each in made:
            column.addWidget(each)

    def _show_charts(self, names: Names) -> None:
        for made in self.charts:
            self._grid.removeWidget(made)
            made.deleteLater()
        self.charts = [ChartView(chart) for chart in charts_of(names)]
        for made in self.charts:
            made.setMinimumWidth(CHART_PX)
        for number, made in enumerate(self.charts):
            made.taken.connect(self.choose)
            self._grid.addWidget(made, number // 2, number % 2)

    def _on_progress(self, share: float, step: str) -> None:
        self.bar.setValue(round(1000 * share))
        show_words(self.said, label("debrief_step", step, self.language))

    def _on_failed(self, why: str) -> None:
        self._show_busy(False)
        self.say(text("debrief.failed", self.language, reason=one_line(why, 300)), "warning")

    def _show_busy(self, is_busy: bool) -> None:
        self.bar.setVisible(is_busy)
        self.cancel_button.setVisible(is_busy)
        self.again_button.setVisible(not is_busy)
        self.save_button.setEnabled(not is_busy and self.material is not None)
