"""The wire between the window and the server that a room of seats shares: is it there, how old is the picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from dispatch.engine import Engine
from dispatch.follower import Follower, Picture

if TYPE_CHECKING:
    from dispatch.room.heartbeat import Heartbeat


class RoomLink(QObject):
    """Follow the log of a room and tell the window's thread how it stands; reachable as `desk.room`.

    `picture_changed` comes when the server is lost or found, and at each `beat` while it is lost: the picture on the
    screen ages. `caught_up` comes once the window is told all that was missed (`after_told` calls what it is given
    then): until `desk.state` is at `head`, what is shown is old although the server answers. Nothing here waits for
    the server in the window's thread.
    """

    picture_changed = Signal(object, float)  # Picture, age of what is shown in seconds
    drift_changed = Signal(float)  # by how many seconds this machine's clock is ahead of the server's
    caught_up = Signal(int)  # found again: how many entries came that were not yet shown
    _said = Signal(object)
    _measured = Signal(float)

    is_room = True

    def __init__(
        self,
        engine: Engine,
        parent: QObject | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        after_told: Callable[[Callable[[], None]], None] = lambda tell: tell(),
    ) -> None:
        super().__init__(parent)
        self._engine = engine
        self._after_told = after_told
        self._lost_at: int | None = None  # the last entry before the loss, until it is said that all has come
        self._whole_s: float | None = None  # when the window last showed all, while it does not
        self.picture = Picture(is_connected=True)
        self.drift_s: float | None = None
        self._said.connect(self._on_picture, Qt.ConnectionType.QueuedConnection)
        self._measured.connect(self._on_drift, Qt.ConnectionType.QueuedConnection)
        self._follower = Follower(engine, on_picture=self._said.emit)
        self._heartbeat = self._make_heartbeat(clock)

    @property
    def age_s(self) -> float:
        """Return how long ago what the window shows was known to be all that the server held; safe at any time."""
        return self._follower.age_s if self._whole_s is None else time.monotonic() - self._whole_s

    @property
    def head(self) -> int:
        """Return the last entry that this seat knows of; the window may not be told of it yet."""
        return self._engine.state.sequence

    def start(self) -> None:
        """Begin to follow."""
        self._follower.start()
        if self._heartbeat is not None:
            self._heartbeat.start()

    def end(self) -> None:
        """Let it end by itself, without waiting for that: `stop` does."""
        if self._heartbeat is not None:
            self._heartbeat.end()
        self._follower.end()

    def stop(self) -> None:
        """Follow no more; the log may be closed afterwards."""
        self.end()
        if self._heartbeat is not None:
            self._heartbeat.stop()
        self._follower.stop()

    def beat(self) -> None:
        """Let a second pass: while the server is lost, the picture is a second older."""
        if not self.picture.is_connected:
            self.picture_changed.emit(self.picture, self.age_s)

    def _make_heartbeat(self, clock: Callable[[], datetime]) -> Heartbeat | None:
        from dispatch.log_postgres import PostgresLog  # psycopg takes 70 ms to import
        from dispatch.room.heartbeat import Heartbeat

        log = self._engine.log
        if not isinstance(log, PostgresLog):
            return None
        return Heartbeat(
            log,
            on_answer=self._follower.see,
            on_silence=lambda: self._follower.give_up("timeout"),
            on_drift=self._measured.emit,
            clock=clock,
        )

    def _on_picture(self, picture: Picture) -> None:
        was, self.picture = self.picture, picture
        if self._lost_at is None and not picture.is_connected:
            self._lost_at = self.head
        if self._whole_s is None and not picture.is_connected:
            self._whole_s = time.monotonic() - self._follower.age_s
        self.picture_changed.emit(picture, self.age_s)
        if picture.is_connected and not was.is_connected:
            self._after_told(self._say_caught_up)

    def _say_caught_up(self) -> None:
        self._whole_s = None
        if self._lost_at is None or not self.picture.is_connected:  # said already, or lost again before all was told
            return
        lost_at, self._lost_at = self._lost_at, None
        self.caught_up.emit(max(0, self.head - lost_at))

    def _on_drift(self, ahead_s: float) -> None:
        self.drift_s = ahead_s
        self.drift_changed.emit(ahead_s)
