"""A seat that loses its room's server: how soon it goes on alone, comes back, and has what it did merged.

`OPSROOM_ISLAND_ENTRIES` makes the island longer or shorter.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dispatch.commands import AddNote, ReportIncident
from dispatch.engine import Engine
from dispatch.island.decisions import see
from dispatch.island.seat import Islands
from dispatch.log_postgres import PostgresLog
from tests.bench.rows import Row, absent, against, timed, within
from tests.dispatch.town import OPERATOR, OTHER_OPERATOR, command, crossing, opening
from tests.servers import running_postgres

ENTRIES = int(os.environ.get("OPSROOM_ISLAND_ENTRIES", "1000"))
INCIDENTS_BEFORE, MISSED = 2_000, 200


def rows() -> Iterator[Row]:
    """Yield going alone, coming back, and the merge beside the same commands asked of the room at once."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            address = stack.enter_context(running_postgres()).address("island")
        except pytest.skip.Exception as skipped:
            yield absent("go on alone, and merge", str(skipped))
            return
        other = Engine(PostgresLog(address, key_folder=folder / "other"))
        stack.callback(other.log.close)
        for one in opening():
            other.do(one)
        for _ in range(INCIDENTS_BEFORE):
            other.do(command(ReportIncident("stray_dog", crossing(1, 1))))
        shutil.copytree(folder / "other", folder / "seat")
        room = PostgresLog(address, key_folder=folder / "seat")
        stack.callback(room.close)
        seat = Engine(room)
        islands = Islands(seat, folder=folder / "islands", key_folder=folder / "seat")
        went_s, _ = timed(lambda: islands.go(OPERATOR))
        yield within(f"go on alone, {INCIDENTS_BEFORE:,} incidents open", went_s, 1.0)
        alone_s, _ = timed(lambda: _work(seat))
        in_room_s, _ = timed(lambda: _work(other))
        yield against(f"{ENTRIES:,} commands on the island", alone_s, "in the room", in_room_s)
        for _ in range(MISSED):
            other.do(command(ReportIncident("stray_dog", crossing(2, 2)), who=OTHER_OPERATOR))
        back_s, merge = timed(islands.come_back)
        yield within(f"come back, {ENTRIES + MISSED:,} entries missed", back_s, 5.0)
        merged_s, report = timed(merge.run)
        assert report.taken == ENTRIES + 1, report
        yield against(f"merge {ENTRIES:,} entries", merged_s, "asked of the room at once", in_room_s)
        see(merge)
        assert merge.finish()


def _work(engine: Engine) -> None:
    for _ in range(ENTRIES // 2):
        number = engine.state.next_incident
        engine.do(command(ReportIncident("structure_fire", crossing(0, 0))))
        engine.do(command(AddNote(number, "smoke")))
