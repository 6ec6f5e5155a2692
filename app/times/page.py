"""The page of response times: what is asked for on top, figures or charts, and the incidents behind them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QSplitter, QTabWidget, QVBoxLayout, QWidget

from app import jobs
from app.charts.view import ChartView
from app.desk import Desk
from app.figures.own import share_of
from app.native_types import make_all
from app.parts.cells import CellsView
from app.parts.forms import plain_label, show_words, small_button
from app.parts.recount import Recount
from app.times.ask_bar import AskBar
from app.times.behind import Behind
from app.times.charts import KINDS
from app.times.charts import Behind as OfChart
from app.times.count import Counted, Counter
from app.times.tables import OfFigure, OfTarget, group_rows, interval_rows, target_rows
from app.times.words import (
    interval_name,
    key_words,
    limit_words,
    not_live_words,
    profile_name,
    target_name,
    treated,
)
from app.wording import label, one_line, text
from app.wording.durations import day_and_clock
from dispatch.times.spans import INCIDENT, RESPONSE

NARROW_PX, NARROWEST_CHART_PX = 1000, 330
SHARES = (3, 2)


class TimesPage(QWidget):
    """Show the times of a period; measured in a job, again while the log grows, for as long as the page is seen.

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
        self.bar = AskBar(desk)
        self.save_button = small_button(
            text("times.save", language), self.report_wanted.emit, tip=text("times.save_tip", language)
        )
        self.known = plain_label(text("times.counting", language), role="muted", wraps=False)
        self.said = plain_label()
        self.intervals = CellsView(text("times.interval", language))
        self.targets = CellsView(text("times.target", language))
        self.keys = CellsView(text("times.group", language), sorts=True)
        self.target_title = plain_label(role="muted")
        self.keys_title = plain_label(role="muted")
        self.charts = tuple(ChartView() for _ in KINDS)
        self.behind = Behind(desk)
        self._behind: object = None
        self._arrange()
        self.recount = Recount(
            self, desk, asked=self.bar.asked, begin=self._begin, done=self._on_counted, failed=self._on_failed
        )
        self.bar.changed.connect(self.recount.count)
        self.split.splitterMoved.connect(lambda *_: self._lay_charts())
        for view in (self.intervals, self.targets, self.keys):
            view.taken.connect(self._on_cell)
        for chart in self.charts:
            chart.taken.connect(self._on_chart)
        desk.who_changed.connect(self._on_who)
        desk.ticked.connect(self._on_tick)
        self._on_who(desk.who)
        self.setFocusProxy(self.keys)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        way = Qt.Orientation.Vertical if self.width() < NARROW_PX else Qt.Orientation.Horizontal
        if self.split.orientation() is not way:
            self.split.setOrientation(way)
            self.split.setSizes([SHARES[0] * self.height(), SHARES[1] * self.height()])
        QTimer.singleShot(0, self, self._lay_charts)  # once the halves have their widths

    def say(self, words: str, level: str = "") -> None:
        """Say something in the page."""
        show_words(self.said, words, level)

    def _arrange(self) -> None:
        language = self._desk.language
        figures = QWidget()
        column = QVBoxLayout(figures)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.intervals)
        column.addWidget(self.target_title)
        column.addWidget(self.targets)
        column.addWidget(self.keys_title)
        column.addWidget(self.keys, 1)
        self.keys.setMinimumHeight(150)
        charts = QWidget()
        charts.setObjectName("charts")
        self._grid = QGridLayout(charts)
        self._grid.setContentsMargins(0, 6, 0, 0)
        self._grid.setSpacing(8)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for content, key in ((figures, "times.figures_tab"), (charts, "times.charts_tab")):
            scroll = QScrollArea()
            scroll.setWidgetResizable(True)
            scroll.setFrameShape(QScrollArea.Shape.NoFrame)
            scroll.setWidget(content)
            self.tabs.addTab(scroll, text(key, language))
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.tabs)
        self.split.addWidget(self.behind)
        self.split.setStretchFactor(0, SHARES[0])
        self.split.setStretchFactor(1, SHARES[1])
        self.split.setSizes([900, 560])
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(10)
        self.tabs.setCornerWidget(self.save_button)
        foot = QHBoxLayout()
        foot.addWidget(self.known)
        foot.addWidget(self.said, 1)
        page = QVBoxLayout(self)
        page.setContentsMargins(12, 10, 12, 8)
        page.setSpacing(8)
        page.addWidget(self.bar)
        page.addWidget(self.split, 1)
        page.addLayout(foot)
        self._lay_charts()

    def _lay_charts(self) -> None:
        columns = 1 if self.tabs.width() < 2 * NARROWEST_CHART_PX else 2
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, columns - 1)
        for place, chart in enumerate(self.charts):
            self._grid.addWidget(chart, place // columns, place % columns)

    def _begin(self) -> Callable[[jobs.Job], Counted]:
        language = self._desk.language
        show_words(self.known, text("times.counting", language))
        asked, state = self.bar.asked(), self._desk.state
        make_all()

        def work(job: jobs.Job) -> Counted:
            job.report(0.1)
            return self.counter.count(state, asked, language)

        return work

    def _on_counted(self, counted: Counted) -> None:
        language = self._desk.language
        self.counted = counted
        report, asked = counted.report, counted.asked
        self.bar.show_choices(counted)
        self.intervals.put(*interval_rows(counted))
        self.intervals.fit()
        self.targets.put(*target_rows(counted))
        self.targets.fit()
        show_words(
            self.target_title, text("times.targets_title", language, profile=profile_name(report.profile, language))
        )
        self.keys.put(*group_rows(counted))
        by = text(
            "times.by_title", language, interval=interval_name(asked.interval, language),
            group=label("times_group", asked.group, language), scope=label("times_scope", asked.scope, language),
        )  # fmt: skip
        show_words(self.keys_title, by)
        for view, chart in zip(self.charts, counted.charts, strict=True):
            view.show_chart(chart)
        self._lay_charts()
        self._show_behind_again()
        incidents = report.figure(INCIDENT, "response").rows
        responses = report.figure(RESPONSE, "response").rows
        words = text(
            "times.as_of", language, at=day_and_clock(report.at, report.time_zone), incidents=f"{incidents:,}",
            responses=f"{responses:,}",
        )  # fmt: skip
        show_words(self.known, f"{words} · {not_live_words(counted.state, language)}".rstrip(" ·"))
        if counted.problem:
            self.say(text("times.own_file_bad", language, reason=one_line(counted.problem, 200)), "warning")
        else:
            self.say("" if incidents else text("times.nothing", language))
        self.shown_anew.emit()

    def _on_failed(self, problem: BaseException) -> None:
        show_words(self.known, "")
        self.say(text("times.failed", self._desk.language, reason=one_line(problem, 200)), "warning")

    def _on_cell(self, asked: object) -> None:
        self._behind = asked
        if isinstance(asked, OfFigure) and asked.group == "all":
            self.bar.take_interval(asked.interval)
        self._show_behind_again()

    def _on_chart(self, behind: OfChart) -> None:
        self._behind = None
        if self.counted is not None:
            self.behind.show_incidents(self.counted.report, self.counted.asked.interval, behind.title, behind.ids)

    def _show_behind_again(self) -> None:
        """Show what was asked for of what is counted now; the whole interval where nothing was."""
        counted, language = self.counted, self._desk.language
        if counted is None:
            return
        report, scope = counted.report, counted.asked.scope
        asked = self._behind
        if isinstance(asked, OfFigure) and asked.group not in ("all", counted.asked.group):
            asked = None
        if isinstance(asked, OfTarget):
            target = next((each for each in report.profile.targets if each.id == asked.target_id), None)
            if target is not None:
                ids = report.late(target, asked.group, asked.key)
                name = key_words(counted.state, asked.group, asked.key, language)
                title = text(
                    "times.list_late", language, target=target_name(target, language), name=name, count=f"{len(ids):,}"
                )
                self.behind.show_incidents(report, target.interval, title, ids, limit_words(target, language))
                return
        found = asked if isinstance(asked, OfFigure) else OfFigure(counted.asked.interval)
        ids = report.incidents(scope, found.interval, found.group, found.key)
        name = key_words(counted.state, found.group, found.key, language)
        title = text(
            "times.list_known", language, interval=interval_name(found.interval, language), name=name,
            count=f"{len(ids):,}",
        )  # fmt: skip
        figure = report.figure(scope, found.interval, found.group, found.key)
        blank = tuple(dict.fromkeys(
            number for why in figure.blank
            for number in report.incidents(scope, found.interval, found.group, found.key, why=why)
        ))  # fmt: skip
        self.behind.show_incidents(report, found.interval, title, ids, treated(figure, language), blank)

    def _on_who(self, who: object) -> None:
        share = share_of(self._desk.who)
        if share != self.bar.share:
            self.bar.share = share
            # Nothing of what somebody else saw stays.
            self.counted = None
            self.behind.clear()
            self.recount.forget()

    def _on_tick(self, now: datetime) -> None:
        self.bar.set_clock(now, self._desk.state.time_zone)
