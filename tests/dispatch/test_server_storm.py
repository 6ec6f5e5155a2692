"""Whole seats in a short storm: all that runs beside an engine comes back by itself, and the checker finds nothing.

The whole of it, eight seats, ten losses of the server and the long partitions, is in `make bench`.
"""

from __future__ import annotations

import time
from pathlib import Path

from tests.dispatch.storm import running_storm
from tests.servers import PostgresServer

LATE_S = 120.0  # of a machine that has other work; the five seconds stand in the bench


def test_seats_that_lose_their_server_their_wire_and_their_lives_end_as_one(
    mortal: PostgresServer, tmp_path: Path
) -> None:
    with running_storm(mortal, tmp_path, seats=2) as storm:
        storm.recover(time.monotonic())
        storm.ask("rest")
        before = storm.figures()["seat-0"]
        storm.ask("work")
        with storm.cut(1):
            time.sleep(0.5)
            mortal.crash()
            storm.kill(storm.seats[1])
            mortal.start()
            back_s = time.monotonic()
            alone = storm.recover(back_s, but=[storm.seats[1]])
        storm.wait_for(storm.seats[1])
        both = storm.recover(time.monotonic())
        found = storm.check()
        after = storm.figures()["seat-0"]
    assert alone.whole_s < LATE_S and both.whole_s < LATE_S
    assert not found.faults
    assert found.assigned > 0 and found.acknowledged > 10
    assert after["threads"] == before["threads"] and after["handles"] <= before["handles"] + 2
