"""Read much at once without looking for circles of garbage in it: there are none in records of a log."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

FROZEN_FROM = 20_000  # entries: below, a collection over them takes some milliseconds
CAUGHT_UP_FROM = 1_000  # entries missed: each waits with a state of its own until the window is told of it


class _Reading:
    """How many read at once in this process, and whether collections ran before the first of them."""

    lock = threading.Lock()
    many = 0
    was_collecting = False


@contextmanager
def uncollected() -> Iterator[None]:
    """Let no collection run meanwhile; over a growing heap they take from a fifth to four fifths of the time."""
    with _Reading.lock:  # threads read side by side: the first turns it off, the last on again
        if _Reading.many == 0:
            _Reading.was_collecting = gc.isenabled()
            gc.disable()
        _Reading.many += 1
    try:
        yield
    finally:
        with _Reading.lock:
            _Reading.many -= 1
            if _Reading.many == 0 and _Reading.was_collecting:
                gc.enable()


def is_uncollected() -> bool:
    """Tell whether somebody reads now, in any thread: then nobody is to collect by hand either."""
    return _Reading.many > 0


def leave_out_of_collections(entries: int, *, least: int = FROZEN_FROM) -> None:
    """Keep what `least` entries or more have become out of later collections, which would hold up the window."""
    if entries >= least:
        gc.freeze()
