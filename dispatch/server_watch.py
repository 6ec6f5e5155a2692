"""Cuts a connection to a server that leaves its caller waiting."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg


class Watch:
    """Cut a connection that leaves us waiting too long for an answer.

    The kernel notices a dead peer by itself, but not a proxy or a firewall that takes our bytes and passes nothing on.
    Its thread begins with the first statement and lives as long as the log.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[int, tuple[float, psycopg.Connection[Any]]] = {}
        self._thread: threading.Thread | None = None
        self._is_over = False

    @contextlib.contextmanager
    def over(self, connection: psycopg.Connection[Any], most_s: float) -> Iterator[None]:
        """Cut `connection` if the block is not done after `most_s`."""
        key = id(connection)
        with self._changed:
            self._waiting[key] = (time.monotonic() + most_s, connection)
            if self._thread is None and not self._is_over:
                self._thread = threading.Thread(target=self._run, name="postgres-watch", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._changed:
                self._waiting.pop(key, None)

    def end(self) -> None:
        """Watch no more."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _run(self) -> None:
        with self._changed:
            while not self._is_over:
                now = time.monotonic()
                for key, (until, connection) in list(self._waiting.items()):
                    if until <= now:
                        del self._waiting[key]
                        cut(connection)
                self._changed.wait(0.5)


def cut(connection: psycopg.Connection[Any]) -> None:
    """End a connection's traffic under the thread that waits for it, which then hears that it is lost."""
    with contextlib.suppress(OSError, psycopg.Error, AttributeError):
        line = socket.socket(fileno=connection.fileno())
        try:
            line.shutdown(socket.SHUT_RDWR)
        finally:
            line.detach()
