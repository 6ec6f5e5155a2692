"""The line over which contents go to a room's server and come from it: made when needed, cut where it hangs."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
from psycopg import errors

from dispatch.log_interface import NotSaved
from dispatch.server_blobs import ERASED_STATE, WHOLE_STATE
from dispatch.server_watch import Watch, cut

ANSWER_S, SEARCH_S = 8.0, 60.0  # a statement of every day, and one that may look through the whole log
_GRACE_S = 2.0  # the server gives up first, and says so

Connect = Callable[[], psycopg.Connection[Any]]


class _SecondProblems(logging.Filter):
    """Leave out what psycopg logs of a pipeline that ends with an error: the error itself is raised, and told."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith("error ignored terminating")


logging.getLogger("psycopg").addFilter(_SecondProblems())


class BlobErased(LookupError):
    """The log says that this content is erased: it is not taken, and not given."""


class BlobAltered(ValueError):
    """What is kept under a name, in the store or in the file that was to go there, is not what the name says."""


class BlobWhole(Exception):
    """Another seat has brought all of that content meanwhile."""


class NoBlobs(ValueError):
    """This database has no store for contents: it was prepared by an older program, or not at all."""


class BlobLine:
    """Run statements in one thread, on a connection that is made again after a loss. `stop` comes from any thread."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: psycopg.Connection[Any] | None = None
        self._watch = Watch()
        self._is_over = False

    def run(self, text: str, values: Sequence[Any] = (), *, most_s: float = ANSWER_S) -> list[Sequence[Any]]:
        """Run one statement and return its rows. Raises NotSaved, NoBlobs, BlobErased, BlobWhole."""
        connection = self._connected()
        try:
            with self._watch.over(connection, most_s + _GRACE_S):
                if most_s != ANSWER_S:
                    connection.execute(_timeout(most_s))
                cursor = connection.execute(text.encode(), values or None)
                rows = list(cursor.fetchall()) if cursor.description else []
                if most_s != ANSWER_S:
                    connection.execute(_timeout(ANSWER_S))
                return rows
        except psycopg.Error as error:
            raise self._translated(error) from error

    def run_together(self, *statements: tuple[str, Sequence[Any]]) -> list[list[Sequence[Any]]]:
        """Run statements in one transaction and one way to the server and back; return the rows of each.

        Raises as `run` does; then none of them came true.
        """
        connection = self._connected()
        try:
            with (
                self._watch.over(connection, ANSWER_S + _GRACE_S),
                connection.pipeline(),
                connection.transaction(),
            ):
                cursors = [connection.execute(text.encode(), values or None) for text, values in statements]
            return [list(each.fetchall()) if each.description else [] for each in cursors]
        except psycopg.Error as error:
            raise self._translated(error) from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Let what the block runs come true together, or not at all."""
        connection = self._connected()
        try:
            with connection.transaction():
                yield
        except psycopg.Error as error:
            raise self._translated(error) from error

    def rest(self) -> None:
        """Let the connection go until it is needed again."""
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
        self._connection = None

    def stop(self) -> None:
        """End what is under way; whatever is asked later raises NotSaved."""
        self._is_over = True
        self._watch.end()
        connection = self._connection
        if connection is not None:
            cut(connection)

    def _connected(self) -> psycopg.Connection[Any]:
        if self._is_over:
            raise NotSaved("closed", "the store of the room is closed")
        if self._connection is None or self._connection.closed:
            connection = self._connect()
            try:
                with self._watch.over(connection, ANSWER_S):
                    # A piece may be lost with the server: only the whole has to last, and it is written after them.
                    connection.execute("SET synchronous_commit = off")
                    connection.execute(_timeout(ANSWER_S))
            except psycopg.Error as error:
                connection.close()
                raise self._translated(error) from error
            self._connection = connection
        return self._connection

    def _translated(self, error: psycopg.Error) -> Exception:
        words = (str(error).strip().splitlines() or [type(error).__name__])[0]
        if error.sqlstate == ERASED_STATE:
            return BlobErased(words)
        if error.sqlstate == WHOLE_STATE:
            return BlobWhole(words)
        if isinstance(error, errors.UndefinedTable):
            return NoBlobs("this database keeps no photographs yet: opsroom server init --upgrade makes room for them")
        if isinstance(error, errors.DiskFull):
            return NotSaved("disk_full", words)
        if isinstance(error, errors.InsufficientPrivilege | errors.ReadOnlySqlTransaction):
            return NotSaved("read_only", words)
        if isinstance(error, errors.QueryCanceled | errors.LockNotAvailable):
            return NotSaved("timeout", words)
        if self._connection is None or self._connection.closed or isinstance(error, psycopg.OperationalError):
            self.rest()
            return NotSaved("connection_lost", words)
        return NotSaved("failed", words)


def _timeout(most_s: float) -> bytes:
    return f"SET statement_timeout = '{most_s:.0f}s'".encode()
