"""Many seats on one PostgreSQL: how soon all see a command, and races under kills.

`OPSROOM_SEATS_ROUNDS` and `OPSROOM_SEATS_SECONDS` make it shorter or longer.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from dispatch.commands import ReportIncident
from dispatch.engine import Engine
from dispatch.log import open_log
from tests.bench.rows import Row, absent, figure, within
from tests.dispatch import town
from tests.dispatch.history import History
from tests.dispatch.seat_room import running_room
from tests.servers import PostgresServer, running_postgres

ROOT = Path(__file__).resolve().parent.parent.parent
SEATS, COMMANDS_PER_S, UNITS = 50, 20.0, 500
SECONDS = float(os.environ.get("OPSROOM_SEATS_SECONDS", "30"))
ROUNDS = int(os.environ.get("OPSROOM_SEATS_ROUNDS", "100"))


def rows() -> Iterator[Row]:
    """Yield one row a measure."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        try:
            server = stack.enter_context(running_postgres())
        except pytest.skip.Exception as skipped:
            yield absent("many seats on one PostgreSQL", str(skipped)[:34])
            return
        yield from _blink(server, folder / "blink")
        yield from _races(server, folder / "races")


def _blink(server: PostgresServer, folder: Path) -> Iterator[Row]:
    """From the command to every other seat's state, all seats as programs."""
    if not SECONDS:
        return
    folder.mkdir()
    address = server.address("blink")
    engine = Engine(open_log(address, key_folder=folder / "keys"))
    for command in town.opening():
        engine.do(command)
    for number in range(20):
        engine.do(town.command(ReportIncident("structure_fire", town.crossing(number % 3, number // 3 % 3))))
    engine.log.close()
    seats = []
    for number in range(SEATS):
        keys = folder / f"keys-{number}"
        shutil.copytree(folder / "keys", keys)
        words = ("follow", address, keys, f"seat-{number}", COMMANDS_PER_S / SEATS, SECONDS, folder / f"{number}.json")
        seats.append(
            subprocess.Popen(
                [sys.executable, "-m", "tests.bench.seat_program", *map(str, words)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                bufsize=1,
            )
        )
    try:
        for seat in seats:
            assert seat.stdout is not None and seat.stdout.readline() == "ready\n"
        start = time.monotonic() + 1.0
        for seat in seats:
            assert seat.stdin is not None
            seat.stdin.write(f"{start}\n")
        for seat in seats:
            assert seat.wait(timeout=SECONDS + 120) == 0
    finally:
        for seat in seats:
            seat.kill()
            seat.communicate()
    told = [json.loads((folder / f"{number}.json").read_text()) for number in range(SEATS)]
    each, last, own, unseen = [], [], [], 0
    for number, giver in enumerate(told):
        for sequence, began, acknowledged in giver["given"]:
            seen = [other["seen"].get(str(sequence)) for at, other in enumerate(told) if at != number]
            unseen += seen.count(None)
            late = [when - began for when in seen if when is not None]
            each += late
            last.append(max(late))
            own.append(acknowledged - began)
    rate = len(last) / SECONDS
    what = f"{SEATS} seats, {rate:.0f} commands/s: command to seen"
    yield within(f"{what}, p50", _share(each, 50), 0.050)
    yield within(f"{what}, p99", _share(each, 99), 0.250)
    yield within("the same, by the last of all seats, p50", _share(last, 50), 0.050)
    yield within("the same, by the last of all seats, p99", _share(last, 99), 0.250)
    yield within("command to acknowledged, p50", _share(own, 50), 0.050)
    work = statistics.mean(one["each_s"] for one in told)
    yield Row("processor time of a seat for each entry of any", figure(work, "s"), "", None)
    load = f"{os.getloadavg()[0]:.0f} on {os.cpu_count()} processors"
    yield Row("load of the machine at the end of it", load, f"{SEATS} seats and the server on it", None)
    yield Row("not seen by some seat four seconds later", f"{unseen:,}", f"of {len(each) + unseen:,}", None, "0")


def _races(server: PostgresServer, folder: Path) -> Iterator[Row]:
    """Two, four and eight seats race for all units, round after round; one is killed in every second round."""
    total, kills, dice = History(), 0, random.Random(1)
    started, done = time.monotonic(), 0
    for turn, seats in enumerate((2, 4, 8)):
        rounds = ROUNDS * (turn + 1) // 3 - ROUNDS * turn // 3
        if not rounds:
            continue
        where = folder / str(seats)
        where.mkdir(parents=True)
        with running_room(server.address(f"races_{seats}"), where, seats=seats, units=UNITS) as room:
            for number in range(rounds):
                kills += number % 2
                room.race(number, kill=dice if number % 2 else None)
            found = room.check()
        done += rounds
        for name in ("entries", "acknowledged", "refused", "assigned", "double", "lost", "overwritten", "broken"):
            setattr(total, name, getattr(total, name) + getattr(found, name))
    if not done:
        return
    what = f"{UNITS} units, {done} rounds, 2 to 8 seats, {kills} killed"
    took_s = time.monotonic() - started
    yield Row(what, f"{total.assigned:,} sent", f"{total.refused:,} refused, {total.entries:,} entries", None)
    for name, words in (
        ("double", "sent twice"),
        ("lost", "lost"),
        ("overwritten", "written over"),
        ("broken", "else"),
    ):
        faults = getattr(total, name)
        yield Row(f"of those: {words}", str(len(faults)), (faults[0] if faults else "limit 0")[:34], None, "0")
    yield Row("entries a second while they race", f"{total.entries / took_s:,.0f} /s", "", None)


def _share(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]
