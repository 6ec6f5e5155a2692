"""Brings the positions that other seats and gateways hand out, as often as the wire to the server carries them."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from dispatch.log_interface import Log
from dispatch.room.position_line import PATIENCE_S, Line, Server, Turns
from dispatch.room.position_store import PAGE, Frame, listen, read_demand, read_frames, read_latest
from resources.position import Fix
from resources.position_frames import BadFrame, unpack
from resources.position_pace import Pace, Reading
from resources.position_thinning import FINEST_S

MOST_FRAMES = 16  # of one reading; fewer after an answer that did not come in time
MOST_WRITERS = 200
LOOK_EVERY_S = 2.0
APART_S = 0.1  # two readings at least: of many writers each gives notice of its own
SLACK_S = 0.5  # beyond a level's time, after which we look without a notice
CATCH_UP_S = 20.0
BEHIND_S = 10.0  # older frames are passed over: the newest positions are what counts
STALLED_S = 2.0  # an answer that took longer may have waited behind a wire that was cut, and not been slow

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PositionsPicture:
    """Say whether positions come, how often (every `level_s`), and whether that is for a slow wire's sake.

    `code` says why none come: `connecting`, `connection_lost`, `timeout`, `not_prepared`, `not_allowed`.
    """

    is_connected: bool = False
    level_s: int = FINEST_S
    is_slow: bool = False
    code: str = "connecting"


class PositionsReader:
    """Follow the positions of a room on a thread of its own; `on_fixes` is called there with each lot.

    First comes the newest position of every unit, then frame after frame. When the server is lost, nothing comes, and
    both come again by themselves once it is back. `but` is the id of this seat's own writer: what it wrote is known
    here. Raises ValueError for a log that is not on a server.
    """

    def __init__(
        self,
        log: Log,
        on_fixes: Callable[[list[Fix]], None],
        *,
        but: str = "",
        on_picture: Callable[[PositionsPicture], None] | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        if not isinstance(log, Server):
            raise ValueError(f"{log.name} is not on a server: nobody else hands positions out there")
        self.spoilt_frames = 0
        self._line = Line(log, "positions in", patience_s=patience_s)
        self._turns = Turns("positions-in")
        self._on_fixes = on_fixes
        self._on_picture = on_picture
        self._but = but
        self._pace = Pace()
        self._is_first = True  # nothing is known of the wire yet
        self._picture = PositionsPicture()
        self._known: dict[str, int] = {}
        self._within_s = BEHIND_S
        self._most = MOST_FRAMES
        self._is_behind = self._has_stalled = self._has_failed = False
        self._level_at_s = time.monotonic()  # up to when nothing was left to read
        self._begin_look(time.monotonic())

    @property
    def picture(self) -> PositionsPicture:
        """Return how positions come; safe from any thread."""
        return self._picture

    def start(self) -> None:
        """Begin to follow."""
        self._turns.start(self._run)

    def end(self) -> None:
        """Let it end by itself, without waiting for that: `stop` does."""
        self._turns.ended.set()

    def stop(self, *, within_s: float = 2.0) -> None:
        """Follow no more."""
        self._turns.stop(within_s=within_s)

    def _run(self) -> None:
        while not self._turns.ended.is_set():
            try:
                self._follow()
            except Exception:
                logger.exception("reading positions failed")
                self._line.hang_up()
                self._turns.ended.wait(1.0)
        self._line.close()

    def _follow(self) -> None:
        """Begin, and go on until the connection is lost."""
        if not self._begin():
            self._say()
            self._line.wait(LOOK_EVERY_S, self._turns.ended)
            return
        catches_up_until_s, read_s = time.monotonic() + CATCH_UP_S, -math.inf
        while self._line.is_up and not self._turns.ended.wait(max(0.0, read_s + APART_S - time.monotonic())):
            self._say()
            read_s = time.monotonic()
            if not self._read():
                break
            if self._is_behind and time.monotonic() < catches_up_until_s:
                self._begin_look(time.monotonic())  # what piled up says nothing of what the wire carries
                read_s = -math.inf
                continue
            catches_up_until_s = 0.0
            self._look()
            if not self._is_behind:
                self._line.wait(self._pace.level_s + SLACK_S, self._turns.ended)
        self._say()

    def _begin(self) -> bool:
        """Hear of frames, and take the newest position of every unit; tell whether all of it came."""
        self._known, self._within_s = {}, BEHIND_S + self._pace.level_s
        with self._line.use() as connection:
            if connection is not None:
                listen(connection, self._pace.level_s)
        behind, size, spent_s = "", 0, 0.0
        while not self._turns.ended.is_set():
            began_s, page = time.monotonic(), None
            with self._line.use() as connection:
                if connection is not None:
                    page = read_latest(connection, behind=behind)
            if page is None:
                return self._was_too_slow(began_s)
            spent_s += time.monotonic() - began_s
            size += sum(90 + len(fix.unit_id) + len(fix.source) for fix in page)
            self._deliver(page)
            if len(page) < PAGE:
                break
            behind = page[-1].unit_id
        if self._is_first:
            with self._line.use() as connection:
                if connection is not None:
                    self._pace.start(size, spent_s, read_demand(connection))
                    self._is_first = False
                    listen(connection, self._pace.level_s)
        self._begin_look(time.monotonic())
        return self._line.is_up

    def _read(self) -> bool:
        """Read what is new; tell whether the answer came."""
        began_s, frames = time.monotonic(), None
        with self._line.use() as connection:
            if connection is not None:
                frames = read_frames(
                    connection,
                    self._pace.level_s,
                    known=self._known,
                    but=self._but,
                    within_s=self._within_s,
                    most=self._most,
                )
        if frames is None:
            return self._was_too_slow(began_s)
        self._measure(time.monotonic() - began_s, sum(len(frame.body) for frame in frames))
        self._is_behind = len(frames) >= self._most
        if not self._is_behind:
            self._level_at_s = began_s
        self._most = min(2 * self._most, MOST_FRAMES)
        self._within_s = BEHIND_S + 2 * self._pace.level_s
        self._take(frames)
        return True

    def _measure(self, took_s: float, size: int) -> None:
        """Count a reading for the next look. The first one that stalls begins it anew: only a second is the wire's."""
        if took_s > STALLED_S and not self._has_stalled:
            self._has_stalled = True
            self._begin_look(time.monotonic())
            return
        self._has_stalled = took_s > STALLED_S
        self._read_s += took_s
        self._size += size
        self._questions += 1

    def _take(self, frames: list[Frame]) -> None:
        for frame in frames:
            self._known.pop(frame.writer, None)
            self._known[frame.writer] = frame.number
            try:
                fixes = unpack(frame.body)
            except BadFrame as error:
                self.spoilt_frames += 1
                if self.spoilt_frames == 1:
                    logger.warning("positions: a frame by %.60r cannot be read: %s", frame.writer, error)
                continue
            self._deliver(fixes)
        while len(self._known) > MOST_WRITERS:
            del self._known[next(iter(self._known))]

    def _deliver(self, fixes: list[Fix]) -> None:
        if fixes:
            self._on_fixes(fixes)

    def _look(self) -> None:
        """Look now and then whether the wire carries what is asked of it, and change the level where it should be."""
        now_s = time.monotonic()
        if now_s - self._look_began_s < max(LOOK_EVERY_S, float(self._pace.level_s)):
            return
        demand = None
        with self._line.use() as connection:
            if connection is not None:
                began_s = time.monotonic()
                demand = read_demand(connection)
                way_s = (time.monotonic() - began_s) / 2  # it asks two questions
        if demand is None:
            self._was_too_slow(now_s)
            return
        reading = Reading(self._read_s, now_s - self._look_began_s, self._size, self._questions, way_s)
        before_s = self._pace.level_s
        if self._pace.take(reading, demand, now_s):
            with self._line.use() as connection:
                if connection is not None:
                    listen(connection, self._pace.level_s)
            # No unit's last position is passed over, also where some of the level before was not read any more.
            self._known, self._within_s = {}, before_s + 1.0 + min(BEHIND_S, now_s - self._level_at_s)
            logger.info("positions come every %d s now", self._pace.level_s)
        self._has_failed = False
        self._begin_look(time.monotonic())

    def _begin_look(self, now_s: float) -> None:
        self._look_began_s = now_s
        self._read_s, self._size, self._questions = 0.0, 0, 0

    def _was_too_slow(self, began_s: float) -> bool:
        """Take an answer that did not come: one that we waited for long may come where less is asked. False.

        The first one says nothing of what the wire carries: it may have been cut. A second one does, where no look
        found between them that it carries what is asked.
        """
        if time.monotonic() - began_s > self._line.patience_s / 2:
            if self._has_failed:
                self._pace.fail(time.monotonic())
            self._has_failed = True
            self._most = max(1, self._most // 2)
        return False

    def _say(self) -> None:
        """Tell how positions come, when that has changed."""
        pace = self._pace
        picture = PositionsPicture(self._line.is_up, pace.level_s, pace.is_slow, self._line.code)
        if picture != self._picture:
            self._picture = picture
            if self._on_picture is not None:
                self._on_picture(picture)
