"""The forms of a major incident for other people: briefing, summary and activity log, as PDF and HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox

from app import jobs
from app.case_forms.fields import ChoiceField
from app.desk import Desk
from app.major.ics_pages import Paper, write_form
from app.major.page import Page, Sheet
from app.parts.forms import number_field, plain_label, show_words
from app.parts.names import city_name
from app.parts.row import Row
from app.parts.row_list import RowList
from app.saving.where import documents
from app.wording import label, one_line, sentence, text
from app.wording.screen import say
from dispatch.account_commands import RecordExport
from dispatch.commands import Body
from dispatch.events import Entry, LogKind
from dispatch.ics import Form
from dispatch.ics_201 import ics_201
from dispatch.ics_209 import ics_209
from dispatch.ics_214 import SEAT, UNIT, ics_214
from dispatch.major_now import bound_units
from dispatch.refused import Refused

NUMBERS = ("201", "209", "214")
MOST_WRITTEN = 50


def forms_folder() -> Path:
    """Return where forms are written: the user's documents."""
    return documents() / "Opsroom"


class _FormSheet(Sheet):
    def __init__(self, desk: Desk, write: Callable[[], None]) -> None:
        super().__init__(desk, text("major.write_form", desk.language), has_cancel=False)
        self._write = write
        self.number = ChoiceField(
            text("major.form", desk.language), [(each, label("ics_title", each, desk.language)) for each in NUMBERS]
        )
        self.fields.addWidget(self.number)
        self.owner = QComboBox()
        self.owner_caption = self.add("major.form_owner", self.owner)
        self.report, self.report_caption = number_field(), None
        self.report.setRange(1, 999)
        self.report_caption = self.add("major.report_number", self.report)
        self.prepared_by = self.line("major.prepared_by", longest=100)
        self.approved_by = self.line("major.approved_by", longest=100)
        self.approved_caption = self.captions[self.approved_by]
        self.number.chosen.connect(lambda _: self.show_fields())
        self.number.choose(NUMBERS[0])
        self.show_fields()

    def show_fields(self) -> None:
        """Show what the chosen form asks for."""
        chosen = self.number.choice
        for part in (self.owner, self.owner_caption):
            part.setVisible(chosen == "214")
        for part in (self.report, self.report_caption, self.approved_by, self.approved_caption):
            part.setVisible(chosen == "209")

    def body(self) -> Body | None:
        """Write the form; nothing is asked of the log before it lies there."""
        self._write()
        return None


class PapersPage(Page):
    """Choose a form; it is written in the background, and its export stands in the log.

    `paper` is asked for what paints the map round an incident; `folder` is where the files go.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.folder = forms_folder()
        self.paper: Callable[[int], Callable[[], QImage] | None] = lambda number: None
        self._written: list[Row] = []
        self._is_writing = False
        self.sheet = _FormSheet(desk, self.write)
        self.where = plain_label(" ", role="muted")
        self.said = plain_label()
        self.list = RowList(self.words("major.written"))
        self.keep(self.sheet, RecordExport, is_open=True)
        self.column.addWidget(self.where)
        self.column.addWidget(self.said)
        self.column.addWidget(self.list, 1)
        self.column.addStretch(0)
        self.list.hide()

    def begin(self) -> None:
        """Begin with the units and seats of another incident; whoever sits here prepares it."""
        account = self._desk.state.accounts.get(self._desk.who.actor)
        self.sheet.prepared_by.setText(one_line(account.name if account is not None else self._desk.who.actor, 100))
        show_words(self.said, "")

    def refresh(self) -> None:
        """Offer whose activity log it may be."""
        wanted = [(f"{UNIT}:{each}", one_line(each, 60)) for each in bound_units(self._desk.state, self.number)]
        seat = self._desk.who.seat
        if seat:
            wanted.append((f"{SEAT}:{seat}", self.words("major.seat", seat=one_line(seat, 40))))
        owner = self.sheet.owner
        if [owner.itemData(at) for at in range(owner.count())] != [each for each, _ in wanted]:
            kept = owner.currentData()
            owner.clear()
            for each, words in wanted:
                owner.addItem(words, each)
            owner.setCurrentIndex(max(0, owner.findData(kept)))
        show_words(self.where, self.words("major.written_to", folder=str(self.folder)))

    def write(self) -> None:
        """Write the chosen form in the background."""
        if self._is_writing or self.major is None:
            return
        self._is_writing = True
        self.sheet.do_button.setEnabled(False)
        show_words(self.said, self.words("major.writing"))
        desk, number, form_number = self._desk, self.number, self.sheet.number.choice or NUMBERS[0]
        make = self._maker(form_number)
        at = desk.clock()
        kind = desk.state.kind
        paper = Paper(
            city_name(desk),
            say(kind.value, desk.language) if kind is not None and kind is not LogKind.LIVE else "",
            desk.language,
            desk.state.time_zone,
        )
        owner = str(self.sheet.owner.currentData() or "").partition(":")[2] if form_number == "214" else ""
        safe = re.sub(r"[^A-Za-z0-9]+", "-", owner).strip("-").lower()[:40]
        name = "-".join(
            part for part in ("ics", form_number, f"incident-{number}", safe, f"{at:%Y%m%d-%H%M%S}") if part
        )
        paint = self.paper(number) if form_number == "201" else None
        folder = self.folder

        def work(job: jobs.Job) -> tuple[Path, Path]:
            return write_form(make(), paper, folder, name, paint=paint)

        jobs.start(work, done=lambda paths: self._done(form_number, paths), failed=self._failed)

    def _maker(self, form_number: str) -> Callable[[], Form]:
        """Return what makes the form from the state as it stands now; it runs in another thread."""
        desk, number, state, at = self._desk, self.number, self._desk.state, self._desk.clock()
        prepared_by = self.sheet.prepared_by.text().strip()
        approved_by, report = self.sheet.approved_by.text().strip(), self.sheet.report.value()
        entries: Sequence[Entry] = desk.history(number) if desk.history is not None and form_number != "201" else ()
        owner_kind, _, owner = str(self.sheet.owner.currentData() or "").partition(":")
        if form_number == "201":
            return lambda: ics_201(state, number, at=at, prepared_by=prepared_by)
        if form_number == "209":
            return lambda: ics_209(
                state,
                number,
                at=at,
                entries=entries,
                prepared_by=prepared_by,
                approved_by=approved_by,
                report_number=report,
            )
        return lambda: ics_214(
            state,
            number,
            at=at,
            entries=entries,
            owner=owner,
            owner_kind=owner_kind or UNIT,
            prepared_by=prepared_by,
        )

    def _done(self, form_number: str, paths: tuple[Path, Path]) -> None:
        self._is_writing = False
        self.sheet.do_button.setEnabled(True)
        pdf, web = paths
        self._desk.send(RecordExport(f"ics_{form_number}", f"{pdf.name}, {web.name}"))
        title = label("ics_title", form_number, self._desk.language)
        row = Row(pdf.name, title, right=self.when(self._desk.clock()), detail=f"{pdf.name}\n{web.name}", is_quiet=True)
        self._written = [row, *self._written][:MOST_WRITTEN]
        self.list.set_rows(self._written)
        self.list.show()
        show_words(self.said, self.words("major.form_written", name=pdf.name), "good")
        if form_number == "209":
            self.sheet.report.setValue(self.sheet.report.value() + 1)

    def _failed(self, problem: BaseException) -> None:
        self._is_writing = False
        self.sheet.do_button.setEnabled(True)
        desk = self._desk
        reason = (
            sentence(problem.code, problem.parameters, desk.language, zone=desk.state.time_zone)
            if isinstance(problem, Refused)
            else one_line(problem, 200)
        )
        show_words(self.said, self.words("major.form_failed", reason=reason), "alarm")
