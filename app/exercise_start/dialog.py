"""The dialog that begins an exercise: a stretch of history, a scenario, or one to go on with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

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
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from app import jobs
from app.beside.window_apart import WindowApart
from app.desk import Desk
from app.exercise_start.free_log import free_log
from app.exercise_start.scenarios import offered_by, scenario_of
from app.exercise_start.span import Span, span_of
from app.exercise_start.words import scenario_words, span_words
from app.parts.forms import button, number_field, plain_label, show_words
from app.wording import label, one_line, text
from dispatch.events import LogKind
from dispatch.exercise.beside import read_exercise
from dispatch.exercise.exercise import Exercise
from dispatch.scenario import Scenario
from gis.located_toml import first_problem

HISTORY, SCENARIO, GOES_ON = "history", "scenario", "goes_on"
FIRST_AT = datetime(2026, 1, 1, 8, tzinfo=UTC)  # as `opsroom exercise play` begins a scenario
SHORTEST_MIN, LONGEST_MIN, USUAL_MIN = 1, 24 * 60, 60
SOURCES = {SCENARIO: "play.new_scenario", HISTORY: "play.new_history", GOES_ON: "play.new_goes_on"}
FILTERS = {HISTORY: "*.db", SCENARIO: "*.toml", GOES_ON: "*.db"}


class NewExercise(QDialog):
    """Ask what is to be played, and start it beside this desk."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._language = desk, desk.language
        self._zone = desk.state.time_zone or "UTC"
        self._span: Span | None = None
        self._why_not = ""  # the file cannot be played
        self._play = WindowApart(self)
        self._play.failed.connect(self._on_failed)
        self._play.stands.connect(self._on_stands)
        self.setObjectName("new_exercise")
        self.setWindowTitle(self._words("play.new_title"))
        self.source = QComboBox()
        for name, words in SOURCES.items():
            self.source.addItem(self._words(words), name)
        self.offered = QComboBox()
        assert desk.city is not None
        for each in offered_by(desk.city.folder):
            self.offered.addItem(one_line(each.called(self._language), 80), str(each.file))
        self.offered.addItem(self._words("play.new_other"), "")
        self.file = QLineEdit()
        self.file.setMinimumWidth(360)
        self.choose_button = button(self._words("play.new_choose"), self._choose)
        self.span = plain_label()
        self.begins = QDateTimeEdit()
        self.begins.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.begins.setCalendarPopup(True)
        self.begins.setTimeZone(QTimeZone(self._zone.encode()))
        self.lasts = number_field()
        self.lasts.setRange(SHORTEST_MIN, LONGEST_MIN)
        self.lasts.setValue(USUAL_MIN)
        self.lasts.setSuffix(self._words("play.new_minutes"))
        self.seed = number_field()
        self.seed.setRange(1, 999_999)
        self.seed.setMaximumWidth(140)
        self.out = QLineEdit()
        self.trainer = QCheckBox(self._words("play.new_trainer"))
        self.said = plain_label()
        self.go_button = button(self._words("play.new_go"), self.go, role="primary")
        self.close_button = button(self._words("play.new_cancel"), self.close)
        self._lay_out()
        self.source.currentIndexChanged.connect(self._on_source)
        self.offered.currentIndexChanged.connect(self._on_offered)
        self.file.editingFinished.connect(self._on_file)
        self._on_source()

    def words(self) -> list[str]:
        """Return the arguments of `opsroom` for what is chosen. Raises ValueError, worded, for what cannot be."""
        kind, file, out = self.source.currentData(), self.file.text().strip(), self.out.text().strip()
        if not file or (kind != GOES_ON and not out):
            raise ValueError(self._words("play.new_missing"))
        if self._why_not:
            raise ValueError(self._why_not)
        assert self._desk.city is not None
        asked = ["exercise", "play", "--city", str(self._desk.city.folder), "--language", self._language]
        if self.trainer.isChecked():
            asked.append("--trainer")
        if kind == GOES_ON:
            return [*asked, "--log", file]
        if Path(out).exists():
            raise ValueError(self._words("play.new_there", file=one_line(out, 160)))
        asked += ["--log", out, "--seed", str(self.seed.value())]
        from_at = self._from_at()
        if kind == SCENARIO:
            return [*asked, "--start", from_at.isoformat(), file]
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
        self._play.start(words)

    def _on_failed(self, words: str) -> None:
        self.go_button.setEnabled(True)
        show_words(self.said, self._words("play.new_failed", reason=one_line(words, 300)), "warning")

    def _on_stands(self) -> None:
        self.go_button.setEnabled(True)
        show_words(self.said, self._words("play.new_started"), "good")
        self._suggest()

    def _on_source(self) -> None:
        kind = self.source.currentData()
        for part, kinds in (
            (self.offered, (SCENARIO,)),
            (self._when, (SCENARIO, HISTORY)),
            (self.seed, (SCENARIO, HISTORY)),
            (self._kept, (SCENARIO, HISTORY)),
        ):
            self._rows.setRowVisible(part, kind in kinds)
        for part in (self.lasts, self._lasts_caption):
            part.setVisible(kind == HISTORY)
        self.file.clear()
        self._span, self._why_not = None, ""
        self.seed.setValue(1)
        if kind == SCENARIO:
            self.begins.setDateTime(self._local(FIRST_AT))
        show_words(self.span, "")
        show_words(self.said, "")
        self._on_offered()

    def _on_offered(self) -> None:
        """Take the scenario that is chosen of the city's own; one of another file is named below."""
        is_scenario = self.source.currentData() == SCENARIO
        own = self.offered.currentData() if is_scenario else ""
        self._rows.setRowVisible(self._chosen, not own)
        if is_scenario:
            self.file.setText(own)
            show_words(self.span, "")
        self._suggest()
        self._on_file()

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
        self._span, self._why_not = None, ""
        show_words(self.said, "")
        show_words(self.span, self._words("play.new_reading"))
        if kind == HISTORY:
            self._why_not = self._words("play.new_reading")  # nobody knows yet of which city it is
        assert self._desk.city is not None
        reads: dict[str, tuple[Callable[[Path], Any], Callable[[Any], None]]] = {
            HISTORY: (span_of, self._show_span),
            SCENARIO: (partial(scenario_of, city=self._desk.city), self._show_scenario),
            GOES_ON: (read_exercise, self._show_exercise),
        }
        read, show = reads[kind]

        def is_asked() -> bool:
            return isValid(self) and self.file.text().strip() == file and self.source.currentData() == kind

        def failed(problem: BaseException) -> None:
            if is_asked():
                code = "play.new_no_scenario" if kind == SCENARIO else "play.new_no_log"
                self._refuse(self._words(code, reason=one_line(first_problem(problem), 300)))

        def done(found: Any) -> None:
            if is_asked():
                show(found)

        jobs.start(lambda job: read(Path(file)), done=done, failed=failed)

    def _show_scenario(self, found: Scenario) -> None:
        """Say what a scenario holds, and offer the seed that it was written with."""
        show_words(self.span, scenario_words(found, self._language))
        if self.seed.minimum() <= found.seed <= self.seed.maximum():
            self.seed.setValue(found.seed)

    def _show_span(self, found: Span) -> None:
        if found.kind != LogKind.HISTORY.value:
            kind = label("log_kind", found.kind, self._language) if found.kind else "–"
            self._refuse(self._words("play.new_not_history", kind=kind))
            return
        if not self._is_here(found.city):
            return
        self._span, self._why_not = found, ""
        show_words(self.span, span_words(found, self._zone, self._language))
        if not found.first_at <= self._from_at() <= found.last_at:
            middle = found.first_at + (found.last_at - found.first_at) / 2
            self.begins.setDateTime(self._local(middle))

    def _show_exercise(self, found: Exercise) -> None:
        if self._is_here(found.city):
            name, city = one_line(found.name, 80), one_line(found.city, 60)
            show_words(self.span, self._words("play.new_exercise", name=name, city=city))

    def _is_here(self, city: str) -> bool:
        """Tell whether a log is of the city that is shown; another one's is refused in its name."""
        assert self._desk.city is not None
        here = self._desk.city.name
        if city != here:
            self._refuse(self._words("play.new_elsewhere", city=one_line(city, 60) or "–", here=one_line(here, 60)))
        return city == here

    def _refuse(self, words: str) -> None:
        self._why_not = words
        show_words(self.span, words, "warning")

    def _local(self, at: datetime) -> QDateTime:
        return QDateTime.fromSecsSinceEpoch(round(at.timestamp()), self.begins.timeZone())

    def _from_at(self) -> datetime:
        return datetime.fromtimestamp(self.begins.dateTime().toSecsSinceEpoch(), UTC).replace(second=0)

    def _suggest(self) -> None:
        """Suggest a name that no file has, among the logs of this city."""
        assert self._desk.city is not None
        self.out.setText(str(free_log(self._desk.city, self.file.text().strip())))

    def _lay_out(self) -> None:
        about = plain_label(self._words("play.new_about"), role="muted")
        self._chosen, self._when, self._kept = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._chosen.addWidget(self.file, 1)
        self._chosen.addWidget(self.choose_button)
        self._lasts_caption = plain_label(self._words("play.new_lasts"), role="muted", wraps=False)
        self._when.addWidget(self.begins, 1)
        self._when.addWidget(self._lasts_caption)
        self._when.addWidget(self.lasts)
        self._kept.addWidget(self.out, 1)
        self._rows = rows = QFormLayout()
        rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for code, row, part in (
            ("play.new_source", self.source, self.source),
            ("play.new_offered", self.offered, self.offered),
            ("play.new_file", self._chosen, self.file),
            ("", self.span, self.span),
            ("play.new_from", self._when, self.begins),
            ("play.new_seed", self.seed, self.seed),
            ("play.new_out", self._kept, self.out),
            ("", self.trainer, self.trainer),
        ):
            rows.addRow(self._words(code) if code else "", row)  # type: ignore[call-overload]
            if code:
                part.setAccessibleName(self._words(code))
        foot = QHBoxLayout()
        foot.addStretch(0)
        foot.addWidget(self.said, 100)
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
