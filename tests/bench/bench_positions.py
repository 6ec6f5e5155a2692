"""Positions of 5,000 units, each once a second, to 20 seats as programs; and what a narrow wire gets of them.

`OPSROOM_POSITIONS_SECONDS` makes it shorter or longer.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from dispatch.log_postgres import PostgresLog
from resources.fixes import Fixes
from resources.position_lines import LineReader
from tests.bench.rows import Row, absent, timed, within
from tests.dispatch.logs import opened
from tests.dispatch.room.slow_proxy import SlowProxy
from tests.servers import PostgresServer, running_postgres

ROOT = Path(__file__).resolve().parents[2]
SEATS, UNITS = 20, 5_000
SECONDS = float(os.environ.get("OPSROOM_POSITIONS_SECONDS", "40"))
LINES, FLOOD = 100_000, 20_000
WIRES = {"1 Mbit/s": 125_000.0, "256 kbit/s": 32_000.0}
LIMIT_S = 1.0  # a position is seen before the next one is due
SEAT_LIMIT = 0.1  # of a processor
SERVER_LIMIT_MBPS = 12.5  # a tenth of a wire of 1 Gbit/s


def rows() -> Iterator[Row]:
    """Yield one row a measure."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        try:
            server = stack.enter_context(running_postgres())
        except pytest.skip.Exception as skipped:
            yield absent("positions to all seats of a room", str(skipped)[:34])
            return
        yield from _lines()
        yield from _measure(server, Path(name), stack)


def _measure(server: PostgresServer, folder: Path, stack: ExitStack) -> Iterator[Row]:
    address = server.address("positions")
    log = PostgresLog(address, key_folder=folder / "keys")
    log.append(opened())
    stack.callback(log.close)
    wires = {name: SlowProxy(server.port, rate) for name, rate in WIRES.items()}
    for wire in wires.values():
        stack.callback(wire.close)
    port = str(conninfo_to_dict(address)["port"])
    addresses = [*[address] * SEATS, *(address.replace(f":{port}/", f":{wire.port}/") for wire in wires.values())]
    programs = [
        _start("seat", one, folder / "keys", SECONDS, folder / f"{number}.json") for number, one in enumerate(addresses)
    ]
    programs.append(_start("give", address, folder / "keys", UNITS, SECONDS))
    try:
        for program in programs:
            assert program.stdout is not None and program.stdout.readline() == "ready\n"
        used_s = _server_cpu_s(server)
        begin_s = time.time() + 1.0
        for program in programs:
            assert program.stdin is not None
            program.stdin.write(f"{begin_s}\n")
            program.stdin.flush()
        assert programs[-1].stdout is not None
        gateway_cpu, sent, failed = map(float, programs[-1].stdout.readline().split())
        server_cpu = (_server_cpu_s(server) - used_s) / SECONDS
        with psycopg.connect(address) as connection:
            [(bytes_per_s, coarse_bytes_per_s)] = connection.execute(
                "SELECT (SELECT sum(size) FROM position_frames WHERE level = 1) / %s::float8, "
                "((SELECT sum(size) FROM position_frames WHERE level > 1) + (SELECT sum(size) FROM position_tracks)) "
                "/ %s::float8",
                (SECONDS, SECONDS),
            ).fetchall()
        for program in programs:
            assert program.wait(timeout=SECONDS + 120) == 0
    finally:
        for program in programs:
            program.kill()
            program.communicate()
    told = [json.loads((folder / f"{number}.json").read_text()) for number in range(len(addresses))]
    near, far = told[:SEATS], dict(zip(wires, told[SEATS:], strict=True))
    late = [one for seat in near for one in seat["late_s"]]
    what = f"{UNITS:,} units at 1 Hz to {SEATS} seats"
    yield within(f"{what}: given to seen, p50", statistics.median(late), LIMIT_S)
    yield within(f"{what}: given to seen, p99", statistics.quantiles(late, n=100)[98], LIMIT_S)
    fewest = min(seat["seen"] for seat in near) / (SECONDS - 5)
    yield Row("positions a second at the seat that saw fewest", f"{fewest:,.0f} /s", f"given {sent / SECONDS:,.0f} /s",
              fewest / (sent / SECONDS), "≈ 1")  # fmt: skip
    reading = 100 * statistics.mean(seat["cpu"] for seat in near)
    yield within("of a processor, a seat's reading", reading, 100 * SEAT_LIMIT, unit="%")
    yield Row("of a processor, the gateway / the server", f"{gateway_cpu:.0%} / {server_cpu:.0%}", "", None)
    yield within("server to all seats", bytes_per_s * SEATS / 1e3, SERVER_LIMIT_MBPS * 1e3, unit="kB/s")
    stored = f"and {coarse_bytes_per_s / 1e3:,.0f} kB/s of coarser levels"
    yield Row("written by the gateway, packed", f"{bytes_per_s / 1e3:,.0f} kB/s", stored[:34], None)
    yield Row("memory of a seat that reads / writes that failed", f"{max(s['memory_mb'] for s in near):.0f} MB",
              f"{failed:.0f} writes", None)  # fmt: skip
    for name, seat in far.items():
        yield from _narrow(name, seat)
    yield Row("load of the machine at the end of it", f"{os.getloadavg()[0]:.0f}", f"{os.cpu_count()} processors", None)


def _lines() -> Iterator[Row]:
    """Read lines as the gateway does, as fast as it goes."""
    now = datetime.now(UTC)
    lines = [
        json.dumps(
            {
                "unit_id": f"U{row % UNITS}",
                "lon": 24.9,
                "lat": 60 + row / 1e6,
                "fixed_at": str(now + timedelta(milliseconds=row)),
            }
        )
        for row in range(LINES)
    ]
    raw = [line.encode() for line in lines]
    reader, fixes = LineReader(is_practice=False), Fixes()
    took_s, _ = timed(lambda: [fixes.take(fix) for line in raw if (fix := reader.read(line)) is not None])
    rate = LINES / took_s
    yield Row(
        "lines of JSON a second that a gateway can judge", f"{rate:,.0f} /s", f"limit {FLOOD:,} /s", rate / FLOOD, "≥ 1"
    )


def _narrow(name: str, seat: dict[str, Any]) -> Iterator[Row]:
    """Say what a seat behind a narrow wire got: how often, and how late."""
    level = f"every {seat['level_s']} s"
    yield Row(f"{name} wire: positions come", level, f"{seat['units']:,} of {UNITS:,} units known", None)
    yield within(f"{name} wire: given to seen, p50", statistics.median(seat["late_s"]), 2.0 * seat["level_s"])


def _start(*words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.position_program", *map(str, words)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _server_cpu_s(server: PostgresServer) -> float:
    """Return the processor time that the server's processes took so far; those that ended are counted with it."""
    ticks = 0
    assert server._process is not None
    pid = server._process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in (str(pid), *children):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15] if each == str(pid) else fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")
