"""Forms that tie a case to an incident or to another case: escalate, bring back, merge."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox

from app.case_forms.form import CaseForm
from app.cases.words import class_name, place_words
from app.desk import Desk
from app.intake.kind_field import KindField, kind_name
from app.parts.forms import plain_label, show_words
from app.parts.row import Row
from app.parts.row_list import RowList
from app.parts.word_entry import WordEntry
from app.wording import label, listed, one_line
from app.wording.durations import distance, rough_span
from dispatch import case_commands as k
from dispatch.case import Case
from dispatch.commands import Body
from dispatch.duplicates import Suggestion, suggest_for
from gis.measure import distance_m

_MOST_NUMBER = 2**53
_MOST_INCIDENTS = 30


class EscalateForm(CaseForm):
    """Make it an emergency at once: a new incident, or one that is open; red, because everything else waits for it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.EscalateCase, role="danger")
        self.incident = QComboBox()
        self.incident.setAccessibleName(self._words("case_form.incident"))
        self.incident.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.incident.setMinimumContentsLength(12)
        self.kind = KindField(desk)
        self._add("case_form.incident", self.incident)
        self.fields.addWidget(self.kind)
        self.entry = self._add_words("case_form.reason", is_needed=True)
        self.incident.currentIndexChanged.connect(lambda _: self._on_incident())
        self.kind.chosen.connect(lambda _: self.check())
        self.kind.cleared.connect(self.check)

    def fill(self, case: Case) -> None:
        """Begin with a new incident of the kind that the class names."""
        super().fill(case)
        state = self._desk.state
        with QSignalBlocker(self.incident):
            self.incident.clear()
            self.incident.addItem(self._words("case_form.new_incident"), None)
            for apart_m, number in self._nearest(case):
                incident = state.incidents[number]
                kind, place = kind_name(self._desk, incident.kind), one_line(incident.location.text, 60)
                parts = (str(number), kind, place, distance(apart_m))
                self.incident.addItem("  ".join(part for part in parts if part), number)
        standard = state.classes.get(case.standard_id)
        self.kind.set_kind((standard.emergency or standard.card) if standard is not None else "")
        self._on_incident()

    def bodies(self) -> tuple[Body, ...]:
        """Return the escalation."""
        number = self.incident.currentData()
        kind = "" if number is not None else self.kind.kind
        return (k.EscalateCase(self.number, self.entry.words, kind, number),)

    def needs(self) -> str:
        """Ask for the kind of a new incident."""
        is_missing = self.incident.currentData() is None and not self.kind.kind
        return self._words("case_form.needs_kind") if is_missing else ""

    def take_focus(self) -> None:
        """Begin with the kind where it is not known, else with the reason."""
        (self.entry if self.kind.kind else self.kind).setFocus()

    def _nearest(self, case: Case) -> list[tuple[float, int]]:
        """List open incidents with how far they are, in metres, the nearest first."""
        state, where = self._desk.state, case.place.location
        found = []
        for number in state.open_incidents:
            there = state.incidents[number].location
            found.append((distance_m((where.lon, where.lat), (there.lon, there.lat)), number))
        return sorted(found)[:_MOST_INCIDENTS]

    def _on_incident(self) -> None:
        self.kind.setVisible(self.incident.currentData() is None)
        self.check()


class MergeForm(CaseForm):
    """Say that it is the same thing as another: those that look like it are listed, any other by its number."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, k.MergeCase)
        self.alike = RowList(self._words("case_form.alike"), grows=True, most_rows=4)
        self.none_alike = plain_label(role="muted")
        self.other = WordEntry()
        self.other.setMaxLength(16)
        self.other.setPlaceholderText(self._words("case_form.other_number"))
        self.other.setAccessibleName(self._words("case_form.other_number"))
        self.into = plain_label()
        for each in (self.alike, self.none_alike, self.other, self.into):
            self.fields.addWidget(each)
        self.entry = self._add_words("case_form.words")
        self.alike.chosen.connect(self.other.setText)
        self.alike.pointed.connect(self.other.setText)
        self.other.textChanged.connect(lambda _: self._on_other())
        self.other.moved.connect(self.alike.move)

    def fill(self, case: Case) -> None:
        """List what it may be the same as."""
        super().fill(case)
        found = suggest_for(self._desk.state, case.id)
        with QSignalBlocker(self.alike):
            self.alike.set_rows([self._row(each) for each in found])
        self.alike.setVisible(bool(found))
        show_words(self.none_alike, "" if found else self._words("case_form.none_alike"))
        self.other.setText("")
        self._on_other()

    def begin_with(self, into: int) -> None:
        """Begin with the case that somebody has chosen elsewhere."""
        self.other.setText(str(into))
        self.alike.take_key(str(into))

    def bodies(self) -> tuple[Body, ...]:
        """Return the merging."""
        other = self._other()
        return (k.MergeCase(self.number, other, self.entry.words),) if other else ()

    def needs(self) -> str:
        """Ask for the other case."""
        return "" if self._other() else self._words("case_form.needs_other")

    def take_focus(self) -> None:
        """Begin with the number: Down takes the likeliest, and none is chosen unasked."""
        self.other.setFocus()

    def _other(self) -> int:
        words = self.other.text().strip()
        number = int(words) if words.isascii() and words.isdigit() else 0
        return number if number < _MOST_NUMBER else 0

    def _on_other(self) -> None:
        main = self._desk.state.cases.get(self._other())
        language, words = self._desk.language, ""
        if main is not None:
            words = self._words(
                "case_form.goes_on_in",
                number=main.id,
                name=class_name(self._desk.state, main.standard_id, language),
                place=place_words(main.place),
                at_stage=label("case_stage", main.stage.value, language),
            )
        show_words(self.into, words)
        self.check()

    def _row(self, found: Suggestion) -> Row:
        language, case = self._desk.language, self._desk.state.cases[found.case_id]
        reasons = listed((label("alike_by", each, language) for each in found.reasons), language)
        age = self._words("case_form.apart_in_time", rough=rough_span(found.age_s))
        name = class_name(self._desk.state, case.standard_id, language)
        detail = " · ".join(part for part in (place_words(case.place), age, reasons) if part)
        return Row(str(case.id), f"{case.id}  {name}", right=distance(found.distance_m), detail=detail)
