"""The heartbeat of a room's server: asked once a second, on a connection of its own, what it holds and what time it is.

A connection to a server that stalls, or behind a firewall that drops what it takes, looks whole for minutes: only a
question that nobody answers shows that it is gone.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg

from dispatch.log import NotSaved
from dispatch.log_postgres import PostgresLog
from dispatch.server_watch import Watch

EVERY_S = 1.0
SILENT_S = 2.0
DRIFT_EVERY_S = 60.0
FIRST_SAMPLES = 3
ASK = b"SELECT clock_timestamp(), (SELECT coalesce(max(sequence), 0) FROM entries)"

_logger = logging.getLogger(__name__)


def _now() -> datetime:
    return datetime.now(UTC)


class Heartbeat:
    """Ask a server each second, and tell what it answers: on a thread of its own, until `stop`.

    `on_answer` hears the number of the last entry and when it was asked (monotonic seconds); `on_silence` that a
    question stood open for `silent_s`; `on_drift` each minute by how many seconds `clock` is ahead of the server's,
    from that question of the minute which was answered soonest (half of its way is allowed for). A connection that
    cannot be made says nothing: the server may have none to spare.
    """

    def __init__(
        self,
        log: PostgresLog,
        *,
        on_answer: Callable[[int, float], None],
        on_silence: Callable[[], None],
        on_drift: Callable[[float], None],
        clock: Callable[[], datetime] = _now,
        every_s: float = EVERY_S,
        silent_s: float = SILENT_S,
        drift_every_s: float = DRIFT_EVERY_S,
    ) -> None:
        self._log = log
        self._on_answer, self._on_silence, self._on_drift = on_answer, on_silence, on_drift
        self._clock = clock
        self._every_s, self._silent_s, self._drift_every_s = every_s, silent_s, drift_every_s
        self._samples: list[tuple[float, float]] = []  # how long the answer took, how far our clock was ahead
        self._said_at_s: float | None = None
        self._watch = Watch()
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to ask."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Let it end by itself, without waiting for that: `stop` does."""
        self._ended.set()

    def stop(self) -> None:
        """Ask no more."""
        self.end()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None
        self._watch.end()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._ask()
            except Exception:  # the thread lives on: a seat must not take silence for health
                _logger.exception("the heartbeat of %s failed", self._log.name)
                self._hang_up()
            self._ended.wait(self._every_s)
        self._hang_up()

    def _ask(self) -> None:
        asked_s = time.monotonic()
        try:
            connection = self._connection = self._connection or self._log.connect("heartbeat")
            here, asked_s = self._clock(), time.monotonic()
            with self._watch.over(connection, self._silent_s):
                row = connection.execute(ASK).fetchone()
        except NotSaved:
            return
        except psycopg.Error:
            self._hang_up()
            if time.monotonic() - asked_s >= self._silent_s and not self._ended.is_set():
                self._on_silence()
            return
        assert row is not None
        took_s = time.monotonic() - asked_s
        self._on_answer(int(row[1]), asked_s)
        self._samples.append((took_s, (here - row[0]).total_seconds() + took_s / 2))
        self._say_drift()

    def _say_drift(self) -> None:
        is_first = self._said_at_s is None and len(self._samples) >= FIRST_SAMPLES
        now_s = time.monotonic()
        if is_first or (self._said_at_s is not None and now_s - self._said_at_s >= self._drift_every_s):
            self._said_at_s = now_s
            self._on_drift(min(self._samples)[1])
            self._samples.clear()

    def _hang_up(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
        self._connection = None
