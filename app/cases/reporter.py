"""Who reported a case: name and number, read from the erasable table, for those alone who speak with reporters."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import jobs
from app.desk import Desk
from app.parts.forms import plain_label, show_words
from app.wording import one_line, text
from dispatch.case import Case
from dispatch.case_commands import TellReporter


class Reporter(QWidget):
    """Show the reporter of a case where the role may tell reporters what became of it; nothing to anybody else."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._person_id = ""
        self._reading: jobs.Job | None = None
        self.line = plain_label(role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line)
        self.hide()

    def show_case(self, case: Case | None) -> None:
        """Show who reported a case; the table is read once, apart from the window."""
        person_id = case.person_id if case is not None and self._desk.may(TellReporter) else ""
        people = self._desk.people
        if person_id == self._person_id:
            return
        self._person_id = person_id
        if self._reading is not None:
            self._reading.cancel()
        self.hide()
        show_words(self.line, "")
        if person_id and people is not None:
            self._reading = jobs.start(lambda job: people.person(person_id), done=self._on_read, failed=self._on_failed)

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
