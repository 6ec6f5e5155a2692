"""Who reported a case: name and number, read from the erasable table, for those alone who speak with reporters."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import jobs
from app.cases.words import when_words
from app.desk import Desk
from app.parts.deed_line import DeedLine
from app.parts.forms import plain_label, show_words, small_button
from app.wording import one_line, text
from dispatch.case import Case
from dispatch.case_commands import ErasePerson, TellReporter


class Reporter(QWidget):
    """Show the reporter of a case where the role may tell reporters what became of it; nothing to anybody else.

    Who may have personal data erased finds that here, with a reason.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._person_id = ""
        self._reading: jobs.Job | None = None
        self._is_erased = False
        self.line = plain_label(role="muted")
        self.erase_button = small_button(
            text("case.erase_reporter", desk.language),
            self.ask_erasing,
            tip=text("case.erase_reporter_tip", desk.language),
            role="flat",
        )
        self.deed = DeedLine(desk)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.line, 1)
        row.addWidget(self.erase_button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(row)
        layout.addWidget(self.deed)
        layout.addWidget(self.deed.said)
        desk.state_changed.connect(lambda entry, state: self._show_erased())
        self.hide()

    def show_case(self, case: Case | None) -> None:
        """Show who reported a case; the table is read once, apart from the window."""
        person_id = case.person_id if case is not None and self._desk.may(TellReporter) else ""
        people = self._desk.people
        if person_id == self._person_id:
            return
        self._person_id, self._is_erased = person_id, False
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        self.deed.put_away()
        self.hide()
        show_words(self.line, "")
        self.erase_button.setVisible(self._desk.may(ErasePerson))
        if self._show_erased() or not person_id or people is None:
            return
        self._reading = jobs.start(lambda job: people.person(person_id), done=self._on_read, failed=self._on_failed)

    def ask_erasing(self) -> None:
        """Ask why the reporter's data are to be erased."""
        person_id, language = self._person_id, self._desk.language
        self.deed.ask_deed(
            text("case.erase_reporter_why", language),
            lambda reason: ErasePerson(person_id, reason),
            do_words=text("case.erase_do", language),
        )

    def _show_erased(self) -> bool:
        """Say that the data are erased, by whom and when; tell whether they are."""
        state, language = self._desk.state, self._desk.language
        erased = state.erased_people.get(self._person_id) if self._person_id else None
        if erased is None or self._is_erased:
            return erased is not None
        self._is_erased = True
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        when = when_words(erased.erased_at, self._desk.clock(), state.time_zone, language)
        show_words(self.line, text("case.reporter_erased", language, when=when, name=one_line(erased.actor, 40)))
        self.erase_button.hide()
        self.deed.put_away()
        self.show()
        return True

    def _on_read(self, person: object) -> None:
        self._reading = None
        name, number = (one_line(getattr(person, field, ""), 60) for field in ("name", "number"))
        words = " ".join(part for part in (name, number) if part)
        erased = text("case.reporter_unknown", self._desk.language)
        shown = text("case.reporter", self._desk.language, who=words) if words else erased
        show_words(self.line, shown)
        self.show()

    def _on_failed(self, problem: object) -> None:
        self._reading = None
        show_words(self.line, text("case.reporter_unread", self._desk.language), "warning")
        self.show()
