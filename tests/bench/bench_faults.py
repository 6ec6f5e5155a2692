"""Eight whole seats while their server fails in every way: how soon all is well again, and what the checker finds.

A whole seat runs what a desk runs beside its engine: follower, heartbeat, presence, positions out and in, photographs.
`OPSROOM_FAULTS_ROUNDS` makes the storm shorter or longer, `OPSROOM_FAULTS_PARTITIONS_S` says how long partitions are.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from dispatch.commands import AddNote, ReportIncident
from dispatch.engine import Engine
from dispatch.log_postgres import PostgresLog
from tests.bench.rows import Row, absent, figure, within
from tests.dispatch import town
from tests.dispatch.history import History
from tests.dispatch.server_deeds import Hogs, deadlock, serialization_failure
from tests.dispatch.storm import Recovery, Storm, running_storm
from tests.servers import PostgresServer, fill_up, running_postgres, small_disk

ROUNDS = int(os.environ.get("OPSROOM_FAULTS_ROUNDS", "10"))
PARTITIONS_S = tuple(map(float, os.environ.get("OPSROOM_FAULTS_PARTITIONS_S", "1 30 600").split()))
SEATS, LIMIT_S = 8, 5.0
STAY_AWAY_S = 2.0


def rows() -> Iterator[Row]:
    """Yield one row a measure."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        for each in ("alone", "storm", "room"):
            (folder / each).mkdir()
        try:
            server = stack.enter_context(running_postgres())
        except pytest.skip.Exception as skipped:
            yield absent("a server in trouble", str(skipped)[:34])
            return
        yield from _alone(server, folder / "alone")
        with running_storm(server, folder / "storm", seats=SEATS) as storm:
            yield from _storm(storm)
        yield from _without_room(folder / "room")


def _alone(server: PostgresServer, folder: Path) -> Iterator[Row]:
    """What passes between one seat and another transaction."""
    address = server.address("alone")
    engine = Engine(PostgresLog(address, key_folder=folder))
    for command in town.opening():
        engine.do(command)
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
    for name, words, deed in (
        ("deadlock", "deadlock detected", deadlock),
        ("serialization failure", "could not serialize access", serialization_failure),
    ):
        before = server.said(words)
        took_s = [deed(address, engine, town.command(AddNote(1, f"{name} {number}")))[1] for number in range(10)]
        ended = server.said(words) - before
        yield within(f"{name}, {ended} times an append ended: to acknowledged", max(took_s), LIMIT_S)
    texts = [note.text for note in engine.state.incidents[1].notes]
    wrong = 20 - len(set(texts)) + len(texts) - len(set(texts)) + (not engine.log.verify().is_intact)
    yield Row("of those 20 commands: lost, twice, or not proved", str(wrong), "limit 0", None, "0")
    engine.log.close()


def _storm(storm: Storm) -> Iterator[Row]:
    dice, server = random.Random(6), storm.server
    time.sleep(5.0)
    storm.recover(time.monotonic())
    before = _at_rest(storm)

    def crash() -> float:
        server.crash()
        storm.kill(victim)
        time.sleep(dice.uniform(0.1, STAY_AWAY_S))
        server.start()
        return time.monotonic()

    def restart() -> float:
        server.restart()
        return time.monotonic()

    found: dict[str, list[Recovery]] = {"killed -9": [], "restarted": []}
    for number in range(ROUNDS):
        time.sleep(dice.uniform(0.5, 2.0))
        storm.kill(first := dice.choice(storm.seats[2:]))  # two live through all of it
        with storm.cut(*dice.sample(range(SEATS), 2)):
            time.sleep(dice.uniform(0.3, 4.0))
        storm.wait_for(first)
        victim = dice.choice(storm.seats[2:])
        if number % 2:
            found["restarted"].append(storm.recover(restart()))
        else:
            found["killed -9"].append(storm.recover(crash(), but=[victim]))
            storm.wait_for(victim)
    for what, recoveries in found.items():
        yield from _recovered(f"server {what}, {len(recoveries)} times", recoveries)
    for length_s in PARTITIONS_S:
        with storm.cut(6, 7):
            time.sleep(length_s)
            behind = storm.desk.catch_up()
        mended_s = time.monotonic()
        yield from _recovered(f"two seats cut off for {length_s:g} s, {behind:,} entries", [storm.recover(mended_s)])
    yield from _checked(storm, f"{SEATS} whole seats, {ROUNDS} server losses, {storm.kills} seats killed")
    after = _at_rest(storm)
    for what, words in (("threads", "threads of two seats that lived through it"), ("handles", "handles of those")):
        yield Row(words, f"{after[what]:.0f}", f"at first {before[what]:.0f}", after[what] / before[what], "≤ 1")
    lines = f"at first {before['connections']:.0f}"
    yield Row("connections of all seats at the server", f"{after['connections']:.0f}", lines, None)
    storm.kill(anew := storm.seats[-1])
    storm.wait_for(anew)
    now = _at_rest(storm, (anew.name,))
    what = "memory of a seat that lived through it, beside one begun anew"
    yield Row(what, figure(after["mb"] / 2, "MB"), figure(now["mb"], "MB"), after["mb"] / 2 / now["mb"], "≤ 1.2")


def _without_room(folder: Path) -> Iterator[Row]:
    """A server with few connections and small disks."""
    with ExitStack() as stack:
        try:
            wal, data = (stack.enter_context(small_disk(size_mb)) for size_mb in (96, 128))
        except pytest.skip.Exception as skipped:
            yield absent("a disk that is full", str(skipped)[:34])
            return
        (wal / "wal").mkdir()
        settings = {"max_connections": "100", "wal_recycle": "off", "min_wal_size": "2MB", "max_wal_size": "32MB"}
        server = stack.enter_context(running_postgres(wal=wal / "wal", settings=settings))
        with psycopg.connect(server.address(), autocommit=True) as owner:
            owner.execute(f"CREATE TABLESPACE small LOCATION '{server.give(data)}'".encode())
        server.set(default_tablespace="small")
        storm = stack.enter_context(running_storm(server, folder, seats=SEATS))
        storm.recover(time.monotonic())

        def no_connection() -> float:
            hogs = Hogs(server.address())
            hogs.take_all()
            hogs.throw_out_all(storm.user)
            time.sleep(STAY_AWAY_S)
            hogs.leave()
            return time.monotonic()

        def no_room_for_entries() -> float:
            ballast = fill_up(data)
            _until(lambda: server.said("could not extend file") > 0)
            time.sleep(STAY_AWAY_S)
            ballast.unlink()
            return time.monotonic()

        def no_room_for_its_own_log() -> float:
            ballast = fill_up(wal)
            _until(lambda: not server.is_running)
            ballast.unlink()
            server.start()
            return time.monotonic()

        for what, fault in (
            ("no connection to be had", no_connection),
            ("its disk of entries full", no_room_for_entries),
            ("the disk of its own log full, and dead of it", no_room_for_its_own_log),
        ):
            time.sleep(1.0)
            yield from _recovered(what, [storm.recover(fault())])
        yield from _checked(storm, f"{SEATS} whole seats without room")


def _recovered(what: str, found: list[Recovery]) -> Iterator[Row]:
    if not found:
        return
    worst = max(found, key=lambda each: each.written_s)
    yield within(f"{what}: all level, all written"[:62], worst.written_s, LIMIT_S)
    parts = {part: max(each.parts_s[part] for each in found) for part in found[0].parts_s}
    pace_s = max(each.pace_s for each in found)
    yield within("    and presence", parts["presence"], LIMIT_S)
    yield within(f"    and positions, every {pace_s:g} s at the slowest seat", parts["positions"], LIMIT_S)
    yield Row("    and all photographs of all seats at each", figure(parts["photographs"], "s"), "", None)


def _checked(storm: Storm, what: str) -> Iterator[Row]:
    found: History = storm.check()
    told = f"{found.acknowledged:,} acknowledged, {found.refused:,} no"
    yield Row(what, f"{found.entries:,} entries", told[:34], None)
    for name, words in (
        ("double", "sent or written twice"),
        ("lost", "acknowledged, and lost"),
        ("overwritten", "written over unseen"),
        ("broken", "chain, folds, places, photographs"),
    ):
        faults = getattr(found, name)
        yield Row(f"of those: {words}", str(len(faults)), (faults[0] if faults else "limit 0")[:34], None, "0")


def _at_rest(storm: Storm, names: tuple[str, ...] = ("seat-0", "seat-1")) -> dict[str, float]:
    """Return what seats hold of the machine together, and the server's connections."""
    storm.ask("rest")
    time.sleep(12.0)  # a line to the photographs is let go after ten seconds
    told = [each for name, each in storm.figures().items() if name in names]
    connections = sum(storm.connections().values())
    storm.ask("work")
    return {
        "threads": sum(len(each["threads"]) for each in told),
        "handles": sum(each["handles"] for each in told),
        "mb": sum(each["mb"] for each in told),
        "connections": float(connections),
    }


def _until(is_so: Callable[[], bool]) -> None:
    until_s = time.monotonic() + 120
    while not is_so():
        if time.monotonic() > until_s:
            raise TimeoutError("the server never came into that trouble")
        time.sleep(0.05)
