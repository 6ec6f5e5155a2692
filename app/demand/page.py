"""The page of demand: each chart a filter of all others; where calls gather on a map; what may come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QScrollArea, QSplitter, QTabWidget, QVBoxLayout, QWidget

from app import jobs
from app.beside.child import Broken, Child
from app.charts.view import ChartView
from app.demand.ahead_view import AheadView
from app.demand.apart import run
from app.demand.ask_bar import AskBar
from app.demand.charts import KINDS, WIDE, Taken, charts_of
from app.demand.count import Asked, Counted, Counter
from app.demand.findings import Findings, findings_of
from app.demand.incident_list import IncidentList
from app.demand.look_bar import LookBar
from app.demand.place_lists import PlaceLists
from app.demand.place_map import PlaceMap
from app.desk import Desk
from app.figures.own import share_of
from app.native_types import make_all
from app.parts.forms import plain_label, show_words, small_button
from app.times.words import not_live_words
from app.wording import one_line, text
from app.wording.durations import day_and_clock
from dispatch.demand.places import Answer, Question

GRACE_S = 3.0  # so long a question may go on that nobody wants any more: another child takes as long to begin
AGAIN_MS = 5_000  # a busy log is not counted more often
NARROW_PX, NARROWEST_CHART_PX = 1000, 200
SHARES = (5, 4)
Ask = Callable[[Question, jobs.Job], Answer]


class DemandPage(QWidget):
    """Show the demand of a log; counted in a job, again while the log grows, for as long as the page is seen.

    `ask` answers the slow questions from a job's thread; without it a child process does. `report_wanted` asks for what
    is shown as a file. `counted` and `found` are what is shown, None until something is.
    """

    report_wanted = Signal()
    shown_anew = Signal()  # what was counted
    found_anew = Signal()  # where it gathers, and what may come

    def __init__(
        self, desk: Desk, parent: QWidget | None = None, *, workers: int | None = None, ask: Ask | None = None
    ) -> None:
        super().__init__(parent)
        language = desk.language
        self._desk = desk
        self.counted: Counted | None = None
        self.found: Findings | None = None
        folder = getattr(desk.city, "folder", None)
        self.counter = Counter(Path(folder) if folder is not None else None)
        self.apart = Child("opsroom-demand", run)
        self.ask: Ask = ask or partial(self.apart.ask, grace_s=GRACE_S)
        self.bar, self.look = AskBar(desk), LookBar(language)
        self.save_button = small_button(
            text("demand.save", language), self.report_wanted.emit, tip=text("demand.save_tip", language)
        )
        self.known = plain_label(text("demand.counting", language), role="muted", wraps=False)
        self.said = plain_label()
        self.charts = {way: ChartView() for way in KINDS}
        self.ahead = AheadView(language)
        self.list = IncidentList(desk)
        self.map = PlaceMap(desk, workers=workers)
        self.density_note = plain_label(role="muted")
        self.places = PlaceLists(language)
        self._job: jobs.Job | None = None
        self._asking: jobs.Job | None = None
        self._asked: Asked | None = None
        self._is_stale = True
        self._columns = 0
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._arrange()
        self._join()
        self._on_who(desk.who)
        self.setFocusProxy(self.bar.way)

    def count(self) -> None:
        """Count what is asked for now, in a job; what is shown stays until the answer is there."""
        for job in (self._job, self._asking):
            if job is not None:
                job.cancel()
        self._asking = None
        asked, state, language = self.bar.asked(), self._desk.state, self._desk.language
        self._asked, self._is_stale = asked, False
        show_words(self.known, text("demand.counting", language))
        make_all()

        def work(job: jobs.Job) -> Counted:
            job.report(0.1)
            return self.counter.count(state, asked, language)

        self._job = jobs.start(work, done=self._on_counted, failed=self._on_failed)

    def stop(self) -> None:
        """Ask and show nothing more; the child ends."""
        self._again.stop()
        for job in (self._job, self._asking):
            if job is not None:
                job.cancel()
        self._job = self._asking = None
        self.apart.close()

    def say(self, words: str, level: str = "") -> None:
        """Say something in the page."""
        show_words(self.said, words, level)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._count_if_stale()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._again.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        way = Qt.Orientation.Vertical if self.width() < NARROW_PX else Qt.Orientation.Horizontal
        if self.split.orientation() is not way:
            self.split.setOrientation(way)
            self.split.setSizes([SHARES[0] * 100, SHARES[1] * 100])
        QTimer.singleShot(0, self, self._lay_charts)  # once the halves have their widths

    def _arrange(self) -> None:
        language = self._desk.language
        charts = QWidget()
        charts.setObjectName("charts")
        self._grid = QGridLayout(charts)
        self._grid.setContentsMargins(0, 6, 0, 0)
        self._grid.setSpacing(8)
        for view in self.charts.values():
            view.setMinimumSize(NARROWEST_CHART_PX, 158)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(charts)
        for content, key in (
            (scroll, "demand.counts_tab"), (self.ahead, "demand.ahead_tab"), (self.list, "demand.list_tab")
        ):  # fmt: skip
            self.tabs.addTab(content, text(key, language))
        self.tabs.setCornerWidget(self.save_button)
        for made in self.map.switches.values():
            self.look.add(made)
        where = QWidget()
        column = QVBoxLayout(where)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        column.addWidget(self.look)
        column.addWidget(self.map, 3)
        column.addWidget(self.density_note)
        column.addWidget(self.places, 2)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.tabs)
        self.split.addWidget(where)
        self.split.setStretchFactor(0, SHARES[0])
        self.split.setStretchFactor(1, SHARES[1])
        self.split.setSizes([SHARES[0] * 160, SHARES[1] * 160])
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(10)
        page = QVBoxLayout(self)
        page.setContentsMargins(12, 10, 12, 8)
        page.setSpacing(8)
        page.addWidget(self.bar)
        page.addWidget(self.split, 1)
        page.addWidget(self.known)
        page.addWidget(self.said)
        self._lay_charts()

    def _join(self) -> None:
        desk = self._desk
        self._again.timeout.connect(self._count_if_stale)
        self.bar.changed.connect(self.count)
        self.look.changed.connect(self.bar.look)
        self.split.splitterMoved.connect(lambda *_: self._lay_charts())
        for view in self.charts.values():
            view.taken.connect(self._on_taken)
        self.places.hot_taken.connect(lambda hot: self.map.select(square_key=hot.key))
        self.places.cluster_taken.connect(lambda cluster: self.map.select(cluster=cluster.number))
        self.places.alone.connect(lambda key: self._on_taken(Taken("cell", key)))
        self.map.square_taken.connect(self.places.take_square)
        self.map.cluster_taken.connect(self.places.take_number)
        desk.state_changed.connect(self._on_state)
        desk.who_changed.connect(self._on_who)
        desk.ticked.connect(self._on_tick)

    def _lay_charts(self) -> None:
        """Lay wide and narrow charts side by side; below each other where there is no room."""
        columns = 3 if self.tabs.width() >= 3 * NARROWEST_CHART_PX else 1
        if columns == self._columns:
            return
        self._columns = columns
        row = column = 0
        for way, view in self.charts.items():
            span = (2 if way in WIDE else 1) if columns == 3 else 1
            if way == "kind" and columns == 3:
                span = 2
            if column + span > columns:
                row, column = row + 1, 0
            self._grid.addWidget(view, row, column, 1, span)
            column += span
        for each in range(3):
            self._grid.setColumnStretch(each, 1 if each < columns else 0)

    def _on_counted(self, counted: Counted) -> None:
        self._job, language = None, self._desk.language
        self.counted = counted
        counts = counted.counts
        self.bar.show_counted(counted)
        for chart in charts_of(counts, language):
            self.charts[chart.shown.way.way].show_chart(chart)
        self.list.rows.put(counted)
        self.tabs.setTabText(2, f"{text('demand.list_tab', language)} {counts.total:,}")
        at = counted.state.at
        words = text(
            "demand.as_of", language, at=day_and_clock(at, counted.rows.time_zone) if at is not None else "–",
            total=f"{counts.total:,}", of_all=f"{counts.of_all:,}", days=f"{counts.whole_days:,}",
        )  # fmt: skip
        show_words(self.known, f"{words} · {not_live_words(counted.state, language)}".rstrip(" ·"))
        self.say("" if counts.total else text("demand.nothing_left" if counts.of_all else "demand.nothing", language))
        if counts.total:
            hint = "" if counts.chosen else text("demand.choose_hint", language)
            self.say(hint, "")
        self._again.start()
        self.shown_anew.emit()
        self._find(counted)

    def _find(self, counted: Counted) -> None:
        """Ask where calls gather and what may come, once they are counted."""
        question = self.counter.question(counted)
        show_words(self.density_note, text("demand.finding", self._desk.language))

        def work(job: jobs.Job) -> Findings:
            return findings_of(counted, self.ask(question, job))

        self._asking = jobs.start(work, done=self._on_found, failed=self._on_not_found)

    def _on_found(self, found: Findings) -> None:
        self._asking, self.found = None, found
        if found.places is not None and found.answer.places is not None:
            self.map.show_places(found.places, found.answer.places)
            self.places.show_places(found.places)
            show_words(self.density_note, found.places.density_note)
        if found.ahead is not None:
            self.ahead.show_ahead(found.ahead)
        self.found_anew.emit()

    def _on_not_found(self, problem: BaseException) -> None:
        self._asking, language = None, self._desk.language
        reason = text("demand.child_ended", language) if isinstance(problem, Broken) else one_line(problem, 200)
        show_words(self.density_note, text("demand.places_failed", language, reason=reason), "warning")

    def _on_failed(self, problem: BaseException) -> None:
        self._job = None
        show_words(self.known, "")
        self.say(text("demand.failed", self._desk.language, reason=one_line(problem, 200)), "warning")
        self._again.start()

    def _on_taken(self, taken: Taken) -> None:
        asked = self.bar.asked()
        beside = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier)
        self.bar.choose(asked.choosing(taken.way, taken.key, beside=beside))

    def _on_state(self, entry: object, state: object) -> None:
        self._is_stale = True
        if self.isVisible() and not self._again.isActive() and self._job is None:
            self._again.start()

    def _on_who(self, who: object) -> None:
        share = share_of(self._desk.who)
        if share != self.bar.share:
            self.bar.share = share
            # Nothing of what somebody else saw stays.
            self.counted = self.found = None
            self.map.clear()
            self.places.clear()
            self.ahead.clear()
            self.list.rows.put(None)
            self._is_stale = True
            if self.isVisible():
                self.count()

    def _on_tick(self, now: datetime) -> None:
        self.bar.set_clock(now, self._desk.state.time_zone)

    def _count_if_stale(self) -> None:
        if self._is_stale or self.counted is None or self._asked != self.bar.asked():
            self.count()
