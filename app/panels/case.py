"""The case in hand: what it is, how far it has come, what may be done, its photographs, story, times and relations."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from app.case_forms.actions import CaseActions
from app.cases.clocks import clock_rows
from app.cases.demands import demand_rows
from app.cases.docket import touched_cases
from app.cases.evidence_strip import EvidenceStrip
from app.cases.head import CaseHead
from app.cases.picture_view import PictureView
from app.cases.related import count_of, related_rows
from app.cases.steps import Steps
from app.cases.story import CaseStory
from app.cases.thumbnails import Thumbnails
from app.desk import Desk
from app.parts.deed_line import DeedLine
from app.parts.forms import at_right, small_button
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import text
from dispatch.case import Case, Exhibit
from dispatch.case_commands import MergeCase, UnmergeCase
from dispatch.erasure import photographs_erased
from dispatch.events import Entry
from dispatch.state import State

STORY, TIMES, DEMANDS, RELATED = range(4)


class CasePanel(QWidget):
    """Follow the desk's selection. The reading side stands aside while a form of `CaseActions` is open."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Case | None = None
        self._story = CaseStory(desk)
        language = desk.language
        self.thumbnails = Thumbnails(desk)
        self.head = CaseHead(desk)
        self.steps = Steps(desk)
        self.actions = CaseActions(desk)
        self.strip = EvidenceStrip(desk, self.thumbnails)
        self.picture = PictureView(desk, self.thumbnails)
        self.story = RowList(text("case.page_story", language))
        self.times = RowList(text("case.page_times", language))
        self.demands = RowList(text("case.page_demands", language))
        self.related = RowList(text("case.page_related", language))
        self.merge_button = small_button(text("case.merge_into", language), self._merge)
        self.part_button = small_button(text("case.take_apart", language), self._take_apart)
        self.reason = DeedLine(desk)
        self.pages = QStackedWidget()
        self.page_buttons = QButtonGroup(self)
        self._tabs: list[QToolButton] = []
        self._lay_out()
        self._connect()
        self._on_selection()

    @property
    def case(self) -> Case | None:
        """Return the case in hand as it stands."""
        number = self._desk.selection.case_id
        return self._desk.state.cases.get(number) if number is not None else None

    def open_page(self, page: int) -> None:
        """Show the story, the times, the standard's demands or what is related."""
        self._tabs[page].setChecked(True)
        self.pages.setCurrentIndex(page)
        self._fill_page()

    def open_exhibit(self, exhibit: Exhibit) -> None:
        """Show a photograph as large as the panel allows."""
        case = self._shown
        if case is not None:
            self.picture.show_exhibit(case.id, exhibit, alone=len(case.evidence) < 2)
            self._show_sides()

    def _lay_out(self) -> None:
        language = self._desk.language
        tabs = QHBoxLayout()
        tabs.setSpacing(2)
        names = ("case.page_story", "case.page_times", "case.page_demands", "case.page_related")
        for page, key in enumerate(names):
            made = small_button(text(key, language), lambda page=page: self.open_page(page), role="flat")
            made.setCheckable(True)
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.page_buttons.addButton(made, page)
            self._tabs.append(made)
            tabs.addWidget(made)
        self._tabs[STORY].setChecked(True)
        related = QWidget()
        inside = QVBoxLayout(related)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self.related, 1)
        row = at_right(self.merge_button, self.part_button)
        inside.addLayout(row)
        inside.addWidget(self.reason)
        for page in (self.story, self.times, self.demands, related):
            self.pages.addWidget(page)
        self.pages.setMinimumHeight(72)
        self.reading = QWidget()
        reading = QVBoxLayout(self.reading)
        reading.setContentsMargins(0, 0, 0, 0)
        reading.setSpacing(4)
        reading.addWidget(self.strip)
        reading.addLayout(tabs)
        reading.addWidget(self.pages, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(5)
        layout.addWidget(self.head)
        layout.addWidget(self.steps)
        layout.addWidget(self.actions)
        layout.addWidget(self.reason.said)
        layout.addWidget(self.reading, 1)
        layout.addWidget(self.picture, 1)
        layout.addStretch(0)

    def _connect(self) -> None:
        desk = self._desk
        desk.selection_changed.connect(self._on_selection)
        desk.looked.connect(self._on_state)
        desk.ticked.connect(self._on_tick)
        desk.who_changed.connect(self._on_who)
        self.actions.working.connect(self._on_working)
        self.strip.opened.connect(self.open_exhibit)
        self.picture.left.connect(self._leave_picture)
        self.picture.stepped.connect(self._step_picture)
        self.related.chosen.connect(self._on_related)
        self.related.pointed.connect(self._on_pointed)
        self._is_working = False
        leave = QShortcut(QKeySequence("Esc"), self.picture)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self._leave_picture)

    def _on_selection(self) -> None:
        case = self.case
        if (case.id if case is not None else None) != self._story.case_id or case is None:
            self._story.show(case)
            self.picture.put_away()
            self.reason.put_away()
            for page in (self.story, self.times, self.demands, self.related):
                page.scrollToTop()
        self._refresh()

    def _on_state(self, entry: Entry | None, state: State) -> None:
        for evidence_id in photographs_erased(entry) if entry is not None else ():
            self.thumbnails.forget(evidence_id)
            self.strip.viewport().update()
        number = self._desk.selection.case_id
        if number is None:
            if self._shown is not None:
                self._refresh()
            return
        if entry is None:
            self._story.show(self.case)
            self._refresh()
            return
        touched = touched_cases(entry)
        if touched is None:
            self._story.show(self.case)
        if touched is None or number in touched:
            for one, _ in self._desk.looks.told:
                self._story.add(one)
        # Others change too what stands here: a merged case moves on, an incident closes.
        if touched is None or number in touched or state.cases.get(number) is not self._shown:
            self._refresh()
        elif touched and self.pages.currentIndex() == RELATED and self.isVisible():
            self._fill_page()  # another case may be the same thing, or is it no more

    def _on_who(self) -> None:
        self.head.reporter.show_case(None)
        self._refresh()

    def _on_tick(self) -> None:
        if self._shown is None or not self.isVisible():
            return
        self.head.tick(self._shown)
        if self._shown.is_open and self.pages.currentIndex() == TIMES:
            self._fill_page()

    def _refresh(self) -> None:
        case = self._shown = self.case
        self.head.show_case(case)
        self.steps.show_case(case)
        self.actions.show_case(case)
        self.strip.show_case(case)
        if case is not None:
            words = text("case.page_related", self._desk.language)
            count = count_of(self._desk, case)
            if count:
                words = text("case.page_counted", self._desk.language, name=words, count=count)
            self._tabs[RELATED].setText(words)
        self._show_sides()
        self._fill_page()

    def _fill_page(self) -> None:
        """Fill the page that is looked at; the others are filled when they are."""
        case, page = self._shown, self.pages.currentIndex()
        if case is None:
            return
        now = self._desk.clock()
        if page == STORY:
            self.story.set_rows(self._story.rows)
        elif page == TIMES:
            self.times.set_rows(clock_rows(self._desk, case, now))
        elif page == DEMANDS:
            self.demands.set_rows(demand_rows(self._desk, case))
        else:
            rows = related_rows(self._desk, case)
            none = Row("none", text("related.none", self._desk.language), tone="muted", is_quiet=True)
            # A click takes a row in hand: what its buttons do must be in reach before.
            self.related.set_rows(rows or [none], take_first=True)
            self._on_pointed(self.related.current_key)

    def _show_sides(self) -> None:
        """Give the room to a form, to a photograph, or to the reading side."""
        has_case = self._shown is not None
        self.actions.setVisible(has_case)
        shows_picture = has_case and self.picture.exhibit is not None and not self._is_working
        shows_reading = has_case and not self._is_working and not shows_picture
        for part, is_shown in sorted(
            ((self.picture, shows_picture), (self.reading, shows_reading)), key=lambda p: p[1]
        ):
            part.setVisible(is_shown)  # one goes before the other comes: both at once would ask for too much height

    def _on_working(self, is_working: bool) -> None:
        self._is_working = is_working
        self._show_sides()

    def _leave_picture(self) -> None:
        self.picture.put_away()
        self._show_sides()
        self.strip.setFocus()

    def _step_picture(self, by: int) -> None:
        case, held = self._shown, self.picture.exhibit
        if case is None or held not in case.evidence:
            return
        place = (case.evidence.index(held) + by) % len(case.evidence)
        self.picture.show_exhibit(case.id, case.evidence[place], alone=len(case.evidence) < 2)

    def _on_pointed(self, key: str) -> None:
        what, _, _ = key.partition(":")
        self.merge_button.setVisible(what == "same" and self._desk.may(MergeCase))
        self.part_button.setVisible(what in ("merged", "into") and self._desk.may(UnmergeCase))
        if not self.part_button.isVisible():
            self.reason.hide()

    def _on_related(self, key: str) -> None:
        what, _, number = key.partition(":")
        if what == "incident":
            self._desk.select(incident_id=int(number))
        elif what in ("merged", "into", "same", "case"):
            self._desk.select(case_id=int(number))

    def _merge(self) -> None:
        what, _, number = self.related.current_key.partition(":")
        if what == "same":
            self.actions.open("merge", into=int(number))

    def _take_apart(self) -> None:
        what, _, number = self.related.current_key.partition(":")
        case = self._shown
        if case is None or what not in ("merged", "into"):
            return
        part, main = (int(number), case.id) if what == "merged" else (case.id, int(number))
        question = text("case.take_apart_why", self._desk.language, number=part, into=main)
        words = text("case.take_apart", self._desk.language)
        self.reason.ask_deed(question, lambda reason: UnmergeCase(part, reason), do_words=words)
