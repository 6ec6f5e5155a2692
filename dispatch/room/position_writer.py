"""Hands the positions that arise here to all seats: soon, the newest of each unit, never waiting for the server."""

from __future__ import annotations

import contextlib
import logging
import math
import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dispatch.events import LogKind
from dispatch.log_interface import LiveLog, Log
from dispatch.room.position_line import PATIENCE_S, Line, Server, Turns
from dispatch.room.position_store import Connection, Frame, let_go_of_old, write_frames, write_latest
from resources.fixes import Belief, Fixes, Verdict
from resources.position import Fix
from resources.position_frames import LONGEST_ID, LONGEST_SOURCE, MOST_FIXES, pack
from resources.position_thinning import FINEST_S, LEVELS_S, Thinner

EVERY_S = 0.25
LATEST_EVERY_S = 10.0
LATEST_TURNS, LEAST_LATEST = 20, 100  # what is due goes in so many turns, or more at once: no frame waits behind it all
KEEP_EVERY_S = 60.0
BELIEF = Belief()

logger = logging.getLogger(__name__)


class NotPractice(ValueError):
    """A live log was offered to what only plays."""


@dataclass(frozen=True, slots=True)
class PracticeLog:
    """Prove that a log is a drill, an exercise, history or a simulation: what is not real goes to no other.

    Raises NotPractice for a live log, and for one that is still empty.
    """

    log: Log

    def __post_init__(self) -> None:
        if self.log.kind is None or self.log.kind is LogKind.LIVE:
            raise NotPractice(f"{self.log.name} is {self.log.kind or 'empty'}: what is not real has no place there")


@dataclass(frozen=True, slots=True)
class WriterCounts:
    """How many positions were given, and what became of them; `verdicts` tells why some were not believed."""

    given: int
    sent: int
    overtaken: int  # a newer one of the same unit came before they were sent
    unfit: int  # no id that can be shown, or one that is too long
    failed_writes: int
    verdicts: Mapping[Verdict, int]


class PositionsWriter:
    """Collect positions and write them as frames every `every_s`; `give` never waits for the server.

    What cannot be written now waits, the newest of each unit and no more units than `belief` allows. What is real goes
    to a LiveLog, what is played to a PracticeLog. Raises ValueError for a log that is not on a server.
    """

    def __init__(
        self,
        log: LiveLog | PracticeLog,
        name: str,
        *,
        every_s: float = EVERY_S,
        belief: Belief = BELIEF,
        patience_s: float = PATIENCE_S,
    ) -> None:
        server = log.log
        if not isinstance(server, Server):
            raise ValueError(f"{server.name} is not on a server: there is nobody to hand positions to")
        self.id = f"{name[:40]}-{secrets.token_hex(4)}"  # a writer that starts anew is another one
        self._every_s = every_s
        self._line = Line(server, "positions out", patience_s=patience_s)
        self._turns = Turns("positions-out")
        self._lock = threading.Lock()
        self._fixes = Fixes(belief)
        self._pending: dict[str, Fix] = {}
        self._given = self._sent = self._overtaken = self._unfit = self._failed = 0
        self._thinners = _thinners()
        self._numbers = dict.fromkeys(LEVELS_S, 0)
        self._unsaved: dict[str, Fix] = {}
        self._due: list[str] = []  # of the unsaved ones
        self._part = LEAST_LATEST
        self._latest_due_s = self._keep_due_s = 0.0

    def start(self) -> None:
        """Begin to write."""
        self._turns.start(self._run)

    def stop(self, *, within_s: float = 2.0) -> None:
        """Write what waits, where the server takes it within so long, and end."""
        self._turns.stop(within_s=within_s)

    def give(self, fixes: Iterable[Fix]) -> None:
        """Take positions; from any thread."""
        with self._lock:
            for fix in fixes:
                self._given += 1
                if not fix.unit_id.isprintable() or not 0 < len(fix.unit_id) <= LONGEST_ID:
                    self._unfit += 1
                elif self._fixes.take(fix) is Verdict.TAKEN:
                    self._overtaken += fix.unit_id in self._pending
                    self._pending[fix.unit_id] = _with_plain_source(fix)

    @property
    def counts(self) -> WriterCounts:
        """Return what became of the positions so far."""
        with self._lock:
            return WriterCounts(
                self._given, self._sent, self._overtaken, self._unfit, self._failed, dict(self._fixes.counts)
            )

    @property
    def code(self) -> str:
        """Return why nothing goes out (`connection_lost`, `not_prepared`, `not_allowed`, ...), empty where it does."""
        return self._line.code

    def _run(self) -> None:
        while not self._turns.ended.wait(self._every_s):
            try:
                self._turn()
            except Exception:  # a seat that silently stopped to tell its positions would be taken for a frozen fleet
                logger.exception("writing positions failed")
        with contextlib.suppress(Exception):
            self._turn()
            with self._line.use() as connection:
                while connection is not None and self._unsaved:  # nobody writes it for us afterwards
                    self._due, self._part = list(self._unsaved), MOST_FIXES
                    self._save(connection, time.monotonic())
        self._line.close()

    def _turn(self) -> None:
        with self._lock:
            fresh, self._pending = self._pending, {}
        now_s, is_written = time.monotonic(), False
        with self._line.use() as connection:
            if connection is not None:
                self._write(connection, fresh, now_s)
                is_written = True
        if is_written:
            self._sent += len(fresh)
            return
        self._failed += 1
        with self._lock:
            self._pending = {**fresh, **self._pending}
            everything = {unit_id: _with_plain_source(fix) for unit_id, fix in self._fixes.latest.items()}
        # A server that comes back may have lost them all, and seats that joined meanwhile know none.
        self._thinners, self._unsaved, self._due = _thinners(), everything, []
        for thinner in self._thinners:
            thinner.take(everything.values())
        self._latest_due_s = 0.0

    def _write(self, connection: Connection, fresh: Mapping[str, Fix], now_s: float) -> None:
        self._unsaved.update(fresh)
        frames = self._frames(FINEST_S, fresh.values())
        for thinner in self._thinners:
            thinner.take(fresh.values())
            frames += self._frames(thinner.level_s, thinner.due(now_s))
        if frames:
            write_frames(connection, frames)
        self._save(connection, now_s)
        if now_s >= self._keep_due_s:
            let_go_of_old(connection)
            self._keep_due_s = now_s + KEEP_EVERY_S

    def _save(self, connection: Connection, now_s: float) -> None:
        """Write a part of what is due of the newest positions: all at once would hold up the next frames."""
        if self._unsaved and not self._due and now_s >= self._latest_due_s:
            self._due = list(self._unsaved)
            self._part = max(LEAST_LATEST, math.ceil(len(self._due) / LATEST_TURNS))
            self._latest_due_s = now_s + LATEST_EVERY_S
        part, self._due = self._due[: self._part], self._due[self._part :]
        if part:
            write_latest(connection, [self._unsaved[unit_id] for unit_id in part])
            for unit_id in part:
                del self._unsaved[unit_id]

    def _frames(self, level_s: int, fixes: Iterable[Fix]) -> list[Frame]:
        frames = []
        for body in pack(list(fixes)):
            self._numbers[level_s] += 1
            frames.append(Frame(self.id, level_s, self._numbers[level_s], body))
        return frames


def _thinners() -> list[Thinner]:
    return [Thinner(level_s) for level_s in LEVELS_S if level_s > FINEST_S]


def _with_plain_source(fix: Fix) -> Fix:
    """Leave of a source what can be stored and shown; a source is told to others and shown to nobody unasked."""
    if fix.source.isprintable() and len(fix.source) <= LONGEST_SOURCE:
        return fix
    return replace(fix, source="".join(sign for sign in fix.source[:LONGEST_SOURCE] if sign.isprintable()))
