"""What is done with an island's merge outside the window's thread: run until it is broken off, looked at, decided."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dispatch.commands import Who
from dispatch.island.conflicts import LEAVE, Conflict, conflicts
from dispatch.island.decisions import leave, see, take
from dispatch.island.merge import Merge
from dispatch.island.outcome import MergeReport, Settled
from dispatch.island.pending import PendingIsland
from dispatch.island.seat import Islands
from dispatch.island_base import ALONE, MERGED
from dispatch.log_island import IslandLog
from dispatch.log_lock import Held, WriterLock
from dispatch.state import FOLD_VERSION, State, fold


@dataclass(frozen=True, slots=True)
class Look:
    """What a merge looks like now. `settled` is all that was come to, by the number on the island."""

    report: MergeReport
    conflicts: tuple[Conflict, ...]
    settled: dict[int, Settled]

    @property
    def is_whole(self) -> bool:
        """Tell whether the rules were asked about every entry."""
        return len(self.settled) == self.report.entries

    @property
    def to_look_at(self) -> tuple[Settled, ...]:
        """Return what was taken and has a notice that nobody has looked at, in the order of the island."""
        found = (each for each in self.settled.values() if each.notices and not each.is_seen)
        return tuple(sorted(found, key=lambda each: each.sequence))


class _BrokenOff(Exception):
    """Somebody asked to stop: what was merged stands, the rest waits."""


def left_here(islands: Islands, merging: Path | None) -> tuple[PendingIsland, ...]:
    """Return the islands of the room that lie on this machine from before, this seat's own or another's.

    One that another program goes on with, and the one at `merging`, are not left.
    """
    return tuple(each for each in islands.pending() if each.path != merging and _is_free(each.path))


def _is_free(path: Path) -> bool:
    try:
        WriterLock(path.with_name(f"{path.name}.lock")).release()
    except Held:
        return False
    except OSError:
        return True  # whoever merges it is told what is wrong
    return True


def look(merge: Merge) -> Look:
    """Look at a merge as the room stands now."""
    with merge.lock:
        return Look(merge.ledger.report(), conflicts(merge), dict(merge.ledger.settled))


def run(merge: Merge, stop: threading.Event, report: Callable[[MergeReport], None]) -> Look:
    """Merge what can be merged; where `stop` is set, end after some more entries. Raises NotSaved."""

    def on_progress(now: MergeReport) -> None:
        report(now)
        if stop.is_set():
            raise _BrokenOff

    with contextlib.suppress(_BrokenOff):
        merge.run(on_progress=on_progress)
    return look(merge)


def decide(merge: Merge, how: str, sequence: int, *, who: Who, at: datetime, reason: str, with_behind: bool) -> Look:
    """Decide about one entry. Raises Refused, and then nothing is decided; NotSaved."""
    if how == LEAVE:
        leave(merge, (sequence,), who=who, at=at, reason=reason, with_behind=with_behind)
    else:
        take(merge, sequence, how, who=who, at=at, reason=reason)
    return look(merge)


def see_notices(merge: Merge, sequence: int | None) -> Look:
    """Say that notices were looked at: those of one entry, or all (None). Raises NotSaved."""
    see(merge, None if sequence is None else (sequence,))
    return look(merge)


def put_away(merge: Merge) -> Path | None:
    """Put the file away where nothing is left; return where it lies then. Raises NotSaved, OSError."""
    if not merge.finish():
        return None
    path = merge.island.path
    return path.with_name(path.name.removesuffix(ALONE) + MERGED)


def state_of(island: IslandLog) -> State:
    """Return the state at the end of an island, in its own numbers; an empty one where its beginning is lost."""
    start = island.load_checkpoint(FOLD_VERSION)
    return fold(start, island.read(after=start.sequence)) if start is not None else State()
