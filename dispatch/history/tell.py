"""Tell the past to an engine: commands alone, in the order in which things happened, into a log of kind history.

What a crew did is a fact with its own instant. Where the rules of the log refuse one it stays blank, and is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

from dispatch import commands as c
from dispatch.commands import Body, Command, Who
from dispatch.engine import Engine
from dispatch.events import Entry, LogKind, UnitAssigned
from dispatch.history.learnt import NO_DISPOSITION, codes_of
from dispatch.history.past import (
    CLOSING_ASSUMED,
    NO_DISPATCH,
    NOT_IN_FILE,
    SENT_ELSEWHERE,
    Past,
    PastIncident,
    PastResponse,
)
from dispatch.history.report import Report
from dispatch.refused import Refused
from resources.status import Status

WHO = Who("history", "system", "", "history")
STATUS_OF = {
    "acknowledged": Status.ACKNOWLEDGED,
    "en_route": Status.EN_ROUTE,
    "staged": Status.STAGED,
    "on_scene": Status.ON_SCENE,
    "transporting": Status.TRANSPORTING,
    "at_destination": Status.AT_DESTINATION,
    "available": Status.AVAILABLE,
}
EVERY = 500  # steps between two words on how far it is
_CALL, _REPORT, _WORK, _END = range(4)
Say = Callable[[float, str], None]


class HistoryClock:
    """Tell the engine the instant of the command that is being given: entries are recorded when they happened."""

    def __init__(self) -> None:
        self.at = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the present instant of the past."""
        return self.at


@dataclass(slots=True)
class _Running:
    """An incident while it is told: its number in the log, and the assignment of each response by row."""

    past: PastIncident
    number: int = 0
    assignments: dict[int, str] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)


Step = tuple[datetime, int, datetime, int, int, Callable[[datetime], None]]


def tell(past: Past, engine: Engine, *, clock: HistoryClock, report: Report, say: Say | None = None) -> None:
    """Open an empty log as a history and tell the past in it; `clock` is the engine's own.

    Raises ValueError where the log is not empty: history goes into a log of its own, and a live log never takes it.
    Raises Refused where the roster or the run cards are wrong. `say` hears the share that is done.
    """
    if engine.state.kind is not None:
        raise ValueError("the log is not empty: history is told in a new one")
    telling = _Telling(past, engine, clock, report)
    telling.open()
    steps = sorted(telling.steps(), key=lambda each: each[:5])
    for number, (at, *_, do) in enumerate(steps):
        if say is not None and number % EVERY == 0:
            say(number / len(steps), f"telling what happened ({number:,} of {len(steps):,})")
        do(at)
    report.entries = engine.state.sequence


class _Telling:
    def __init__(self, past: Past, engine: Engine, clock: HistoryClock, report: Report) -> None:
        self._past, self._engine, self._clock, self._report = past, engine, clock, report
        self._given = count(1)
        self._roles = {unit.id: unit.capabilities[0] for unit in past.roster.units}
        self._needs = {card.kind: {need.id: need.count for need in card.needs} for card in past.cards.cards}
        words = dict.fromkeys(each.disposition for each in past.incidents if each.disposition)
        self._told: dict[str, PastResponse] = {}  # by assignment
        self._ends = codes_of(words, stem="disposition")

    def open(self) -> None:
        """Open the log with what the past has taught: its roster and its run cards."""
        past, first = self._past, self._past.incidents[0].received_at if self._past.incidents else self._clock.at
        source = self._report.file
        for body in (
            c.OpenLog(LogKind.HISTORY, past.city or source, past.time_zone, "history"),
            c.LoadRoster(past.roster, source),
            c.LoadRunCards(past.cards, source),
        ):
            self._ask(body, first - timedelta(minutes=1))

    def steps(self) -> Iterator[Step]:
        """Yield what is to be told: at what instant, in which order of equal instants, and how."""
        for order, incident in enumerate(self._past.incidents):
            running = _Running(incident)
            reported_at = incident.entered_at or incident.received_at
            if incident.caller:
                yield (
                    incident.received_at, _CALL, incident.received_at, order, 0,
                    partial(self._call, running, order),
                )  # fmt: skip
            yield reported_at, _REPORT, reported_at, order, 0, partial(self._open, running, order)
            yield from self._work(running, order, reported_at)
            ends_at = max(self._end_of(incident), reported_at)
            yield ends_at, _END, ends_at, order, 0, partial(self._end, running)

    def _work(self, running: _Running, order: int, reported_at: datetime) -> Iterator[Step]:
        """Yield assignments, those of one instant together, and what each unit then did."""
        together: dict[datetime, list[PastResponse]] = {}
        for response in running.past.responses:
            began_at = max(response.began_at or reported_at, reported_at)
            together.setdefault(began_at, []).append(response)
        for began_at, responses in together.items():
            yield (
                began_at, _WORK, began_at, order, 0,
                partial(self._assign, running, tuple(responses)),
            )  # fmt: skip
            for response in responses:
                for place, name in enumerate(STATUS_OF, start=1):
                    at = response.instants.get(name)
                    if at is not None:
                        yield (
                            max(at, began_at), _WORK, began_at, order, response.row * 10 + place,
                            partial(self._report_status, running, response, name),
                        )  # fmt: skip

    def _end_of(self, incident: PastIncident) -> datetime:
        if incident.closed_at is not None:
            return max(incident.last_at, incident.closed_at)
        if any("available" in each.instants for each in incident.responses):
            return incident.last_at
        return incident.last_at + timedelta(minutes=self._past.close_after_min)

    def _call(self, running: _Running, order: int, at: datetime) -> None:
        past = running.past
        body = c.RecordCall(f"history-{order + 1}", past.channel, answered_at=at, person_id=past.caller)
        self._try(body, at, past.row, "call")

    def _open(self, running: _Running, order: int, at: datetime) -> None:
        past, number = running.past, self._engine.state.next_incident
        body = c.ReportIncident(
            kind=self._past.kind_ids[past.kind],
            location=past.location,
            priority=past.priority,
            alarm_level=past.alarm_level,
            call_id=f"history-{order + 1}" if past.caller else "",
            text=past.text,
            received_at=past.received_at,
        )
        if self._try(body, at, past.row, "incident"):
            running.number = number

    def _assign(self, running: _Running, responses: tuple[PastResponse, ...], at: datetime) -> None:
        """Send those that were sent at one instant; one still bound elsewhere is released there first."""
        if not running.number:
            return
        for response in responses:
            unit = self._engine.state.units.get(response.unit_id)
            if unit is not None and unit.assignment_id:
                self._leave(unit.assignment_id, response.unit_id, at)
        choices = {each.row: self._choice(running, each) for each in responses}
        if not self._sent(running, responses, choices, at) and len(responses) > 1:
            for response in responses:  # one of them may not go; the others did
                self._sent(running, (response,), choices, at)

    def _leave(self, assignment_id: str, unit_id: str, at: datetime) -> None:
        """Release a unit that is sent elsewhere while the file has it on an earlier incident, and note it there."""
        earlier = self._told[assignment_id]
        freed_at = earlier.instants.get("available")
        self._try(c.ReleaseUnit(unit_id, SENT_ELSEWHERE), at, earlier.row, "available")
        if freed_at is None:
            self._report.note(earlier.row, "missing", "available")
        else:
            self._report.note(earlier.row, "sent_elsewhere", "available", freed_at.isoformat())

    def _choice(self, running: _Running, response: PastResponse) -> c.Choice:
        needs = self._needs[self._past.kind_ids[running.past.kind]]
        role = self._roles[response.unit_id]
        need = role if running.filled[role] < needs.get(role, 0) else ""
        running.filled[role] += 1
        reason = "" if "dispatched" in response.instants else NO_DISPATCH
        return c.Choice(response.unit_id, need, override_reason=reason)

    def _sent(
        self,
        running: _Running,
        responses: tuple[PastResponse, ...],
        choices: dict[int, c.Choice],
        at: datetime,
    ) -> bool:
        body = c.AssignUnits(running.number, tuple(choices[each.row] for each in responses))
        try:
            entry = self._ask(body, at)
        except Refused as refused:
            if len(responses) == 1:
                self._report.note(responses[0].row, f"refused_{refused.code}", "dispatched")
            return False
        events = [each for each in entry.events if isinstance(each, UnitAssigned)] if entry is not None else []
        for response, event in zip(responses, events, strict=True):
            running.assignments[response.row] = event.assignment_id
            self._told[event.assignment_id] = response
            if "dispatched" not in response.instants:
                self._report.note(response.row, "missing", "dispatched")
        return True

    def _report_status(self, running: _Running, response: PastResponse, name: str, at: datetime) -> None:
        assignment = self._engine.state.assignments.get(running.assignments.get(response.row, ""))
        if assignment is None:
            return
        if name == "available" and not assignment.is_open:
            return  # it was sent elsewhere before, which was noted
        body = c.ReportStatus(
            response.unit_id, STATUS_OF[name], source="crew", assignment_id="" if assignment.is_open else assignment.id
        )
        self._try(body, at, response.row, name)

    def _end(self, running: _Running, at: datetime) -> None:
        """Release whom the file never released, and close."""
        if not running.number:
            return
        for response in running.past.responses:
            assignment = self._engine.state.assignments.get(running.assignments.get(response.row, ""))
            if assignment is not None and assignment.is_open:
                self._try(c.ReleaseUnit(response.unit_id, NOT_IN_FILE), at, response.row, "available")
                self._report.note(response.row, "missing", "available")
        past = running.past
        is_known = past.closed_at is not None or any("available" in each.instants for each in past.responses)
        words = past.disposition if is_known else CLOSING_ASSUMED
        end = self._ends.get(past.disposition, NO_DISPOSITION)
        self._try(c.CloseIncident(running.number, end, words), at, past.row, "closed")

    def _try(self, body: Body, at: datetime, row: int, name: str) -> bool:
        """Give a command; what the rules refuse is noted and stays blank."""
        try:
            self._ask(body, at)
        except Refused as refused:
            self._report.note(row, f"refused_{refused.code}", name)
            return False
        return True

    def _ask(self, body: Body, at: datetime) -> Entry | None:
        self._clock.at = at
        return self._engine.do(Command(f"history-{next(self._given):08d}", at, WHO, body))
