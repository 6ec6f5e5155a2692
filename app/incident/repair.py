"""What is left of an incident to be put right: its own case brought back from the emergency, or a new report."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.desk import Desk
from app.parts.deed_line import DeedLine
from app.parts.forms import small_button
from app.wording import text
from dispatch.case import Case, CaseStage
from dispatch.case_commands import DeescalateCase, ReportCase
from dispatch.incident import Incident
from dispatch.state import State


def emergencies_of(state: State, incident_id: int) -> tuple[Case, ...]:
    """Return the cases that are this incident now, by number."""
    numbers = sorted(state.cases_of_incident.get(incident_id, ()))
    cases = (state.cases[each] for each in numbers if each in state.cases)
    return tuple(case for case in cases if case.stage is CaseStage.EMERGENCY and case.incident_id == incident_id)


class RepairOrder(QObject):
    """Hold the button and the line that asks why; whoever may not bring the case back takes it in hand."""

    wanted = Signal(int)  # incident: what is left of it is to be reported as a case

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._incident: Incident | None = None
        self.button = small_button("", self.order)
        self.deed = DeedLine(desk)
        self.show_incident(None)

    def show_incident(self, incident: Incident | None) -> None:
        """Offer what can be done for an incident; nothing without standards, or to whoever may report no case."""
        desk = self._desk
        if self._incident is None or incident is None or incident.id != self._incident.id:
            self.deed.put_away()
        self._incident = incident
        case = self._case()
        if case is None:
            words, tip = text("incident.repair_order", desk.language), text("incident.repair_order_tip", desk.language)
        else:
            words = text("incident.bring_back", desk.language, number=case.id)
            tip = text("incident.bring_back_tip", desk.language, number=case.id)
        self.button.setText(words)
        self.button.setToolTip(tip)
        self.button.setAccessibleName(tip)
        self.button.setVisible(incident is not None and bool(desk.state.standards.small) and desk.may(ReportCase))

    def order(self) -> None:
        """Ask why the case is brought back, take it in hand, or ask for a report."""
        desk, incident, case = self._desk, self._incident, self._case()
        if incident is None:
            return
        if case is None:
            self.wanted.emit(incident.id)
        elif desk.may(DeescalateCase):
            number = case.id
            why = text("incident.bring_back_why", desk.language, number=number)
            do = text("incident.bring_back_do", desk.language)
            self.deed.ask_deed(why, lambda reason: DeescalateCase(number, reason), do_words=do)
        else:
            desk.select(case_id=case.id)

    def _case(self) -> Case | None:
        here = emergencies_of(self._desk.state, self._incident.id) if self._incident is not None else ()
        return here[0] if here else None
