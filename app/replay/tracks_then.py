"""The positions that a room still keeps, hour by hour as the replay comes there; read in jobs."""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections import OrderedDict
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject

from app import jobs
from app.replay.player import Player
from dispatch.replay.record import Record
from resources.position import Fix

logger = logging.getLogger(__name__)
HOUR = timedelta(hours=1)
HELD_FOR = timedelta(minutes=20)  # how long a unit is thought to be where it was last heard
MOST_HOURS = 3


class TracksThen(QObject):
    """Answer where units were as their devices reported, newest of each; nothing of what was not kept."""

    def __init__(self, record: Record, player: Player, parent: QObject) -> None:
        super().__init__(parent)
        self._record, self._player = record, player
        self._hours: OrderedDict[datetime, dict[str, tuple[list[datetime], list[Fix]]]] = OrderedDict()
        self._asked: set[datetime] = set()
        player.take_tracks(self.at)

    def at(self, at: datetime) -> dict[str, Fix]:
        """Return the newest position of each unit that was received by an instant; asks for an hour not at hand."""
        hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        held = self._hours.get(hour)
        if held is None:
            self._load(hour)
            return {}
        found = {}
        for unit_id, (received, fixes) in held.items():
            place = bisect_right(received, at) - 1
            if place >= 0 and at - received[place] <= HELD_FOR:
                found[unit_id] = fixes[place]
        return found

    def _load(self, hour: datetime) -> None:
        if hour in self._asked:
            return
        self._asked.add(hour)
        record = self._record

        def read(job: jobs.Job) -> dict[str, tuple[list[datetime], list[Fix]]]:
            found: dict[str, tuple[list[datetime], list[Fix]]] = {}
            for fix in record.positions(hour - HELD_FOR, hour + HOUR):
                received, fixes = found.setdefault(fix.unit_id, ([], []))
                received.append(fix.received_at)
                fixes.append(fix)
            return found

        def done(found: dict[str, tuple[list[datetime], list[Fix]]]) -> None:
            self._asked.discard(hour)
            self._hours[hour] = found
            while len(self._hours) > MOST_HOURS:
                self._asked.discard(self._hours.popitem(last=False)[0])
            if found:
                self._player.show_positions()

        def failed(problem: BaseException) -> None:
            logger.warning("positions of %s cannot be read: %s", hour, problem)
            done({})

        jobs.start(read, done=done, failed=failed)
