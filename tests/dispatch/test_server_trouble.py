"""A real server in trouble: deadlocks, no connection to give, a disk that is full. Nothing acknowledged is lost."""

from __future__ import annotations

import random
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from dispatch.commands import AddNote, ReportIncident
from dispatch.engine import Engine
from dispatch.log import NotSaved
from dispatch.log_postgres import PostgresLog
from tests.dispatch import town
from tests.dispatch.server_deeds import Hogs, backend_of, deadlock, serialization_failure, wait_until
from tests.dispatch.test_server_faults import CutOff
from tests.servers import PostgresServer, fill_up, running_postgres, small_disk

PAGE = 8192


@pytest.fixture
def seat(postgres: PostgresServer, tmp_path: Path) -> Iterator[tuple[str, Engine]]:
    address = postgres.address(f"log_{uuid.uuid4().hex}")
    yield address, (made := begun(address, tmp_path))
    made.log.close()


@dataclass
class Narrow:
    """A server with few connections, a write-ahead log in small files, and a small disk for it where one can be had."""

    server: PostgresServer
    disk: Path | None


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Narrow]:
    settings = {"max_connections": "12", "fsync": "off", "wal_recycle": "off", "min_wal_size": "2MB"}
    with ExitStack() as stack:
        try:
            disk = stack.enter_context(small_disk(64))
            (wal := disk / "wal").mkdir()
        except pytest.skip.Exception:
            disk, wal = None, Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running_postgres(wal=wal, settings=settings))
        yield Narrow(server, disk)


def begun(address: str, keys: Path) -> Engine:
    engine = Engine(PostgresLog(address, key_folder=keys))
    for command in town.opening():
        engine.do(command)
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
    return engine


def long_words(number: int) -> str:
    """Return words that no server packs away."""
    return random.Random(number).randbytes(3500).hex()


def test_an_append_that_the_server_ends_for_a_deadlock_is_given_again(
    postgres: PostgresServer, seat: tuple[str, Engine]
) -> None:
    address, engine = seat
    before = postgres.said("deadlock detected")
    entry, _ = deadlock(address, engine, town.command(AddNote(1, "through a deadlock")))
    assert postgres.said("deadlock detected") == before + 1
    assert entry is not None and engine.is_saved
    assert [each.text for each in engine.state.incidents[1].notes] == ["through a deadlock"]
    assert engine.log.verify().is_intact


def test_an_append_that_cannot_be_serialized_is_given_again(postgres: PostgresServer, seat: tuple[str, Engine]) -> None:
    address, engine = seat
    before = postgres.said("could not serialize access")
    entry, _ = serialization_failure(address, engine, town.command(AddNote(1, "one after the other")))
    assert postgres.said("could not serialize access") == before + 1
    assert entry is not None and engine.is_saved
    assert [each.text for each in engine.state.incidents[1].notes] == ["one after the other"]
    assert engine.log.verify().is_intact


def test_a_server_without_a_connection_to_give_is_said_and_found_again(narrow: Narrow, tmp_path: Path) -> None:
    server = narrow.server
    address = server.address()
    room, hogs = CutOff(server, tmp_path), Hogs(address)
    log = room.seat.log
    assert isinstance(log, PostgresLog)
    wait_until(lambda: room.is_level)
    hogs.take_all()
    with pytest.raises(NotSaved, match=r"too many clients|connection slots"):
        PostgresLog(address, key_folder=tmp_path / "joins")
    while room.follower.picture.is_connected:
        hogs.throw_out(log)
        time.sleep(0.01)
    command = town.command(AddNote(1, "nobody listens"))
    with pytest.raises(NotSaved) as refused:
        room.seat.do(command)
    assert refused.value.code in ("away", "connection_lost") and not room.seat.is_saved
    room.write_elsewhere("by one who has a connection")
    assert not room.is_level
    hogs.leave()
    wait_until(lambda: room.is_level and room.follower.picture.is_connected)
    assert room.seat.do(command) is not None and room.seat.is_saved
    room.other.catch_up()
    assert len(room.other.state.incidents[1].notes) == 2 and room.other.state == room.seat.state
    room.close()


def fill_with_notes(engine: Engine) -> NotSaved:
    """Write until the server takes no more; return why."""
    for number in range(2_000):
        before = engine.state
        try:
            entry = engine.do(town.command(AddNote(1, long_words(number))))
        except NotSaved as refused:
            assert engine.state is before and not engine.is_saved and engine.trouble == refused.code
            return refused
        assert entry is not None
    raise AssertionError("it was never full")


def goes_on(engine: Engine, acknowledged: int) -> None:
    """Hold that all that was acknowledged is there, and that the seat writes again as soon as there is room."""
    entry = engine.do(town.command(AddNote(1, "there is room again")))
    assert entry is not None and engine.is_saved
    assert acknowledged < entry.sequence <= acknowledged + 2  # one that nobody was answered may have come through
    assert [each.sequence for each in engine.log.read()] == list(range(1, entry.sequence + 1))
    assert engine.log.verify().is_intact
    engine.log.close()


def test_a_disk_without_room_for_entries_is_said_and_work_goes_on_when_there_is(narrow: Narrow, tmp_path: Path) -> None:
    server = narrow.server
    with small_disk(8) as disk, psycopg.connect(server.address(), autocommit=True) as owner:
        owner.execute(f"CREATE TABLESPACE small LOCATION '{server.give(disk)}'".encode())
        engine = begun(f"{server.address('small')}%20-cdefault_tablespace%3Dsmall", tmp_path)
        ballast = fill_up(disk)
        refused, acknowledged = fill_with_notes(engine), engine.state.sequence
        assert refused.code == "disk_full" and "No space left" in str(refused)
        assert engine.log.head == acknowledged and engine.log.verify().is_intact  # it can still be read
        ballast.unlink()
        goes_on(engine, acknowledged)
        owner.execute("DROP SCHEMA small CASCADE")
        owner.execute("DROP TABLESPACE small")


def test_a_file_that_may_not_grow_is_said_and_work_goes_on_when_it_may(narrow: Narrow, tmp_path: Path) -> None:
    """What anybody can try who is not root: the kernel refuses the server's process to write on."""
    engine = begun(narrow.server.address("limited"), tmp_path)
    log = engine.log
    assert isinstance(log, PostgresLog)
    narrow.server.limit_files(
        backend_of(log), 1_048_576 + PAGE // 2
    )  # above any file of the write-ahead log, and within a page
    refused, acknowledged = fill_with_notes(engine), engine.state.sequence
    assert refused.code in ("disk_full", "failed") and "could not extend file" in str(refused)
    assert engine.log.head == acknowledged and engine.log.verify().is_intact
    narrow.server.limit_files(backend_of(log), None)
    goes_on(engine, acknowledged)


def test_a_server_that_may_not_write_its_own_log_dies_of_it_and_loses_nothing(narrow: Narrow, tmp_path: Path) -> None:
    server = narrow.server
    engine = begun(server.address("panics"), tmp_path)
    log = engine.log
    assert isinstance(log, PostgresLog)
    server.limit_files(backend_of(log), 1_048_576 - 64 * PAGE)
    refused, acknowledged = fill_with_notes(engine), engine.state.sequence
    assert refused.code == "connection_lost" and server.said("PANIC") == 1
    wait_until(lambda: _answers(engine))
    goes_on(engine, acknowledged)


def test_a_server_whose_own_log_has_no_room_is_away_until_there_is_and_loses_nothing(
    narrow: Narrow, tmp_path: Path
) -> None:
    server = narrow.server
    if narrow.disk is None:
        pytest.skip("a small disk can be mounted by root alone, on Linux")
    engine = begun(server.address("full"), tmp_path)
    ballast = fill_up(narrow.disk)
    before = server.said("PANIC")
    refused, acknowledged = fill_with_notes(engine), engine.state.sequence
    assert refused.code in ("disk_full", "connection_lost")  # the server's last words, or none
    assert server.said("PANIC") > before and server.said("No space left on device")
    wait_until(lambda: not server.is_running)  # it cannot even recover
    with pytest.raises(NotSaved):
        engine.do(town.command(AddNote(1, "to nobody")))
    ballast.unlink()
    server.start()
    goes_on(engine, acknowledged)


def _answers(engine: Engine) -> bool:
    try:
        return engine.log.head > 0
    except NotSaved:
        return False
