"""The buttons below the units of an incident: what the unit in hand reports, and that it is released."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from app.desk import Desk
from app.parts.allow import allow
from app.parts.forms import small_button
from app.wording import label, short_status, text, tooltip
from dispatch.commands import ReleaseUnit, ReportStatus
from dispatch.incident import Incident
from resources.status import ORDER_ON_ASSIGNMENT


class StatusLine(QObject):
    """Speak of one unit; the buttons are on where it is bound to the incident that is shown."""

    status_wanted = Signal(object)  # Status
    release_wanted = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.buttons = {
            status: small_button(short_status(status), partial(self.status_wanted.emit, status))
            for status in ORDER_ON_ASSIGNMENT[1:]
        }
        self.release_button = small_button(text("incident.release", desk.language), self.release_wanted.emit)
        allow(self.release_button, desk, ReleaseUnit)
        for made in self.buttons.values():
            allow(made, desk, ReportStatus)
        self.line = QHBoxLayout()
        self.line.setSpacing(3)
        for made in (*self.buttons.values(), self.release_button):
            # The style asks for more room than three letters need; seven buttons must stand in one line.
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            made.setMinimumWidth(made.fontMetrics().horizontalAdvance(made.text()) + 14)
            made.setMaximumWidth(2 * made.minimumWidth())
            self.line.addWidget(made)

    def show_unit(self, unit_id: str, incident: Incident | None, *, has_units: bool) -> None:
        """Take the unit in hand as it stands now."""
        state = self._desk.state
        unit = state.units.get(unit_id)
        assignment = state.assignments.get(unit.assignment_id) if unit is not None else None
        is_bound = assignment is not None and incident is not None and assignment.incident_id == incident.id
        for status, made in self.buttons.items():
            made.setVisible(has_units)
            made.setEnabled(is_bound)
            made.setCheckable(True)
            made.setChecked(is_bound and unit is not None and unit.status is status)
            name = label("status", status, self._desk.language)
            tip = text("incident.status_tip", self._desk.language, unit=unit_id, status=name) if is_bound else name
            made.setAccessibleName(tip)
            made.setToolTip(tooltip(tip))  # a call sign comes from outside
        self.release_button.setVisible(has_units)
        self.release_button.setEnabled(is_bound)
