"""A seat that joins takes the checkpoint that its room keeps, or folds the log: never a wrong state."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from dispatch import server_checkpoints
from dispatch.chain import Head, Key
from dispatch.checkpoint import checkpoint_print, seal_checkpoint
from dispatch.commands import AddNote, ReportIncident
from dispatch.engine import Engine
from dispatch.log_postgres import PostgresLog
from dispatch.log_table import TableLog
from dispatch.server_init import add_user, prepare
from dispatch.state import FOLD_VERSION, State, fold
from tests.dispatch import town
from tests.servers import PostgresServer


class Room:
    """A prepared room, with a seat that has worked there."""

    def __init__(self, base: str, folder: Path) -> None:
        self.schema = f"kept_{uuid.uuid4().hex[:12]}"
        self.base, self.folder = base, folder
        prepare(base, schema=self.schema, key_folder=folder / "first")
        user, _ = add_user(base, f"seat-{self.schema}", schema=self.schema)
        self.address = make_conninfo(base, user=user)
        self.log = self.open("first")
        self.engine = Engine(self.log)
        for command in (*town.opening(), town.command(ReportIncident("structure_fire", town.crossing(1, 1)))):
            self.engine.do(command)

    def open(self, seat: str) -> PostgresLog:
        """Join as a seat that was given the key and nothing else."""
        keys = self.folder / seat
        if not keys.exists():
            keys.mkdir()
            shutil.copy(next((self.folder / "first").glob("*.key")), keys)
        return PostgresLog(self.address, key_folder=keys)

    def work(self, notes: int) -> None:
        for number in range(notes):
            self.engine.do(town.command(AddNote(1, f"note {number}")))

    def keep(self) -> None:
        self.log.save_checkpoint(self.engine.state, FOLD_VERSION)

    def sql(self, text: str, *values: Any) -> list[Any]:
        with psycopg.connect(self.base, options=f"-csearch_path={self.schema}", autocommit=True) as connection:
            cursor = connection.execute(text.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def secret(self) -> bytes:
        return bytes.fromhex(next((self.folder / "first").glob("*.key")).read_text().strip())

    def kept(self) -> list[int]:
        return [row[0] for row in self.sql("SELECT DISTINCT sequence FROM checkpoints ORDER BY 1")]

    def joined(self, seat: str) -> tuple[State | None, State]:
        """Return what a joining seat got as a checkpoint, and the state that its engine begins with."""
        log = self.open(seat)
        found, state = log.load_checkpoint(FOLD_VERSION), Engine(log).state
        log.close()
        return found, state


@pytest.fixture
def room(postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr(server_checkpoints, "OFFER_EVERY", 4)
    monkeypatch.setattr(server_checkpoints, "WORTH_FETCHING", 2)
    monkeypatch.setattr(server_checkpoints, "PIECE_BYTES", 1000)
    made = Room(postgres.address().partition("?")[0], tmp_path)
    yield made
    made.log.close()


def test_a_seat_that_joins_begins_from_what_another_kept(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.keep()
    assert room.kept() == [4] and room.sql("SELECT count(*) > 1 FROM checkpoints") == [(True,)]
    after = room.engine.do(town.command(AddNote(1, "later")))
    assert after is not None
    log = room.open("second")
    read: list[int] = []
    whole = TableLog.read
    monkeypatch.setattr(TableLog, "read", lambda self, after=0: read.append(after) or whole(self, after))
    engine = Engine(log)
    assert read == [4] and engine.state == room.engine.state == fold(State(), whole(log))
    log.close()
    room.sql("DELETE FROM checkpoints")
    found, _ = room.joined("second")
    assert found is not None and found.sequence == 4, "it is its own now"


def test_it_is_offered_seldom_and_two_are_kept(room: Room) -> None:
    for _ in range(4):
        room.keep()
        room.work(2)
    assert room.kept() == [4, 8]
    room.work(4)
    room.keep()
    assert room.kept() == [8, 16]


def test_a_seat_with_a_checkpoint_of_its_own_fetches_only_what_is_much_newer(room: Room) -> None:
    room.keep()
    assert room.joined("second")[0] is not None
    room.work(1)
    room.sql("UPDATE checkpoints SET sequence = 5")
    assert (room.joined("second")[0] or State()).sequence == 4
    room.work(4)
    room.keep()
    assert (room.joined("second")[0] or State()).sequence == 9


SPOILING = {
    "a bit": "UPDATE checkpoints SET content = set_byte(content, 9, get_byte(content, 9) # 1) WHERE piece = 1 AND {}",
    "a piece lost": "DELETE FROM checkpoints WHERE piece = 1 AND {}",
    "two pieces changed about": "UPDATE checkpoints SET piece = 1000 - piece WHERE {}",
    "emptied": "UPDATE checkpoints SET content = '' WHERE {}",
}


@pytest.mark.parametrize("spoil", SPOILING)
def test_a_spoilt_one_is_thrown_away_and_the_one_before_taken(room: Room, spoil: str) -> None:
    room.keep()
    room.work(4)
    room.keep()
    room.sql(SPOILING[spoil].format("sequence = 8"))
    found, state = room.joined("second")
    assert found is not None and found.sequence == 4 and state == room.engine.state
    room.sql(SPOILING[spoil].format("sequence = 4"))
    found, state = room.joined("third")
    assert found is None and state == room.engine.state


def test_one_of_another_key_or_another_history_is_thrown_away(room: Room, tmp_path: Path) -> None:
    other = Room(room.base, tmp_path / "other")
    other.work(4)
    room.work(4)
    other.keep()
    other.log.close()
    columns = "print, sequence, piece, content, made_at"
    room.sql(f"INSERT INTO checkpoints ({columns}) SELECT {columns} FROM {other.schema}.checkpoints")
    assert room.kept() == [8] and room.joined("second")[0] is None
    room.sql("DELETE FROM checkpoints")
    room.keep()
    room.sql("SET session_replication_role = replica; UPDATE entries SET mac = '\\x00' WHERE sequence = 8")
    log = room.open("third")
    assert log.load_checkpoint(FOLD_VERSION) is None
    log.close()


def test_one_that_somebody_made_without_the_key_is_thrown_away(room: Room) -> None:
    mac = room.sql("SELECT mac FROM entries WHERE sequence = 4")[0][0]
    forged = replace(room.engine.state, city="elsewhere")
    for secret, is_taken in ((b"x" * 32, False), (room.secret(), True)):
        content = seal_checkpoint(Key(room.log.log_id, secret), Head(4, bytes(mac)), FOLD_VERSION, forged)
        room.sql("DELETE FROM checkpoints")
        room.sql(
            "INSERT INTO checkpoints (print, sequence, piece, content) VALUES (%s, 4, 0, %s)",
            checkpoint_print(FOLD_VERSION),
            content,
        )
        assert (room.joined(f"with {secret[:1]!r}")[0] is not None) is is_taken


def test_another_program_finds_none_and_leaves_those_of_others(room: Room) -> None:
    room.keep()
    log = room.open("second")
    assert log.load_checkpoint("another fold") is None
    log.save_checkpoint(room.engine.state, "another fold")
    assert len(room.sql("SELECT DISTINCT print FROM checkpoints")) == 2
    room.sql("UPDATE checkpoints SET made_at = now() - interval '40 days'")
    room.work(4)
    room.keep()
    assert len(room.sql("SELECT DISTINCT print FROM checkpoints")) == 1
    log.close()


def test_two_seats_do_not_offer_at_once_and_a_room_without_the_table_goes_on(room: Room) -> None:
    with psycopg.connect(room.base, options=f"-csearch_path={room.schema}") as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s, hashtext(current_schema()))", (server_checkpoints._LOCK,))
        room.keep()
        assert room.kept() == []
    room.keep()
    assert room.kept() == [4]
    room.sql("DROP TABLE checkpoints")
    room.keep()
    assert room.joined("second") == (None, room.engine.state)


def test_readers_see_none_of_it(room: Room) -> None:
    reader, _ = add_user(room.base, f"reader-{room.schema}", kind="reader", schema=room.schema)
    with (
        pytest.raises(errors.InsufficientPrivilege),
        psycopg.connect(make_conninfo(room.base, user=reader)) as connection,
    ):
        connection.execute("SELECT * FROM checkpoints")
