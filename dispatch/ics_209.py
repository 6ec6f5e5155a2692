"""ICS 209, the incident status summary: what those who are not at the scene decide by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from dispatch.events import Entry
from dispatch.ics import (
    Block,
    Coded,
    Figure,
    Form,
    Table,
    Value,
    Words,
    department_named,
    hazards_of,
    holder,
    kind_of,
    name_of,
    period_of,
    subject,
)
from dispatch.ics_activity import activities, details_of
from dispatch.incident import Incident
from dispatch.major import MajorIncident, Triage
from dispatch.major_now import bound_units, counts_at, counts_now, methane_now, plan_now, total
from dispatch.state import State

MOST_EVENTS = 40
# Who speaks of these in the log speaks of the whole incident: what an official far away wants to know.
SIGNIFICANT = frozenset(
    {
        "IncidentReported",
        "MajorIncidentDeclared",
        "MajorIncidentStoodDown",
        "AlarmRaised",
        "KindChanged",
        "LocationCorrected",
        "MethaneReported",
        "ObjectivesRecorded",
        "CasualtiesCounted",
        "PeopleMissing",
        "MissingResolved",
        "SectorSet",
        "StagingSet",
        "CordonLinked",
        "RoleAssigned",
        "IncidentClosed",
        "IncidentReopened",
    }
)


def ics_209(
    state: State,
    incident_id: int,
    *,
    at: datetime,
    entries: Sequence[Entry] = (),
    prepared_by: str = "",
    approved_by: str = "",
    report_number: int = 1,
    period: tuple[datetime, datetime] | None = None,
) -> Form:
    """Return the summary as it stands at `at`; `entries` of the log tell what happened in the period.

    Raises Refused `incident_unknown` or `not_major`.
    """
    incident, major = subject(state, incident_id)
    plan, said = plan_now(major), {letter: each.text for letter, each in methane_now(major).items()}
    start_at, end_at = period_of(major, at, period)
    place = incident.location
    version = "final" if not major.is_declared else "initial" if report_number <= 1 else "update"
    return Form(
        "209",
        incident.id,
        name_of(incident),
        start_at,
        end_at,
        prepared_by,
        at,
        (
            Block("1", "incident_name", name_of(incident)),
            Block("2", "incident_number", incident.id),
            Block("3", "version", Coded("ics_version", version)),
            Block("3a", "report_number", report_number),
            Block("4", "commander", holder(major, "incident_commander")),
            Block("5", "management", department_named(state, incident.lead)),
            Block("6", "start", incident.received_at),
            Block("7", "size"),
            Block("8", "contained"),
            Block("9", "definition", said.get("incident_type") or kind_of(state, incident)),
            Block("10", "complexity", Figure("field", "alarm_level", incident.alarm_level)),
            Table("11", "period", ("from", "to"), ((start_at, end_at),)),
            Block("12", "prepared_by", prepared_by or None),
            Block("13", "submitted", at),
            Block("14", "approved_by", approved_by or None),
            Block("15", "sent_to"),
            Block("16", "state"),
            Block("17", "county"),
            Block("18", "city", place.municipality or state.city or None),
            Block("19", "unit_or_other"),
            Block("20", "jurisdiction"),
            Block("21", "ownership"),
            Block("22", "coordinates", f"{place.lon:.5f}, {place.lat:.5f}"),
            Block("23", "national_grid"),
            Block("24", "legal_description"),
            Block("25", "location", said.get("location") or place.text or None),
            Block("26", "utm"),
            Block("27", "geodata"),
            Table(
                "28",
                "significant_events",
                ("time", "activities", "details"),
                tuple(_significant(state, incident_id, entries, start_at, end_at)),
            ),
            Block("29", "materials", said.get("hazards") or hazards_of(incident)),
            Block("30", "damage"),
            Table("31", "public_status", ("what", "this_period", "to_date"), tuple(_public(major, start_at))),
            Table("32", "responder_status", ("what", "to_date"), ((_field("missing"), _missing(major)),)),
            Block("33", "safety_remarks", plan.safety or None),
            Block("34", "safety_measures"),
            Block("35", "weather", state.weather or None),
            Block("36", "projected_activity"),
            Block("37", "strategic_objectives", plan.objectives or None),
            Block("38", "threat", plan.situation or None),
            Block("39", "critical_needs", said.get("services")),
            Block("40", "discussion"),
            Block("41", "planned_actions", plan.actions or None),
            Block("42", "projected_size"),
            Block("43", "completion"),
            Block("44", "demobilisation"),
            Block("45", "costs"),
            Block("46", "projected_costs"),
            Block("47", "remarks", said.get("access")),
            Table(
                "48",
                "resources_committed",
                ("department", "kind", "units", "personnel"),
                tuple(_committed(state, major)),
            ),
            Block("50", "additional_personnel"),
            Block("51", "total_personnel", _personnel(state, major)),
            Block("52", "cooperating", _cooperating(state, incident, major) or None),
        ),
    )


def _field(code: str) -> Coded:
    return Coded("ics_field", code)


def _significant(
    state: State, incident_id: int, entries: Sequence[Entry], start_at: datetime, end_at: datetime | None
) -> Iterator[tuple[Value, ...]]:
    """Yield the last of what happened to the whole incident in the period."""
    found = [
        each
        for each in activities(state, entries, incident_id)
        if each.code in SIGNIFICANT and start_at <= each.at and (end_at is None or each.at <= end_at)
    ]
    major = state.majors.get(incident_id)
    for each in found[-MOST_EVENTS:]:
        yield each.at, Coded("ics_activity", each.code), details_of(state, each, major) or None


def _public(major: MajorIncident, start_at: datetime) -> Iterator[tuple[Value, ...]]:
    """Yield the classes of the form as they are counted now, and by how much they grew in the period.

    Whoever was carried to a destination is not counted at the scene any more: both together are everybody.
    """
    now = total(counts_now(major))
    before = total(counts_at(major, start_at))
    for code, figure in _classes(now).items():
        yield _field(code), figure - _classes(before)[code], figure


def _classes(counts: Triage) -> dict[str, int]:
    return {
        "fatalities": counts.dead,
        "injured": counts.hurt,
        "missing": counts.missing,
        "unhurt": counts.unhurt,
        "affected": counts.dead + counts.hurt + counts.missing + counts.unhurt,
    }


def _missing(major: MajorIncident) -> int:
    """Count the responders who are missing: those of units and sectors, by the roll calls."""
    return sum(each.count for each in major.missing)


def _committed(state: State, major: MajorIncident) -> Iterator[tuple[Value, ...]]:
    """Yield how many units of each kind a department has on the incident, and their crews."""
    units: Counter[tuple[str, str]] = Counter()
    people: Counter[tuple[str, str]] = Counter()
    for unit_id in bound_units(state, major.incident_id):
        if (unit := state.units.get(unit_id)) is not None:
            key = (unit.unit.department, unit.unit.kind)
            units[key] += 1
            people[key] += unit.unit.crew
    for department, kind in sorted(units):
        yield (
            department_named(state, department),
            Coded("capability", kind),
            units[department, kind],
            people[department, kind],
        )


def _personnel(state: State, major: MajorIncident) -> int:
    bound = (state.units.get(unit_id) for unit_id in bound_units(state, major.incident_id))
    return sum(unit.unit.crew for unit in bound if unit is not None)


def _cooperating(state: State, incident: Incident, major: MajorIncident) -> tuple[Words, ...]:
    """Return the departments that have no unit there: those with a task, and those that were asked to come."""
    there = {state.units[each].unit.department for each in bound_units(state, incident.id) if each in state.units}
    owing = (state.tasks[each].department for each in state.tasks_of.get(incident.id, ()))
    asked = (each.department for each in major.call_outs)
    names = dict.fromkeys(each for each in (*owing, *asked) if each and each not in there)
    return tuple(words for each in names if (words := department_named(state, each)) is not None)
