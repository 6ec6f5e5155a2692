"""Who is there: each seat says in the room's database what it has in hand, and reads what the others say.

Nothing here is a fact of the log, and nothing waits for it: presence is a courtesy between desks. A seat that says
nothing for a while is stale ('was here'); one that closes takes its row away.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import psycopg
from psycopg import errors

from dispatch.codec import clean_text
from dispatch.log import NotSaved
from dispatch.server_watch import Watch, cut

CHANNEL = "opsroom_presence"
STALE_S = 15.0
DRIFT_S = 1.0
ANSWER_S = 5.0
LONGEST_WORD = 200
MOST_ROWS = 2000
KEPT = "12 hours"  # of a seat that went away without a word


class Connects(Protocol):
    """A log that lets others connect to its server as the seat does (`PostgresLog`)."""

    def connect(self, purpose: str) -> psycopg.Connection[tuple[Any, ...]]: ...


class NoPresence(Exception):
    """The database has no table for presence, or lets this seat not use it: it was prepared by an older program."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Say by how much a machine's clock is ahead of the server's, give or take `within_s` (half the way there)."""

    ahead_s: float
    within_s: float = 0.0

    @property
    def is_off(self) -> bool:
        """Tell whether it is off by more than a second for certain."""
        return abs(self.ahead_s) - self.within_s > DRIFT_S


@dataclass(frozen=True, slots=True)
class Here:
    """What a seat says of itself: who sits there, what is open before them, whether they are taking a call.

    `age_s` is how long ago it was said by the server's clock, `instance` names the running program; both are the
    room's to fill in, with the clock.
    """

    seat: str
    actor: str = ""
    role: str = ""
    department: str = ""
    incident_id: int | None = None
    case_id: int | None = None
    taking_call_since: datetime | None = None
    is_island: bool = False
    program: str = ""
    clock: Clock | None = None
    instance: str = ""
    age_s: float = 0.0

    @property
    def is_stale(self) -> bool:
        """Tell whether the seat was here and has fallen silent."""
        return self.age_s > STALE_S


@dataclass(frozen=True, slots=True)
class Room:
    """Hold what is known of the other seats; `twins` are other programs running now under this `seat`'s own name.

    `is_connected`: the server answered just now. `is_missing`: it has no table for presence.
    """

    seat: str = ""
    others: tuple[Here, ...] = ()
    twins: tuple[Here, ...] = ()
    clock: Clock | None = None
    is_connected: bool = False
    is_missing: bool = False

    def is_there(self, seat: str) -> bool:
        """Tell whether a seat works on the room's log now; all are believed to where nobody can say.

        A seat on an island does not see what comes in here.
        """
        if seat == self.seat or not self.is_connected:
            return True
        return any(each.seat == seat and not each.is_stale and not each.is_island for each in self.others)

    def aged(self, more_s: float) -> Room:
        """Return the room as it looks so many seconds later, if nothing more was heard."""
        others, twins = (tuple(replace(h, age_s=h.age_s + more_s) for h in each) for each in (self.others, self.twins))
        return replace(self, others=others, twins=tuple(each for each in twins if not each.is_stale))


class Presence:
    """One seat's line to the table; belongs to one thread. Raises NotSaved where the server cannot be reached.

    Raises NoPresence where the database has no such table for this seat.
    """

    def __init__(self, log: Connects, *, instance: str = "") -> None:
        self.instance = instance or uuid.uuid4().hex
        self.clock: Clock | None = None
        self._seat = ""
        self._connection = log.connect("presence")
        self._watch = Watch()
        try:
            if not self._run("SELECT to_regclass('presence') IS NOT NULL")[0][0]:
                raise NoPresence("the database has no table for presence")
            self._run("SET synchronous_commit = off")  # what is said again in seconds need not survive a power cut
            self._run(f"LISTEN {CHANNEL}")
            before, started_s = datetime.now(UTC), time.monotonic()
            self._measure(self._run("SELECT clock_timestamp()")[0][0], before, started_s)
        except BaseException:
            self.close()
            raise

    def say(self, here: Here, *, is_news: bool = True) -> None:
        """Say what the seat has in hand; with `is_news` the others hear it at once, else when they next look."""
        is_first, self._seat = not self._seat, _word(here.seat)
        clock = self.clock or Clock(0.0, STALE_S)
        before, started_s = datetime.now(UTC), time.monotonic()
        [(seen_at, _)] = self._run(
            _SAY,
            (
                self._seat,
                self.instance,
                *map(_word, (here.actor, here.role, here.department)),
                here.incident_id,
                here.case_id,
                here.taking_call_since,
                clock.ahead_s,
                clock.within_s,
                here.is_island,
                _word(here.program),
                is_news,
            ),
        )
        self._measure(seen_at, before, started_s)
        if is_first:
            self._run(_CLEAR, (self._seat, self.instance, STALE_S, KEPT))

    def room(self) -> Room:
        """Return the other seats: each once, as it is or as it was last; twice where it runs twice."""
        others: list[Here] = []
        twins: list[Here] = []
        begun: dict[str, datetime] = {}  # when the latest program of a seat began; what fell silent before is over
        for *words, age_s, began_at, seen_at in self._run(_READ, (MOST_ROWS,)):
            here = _read(words, float(age_s))
            is_over = here.seat in begun and (here.is_stale or seen_at < begun[here.seat])
            begun[here.seat] = max(began_at, begun.get(here.seat, began_at))
            if is_over or here.instance == self.instance:
                continue
            if here.seat != self._seat:
                others.append(here)
            elif not here.is_stale:
                twins.append(here)
        return Room(self._seat, tuple(others), tuple(twins), self.clock, is_connected=True)

    def others(self) -> tuple[Here, ...]:
        """Return the other seats, with the age of what each says."""
        return self.room().others

    def wait(self, timeout_s: float, wake: socket.socket | None = None) -> bool:
        """Wait until another seat has said something (then True), `wake` can be read, or the time is over."""
        try:
            if self._heard():
                return True
            with selectors.DefaultSelector() as lines:
                lines.register(self._connection.fileno(), selectors.EVENT_READ)
                if wake is not None:
                    lines.register(wake, selectors.EVENT_READ)
                lines.select(max(0.0, timeout_s))
            return self._heard()
        except (psycopg.Error, OSError, ValueError) as error:
            raise NotSaved("connection_lost", f"presence: {error}") from error

    def leave(self) -> None:
        """Take the seat's row away and tell the others."""
        self._run(_LEAVE, (self._seat, self.instance))

    def cut(self) -> None:
        """End the line from another thread, under whoever waits on it."""
        cut(self._connection)

    def close(self) -> None:
        """Hang up; the row stays until it is stale."""
        self._watch.end()
        with contextlib.suppress(psycopg.Error):
            self._connection.close()

    def _heard(self) -> bool:
        heard = False
        for _ in self._connection.notifies(timeout=0):
            heard = True
        return heard

    def _measure(self, there: datetime, before: datetime, started_s: float) -> None:
        half_s = (time.monotonic() - started_s) / 2
        self.clock = Clock(round((before - there).total_seconds() + half_s, 3), round(half_s, 3))

    def _run(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        try:
            with self._watch.over(self._connection, ANSWER_S):
                cursor = self._connection.execute(statement.encode(), values or None)
                return list(cursor.fetchall()) if cursor.description else []
        except (errors.UndefinedTable, errors.UndefinedColumn, errors.InsufficientPrivilege) as error:
            raise NoPresence(str(error)) from error
        except psycopg.Error as error:
            raise NotSaved("connection_lost", f"presence: {error}") from error


@contextlib.contextmanager
def presence(log: Connects, *, instance: str = "") -> Iterator[Presence]:
    """Open a line while the block runs."""
    line = Presence(log, instance=instance)
    try:
        yield line
    finally:
        line.close()


_COLUMNS = (
    "seat, instance, actor, role, department, incident_id, case_id, taking_call_since, clock_ahead_s, clock_within_s, "
    "is_island, program"
)
_CHANGED = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[2:])
_SAY = f"""WITH said AS (
    INSERT INTO presence ({_COLUMNS}, seen_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp())
    ON CONFLICT (seat, instance) DO UPDATE SET {_CHANGED}, seen_at = excluded.seen_at
    RETURNING seen_at
) SELECT seen_at, CASE WHEN %s THEN pg_notify('{CHANNEL}', '') END FROM said"""
_READ = f"""SELECT {_COLUMNS}, EXTRACT(EPOCH FROM clock_timestamp() - seen_at)::float8, began_at, seen_at
    FROM presence ORDER BY seen_at DESC LIMIT %s"""
_LEAVE = f"""WITH gone AS (DELETE FROM presence WHERE seat = %s AND instance = %s RETURNING seat)
    SELECT pg_notify('{CHANNEL}', '') FROM gone"""
# What this seat left behind when it was killed, and whoever has not been heard of for half a day.
_CLEAR = """DELETE FROM presence WHERE (seat = %s AND instance <> %s
    AND seen_at < clock_timestamp() - make_interval(secs => %s)) OR seen_at < clock_timestamp() - %s::interval"""


def _read(words: Sequence[Any], age_s: float) -> Here:
    seat, instance, actor, role, department, incident_id, case_id, since, ahead_s, within_s, is_island, program = words
    return Here(
        seat,
        actor,
        role,
        department,
        incident_id,
        case_id,
        since.astimezone(UTC) if since is not None else None,
        is_island,
        program,
        Clock(ahead_s, within_s) if ahead_s is not None else None,
        instance,
        max(0.0, age_s),
    )


def _word(text: str) -> str:
    return clean_text(text)[:LONGEST_WORD]
