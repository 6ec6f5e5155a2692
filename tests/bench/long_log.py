"""A log of a million entries, made quickly: a few rounds of a town's work are decided, then told again and again.

A round is what the rules decide of incidents with their calls and crews, cases through their stages, a duty and a
message. Each later round is the same entries under other numbers, other words and on another day, so that making them
costs no deciding; folding and storing them is as with any log.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from dispatch import case_commands as k
from dispatch import duty_commands as d
from dispatch import message_commands as m
from dispatch.case import BEFORE, CaseStage
from dispatch.chain import read_key
from dispatch.codec import columns_of, decode, encode
from dispatch.commands import AddNote, AssignUnits, Body, Choice, CloseIncident, RecordCall, ReportIncident, Who
from dispatch.commands import ReportStatus as Reports
from dispatch.decide import decide
from dispatch.events import Entry
from dispatch.incident import Location
from dispatch.log_postgres import PostgresLog
from dispatch.log_sqlite import SqliteLog
from dispatch.message import TO_DEPARTMENT, Addressee
from dispatch.state import State, apply, fold
from dispatch.uncollected import uncollected
from resources.status import Status
from tests.dispatch.case_town import ACCEPTOR, COORDINATOR, PLACE, WATER_OFFICER, CaseStory, case_opening, photo
from tests.dispatch.town import OPERATOR, STEP_LAT, STEP_LON, command, crew, opening

# Numbers that stand in the entries of the first rounds and nowhere else.
_DUTY, _INCIDENT, _CASE, _MESSAGE, _CALL, _PHOTO, _ENTRY = (number * 10_000_000 for number in range(3, 10))
_DAY = datetime(2031, 3, 3, 7, tzinfo=UTC)  # a Monday
_MARKS = re.compile(rb"2031-\d\d-\d\d|[3-9]0000\d\d\d|(?<=mark-)\d+")
_PER_ROUND = 20  # numbers of one sort that a round uses at most
ROUNDS_A_DAY = 40
OPEN_ROUNDS = 400  # the last ones leave their cases in the middle of the loop
_STEPS = 8
FOLD_BATCH = 50_000


@dataclass(frozen=True, slots=True)
class _Line:
    """One entry of a round as bytes; `step` counts along a case or a duty, which the last rounds leave half done."""

    body: bytes
    step: int


class _Round(CaseStory):
    """Decide one round from a state whose next numbers are marks."""

    def __init__(self, start: State, number: int) -> None:
        self.state = replace(
            start,
            next_incident=_INCIDENT + 1,
            next_case=_CASE + 1,
            next_message=_MESSAGE + 1,
            next_duty=_DUTY + 1,
            sequence=_ENTRY,
            at=_DAY,
        )
        self.lines: list[_Line] = []
        self._number, self._photos, self._step, self._seconds = number, 0, 0, 0.0
        self._tell()

    def do(self, body: Body, *, who: Who = OPERATOR, at: datetime = _DAY, based_on: int | None = None):  # type: ignore[no-untyped-def, override]
        self._seconds += 17.0
        at = _DAY + timedelta(seconds=self._seconds)
        asked = command(body, at=at, who=who, id=f"mark-{len(self.lines)}")
        if photographs := getattr(body, "evidence", ()):
            shown = []
            for photograph in photographs:
                self._photos += 1
                shown.append(replace(photograph, id=f"{'ab' * 28}{_PHOTO + self._photos}"))
            asked = replace(asked, body=replace(body, evidence=tuple(shown)))  # type: ignore[call-arg]
        events = decide(self.state, asked)
        assert events, body
        entry = Entry(self.state.sequence + 1, asked.id, at, at, who.actor, who.role, who.department, who.seat, events)
        self.state = apply(self.state, entry)
        self.lines.append(_Line(encode(entry), self._step))
        return events

    def _place(self) -> Location:
        east, north = self._number % 7 / 3.0, self._number % 5 / 2.0
        return Location(25.0 + east * STEP_LON, 60.0 + north * STEP_LAT, f"Mill Lane {_INCIDENT + 1}", "Smalltown")

    def _tell(self) -> None:
        self._incident("structure_fire", ("E1", "A1"), "extinguished")
        self._incident("cardiac_arrest", ("A2", "P1"), "transported")
        if self._number % 2:
            self._incident("traffic_collision", ("P2",), "cleared")
        for standard, source in (("rubbish", "hotline"), ("lamp_out", "citizen"), ("rubbish", "patrol"))[
            : 2 + self._number % 2
        ]:
            self._case(standard, source)
        self._duty()
        to = (Addressee(TO_DEPARTMENT, "water"),)
        self.do(m.SendMessage(f"water is off at number {_MESSAGE + 1}", to, needs_receipt=True), who=COORDINATOR)
        self.do(m.ReceiveMessage(_MESSAGE + 1), who=WATER_OFFICER)

    def _incident(self, kind: str, units: tuple[str, ...], ended: str) -> None:
        number = self.state.next_incident
        call = f"call-{_CALL + len(self.state.calls) % 10 + 1}"
        self.do(RecordCall(call, ringing_at=_DAY, answered_at=_DAY, text=f"smoke seen, says caller {_CALL + 1}"))
        self.do(ReportIncident(kind, self._place(), call_id=call, text=f"seen from house {number}"))
        self.do(AssignUnits(number, tuple(Choice(unit, eta_s=240.0) for unit in units)))
        for unit in units:
            for status in (Status.ACKNOWLEDGED, Status.EN_ROUTE, Status.ON_SCENE):
                self.do(Reports(unit, status, source="crew"), who=crew(unit))
        self.do(AddNote(number, f"the crew says of {number} that two rooms were searched and nobody was found"))
        for unit in units:
            self.do(Reports(unit, Status.AVAILABLE, source="crew"), who=crew(unit))
        self.do(CloseIncident(number, ended))

    def _case(self, standard: str, source: str) -> None:
        number = self.state.next_case
        place = replace(PLACE, location=self._place())
        seen = (photo(BEFORE),) if source == "patrol" else ()
        self.do(k.ReportCase(source, standard, place, text=f"lies there, number {number}", evidence=seen), who=ACCEPTOR)
        while self.case(number).stage is not CaseStage.EVALUATE:
            self._step += 1
            body, who = self.next_step(number)
            self.do(body, who=who)
        self._step = 0

    def _duty(self) -> None:
        """Tell of an incident that waits for a department's duty."""
        incident, number = self.state.next_incident, self.state.next_duty
        self.do(ReportIncident("burst_water_main", self._place(), text=f"water on the road at {incident}"))
        draft = d.DutyDraft(f"shut the valve {number}", "water")
        self.do(d.GiveDuties((draft,), incident), who=COORDINATOR)
        accept, done, confirm = d.AcceptDuty(number), d.ReportDutyDone(number), d.ConfirmDuty(number)
        for body, who in ((accept, WATER_OFFICER), (done, WATER_OFFICER), (confirm, COORDINATOR)):
            self._step += 2
            self.do(body, who=who)
        self.do(CloseIncident(incident, "repaired"))
        self._step = 0


def bodies(entries: int) -> Iterator[bytes]:
    """Yield the bytes of so many entries, in their order."""
    state, at, sequence = State(), _DAY - timedelta(days=1), 0
    for each in (*opening(at=at), *case_opening()):
        sequence += 1
        who = each.who
        events = decide(state, replace(each, at=at))
        entry = Entry(sequence, each.id, at, at, who.actor, who.role, who.department, who.seat, events)
        state = apply(state, entry)
        yield encode(entry)
    rounds = [_Round(state, number).lines for number in range(6)]
    last_whole = entries // min(map(len, rounds)) + 1
    per_round = sum(map(len, rounds)) / len(rounds)
    open_from = max(0, min(last_whole, int(entries / per_round)) - OPEN_ROUNDS)
    number = 0
    while True:
        for line in rounds[number % len(rounds)]:
            if number >= open_from and line.step > number % _STEPS:
                continue
            sequence += 1
            yield _told_again(line.body, number, sequence)
            if sequence == entries:
                return
        number += 1


def _told_again(body: bytes, number: int, sequence: int) -> bytes:
    days = timedelta(days=number // ROUNDS_A_DAY)

    def other(found: re.Match[bytes]) -> bytes:
        text = found[0]
        if text.startswith(b"2031-"):
            return str(datetime.fromisoformat(text.decode()).date() + days).encode()
        value = int(text)
        if value < 10_000_000:  # a command's id: nobody's may be guessed from another's
            return hashlib.md5(b"%d" % sequence).hexdigest().encode()
        if value >= _ENTRY:
            return b"%d" % sequence
        if value >= _PHOTO:
            return b"%08d" % (number * _PER_ROUND + value % _PER_ROUND)
        return b"%d" % (number * _USED[value // 10_000_000] + value % 100)

    return _MARKS.sub(other, body)


# How many numbers of each sort a round takes, by the leading digit of its marks.
_USED = {3: 1, 4: 4, 5: 3, 6: 1, 7: 3}


class Writer:
    """Write entries into an empty log at once: chained as the log chains them, in the order in which they come."""

    def __init__(self, log: PostgresLog | SqliteLog, keys: Path) -> None:
        key = read_key(keys, log.log_id)
        assert key is not None
        self._key, self._mac = key, key.first

    def row(self, body: bytes, columns: tuple[int | str, ...]) -> tuple[object, ...]:
        """Return the next row of the table of entries."""
        self._mac = self._key.mac(self._mac, body)
        return (*columns, body, self._mac)


def fill(
    logs: list[tuple[PostgresLog | SqliteLog, str, Path]], entries: int, *, until: int, more: int
) -> tuple[State, list[Entry]]:
    """Write so many entries into empty logs (with address or file, and keys).

    Return the state at entry `until`, and the entries behind it: those that were written, and so many `more`.
    """
    state, waiting, behind = State(), list[bytes](), list[Entry]()
    with ExitStack() as stack, uncollected():
        puts = [stack.enter_context(_putting(log, where, keys)) for log, where, keys in logs]
        for sequence, body in enumerate(bodies(entries + more), 1):
            columns = columns_of(body)
            for put in puts if sequence <= entries else ():
                put(body, columns)
            if sequence > until:
                behind.append(decode(body))
                continue
            waiting.append(body)
            if sequence == until or len(waiting) == FOLD_BATCH:
                state = fold(state, map(decode, waiting))
                waiting.clear()
    return state, behind


@contextmanager
def _putting(log: PostgresLog | SqliteLog, where: str, keys: Path) -> Iterator[Callable[..., None]]:
    writer = Writer(log, keys)
    if isinstance(log, PostgresLog):
        with (
            psycopg.connect(where) as connection,
            connection.cursor() as cursor,
            cursor.copy("COPY entries FROM STDIN") as copy,
        ):
            yield lambda body, columns: copy.write_row(writer.row(body, columns))
        return
    insert = f"INSERT INTO entries VALUES ({', '.join('?' * 11)})"
    with closing(sqlite3.connect(where)) as database, database:
        yield lambda body, columns: database.execute(insert, writer.row(body, columns)) and None


def state_of(entries: int) -> State:
    """Return the state after so many entries, without a log."""
    with uncollected():
        return fold(State(), map(decode, bodies(entries)))
