"""Whether the room's server answers, since when it does not, and since when it does again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QObject, Signal

from app import jobs
from app.desk import Desk
from dispatch.island.seat import Islands

ASKED_EVERY = 5  # seconds in which a room without a link is looked for


class ServerWatch(QObject):
    """Hear of the server from the link to the room; a seat that was started alone has none yet, and asks itself."""

    changed = Signal()

    def __init__(self, desk: Desk, islands: Islands) -> None:
        super().__init__(desk)
        self._desk, self._islands = desk, islands
        self._beats = 0
        self._answers = False  # of a room without a link
        self._is_asking = False
        self.lost_at: datetime | None = None
        self.back_at: datetime | None = None  # of a seat that is alone
        desk.ticked.connect(self._on_tick)
        if desk.room is not None:
            self.follow(desk.room)

    @property
    def is_there(self) -> bool:
        """Tell whether the server answers."""
        return self._desk.room.picture.is_connected if self._desk.room is not None else self._answers

    @property
    def lost_s(self) -> float:
        """Return for how long the server has not answered."""
        return (self._desk.clock() - self.lost_at).total_seconds() if self.lost_at is not None else 0.0

    def follow(self, room: Any) -> None:
        """Hear from a link to the room whether its server answers."""
        room.picture_changed.connect(self._on_picture)
        if not room.picture.is_connected:
            self._on_picture(room.picture, room.age_s)

    def part(self) -> None:
        """Begin to wait for its return: the seat is alone now."""
        self.back_at = self._desk.clock() if self.is_there else None

    def meet(self) -> None:
        """Wait no more: the seat is in the room again."""
        self.lost_at = self.back_at = None

    def _on_picture(self, picture: Any, age_s: float) -> None:
        now = self._desk.clock()
        if not picture.is_connected:
            self.lost_at = self.lost_at or now - timedelta(seconds=age_s)
            self.back_at = None
        else:
            self.lost_at = None
            self.back_at = self.back_at or (now if self._islands.is_island else None)
        self.changed.emit()

    def _on_tick(self, now: datetime) -> None:
        self._beats += 1
        is_due = self._beats % ASKED_EVERY == 1 and not self._is_asking
        if self._desk.room is None and self._islands.is_island and is_due:
            self._is_asking = True
            jobs.start(lambda job: self._islands.is_room_there(), done=self._on_asked, failed=self._on_asked)

    def _on_asked(self, answer: object) -> None:
        self._is_asking = False
        was, self._answers = self._answers, answer is True
        if self._answers is not was:
            self.part()
            self.changed.emit()
