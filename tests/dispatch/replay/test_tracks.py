"""What a room's server keeps of positions is played back; nothing is made or written there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from dispatch.log import open_log
from dispatch.log_postgres import PostgresLog
from dispatch.replay.record import open_record
from dispatch.room.position_store import Frame, make_ready, write_frames
from resources.position import Fix
from resources.position_frames import pack
from resources.position_thinning import COARSEST_S
from tests.dispatch.logs import fill
from tests.servers import PostgresServer


@pytest.fixture
def address(postgres: PostgresServer) -> str:
    return postgres.address(f"replay_{uuid.uuid4().hex}")


@pytest.fixture
def log(address: str, tmp_path: Path) -> Iterator[PostgresLog]:
    made = open_log(address, key_folder=tmp_path / "keys")
    assert isinstance(made, PostgresLog)
    fill(made, 3)
    yield made
    made.close()


def now_of(log: PostgresLog) -> datetime:
    with log.connect("test") as connection:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    return row[0]


def test_the_tracks_of_a_span_come_back_oldest_first(address: str, log: PostgresLog, tmp_path: Path) -> None:
    now = now_of(log).replace(microsecond=0)
    told = [
        Fix(unit, 25.0 + place / 1000, 60.0, at, at, 12.0, 90.0)
        for place in range(6)
        for unit in ("E1", "A1")
        for at in (now - timedelta(seconds=10 * (6 - place)),)
    ]
    with log.connect("test") as connection:
        make_ready(connection)
        frames = [Frame("seat-1", COARSEST_S, number, body) for number, body in enumerate(pack(told), 1)]
        write_frames(connection, [*frames, Frame("seat-2", COARSEST_S, 1, b"no frame")])
    record = open_record(address, key_folder=tmp_path / "keys")
    since, until = now - timedelta(seconds=45), now - timedelta(seconds=15)
    found = record.positions(since, until)
    assert {(fix.unit_id, fix.received_at) for fix in found} == {
        (fix.unit_id, fix.received_at) for fix in told if since <= fix.received_at <= until
    }
    assert [fix.received_at for fix in found] == sorted(fix.received_at for fix in found)
    assert all(fix.is_reported for fix in found)
    assert record.positions(now - timedelta(days=3), now - timedelta(days=2)) == []
    record.close()


def test_a_server_that_keeps_none_is_left_as_it_is(address: str, log: PostgresLog, tmp_path: Path) -> None:
    record = open_record(address, key_folder=tmp_path / "keys")
    at = now_of(log)
    assert record.positions(at - timedelta(hours=1), at) == []
    with log.connect("test") as connection, pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute(b"SELECT 1 FROM position_tracks")
    record.close()
