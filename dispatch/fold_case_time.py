"""What events make of the time that cases have, and of what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch import case_events as events
from dispatch.case import (
    SUSPENDED,
    Appeal,
    Extension,
    MakeSafe,
    Reading,
    ReporterAnswer,
)
from dispatch.case_put import keep_evidence, put_case, watch, with_one
from dispatch.clocks import Pause
from dispatch.events import Entry
from dispatch.incident import Note
from dispatch.record import replace
from dispatch.work import Work


def _paused(work: Work, event: events.CasePaused, entry: Entry) -> None:
    if (case := work.cases.get(event.case_id)) is not None:
        put_case(
            work,
            entry,
            case,
            paused=event.why,
            pause_until=event.until,
            pauses=(*case.pauses, Pause(entry.occurred_at)),
            suspensions=case.suspensions + (event.why == SUSPENDED),
            visits=(*case.visits[:-1], replace(case.visit, due_at=None)),
            close_due_at=None,
            judges=with_one(case.judges, entry.actor),
        )


def _resumed(work: Work, event: events.CaseResumed, entry: Entry) -> None:
    if (case := work.cases.get(event.case_id)) is not None:
        put_case(
            work,
            entry,
            case,
            paused="",
            pause_until=None,
            pauses=case.pauses_ended(event.resumed_at),
            visits=(*case.visits[:-1], replace(case.visit, due_at=event.due_at)),
            close_due_at=event.close_due_at,
        )


def _extension_asked(work: Work, event: events.ExtensionAsked, entry: Entry) -> None:
    if (case := work.cases.get(event.case_id)) is not None:
        asked = Extension(event.limit, event.reason, entry.actor, entry.role, entry.occurred_at)
        put_case(
            work,
            entry,
            case,
            extensions=(*case.extensions, asked),
            handlers=with_one(case.handlers, entry.actor),
            handled_by=with_one(case.handled_by, case.department),
        )


def _extension_granted(work: Work, event: events.ExtensionGranted, entry: Entry) -> None:
    case = work.cases.get(event.case_id)
    if case is None or case.pending is None:
        return
    more = case.pending.limit
    visit = replace(case.visit, limits=(*case.visit.limits, more), due_at=event.due_at)
    put_case(
        work,
        entry,
        case,
        extensions=(*case.extensions[:-1], replace(case.pending, answer="granted", answered_by=entry.actor)),
        visits=(*case.visits[:-1], visit),
        close_limits=(*case.close_limits[:1], more, *case.close_limits[1:]),
        close_due_at=event.close_due_at,
        judges=with_one(case.judges, entry.actor),
    )


def _extension_refused(work: Work, event: events.ExtensionRefused, entry: Entry) -> None:
    case = work.cases.get(event.case_id)
    if case is not None and case.pending is not None:
        answered = replace(case.pending, answer="refused", answered_by=entry.actor)
        judges = with_one(case.judges, entry.actor)
        put_case(work, entry, case, extensions=(*case.extensions[:-1], answered), judges=judges)


def _appeal_made(work: Work, event: events.AppealMade, entry: Entry) -> None:
    if (case := work.cases.get(event.case_id)) is not None:
        put_case(
            work,
            entry,
            case,
            appeal=Appeal(event.department, event.reason, entry.actor, entry.occurred_at),
            evidence=(*case.evidence, *keep_evidence(work, case.id, event.evidence, case.stage, entry)),
            handlers=with_one(case.handlers, entry.actor),
        )


def _appeal_read(work: Work, event: events.AppealRead, entry: Entry) -> None:
    case = work.cases.get(event.case_id)
    if case is not None and case.appeal is not None:
        reading = Reading(entry.actor, event.verdict, event.reason, entry.occurred_at)
        appeal = replace(case.appeal, readings=(*case.appeal.readings, reading))
        put_case(work, entry, case, appeal=appeal, judges=with_one(case.judges, entry.actor))


def _make_safe_ordered(work: Work, event: events.MakeSafeOrdered, entry: Entry) -> None:
    if (case := work.cases.get(event.case_id)) is not None:
        put_case(work, entry, case, make_safe=MakeSafe(event.department, entry.occurred_at, event.due_at))


def _made_safe(work: Work, event: events.MadeSafe, entry: Entry) -> None:
    case = work.cases.get(event.case_id)
    if case is not None and case.make_safe is not None:
        put_case(
            work,
            entry,
            case,
            make_safe=replace(case.make_safe, done_at=entry.occurred_at),
            evidence=(*case.evidence, *keep_evidence(work, case.id, event.evidence, case.stage, entry)),
            handlers=with_one(case.handlers, entry.actor),
            handled_by=with_one(case.handled_by, case.make_safe.department or entry.department),
        )


def _make_safe_overdue(work: Work, event: events.MakeSafeOverdue, entry: Entry) -> None:
    case = work.cases.get(event.case_id)
    if case is not None and case.make_safe is not None:
        work.cases[case.id] = replace(case, make_safe=replace(case.make_safe, overdue_at=entry.occurred_at))


def _stage_overdue(work: Work, event: events.StageOverdue, entry: Entry) -> None:
    if (case := work.cases.get(event.case_id)) is not None:
        visit = replace(case.visit, overdue_at=entry.occurred_at)
        work.cases[case.id] = replace(case, visits=(*case.visits[:-1], visit))


def _case_overdue(work: Work, event: events.CaseOverdue, entry: Entry) -> None:
    if (case := work.cases.get(event.case_id)) is not None:
        work.cases[case.id] = replace(case, overdue=(*case.overdue, event.due_at))


def _evidence_added(work: Work, event: events.EvidenceAdded, entry: Entry) -> None:
    if (case := work.cases.get(event.case_id)) is not None:
        added = keep_evidence(work, case.id, event.evidence, case.stage, entry)
        work.cases[case.id] = replace(case, evidence=(*case.evidence, *added))


def _note_added(work: Work, event: events.CaseNoteAdded, entry: Entry) -> None:
    if (case := work.cases.get(event.case_id)) is not None:
        note = Note(entry.occurred_at, entry.actor, event.text)
        work.cases[case.id] = replace(case, notes=(*case.notes, note))


def _reporter_told(work: Work, event: events.ReporterTold, entry: Entry) -> None:
    if (case := work.cases.get(event.case_id)) is not None:
        note = Note(entry.occurred_at, entry.actor, event.text)
        work.cases[case.id] = replace(case, told=(*case.told, note))


def _reporter_answered(work: Work, event: events.ReporterAnswered, entry: Entry) -> None:
    if (case := work.cases.get(event.case_id)) is not None:
        answer = ReporterAnswer(event.answer, event.text, entry.occurred_at)
        after = work.cases[case.id] = replace(case, answers=(*case.answers, answer))
        watch(work, after)


TABLE: dict[type, Callable[[Any, Any, Entry], None]] = {
    events.CasePaused: _paused,
    events.CaseResumed: _resumed,
    events.ExtensionAsked: _extension_asked,
    events.ExtensionGranted: _extension_granted,
    events.ExtensionRefused: _extension_refused,
    events.AppealMade: _appeal_made,
    events.AppealRead: _appeal_read,
    events.MakeSafeOrdered: _make_safe_ordered,
    events.MadeSafe: _made_safe,
    events.MakeSafeOverdue: _make_safe_overdue,
    events.StageOverdue: _stage_overdue,
    events.CaseOverdue: _case_overdue,
    events.EvidenceAdded: _evidence_added,
    events.CaseNoteAdded: _note_added,
    events.ReporterTold: _reporter_told,
    events.ReporterAnswered: _reporter_answered,
}
