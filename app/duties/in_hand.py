"""The incident or case that the desk has in hand, as duties speak of it."""

from __future__ import annotations

from app.desk import Desk
from dispatch.case import CaseStage
from dispatch.duty import Duty
from dispatch.incident import Incident, Stage


class InHand:
    """Read the desk's selection at every question; a case goes before an incident."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def ids(self) -> tuple[int | None, int | None]:
        """Return the number of the incident or of the case; the other is None, and both are where there is neither."""
        selection, state = self._desk.selection, self._desk.state
        if selection.case_id in state.cases:
            return None, selection.case_id
        return (selection.incident_id, None) if selection.incident_id in state.incidents else (None, None)

    @property
    def incident(self) -> Incident | None:
        """Return the incident as it stands."""
        return self._desk.state.incidents.get(self.ids[0] or 0)

    @property
    def is_open(self) -> bool:
        """Return whether departments may still be told to do something about it."""
        incident, case = self.incident, self._desk.state.cases.get(self.ids[1] or 0)
        if case is not None:
            return case.stage not in (CaseStage.EVALUATE, CaseStage.MERGED)
        return incident is not None and incident.stage is not Stage.CLOSED

    @property
    def kind(self) -> str:
        """Return the kind by which duties are usual: of the incident, or of the standard of the case."""
        incident, state = self.incident, self._desk.state
        if incident is not None:
            return incident.kind
        case = state.cases.get(self.ids[1] or 0)
        standard = state.classes.get(case.standard_id) if case is not None else None
        return standard.card or standard.emergency if standard is not None else ""

    @property
    def duties(self) -> list[Duty]:
        """Return the duties given for it."""
        return self._of(*self.ids)

    def siblings(self, duty: Duty) -> list[Duty]:
        """Return the duties of the incident or case of a duty, that one among them, whatever is in hand."""
        return self._of(duty.incident_id, duty.case_id)

    def _of(self, incident_id: int | None, case_id: int | None) -> list[Duty]:
        state = self._desk.state
        if incident_id is not None:
            numbers = state.duties_of_incident.get(incident_id, ())
        else:
            numbers = state.duties_of_case.get(case_id or 0, ())
        return [state.duties[each] for each in numbers]
