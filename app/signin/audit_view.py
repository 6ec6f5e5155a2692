"""The list of who signed in, was refused, forced, exported or changed accounts."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app import jobs
from app.desk import Desk
from app.parts.forms import button, plain_label, show_words
from app.parts.row import Row
from app.parts.row_list import RowList
from app.signin.audit import GROUPS, LAST_ENTRIES, AuditLine, audit_lines, wanted, words_of
from app.wording import label, one_line, text
from app.wording.durations import day_and_clock
from dispatch.engine import Engine


class AuditView(QWidget):
    """Read the log in a job when it is shown, and filter what was read by person and by kind."""

    def __init__(self, desk: Desk, engine: Engine) -> None:
        super().__init__()
        self._desk, self._engine = desk, engine
        self._lines: list[AuditLine] = []
        self._job: jobs.Job | None = None
        language = desk.language
        self.person = QComboBox()
        self.person.setAccessibleName(text("signin.audit_person", language))
        self.group = QComboBox()
        self.group.setAccessibleName(text("signin.audit_group", language))
        for code in GROUPS:
            self.group.addItem(label("audit_group", code, language), code)
        self.rows = RowList(text("signin.audit", language))
        self.said = plain_label(role="muted")
        self.again_button = button(text("signin.audit_again", language), self.read)
        head = QHBoxLayout()
        head.addWidget(self.person, 1)
        head.addWidget(self.group, 1)
        head.addWidget(self.again_button)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(self.said)
        column.addWidget(self.rows, 1)
        self.person.currentIndexChanged.connect(self.fill)
        self.group.currentIndexChanged.connect(self.fill)

    def read(self) -> None:
        """Read the end of the log anew."""
        if self._job is not None:
            return
        log = self._engine.log
        show_words(self.said, text("signin.audit_reading", self._desk.language))

        def work(job: jobs.Job) -> list[AuditLine]:
            return audit_lines(log.read(max(log.begins_behind, log.head - LAST_ENTRIES)))

        self._job = jobs.start(work, done=self._take, failed=self._failed)

    def fill(self) -> None:
        """Show what is wanted of what was read."""
        language, zone = self._desk.language, self._desk.state.time_zone
        person, group = str(self.person.currentData() or ""), str(self.group.currentData() or "all")
        lines = wanted(self._lines, person=person, group=group)
        rows = [
            Row(
                f"{line.sequence}/{number}",
                words_of(line, language, zone),
                right=day_and_clock(line.at, zone),
                detail=" · ".join(
                    part
                    for part in (one_line(line.actor, 40), label("role", line.role, language), one_line(line.seat, 40))
                    if part
                ),
                tone="warn" if line.is_serious else "normal",
                is_quiet=True,
            )
            for number, line in enumerate(lines)
        ]
        self.rows.set_rows(rows)
        show_words(self.said, text("signin.audit_count", language, count=len(rows), most=f"{LAST_ENTRIES:,}"))

    def _take(self, lines: list[AuditLine]) -> None:
        self._job = None
        self._lines = lines
        language = self._desk.language
        held = self.person.currentData()
        self.person.blockSignals(True)
        self.person.clear()
        self.person.addItem(text("signin.audit_anybody", language), "")
        accounts = self._desk.state.accounts
        people = {line.actor for line in lines} | {line.about for line in lines} | set(accounts.keys())
        for each in sorted(people - {""}):
            account = accounts.get(each)
            name = f"{account.name} ({each})" if account is not None else each
            self.person.addItem(one_line(name, 80), each)
        self.person.setCurrentIndex(max(0, self.person.findData(held)))
        self.person.blockSignals(False)
        self.fill()

    def _failed(self, problem: BaseException) -> None:
        self._job = None
        show_words(self.said, text("signin.audit_failed", self._desk.language, why=one_line(problem, 200)), "warning")
