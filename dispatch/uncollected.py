"""Read much at once without looking for circles of garbage in it: there are none in records of a log."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

FROZEN_FROM = 20_000  # entries: below, a collection over them takes some milliseconds


@contextmanager
def uncollected() -> Iterator[None]:
    """Let no collection run meanwhile; over a growing heap they take from a fifth to four fifths of the time."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


def leave_out_of_collections(entries: int) -> None:
    """Keep what a long log has become out of later collections, which would hold up the window to go through it."""
    if entries >= FROZEN_FROM:
        gc.freeze()
