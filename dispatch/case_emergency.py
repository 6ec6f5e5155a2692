"""How a case becomes an emergency, and a danger is ordered made safe: at once, and verified by nobody."""

from __future__ import annotations

from collections.abc import Iterator

from dispatch.areas import answerable
from dispatch.case import Case, CasePlace, CaseStage
from dispatch.case_clocks import due_after, resumed
from dispatch.case_events import CaseMoved, CaseReported, MakeSafeOrdered
from dispatch.case_moves import NO_SIDE
from dispatch.checks import open_incident
from dispatch.commands import Command, ReportIncident
from dispatch.decide_incidents import report_incident
from dispatch.events import Event, IncidentReported
from dispatch.standards import Standard
from dispatch.state import State


def first_escalation(state: State, command: Command, opened: CaseReported, standard: Standard) -> Iterator[Event]:
    """Say what a report brings about beside itself, where its class is a danger or an emergency."""
    yield from _safe_first(state, command, opened.case_id, standard, opened.answerable, opened.place)
    if standard.emergency:
        yield from escalated(
            state,
            command,
            opened.case_id,
            CaseStage.COLLECT,
            kind=standard.emergency,
            place=opened.place,
            call_id=opened.call_id,
            text=opened.text,
            incident_id=opened.incident_id,
            reason=standard.id,
        )


def endangered(
    state: State, command: Command, case: Case, standard: Standard, answering: str, place: CasePlace
) -> Iterator[Event]:
    """Say what a case of a new class brings about: what was ordered once, or is an incident already, is not again."""
    if case.make_safe is None:
        yield from _safe_first(state, command, case.id, standard, case.department or answering, place)
    if standard.emergency and case.incident_id is None:
        yield from escalation_of(
            state, command, case, kind=standard.emergency, place=place, incident_id=None, reason=standard.id
        )


def escalation_of(
    state: State, command: Command, case: Case, *, kind: str, place: CasePlace, incident_id: int | None, reason: str
) -> Iterator[Event]:
    """Make a case an emergency: a new incident of a kind, or one that is open; clocks that stood run first."""
    if case.paused:
        yield resumed(state, case, command.at)
    yield from escalated(
        state,
        command,
        case.id,
        case.stage,
        kind=kind,
        place=place,
        call_id=case.call_id,
        text=case.text,
        incident_id=incident_id,
        reason=reason,
        fixer=case.fixer,
    )


def escalated(
    state: State,
    command: Command,
    case_id: int,
    start: CaseStage,
    *,
    kind: str,
    place: CasePlace,
    call_id: str,
    text: str,
    incident_id: int | None,
    reason: str,
    fixer: CaseStage | None = None,
) -> Iterator[Event]:
    """Open the incident, or find it open, and move the case there. Raises Refused as opening an incident does."""
    if incident_id is None:
        call = state.calls.get(call_id)
        free = call_id if call is not None and call.incident_id is None else ""
        report = ReportIncident(kind, place.location, call_id=free, text=text, received_at=command.at)
        for event in report_incident(state, command, report):
            if isinstance(event, IncidentReported):
                incident_id = event.incident_id
            yield event
    else:
        open_incident(state, incident_id)
    yield CaseMoved(
        case_id,
        "escalated",
        start,
        CaseStage.EMERGENCY,
        side=NO_SIDE,
        reason=reason,
        fixer=fixer,
        incident_id=incident_id,
    )


def _safe_first(
    state: State, command: Command, case_id: int, standard: Standard, department: str, place: CasePlace
) -> Iterator[Event]:
    """Order a danger made safe. It waits neither for a calendar nor for anybody who answers."""
    if standard.make_safe is None:
        return
    who = department or answerable(state.areas, place.cell, standard, state.roster).department
    due = due_after(state, command.at, (standard.make_safe,)) if state.calendar is not None else None
    yield MakeSafeOrdered(case_id, who, standard.make_safe, due)
