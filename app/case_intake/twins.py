"""Open cases that a report may be the same thing as, beside the report; one of them is in hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.cases.words import class_name, place_words
from app.desk import Desk
from app.parts.forms import button, plain_label
from app.parts.row import Row
from app.parts.row_list import RowList
from app.wording import label, text
from app.wording.durations import distance, rough_span
from dispatch.case_commands import MergeCase
from dispatch.duplicates import COMPONENT, Suggestion


class Twins(QWidget):
    """Show suggestions; `same_wanted` says that the report is the same thing as the case in hand."""

    same_wanted = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        words = text("case_intake.twins", desk.language)
        self.title = plain_label(words, role="muted", wraps=False)
        self.rows = RowList(words, grows=True, most_rows=3)
        self.same_button = button("", self._on_same)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.same_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(self.rows)
        self.rows.pointed.connect(self._name)
        self.hide()

    @property
    def case_id(self) -> int | None:
        """Return the case in hand, None where none stands here."""
        key = self.rows.current_key
        return int(key) if key else None

    def show_found(self, found: Sequence[Suggestion]) -> None:
        """Show suggestions, the likeliest first."""
        self.rows.set_rows([self._row(each) for each in found], take_first=True)
        self.setVisible(bool(found))
        self._name()

    def _name(self) -> None:
        number, language = self.case_id, self._desk.language
        if number is not None:
            may_merge = self._desk.may(MergeCase)
            self.same_button.setText(text("case_intake.same", language, number=number))
            tip = text("case_intake.same_tip" if may_merge else "case_intake.same_note_tip", language, number=number)
            self.same_button.setToolTip(tip)
            self.same_button.setAccessibleName(tip)

    def _on_same(self) -> None:
        if self.case_id is not None:
            self.same_wanted.emit(self.case_id)

    def _row(self, one: Suggestion) -> Row:
        desk, language = self._desk, self._desk.language
        case = desk.state.cases[one.case_id]
        away = distance(one.distance_m)
        if COMPONENT in one.reasons:
            away = text("case_intake.certain", language)
        detail = [
            text("case_intake.ago", language, span=rough_span(one.age_s)),
            label("case_stage", case.stage.value, language),
            place_words(case.place),
        ]
        if one.words is not None and one.words >= 0.5:
            detail.append(text("case_intake.alike", language, percent=round(100 * one.words)))
        name = f"{case.id}  {class_name(desk.state, case.standard_id, language)}"
        return Row(str(case.id), name, right=away, detail=" · ".join(detail))
