"""Fields that pick an incident or a unit of the exercise."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QSizePolicy, QVBoxLayout, QWidget

from app.intake.kind_field import kind_name
from app.parts.forms import plain_label, show_words
from app.trainer.sitting import Sitting
from app.wording import label, one_line, text
from dispatch.incident import Incident

MOST_OFFERED = 200


class IncidentPick(QComboBox):
    """Offer the open incidents, the newest first; with `none`, also words for none of them, which stand first."""

    def __init__(self, sitting: Sitting, none: str = "") -> None:
        super().__init__()
        self._sitting, self._none = sitting, none
        self._offered: tuple[tuple[str, int], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMaxVisibleItems(16)
        self.activated.connect(lambda _: self._show_on_map())
        self.refresh()

    @property
    def incident(self) -> Incident | None:
        """Return the incident that is chosen."""
        return self._sitting.state.incidents.get(self.currentData() or 0)

    def refresh(self) -> None:
        """Offer those that are open now; the one that is chosen stays, also once it was closed."""
        state, held = self._sitting.state, self.currentData()
        numbers = sorted(state.open_incidents, reverse=True)[:MOST_OFFERED]
        if held and held not in numbers and held in state.incidents:
            numbers.insert(0, held)
        offered = [(self._none, 0)] if self._none else []
        offered += [(self._words(state.incidents[number]), number) for number in numbers]
        if tuple(offered) == self._offered or self.view().isVisible():
            return
        self._offered = tuple(offered)
        with QSignalBlocker(self):
            self.clear()
            for words, number in offered:
                self.addItem(words, number)
            self.setCurrentIndex(max(0, self.findData(held)) if offered else -1)

    def take(self, incident_id: int) -> None:
        """Choose an incident."""
        place = self.findData(incident_id)
        if place >= 0:
            self.setCurrentIndex(place)

    def _show_on_map(self) -> None:
        if self.incident is not None:
            location = self.incident.location
            self._sitting.desk.go_to.emit(location.lon, location.lat)

    def _words(self, incident: Incident) -> str:
        return text(
            "trainer.incident_at",
            self._sitting.language,
            number=incident.id,
            kind=kind_name(self._sitting.desk, incident.kind),
            place=one_line(incident.location.text, 80),
        )


class UnitPick(QWidget):
    """Take a unit by the letters of its call sign, and say what it does now."""

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self._offered: tuple[str, ...] = ()
        self.box = QComboBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setMaxVisibleItems(16)
        self.box.lineEdit().setMaxLength(60)
        self.box.lineEdit().setPlaceholderText(text("trainer.unit_hint", sitting.language))
        completer = self.box.completer()
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.now = plain_label(" ", role="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.box)
        column.addWidget(self.now)
        self.setFocusProxy(self.box)
        self.changed = self.box.currentTextChanged
        self.changed.connect(lambda words: self._show_now())
        self.refresh()

    @property
    def unit_id(self) -> str:
        """Return the unit that the letters name, in whichever case; empty where there is none of the name."""
        wanted = self.box.currentText().strip().casefold()
        return next((each for each in self._offered if each.casefold() == wanted), "") if wanted else ""

    @property
    def typed(self) -> str:
        """Return what stands in the field."""
        return one_line(self.box.currentText(), 60)

    @property
    def missing_words(self) -> str:
        """Say that no unit is named, or that there is none of that name."""
        if not self.typed:
            return text("trainer.say_unit", self._sitting.language)
        return text("trainer.no_unit", self._sitting.language, unit=self.typed)

    @property
    def incident_id(self) -> int:
        """Return the incident that the unit is bound to, 0 for none."""
        state = self._sitting.state
        unit = state.units.get(self.unit_id)
        held = state.assignments.get(unit.assignment_id) if unit is not None and unit.assignment_id else None
        return held.incident_id if held is not None else 0

    def take(self, unit_id: str) -> None:
        """Choose a unit."""
        self.box.setEditText(unit_id)

    def refresh(self) -> None:
        """Offer the units of the roster; those who are out come first."""
        units = [each for each in self._sitting.state.units.values() if each.on_roster]
        offered = tuple(each.unit.id for each in sorted(units, key=lambda each: (not each.assignment_id, each.unit.id)))
        if offered != self._offered and not self.box.view().isVisible():
            words, cursor = self.box.currentText(), self.box.lineEdit().cursorPosition()
            self._offered = offered
            with QSignalBlocker(self.box):
                self.box.clear()
                self.box.addItems(list(offered))
                self.box.setCurrentIndex(-1)
                self.box.setEditText(words)
                self.box.lineEdit().setCursorPosition(cursor)
        self._show_now()

    def _show_now(self) -> None:
        sitting, language = self._sitting, self._sitting.language
        unit = sitting.state.units.get(self.unit_id)
        if unit is None:
            words = text("trainer.no_unit", language, unit=self.typed) if self.typed else ""
            show_words(self.now, words)
            return
        incident = sitting.state.incidents.get(self.incident_id)
        at = self._incident_words(incident) if incident is not None else ""
        status = label("status", unit.status, language)
        show_words(self.now, text("trainer.unit_now", language, status=status, incident=at))

    def _incident_words(self, incident: Incident) -> str:
        kind = kind_name(self._sitting.desk, incident.kind)
        return text("trainer.incident", self._sitting.language, number=incident.id, kind=kind)
