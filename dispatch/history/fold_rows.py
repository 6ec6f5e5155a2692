"""Fold rows, many for one incident, into incidents with their responses; what cannot be true becomes blank."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dispatch.history.callers import Callers, without_people
from dispatch.history.learnt import learn
from dispatch.history.locating import Found, Locator
from dispatch.history.mapping import INSTANTS, Mapping
from dispatch.history.past import Past, PastIncident, PastResponse
from dispatch.history.report import Report
from dispatch.history.row import Row, RowReader
from dispatch.history.sequence import contradicted
from dispatch.history.table import Table

if TYPE_CHECKING:
    from gis.city import City

LONGEST_CALL_SIGN, LONGEST_NAME, LONGEST_TEXT = 24, 60, 1_000
FARTHEST_APART = timedelta(days=7)
UNKNOWN_KIND = "Unknown"
EVERY = 2_000  # rows between two words on how far it is
Say = Callable[[float, str], None]


@dataclass(slots=True)
class _Draft:
    """An incident as its rows are read: what the first row says counts, later rows fill what was blank."""

    name: str
    rows: list[int] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    instants: dict[str, datetime] = field(default_factory=dict)
    found: Found | None = None
    caller: str = ""
    mapping: Mapping | None = None
    responses: dict[str, list[PastResponse]] = field(default_factory=dict)


def fold_rows(
    tables: Sequence[tuple[Table, Mapping]], *, city: City | None, time_zone: str = "", say: Say | None = None
) -> tuple[Past, Report]:
    """Fold the rows of tables that belong together (incidents, and who was sent to them) into the past.

    `time_zone` counts where neither mapping nor city names one. Raises ValueError where a table has no instants.
    """
    zone = time_zone or (city.time_zone if city is not None else "UTC")
    report = Report(tables[0][0].name, tables[0][1].name)
    folding = _Folding(report)
    total, done = sum(len(table.rows) for table, _ in tables), 0
    for table, mapping in tables:
        report.told += table.told
        reader = RowReader(table, mapping, time_zone=zone)
        if not ({"received", "dispatched", "entered"} & set(reader.fields)):
            raise ValueError(f"{table.name}: no column says when a call was received or a unit was dispatched")
        locator = Locator(city, crs=mapping.crs, precision=mapping.precision)
        try:
            for row in reader.rows(report, first=done):
                folding.take(row, mapping, locator)
                if say is not None and row.line % EVERY == 0:
                    say(row.line / total, f"reading rows ({row.line:,} of {total:,})")
        finally:
            locator.close()
        done += len(table.rows)
        if reader.decided_by in ("span", "usual"):
            first = "days" if reader.is_day_first else "months"
            report.told.append(
                f"{table.name}: no date shows whether days or months stand first; read with {first} first"
            )
    incidents = tuple(sorted(folding.incidents(), key=lambda each: (each.received_at, each.row)))
    main = next((mapping for _, mapping in tables if mapping.unit_kinds), tables[0][1])
    past = learn(incidents, main, city=city, time_zone=zone)
    _count(report, past)
    return past, report


class _Folding:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._drafts: dict[str, _Draft] = {}
        self._callers = Callers()

    def take(self, row: Row, mapping: Mapping, locator: Locator) -> None:
        """Take one row to its incident; a row without the incident's number is one of its own."""
        name = self._cut(row.line, "incident", row["incident"], LONGEST_NAME) or f"row {row.line}"
        draft = self._drafts.setdefault(name, _Draft(name))
        draft.rows.append(row.line)
        draft.mapping = draft.mapping if draft.mapping is not None and draft.words.get("kind") else mapping
        self._take_words(draft, row)
        if draft.found is None:
            self._locate(draft, row, locator)
        for each in ("received", "entered", "closed"):
            at = row.instants.get(each)
            known = draft.instants.get(each)
            if at is not None and known is not None and at != known:
                self._report.note(row.line, "differs_from_other_rows", each, row[each])
                at = max(at, known) if each == "closed" else min(at, known)
            if at is not None:
                draft.instants[each] = at
        if row["unit"]:
            self._take_response(draft, row)

    def _cut(self, line: int, name: str, cell: str, most: int) -> str:
        """Return a cell as long as it may be; that it was longer is counted."""
        if len(cell) <= most:
            return cell
        self._report.note(line, "shortened", name, cell)
        return cell[:most].strip()

    def _take_words(self, draft: _Draft, row: Row) -> None:
        names = (row["caller_name"], row["caller_number"])
        draft.caller = draft.caller or self._callers.pseudonym(*names)
        for each in ("kind", "kind_detail", "priority", "alarm_level", "disposition", "text", "channel"):
            cell = row[each]
            if cell and each in ("text", "kind_detail"):
                cell = without_people(cell, *names)
            elif each in ("kind", "disposition"):
                cell = self._cut(row.line, each, cell, LONGEST_NAME)
            known = draft.words.get(each)
            if cell and not known:
                draft.words[each] = cell
            elif cell and known and cell != known and each in ("kind", "priority", "disposition"):
                self._report.note(row.line, "differs_from_other_rows", each, cell)

    def _locate(self, draft: _Draft, row: Row, locator: Locator) -> None:
        clues = row.clues
        found = locator.find(clues)
        for note in found.notes:
            self._report.note(row.line, note, "place", clues.address or clues.point)
        if found.location is not None:
            draft.found = found

    def _take_response(self, draft: _Draft, row: Row) -> None:
        unit = self._cut(row.line, "unit", row["unit"], LONGEST_CALL_SIGN)
        instants = {name: row.instants[name] for name in INSTANTS if name in row.instants}
        response = PastResponse(unit, row.line, instants, row["unit_kind"], row["station"], row["department"])
        earlier = draft.responses.setdefault(unit, [])
        for number, other in enumerate(earlier):
            if _is_same(other, response):
                earlier[number] = self._merged(other, response)
                return
        earlier.append(response)

    def _merged(self, first: PastResponse, second: PastResponse) -> PastResponse:
        """Fill the blanks of a response with those of another row about it; what the first row says counts."""
        for name, at in second.instants.items():
            if first.instants.get(name, at) != at:
                self._report.note(second.row, "differs_from_other_rows", name)
        self._report.note(second.row, "same_unit_and_incident", "unit", second.unit_id)
        both = {**second.instants, **first.instants}
        kind = first.unit_kind or second.unit_kind
        station = first.station or second.station
        return PastResponse(first.unit_id, first.row, both, kind, station, first.department or second.department)

    def incidents(self) -> Iterable[PastIncident]:
        """Yield what the rows came to; an incident without a place or an instant is refused with all its rows."""
        for draft in self._drafts.values():
            code = "no_place" if draft.found is None else ""
            responses = tuple(each for listed in draft.responses.values() for each in listed)
            known = [at for each in responses for at in each.instants.values()]
            if not code and not known and not draft.instants:
                code = "no_instant"
            if code:
                for row in draft.rows:
                    self._report.refuse(row, code)
                continue
            yield self._incident(draft, responses)

    def _incident(self, draft: _Draft, responses: tuple[PastResponse, ...]) -> PastIncident:
        assert draft.found is not None and draft.found.location is not None
        self._report.precision[draft.found.how] += 1
        received, entered, closed = self._own_instants(draft, responses)
        responses = tuple(self._forwards(each, received) for each in responses)
        text = ". ".join(each for each in (draft.words.get("kind_detail"), draft.words.get("text")) if each)
        return PastIncident(
            name=draft.name,
            row=draft.rows[0],
            kind=self._kind(draft),
            location=draft.found.location,
            received_at=received,
            entered_at=entered,
            closed_at=closed,
            priority=self._priority(draft),
            alarm_level=self._alarm_level(draft),
            disposition=draft.words.get("disposition", ""),
            text=self._cut(draft.rows[0], "text", text, LONGEST_TEXT),
            caller=draft.caller,
            channel=_channel(draft.words.get("channel", "")),
            responses=tuple(sorted(responses, key=lambda each: (each.began_at or received, each.row))),
        )

    def _own_instants(
        self, draft: _Draft, responses: Sequence[PastResponse]
    ) -> tuple[datetime, datetime | None, datetime | None]:
        """Return when it was received, entered and closed; the call may not come behind all that it led to."""
        own, row = draft.instants, draft.rows[0]
        known = [at for each in responses for at in each.instants.values()]
        others = [*known, *(own[each] for each in ("entered", "closed") if each in own)]
        received = own.get("received")
        if received is not None and len(others) > 1 and max(others) < received:
            self._report.note(row, "contradicts", "received")
            received = None
        if received is None:
            received = min(others) if others else own["received"]
            self._report.note(row, "missing", "received")
        entered, closed = own.get("entered"), own.get("closed")
        behind = [at for at in known if at >= received]
        if entered is not None and (entered < received or (behind and entered > min(behind))):
            self._report.note(row, "contradicts", "entered")
            entered = None
        if closed is not None and closed < received:
            self._report.note(row, "contradicts", "closed")
            closed = None
        return received, entered, closed

    def _forwards(self, response: PastResponse, received: datetime) -> PastResponse:
        """Leave blank what lies before the call, a week behind it, or runs backwards."""
        kept = dict(response.instants)
        for name, at in response.instants.items():
            code = "before_received" if at < received else "far_apart" if at - received > FARTHEST_APART else ""
            if code:
                del kept[name]
                self._report.note(response.row, code, name)
        for name in sorted(contradicted([(name, kept[name]) for name in INSTANTS if name in kept])):
            del kept[name]
            self._report.note(response.row, "contradicts", name)
        if len(kept) == len(response.instants):
            return response
        return PastResponse(
            response.unit_id, response.row, kept, response.unit_kind, response.station, response.department
        )

    def _kind(self, draft: _Draft) -> str:
        word = draft.words.get("kind", "")
        if not word:
            self._report.note(draft.rows[0], "missing", "kind")
            return UNKNOWN_KIND
        return draft.mapping.kinds.get(word, word) if draft.mapping is not None else word

    def _priority(self, draft: _Draft) -> int | None:
        word, mapping = draft.words.get("priority", ""), draft.mapping
        if not word or mapping is None:
            return None
        known = mapping.priorities.get(word.casefold())
        if known is not None:
            return known
        if not mapping.priorities and word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= 5:
            return int(word)
        self._report.note(draft.rows[0], "unknown_word", "priority", word)
        return None

    def _alarm_level(self, draft: _Draft) -> int:
        word = draft.words.get("alarm_level", "")
        if not word:
            return 1
        if word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= 9:
            return int(word)
        self._report.note(draft.rows[0], "unknown_word", "alarm_level", word)
        return 1


def _is_same(first: PastResponse, second: PastResponse) -> bool:
    """Tell whether two rows are about one response: not where the unit was sent again after it had been free."""
    began, ended = second.began_at, first.instants.get("available")
    other, end = first.began_at, second.instants.get("available")
    if began is not None and ended is not None and began >= ended:
        return False
    return not (other is not None and end is not None and other >= end)


def _channel(word: str) -> str:
    folded = word.casefold()
    for channel, words in (
        ("citizen", ("app", "web", "online", "mobile")), ("sensor", ("alarm", "sensor", "detector")),
        ("patrol", ("patrol", "field", "view")),
    ):  # fmt: skip
        if any(each in folded for each in words):
            return channel
    return "phone"


def _count(report: Report, past: Past) -> None:
    report.incidents = len(past.incidents)
    for incident in past.incidents:
        report.instants["received"] += 1
        report.instants["entered"] += incident.entered_at is not None
        report.instants["closed"] += incident.closed_at is not None
        for response in incident.responses:
            report.responses += 1
            report.instants.update(response.instants.keys())
    report.units = len(past.roster.units)
    if past.incidents:
        report.first_at = past.incidents[0].received_at.isoformat()
        report.last_at = max(each.last_at for each in past.incidents).isoformat()
