"""The situation report over the window: of one incident or all, against an earlier one; kept, and sent to all."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from app import jobs, theme
from app.desk import Desk
from app.parts.forms import at_right, button, plain_label, show_words
from app.parts.names import city_name
from app.parts.over_page import OverPage
from app.situation import printing
from app.situation.sections import Paper, Wording
from app.wording import one_line, text
from app.wording.durations import day_and_clock
from dispatch.account_commands import RecordExport
from dispatch.message_commands import SendMessage
from dispatch.situation import Report, report_situation
from dispatch.state import State

LAST = "last"
_HOURS = (1, 4, 12, 24)
_TONES = {"text": "text", "muted": "muted", "alarm": "alarm", "line": "strong_line"}
KINDS = ("pdf", "html", "txt")


class SituationPage(OverPage):
    """Show how everything stands at an instant. What is kept or sent is what is shown, not what came after."""

    def __init__(self, over: QWidget, desk: Desk, folder: Path | None, *, below: QWidget | None = None) -> None:
        """`folder` is where reports are kept (None: nowhere); the page stays below the widget `below`."""
        super().__init__(over, text("situation.page", desk.language))
        self._below = below
        self._desk, self._folder = desk, folder
        self._made: tuple[State, Report, Paper, str] | None = None
        self._asked = 0
        self._last = _read(folder)
        self.scope, self.since = QComboBox(), QComboBox()
        for box, key in ((self.scope, "situation.scope"), (self.since, "situation.compared")):
            box.setAccessibleName(self._words(key))
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(18)
        self.body = QTextBrowser()
        self.body.setOpenLinks(False)
        self.body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.setAccessibleName(self._words("situation.page"))
        self.said = plain_label()
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.again_button = button(self._words("situation.again"), self.make)
        self.save_buttons = {kind: button(kind.upper(), lambda kind=kind: self.save(kind)) for kind in KINDS}
        self.send_button = button(self._words("situation.send"), self.send_to_all)
        self.close_button = button(self._words("situation.close"), self.hide)
        for kind, made in self.save_buttons.items():
            made.setAccessibleName(self._words("situation.save_as", kind=kind.upper()))
            made.setToolTip(made.accessibleName())
        self._lay_out()
        self.scope.activated.connect(lambda _: self._on_scope())
        self.since.activated.connect(lambda _: self.make())

    @property
    def paper(self) -> Paper | None:
        """Return the report that is shown."""
        return self._made[2] if self._made is not None else None

    def toggle(self) -> None:
        """Show or hide the page; it begins with the whole city."""
        if self.isVisible():
            self.hide()
            return
        self._offer_scopes(self._desk.selection.incident_id)
        self._offer_since()
        show_words(self.said, "")
        self.place()
        self.show()
        self.raise_()
        self.body.setFocus()
        self.make()

    def make(self) -> None:
        """Make the report of now; a worker counts and words it."""
        desk = self._desk
        state, at, by, city = desk.state, desk.clock(), desk.who.actor, city_name(desk)
        incident_id, since_at = self.scope.currentData(), self._since_at(at)
        self._asked += 1
        asked = self._asked
        for made in (*self.save_buttons.values(), self.send_button):
            made.setEnabled(False)

        def work(job: jobs.Job) -> tuple[Report, Paper, str]:
            report = report_situation(state, at, incident_id=incident_id, since_at=since_at)
            wording = Wording(state, report, desk.language, by=by, city=city)
            return report, wording.paper(), wording.brief()

        def done(answer: tuple[Report, Paper, str]) -> None:
            if asked == self._asked:
                self._show(state, *answer)

        def failed(problem: BaseException) -> None:
            show_words(self.said, one_line(problem, 200), "alarm")

        jobs.start(work, done=done, failed=failed)

    def save(self, kind: str) -> None:
        """Keep the report that is shown as a file; a worker writes it, the log is told that it left."""
        if self._made is None or self._folder is None:
            return
        state, report, paper, _ = self._made
        local = day_and_clock(report.at, state.time_zone).replace(" ", "-").replace(":", "")
        name = "situation" + (f"-{report.incident_id}" if report.incident_id is not None else "")
        path = self._folder / f"{name}-{local}.{kind}"
        language = self._desk.language
        write: dict[str, Callable[[], Path]] = {
            "pdf": lambda: printing.write_pdf(paper, path, page_words=_page_words(language)),
            "html": lambda: printing.write_html(paper, path, language=language),
            "txt": lambda: printing.write_text(paper, path),
        }

        def done(made: Path) -> None:
            show_words(self.said, self._words("situation.saved", path=str(made)), "good")
            self._desk.send(RecordExport("situation", f"{made.name}, {report.sequence}"))
            self._remember(report)

        def failed(problem: BaseException) -> None:
            show_words(self.said, self._words("situation.not_saved", reason=one_line(problem, 200)), "warning")

        jobs.start(lambda job: write[kind](), done=done, failed=failed)

    def send_to_all(self) -> None:
        """Send the report in short to every department, with a receipt."""
        if self._made is None or not self._desk.may(SendMessage):
            return
        _, report, _, brief = self._made
        self._desk.send(SendMessage(brief, incident_id=report.incident_id, needs_receipt=True))
        self._remember(report)
        self.send_button.setEnabled(False)
        show_words(self.said, self._words("situation.sent"), "good")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._made is not None and self.isVisible():
            self._paint(self._made[2])  # its colours are those of the look

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(plain_label(self._words("situation.page"), role="title", wraps=False))
        head.addStretch(1)
        head.addWidget(self.scope, 1)
        head.addWidget(self.since, 1)
        head.addWidget(self.again_button)
        foot = at_right(self.send_button)
        for made in self.save_buttons.values():
            foot.addWidget(made)
            if self._folder is None:
                made.hide()
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.body, 1)
        column.addWidget(self.said)
        column.addLayout(foot)

    def _show(self, state: State, report: Report, paper: Paper, brief: str) -> None:
        self._made = (state, report, paper, brief)
        self._paint(paper)
        for made in self.save_buttons.values():
            made.setEnabled(self._folder is not None)
        self.send_button.setEnabled(True)
        self.send_button.setVisible(self._desk.may(SendMessage))

    def _paint(self, paper: Paper) -> None:
        worn = theme.look()
        made = printing.document(paper, theme.text_font(), lambda name: QColor(getattr(worn, _TONES[name])))
        made.setParent(self.body)  # which lets go of the one before
        self.body.setDocument(made)

    def _on_scope(self) -> None:
        self._offer_since()
        self.make()

    def _offer_scopes(self, chosen: int | None) -> None:
        state, language = self._desk.state, self._desk.language
        self.scope.clear()
        self.scope.addItem(self._words("situation.all"), None)
        numbers = sorted(state.open_incidents)
        if chosen in state.incidents and chosen not in state.open_incidents:
            numbers.append(chosen)
        for number in numbers:
            incident = state.incidents[number]
            card = state.cards.get(incident.kind)
            kind = incident.kind if card is None else card.name_zh if language == "zh" and card.name_zh else card.name
            self.scope.addItem(f"{number}  {one_line(kind, 40)}", number)
        self.scope.setCurrentIndex(0)

    def _offer_since(self) -> None:
        kept = self._kept().get(str(self.scope.currentData()))
        self.since.clear()
        self.since.addItem(self._words("situation.no_comparison"), None)
        if kept is not None:
            zone = self._desk.state.time_zone
            self.since.addItem(self._words("situation.since_last", at=day_and_clock(kept, zone)), LAST)
        for hours in _HOURS:
            self.since.addItem(self._words("situation.since_hours", hours=hours), hours)
        self.since.setCurrentIndex(1 if kept is not None else 0)

    def _since_at(self, at: datetime) -> datetime | None:
        chosen = self.since.currentData()
        if chosen == LAST:
            return self._kept().get(str(self.scope.currentData()))
        return at - timedelta(hours=chosen) if chosen is not None else None

    def _remember(self, report: Report) -> None:
        """Remember when the last report of this scope left the desk: the next one is held against it."""
        kept = self._kept()
        kept[str(report.incident_id)] = report.at
        self._last = kept
        if self._folder is None:
            return
        told = {scope: at.isoformat() for scope, at in kept.items()}
        folder = self._folder

        def write(job: jobs.Job) -> None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "last.json").write_text(json.dumps(told), encoding="utf-8")

        jobs.start(write, done=lambda _: None, failed=lambda _: None)

    def _kept(self) -> dict[str, datetime]:
        return dict(self._last)

    def place(self) -> None:
        over = self.parentWidget()
        below = self._below
        top = below.mapTo(over, QPoint(0, below.height())).y() + 8 if below is not None else 30
        width = min(940, over.width() - 60)
        self.setGeometry((over.width() - width) // 2, top, width, over.height() - top - 30)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)


def _page_words(language: str) -> str:
    return text("situation.page_of", language, page="{page}", pages="{pages}")


def _read(folder: Path | None) -> dict[str, datetime]:
    if folder is None:
        return {}
    try:
        told = json.loads((folder / "last.json").read_text(encoding="utf-8"))
        return {str(scope): datetime.fromisoformat(at).astimezone(UTC) for scope, at in told.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
