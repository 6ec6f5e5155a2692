"""Say on request why a joint plan does not send one unit to one incident."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dispatch.candidates import find_candidates
from dispatch.filled import open_needs
from dispatch.plan import Plan
from dispatch.recommendation import Chosen, Eta, Passed, Reason
from dispatch.state import State
from dispatch.too_large import too_large
from dispatch.travels import Roads
from dispatch.trips import Trips, crews_of
from resources.position import Fix


def why_passed(
    plan: Plan, state: State, fixes: Mapping[str, Fix], ground: Roads, unit_id: str, incident_id: int
) -> Passed:
    """Say why a plan made of `state` leaves a unit out at an incident, with its time where it could come.

    Beside the codes of `candidates`: goes_to (another incident has it), crew_goes_with (the other vehicle of its crew
    goes), slower, equally_fast, unreachable, too_large, and serves_less (quicker, but so all is served best: prices,
    officers, one station, places elsewhere). Raises KeyError for what the plan or the state does not know, ValueError
    for a unit that it sends there.
    """
    incident, unit = state.incidents[incident_id], state.units[unit_id].unit
    sent = {each.unit_id: (answer.incident_id, each) for answer in plan.answers for each in answer.chosen}
    here = [each for number, each in sent.values() if number == incident_id]
    if unit_id in sent and sent[unit_id][0] == incident_id:
        raise ValueError(f"{unit_id} is planned for incident {incident_id}")
    asked = state.cards[incident.kind].needs_at(incident.alarm_level)
    needs, filled = open_needs(state, asked, incident_id)
    field = find_candidates(state, fixes, needs, filled, incident_id=incident_id, at=plan.at)
    for barred in field.barred:
        if barred.unit.unit.id == unit_id:
            need_id = needs[barred.needs[0]].id if barred.needs else ""
            return Passed(unit_id, unit.department, barred.reason, None, need_id)
    if unit_id in sent:
        number, chosen = sent[unit_id]
        facts = (("incident", number or 0), ("need", chosen.need_id))
        return Passed(unit_id, unit.department, Reason("goes_to", facts))
    [candidate] = [each for each in field.candidates if each.unit.unit.id == unit_id]
    near = needs[candidate.needs[0]].id
    word = unit.cross_staffed
    mate = next((each for each in sorted(sent) if word and state.units[each].unit.cross_staffed == word), "")
    if mate:
        return Passed(unit_id, unit.department, Reason("crew_goes_with", (("unit", mate),)), None, near)
    crews = crews_of([candidate])
    place = incident.location
    ground.set_closures(state.closures.values())
    ground.set_conditions(at=plan.at, time_zone=state.time_zone, weather=state.weather)
    travels = ground.travels(incident.mode, [crew.start for crew in crews], place.lon, place.lat)
    trips = Trips(np.array([crew.turnout_s for crew in crews]), travels)
    eta = trips.eta(*range(len(crews)))
    if eta is None:
        reason = too_large(candidate) if trips.is_too_large(*range(len(crews))) else Reason("unreachable")
        return Passed(unit_id, unit.department, reason, None, near)
    able = {needs[row].id for row in candidate.needs}
    return _beside(unit_id, unit.department, eta, [each for each in here if each.need_id in able], near)


def _beside(unit_id: str, department: str, eta: Eta, chosen: list[Chosen], near: str) -> Passed:
    """Compare a unit that could come with the slowest of those chosen for what it could do."""
    if not chosen:
        return Passed(unit_id, department, Reason("one_station_cannot"), eta, near)
    slowest = max(chosen, key=lambda each: (each.eta.total_s, each.unit_id))
    by_s = round(eta.total_s - slowest.eta.total_s, 1)
    code = "slower" if by_s > 0 else "equally_fast" if by_s == 0 else "serves_less"
    facts = (("unit", slowest.unit_id), ("by_s", abs(by_s)))
    return Passed(
        unit_id, department, Reason(code, facts if code != "serves_less" else facts[:1]), eta, slowest.need_id
    )
