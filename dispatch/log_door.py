"""The door to a store that may be away: whoever comes is told so at once, instead of waiting behind the last one."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from dispatch.log_interface import NotSaved

LOOK_S = 0.1  # how soon somebody who waits hears that the store is away


class Door:
    """A lock that is re-entered freely; entering raises NotSaved(`away`) while the store is known to be away.

    One thread alone goes on trying: that which is `finding`.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.RLock()
        self._is_away = threading.Event()
        self._here = threading.local()

    @property
    def is_away(self) -> bool:
        """Tell whether the store is known to be away."""
        return self._is_away.is_set()

    def shut(self) -> None:
        """Let nobody in any more but who looks for the store."""
        self._is_away.set()

    def open(self) -> None:
        """Let everybody in again."""
        self._is_away.clear()

    @contextlib.contextmanager
    def finding(self) -> Iterator[None]:
        """Let this thread in during the block, whether the store is away or not."""
        was, self._here.is_finding = getattr(self._here, "is_finding", False), True
        try:
            yield
        finally:
            self._here.is_finding = was

    def check(self) -> None:
        """Raise NotSaved where this thread has nothing to wait for."""
        if self._is_away.is_set() and not getattr(self._here, "is_finding", False):
            raise NotSaved("away", f"{self._name} does not answer; nothing was sent")

    def __enter__(self) -> None:
        self.check()
        while not self._lock.acquire(timeout=LOOK_S):
            self.check()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
