"""The story of one case, line by line, from the log's entries; what they no longer tell, the case itself remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.cases.words import class_name, limit_words, place_words, when_words
from app.desk import Desk
from app.parts.names import department_name
from app.parts.row import Row
from app.wording import label, one_line, plain, text
from dispatch import case_events as ev
from dispatch.case import Case
from dispatch.events import Entry

LATE_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class _Line:
    """One thing that happened: words, and how loud they are."""

    words: str
    tone: str = "normal"


class CaseStory:
    """Word the events that name one case; keep the lines of the case in hand, newest first."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.case_id: int | None = None
        self.rows: list[Row] = []
        self._latest = 0
        self._worded: dict[type, Callable[..., _Line | None]] = {
            ev.CaseReported: self._reported,
            ev.CaseCorrected: lambda e: self._because(
                self._words("story.corrected", kind=self._class(e.standard_id), place=place_words(e.place)), e.reason
            ),
            ev.CaseMoved: self._moved,
            ev.CasePaused: lambda e: self._because(
                self._words(
                    "story.paused",
                    why=label("case_pause", e.why, desk.language),
                    when=self._when(e.until) if e.until is not None else None,
                ),
                e.reason,
            ),
            ev.CaseResumed: lambda e: self._because(self._words("story.resumed"), e.reason),
            ev.ExtensionAsked: lambda e: self._because(
                self._words("story.time_asked", amount=limit_words(e.limit, desk.language)), e.reason, "warn"
            ),
            ev.ExtensionGranted: lambda e: self._because(
                self._words("story.time_granted", when=self._when(e.due_at) if e.due_at is not None else None), e.reason
            ),
            ev.ExtensionRefused: lambda e: self._because(self._words("story.time_refused"), e.reason, "warn"),
            ev.AppealMade: lambda e: self._because(
                self._words("story.appealed", name=self._department(e.department)), e.reason, "warn"
            ),
            ev.AppealRead: lambda e: self._because(
                self._words("story.appeal_read", verdict=label("verdict", e.verdict, desk.language)), e.reason
            ),
            ev.MakeSafeOrdered: lambda e: _Line(
                self._words(
                    "story.safe_ordered",
                    name=self._department(e.department) or None,
                    amount=limit_words(e.limit, desk.language),
                ),
                "alarm",
            ),
            ev.MadeSafe: lambda e: self._because(self._words("story.made_safe"), e.text, "good"),
            ev.MakeSafeOverdue: lambda e: _Line(self._words("story.safe_overdue", when=self._when(e.due_at)), "alarm"),
            ev.StageOverdue: lambda e: _Line(
                self._words(
                    "story.stage_overdue",
                    stage=label("case_stage_short", e.stage.value, desk.language),
                    when=self._when(e.due_at),
                ),
                "alarm",
            ),
            ev.CaseOverdue: lambda e: _Line(self._words("story.case_overdue", when=self._when(e.due_at)), "alarm"),
            ev.EvidenceAdded: lambda e: self._because(
                self._words("story.evidence", count=len(e.evidence)), e.text, "muted"
            ),
            ev.PhotographErased: lambda e: self._because(self._words("story.erased"), e.reason, "muted"),
            ev.CaseNoteAdded: lambda e: _Line(plain(e.text)),
            ev.ReporterTold: lambda e: self._because(self._words("story.told"), e.text),
            ev.ReporterAnswered: lambda e: self._because(
                self._words("story.answered", answer=label("case_answer", e.answer, desk.language)), e.text
            ),
        }

    def show(self, case: Case | None) -> None:
        """Take a case in hand and read its story from the log where the desk can."""
        self.case_id = case.id if case is not None else None
        self.rows, self._latest = [], 0
        if case is None:
            return
        entries = self._desk.case_history(case.id) if self._desk.case_history is not None else []
        begun = any(
            isinstance(event, ev.CaseReported) and event.case_id == case.id for e in entries for event in e.events
        )
        if not begun:
            self.rows = self._remembered(case, entries[0].occurred_at if entries else None)
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> bool:
        """Add what an entry says about the case in hand; tell whether it says anything."""
        if self.case_id is None or entry.sequence <= self._latest:
            return False
        lines = list(self._lines(entry, self.case_id))
        if not lines:
            return False
        self._latest = entry.sequence
        for number, line in enumerate(lines):
            is_last = number == len(lines) - 1
            self.rows.insert(
                0,
                Row(
                    f"{entry.sequence}:{number}",
                    line.words,
                    right=self._when(entry.occurred_at),
                    detail=self._who(entry) if is_last else "",
                    tone=line.tone,
                    is_quiet=True,
                ),
            )
        return True

    def _who(self, entry: Entry) -> str:
        """Name who did it and in which role; the clock needs no name."""
        if entry.role == "system":
            return ""
        parts = [one_line(entry.actor, 40), label("role", entry.role, self._desk.language)]
        if entry.recorded_at - entry.occurred_at > LATE_AFTER:
            parts.append(self._words("story.written", when=self._when(entry.recorded_at)))
        return " · ".join(part for part in parts if part)

    def _lines(self, entry: Entry, case_id: int) -> Iterator[_Line]:
        for event in entry.events:
            if getattr(event, "into", None) == case_id and getattr(event, "case_id", None) != case_id:
                yield _Line(self._words("story.took_in", number=event.case_id))  # type: ignore[union-attr]
            elif getattr(event, "case_id", None) == case_id or case_id in getattr(event, "case_ids", ()):
                words = self._worded.get(type(event))
                line = words(event) if words is not None else None
                if line is not None:
                    yield line

    def _reported(self, event: ev.CaseReported) -> _Line:
        source = label("case_source", event.source, self._desk.language)
        words = self._words(
            "story.reported", source=source, kind=self._class(event.standard_id), place=place_words(event.place)
        )
        return _Line(words + (f"\n{plain(event.text)}" if event.text else ""))

    def _moved(self, event: ev.CaseMoved) -> _Line:
        language = self._desk.language
        move = label("case_move", event.move, language)
        to = label("case_stage_short", event.to.value, language)
        if event.move in ("returned", "check_failed", "reopened"):
            fixer = label("case_stage_short", event.fixer.value, language) if event.fixer is not None else None
            return self._because(self._words("story.went_back", move=move, stage=to, fixer=fixer), event.reason, "warn")
        if event.move == "merged":
            return self._because(self._words("story.merged", number=event.into), event.reason)
        if event.move == "escalated":
            return self._because(self._words("story.escalated", number=event.incident_id), self._why(event), "alarm")
        result = label("case_result", event.result, language) if event.result else None
        outcome = label("case_outcome", event.outcome, language) if event.outcome and event.move == "closed" else None
        words = self._words(
            "story.moved",
            move=move,
            name=self._department(event.department) if event.move in ("dispatched", "ruled") else None,
            collector=one_line(event.collector, 40) or None,
            result=outcome if outcome else result if event.result == "not_found" else None,
            photographs=len(event.evidence) or None,
        )
        tone = "warn" if event.move in ("disowned", "declined") else "good" if event.move == "closed" else "normal"
        return self._because(words, event.reason or event.text, tone)

    def _why(self, event: ev.CaseMoved) -> str:
        # An escalation by the class's own rule names the class.
        known = event.reason in self._desk.state.classes
        return self._class(event.reason) if known else event.reason

    def _remembered(self, case: Case, before: datetime | None) -> list[Row]:
        """Tell what lies before the entries at hand from the case's own visits, newest first."""
        rows = []
        for number, visit in enumerate(case.visits):
            if visit.left_at is None or (before is not None and visit.left_at >= before):
                break
            rows.append(
                Row(
                    f"0:{number}",
                    label("case_move", visit.move, self._desk.language),
                    right=self._when(visit.left_at),
                    detail=one_line(visit.actor, 40),
                    is_quiet=True,
                )
            )
        words = self._words(
            "story.reported",
            source=label("case_source", case.source, self._desk.language),
            kind=self._class(case.standard_id),
            place=place_words(case.place),
        )
        begin = Row("0:reported", words, right=self._when(case.reported_at), detail=one_line(case.reported_by, 40))
        return [*rows[::-1], begin]

    def _because(self, words: str, reason: str, tone: str = "normal") -> _Line:
        if not reason:
            return _Line(words, tone)
        return _Line(self._words("story.because", sentence=words, reason=one_line(reason, 400)), tone)

    def _class(self, standard_id: str) -> str:
        return class_name(self._desk.state, standard_id, self._desk.language)

    def _department(self, department_id: str) -> str:
        return department_name(self._desk.state, department_id, self._desk.language) if department_id else ""

    def _when(self, at: datetime) -> str:
        return when_words(at, self._desk.clock(), self._desk.state.time_zone, self._desk.language)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._desk.language, **values)
