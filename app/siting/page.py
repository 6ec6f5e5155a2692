"""The planning page: two plans on two maps that move together, and what both come to, asked beside the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app import jobs
from app.city_files import targets_of
from app.desk import Desk
from app.parts.forms import plain_label, show_words, small_button
from app.siting.ask_bar import CHOSEN, SitingBar
from app.siting.asking import Asking
from app.siting.bench import Bench
from app.siting.drafts import PLANS, B, Drafts
from app.siting.drawing import Drawn
from app.siting.hands import CHOOSE, Hands
from app.siting.keeping import Keeping
from app.siting.plan_map import PlanMap
from app.siting.questions import Weighed
from app.siting.record import Record
from app.siting.results import Results
from app.siting.side import SidePanel
from app.siting.words import known_words
from app.wording import label, one_line, text
from dispatch.coverage_targets import Targets, default_targets
from dispatch.siting.plan import plan_of
from gis.city import City
from maps.layers import PerimeterMark

REST_AFTER_MS = 300_000  # hidden so long, it keeps no process
SHARES = (3, 2)


class SitingPage(QWidget):
    """Show two plans of a department side by side; `weighed` is what is shown, None until something is.

    `shown_anew` tells of other answers, `save_wanted` asks for a file. What is changed is kept in a folder `keep_in`.
    """

    shown_anew = Signal()
    save_wanted = Signal()

    def __init__(
        self, desk: Desk, bench: Bench, parent: QWidget | None = None, *, workers: int = 1, keep_in: Path | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.keeping = Keeping(keep_in, desk.city.name if desk.city is not None else "", self)
        language = desk.language
        self.bench = bench
        self.weighed: Weighed | None = None
        self.targets: Targets | None = None
        self._is_fitted = False
        self._department = ""
        self.bar = SitingBar(desk)
        self.drafts = Drafts(self)
        self.maps = {which: PlanMap(desk, which, workers=workers) for which in PLANS}
        self.hands = Hands(desk, self.drafts, self.maps, self)
        self.side = SidePanel(desk, self.drafts, self.bar.look)
        self.results = Results(language)
        self.record = Record(desk, self.results, self)
        self.save_button = small_button(
            text("siting.save", language), self.save_wanted.emit, tip=text("siting.save_tip", language)
        )
        self.save_button.setEnabled(False)
        self.known = plain_label(" ", role="muted")
        self.said = plain_label()
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.progress.setFixedWidth(150)
        self.progress.setTextVisible(False)
        self.step = plain_label(role="muted", wraps=False)
        self.cancel_button = small_button(text("siting.cancel", language), self._cancel)
        self.drawn = Drawn(desk, self, self)
        self.asking = Asking(desk, self, self)
        self._arrange()
        self.say_progress(None)
        self._rest = QTimer(self, singleShot=True, interval=REST_AFTER_MS)
        self._rest.timeout.connect(bench.rest)
        self.bar.department.activated.connect(lambda _: self._take_base(is_same=False))
        self.bar.changed.connect(self._on_bar)
        self.bar.shown_changed.connect(self.drawn.refresh)
        self.drafts.changed.connect(self._on_drafts)
        self.drafts.chosen_changed.connect(self._on_chosen)
        self.side.mode_wanted.connect(self._on_mode_wanted)
        self.side.units.valueChanged.connect(self._on_units)
        self.side.seek_wanted.connect(self.asking.seek)
        self.side.area_wiped.connect(self.asking.wipe_area)
        self.hands.mode_changed.connect(self._on_mode)
        self.hands.area_drawn.connect(self.asking.enclose)
        self.hands.said.connect(lambda level, words: self.say(words, level))
        self.keeping.not_kept.connect(self._on_not_kept)
        for shown in self.maps.values():
            shown.taken.connect(self.drafts.take)
        self.setFocusProxy(self.maps[B].canvas)

    @property
    def city(self) -> City | None:
        """The city that is planned in."""
        return self._desk.city

    def begin(self) -> None:
        """Read the city's targets in a job, and ask what both plans come to."""
        city = self.city
        if city is None or self.targets is not None:
            return

        def read(job: jobs.Job) -> tuple[Targets, str]:
            self.keeping.read()
            try:
                return targets_of(city)[0], ""
            except (OSError, ValueError) as problem:
                return default_targets(), str(problem)

        self.say_progress(0.0, "open")
        jobs.start(read, done=self._on_targets, failed=self.failed)

    def say(self, words: str, level: str = "") -> None:
        """Say something in the page."""
        show_words(self.said, words, level)

    def say_progress(self, share: float | None, code: str = "") -> None:
        """Show how far an answer is, None for nothing under way."""
        is_busy = share is not None
        for part in (self.progress, self.cancel_button):
            part.setVisible(is_busy)
        show_words(self.step, label("siting_step", code, self._desk.language) if is_busy and code else "")
        if share is not None:
            self.progress.setValue(round(100 * share))

    def failed(self, problem: BaseException) -> None:
        """Say why there is no answer."""
        self.say_progress(None)
        self.say(self.asking.why(problem), "warning")

    def show_weighed(self, weighed: Weighed) -> None:
        """Show what both plans come to."""
        is_first, self.weighed = self.weighed is None, weighed
        language = self._desk.language
        found = weighed.comparison
        self.side.offer_areas(weighed.demand.areas)
        self.results.show_found(found)
        self.record.look(found.after.target)
        self.drawn.refresh()
        department = self.bar.department.currentText()
        show_words(self.known, known_words(department, found.after.target, weighed.demand, language))
        if is_first:
            self.fit()
        self.shown_anew.emit()

    def show_perimeter(self, mark: PerimeterMark | None) -> None:
        """Draw a perimeter on both maps, or none."""
        self.drawn.perimeter = mark
        self.drawn.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._rest.stop()
        self.asking.forget_log()
        self.bar.suit_log()
        if not self._is_fitted:
            self._is_fitted = True
            QTimer.singleShot(0, self, self.fit)
        if self.targets is None:
            self.begin()
        elif self._desk.state.roster is not self.drawn.roster:
            self._take_base(is_same=True)
        else:
            self.asking.soon()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._rest.start()

    def fit(self) -> None:
        """Let both maps show the city large, with every post on the screen."""
        if self.city is not None:
            posts = [(mark.x, mark.y) for mark in self.drawn.posts(B)]
            self.maps[B].canvas.show_start(posts)

    def close_all(self) -> None:
        """End what runs beside the page."""
        self.asking.cancel()
        self.record.cancel()
        self.keeping.end()
        self.bench.close()
        for shown in self.maps.values():
            shown.canvas.tiles.close()

    def _arrange(self) -> None:
        language = self._desk.language
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.side)
        scroll.setFixedWidth(self.side.width() + 14)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for shown in self.maps.values():
            row.addWidget(shown, 1)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(both)
        self.split.addWidget(self.results)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(8)
        self.split.setStretchFactor(0, SHARES[0])
        self.split.setStretchFactor(1, SHARES[1])
        self.split.setSizes([450, 310])
        self.results.tabs.setCornerWidget(self.save_button)
        middle = QHBoxLayout()
        middle.setSpacing(10)
        middle.addWidget(scroll)
        middle.addWidget(self.split, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.known, 3)
        foot.addWidget(self.said, 4)
        for part in (self.step, self.progress, self.cancel_button):
            foot.addWidget(part)
        page = QVBoxLayout(self)
        page.setContentsMargins(12, 10, 12, 8)
        page.setSpacing(8)
        page.addWidget(self.bar)
        page.addLayout(middle, 1)
        page.addLayout(foot)
        if self.city is None:
            self.say(text("siting.no_city", language), "warning")
            for part in (self.bar, self.side, self.results):
                part.setEnabled(False)

    def _on_targets(self, found: tuple[Targets, str]) -> None:
        self.targets, problem = found
        self.say_progress(None)
        if not self.bar.offer(self.targets):
            self.say(text("siting.no_department", self._desk.language), "warning")
            return
        self._take_base(is_same=False)
        language = self._desk.language
        if problem:
            self.say(text("times.own_file_bad", language, reason=one_line(problem, 200)), "warning")
        elif self.keeping.problem is not None:
            self.say(text("siting.kept_bad", language, reason=one_line(self.keeping.problem, 200)), "warning")
        elif not all(self.drafts.changes(which).is_none for which in PLANS):
            self.say(text("siting.kept_shown", language), "notice")

    def _take_base(self, *, is_same: bool) -> None:
        """Lay out how the units of the department stand."""
        state, target = self._desk.state, self.bar.chosen_target()
        department = state.departments.get(self.bar.department_id)
        if target is None or department is None:
            return
        # What another department's plans change is never taken for this one's.
        is_same, self._department = is_same and department.id == self._department, department.id
        self.drawn.roster, self.drawn.kind = state.roster, department.kind
        at = self.bar.drive_at()
        base = plan_of(state.roster, department, target, hour=at.hour if at is not None else 12)
        kept = self.keeping.of(department.id)
        self.drafts.set_base(self.asking.with_closures(base), is_same=is_same, kept=kept)

    def _on_bar(self) -> None:
        self._take_base(is_same=True)

    def _on_drafts(self) -> None:
        self.keeping.put(self._department, {which: self.drafts.changes(which) for which in PLANS})
        self.drawn.refresh()
        self.asking.soon()

    def _on_chosen(self) -> None:
        self.drawn.refresh()
        if self.bar.places.currentData() == CHOSEN:  # else the plans come to what they came to, and a search goes on
            self.asking.soon()

    def _on_units(self, count: int) -> None:
        self.hands.units_each = count

    def _on_mode_wanted(self, mode: str) -> None:
        self.hands.set_mode(mode)
        self.maps[self.drafts.hand].canvas.setFocus()

    def _on_mode(self, mode: str) -> None:
        self.side.show_mode(mode)
        self.drawn.say_heads()
        if mode != CHOOSE:
            self.say("")

    def _on_not_kept(self, problem: BaseException) -> None:
        self.say(text("siting.not_kept", self._desk.language, reason=one_line(problem, 200)), "warning")

    def _cancel(self) -> None:
        self.asking.cancel()
        self.say_progress(None)
        self.say(text("siting.cancelled", self._desk.language))
