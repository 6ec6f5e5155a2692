"""A seat for the benches: it gives commands at its own rate and notes when it saw everybody's.

`python -m tests.bench.seat_program follow ADDRESS KEYS SEAT RATE SECONDS OUT` waits for a line after `ready`;
`join ADDRESS KEYS` opens a log and says how long that took and how much memory.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from dispatch.commands import AddNote, Command, Who
from dispatch.engine import Engine
from dispatch.follower import Follower
from dispatch.log import open_log

LINGER_S = 4.0


def follow(address: str, keys: str, seat: str, rate: str, seconds: str, out: str) -> None:
    engine = Engine(open_log(address, key_folder=Path(keys)))
    seen: dict[int, float] = {}
    engine.subscribe(lambda entry, state: seen.setdefault(entry.sequence, time.monotonic()))
    follower = Follower(engine)
    follower.start()
    dice, who = random.Random(seat), Who(seat, "operator", "", seat)
    time.sleep(0.5)  # it listens by now
    _say("ready")
    until = float(sys.stdin.readline()) + float(seconds)  # the monotonic clock is the machine's
    used_s, had = time.process_time(), len(seen)
    given: list[tuple[int, float, float]] = []
    incidents = list(engine.state.open_incidents)
    number = 0
    while (at := time.monotonic() + dice.expovariate(float(rate))) < until:
        time.sleep(max(0.0, at - time.monotonic()))
        number += 1
        body = AddNote(dice.choice(incidents), f"{seat} says word {number}")
        began = time.monotonic()
        entry = engine.do(Command(f"{seat}/{number}", datetime.now(UTC), who, body, engine.state.sequence))
        assert entry is not None
        given.append((entry.sequence, began, time.monotonic()))
    time.sleep(max(0.0, until + LINGER_S - time.monotonic()))
    each_s = (time.process_time() - used_s) / max(1, len(seen) - had)
    Path(out).write_text(json.dumps({"given": given, "seen": seen, "each_s": each_s}))
    follower.stop()
    engine.log.close()


def join(address: str, keys: str) -> None:
    had, started_s, used_s = _resident_mb(), time.monotonic(), time.process_time()
    engine = Engine(open_log(address, key_folder=Path(keys)))
    took_s, used_s = time.monotonic() - started_s, time.process_time() - used_s
    _say(f"{took_s} {used_s} {_most_mb()} {_resident_mb() - had} {engine.state.sequence}")
    engine.log.close()


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _most_mb() -> float:
    """Return the most memory of this program alone: `getrusage` counts what it had before it was another program."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return float(status["VmHWM"].split()[0]) * 1024 / 1e6


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    {"follow": follow, "join": join}[sys.argv[1]](*sys.argv[2:])
