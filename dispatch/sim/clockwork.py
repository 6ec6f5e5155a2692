"""The virtual clock of a run, what is due on it, and the one way to ask the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import IntEnum
from heapq import heappop, heappush

from dispatch.commands import Body, Who
from dispatch.refused import Refused
from dispatch.sim.desk import Desk


class Due(IntEnum):
    """Name what may be due. What is due at the same millisecond comes in this order."""

    ROADS = 0
    ARRIVE = 1
    REPORT = 2
    ACKNOWLEDGE = 3
    LEAVE = 4
    ARRIVED = 5
    CANCEL = 6
    CARRY = 7
    HANDED = 8
    FREE = 9
    HOME = 10
    SEND = 11
    TICK = 12
    DUTY = 13
    MORE = 14
    ALARM = 15
    EXCHANGE = 16


Handler = Callable[[int, int], None]


class Clockwork:
    """Keep what is due by millisecond since the start; things due at once come by kind, then by when they were put.

    Nothing waits for real time, and nothing is asked of the desk between two instants at which something is due.
    """

    def __init__(self, desk: Desk, start_at: datetime) -> None:
        self.desk, self.start_at = desk, start_at
        self.now_ms, self.at = 0, start_at
        self._heap: list[tuple[int, int, int, int, int]] = []
        self._put = 0
        self.does: dict[int, Handler] = {}

    def put(self, at_ms: int, what: Due, subject: int, epoch: int = 0) -> None:
        """Let something be due; `subject` and `epoch` are told to its handler."""
        self._put += 1
        heappush(self._heap, (at_ms, int(what), self._put, subject, epoch))

    def instant(self, at_ms: int) -> datetime:
        """Return a millisecond as an instant (aware)."""
        return self.start_at + timedelta(milliseconds=at_ms)

    def run(self, end_ms: int, told: Callable[[int, datetime], None]) -> None:
        """Do all that is due before a moment; `told` hears each moment before what is due then."""
        heap, does = self._heap, self.does
        last = -1
        while heap and heap[0][0] < end_ms:
            now_ms, what, _, subject, epoch = heappop(heap)
            if now_ms != last:
                last = self.now_ms = now_ms
                self.at = self.instant(now_ms)
                told(now_ms, self.at)
            does[what](subject, epoch)

    def ask(self, who: Who, body: Body) -> bool:
        """Ask the desk now; tell whether that changed something. What is refused changes nothing, and is counted."""
        try:
            return self.desk.ask(who, body, self.at) is not None
        except Refused:
            return False
