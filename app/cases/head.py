"""What stands at the top of a case: number, class, degree, what is due, where it is, who answers, what presses."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.cases.due import SOON_S, due_of
from app.cases.reporter import Reporter
from app.cases.stage_mark import draw_stage
from app.cases.words import class_name, due_words, limit_words, place_words, when_words
from app.desk import Desk
from app.parts.forms import plain_label, show_words
from app.parts.names import department_name
from app.wording import label, one_line, plain, text
from dispatch.case import Case, CaseStage
from dispatch.standards import USUAL


class StageMark(QWidget):
    """Show the mark of a stage."""

    def __init__(self) -> None:
        super().__init__()
        self.stage: CaseStage | None = None
        self.setFixedSize(QSize(22, 22))

    def show_stage(self, stage: CaseStage | None, words: str) -> None:
        """Show a stage; its words are for a screen reader and the tooltip."""
        self.stage = stage
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setVisible(stage is not None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.stage is not None:
            painter = QPainter(self)
            draw_stage(painter, self.rect().toRectF(), self.stage)
            painter.end()


class CaseHead(QWidget):
    """Show one case's facts; `tick` keeps what is due true."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.mark = StageMark()
        self.title = plain_label(role="title")
        self.degree = plain_label(wraps=False)
        self.due = plain_label()
        self.place = plain_label()
        self.ground = plain_label(role="muted")
        self.answers = plain_label(role="muted")
        self.source = plain_label(role="muted")
        self.reporter = Reporter(desk)
        self.danger = plain_label()
        self.paused = plain_label()
        self.returned = plain_label()
        self.pending = plain_label()
        self.appeal = plain_label()
        self.contested = plain_label()
        self.text = plain_label()
        self._parts = (
            self.due,
            self.danger,
            self.paused,
            self.returned,
            self.pending,
            self.appeal,
            self.contested,
            self.place,
            self.answers,
            self.text,
            self.source,
            self.ground,
        )
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.title, 1)
        line.addWidget(self.degree, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(line)
        for part in self._parts:
            layout.addWidget(part)
        layout.addWidget(self.reporter)

    def minimumSizeHint(self) -> QSize:
        """Ask for what the words need at this width; a wrapped label alone asks for more."""
        return QSize(1, self.layout().heightForWidth(self.width() if self.width() > 100 else 384))

    def sizeHint(self) -> QSize:
        return QSize(384, self.minimumSizeHint().height())

    def show_case(self, case: Case | None) -> None:
        """Show a case, or that none is in hand."""
        language = self._desk.language
        self.reporter.show_case(case)
        if case is None:
            self.mark.show_stage(None, "")
            show_words(self.title, self._words("case.no_case"))
            show_words(self.degree, "")
            for part in self._parts:
                show_words(part, "")
            return
        state = self._desk.state
        self.mark.show_stage(case.stage, label("case_stage", case.stage.value, language))
        show_words(self.title, f"{case.id}  {class_name(state, case.standard_id, language)}")
        degree = label("case_degree", case.degree, language) if case.degree != USUAL else ""
        show_words(self.degree, degree, "warning" if case.degree == "urgent" else "")
        show_words(self.place, place_words(case.place))
        show_words(self.ground, self._ground(case))
        show_words(self.answers, self._answers(case))
        show_words(self.source, self._source(case))
        show_words(self.text, plain(case.text, 600))
        show_words(self.returned, self._returned(case), "warning")
        show_words(self.pending, self._pending(case), "warning")
        show_words(self.appeal, self._appeal(case), "warning" if case.appeal and len(case.appeal.readings) < 2 else "")
        contested = self._words("case.contested") if case.is_contested else ""
        show_words(self.contested, contested, "warning")
        self.tick(case)

    def tick(self, case: Case | None) -> None:
        """Show what is due as it stands now."""
        if case is None:
            return
        self._show_due(case)
        self._show_danger(case)
        words = ""
        if case.paused:
            why = label("case_pause", case.paused, self._desk.language)
            words = self._words("case.paused", why=why, when=self._when(case.pause_until) if case.pause_until else None)
        show_words(self.paused, words, "notice")

    def _show_due(self, case: Case) -> None:
        now, language = self._desk.clock(), self._desk.language
        if not case.is_open:
            ended = case.closed_at or case.moved_at
            ending = label("case_outcome", case.outcome, language) if case.outcome else ""
            if case.merged_into is not None:
                ending = self._words("case.merged_into", number=case.merged_into)
            show_words(self.due, self._words("case.closed", when=self._when(ended), ending=ending), "good")
            return
        due = due_of(case, with_danger=False)  # the danger has a line of its own
        if due is None:
            show_words(self.due, "" if case.paused else self._words("cases.no_limit"))
            return
        left_s = (due.at - now).total_seconds()
        level = "alarm" if left_s < 0 else "warning" if left_s < SOON_S else ""
        words = [self._due_words(due.clock, case), due_words(due.at, now, language), self._when(due.at)]
        if case.close_due_at is not None and due.clock != "case":
            words.append(self._words("case.close_by", when=self._when(case.close_due_at)))
        show_words(self.due, ("⚠ " if level else "") + " · ".join(words), level)

    def _due_words(self, clock: str, case: Case) -> str:
        language = self._desk.language
        if clock == "stage":
            return label("case_stage_short", case.stage.value, language)
        return label("case_clock_long", clock, language)

    def _show_danger(self, case: Case) -> None:
        safe, language = case.make_safe, self._desk.language
        if safe is None:
            show_words(self.danger, "")
            return
        who = department_name(self._desk.state, safe.department, language) if safe.department else None
        if safe.done_at is not None:
            show_words(self.danger, self._words("case.made_safe", when=self._when(safe.done_at)), "good")
            return
        left = due_words(safe.due_at, self._desk.clock(), language) if safe.due_at is not None else None
        when = self._when(safe.due_at) if safe.due_at is not None else None
        words = self._words("case.danger", who=who, left=left, when=when)
        show_words(self.danger, f"⚠ {words}", "alarm")

    def _ground(self, case: Case) -> str:
        state, language, place = self._desk.state, self._desk.language, case.place
        area = ""
        if place.area:
            found = next((each for each in state.areas.areas if each.id == place.area), None)
            area = one_line(place.area, 40)
            if found is not None:
                area = one_line(found.name_zh if language == "zh" and found.name_zh else found.name, 60)
        parts = []
        if area:
            parts.append(area)
        for key, code in (("cell", place.cell), ("community", place.community), ("component", place.component)):
            # A community is the beginning of its cell's code: said once is enough.
            if code and not (key == "community" and place.cell.startswith(code)):
                parts.append(self._words("case.code", kind=label("code_kind_short", key, language), code=code))
        return " · ".join(parts)

    def _answers(self, case: Case) -> str:
        state, language = self._desk.state, self._desk.language
        parts = []
        if case.department:
            key = "case.ruled" if case.ruled == case.department else "case.with"
            parts.append(self._words(key, name=department_name(state, case.department, language)))
        elif case.answerable:
            parts.append(self._words("case.answerable", name=department_name(state, case.answerable, language)))
        else:
            parts.append(self._words("case.nobody_answers"))
        if case.collector:
            parts.append(self._words("case.collector", name=one_line(case.collector, 40)))
        return " · ".join(parts)

    def _source(self, case: Case) -> str:
        source = label("case_source", case.source, self._desk.language)
        by = one_line(case.reported_by, 40)
        return self._words("case.source", source=source, when=self._when(case.reported_at), name=by or None)

    def _returned(self, case: Case) -> str:
        if case.fixer is None or not case.returns:
            return ""
        last, language = case.returns[-1], self._desk.language
        return self._words(
            "case.returned",
            start=label("case_stage_short", last.start.value, language),
            name=one_line(last.actor, 40),
            reason=one_line(last.reason, 300),
            fixer=label("case_stage_short", case.fixer.value, language),
        )

    def _pending(self, case: Case) -> str:
        asked = case.pending
        if asked is None:
            return ""
        return self._words(
            "case.pending",
            amount=limit_words(asked.limit, self._desk.language),
            name=one_line(asked.actor, 40),
            reason=one_line(asked.reason, 300),
        )

    def _appeal(self, case: Case) -> str:
        appeal, language = case.appeal, self._desk.language
        if appeal is None:
            return ""
        name = department_name(self._desk.state, appeal.department, language)
        reason = one_line(appeal.reason, 300)
        if len(appeal.readings) < 2:
            return self._words("case.appeal", name=name, reason=reason, count=len(appeal.readings))
        verdict = label("verdict", "upheld" if appeal.is_upheld else "dismissed", language)
        return self._words("case.appeal_read", name=name, reason=reason, verdict=verdict)

    def _when(self, at: object) -> str:
        state = self._desk.state
        return when_words(at, self._desk.clock(), state.time_zone, self._desk.language)  # type: ignore[arg-type]

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
