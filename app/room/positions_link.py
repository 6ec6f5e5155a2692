"""Brings the positions of a room to this desk, and those that arise here to the room; the window waits for neither."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.wording import text
from dispatch.events import LogKind
from dispatch.log import LiveLog, Log
from resources.position import Fix

if TYPE_CHECKING:
    from dispatch.room.positions import PositionsPicture, PositionsReader, PositionsWriter

BATCH = 1_000  # positions in one turn of the window's thread: some 10 ms with all that follows
TURN_MS = 40
_WHY = {"not_prepared": "positions.not_prepared", "not_allowed": "positions.not_allowed"}


class PositionsLink(QObject):
    """Follow the positions of the log's room: `take` is called in the window's thread with a few at a time.

    What comes faster than that waits, the newest of each unit. `picture` says how positions come; `give` hands out
    what arose at this seat, and what other seats gave is never given again. A desk that only looks on gives nothing.
    """

    picture_changed = Signal(object)  # PositionsPicture
    _arrived = Signal()
    _pictured = Signal(object)

    def __init__(self, parent: QObject, log: Log, take: Callable[[list[Fix]], None], *, seat: str) -> None:
        super().__init__(parent)
        from dispatch.room.positions import PositionsPicture, PositionsReader, PositionsWriter, PracticeLog

        self._take = take
        self._lock = threading.Lock()
        self._waiting: dict[str, Fix] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TURN_MS)
        self._soon.timeout.connect(self._turn)
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._pictured.connect(self._on_picture, Qt.ConnectionType.QueuedConnection)
        self.picture: PositionsPicture = PositionsPicture()
        self._writer: PositionsWriter | None = None
        if not log.is_read_only:
            proof = LiveLog(log) if log.kind is LogKind.LIVE else PracticeLog(log)
            self._writer = PositionsWriter(proof, seat or "seat")
        self._reader: PositionsReader = PositionsReader(
            log,
            self._hear,
            but=self._writer.id if self._writer is not None else "",
            on_picture=self._pictured.emit,
        )

    @classmethod
    def of(cls, parent: QObject, log: Log, take: Callable[[list[Fix]], None], *, seat: str) -> PositionsLink | None:
        """Return the link of a desk whose log is in a room, None for one that has its log to itself."""
        if not log.name.startswith("postgres"):
            return None  # and psycopg, which takes 70 ms to import, is not asked for
        from dispatch.room.positions import Server

        return cls(parent, log, take, seat=seat) if isinstance(log, Server) and log.kind is not None else None

    def start(self) -> None:
        """Begin to follow."""
        self._reader.start()
        if self._writer is not None:
            self._writer.start()

    def end(self) -> None:
        """Let what comes in end by itself, without waiting for that: `stop` does."""
        self._reader.end()

    def stop(self) -> None:
        """End both; what waits to go out goes, where the server takes it at once."""
        self._reader.stop()
        if self._writer is not None:
            self._writer.stop()
        self._soon.stop()

    def give(self, fixes: Iterable[Fix]) -> None:
        """Hand positions that arose at this seat to the room; from any thread, never waiting."""
        if self._writer is not None:
            self._writer.give(fixes)

    def words(self, language: str) -> str:
        """Say how positions come where that is not as it should be; empty where it is."""
        if self.picture.is_connected:
            return text("positions.slow", language, seconds=self.picture.level_s) if self.picture.is_slow else ""
        return (
            "" if self.picture.code == "connecting" else text(_WHY.get(self.picture.code, "positions.lost"), language)
        )

    def _hear(self, fixes: list[Fix]) -> None:
        """Keep what came for the window's next turn; called in the reader's thread."""
        with self._lock:
            was_empty, waiting = not self._waiting, self._waiting
            for fix in fixes:
                known = waiting.get(fix.unit_id)
                if known is None or known.fixed_at < fix.fixed_at:
                    waiting[fix.unit_id] = fix
        if was_empty:
            self._arrived.emit()

    def _on_arrived(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _turn(self) -> None:
        with self._lock:
            batch = list(islice(self._waiting.values(), BATCH))
            for fix in batch:
                del self._waiting[fix.unit_id]
            is_more = bool(self._waiting)
        if is_more:
            self._soon.start()
        if batch:
            self._take(batch)

    def _on_picture(self, picture: PositionsPicture) -> None:
        self.picture = picture
        self.picture_changed.emit(picture)
