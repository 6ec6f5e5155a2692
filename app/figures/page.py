"""The page of figures: what is asked for on top, the tiles, then a table, charts or places, and what stands behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app import jobs
from app.desk import Desk
from app.figures.behind import Behind
from app.figures.chart_page import ChartPage
from app.figures.count import Counted, Counter
from app.figures.own import share_of
from app.figures.period_bar import PeriodBar
from app.figures.places import Places
from app.figures.table import MAIN_ONES, FigureTable, FigureView
from app.figures.tiles import Tiles
from app.figures.words import key_words
from app.native_types import FOR_CHARTS, make_all
from app.parts.forms import plain_label, show_words, small_button
from app.parts.recount import Recount
from app.wording import label, one_line, text
from app.wording.durations import day_and_clock
from dispatch.figures.compute import Figure
from dispatch.figures.indicators import SECTIONS

if TYPE_CHECKING:
    from app.figures.charts import Chart

NARROW_PX = 1000
SHARES = (3, 2)  # of the table and of what stands behind a figure


class FiguresPage(QWidget):
    """Show the figures of a period; counted in a job, again while the log grows, for as long as the page is seen.

    `report_wanted` asks for what is shown as a file. `counted` is what is shown, None until something is.
    """

    report_wanted = Signal()
    shown_anew = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        language = desk.language
        self._desk = desk
        self.counted: Counted | None = None
        folder = getattr(desk.city, "folder", None)
        self.counter = Counter(Path(folder) if folder is not None else None)
        state = desk.state
        self.bar = PeriodBar(language, state.time_zone, desk.clock().date())
        self.bar.set_clock(desk.clock(), state.time_zone)
        self.known = plain_label(text("figures_page.counting", language), role="muted", wraps=False)
        self.save_button = small_button(
            text("figures_page.save", language), self.report_wanted.emit, tip=text("figures_page.save_tip", language)
        )
        self.said = plain_label()
        self.tiles = Tiles(language)
        self.table = FigureTable(language)
        self.view = FigureView(self.table, text("figures_page.table", language))
        self.sections = QComboBox()
        self.sections.setAccessibleName(text("figures_page.section", language))
        self.sections.addItem(text("figures_page.main_section", language), MAIN_ONES)
        self.sections.addItem(text("figures_page.all_sections", language), "")
        for section in SECTIONS:
            self.sections.addItem(label("figures_section", section, language), section)
        self.places = Places(language)
        self.behind = Behind(desk)
        self.chart_page = ChartPage(language)
        self._arrange()
        self.recount = Recount(
            self, desk, asked=self.bar.asked, begin=self._begin, done=self._on_counted, failed=self._on_failed
        )
        self.bar.changed.connect(self.recount.count)
        self.sections.activated.connect(lambda _: self._show_table())
        self.tiles.pressed.connect(self._on_figure)
        self.view.taken.connect(self._on_figure)
        self.places.taken.connect(self._on_place)
        self.chart_page.pressed.connect(self._on_figure)
        self.chart_page.cases_wanted.connect(self._on_cases)
        self.tabs.currentChanged.connect(lambda _: self._show_tab())
        desk.who_changed.connect(self._on_who)
        desk.ticked.connect(self._on_tick)
        self._on_who(desk.who)
        self.setFocusProxy(self.view)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < NARROW_PX
        way = Qt.Orientation.Vertical if is_narrow else Qt.Orientation.Horizontal
        if self.split.orientation() is not way:
            self.split.setOrientation(way)
            self.split.setSizes([SHARES[0] * self.height(), SHARES[1] * self.height()])

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Return the charts that were made so far."""
        return self.chart_page.charts

    def say(self, words: str, level: str = "") -> None:
        """Say something in the page."""
        show_words(self.said, words, level)

    def _arrange(self) -> None:
        language = self._desk.language
        above = QWidget()
        table = QVBoxLayout(above)
        table.setContentsMargins(0, 6, 0, 0)
        row = QHBoxLayout()
        row.addWidget(plain_label(text("figures_page.section", language), role="muted", wraps=False))
        row.addWidget(self.sections)
        row.addStretch(1)
        table.addLayout(row)
        table.addWidget(self.view, 1)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for key, content in (
            ("figures_page.table", above),
            ("figures_page.charts", self.chart_page),
            ("figures_page.places", self.places),
        ):
            self.tabs.addTab(content, text(key, language))
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.tabs)
        self.split.addWidget(self.behind)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setSizes([980, 490])
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(10)
        foot = QHBoxLayout()
        foot.addWidget(self.known)
        foot.addWidget(self.said, 1)
        head = QHBoxLayout()
        head.addWidget(self.bar, 1)
        head.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.tiles)
        column.addWidget(self.split, 1)
        column.addLayout(foot)

    def _begin(self) -> Callable[[jobs.Job], Counted]:
        show_words(self.known, text("figures_page.counting", self._desk.language))
        asked, state, at = self.bar.asked(), self._desk.state, self._desk.clock()
        make_all(*FOR_CHARTS)

        def work(job: jobs.Job) -> Counted:
            import_module("app.figures.charts")  # pyqtgraph takes a quarter of a second
            job.report(0.1)
            return self.counter.count(state, asked, at)

        return work

    def _on_counted(self, counted: Counted) -> None:
        language = self._desk.language
        self.counted = counted
        self.bar.set_profiles(counted.profiles)
        self.tiles.show_counted(counted)
        self._show_table()
        self._show_tab()
        if self.behind.figure is not None:
            self._keep_figure(self.behind.figure)
        elif not self.behind.rows.ids:
            self._take_first()
        at = day_and_clock(counted.figures.at, counted.figures.period.time_zone)
        words = text("figures_page.as_of", language, at=at)
        share = counted.asked.share
        if share.is_own:
            name = key_words(counted.state, share.group, share.key, language)
            words += " · " + text("figures_page.own", language, name=name)
        show_words(self.known, words)
        if counted.problem:
            self.say(text("figures_page.own_file_bad", language, reason=one_line(counted.problem, 200)), "warning")
        elif not counted.figures.keys("all"):
            self.say(text("figures_page.nothing", language))
        else:
            self.say("")
        self.shown_anew.emit()

    def _on_failed(self, problem: BaseException) -> None:
        show_words(self.known, "")
        self.say(text("figures_page.failed", self._desk.language, reason=one_line(problem, 200)), "warning")

    def _show_table(self) -> None:
        counted = self.counted
        if counted is None:
            return
        group = self.bar.group
        held = self.behind.figure
        if group in counted.figures.groups:
            self.table.show_counted(counted, group, str(self.sections.currentData() or ""))
        self.view.verticalHeader().setFixedWidth(min(240, max(110, self.view.verticalHeader().sizeHint().width())))
        if held is not None:
            self._point_at(held)

    def _show_tab(self) -> None:
        """Fill the tab that is seen; the others wait until they are."""
        if self.counted is not None and self.tabs.currentWidget() is self.places:
            self.places.show_counted(self.counted)
        if self.counted is not None and self.tabs.currentWidget() is self.chart_page:
            self.chart_page.show_counted(self.counted)

    def _on_figure(self, figure: Figure) -> None:
        if self.counted is not None:
            self.behind.show_figure(self.counted, figure)
            self.tiles.mark_taken(figure)

    def _keep_figure(self, figure: Figure) -> None:
        """Show the same figure of another count, where there is such a one."""
        counted = self.counted
        assert counted is not None
        figures, share = counted.figures, counted.asked.share
        is_seen = (figure.group, figure.key) == (share.group, share.key) or figure.key in counted.keys(figure.group)
        if figures.has(figure.indicator, figure.group) and (is_seen or not share.is_own):
            self._on_figure(figures.of(figure.indicator, figure.group, figure.key))
        else:
            self.behind.clear()
            self.tiles.mark_taken(None)

    def _take_first(self) -> None:
        """Show what stands behind the first tile where nothing else was asked for: an empty half says nothing."""
        first = next((tile.figure for tile in self.tiles.tiles if tile.figure is not None), None)
        if first is not None:
            self._on_figure(first)
            self._point_at(first)

    def _point_at(self, figure: Figure) -> None:
        index = self.table.index_of(figure)
        if index.isValid():
            self.view.selectionModel().blockSignals(True)
            self.view.setCurrentIndex(index)
            self.view.selectionModel().blockSignals(False)
            self.view.viewport().update()

    def _on_cases(self, title: str, ids: tuple[int, ...]) -> None:
        self.behind.show_cases(title, ids)
        self.tiles.mark_taken(None)

    def _on_place(self, title: str, detail: str, ids: tuple[int, ...], lon: float, lat: float) -> None:
        self.behind.show_cases(title, ids, detail)
        self.tiles.mark_taken(None)
        self._desk.go_to.emit(lon, lat)

    def _on_who(self, who: object) -> None:
        share = share_of(self._desk.who)
        is_other = share != self.bar.share
        self.bar.set_share(share)
        if is_other:
            # Nothing of what somebody else saw stays.
            self.counted = None
            self.chart_page.forget()
            self.behind.clear()
            self.recount.forget()

    def _on_tick(self, now: datetime) -> None:
        self.bar.set_clock(now, self._desk.state.time_zone)
