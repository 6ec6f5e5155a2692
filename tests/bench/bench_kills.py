"""A seat killed at a random moment, two hundred times: the log proved and the history checked each time.

`OPSROOM_KILLS` makes it shorter or longer.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bench.rows import Row, absent, figure
from tests.dispatch.history import check_history
from tests.dispatch.seat_room import Room, running_room
from tests.servers import running_postgres

KILLS = int(os.environ.get("OPSROOM_KILLS", "200"))
SEATS, UNITS = 4, 40


def rows() -> Iterator[Row]:
    """Yield one row a measure."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except pytest.skip.Exception as skipped:
            yield absent("a seat killed at a random moment", str(skipped)[:34])
            return
        room = stack.enter_context(running_room(server.address("kills"), Path(name), seats=SEATS, units=UNITS))
        yield from _kill(room)


def _kill(room: Room) -> Iterator[Row]:
    dice, proved, faults, left_open = random.Random(200), 0, list[str](), 0
    last_s, started_s = 0.0, time.monotonic()
    for number in range(KILLS):
        room.race(number, kill=dice)
        began_s = time.monotonic()
        verified = room.desk.log.verify()
        last_s = time.monotonic() - began_s
        proved += verified.is_intact
        faults += [f"kill {number}: {each.text}" for each in verified.problems]
        asked, answered = room.journals()
        left_open += sum(each not in answered for each in asked)
        faults += check_history((row.body for row in room.desk.log.rows()), asked, answered).faults
    found = room.check()
    took_s = time.monotonic() - started_s
    what = f"{SEATS} seats race, one killed at a random moment {KILLS} times"
    yield Row(what, f"{proved} proved", f"of {KILLS} readings of the log", None, str(KILLS))
    yield Row(
        "what the checker found wrong, each time",
        str(len(faults)),
        (faults[0] if faults else "limit 0")[:34],
        None,
        "0",
    )
    for name in ("double", "lost", "overwritten", "broken"):
        wrong = getattr(found, name)
        yield Row(f"at the end: {name}", str(len(wrong)), (wrong[0] if wrong else "limit 0")[:34], None, "0")
    told = f"{found.acknowledged:,} acknowledged, {found.refused:,} refused"
    yield Row("entries of that log", f"{found.entries:,}", told[:34], None)
    yield Row("to prove all of it, at the end", figure(last_s, "s"), f"{took_s:,.0f} s for all", None)
    yield Row("commands without an answer when it was looked at", str(left_open), "limit 0: asked again", None, "0")
