"""Choose which of the answers that are shown are kept: what looks new, and always the one that units were sent by."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from dispatch.events import Entry, UnitAssigned
from dispatch.listeners import Listeners
from dispatch.log import Log
from dispatch.shown import Show, Showing, Shown

RECENT = 2_000  # answers that may still be sent by: some plans of 500 incidents
RECENT_BYTES = 16_000_000  # of them together: one about 5,000 units takes 60 kB
WAITING = 200

_logger = logging.getLogger(__name__)


class Shelf:
    """Keep answers through a log. Belongs to whoever writes to that log.

    What a failing store did not take waits, and is written with the next that is kept; of more than WAITING the oldest
    are given up. Whatever goes wrong is said (`is_kept`, whose changes `listeners` hear), and costs nothing else.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._last: OrderedDict[str, bytes] = OrderedDict()
        self._recent: OrderedDict[str, Shown] = OrderedDict()
        self._recent_bytes = 0
        self._waiting: OrderedDict[str, Shown] = OrderedDict()
        self.is_kept = True
        self.listeners: Listeners[[bool]] = Listeners()

    def move(self, log: Log) -> None:
        """Keep answers in another log from now on, and what the one before did not take."""
        self._log = log

    def take(self, show: Show) -> None:
        """Take an answer that is shown now; one that looks as the last one to its question did is only remembered."""
        self._try(lambda: self._keep(self._new(show())))

    def note(self, entry: Entry) -> None:
        """Keep the answers that an entry names as sent by."""
        names = {event.recommendation for event in entry.events if isinstance(event, UnitAssigned)}
        self._try(lambda: self._keep(self._recent[name] for name in sorted(names) if name in self._recent))

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            if self.is_kept:  # said once, however often it is tried again
                _logger.exception("what operators are shown cannot be kept")
            is_kept = False
        else:
            is_kept = True
        if is_kept is not self.is_kept:
            self.is_kept = is_kept
            self.listeners.tell("what operators are shown", is_kept)

    def _new(self, showing: Showing) -> list[Shown]:
        for each in (showing.whole, *showing.parts):
            self._remember(each)
        if self._last.get(showing.about) == showing.likeness:
            return []
        self._last[showing.about] = showing.likeness
        self._last.move_to_end(showing.about)
        _shorten(self._last)
        return [showing.whole]

    def _remember(self, shown: Shown) -> None:
        if shown.hash not in self._recent:
            self._recent[shown.hash] = shown
            self._recent_bytes += len(shown.body)
        while len(self._recent) > RECENT or (self._recent_bytes > RECENT_BYTES and len(self._recent) > 1):
            self._recent_bytes -= len(self._recent.popitem(last=False)[1].body)

    def _keep(self, found: Iterable[Shown]) -> None:
        if self._log.is_read_only:
            return
        self._waiting.update((each.hash, each) for each in found)
        _shorten(self._waiting, WAITING)
        while self._waiting:
            name, shown = next(iter(self._waiting.items()))
            self._log.keep_shown(shown)
            del self._waiting[name]


def _shorten(items: OrderedDict[str, Any], most: int = RECENT) -> None:
    while len(items) > most:
        items.popitem(last=False)
