"""A situation report in words: sections of plain text that a page, a paper and a file show alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from app.cases.words import when_words
from app.messages.words import seat_words
from app.parts.names import department_name
from app.wording import label, listed, one_line, text
from app.wording.durations import BLANK, day_and_clock
from dispatch.message import TO_DEPARTMENT, Addressee
from dispatch.situation import DutyLine, Headline, IncidentBlock, MessageLine, Report
from dispatch.situation_since import Since
from dispatch.state import State

MOST_IN_MESSAGE = 1_800
_LOUD = frozenset({"duties_overdue", "duties_handed_back", "cases_overdue", "messages_unconfirmed"})


@dataclass(frozen=True, slots=True)
class Section:
    """One section: a title, lines of facts, and a table (no headings: none). `loud` are rows to be marked.

    `level` 1 begins an incident, 2 is a part of one or of the whole.
    """

    title: str
    lines: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    loud: frozenset[int] = frozenset()
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole report: what it is of, when, how much of the log it knows, the figures on top, and its sections."""

    title: str
    subtitle: str
    figures: tuple[tuple[str, str, bool], ...]  # name, value, whether it is loud
    sections: tuple[Section, ...]


class Wording:
    """Word one report; `state` is the one that it was made from."""

    def __init__(self, state: State, report: Report, language: str, *, by: str = "", city: str = "") -> None:
        """`by` is who makes it, `city` what the city is called in the language (empty: as in the log)."""
        self._state, self._report, self._language, self._by = state, report, language, by
        self._city = city or state.city

    def paper(self) -> Paper:
        """Return the report in words."""
        report, state = self._report, self._state
        kind = state.kind.value if state.kind is not None else "live"
        marked = "" if kind == "live" else f"{label('situation_log', kind, self._language)} · "
        known = self._words("situation.known", at=self._full(report.at), sequence=f"{report.sequence:,}")
        by = " · " + self._words("situation.by", name=one_line(self._by, 60)) if self._by else ""
        return Paper(
            marked + self._words("situation.title", city=one_line(self._city, 60)),
            known + by,
            tuple(self._figures(report.headline)),
            tuple(self._sections()),
        )

    def brief(self) -> str:
        """Return the report as short as a message: figures that are not nought, a line for each incident."""
        report = self._report
        named = [f"{name} {value}" for name, value, _ in self._figures(report.headline) if value != "0"]
        head = self.paper().title
        lines = [f"{head} · {self._full(report.at)}", listed(named, self._language)]
        for block in report.incidents:
            units = sum(line.count for line in block.units)
            open_duties = sum(duty.state.value not in ("confirmed", "cancelled") for duty in block.duties)
            late = sum(duty.is_late for duty in block.duties)
            line = self._words(
                "situation.brief_incident",
                title=self._title(block),
                stage=label("stage", block.stage, self._language),
                units=units,
                duties=open_duties or None,
                late=late or None,
            )
            if sum(map(len, lines)) + len(line) > MOST_IN_MESSAGE:
                lines.append(self._words("situation.and_more", count=len(report.incidents) - len(lines) + 2))
                break
            lines.append(line)
        return "\n".join(lines)

    def _figures(self, headline: Headline) -> Iterable[tuple[str, str, bool]]:
        for field in fields(headline):
            value = getattr(headline, field.name)
            yield label("situation_figure", field.name, self._language), str(value), field.name in _LOUD and value > 0

    def _sections(self) -> Iterable[Section]:
        report = self._report
        if report.since is not None:
            yield self._since(report.since)
        for block in report.incidents:
            yield from self._incident(block)
        if report.incident_id is None and not report.incidents:
            yield Section(self._words("situation.no_incidents"))
        if report.case_duties:
            yield self._duties(report.case_duties, self._words("situation.case_duties"), level=1)
        if report.cases:
            rows = tuple(
                (self._department(line.department), str(line.open), str(line.overdue)) for line in report.cases
            )
            loud = frozenset(number for number, line in enumerate(report.cases) if line.overdue)
            heads = self._heads("department", "open", "overdue")
            yield Section(self._words("situation.cases"), headings=heads, rows=rows, loud=loud)
        if report.closures:
            rows = tuple(
                (one_line(each.reason, 120), self._when(each.closed_at), self._when(each.until))
                for each in report.closures
            )
            heads = self._heads("reason", "closed", "until")
            yield Section(self._words("situation.closures"), headings=heads, rows=rows)
        if report.perimeters:
            yield Section(self._words("situation.perimeters"), lines=self._perimeters(report.perimeters))
        if report.messages:
            yield self._messages(report.messages, level=1)

    def _incident(self, block: IncidentBlock) -> Iterable[Section]:
        language = self._language
        parts = [
            self._words("situation.stage", stage=label("stage", block.stage, language)),
            self._words("situation.lead", name=self._department(block.lead)),
            self._words("situation.received", at=self._when(block.received_at)),
        ]
        if block.alarm_level > 1:
            parts.append(self._words("situation.level", level=block.alarm_level))
        if block.deadline_at is not None:
            parts.append(self._words("situation.deadline", at=self._when(block.deadline_at)))
        lines = [" · ".join(parts)]
        if block.is_overdue:
            lines.append(self._words("situation.overdue"))
        if block.is_major:
            lines.append(self._words("situation.major"))
        if block.casualties is not None:
            counted = [
                f"{label('triage', field.name, language)} {getattr(block.casualties, field.name)}"
                for field in fields(block.casualties)
                if getattr(block.casualties, field.name)
            ]
            lines.append(self._words("situation.casualties", counts=listed(counted, self._language) or "0"))
        for each in block.units:
            by = listed((f"{label('status', status, language)} {count}" for status, count in each.by_status), language)
            lines.append(
                self._words("situation.units", name=self._department(each.department), count=each.count, by=by)
            )
        if not block.units:
            lines.append(self._words("situation.no_units"))
        lines += self._perimeters(block.perimeters)
        if block.case_ids:
            lines.append(self._words("situation.of_cases", numbers=listed(map(str, block.case_ids), self._language)))
        yield Section(self._title(block), tuple(lines))
        if block.duties:
            yield self._duties(block.duties, self._words("situation.duties"), level=2)
        if block.messages:
            yield self._messages(block.messages, level=2)

    def _title(self, block: IncidentBlock) -> str:
        card = self._state.cards.get(block.kind)
        kind = block.kind.replace("_", " ")
        if card is not None:
            kind = card.name_zh if self._language == "zh" and card.name_zh else card.name
        place = one_line(block.place, 100)
        return f"{block.incident_id}  {one_line(kind, 60)} · P{block.priority}" + (f" · {place}" if place else "")

    def _duties(self, duties: tuple[DutyLine, ...], title: str, *, level: int) -> Section:
        rows, loud = [], set()
        for number, duty in enumerate(duties):
            stands = label("duty_state", duty.state, self._language)
            if duty.waits_for:
                stands = self._words("situation.waits_for", numbers=listed(map(str, duty.waits_for), self._language))
            if duty.is_late:
                loud.add(number)
                stands = self._words("situation.late", stands=stands)
            due = self._when(duty.due_at)
            rows.append((str(duty.duty_id), self._department(duty.department), one_line(duty.text, 300), stands, due))
        heads = self._heads("number", "department", "what", "stands", "due")
        return Section(title, headings=heads, rows=tuple(rows), loud=frozenset(loud), level=level)

    def _messages(self, messages: tuple[MessageLine, ...], *, level: int) -> Section:
        rows = tuple(
            (
                str(each.message_id),
                one_line(each.text, 300),
                self._when(each.sent_at),
                listed((self._addressee(one) for one in each.waits_for), self._language),
            )
            for each in messages
        )
        loud = frozenset(number for number, each in enumerate(messages) if each.overdue)
        heads = self._heads("number", "message", "sent", "not_confirmed")
        return Section(self._words("situation.messages"), headings=heads, rows=rows, loud=loud, level=level)

    def _perimeters(self, perimeters: Iterable[object]) -> tuple[str, ...]:
        return tuple(
            self._words(
                "situation.perimeter",
                kind=label("perimeter_kind", each.kind, self._language),  # type: ignore[attr-defined]
                name=one_line(each.label, 100),  # type: ignore[attr-defined]
            )
            for each in perimeters
        )

    def _since(self, since: Since) -> Section:
        lines = []
        for field in fields(since):
            value = getattr(since, field.name)
            if isinstance(value, tuple) and value:
                names = listed((one_line(each, 20) for each in value[:40]), self._language) + (
                    " …" if len(value) > 40 else ""
                )
                lines.append(f"{label('situation_since', field.name, self._language)}: {names}")
        title = self._words("situation.since", at=self._full(since.from_at))
        return Section(title, tuple(lines) or (self._words("situation.nothing_since"),))

    def _heads(self, *codes: str) -> tuple[str, ...]:
        return tuple(label("situation_head", code, self._language) for code in codes)

    def _department(self, department: str) -> str:
        return department_name(self._state, department, self._language) if department else BLANK

    def _addressee(self, addressee: Addressee) -> str:
        if addressee.kind == TO_DEPARTMENT:
            return self._department(addressee.id)
        return seat_words(addressee.id, self._language)

    def _when(self, at: datetime | None) -> str:
        return when_words(at, self._report.at, self._state.time_zone, self._language)

    def _full(self, at: datetime) -> str:
        return day_and_clock(at, self._state.time_zone)

    def _words(self, key: str, **values: object) -> str:
        return text(key, self._language, **values)
