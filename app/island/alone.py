"""Takes this desk to an island and back, outside the window's thread, and says where it stands."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app import jobs
from app.bridge import Bridge
from app.desk import Desk
from app.island import merge_work as work
from app.island.one_thing import OneThing
from app.island.server_watch import ServerWatch
from app.island.stage import Finished, Stage
from app.island.targets import take_as_in_room
from app.island.words import failure_words
from app.wording import text
from dispatch.commands import Who
from dispatch.engine import Engine
from dispatch.island.entering import LocalDoor
from dispatch.island.merge import Merge
from dispatch.island.outcome import MergeReport
from dispatch.island.pending import PendingIsland
from dispatch.island.seat import Islands
from dispatch.log import NotSaved
from dispatch.refused import Refused
from dispatch.state import State

OFFERED_AFTER_S = 5.0  # a server that was only restarted is back by then
LOOK_AGAIN_MS = 700


class Alone(QObject):
    """Let the desk go on alone and come back; `changed` comes whenever there is something else to show.

    While it goes or comes the desk takes nothing from people. `came_back` is told in the room again, before anything
    is sent; `refused` words why something was not decided, `finished` tells that nothing is left.
    """

    changed = Signal()
    came_back = Signal()
    refused = Signal(str)
    finished = Signal()

    def __init__(self, desk: Desk, engine: Engine, bridge: Bridge, islands: Islands) -> None:
        super().__init__(desk)
        self._desk, self._engine, self._bridge, self._islands = desk, engine, bridge, islands
        self._door = LocalDoor(islands, clock=desk.clock)
        self._doing = OneThing(self.changed.emit)
        self._again = QTimer(self, singleShot=True, interval=LOOK_AGAIN_MS)
        self._again.timeout.connect(self.look_again)
        self.merge: Merge | None = None
        self.look: work.Look | None = None
        self.island_state = State()
        self.done_so_far: MergeReport | None = None
        self.left_here: tuple[PendingIsland, ...] = ()
        self.over: Finished | None = None
        self.trouble = ""
        self.server = ServerWatch(desk, islands)
        self.server.changed.connect(self.changed)
        desk.state_changed.connect(lambda entry, state: self._look_again_soon())

    @property
    def stage(self) -> Stage:
        """Return where the seat stands."""
        if self._doing.stage is not None and self._doing.is_on_the_way:
            return self._doing.stage
        if self.is_island:
            return Stage.THERE if self.is_room_there else Stage.ALONE
        if self.server.lost_at is not None and self.server.lost_s >= OFFERED_AFTER_S:
            return Stage.LOST
        if self.merge is not None:
            return Stage.DECIDING if self.look is not None and self.look.is_whole else Stage.STOPPED
        return Stage.LEFT_HERE if self.readable else Stage.ROOM

    @property
    def is_island(self) -> bool:
        """Tell whether this seat goes on alone now."""
        return self._engine.log.is_island

    @property
    def is_busy(self) -> bool:
        """Tell whether it is on its way out or back."""
        return self._doing.is_on_the_way

    @property
    def is_working(self) -> bool:
        """Tell whether something is being done: nothing else is begun meanwhile."""
        return self._doing.stage is not None

    @property
    def is_room_there(self) -> bool:
        """Tell whether the room's server answers."""
        return self.server.is_there

    @property
    def own_ids(self) -> frozenset[str]:
        """Return the ids of the islands that are this seat's to go on with or to merge."""
        logs = (self._islands.island, self.merge.island if self.merge is not None else None)
        return frozenset(log.base.island_id for log in logs if log is not None)

    @property
    def began_at(self) -> datetime | None:
        """Return since when the seat is alone."""
        island = self._islands.island
        return island.base.began_at if island is not None else None

    @property
    def entries_alone(self) -> int:
        """Return how many entries the island has."""
        island = self._islands.island
        return self._desk.state.sequence - island.begins_behind if island is not None else 0

    @property
    def readable(self) -> tuple[PendingIsland, ...]:
        """Return the islands that lie here from before and can be merged."""
        return tuple(each for each in self.left_here if each.is_read)

    def go(self, reason: str = "") -> None:
        """Go on alone."""
        if self.is_working or self.is_island:
            return
        who = self._desk.who
        self._begin(Stage.GOING, lambda job: self._islands.go(who, reason=reason), self._on_gone)

    def come_in(
        self,
        account_id: str,
        password: str,
        *,
        role: str,
        done: Callable[[Who], object],
        refused: Callable[[Refused], object],
        failed: Callable[[str], object],
    ) -> None:
        """Go on alone by signing in or unlocking: who sits before a locked desk gives no command.

        Where it fails `refused` or `failed` hears of it beside the desk itself.
        """
        if self.is_working or self.is_island:
            failed(text("alone.no_answer", self._desk.language))
            return
        door, seat = self._door, self._desk.who.seat

        def gone(who: Who) -> None:
            self._on_gone(who)
            done(who)

        def not_gone(problem: BaseException) -> None:
            if isinstance(problem, Refused):
                refused(problem)
            else:
                failed(self.trouble)

        self._begin(
            Stage.GOING,
            lambda job: door.come_in(account_id, password, role=role, seat=seat),
            gone,
            not_done=not_gone,
        )

    def come_back(self) -> None:
        """Go back into the room and merge what was done alone."""
        if self.is_working or not self.is_island:
            return
        self._close_door()
        self._begin(Stage.COMING, self._come, partial(self._on_run, opens=True), stays_on_failure=True)

    def go_on(self) -> None:
        """Go on with a merge that was broken off, or take up one whose island lies here from before."""
        if self.is_working or self.is_island:
            return
        self._close_door()
        self._begin(Stage.COMING, self._go_on, partial(self._on_run, opens=True), stays_on_failure=True)

    def stop(self) -> None:
        """Break the merge off after some more entries; what was merged stands."""
        self._doing.stop.set()

    def decide(self, how: str, sequence: int, reason: str = "", *, with_behind: bool = False) -> None:
        """Decide about an entry, in the name of who sits here."""
        merge, who, at = self.merge, self._desk.who, self._desk.clock()
        if merge is None or self.is_working:
            return
        self._begin(
            Stage.DECIDING,
            lambda job: work.decide(merge, how, sequence, who=who, at=at, reason=reason, with_behind=with_behind),
            self._on_run,
        )

    def see(self, sequence: int | None = None) -> None:
        """Say that the notices of an entry, or all, were looked at."""
        merge = self.merge
        if merge is not None and not self.is_working:
            self._begin(Stage.DECIDING, lambda job: work.see_notices(merge, sequence), self._on_run)

    def find_left_here(self) -> None:
        """Look for islands that lie on this machine from before; a job does it."""

        def done(found: tuple[PendingIsland, ...]) -> None:
            self.left_here = found
            self.changed.emit()

        islands, merging = self._islands, self._path()
        jobs.start(lambda job: work.left_here(islands, merging), done=done)

    def look_again(self) -> None:
        """See what stands against what waits as the room is now; what takes time is done beside the window."""
        merge, seen = self.merge, self.look
        if merge is None or seen is None or self.is_working or not (seen.conflicts or seen.to_look_at):
            return

        def done(found: work.Look) -> None:
            if self.merge is merge and not self.is_working and found != self.look:
                self.look = found
                self.changed.emit()

        jobs.start(lambda job: work.look(merge), done=done)

    def close(self) -> None:
        """Let the merge go where it is; it is taken up at the next start."""
        self._doing.stop.set()
        if self.merge is not None:
            with contextlib.suppress(NotSaved), self.merge.lock:
                self.merge.island.close()

    def _come(self, job: jobs.Job) -> work.Look:
        merge = self._islands.come_back()
        return self._run(job, merge)

    def _go_on(self, job: jobs.Job) -> work.Look:
        return self._run(job, self.merge or self._islands.take_up(self.readable[0]))

    def _run(self, job: jobs.Job, merge: Merge) -> work.Look:
        self.merge = merge
        self.island_state = work.state_of(merge.island)

        def report(now: MergeReport) -> None:
            self.done_so_far = now
            job.report((now.entries - now.waiting) / max(now.entries, 1))

        return work.run(merge, self._doing.stop, report)

    def _begin(
        self,
        stage: Stage,
        do: Callable[[jobs.Job], Any],
        done: Callable[[Any], None],
        *,
        stays_on_failure: bool = False,
        not_done: Callable[[BaseException], None] | None = None,
    ) -> None:
        self.trouble, self.done_so_far = "", None

        def failed(problem: BaseException) -> None:
            self._end(opens=stays_on_failure)
            if not_done is None or not isinstance(problem, Refused):
                self._on_failed(problem)
            if not_done is not None:
                not_done(problem)
            self.changed.emit()

        self._doing.begin(stage, do, done=done, failed=failed)

    def _end(self, *, opens: bool) -> None:
        self._doing.end()
        if opens:
            self._open_door()

    def _close_door(self) -> None:
        words = text("alone.nothing_sent", self._desk.language)
        self._bridge.close_door(NotSaved("merging", words))

    def _open_door(self) -> None:
        """Let the desk show what has become, in the numbers of the room, and take what is asked."""
        desk, merge = self._desk, self.merge
        if merge is not None and not self.is_island:
            take_as_in_room(desk, merge.ledger.ids)
            base_sequence = merge.base_sequence
        else:
            base_sequence = self._engine.state.sequence
        self._bridge.open_door(base_sequence=base_sequence)

    def _on_gone(self, entry: object) -> None:
        self._end(opens=False)
        self.server.part()
        self._say("info", "alone.gone")
        self.changed.emit()

    def _on_run(self, seen: work.Look, *, opens: bool = False) -> None:
        self.look = seen
        if opens:
            self.server.meet()
            self.left_here = tuple(each for each in self.left_here if each.path != self._path())
            self.came_back.emit()
        self._end(opens=opens)
        if seen.report.is_over:
            self._put_away(seen.report)
        elif opens and seen.is_whole:
            key = "alone.some_left_one" if seen.report.conflicts == 1 else "alone.some_left"
            self._say("info", key, count=seen.report.conflicts, notices=len(seen.to_look_at))
        self.changed.emit()

    def _put_away(self, report: MergeReport) -> None:
        merge = self.merge
        assert merge is not None

        def done(file: Path | None) -> None:
            self._end(opens=False)
            if file is not None:
                self.over = Finished(merge, report, file)
                self.merge, self.look = None, None
                self._say("info", "alone.over", count=report.entries, path=str(file))
                self.finished.emit()
                self.find_left_here()
            self.changed.emit()

        self._begin(Stage.DECIDING, lambda job: work.put_away(merge), done)

    def _on_failed(self, problem: BaseException) -> None:
        words = self.trouble = failure_words(self._desk, problem)
        is_refused = isinstance(problem, Refused)
        if is_refused:
            self.refused.emit(words)
        self._desk.said.emit("warning" if is_refused else "alarm", words)
        self.changed.emit()

    def _look_again_soon(self) -> None:
        if self.merge is not None and not self.is_working and not self._again.isActive():
            self._again.start()

    def _path(self) -> Path | None:
        return self.merge.island.path if self.merge is not None else None

    def _say(self, level: str, key: str, **values: object) -> None:
        self._desk.said.emit(level, text(key, self._desk.language, **values))
