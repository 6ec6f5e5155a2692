"""Forms that open inside the incident's panel: close, reopen, another kind, another place. Nothing is modal."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from app.desk import Desk
from app.incident.repair import emergencies_of
from app.intake.kind_field import KindField
from app.intake.place_field import PlaceField
from app.parts.forms import at_right, button, plain_label, show_words
from app.wording import label, listed, text
from dispatch.commands import (
    Body,
    ChangeKind,
    ChangePriority,
    CloseIncident,
    CorrectLocation,
    ReopenIncident,
)
from dispatch.incident import Incident


class Form(QWidget):
    """One form: `open_for` fills it, `asked` carries the commands that it makes, `left` says that it was given up."""

    asked = Signal(object)  # tuple of bodies
    left = Signal()

    def __init__(self, desk: Desk, do_words: str) -> None:
        super().__init__()
        self._desk = desk
        self.number = 0
        self.fields = QVBoxLayout()
        self.fields.setSpacing(4)
        self.do_button = button(text(do_words, desk.language), self._ask, role="primary")
        self.cancel_button = button(text("incident.cancel", desk.language), self.left.emit)
        buttons = at_right(self.cancel_button, self.do_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(4)
        layout.addLayout(self.fields)
        layout.addLayout(buttons)

    def open_for(self, incident: Incident) -> None:
        """Fill the form from an incident and take the focus: the operator asked for it."""
        self.number = incident.id
        self.fill(incident)

    def fill(self, incident: Incident) -> None:
        """Show what stands now."""

    def bodies(self) -> tuple[Body, ...]:
        """Return the commands that the form means; none where something is missing."""
        return ()

    def _ask(self) -> None:
        bodies = self.bodies()
        if bodies:
            self.asked.emit(bodies)

    def _line(self, key: str) -> QLineEdit:
        line = QLineEdit()
        line.setPlaceholderText(text(key, self._desk.language))
        line.setAccessibleName(text(key, self._desk.language))
        line.setMaxLength(2000)
        return line


class CloseForm(Form):
    """Ask how it ended."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "incident.do_close")
        self.disposition = QComboBox()
        self.disposition.setAccessibleName(text("incident.disposition", desk.language))
        self.words = self._line("incident.closing_text")
        self.release = QCheckBox()
        self.release.setAccessibleName(text("incident.release", desk.language))
        self.fields.addWidget(plain_label(text("incident.disposition", desk.language), role="muted"))
        self.fields.addWidget(self.disposition)
        self.fields.addWidget(self.words)
        self.fields.addWidget(self.release)
        self.cancel_duties = QCheckBox()
        self.cancel_duties.setAccessibleName(text("duties.cancel_open", desk.language))
        self.fields.addWidget(self.cancel_duties)
        self.repairs = plain_label(role="muted")
        self.fields.addWidget(self.repairs)

    def fill(self, incident: Incident) -> None:
        """Offer the run card's endings; free words where it lists none."""
        card = self._desk.state.cards.get(incident.kind)
        endings = card.dispositions if card is not None else ()
        self.disposition.clear()
        self.disposition.setEditable(not endings)
        for ending in endings:
            self.disposition.addItem(label("disposition", ending, self._desk.language), ending)
        self.words.clear()
        state = self._desk.state
        bound = [a for a in state.assignments_of.get(incident.id, ()) if a in state.open_assignments]
        units = listed((state.assignments[key].unit_id for key in bound), self._desk.language)
        words = text("incident.release_units", self._desk.language, units=units)
        self.release.setText(words.replace("&", "&&"))
        self.release.setAccessibleName(words)
        self.release.setChecked(False)
        self.release.setVisible(bool(bound))
        numbers = listed((str(case.id) for case in emergencies_of(state, incident.id)), self._desk.language)
        words = text("incident.close_brings_back", self._desk.language, numbers=numbers) if numbers else ""
        show_words(self.repairs, words)
        given = state.duties_of_incident.get(incident.id, ())
        duties = listed((str(number) for number in given if number in state.open_duties), self._desk.language)
        words = text("duties.cancel_open", self._desk.language, duties=duties)
        self.cancel_duties.setText(words)
        self.cancel_duties.setAccessibleName(words)
        self.cancel_duties.setChecked(False)
        self.cancel_duties.setVisible(bool(duties))
        self.disposition.setFocus()

    def bodies(self) -> tuple[Body, ...]:
        """Return the closing."""
        ending = self.disposition.currentData() or self.disposition.currentText().strip()
        words, releases = self.words.text().strip(), self.release.isChecked()
        return (CloseIncident(self.number, ending, words, releases, cancel_duties=self.cancel_duties.isChecked()),)


class ReopenForm(Form):
    """Ask why it was not over."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "incident.do_reopen")
        self.reason = self._line("incident.reason")
        self.fields.addWidget(self.reason)

    def fill(self, incident: Incident) -> None:
        """Begin with no reason."""
        self.reason.clear()
        self.reason.setFocus()

    def bodies(self) -> tuple[Body, ...]:
        """Return the reopening."""
        return (ReopenIncident(self.number, self.reason.text().strip()),)


class KindForm(Form):
    """Ask for another kind or priority."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "incident.do_kind")
        self.kind = KindField(desk)
        self.priority = QComboBox()
        self.priority.setAccessibleName(text("intake.priority", desk.language))
        for number in range(1, 6):
            self.priority.addItem(f"P{number}  {label('priority', number, desk.language)}", number)
        self.fields.addWidget(self.kind)
        self.fields.addWidget(self.priority)
        self.kind.chosen.connect(self._on_kind)
        self.kind.finished.connect(self.do_button.setFocus)

    def fill(self, incident: Incident) -> None:
        """Show the present kind and priority."""
        self.kind.set_kind(incident.kind)
        self.priority.setCurrentIndex(self.priority.findData(incident.priority))
        self.kind.setFocus()
        self.kind.entry.selectAll()

    def bodies(self) -> tuple[Body, ...]:
        """Return what was changed: the kind, and the priority where it is not the new kind's own."""
        incident = self._desk.state.incidents[self.number]
        bodies: list[Body] = []
        priority = incident.priority
        if self.kind.kind and self.kind.kind != incident.kind:
            bodies.append(ChangeKind(self.number, self.kind.kind))
            card = self._desk.state.cards.get(self.kind.kind)
            priority = card.priority if card is not None else priority
        if self.priority.currentData() != priority:
            bodies.append(ChangePriority(self.number, self.priority.currentData()))
        return tuple(bodies)

    def _on_kind(self, kind: str) -> None:
        card = self._desk.state.cards.get(kind)
        if card is not None:
            self.priority.setCurrentIndex(self.priority.findData(card.priority))


class PlaceForm(Form):
    """Ask for the right place; the units that were sent are told."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, "incident.do_place")
        self.place = PlaceField(desk)
        self.reason = self._line("incident.reason")
        self.fields.addWidget(self.place)
        self.fields.addWidget(self.reason)
        self.place.finished.connect(self.do_button.setFocus)

    def fill(self, incident: Incident) -> None:
        """Show the present place."""
        self.place.set_location(incident.location)
        self.reason.clear()
        self.place.setFocus(Qt.FocusReason.OtherFocusReason)
        self.place.entry.selectAll()

    def bodies(self) -> tuple[Body, ...]:
        """Return the correction, none where the place is the same."""
        location = self.place.location
        if location is None or location == self._desk.state.incidents[self.number].location:
            return ()
        return (CorrectLocation(self.number, location, self.reason.text().strip()),)
