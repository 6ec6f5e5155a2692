"""What may be done with an incident as a whole: a line of buttons, and the forms that some of them open."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton

from app.desk import Desk
from app.incident.calls_form import CallsForm
from app.incident.forms import CloseForm, Form, KindForm, PlaceForm, ReopenForm
from app.parts.allow import allow
from app.parts.forms import give_key, small_button
from app.wording import text
from dispatch.commands import (
    AttachCall,
    ChangeAlarmLevel,
    ChangeKind,
    CloseIncident,
    CorrectLocation,
    DetachCall,
    ReopenIncident,
)
from dispatch.incident import Incident, Stage


class IncidentDeeds(QObject):
    """Offer what an incident allows as it stands; which form is open is the panel's to say."""

    form_wanted = Signal(object)  # Form
    raise_wanted = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.close_form, self.reopen_form = CloseForm(desk), ReopenForm(desk)
        self.kind_form, self.place_form = KindForm(desk), PlaceForm(desk)
        self.calls_form = CallsForm(desk)
        self.forms: tuple[Form, ...] = (
            self.close_form,
            self.reopen_form,
            self.kind_form,
            self.place_form,
            self.calls_form,
        )
        self.close_button = self._button("incident.close", self.close_form)
        self.reopen_button = self._button("incident.reopen", self.reopen_form)
        self.kind_button = self._button("incident.change_kind", self.kind_form)
        self.place_button = self._button("incident.correct_place", self.place_form)
        self.calls_button = self._button("incident.calls_of", self.calls_form)
        self.raise_button = small_button(text("incident.raise", desk.language), self.raise_wanted.emit)
        for made, keys in ((self.kind_button, "Alt+K"), (self.place_button, "Alt+P"), (self.close_button, "Alt+C")):
            give_key(made, keys)
        allow(self.close_button, desk, CloseIncident)
        allow(self.reopen_button, desk, ReopenIncident)
        allow(self.kind_button, desk, ChangeKind)
        allow(self.place_button, desk, CorrectLocation)
        allow(self.calls_button, desk, DetachCall, AttachCall)
        allow(self.raise_button, desk, ChangeAlarmLevel)
        self.line = self._lay_out()

    def show_incident(self, incident: Incident | None) -> None:
        """Take the incident as it stands now; None: there is none in hand."""
        is_open = incident is not None and incident.stage is not Stage.CLOSED
        for made in (self.kind_button, self.place_button, self.raise_button, self.close_button):
            made.setVisible(is_open)
        card = self._desk.state.cards.get(incident.kind) if incident is not None else None
        self.raise_button.setEnabled(
            incident is not None and card is not None and incident.alarm_level < card.max_level
        )
        self.calls_button.setVisible(incident is not None and bool(incident.call_ids))
        self.reopen_button.setVisible(incident is not None and not is_open)

    def _button(self, words: str, form: Form) -> QToolButton:
        return small_button(text(words, self._desk.language), partial(self.form_wanted.emit, form))

    def _lay_out(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(3)
        first = (self.kind_button, self.place_button, self.calls_button, self.raise_button)
        for made in first:
            line.addWidget(made)
        for made in (*first, self.close_button):  # five in one line, beside a bar
            made.setMinimumWidth(made.fontMetrics().horizontalAdvance(made.text()) + 20)
        line.addStretch(1)
        line.addWidget(self.reopen_button)
        line.addWidget(self.close_button)
        return line
