"""Who is there: from a click at one seat to being known at all others; and the queues of a room that is split."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median

import pytest

from dispatch.room.presence import Here, Room
from tests.bench.rows import Row, absent, timed, within
from tests.servers import running_postgres

SEATS, CLICKS, SEEN_WITHIN_S, PICTURE_S = 20, 100, 0.3, 0.1
INCIDENTS, QUEUES = 500, 50


def rows() -> Iterator[Row]:
    """Yield one row a measure."""
    yield from _queues()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except pytest.skip.Exception as skipped:
            yield absent("who is there", str(skipped)[:34])
            return
        yield from _seen(server.address("presence"), Path(name))


def _seen(address: str, keys: Path) -> Iterator[Row]:
    from dispatch.log_postgres import PostgresLog
    from dispatch.room.presence_keeper import PresenceKeeper
    from dispatch.server_init import prepare

    prepare(address, key_folder=keys)
    log = PostgresLog(address, key_folder=keys)
    seen_at_s: dict[int, list[float]] = {}
    lock = threading.Lock()

    def see(room: Room) -> None:
        now_s = time.monotonic()
        with lock:
            for each in room.others:
                if each.seat == "seat-0" and each.incident_id in seen_at_s:
                    seen_at_s[each.incident_id].append(now_s)

    keepers = [PresenceKeeper(log, on_change=see if number else None) for number in range(SEATS)]
    here = Here("seat-0", "anna", "dispatcher")
    for number, keeper in enumerate(keepers):
        keeper.say(replace(here, seat=f"seat-{number}"))
        keeper.start()
    deadline_s = time.monotonic() + 60
    while any(len(keeper.others()) < SEATS - 1 for keeper in keepers) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    took_s: list[float] = []
    for incident_id in range(1, CLICKS + 1):
        seen_at_s[incident_id] = []
        clicked_s = time.monotonic()
        keepers[0].say(replace(here, incident_id=incident_id))
        while len(seen_at_s[incident_id]) < SEATS - 1 and time.monotonic() < clicked_s + 10:
            time.sleep(0.002)
        took_s += [each - clicked_s for each in seen_at_s[incident_id]]
        time.sleep(0.02)
    for keeper in keepers:
        keeper.stop()
    log.close()
    took_s.sort()
    missed = CLICKS * (SEATS - 1) - len(took_s)
    yield within(f"a click seen at {SEATS - 1} other seats, half of them", median(took_s), SEEN_WITHIN_S)
    yield within(f"... 99 of 100 ({missed} unseen)", took_s[len(took_s) * 99 // 100 - 1], SEEN_WITHIN_S)


def _queues() -> Iterator[Row]:
    from dispatch.commands import ReportIncident
    from dispatch.queues import queue_of
    from dispatch.seat_queue import Queue
    from tests.dispatch.story import Story
    from tests.dispatch.town import crossing

    story = Story()
    kinds = ("structure_fire", "burst_water_main", "cardiac_arrest", "traffic_collision", "stray_dog")
    for number in range(INCIDENTS):
        story.do(ReportIncident(kinds[number % 5], crossing(number % 3, number % 2)))
    queues = story.state.queues
    for number in range(QUEUES):
        queue = Queue(f"seat-{number}", ("water",) if number % 2 else (), (f"ward {number % 7}",))
        queues = queues.set(queue.seat, queue)
    state = replace(story.state, queues=queues)

    def parts_of(lon: float, lat: float) -> tuple[str, ...]:
        return (f"ward {round(lon * 1000) % 7}",)

    took_s, _ = timed(lambda: queue_of(state, "seat-3", parts_of=parts_of))
    yield within(f"a seat's queue of {INCIDENTS} incidents, {QUEUES} queues", took_s, PICTURE_S)
