"""Hears PostgreSQL's notices that another seat has written, on a connection of its own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

import psycopg

from dispatch.server_watch import Watch, cut

SLICE_S = 0.25  # how long it sleeps at most before it looks whether anybody still listens


class Ear:
    """Wait for notices on `channel`; used by the thread that waits and no other, but for `deafen` and `cut`."""

    def __init__(self, address: str, channel: str, watch: Watch) -> None:
        self._address, self._channel, self._watch = address, channel, watch
        self._connection: psycopg.Connection[Any] | None = None
        self._is_deaf = False  # its connection may have died with the log's: listen anew

    @property
    def is_listening(self) -> bool:
        """Tell whether it listens on a connection that is thought to be there."""
        return self._connection is not None

    def wait(self, timeout_s: float, *, answer_timeout_s: float, check: Callable[[], None]) -> bool:
        """Wait for a notice; tell whether one may have come. `check` ends it by raising. Raises psycopg.Error.

        A server that does not take up the listening within `answer_timeout_s` is given up.
        """
        deadline = time.monotonic() + timeout_s
        if self._is_deaf or self._connection is None or self._connection.closed:
            check()
            self._listen(answer_timeout_s)
            return True  # what came before we listened is not known
        while True:
            check()
            connection, left_s = self._connection, deadline - time.monotonic()
            if any(True for _ in connection.notifies(timeout=max(0.0, min(left_s, SLICE_S)), stop_after=1)):
                return True
            if left_s <= SLICE_S or self._is_deaf:
                return self._is_deaf

    def deafen(self) -> None:
        """Listen on another connection from the next time on."""
        self._is_deaf = True

    def cut(self) -> None:
        """End its connection under the thread that waits."""
        if self._connection is not None:
            cut(self._connection)

    def close(self) -> None:
        """Listen no more."""
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
        self._connection = None

    def _listen(self, answer_timeout_s: float) -> None:
        self.close()
        self._is_deaf = False
        connection = psycopg.connect(self._address, autocommit=True)
        with self._watch.over(connection, answer_timeout_s):
            connection.execute(f"LISTEN {self._channel}".encode())
        self._connection = connection
