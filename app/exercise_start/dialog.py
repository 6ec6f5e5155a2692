"""The dialog that begins an exercise: a stretch of history, a scenario, or one to go on with."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDateTime, Qt, QTimeZone
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app import jobs
from app.bootstrap import default_log
from app.desk import Desk
from app.exercise_start.span import Span, span_of
from app.exercise_start.starting import Starting
from app.parts.forms import button, plain_label, show_words
from app.wording import label, one_line, text
from dispatch.events import LogKind

HISTORY, SCENARIO, GOES_ON = "history", "scenario", "goes_on"
SHORTEST_MIN, LONGEST_MIN, USUAL_MIN = 1, 24 * 60, 60
SOURCES = {HISTORY: "play.new_history", SCENARIO: "play.new_scenario", GOES_ON: "play.new_goes_on"}
FILTERS = {HISTORY: "*.db", SCENARIO: "*.toml", GOES_ON: "*.db"}


class NewExercise(QDialog):
    """Ask what is to be played, and start it beside this desk."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._language = desk, desk.language
        self._zone = desk.state.time_zone or "UTC"
        self._span: Span | None = None
        self._starting: Starting | None = None
        self.setObjectName("new_exercise")
        self.setWindowTitle(self._words("play.new_title"))
        self.source = QComboBox()
        for name, words in SOURCES.items():
            self.source.addItem(self._words(words), name)
        self.file = QLineEdit()
        self.file.setMinimumWidth(360)
        self.choose_button = button(self._words("play.new_choose"), self._choose)
        self.span = plain_label()
        self.begins = QDateTimeEdit()
        self.begins.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.begins.setCalendarPopup(True)
        self.begins.setTimeZone(QTimeZone(self._zone.encode()))
        self.lasts = QSpinBox()
        self.lasts.setRange(SHORTEST_MIN, LONGEST_MIN)
        self.lasts.setValue(USUAL_MIN)
        self.lasts.setSuffix(self._words("play.new_minutes"))
        self.seed = QSpinBox()
        self.seed.setRange(1, 999_999)
        self.out = QLineEdit()
        self.trainer = QCheckBox(self._words("play.new_trainer"))
        self.said = plain_label()
        self.go_button = button(self._words("play.new_go"), self.go, role="primary")
        self.close_button = button(self._words("play.new_cancel"), self.close)
        self._lay_out()
        self.source.currentIndexChanged.connect(self._on_source)
        self.file.editingFinished.connect(self._on_file)
        self._on_source()

    def words(self) -> list[str]:
        """Return the arguments of `opsroom` for what is chosen. Raises ValueError, worded, for what cannot be."""
        kind, file, out = self.source.currentData(), self.file.text().strip(), self.out.text().strip()
        if not file or (kind != GOES_ON and not out):
            raise ValueError(self._words("play.new_missing"))
        assert self._desk.city is not None
        asked = ["exercise", "play", "--city", str(self._desk.city.folder), "--language", self._language]
        if self.trainer.isChecked():
            asked.append("--trainer")
        if kind == GOES_ON:
            return [*asked, "--log", file]
        if Path(out).exists():
            raise ValueError(self._words("play.new_there", file=one_line(out, 160)))
        asked += ["--log", out, "--seed", str(self.seed.value())]
        if kind == SCENARIO:
            return [*asked, file]
        from_at = self._from_at()
        if self._span is not None and not self._span.first_at <= from_at <= self._span.last_at:
            raise ValueError(self._words("play.new_outside"))
        until_at = from_at + timedelta(minutes=self.lasts.value())
        return [*asked, "--history", file, "--from", from_at.isoformat(), "--until", until_at.isoformat()]

    def go(self) -> None:
        """Start what is chosen, or say what is wrong with it."""
        try:
            words = self.words()
        except ValueError as problem:
            show_words(self.said, str(problem), "warning")
            return
        self.go_button.setEnabled(False)
        show_words(self.said, self._words("play.new_starting"))
        self._starting = Starting(words, self)
        self._starting.failed.connect(self._on_failed)
        self._starting.stands.connect(self._on_stands)
        self._starting.start()

    def _on_failed(self, words: str) -> None:
        self.go_button.setEnabled(True)
        self._starting = None
        show_words(self.said, self._words("play.new_failed", reason=one_line(words, 300)), "warning")

    def _on_stands(self) -> None:
        self.go_button.setEnabled(True)
        show_words(self.said, self._words("play.new_started"), "good")
        self._suggest()

    def _on_source(self) -> None:
        kind = self.source.currentData()
        for part in (self.begins, self.lasts):
            part.setEnabled(kind == HISTORY)
        for part in (self.seed, self.out):
            part.setEnabled(kind != GOES_ON)
        self.file.clear()
        self._span = None
        show_words(self.span, "")
        show_words(self.said, "")
        self._suggest()

    def _choose(self) -> None:
        kind = self.source.currentData()
        name, _ = QFileDialog.getOpenFileName(self, self._words(SOURCES[kind]), self.file.text(), FILTERS[kind])
        if name:
            self.file.setText(name)
            self._on_file()

    def _on_file(self) -> None:
        file, kind = self.file.text().strip(), self.source.currentData()
        if not file:
            return
        self._suggest()
        if kind != HISTORY:
            return
        self._span = None
        show_words(self.span, self._words("play.new_reading"))

        def done(found: Span) -> None:
            if self.file.text().strip() == file and self.source.currentData() == HISTORY:
                self._show_span(found)

        def failed(problem: BaseException) -> None:
            if self.file.text().strip() == file:
                words = self._words("play.new_no_log", reason=one_line(problem, 200))
                show_words(self.span, words, "warning")

        jobs.start(lambda job: span_of(Path(file)), done=done, failed=failed)

    def _show_span(self, found: Span) -> None:
        if found.kind != LogKind.HISTORY.value:
            kind = label("log_kind", found.kind, self._language) if found.kind else "–"
            show_words(self.span, self._words("play.new_not_history", kind=kind), "warning")
            return
        self._span = found
        zone = ZoneInfo(self._zone)
        first, last = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (found.first_at, found.last_at))
        show_words(self.span, self._words("play.new_span", first=first, last=last))
        if not found.first_at <= self._from_at() <= found.last_at:
            middle = found.first_at + (found.last_at - found.first_at) / 2
            self.begins.setDateTime(QDateTime.fromSecsSinceEpoch(round(middle.timestamp()), self.begins.timeZone()))

    def _from_at(self) -> datetime:
        return datetime.fromtimestamp(self.begins.dateTime().toSecsSinceEpoch(), UTC).replace(second=0)

    def _suggest(self) -> None:
        """Suggest a name that no file has, among the logs of this city."""
        assert self._desk.city is not None
        stem = re.sub(r"[^\w-]+", "-", Path(self.file.text().strip() or "exercise").stem).strip("-")[:40] or "exercise"
        folder = default_log(self._desk.city, LogKind.EXERCISE).parent
        names = (folder / f"exercise-{stem}{f'-{number}' if number > 1 else ''}.db" for number in range(1, 10_000))
        self.out.setText(str(next(file for file in names if not file.exists())))

    def _lay_out(self) -> None:
        about = plain_label(self._words("play.new_about"), role="muted")
        chosen = QHBoxLayout()
        chosen.addWidget(self.file, 1)
        chosen.addWidget(self.choose_button)
        when = QHBoxLayout()
        when.addWidget(self.begins, 1)
        when.addWidget(plain_label(self._words("play.new_lasts"), role="muted", wraps=False))
        when.addWidget(self.lasts)
        rows = QFormLayout()
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        rows.addRow(self.source)
        rows.addRow(self._words("play.new_file"), chosen)
        rows.addRow("", self.span)
        rows.addRow(self._words("play.new_from"), when)
        rows.addRow(self._words("play.new_seed"), self.seed)
        rows.addRow(self._words("play.new_out"), self.out)
        rows.addRow("", self.trainer)
        for number, part in ((1, self.file), (3, self.begins), (4, self.seed), (5, self.out)):
            words = rows.itemAt(number, QFormLayout.ItemRole.LabelRole).widget().text()  # type: ignore[union-attr,attr-defined]
            part.setAccessibleName(words)
        foot = QHBoxLayout()
        foot.addWidget(self.said, 1)
        foot.addWidget(self.go_button)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        column.addWidget(about)
        column.addLayout(rows)
        column.addStretch(1)
        column.addLayout(foot)
        self.setMinimumWidth(640)

    def _words(self, code: str, **values: object) -> str:
        return text(code, self._language, **values)
