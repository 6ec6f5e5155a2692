"""A thread that keeps a seat's presence: says what it has in hand, and hears at once what the others have."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dispatch.log import NotSaved
from dispatch.room.presence import Connects, Here, NoPresence, Presence, Room, presence

BEAT_S = 5.0
GAP_S = 0.1  # between two looks: of a room where everybody clicks at once nobody sees more than ten pictures a second
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
MISSING_PAUSE_S = 60.0

_logger = logging.getLogger(__name__)


class PresenceKeeper:
    """Keep one seat's row alive and know the others, on a thread of its own; nobody waits for it.

    `say` may be called from any thread, as often as one likes. `on_change` is called on the keeper's thread whenever
    anything but an age has changed: somebody came, left, fell silent, took something in hand, or the server is lost or
    found. A log that others cannot join (a file of one seat) has nobody else: the keeper does nothing.
    """

    def __init__(
        self,
        log: Any,
        *,
        beat_s: float = BEAT_S,
        missing_pause_s: float = MISSING_PAUSE_S,
        on_change: Callable[[Room], None] | None = None,
    ) -> None:
        self._log: Connects | None = log if hasattr(log, "connect") else None
        self._beat_s = beat_s
        self._missing_pause_s = missing_pause_s
        self._on_change = on_change
        self.instance = uuid.uuid4().hex
        self._wanted: Here | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._line: Presence | None = None
        self._room, self._read_s = Room(), time.monotonic()
        self._told: object = _face(Room())
        self._is_missing_told = False
        self._sleeper, self._waker = socket.socketpair()
        self._sleeper.setblocking(False)
        self._waker.setblocking(False)

    @property
    def room(self) -> Room:
        """Return what is known of the others, grown older since it was read; safe from any thread."""
        room, read_s = self._room, self._read_s
        return room.aged(time.monotonic() - read_s)

    def others(self) -> tuple[Here, ...]:
        """Return the other seats; safe from any thread."""
        return self.room.others

    def say(self, here: Here) -> None:
        """Say what the seat has in hand from now on; returns at once."""
        if here != self._wanted:
            self._wanted = here
            self._wake()

    def start(self) -> None:
        """Begin, where there is a room."""
        if self._thread is None and self._log is not None:
            self._thread = threading.Thread(target=self._run, args=(self._log,), name="presence", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Leave the room and end; the log may be closed afterwards."""
        self._ended.set()
        self._wake()
        if self._thread is not None:
            self._thread.join(timeout=2)
            if self._thread.is_alive() and (line := self._line) is not None:
                line.cut()  # a server that does not answer is not waited for
                self._thread.join(timeout=5)
            self._thread = None
        for each in (self._sleeper, self._waker):
            each.close()

    def _run(self, log: Connects) -> None:
        pause_s = FIRST_PAUSE_S
        while not self._ended.is_set():
            try:
                with presence(log, instance=self.instance) as line:
                    self._line, pause_s = line, FIRST_PAUSE_S
                    self._is_missing_told = False
                    self._keep(line)
            except NoPresence as error:
                if not self._is_missing_told:
                    _logger.warning("nobody sees who is there: %s; opsroom server init --upgrade makes it", error)
                    self._is_missing_told = True
                self._take(Room(is_missing=True))
                self._ended.wait(self._missing_pause_s)
            except NotSaved:
                self._lose()
                self._ended.wait(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            except Exception:  # the thread lives on: a desk that is silently alone would think the room empty
                _logger.exception("keeping presence failed")
                self._lose()
                self._ended.wait(LONGEST_PAUSE_S)
            finally:
                self._line = None

    def _keep(self, line: Presence) -> None:
        said: Here | None = None
        said_s = read_s = float("-inf")
        is_behind = True
        while not self._ended.is_set():
            now_s, wanted = time.monotonic(), self._wanted
            if wanted is not None and (wanted != said or now_s - said_s >= self._beat_s):
                line.say(wanted, is_news=wanted != said)
                said, said_s, is_behind = wanted, now_s, True
            look_at_s = max(now_s, read_s + GAP_S) if is_behind else read_s + self._beat_s
            if look_at_s <= now_s:
                room = line.room()
                read_s, is_behind = time.monotonic(), False
                self._take(room)
                look_at_s = read_s + self._beat_s
            beat_at_s = said_s + self._beat_s if said is not None else float("inf")
            if line.wait(min(look_at_s, beat_at_s) - time.monotonic(), self._sleeper):
                is_behind = True
            with contextlib.suppress(BlockingIOError, OSError):
                self._sleeper.recv(4096)
        if said is not None:
            with contextlib.suppress(NotSaved, NoPresence):
                line.leave()

    def _lose(self) -> None:
        """Keep what was known: it grows old by itself, and is stale soon enough."""
        self._take(replace(self.room, is_connected=False))

    def _take(self, room: Room) -> None:
        self._room, self._read_s = room, time.monotonic()
        face = _face(room)
        if face == self._told:
            return
        self._told = face
        if self._on_change is not None:
            try:
                self._on_change(room)
            except Exception:
                _logger.exception("telling who is there failed")

    def _wake(self) -> None:
        with contextlib.suppress(OSError):  # a pipe that is full wakes, too
            self._waker.send(b"x")


def _face(room: Room) -> object:
    """Return what a reader would see change: all but the ages, and clocks only by whether they are off."""

    def seen(each: Here) -> tuple[object, ...]:
        return (
            replace(each, age_s=0.0, clock=None),
            each.is_stale,
            each.clock is not None and each.clock.is_off,
        )

    return (
        sorted(map(seen, room.others), key=lambda each: str(each[0])),
        sorted(map(seen, room.twins), key=lambda each: str(each[0])),
        room.clock is not None and room.clock.is_off,
        room.is_connected,
        room.is_missing,
    )
