"""Let one seat go on alone while the room's server is lost, and come back to it without starting again."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from dispatch.commands import Command, Who
from dispatch.decide import decide
from dispatch.engine import Engine
from dispatch.events import Entry
from dispatch.island.decisions import resume
from dispatch.island.merge import Merge
from dispatch.island.pending import PendingIsland, pending
from dispatch.island_commands import BeginIsland
from dispatch.log import Log, LogDamaged, NotSaved
from dispatch.log_island import IslandLog
from dispatch.log_table import TableLog
from dispatch.refused import Refused
from dispatch.state import FOLD_VERSION, State


def _now() -> datetime:
    return datetime.now(UTC)


class Islands:
    """Take a seat's engine to an island and back. Everything here may wait for a disk or a server: use a job.

    `folder` is where islands' files are kept (the user's data), `key_folder` where the room's key is. `open_room` opens
    the room's log anew, for a program that was started on an island; without it, such a one cannot come back.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        folder: Path,
        key_folder: Path,
        open_room: Callable[[], Log] | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.engine = engine
        self._folder, self._key_folder = folder, key_folder
        self._open_room = open_room
        self._clock = clock
        self._lock = threading.Lock()
        self._room: TableLog | None = engine.log if isinstance(engine.log, TableLog) and not self.is_island else None
        self._parted: State | None = None

    @property
    def is_island(self) -> bool:
        """Tell whether this seat goes on alone now; at once, from any thread."""
        return self.engine.log.is_island

    @property
    def island(self) -> IslandLog | None:
        """Return the log of the island that this seat is, None while it is in the room."""
        return self.engine.log if isinstance(self.engine.log, IslandLog) else None

    def pending(self) -> tuple[PendingIsland, ...]:
        """Return the islands of this seat's room that are not merged and not being gone on with."""
        island = self.island
        if island is not None:
            room_id, here = island.base.room_id, island.path
        else:
            room_id, here = (self._room.log_id if self._room is not None else ""), None
        return tuple(each for each in pending(self._folder, room_id=room_id) if each.path.resolve() != here)

    def go(self, who: Who, *, reason: str = "", command_id: str = "", actor: str = "") -> Entry:
        """Go on alone from what this seat has seen of the room; return the entry that says so, in the island's log.

        `actor`: in whose name, where the program asks for somebody who is not in yet.

        Where it cannot be begun nothing has changed. Raises Refused where the asker may not, and where this seat is an
        island already; NotSaved where nothing can be kept on this machine.
        """
        with self._lock:
            room = self.engine.log
            if room.is_island:
                raise Refused("island_already", seat=who.seat)
            if not isinstance(room, TableLog):
                raise Refused("island_no_room", name=room.name)
            island_id = secrets.token_hex(16)
            begun: list[Entry] = []

            def choose(state: State) -> tuple[Log, State]:
                at = self._clock().astimezone(UTC)
                body = BeginIsland(island_id, state.sequence, reason, seat=who.seat if actor else "", actor=actor)
                command = Command(command_id or f"island:{island_id}:began", at, who, body)
                events = decide(state, command)
                log = IslandLog.begin(
                    self._folder,
                    room,
                    state,
                    key_folder=self._key_folder,
                    island_id=island_id,
                    seat=who.seat,
                    actor=actor or who.actor,
                    at=at,
                )
                try:
                    entry = Entry(
                        state.sequence + 1,
                        command.id,
                        at,
                        at,
                        who.actor,
                        who.role,
                        who.department,
                        who.seat,
                        events,
                    )
                    begun.append(log.append_for(entry, command))
                except BaseException:
                    log.discard()
                    raise
                self._parted = state
                return log, state

            self.engine.rebase(choose)
            self._room = room
            return begun[0]

    def is_room_there(self) -> bool:
        """Ask whether the room's server answers again; waits for it as long as a connection takes."""
        try:
            room = self._room_log()
            with room.finding():
                return room.head > 0
        except (NotSaved, LogDamaged):
            return False

    def come_back(self) -> Merge:
        """Go on in the room, with all that it has become; return the merge of what was done alone, to be run.

        Nothing of it counts in the room before. Raises NotSaved where the room does not answer, LogDamaged where it is
        not the one that the seat parted from: then the seat stays an island.
        """
        with self._lock:
            island = self.island
            if island is None:
                raise Refused("island_none")
            room = self._room_log()
            with room.finding():
                base = island.base
                if room.log_id != base.room_id or not room.holds(base.head):
                    raise LogDamaged(
                        "altered",
                        f"{room.name} does not hold entry {base.head.sequence} as {island.name} knew it: it is another "
                        "log, or was brought back from an older copy",
                    )
                state = self._parted
                if state is None:
                    state = room.load_checkpoint(FOLD_VERSION) or State()
                room.found()
                self.engine.rebase(lambda _: (room, state))
            self._parted = None
            return self._merge(island)

    def take_up(self, found: PendingIsland) -> Merge:
        """Take up the merge of an island that lies here from before. Raises NotSaved, LogDamaged."""
        log = IslandLog(found.path, key_folder=self._key_folder)
        try:
            if log.is_read_only:
                raise NotSaved("locked", f"{log.name} is in use: {log.held_by}")
            return self._merge(log)
        except BaseException:
            log.close()
            raise

    def _merge(self, island: IslandLog) -> Merge:
        merge = Merge(self.engine, island, clock=self._clock)
        resume(merge)
        return merge

    def _room_log(self) -> TableLog:
        if self._room is None:
            if self._open_room is None:
                raise NotSaved("connection_lost", "it is not known where the room's log is")
            room = self._open_room()
            if not isinstance(room, TableLog):
                raise LogDamaged("not_a_log", f"{room.name} is not the log of a room")
            self._room = room
        return self._room
