"""What every page of a major incident has: rows that follow the log, sheets that open in place, and no dialog."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.cases.words import when_words
from app.desk import Desk
from app.parts.allow import allow
from app.parts.flow import Flow
from app.parts.forms import button, plain_label, show_words
from app.parts.word_entry import WordEntry
from app.wording import text
from dispatch.commands import Body
from dispatch.major import MajorIncident


def fresh_id(kind: str) -> str:
    """Return a name for something that the desk opens."""
    return f"{kind}-{uuid.uuid4().hex[:12]}"


class Sheet(QWidget):
    """Ask in place: `open` shows it, `asked` carries the command, Ctrl+Enter does it, Esc leaves, Enter goes on.

    What was typed stays over a refusal and over what others do; the command says on what it was based.
    """

    asked = Signal(object, object)  # body, the sequence that it was filled from
    left = Signal()

    def __init__(self, desk: Desk, do_words: str, *, role: str = "primary", has_cancel: bool = True) -> None:
        super().__init__()
        self._desk = desk
        self._first: QWidget | None = None
        self.filled_at = 0
        self.captions: dict[QWidget, QLabel] = {}
        self.title = plain_label(role="title")
        self.fields = QVBoxLayout()
        self.fields.setSpacing(4)
        self.do_button = button(do_words, self.ask, role=role)
        self.do_button.setToolTip("Ctrl+Enter")
        self.cancel_button = button(text("incident.cancel", desk.language), self.leave)
        if not has_cancel:
            self.cancel_button.hide()  # what is shown before it has a parent flashes up as a window
        row = QHBoxLayout()
        row.addStretch(1)
        if has_cancel:
            row.addWidget(self.cancel_button)
        row.addWidget(self.do_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 2)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addLayout(self.fields)
        column.addLayout(row)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            self._key(keys, self.ask)
        if has_cancel:
            self._key("Esc", self.leave)

    def body(self) -> Body | None:
        """Return the command that the sheet means; None where something is missing."""
        return None

    def open(self, title: str = "") -> None:
        """Show the sheet with the cursor in its first field: the operator asked for it."""
        self.filled_at = self._desk.state.sequence
        show_words(self.title, title)
        self.show()
        if self._first is not None:
            self._first.setFocus()

    def leave(self) -> None:
        """Give it up, or put it away once it is done."""
        self.hide()
        self.left.emit()

    def ask(self) -> None:
        """Send what the sheet means."""
        body = self.body()
        if body is not None:
            self.asked.emit(body, self.filled_at)

    def add(self, key: str, field: QWidget, *, beside: QWidget | None = None) -> QLabel:
        """Add a field under its caption, which is its name too; `beside` stands in the same line."""
        words = text(key, self._desk.language)
        named = plain_label(words, role="muted")
        named.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(words)
        self._first = self._first or field
        self.fields.addWidget(named)
        if beside is None:
            self.fields.addWidget(field)
        else:
            row = QHBoxLayout()
            row.setSpacing(4)
            row.addWidget(field, 1)
            row.addWidget(beside)
            self.fields.addLayout(row)
        self.captions[field] = named
        return named

    def line(self, key: str, *, longest: int = 200) -> WordEntry:
        """Add a line of words under its caption."""
        field = WordEntry()
        field.setMaxLength(longest)
        field.meant.connect(self.ask)
        self.add(key, field)
        return field

    def _key(self, keys: str, do: object) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(do)


class Page(QWidget):
    """One page: `show_major` at every change, `asked` carries its commands; `badge` is what stands on its tab."""

    asked = Signal(object, object)  # body, the sequence that it is based on or None: as it stands now

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.major: MajorIncident | None = None
        self._sheets: list[Sheet] = []
        self._sent: Sheet | None = None
        self.is_stale = False
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)

    @property
    def number(self) -> int:
        """Return the incident's number; 0 where none is in hand."""
        return self.major.incident_id if self.major is not None else 0

    def show_major(self, major: MajorIncident, *, is_seen: bool) -> None:
        """Take the major incident as it stands now; another one closes what is open. Unseen, it is shown later."""
        if self.number != major.incident_id:
            self.major = major
            self.begin()
        self.major = major
        self.is_stale = not is_seen
        if is_seen:
            self.refresh()

    def be_seen(self) -> None:
        """Show what changed while another page was seen."""
        if self.is_stale and self.major is not None:
            self.is_stale = False
            self.refresh()

    def begin(self) -> None:
        """Empty what was typed about another incident."""
        for sheet in self._sheets:
            sheet.hide()

    def refresh(self) -> None:
        """Show what stands."""

    def tick(self, now: datetime) -> None:
        """Show how time goes by, once a second while the page is seen."""

    def badge(self) -> tuple[str, str]:
        """Return what stands on the tab after its name, and how loud it is."""
        return "", ""

    def on_done(self) -> None:
        """Put away the sheet whose command has been written."""
        sheet, self._sent = self._sent, None
        if sheet is not None:
            self.sheet_done(sheet)

    def sheet_done(self, sheet: Sheet) -> None:
        """Put a sheet away."""
        sheet.leave()

    def ask(self, body: Body) -> None:
        """Send a command that needs no sheet."""
        self._sent = None
        self.asked.emit(body, None)

    def keep(self, sheet: Sheet, command: type, *, is_open: bool = False) -> None:
        """Stand a sheet on the page and pass on what it asks, to those who may give its command."""
        self._sheets.append(sheet)
        allow(sheet.do_button, self._desk, command)
        sheet.asked.connect(lambda body, based_on: self._pass_on(sheet, body, based_on))
        self.column.addWidget(sheet)
        sheet.setVisible(is_open)

    def row_of(self, buttons: Iterable[QWidget]) -> QWidget:
        """Stand buttons in a row that goes on in the next line where there is no room."""
        holder = Flow(spacing=3)
        for each in buttons:
            holder.add(each)
        self.column.addWidget(holder)
        return holder

    def words(self, key: str, **values: object) -> str:
        """Return words in the language of the desk."""
        return text(key, self._desk.language, **values)

    def units_words(self, count: int) -> str:
        """Return how many units there are."""
        return self.words("major.one_unit") if count == 1 else self.words("major.units_count", count=count)

    def when(self, at: datetime | None) -> str:
        """Return an instant on the city's clock, with its day where that is another."""
        return when_words(at, self._desk.clock(), self._desk.state.time_zone, self._desk.language) if at else ""

    def _pass_on(self, sheet: Sheet, body: Body, based_on: int) -> None:
        self._sent = sheet
        self.asked.emit(body, based_on)
