"""A seat that follows the log of a room: what others wrote is folded within a blink, whatever the network does."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from dispatch.engine import Engine
from dispatch.log import LogDamaged, NotSaved

POLL_S = 5.0
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 1.0

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """Say whether the store answers, and how it failed (`code` of NotSaved or LogDamaged; empty where it does not)."""

    is_connected: bool
    code: str = ""


class Follower:
    """Fold what other seats write as soon as the store gives notice, on a thread of its own.

    A notice only says that something may be there: every catching up reads by sequence, so that one notice missed
    costs nothing. Beneath it the log is looked at every `poll_s`, whether there was a notice or not. A store that is
    lost is tried again at once, then less and less often, and as soon as somebody else hears of it (`see`); until it
    is found the engine answers commands at once as not saved. While the engine goes on alone, on an island, the room's
    store is only looked for: the picture tells whether it is there, and gets no younger. `on_picture` is called when
    the store is lost or found again, on that thread or on the one that gave it up.
    """

    def __init__(
        self, engine: Engine, *, poll_s: float = POLL_S, on_picture: Callable[[Picture], None] | None = None
    ) -> None:
        self._engine = engine
        self._log = engine.log  # the room's, also while the engine goes on alone with another
        self._poll_s = poll_s
        self._on_picture = on_picture
        self._ended = threading.Event()
        self._is_behind = threading.Event()
        self._is_hinted = threading.Event()
        self._is_deaf = False
        self._thread: threading.Thread | None = None
        self._saying = threading.Lock()
        self._picture = Picture(is_connected=True)
        self._seen_s = time.monotonic()

    @property
    def picture(self) -> Picture:
        """Return whether the store answers; safe from any thread."""
        return self._picture

    @property
    def age_s(self) -> float:
        """Return how long ago the state was known to be all that the store held."""
        return time.monotonic() - self._seen_s

    def start(self) -> None:
        """Begin to follow."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="follower", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Let it end by itself, without waiting for that: `stop` does."""
        self._ended.set()
        self._is_hinted.set()

    def stop(self) -> None:
        """Follow no more; the log may be closed afterwards."""
        self.end()
        if self._thread is not None:
            self._thread.join(timeout=15)
            self._thread = None

    def see(self, head: int, asked_s: float) -> None:
        """Hear from elsewhere that the store ended with entry `head` when it was asked at `asked_s` (monotonic)."""
        if not self._picture.is_connected:
            self._is_hinted.set()
        if head > self._engine.state.sequence:
            self._is_behind.set()
        elif self._picture.is_connected:
            self._seen_s = max(self._seen_s, asked_s)

    def give_up(self, code: str) -> None:
        """Hear from elsewhere that the store does not answer: whoever waits for it is cut off, and told."""
        self._log.give_up()
        self._engine.hear(is_there=False)
        self._say(Picture(is_connected=False, code=code))

    def _run(self) -> None:
        with self._log.finding():
            pause_s = FIRST_PAUSE_S
            while not self._ended.is_set():
                try:
                    self._look()
                    if self._wait():
                        pause_s = FIRST_PAUSE_S
                        continue
                except (NotSaved, LogDamaged) as error:
                    if error.code == "closed":
                        return
                    if isinstance(error, NotSaved):
                        self.give_up(error.code)
                    else:  # it answers, and what it holds is spoilt: a command finds that out for itself
                        self._say(Picture(is_connected=False, code=error.code))
                except Exception:  # the thread lives on: a seat that stopped to follow would show an old city
                    _logger.exception("following %s failed", self._log.name)
                self._is_hinted.wait(pause_s)
                self._is_hinted.clear()
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _look(self) -> None:
        """Fold what is there now; a store that was lost is first asked beside the engine: nobody waits for it then."""
        asked_s = time.monotonic()
        self._is_behind.clear()
        is_alone = self._engine.log is not self._log
        if is_alone or not self._picture.is_connected:
            _ = self._log.head
            asked_s = time.monotonic()
        if not is_alone:
            self._engine.catch_up()
            self._seen_s = asked_s
        self._log.found()
        self._engine.hear(is_there=True)
        self._say(Picture(is_connected=True))

    def _wait(self) -> bool:
        """Wait for a notice, in parts, so that `stop` need not wait for long; False where none can be heard.

        That alone does not mean that the store is lost: it may have no connection to spare, and is looked at instead.
        """
        try:
            self._listen()
        except NotSaved as error:
            if error.code == "closed":
                raise
            if not self._is_deaf:
                _logger.warning("%s gives no notice: %s", self._log.name, error)
            self._is_deaf = True
            return False
        self._is_deaf = False
        return True

    def _listen(self) -> None:
        until = time.monotonic() + self._poll_s
        while not (self._ended.is_set() or self._is_behind.is_set()) and (left_s := until - time.monotonic()) > 0:
            part_s, began_s = min(left_s, 0.5), time.monotonic()
            if self._log.wait(part_s):
                return
            rest_s = part_s - (time.monotonic() - began_s)
            if rest_s > 0.05:  # a log that nobody else writes answers at once
                self._ended.wait(rest_s)

    def _say(self, picture: Picture) -> None:
        with self._saying:
            if picture == self._picture:
                return
            was, self._picture = self._picture, picture
        if picture.is_connected is not was.is_connected:
            _logger.warning("%s %s", self._log.name, "answers again" if picture.is_connected else "is lost")
        if self._on_picture is not None:
            with contextlib.suppress(Exception):
                self._on_picture(picture)
