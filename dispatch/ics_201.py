"""ICS 201, the incident briefing: what a commander hands to the next one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from dispatch.ics import Bilingual, Block, Coded, Form, Table, Value, hazards_of, kind_of, name_of, period_of, subject
from dispatch.incident import Assignment, Incident
from dispatch.major import ROLES, TRIAGE, MajorIncident
from dispatch.major_now import (
    cordons_now,
    counts_now,
    methane_now,
    open_sectors,
    open_stagings,
    plan_now,
    roles_now,
    total,
    units_in,
)
from dispatch.state import State


def ics_201(
    state: State,
    incident_id: int,
    *,
    at: datetime,
    prepared_by: str = "",
    period: tuple[datetime, datetime] | None = None,
) -> Form:
    """Return the briefing as it stands at `at`. Raises Refused `incident_unknown` or `not_major`."""
    incident, major = subject(state, incident_id)
    plan = plan_now(major)
    start_at, end_at = period_of(major, at, period)
    return Form(
        "201",
        incident.id,
        name_of(incident),
        start_at,
        end_at,
        prepared_by,
        at,
        (
            Block("1", "incident_name", name_of(incident)),
            Block("1a", "incident_kind", kind_of(state, incident)),
            Block("2", "incident_number", incident.id),
            Block("3", "initiated", incident.received_at),
            Block("4", "map", f"{incident.location.lat:.5f}, {incident.location.lon:.5f}"),
            Table("4a", "ground", ("what", "name", "place"), tuple(_ground(state, major))),
            Block("5", "situation", plan.situation or None),
            Table("5a", "methane", ("letter", "said", "time", "by"), tuple(_methane(major))),
            Table("5b", "casualties", ("place", "place_kind", *TRIAGE, "time"), tuple(_casualties(major))),
            Block("5c", "safety", plan.safety or None),
            Block("5d", "hazards", hazards_of(incident)),
            Block("6", "prepared_by", prepared_by or None),
            Block("7", "objectives", plan.objectives or None),
            Block("8", "actions", plan.actions or None),
            Table("8a", "actions_done", ("time", "card", "action", "by"), tuple(_done(major))),
            Table("9", "organisation", ("role", "name"), tuple(_organisation(state, major))),
            Table(
                "10",
                "resources",
                ("resource", "kind", "ordered", "eta", "arrived", "notes"),
                tuple(_resources(state, incident, major)),
            ),
        ),
    )


def _ground(state: State, major: MajorIncident) -> Iterator[tuple[Value, ...]]:
    for cordon, perimeter in cordons_now(state, major):
        yield Coded("ring", cordon.ring), perimeter.label or perimeter.id, None
    for staging in open_stagings(major):
        yield Coded("ics_field", "staging"), staging.name, f"{staging.lat:.5f}, {staging.lon:.5f}"
    for sector in open_sectors(major):
        drawn = state.perimeters.get(sector.perimeter_id)
        yield Coded("ics_field", "sector"), sector.name, (drawn.label or drawn.id) if drawn is not None else None


def _methane(major: MajorIncident) -> Iterator[tuple[Value, ...]]:
    yield Coded("methane_letter", "major"), Coded("yes_no", "yes"), major.declared_at, major.declared_by
    for letter, said in methane_now(major).items():
        yield Coded("methane_letter", letter), said.text, said.said_at, said.said_by


def _casualties(major: MajorIncident) -> Iterator[tuple[Value, ...]]:
    counts = counts_now(major)
    for count in counts:
        numbers = (getattr(count.counts, name) for name in TRIAGE)
        yield count.place, Coded("casualty_place", count.place_kind), *numbers, count.counted_at
    if len(counts) > 1:
        everybody = total(counts)
        yield Coded("ics_field", "total"), None, *(getattr(everybody, name) for name in TRIAGE), None


def _done(major: MajorIncident) -> Iterator[tuple[Value, ...]]:
    cards = {card.id: card for card in major.cards}
    for tick in sorted(major.ticks, key=lambda each: (each.ticked_at, each.card_id, each.line_id)):
        card = cards.get(tick.card_id)
        lines = {line.id: line for line in card.lines} if card is not None else {}
        line = lines.get(tick.line_id)
        title = Bilingual(card.title, card.title_zh) if card is not None else tick.card_id
        words = Bilingual(line.text, line.text_zh) if line is not None else tick.line_id
        yield tick.ticked_at, title, words, tick.ticked_by


def _organisation(state: State, major: MajorIncident) -> Iterator[tuple[Value, ...]]:
    """Yield the posts of command, also those that nobody holds; then other roles, sectors and staging areas."""
    held = roles_now(major)
    titles = {card.id: Bilingual(card.title, card.title_zh) for card in major.cards}
    for role_id in ROLES:
        yield Coded("ics_role", role_id), held.get(role_id)
    for role_id, name in held.items():
        if role_id not in ROLES:
            yield titles.get(role_id, role_id), name
    for sector in open_sectors(major):
        units = ", ".join(each for each in units_in(state, major, sector) if each != sector.supervisor)
        yield sector.name, " · ".join(each for each in (sector.supervisor, units) if each) or None
    for staging in open_stagings(major):
        yield staging.name, staging.manager or None


def _resources(state: State, incident: Incident, major: MajorIncident) -> Iterator[tuple[Value, ...]]:
    """Yield the units on the incident, then who waits in staging without being sent, then who was asked to come."""
    places = {unit_id: sector.name for sector in open_sectors(major) for unit_id in units_in(state, major, sector)} | {
        each.unit_id: staging.name for staging in open_stagings(major) for each in staging.units
    }
    sent = [state.assignments[each] for each in state.assignments_of.get(incident.id, ())]
    present = [each for each in sent if each.is_open]
    for assignment in present:
        yield _unit(state, assignment, places.get(assignment.unit_id))
    known = {each.unit_id for each in present}
    for staging in open_stagings(major):
        for each in staging.units:
            if each.unit_id not in known:
                yield each.unit_id, None, None, None, each.checked_in_at, staging.name
    for asked in major.call_outs:
        answer = asked.answer
        name = asked.name or asked.duty or asked.department
        expected_at = answer.expected_at if answer is not None else None
        arrived_at = answer.answered_at if answer is not None and answer.answer == "arrived" else None
        notes = Coded("call_out_answer", answer.answer if answer is not None else "asked")
        yield name, asked.duty if asked.name else None, asked.asked_at, expected_at, arrived_at, notes


def _unit(state: State, assignment: Assignment, place: str | None) -> tuple[Value, ...]:
    unit = state.units.get(assignment.unit_id)
    kind = Coded("capability", unit.unit.kind) if unit is not None and unit.unit.kind else None
    notes: Value = place or (Coded("status", unit.status.value) if unit is not None else None)
    eta_s = assignment.eta_s
    expected_at = assignment.assigned_at + timedelta(seconds=eta_s) if eta_s is not None else None
    return assignment.unit_id, kind, assignment.assigned_at, expected_at, assignment.on_scene_at, notes
