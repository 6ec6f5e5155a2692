"""What a PostgreSQL in trouble does to a seat, brought about for real: nothing here raises by itself."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from dispatch.commands import Command
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.log_postgres import PostgresLog

PATIENCE_S = 60.0
_COPY = (
    "INSERT INTO entries SELECT sequence + 1, command_id || ' of another', occurred_at, recorded_at, actor, role, "
    "department, seat, schema_version, body, mac FROM entries ORDER BY sequence DESC LIMIT 1"
)


def backend_of(log: PostgresLog) -> int:
    """Return the id of the server's process that answers this seat's statements."""
    assert log._connection is not None
    return log._connection.info.backend_pid


def tell(log: PostgresLog, statement: str) -> None:
    """Run a statement in the seat's own session."""
    assert log._connection is not None
    log._connection.execute(statement.encode())


def wait_until(is_so: Callable[[], object]) -> None:
    until_s = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until_s, "it never came to that"
        time.sleep(0.005)


@contextlib.contextmanager
def doing(engine: Engine, command: Command) -> Iterator[list[Entry | None]]:
    """Give a command on a thread of its own while the block runs; the list holds its answer afterwards."""
    answers: list[Entry | None] = []
    thread = threading.Thread(target=lambda: answers.append(engine.do(command)))
    thread.start()
    yield answers
    thread.join(PATIENCE_S)


def deadlock(address: str, engine: Engine, command: Command) -> tuple[Entry | None, float]:
    """Have the seat's append and another's transaction wait for each other, and the server choose the seat's to end.

    Return the answer that the seat came to nevertheless, and how long it took from when the other had done.
    """
    log = engine.log
    assert isinstance(log, PostgresLog)
    engine.catch_up()
    tell(log, "SET deadlock_timeout = '500ms'")  # it looks once, that long after it began to wait
    with psycopg.connect(address) as other, psycopg.connect(address, autocommit=True) as watch:
        other.execute("SET deadlock_timeout = '60s'")
        other.execute(_COPY.encode())  # the seat's append waits for what becomes of this
        with doing(engine, command) as answers:
            wait_until(lambda: _waits(watch, backend_of(log)))
            other.execute("LOCK TABLE entries IN SHARE MODE")  # and this for the seat's: neither can go on
            other.rollback()
            over_s = time.monotonic()
    return (answers[0] if answers else None), time.monotonic() - over_s


def serialization_failure(address: str, engine: Engine, command: Command) -> tuple[Entry | None, float]:
    """Have the seat's append read what another changes, and write what that one read, both as if alone.

    Only one of them can have been first, so the server ends the seat's, which commits later. A third holds the
    seat's append up until the other has done. Return as `deadlock` does.
    """
    log = engine.log
    assert isinstance(log, PostgresLog)
    engine.catch_up()
    tell(log, "SET default_transaction_isolation = 'serializable'")
    with (
        psycopg.connect(address) as other,
        psycopg.connect(address) as third,
        psycopg.connect(address, autocommit=True) as watch,
    ):
        other.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        last = engine.state.sequence
        other.execute("SELECT 1 FROM entries WHERE sequence = %s", (last + 1,))
        other.execute("UPDATE entries SET seat = seat WHERE sequence = %s", (last,))
        third.execute(_COPY.encode())
        with doing(engine, command) as answers:
            wait_until(lambda: _waits(watch, backend_of(log)))
            other.commit()
            third.rollback()
            over_s = time.monotonic()
    tell(log, "SET default_transaction_isolation = 'read committed'")
    return (answers[0] if answers else None), time.monotonic() - over_s


class Hogs:
    """Those who take every connection that a server has to give."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lines: list[psycopg.Connection[Any]] = []

    def take_all(self) -> int:
        """Connect until the server takes nobody more; return how many that were."""
        count = 0
        while True:
            try:
                self._lines.append(psycopg.connect(self._address, connect_timeout=5))
                count += 1
            except psycopg.OperationalError:
                return count

    def throw_out(self, log: PostgresLog) -> None:
        """End a seat's connections, and take their places."""
        for connection in (log._connection, log._ear._connection):
            if connection is not None and not connection.closed:
                self._lines[0].execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
                self.take_all()

    def throw_out_all(self, user: str) -> None:
        """End all connections of a user, again and again until none is left, and take their places."""
        while True:
            gone = (
                self._lines[0]
                .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (user,))
                .fetchall()
            )
            self._lines[0].rollback()
            self.take_all()
            if not gone:
                return
            time.sleep(0.02)

    def leave(self) -> None:
        for line in self._lines:
            line.close()
        self._lines.clear()


def _waits(watch: psycopg.Connection[Any], pid: int) -> bool:
    [(waits,)] = watch.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'", (pid,)
    ).fetchall()
    return bool(waits)
