"""Rules for what is said of a case: evidence, notes, the reporter, and the one appeal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.case import ANSWERS, HANDLED, VERDICTS, CaseStage, Evidence
from dispatch.case_checks import case_of, check_choice, check_evidence, check_side, check_stage
from dispatch.case_commands import (
    AddCaseNote,
    AddEvidence,
    AppealCase,
    ErasePerson,
    ErasePhotograph,
    ReadAppeal,
    RecordAnswer,
    TellReporter,
)
from dispatch.case_events import (
    AppealMade,
    AppealRead,
    CaseNoteAdded,
    EvidenceAdded,
    PersonErased,
    PhotographErased,
    ReporterAnswered,
    ReporterTold,
)
from dispatch.case_moves import HANDLE, SUPERVISE
from dispatch.checks import check_text
from dispatch.commands import Command
from dispatch.events import Event
from dispatch.refused import Refused
from dispatch.state import State

READERS = 2


def add_evidence(state: State, command: Command, body: AddEvidence) -> tuple[Event, ...]:
    """Add evidence, at any stage; nothing takes it off again."""
    case = case_of(state, command, body.case_id)
    if not body.evidence:
        raise Refused("nothing_added", case_id=case.id)
    check_evidence(case, body.evidence)
    return (EvidenceAdded(case.id, body.evidence, body.text),)


def add_case_note(state: State, command: Command, body: AddCaseNote) -> tuple[Event, ...]:
    """Add words to its story, at any stage."""
    case = case_of(state, command, body.case_id)
    check_text(body.text, "text")
    return (CaseNoteAdded(case.id, body.text),)


def tell_reporter(state: State, command: Command, body: TellReporter) -> tuple[Event, ...]:
    """Keep what the reporter was told."""
    case = case_of(state, command, body.case_id)
    check_text(body.text, "text")
    return (ReporterTold(case.id, body.text),)


def record_answer(state: State, command: Command, body: RecordAnswer) -> tuple[Event, ...]:
    """Keep what the reporter thinks of a closed case; a later answer stands beside an earlier one."""
    case = case_of(state, command, body.case_id)
    check_stage(case, CaseStage.EVALUATE)
    check_choice("answer", body.answer, ANSWERS)
    return (ReporterAnswered(case.id, body.answer, body.text),)


def appeal_case(state: State, command: Command, body: AppealCase) -> tuple[Event, ...]:
    """Appeal once against how a case that was handled and closed counts."""
    case = case_of(state, command, body.case_id)
    check_stage(case, CaseStage.EVALUATE)
    check_side(command, case, HANDLE)
    check_text(body.reason, "reason")
    if case.outcome != HANDLED:
        raise Refused("nothing_to_appeal", case_id=case.id, outcome=case.outcome)
    if case.appeal is not None:
        raise Refused("appealed_before", case_id=case.id, made_at=case.appeal.made_at)
    check_evidence(case, body.evidence)
    return (AppealMade(case.id, case.department, body.reason, body.evidence),)


def read_appeal(state: State, command: Command, body: ReadAppeal) -> tuple[Event, ...]:
    """Say what one of two readers finds; the two are not the same person, and neither of the department."""
    case = case_of(state, command, body.case_id)
    if case.appeal is None:
        raise Refused("no_appeal", case_id=case.id)
    check_side(command, case, SUPERVISE)
    check_choice("verdict", body.verdict, VERDICTS)
    check_text(body.reason, "reason")
    if len(case.appeal.readings) >= READERS:
        raise Refused("appeal_decided", case_id=case.id, limit=READERS)
    if any(each.actor == command.who.actor for each in case.appeal.readings):
        raise Refused("read_by_the_same", case_id=case.id, actor=command.who.actor)
    return (AppealRead(case.id, body.verdict, body.reason),)


def erase_person(state: State, command: Command, body: ErasePerson) -> tuple[Event, ...]:
    """Have a reporter's personal data erased, whether a case names them or not; `erasure` does it."""
    check_text(body.person_id, "person_id")
    check_text(body.reason, "reason")
    if body.person_id in state.erased_people:
        return ()
    return (PersonErased(body.person_id, body.reason),)


def erase_photograph(state: State, command: Command, body: ErasePhotograph) -> tuple[Event, ...]:
    """Have a photograph's bytes erased; every case that shows it goes on saying that there was one."""
    check_evidence(None, (Evidence(body.evidence_id),))
    check_text(body.reason, "reason")
    if body.evidence_id in state.erased_photographs:
        return ()
    return (PhotographErased(body.evidence_id, body.reason, state.cases_of_evidence.get(body.evidence_id, ())),)


TABLE: dict[type, Callable[[State, Command, Any], tuple[Event, ...]]] = {
    AddEvidence: add_evidence,
    AddCaseNote: add_case_note,
    TellReporter: tell_reporter,
    RecordAnswer: record_answer,
    AppealCase: appeal_case,
    ReadAppeal: read_appeal,
    ErasePerson: erase_person,
    ErasePhotograph: erase_photograph,
}
