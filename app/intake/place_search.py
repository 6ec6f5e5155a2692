"""Searches places on a thread of its own: the newest words win, and nobody waits for old ones."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from app.homecoming import Homecoming

logger = logging.getLogger(__name__)


class Places(Protocol):
    """What is asked of a city's search."""

    def search(self, text: str, *, limit: int = 10, near: tuple[float, float] | None = None) -> tuple[Any, ...]:
        """Return the places that words may mean, best first."""

    def reverse(self, lon: float, lat: float) -> Any:
        """Return the nearest address, None where there is none."""


class PlaceSearch(QObject):
    """Ask a city's places; `found` and `reversed_to` come back in the window's thread with the ticket of the question.

    The search opens its file in its own thread and stays there, as SQLite wants it.
    """

    found = Signal(int, object)  # ticket, tuple of places
    reversed_to = Signal(int, object)  # ticket, place or None
    failed = Signal(int, str)

    def __init__(self, open_places: Callable[[], Places], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._searcher = _Searcher(open_places)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="places")
        self.destroyed.connect(_stopper(self._thread))

    def warm_up(self) -> None:
        """Open the places now, so that the first letter finds them open."""
        self._thread.submit(self._searcher.opened)

    def search(self, words: str, *, limit: int = 8, near: tuple[float, float] | None = None) -> int:
        """Search for `words` and return the question's ticket; an older question not yet begun is dropped."""
        return self._ask("found", lambda places: places.search(words, limit=limit, near=near))

    def reverse(self, lon: float, lat: float) -> int:
        """Ask for the address nearest to a point and return the question's ticket."""
        return self._ask("reversed_to", lambda places: places.reverse(lon, lat))

    def _ask(self, kind: str, question: Callable[[Places], Any]) -> int:
        self._searcher.newest += 1
        ticket = self._searcher.newest
        self._thread.submit(self._searcher.answer, kind, ticket, question, Homecoming(self._on_answered))
        return ticket

    def _on_answered(self, kind: str, ticket: int, answer: object) -> None:
        if ticket == self._searcher.newest:
            getattr(self, kind).emit(ticket, answer)


class _Searcher:
    """What works in the thread of the search; it knows nothing of the window."""

    def __init__(self, open_places: Callable[[], Places]) -> None:
        self.newest = 0
        self._open = open_places
        self._places: Places | None = None

    def opened(self) -> Places:
        if self._places is None:
            self._places = self._open()
        return self._places

    def answer(self, kind: str, ticket: int, question: Callable[[Places], Any], tell: Callable[..., None]) -> None:
        answer: Any = None
        try:
            if ticket == self.newest:
                answer = question(self.opened())
        except Exception as problem:
            logger.exception("the search for places failed")
            kind, answer = "failed", str(problem) or type(problem).__name__
        tell(kind, ticket, answer)


def _stopper(thread: ThreadPoolExecutor) -> Callable[..., None]:
    return lambda *_: thread.shutdown(wait=False, cancel_futures=True)
