"""The room of a major incident: its clocks on top, its pages below; an incident that is none yet is declared here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QToolButton, QVBoxLayout, QWidget

from app.desk import Desk
from app.intake.kind_field import kind_name
from app.major.page_commands import PageCommands
from app.major.tabs import FIRST, PageTabs
from app.parts.allow import allow
from app.parts.flow import Flow
from app.parts.forms import plain_label, show_words, small_button
from app.parts.reason_line import ReasonLine
from app.wording import one_line, text
from dispatch.commands import Body
from dispatch.events import Entry
from dispatch.incident import Incident, Stage
from dispatch.major_commands import DeclareMajorIncident, StandDownMajorIncident
from dispatch.state import State

if TYPE_CHECKING:
    from app.major.page import Page


class MajorPanel(QWidget):
    """Follow the incident in hand; what is typed stays until it is written or left. Made when it is first seen."""

    draw_cordon_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._number: int | None = None
        self._own = PageCommands(desk, self)
        self._is_made = False
        self.paper: Callable[[int], Callable[[], QImage] | None] = lambda number: None
        self.pages: dict[str, Page] = {}
        self.tabs: dict[str, QToolButton] = {}

    @property
    def incident(self) -> Incident | None:
        """Return the incident that is shown, as it stands."""
        return self._desk.state.incidents.get(self._number) if self._number is not None else None

    @property
    def page(self) -> str:
        """Return the key of the page that is shown."""
        return self.tab_row.page if self._is_made else FIRST

    def open_page(self, key: str) -> None:
        """Show a page."""
        self._make()
        self.tabs[key].setChecked(True)
        self._show_page()

    def show_incident(self, number: int) -> None:
        """Show an incident, to be declared or as it is, with the cursor where it is declared or on the page's tab."""
        self._make()
        self._take(number)
        if self.declare.isVisible():
            self.declare.methane.fields["casualties"].setFocus()
        elif not self.isAncestorOf(QApplication.focusWidget() or self):
            self.tabs[self.page].setFocus()  # else Ctrl+PgDown would turn no page

    def showEvent(self, event: QShowEvent) -> None:
        """Make what is inside when it is first seen."""
        super().showEvent(event)
        if self._is_made:
            self._refresh()  # what happened while another tab was in front
        else:
            self._make()

    def _make(self) -> None:
        if self._is_made:
            return
        from app.major.methane import DeclareSheet
        from app.major.strip import ClocksSheet, ClockStrip

        self._is_made = True
        desk = self._desk
        self.title = plain_label(" ", role="title")
        self.place = plain_label(role="muted")
        self.others = Flow(spacing=3)
        self.strip = ClockStrip(desk)
        self.why = ReasonLine(desk.language)
        self.clocks = ClocksSheet(desk)
        self.said = plain_label()
        self.declare = DeclareSheet(desk)
        self.again_button = small_button(self._words("major.declare_again"), self._declare_again)
        allow(self.again_button, desk, DeclareMajorIncident)
        allow(self.declare.do_button, desk, DeclareMajorIncident)
        self.tab_row = PageTabs(desk)
        self.tabs = self.tab_row.tabs
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._make_more)
        self._lay_out()
        self._connect()
        self._on_selection()

    def _page(self, key: str) -> Page:
        """Return a page, made now if it is not there yet."""
        if key not in self.pages:
            from app.major.pages import KINDS, CordonsPage, PapersPage

            page = self.pages[key] = KINDS[key](self._desk)
            page.asked.connect(partial(self._on_asked, page))
            if isinstance(page, CordonsPage):
                page.draw_wanted.connect(self.draw_cordon_wanted)
            elif isinstance(page, PapersPage):
                page.paper = self._paint_map
            page.hide()
            self._place.addWidget(page, 1)
            major = self._desk.state.majors.get(self._number or 0)
            if major is not None:
                page.show_major(major, is_seen=False)
                self.tab_row.show_badges(self.pages)
        return self.pages[key]

    def _make_more(self) -> None:
        """Make the pages that nobody has asked for yet, one a turn of the event loop."""
        missing = next((key for key in self.tabs if key not in self.pages), None)
        if missing is not None and self._number in self._desk.state.majors:
            self._page(missing)
            self._more.start()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(4)
        for part in (
            self.title,
            self.place,
            self.others,
            self.strip,
            self.why,
            self.clocks,
            self.again_button,
            self.said,
            self.declare,
            self.tab_row,
        ):
            column.addWidget(part)
        self._place = QVBoxLayout()
        column.addLayout(self._place, 1)
        column.addStretch(0)
        self.clocks.hide()
        self.declare.hide()

    def _connect(self) -> None:
        desk = self._desk
        desk.selection_changed.connect(self._on_selection)
        desk.state_changed.connect(self._on_state)
        self._own.not_done.connect(self._on_not_done)
        self._own.done.connect(self._done)
        self.tab_row.pressed.connect(self._show_page)
        desk.ticked.connect(self._on_tick)
        self.strip.asked.connect(self._do)
        self.strip.missing_wanted.connect(lambda: self.open_page("roll"))
        self.strip.clocks_wanted.connect(self._set_clocks)
        self.strip.stand_down_wanted.connect(self._stand_down)
        self.clocks.asked.connect(self._do)
        self.declare.asked.connect(self._do)
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._step, step))

    def _on_selection(self) -> None:
        number = self._desk.selection.incident_id
        if number is None or number not in self._desk.state.incidents:
            majors = [key for key, one in self._desk.state.majors.items() if one.is_declared]
            number = self._number if self._number is not None else min(majors, default=None)
        self._take(number)

    def _take(self, number: int | None) -> None:
        if number != self._number:
            self._number = number
            self._own.forget()
            self._say("")
            self.why.hide()
            self.clocks.hide()
            incident = self.incident
            if incident is not None:
                self.declare.fill(incident, is_again=incident.id in self._desk.state.majors)
        self.declare.hide()
        self._refresh()

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if self._own.take(entry):
            return
        if self._number is None:
            self._on_selection()
        elif self.isVisible():
            self._refresh()

    def _done(self, page: Page | None) -> None:
        """Put away what asked for a command that is done."""
        self._say("")
        self._refresh()
        if page is not None:
            page.on_done()
        else:
            self.clocks.hide()

    def _on_tick(self, now: datetime) -> None:
        if not self.isVisible() or self._number not in self._desk.state.majors:
            return
        self.strip.tick(now)
        self._page(self.page).tick(now)

    def _refresh(self) -> None:
        incident, state = self.incident, self._desk.state
        major = state.majors.get(incident.id) if incident is not None else None
        self._show_others()
        if incident is None:
            show_words(self.title, self._words("major.none"))
            show_words(self.place, "")
        else:
            show_words(self.title, f"{incident.id}  {kind_name(self._desk, incident.kind)}")
            show_words(self.place, one_line(incident.location.text, 120))
        is_open = incident is not None and incident.stage is not Stage.CLOSED
        if major is None:
            self.declare.setVisible(is_open)
        elif major.is_declared and self.declare.isVisible():
            self.declare.hide()
        is_shown = major is not None
        self.strip.setVisible(is_shown)
        self.tab_row.setVisible(is_shown)
        self.again_button.setVisible(major is not None and not major.is_declared and is_open)
        if major is not None:
            self.strip.show_major(major)
            for key, page in self.pages.items():
                page.show_major(major, is_seen=key == self.page)
            self.tab_row.show_badges(self.pages)
            self._more.start()
        self._show_page()

    def _show_others(self) -> None:
        """Offer the other major incidents, which are one press away."""
        self.others.empty()
        state = self._desk.state
        others = [key for key, one in state.majors.items() if one.is_declared and key != self._number]
        for number in sorted(others):
            incident = state.incidents[number]
            words = f"▲ {number} {kind_name(self._desk, incident.kind)}"
            self.others.add(small_button(one_line(words, 40), partial(self._select, number)))
        self.others.setVisible(bool(others))

    def _paint_map(self, number: int) -> Callable[[], QImage] | None:
        return self.paper(number)

    def _select(self, number: int) -> None:
        self._desk.select(incident_id=number)

    def _show_page(self) -> None:
        is_shown = self._number in self._desk.state.majors and not self.declare.isVisibleTo(self)
        if is_shown:
            self._page(self.page).be_seen()
        for key, page in self.pages.items():
            page.setVisible(is_shown and key == self.page)

    def _step(self, step: int) -> None:
        self.open_page(self.tab_row.beside(step))

    def _declare_again(self) -> None:
        incident = self.incident
        if incident is not None:
            self.declare.fill(incident, is_again=True)
            self.declare.show()
            self.declare.reason.setFocus()
            self._show_page()

    def _set_clocks(self) -> None:
        major = self._desk.state.majors.get(self._number or 0)
        if major is not None and self.clocks.isHidden():
            self.clocks.fill(major)
            self.clocks.open()
        else:
            self.clocks.hide()

    def _stand_down(self) -> None:
        number = self._number
        if number is not None:
            self.why.ask(
                self._words("major.why_stand_down"),
                lambda reason: self._do(StandDownMajorIncident(number, reason)),
                do_words=self._words("major.stand_down"),
            )

    def _on_asked(self, page: Page, body: Body, based_on: int | None) -> None:
        self._do(body, based_on, page)

    def _do(self, body: Body, based_on: int | None = None, page: Page | None = None) -> None:
        self._say("")
        self._own.do_for(page, body, based_on)

    def _on_not_done(self, reason: str, level: str) -> None:
        self._say(self._words("incident.refused", reason=reason), level)

    def _say(self, words: str, level: str = "") -> None:
        show_words(self.said, words, level)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
