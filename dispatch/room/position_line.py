"""A line of its own to the room's server, for positions: found again when it is lost, cut when it leaves us waiting."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from typing import Any, Protocol, runtime_checkable

import psycopg

from dispatch.log_interface import NotSaved
from dispatch.room.position_store import Connection, NotPrepared, make_ready
from dispatch.server_watch import Watch

PATIENCE_S = 8.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 2.0
UNPREPARED_PAUSE_S = 30.0
SLICE_S = 0.25  # how long a wait sleeps at most before it looks whether it shall end

logger = logging.getLogger(__name__)


@runtime_checkable
class Server(Protocol):
    """A log on a server, which other connections may be opened to."""

    name: str

    def connect(self, purpose: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Open another connection. Raises NotSaved."""


class Line:
    """Hold one connection; `code` says why there is none (empty while there is one).

    Belongs to one thread but for `code`. While it is down it is tried again, less and less often.
    """

    def __init__(self, server: Server, purpose: str, *, patience_s: float = PATIENCE_S) -> None:
        self.code = "connecting"
        self.patience_s = patience_s
        self._server = server
        self._purpose = purpose
        self._watch = Watch()
        self._connection: Connection | None = None
        self._pause_s = FIRST_PAUSE_S
        self._next_s = 0.0

    @contextlib.contextmanager
    def use(self) -> Iterator[Connection | None]:
        """Give the connection to the block, None where there is none now; one that fails in the block is let go.

        What goes wrong there with the server stays there: `code` tells, and so does the program's log, once.
        """
        connection = None
        try:
            connection = self._connection or self._open()
        except (psycopg.Error, NotSaved, NotPrepared) as error:
            self._lose(error)
        if connection is None:
            yield None
            return
        try:
            with self._watch.over(connection, self.patience_s):
                yield connection
        except (psycopg.Error, NotSaved, NotPrepared) as error:
            self._lose(error)

    def wait(self, timeout_s: float, ended: threading.Event) -> None:
        """Wait for a notice, the end, or so long; where there is no connection, for the end or a little while."""
        connection = self._connection
        until_s = time.monotonic() + timeout_s
        if connection is None:
            ended.wait(min(timeout_s, self._pause_s))
            return
        try:
            while not ended.is_set() and (left_s := until_s - time.monotonic()) > 0:
                if any(True for _ in connection.notifies(timeout=min(left_s, SLICE_S), stop_after=1)):
                    return
        except psycopg.Error as error:
            self._lose(error)

    def hang_up(self) -> None:
        """Let the connection go; the next use opens another."""
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
        self._connection = None

    def close(self) -> None:
        """End for good."""
        self.hang_up()
        self._watch.end()

    @property
    def is_up(self) -> bool:
        """Tell whether there is a connection that has not failed."""
        return self._connection is not None

    def _open(self) -> Connection | None:
        if time.monotonic() < self._next_s:
            return None
        connection = self._server.connect(self._purpose)
        try:
            with self._watch.over(connection, self.patience_s):
                connection.execute("SET timezone = 'UTC'")
                connection.execute("SET synchronous_commit = off")  # a position is old in a second
                make_ready(connection)
        except BaseException:
            connection.close()
            raise
        if self.code not in ("", "connecting"):
            logger.warning("positions: %s answers again", self._server.name)
        self._connection, self.code, self._pause_s = connection, "", FIRST_PAUSE_S
        return connection

    def _lose(self, error: Exception) -> None:
        code = "not_prepared" if isinstance(error, NotPrepared) else getattr(error, "code", "") or "connection_lost"
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            code = "not_allowed"
        if code != self.code:
            logger.warning("positions: %s", (str(error).strip().splitlines() or [code])[0])
        self.code = code
        self.hang_up()
        rests = code in ("not_prepared", "not_allowed")
        self._next_s = time.monotonic() + (UNPREPARED_PAUSE_S if rests else self._pause_s)
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)


class Turns:
    """Run a turn of work again and again on a thread of its own, until `stop`; a turn that fails is logged."""

    def __init__(self, name: str) -> None:
        self.ended = threading.Event()
        self._name = name
        self._thread: threading.Thread | None = None

    def start(self, run: Any) -> None:
        """Begin; once is enough."""
        if self._thread is None:
            self._thread = threading.Thread(target=run, name=self._name, daemon=True)
            self._thread.start()

    def stop(self, *, within_s: float) -> None:
        """End, and wait for it so long; a thread that a dead wire holds ends by itself afterwards."""
        self.ended.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=within_s)
            self._thread = None
