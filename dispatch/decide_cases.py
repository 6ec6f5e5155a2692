"""Rules for cases until they are sent: reported, corrected, accepted, verified, filed or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.areas import answerable
from dispatch.case import (
    FOUND,
    FROM_INCIDENT,
    NOT_FILED,
    SEEN_BY_SOURCE,
    SOURCES,
    VERIFICATIONS,
    CasePlace,
    CaseStage,
)
from dispatch.case_checks import (
    case_of,
    check_case_place,
    check_choice,
    check_degree,
    check_department,
    check_evidence,
    check_move,
    check_photos,
    check_running,
    check_side,
    check_stage,
    moved,
    standard_in_force,
)
from dispatch.case_clocks import due_after, lateness, limits_of
from dispatch.case_commands import (
    AcceptCase,
    CorrectCase,
    DeclineCase,
    FileCase,
    ReportCase,
    ReportVerification,
)
from dispatch.case_emergency import endangered, first_escalation
from dispatch.case_events import CaseCorrected, CaseReported
from dispatch.case_moves import SUPERVISE
from dispatch.checks import incident_of
from dispatch.collectors import collector_for
from dispatch.commands import Command
from dispatch.decide_duties import check_duties_over
from dispatch.events import Event
from dispatch.refused import Refused
from dispatch.standards import Standard
from dispatch.state import State


def report_case(state: State, command: Command, body: ReportCase) -> tuple[Event, ...]:
    """Open a case under the next number; a danger is ordered made safe, an emergency becomes an incident at once."""
    check_choice("source", body.source, SOURCES)
    check_degree(body.degree)
    check_case_place(body.place)
    check_evidence(None, body.evidence)
    if body.incident_id is not None:
        incident_of(state, body.incident_id)
    elif body.source == FROM_INCIDENT:
        raise Refused("incident_needed")
    standard = standard_in_force(state, body.standard_id)
    answering = _answering(state, body.answerable, body.place, standard)
    limits = limits_of(state, standard, body.degree, CaseStage.COLLECT)
    opened = CaseReported(
        case_id=state.next_case,
        source=body.source,
        standard_id=standard.id,
        degree=body.degree,
        place=body.place,
        answerable=answering,
        text=body.text,
        person_id=body.person_id,
        call_id=body.call_id,
        evidence=body.evidence,
        limits=limits,
        # An emergency does not wait for a calendar that nobody loaded.
        due_at=None if standard.emergency and state.calendar is None else due_after(state, command.at, limits),
        incident_id=body.incident_id,
    )
    return (opened, *first_escalation(state, command, opened, standard))


def correct_case(state: State, command: Command, body: CorrectCase) -> tuple[Event, ...]:
    """Correct what or where it is, before anybody handles it; what is a danger now is ordered made safe."""
    case = case_of(state, command, body.case_id)
    check_stage(case, CaseStage.COLLECT, CaseStage.VERIFY, CaseStage.FILE, CaseStage.DISPATCH)
    check_running(case)
    check_side(command, case, SUPERVISE)
    check_degree(body.degree)
    check_case_place(body.place)
    standard = standard_in_force(state, body.standard_id)
    answering = _answering(state, body.answerable, body.place, standard)
    if (standard.id, body.degree, body.place, answering) == (
        case.standard_id,
        case.degree,
        case.place,
        case.answerable,
    ):
        return ()
    corrected = CaseCorrected(case.id, standard.id, body.degree, body.place, answering, body.reason)
    return (*lateness(case, command.at), corrected, *endangered(state, command, case, standard, answering, body.place))


def accept_case(state: State, command: Command, body: AcceptCase) -> tuple[Event, ...]:
    """Take a report on: to be verified on site, by the collector of the cell, where its source has not seen it."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "accepted")
    if case.source in SEEN_BY_SOURCE:
        return moved(state, command, case, "accepted", CaseStage.FILE, collector=body.collector)
    collector = body.collector or collector_for(state, case.place.cell, command.at, without=case.handlers)
    return moved(state, command, case, "accepted", CaseStage.VERIFY, collector=collector)


def report_verification(state: State, command: Command, body: ReportVerification) -> tuple[Event, ...]:
    """Keep what was found on site; what is found is shown by a photograph."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "verified")
    check_choice("verification", body.result, VERIFICATIONS)
    check_evidence(case, body.evidence)
    if body.result == FOUND:
        check_photos(case, body.evidence, before=1)
    return moved(
        state, command, case, "verified", CaseStage.FILE, result=body.result, evidence=body.evidence, text=body.text
    )


def file_case(state: State, command: Command, body: FileCase) -> tuple[Event, ...]:
    """File a case that was seen or verified, with as many photographs as its standard asks for."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "filed")
    standard = standard_in_force(state, body.standard_id or case.standard_id)
    degree = body.degree or case.degree
    check_degree(degree)
    if case.source not in SEEN_BY_SOURCE and case.verified != FOUND:
        raise Refused("not_verified", case_id=case.id)
    check_photos(case, (), before=standard.photos_before)
    danger = endangered(state, command, case, standard, case.answerable, case.place)
    if standard.emergency and case.incident_id is None:
        corrected = CaseCorrected(case.id, standard.id, degree, case.place, case.answerable)
        return (*lateness(case, command.at), corrected, *danger)
    filed = moved(state, command, case, "filed", CaseStage.DISPATCH, standard_id=standard.id, degree=degree)
    return (*filed, *danger)


def decline_case(state: State, command: Command, body: DeclineCase) -> tuple[Event, ...]:
    """Do not file it; the reason is what the reporter is told."""
    case = case_of(state, command, body.case_id)
    check_move(command, case, "declined", body.reason)
    check_duties_over(state, state.duties_of_case.get(case.id, ()), case_id=case.id)
    return moved(state, command, case, "declined", CaseStage.EVALUATE, reason=body.reason, outcome=NOT_FILED)


def _answering(state: State, named: str, place: CasePlace, standard: Standard) -> str:
    """Return who answers: the department that the desk names or, where it names none, the one of the areas."""
    if named:
        check_department(state, named)
        return named
    return answerable(state.areas, place.cell, standard, state.roster).department


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    ReportCase: report_case,
    CorrectCase: correct_case,
    AcceptCase: accept_case,
    ReportVerification: report_verification,
    FileCase: file_case,
    DeclineCase: decline_case,
}
