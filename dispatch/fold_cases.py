"""What events make of cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import case_events as events
from dispatch import fact
from dispatch.case import (
    Case,
    CaseStage,
    Disowning,
    Erasure,
    Extension,
    Return,
    Visit,
)
from dispatch.case_put import hand_task_on, keep_evidence, put_case, watch, with_one
from dispatch.events import Entry
from dispatch.record import replace
from dispatch.work import Work

CLOSED_LATELY = 500


def _standards_loaded(work: Work, event: events.StandardsLoaded, entry: Entry) -> None:
    """Keep the classes that are no more: cases that were filed under them go on."""
    for standard in event.standards.small:
        work.classes[standard.id] = standard
    work.standards = event.standards


def _calendar_loaded(work: Work, event: events.CalendarLoaded, entry: Entry) -> None:
    work.calendar = event.calendar


def _areas_loaded(work: Work, event: events.AreasLoaded, entry: Entry) -> None:
    work.areas = event.areas


def _reported(work: Work, event: events.CaseReported, entry: Entry) -> None:
    visit = Visit(CaseStage.COLLECT, entry.occurred_at, event.limits, event.due_at, event.due_at)
    work.cases[event.case_id] = Case(
        id=event.case_id,
        source=event.source,
        standard_id=event.standard_id,
        degree=event.degree,
        place=event.place,
        stage=CaseStage.COLLECT,
        reported_at=entry.occurred_at,
        moved_at=entry.occurred_at,
        reported_by=entry.actor,
        text=event.text,
        person_id=event.person_id,
        call_id=event.call_id,
        answerable=event.answerable,
        visits=(visit,),
        evidence=keep_evidence(work, event.case_id, event.evidence, CaseStage.COLLECT, entry),
        incident_id=event.incident_id,
    )
    if event.incident_id is not None:
        _link(work, event.incident_id, event.case_id)
    work.open_cases[event.case_id] = None
    work.next_case = max(work.next_case, event.case_id + 1)
    _attach(work, event.case_id, event.place.component)
    work.touch(entry, fact.of_case(event.case_id))


def _corrected(work: Work, event: events.CaseCorrected, entry: Entry) -> None:
    case = work.cases.get(event.case_id)
    if case is None:
        return
    before = case.place.component
    if before and before != event.place.component:
        others = tuple(each for each in work.cases_of_component.get(before, ()) if each != case.id)
        work.cases_of_component.pop(before, None)
        if others:
            work.cases_of_component[before] = others
    put_case(
        work,
        entry,
        case,
        standard_id=event.standard_id,
        degree=event.degree,
        place=event.place,
        answerable=event.answerable,
    )
    _attach(work, case.id, event.place.component)


def _moved(work: Work, event: events.CaseMoved, entry: Entry) -> None:
    """Take a case from one stage to the next; what each move adds beside that stands in `_ADDS`."""
    case = work.cases.get(event.case_id)
    if case is None:
        return
    at = max(entry.occurred_at, case.moved_at)
    left = replace(case.visit, left_at=at, move=event.move, actor=entry.actor, department=entry.department)
    had = len(case.evidence) + len(event.evidence)
    held_by = event.department or case.department
    entered = Visit(event.to, at, event.limits, event.due_at, event.due_at, had=had, held_by=held_by)
    changes: dict[str, Any] = {
        "stage": event.to,
        "moved_at": at,
        "visits": (*case.visits[:-1], left, entered),
        "fixer": event.fixer,
        "department": held_by,
        "collector": event.collector or case.collector,
        "standard_id": event.standard_id or case.standard_id,
        "degree": event.degree or case.degree,
        "extensions": _without_pending(case),
    }
    if event.evidence:
        changes["evidence"] = (
            *case.evidence,
            *keep_evidence(work, case.id, event.evidence, event.start, entry),
        )
    if event.close_limits:
        changes |= {
            "close_from_at": at,
            "close_limits": event.close_limits,
            "close_due_at": event.close_due_at,
        }
    elif event.to in (CaseStage.EMERGENCY, CaseStage.MERGED) or event.start is CaseStage.EVALUATE:
        changes |= {"close_from_at": None, "close_limits": (), "close_due_at": None}
    if event.to is CaseStage.VERIFY:
        changes["verified"] = ""
    _note_side(case, event, entry, changes)
    add = _ADDS.get(event.move)
    if add is not None:
        add(work, case, event, entry, changes)
    after = replace(case, **changes)
    work.cases[case.id] = after
    hand_task_on(work, case, after)
    if after.is_open:
        work.open_cases[case.id] = None
    elif case.is_open:
        work.open_cases.pop(case.id, None)
        work.closed_lately = (*work.closed_lately[1 - CLOSED_LATELY :], case.id)
    if not (case.is_open and after.is_open):
        watch(work, after)
    work.touch(entry, fact.of_case(case.id))


def _person_erased(work: Work, event: events.PersonErased, entry: Entry) -> None:
    work.erased_people[event.person_id] = Erasure(entry.actor, event.reason, entry.occurred_at)


def _photograph_erased(work: Work, event: events.PhotographErased, entry: Entry) -> None:
    work.erased_photographs[event.evidence_id] = Erasure(entry.actor, event.reason, entry.occurred_at)


def _note_side(case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    if event.side == "handle":
        changes["handlers"] = with_one(case.handlers, entry.actor)
        changes["handled_by"] = with_one(case.handled_by, event.department)
    elif event.side:
        changes["judges"] = with_one(case.judges, entry.actor)


def _add_verified(work: Work, case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    changes["verified"] = event.result


def _add_filed(work: Work, case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    changes["filed_at"] = case.filed_at or entry.occurred_at


def _add_ruling(work: Work, case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    changes["ruled"] = event.department


def _add_disowning(work: Work, case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    said = Disowning(case.department, event.reason, entry.actor, entry.occurred_at)
    changes["disownings"] = (*case.disownings, said)


def _add_return(work: Work, case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    back = Return(event.start, event.to, event.fixer or event.to, event.reason, entry.actor, entry.occurred_at)
    changes["returns"] = (*case.returns, back)
    if event.to is CaseStage.HANDLE:
        changes["rework"] = case.rework + 1


def _add_closing(work: Work, case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    changes |= {"outcome": event.outcome, "closed_at": changes["moved_at"]}


def _add_reopening(work: Work, case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    _add_return(work, case, event, entry, changes)
    changes |= {"outcome": "", "closed_at": None, "reopened": case.reopened + 1}


def _add_emergency(work: Work, case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    changes |= {"incident_id": event.incident_id, "stage_before": event.start}
    if event.incident_id is not None:
        _link(work, event.incident_id, case.id)


def _add_repair(work: Work, case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    changes["stage_before"] = None
    if event.to is CaseStage.DISPATCH:
        changes["filed_at"] = case.filed_at or entry.occurred_at


def _add_merging(work: Work, case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    changes |= {"merged_into": event.into, "stage_before": event.start}
    main = work.cases.get(event.into) if event.into is not None else None
    if main is not None:
        work.cases[main.id] = replace(main, merged=with_one(main.merged, case.id))


def _add_unmerging(work: Work, case: Case, event: events.CaseMoved, entry: Entry, changes: dict[str, Any]) -> None:
    changes |= {"merged_into": None, "stage_before": None}
    main = work.cases.get(case.merged_into) if case.merged_into is not None else None
    if main is not None:
        work.cases[main.id] = replace(main, merged=tuple(each for each in main.merged if each != case.id))


_Add = Callable[[Work, Case, events.CaseMoved, Entry, dict[str, Any]], None]
_ADDS: dict[str, _Add] = {
    "verified": _add_verified,
    "filed": _add_filed,
    "ruled": _add_ruling,
    "disowned": _add_disowning,
    "returned": _add_return,
    "check_failed": _add_return,
    "closed": _add_closing,
    "declined": _add_closing,
    "fixed_on_the_spot": _add_closing,
    "reopened": _add_reopening,
    "escalated": _add_emergency,
    "deescalated": _add_repair,
    "merged": _add_merging,
    "unmerged": _add_unmerging,
}


def _attach(work: Work, case_id: int, component: str) -> None:
    if component:
        work.cases_of_component[component] = with_one(work.cases_of_component.get(component, ()), case_id)


def _link(work: Work, incident_id: int, case_id: int) -> None:
    work.cases_of_incident[incident_id] = with_one(work.cases_of_incident.get(incident_id, ()), case_id)


def _without_pending(case: Case) -> tuple[Extension, ...]:
    """Let an extension that nobody answered lapse: the case is not with whoever asked any more."""
    if case.pending is None:
        return case.extensions
    return (*case.extensions[:-1], replace(case.pending, answer="lapsed"))


TABLE: dict[type, Callable[[Any, Any, Entry], None]] = {
    events.StandardsLoaded: _standards_loaded,
    events.CalendarLoaded: _calendar_loaded,
    events.AreasLoaded: _areas_loaded,
    events.CaseReported: _reported,
    events.CaseCorrected: _corrected,
    events.CaseMoved: _moved,
    events.PersonErased: _person_erased,
    events.PhotographErased: _photograph_erased,
}
