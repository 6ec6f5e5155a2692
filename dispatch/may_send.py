"""Whether a unit may be sent: what the rules say of each one that the operator has chosen."""

from __future__ import annotations

from collections.abc import Collection

from dispatch import fact
from dispatch.checks import unit_of, where, who_changed
from dispatch.commands import Choice
from dispatch.incident import Incident
from dispatch.refused import Refused
from dispatch.roll import partner_out
from dispatch.state import State, UnitState
from resources.status import Status

# A unit may be redirected until it has arrived or is staged; a scene, a patient and a destination are never left so.
REDIRECTABLE = frozenset({Status.ALERTED, Status.ACKNOWLEDGED, Status.EN_ROUTE})


def check_may_send(state: State, incident: Incident, choice: Choice, chosen: Collection[UnitState]) -> UnitState:
    """Return a unit that may be sent; `chosen` are those that go with it. Raises Refused with what stands against it.

    A vehicle whose crew is out with another one, and one held in reserve, go only with a reason.
    """
    unit = unit_of(state, choice.unit_id)
    if choice.taken_from is not None:
        _check_redirect(state, incident, choice, unit)
    elif unit.assignment_id:
        here = state.assignments[unit.assignment_id].incident_id == incident.id
        bound_by = who_changed(state, fact.of_unit(choice.unit_id, "assignment"))
        raise Refused("unit_already_here" if here else "unit_elsewhere", **where(state, unit), **bound_by)
    if not unit.on_roster:
        raise Refused("unit_off_roster", unit_id=choice.unit_id)
    if unit.status is Status.OUT_OF_SERVICE:
        taken_out_by = who_changed(state, fact.of_unit(choice.unit_id, "status"))
        raise Refused(
            "unit_out_of_service", unit_id=choice.unit_id, reason=unit.reason, until=unit.until, **taken_out_by
        )
    if not choice.override_reason.strip():
        _check_crew_and_reserve(state, unit, chosen)
    return unit


def _check_redirect(state: State, incident: Incident, choice: Choice, unit: UnitState) -> None:
    """Refuse to redirect a unit that is not on its way to the incident it shall be taken from any more."""
    assignment = state.assignments.get(unit.assignment_id)
    if assignment is None or assignment.incident_id != choice.taken_from or choice.taken_from == incident.id:
        bound_by = who_changed(state, fact.of_unit(choice.unit_id, "assignment"))
        raise Refused("redirect_changed", taken_from=choice.taken_from, **where(state, unit), **bound_by)
    if unit.status not in REDIRECTABLE:
        raise Refused("redirect_too_late", **where(state, unit))


def _check_crew_and_reserve(state: State, unit: UnitState, chosen: Collection[UnitState]) -> None:
    word = unit.unit.cross_staffed
    if partner := partner_out(state.units, unit.unit):
        sent_by = who_changed(state, fact.of_unit(partner, "assignment"))
        raise Refused("crew_away", unit_id=unit.unit.id, unit=partner, **sent_by)
    if partner := next((each.unit.id for each in chosen if word and each.unit.cross_staffed == word), ""):
        raise Refused("crew_away", unit_id=unit.unit.id, unit=partner)
    if unit.held:
        held_by = who_changed(state, fact.of_unit(unit.unit.id, "held"))
        raise Refused("held_in_reserve", unit_id=unit.unit.id, reason=unit.held, **held_by)
