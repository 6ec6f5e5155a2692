"""A gateway or a seat for the bench of positions.

`python -m tests.bench.position_program give ADDRESS KEYS UNITS SECONDS` reports every unit once a second, spread over
it; `seat ADDRESS KEYS SECONDS OUT` follows, and writes how late it saw them. Both begin at the instant on their input.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from dispatch.log_interface import LiveLog
from dispatch.log_postgres import PostgresLog
from dispatch.room.positions import PositionsReader, PositionsWriter
from resources.fixes import Fixes
from resources.position import Fix

STEPS = 20  # lots in a second


def give(address: str, keys: str, units: str, seconds: str) -> None:
    log = PostgresLog(address, key_folder=Path(keys))
    writer, dice = PositionsWriter(LiveLog(log), "bench"), random.Random(1)
    writer.start()
    places = [[24.8 + dice.random() * 0.4, 60.1 + dice.random() * 0.2] for _ in range(int(units))]
    begin_s = _begin()
    used_s = time.process_time()
    for step in range(int(float(seconds) * STEPS)):
        time.sleep(max(0.0, begin_s + step / STEPS - time.time()))
        at, lot = datetime.now(UTC), []
        for row in range(step % STEPS, len(places), STEPS):
            place = places[row]
            if row % 3:  # two of three drive
                place[0] += dice.gauss(0, 2e-4)
                place[1] += dice.gauss(0, 1e-4)
            lot.append(Fix(f"unit-{row:04}", *place, at, at, dice.random() * 20, dice.random() * 360, "bench"))
        writer.give(lot)
    _say(f"{(time.process_time() - used_s) / float(seconds)} {writer.counts.sent} {writer.counts.failed_writes}")
    writer.stop(within_s=10)
    log.close()


def seat(address: str, keys: str, seconds: str, out: str) -> None:
    log = PostgresLog(address, key_folder=Path(keys), read_only=True)
    fixes, late_s, levels = Fixes(), [], []

    def take(lot: list[Fix]) -> None:
        now_s = time.time()
        late_s.extend(now_s - fix.received_at.timestamp() for fix in fixes.take_all(lot)[::10])

    reader = PositionsReader(log, take, on_picture=lambda picture: levels.append((time.time(), picture.level_s)))
    reader.start()
    begin_s = _begin()
    time.sleep(max(0.0, begin_s + 5 - time.time()))  # what is told at the beginning may be old
    late_s.clear()
    used_s, counted = time.process_time(), sum(fixes.counts.values())
    time.sleep(max(0.0, begin_s + float(seconds) - time.time()))
    told = {
        "late_s": late_s,
        "cpu": (time.process_time() - used_s) / (float(seconds) - 5),
        "seen": sum(fixes.counts.values()) - counted,
        "units": len(fixes.latest),
        "level_s": reader.picture.level_s,
        "changes": len(levels),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    Path(out).write_text(json.dumps(told))
    reader.stop()
    log.close()


def _begin() -> float:
    _say("ready")
    return float(sys.stdin.readline())


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    {"give": give, "seat": seat}[sys.argv[1]](*sys.argv[2:])
