"""Where a seat of a room stands: in step, without its server, alone, on the way back, with something left to decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dispatch.island.merge import Merge
from dispatch.island.outcome import MergeReport


class Stage(StrEnum):
    """Name where the seat stands; the later a stage, the further it is on its way round."""

    ROOM = "room"  # nothing to say
    LOST = "lost"  # the server does not answer: nothing is saved
    GOING = "going"
    ALONE = "alone"
    THERE = "there"  # alone, and the room answers again
    COMING = "coming"  # back in the room, what was done alone is being merged
    STOPPED = "stopped"  # the merge was broken off: it goes on from there
    DECIDING = "deciding"  # something waits for a person
    LEFT_HERE = "left_here"  # an island lies on this machine from before


BUSY = frozenset({Stage.GOING, Stage.COMING})


@dataclass(frozen=True, slots=True)
class Finished:
    """Keep what became of an island that is merged: `merge` to be read from, `file` where it is kept."""

    merge: Merge
    report: MergeReport
    file: Path
