"""Says in the room what this desk has in hand, and brings what the others have; the window waits for neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.desk import Desk
from dispatch.log import Log

if TYPE_CHECKING:
    from dispatch.room.presence import Here
    from dispatch.room.presence_keeper import PresenceKeeper

SETTLE_MS = 120  # who steps through a queue with a key says where they stopped, not each row


class PresenceLink(QObject):
    """Keep `desk.seats` up to date while it runs. A desk that only looks on says nothing of itself."""

    _heard = Signal(object)

    def __init__(self, desk: Desk, log: Log, *, program: str = "") -> None:
        super().__init__(desk)
        from dispatch.room.presence import Room
        from dispatch.room.presence_keeper import PresenceKeeper

        self._desk, self._program = desk, program
        self._is_silent = log.is_read_only
        self._is_stopped = False
        self._soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._soon.timeout.connect(self.say)
        self._heard.connect(self._on_heard, Qt.ConnectionType.QueuedConnection)
        self._keeper: PresenceKeeper = PresenceKeeper(log, on_change=self._heard.emit)
        desk.seats = Room(desk.who.seat)
        for changed in (desk.selection_changed, desk.draft_changed, desk.who_changed):
            changed.connect(self._say_soon)
        if desk.alone is not None:
            desk.alone.changed.connect(self._say_soon)
        desk.ticked.connect(self._age)

    @classmethod
    def of(cls, desk: Desk, log: Log, *, program: str = "") -> PresenceLink | None:
        """Return the link of a desk in a room, None for one that has its log to itself."""
        if not log.name.startswith("postgres") or not hasattr(log, "connect"):
            return None  # and psycopg, which takes 70 ms to import, is not asked for
        return cls(desk, log, program=program)

    def start(self) -> None:
        """Come into the room."""
        self.say()
        self._keeper.start()

    def stop(self) -> None:
        """Leave the room; the log may be closed afterwards."""
        if not self._is_stopped:
            self._is_stopped = True
            self._soon.stop()
            self._keeper.stop()

    def say(self) -> None:
        """Say now what stands before whoever sits here."""
        if not self._is_silent and not self._is_stopped:
            self._keeper.say(self.here())

    def here(self) -> Here:
        """Return what the desk says of itself."""
        from dispatch.room.presence import Here

        desk = self._desk
        draft, held, who = desk.draft, desk.selection, desk.who
        is_alone = desk.alone is not None and desk.alone.is_island  # what it has in hand is another thing in the room
        return Here(
            who.seat,
            who.actor,
            who.role,
            who.department,
            None if is_alone else held.incident_id,
            None if is_alone else held.case_id,
            draft.started_at if draft is not None else None,
            is_alone,
            program=self._program,
        )

    def _say_soon(self, _: object = None) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _on_heard(self, room: object) -> None:
        if not self._is_stopped:
            self._desk.set_seats(self._keeper.room)

    def _age(self, _: object) -> None:
        """Let what is known grow older, without a word: only who shows ages looks again each second."""
        if not self._is_stopped:
            self._desk.seats = self._keeper.room
            self.say()  # that it went on alone, or came back; what was said already is not said again
