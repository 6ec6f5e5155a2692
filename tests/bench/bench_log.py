"""The log: durable commands a second, and how long a log of 100,000 entries takes to open."""

from __future__ import annotations

import gc
import hashlib
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dispatch.codec import encode
from dispatch.commands import AddNote, AssignUnits, Body, Choice, CloseIncident, Command, ReportIncident, ReportStatus
from dispatch.engine import Engine
from dispatch.log import Log, open_log
from dispatch.log_memory import MemoryLog
from dispatch.state import FOLD_VERSION, State, fold
from resources.status import Status
from tests.bench.rows import Row, absent, against, timed, within
from tests.dispatch import town
from tests.servers import running_postgres

ENTRIES = 100_000
NEEDED = 50  # commands a second of a city in crisis, with every unit reporting
SOME = 2_000
ON_SCENE = (Status.ACKNOWLEDGED, Status.EN_ROUTE, Status.ON_SCENE, Status.AVAILABLE)


def rows() -> Iterator[Row]:
    """Yield one row a measure; a peer is measured in the same run on the same disk."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        memory = Engine(MemoryLog())
        rate = _rate(memory.do, _story(), SOME)
        yield against("commands a second, in memory", rate, "needed at peak", NEEDED, unit="/s", aim="≥ 10")
        yield from _sqlite(folder)
        yield from _postgres(folder)


def _sqlite(folder: Path) -> Iterator[Row]:
    log = open_log(folder / "log.db", key_folder=folder / "keys")
    engine = Engine(log)
    rate = _rate(engine.do, _story(), ENTRIES)
    bodies = [encode(entry) for entry in islice(log.read(), SOME)]
    bare = _bare_sqlite(folder / "bare.db", bodies)
    yield against(f"durable commands a second, SQLite ({ENTRIES:,})", rate, "bare insert", bare, unit="/s")
    size = sum(path.stat().st_size for path in folder.glob("log.db*")) / 1e6
    last, wanted = log.head, _print(engine.state)
    engine.stop()
    log.close()
    next((folder / "keys").glob("*.checkpoint")).unlink()
    del engine
    gc.collect()  # a program that starts has nothing in memory yet

    took, log = timed(lambda: open_log(folder / "log.db", key_folder=folder / "keys"))
    yield within(f"open the file ({size:.0f} MB)", took, 0.1)
    parsing, _ = timed(lambda: sum(1 for row in log.rows() if json.loads(row.body)))
    whole, state = timed(lambda: fold(State(), log.read()))
    assert _print(state) == wanted
    yield within(f"read, check, decode, fold {last:,} entries", whole, 3)
    yield against("the same", whole, "json.loads of all bytes", parsing)
    saving, _ = timed(partial(log.save_checkpoint, state, FOLD_VERSION))
    yield against("write a checkpoint, beside the work", saving, "folding all", whole)
    log.close()
    del state
    gc.collect()
    log = open_log(folder / "log.db", key_folder=folder / "keys")
    took, engine = timed(lambda: Engine(log))
    assert _print(engine.state) == wanted
    yield within(f"open {last:,} entries from a checkpoint", took, 1)
    took, found = timed(log.verify)
    assert found.is_intact
    yield against(f"verify {last:,} entries", took, "json.loads of all bytes", parsing)
    log.close()


def _postgres(folder: Path) -> Iterator[Row]:
    try:
        with ExitStack() as stack:
            server = stack.enter_context(running_postgres())
            address = server.address("bench")
            log: Log = open_log(address, key_folder=folder / "keys")
            engine = Engine(log)
            rate = _rate(engine.do, _story(), SOME)
            bodies = [encode(entry) for entry in log.read()]
            log.close()
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("CREATE TABLE bare (sequence BIGINT PRIMARY KEY, body BYTEA)")
                numbers = count(1)
                bare = _rate(
                    lambda body: connection.execute("INSERT INTO bare VALUES (%s, %s)", (next(numbers), body)),
                    iter(bodies),
                    SOME,
                )
            yield against("durable commands a second, PostgreSQL", rate, "bare insert", bare, unit="/s")
    except pytest.skip.Exception as skipped:
        yield absent("durable commands a second, PostgreSQL", str(skipped)[:34])


def _story() -> Iterator[Command]:
    """Yield commands of an endless busy day of the town: reported, sent, driven, noted, closed."""
    yield from town.opening()
    at, units = town.START, [unit.id for unit in town.UNITS]
    for number in count(1):
        unit = units[number % len(units)]
        at += timedelta(minutes=3)
        bodies: list[Body] = [
            ReportIncident("structure_fire", town.crossing(number % 3, number // 3 % 3), text=f"smoke, house {number}"),
            AssignUnits(number, (Choice(unit, eta_s=240.0),)),
            *(ReportStatus(unit, status, source="crew") for status in ON_SCENE),
            AddNote(number, f"the crew reports in words, {number} times as long as needed"),
            CloseIncident(number, "extinguished", release_units=True),
        ]
        for seconds, body in enumerate(bodies):
            yield town.command(body, at=at + timedelta(seconds=10 * seconds))


def _print(state: State) -> str:
    """Return a print of a state's content, so that the state itself need not stay in memory."""
    parts = {name: getattr(state, name) for name in state.__slots__}
    parts = {name: sorted(map(repr, part.items())) if hasattr(part, "items") else part for name, part in parts.items()}
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _bare_sqlite(path: Path, bodies: list[bytes]) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE bare (sequence INTEGER PRIMARY KEY, body BLOB)")
    rate = _rate(
        lambda body: connection.execute("INSERT INTO bare (body) VALUES (?)", (body,)), iter(bodies), len(bodies)
    )
    connection.close()
    return rate


def _rate(work: Callable[[Any], object], inputs: Iterator[Any], most: int) -> float:
    started, done = time.perf_counter(), 0
    for item in islice(inputs, most):
        work(item)
        done += 1
    return done / (time.perf_counter() - started)
