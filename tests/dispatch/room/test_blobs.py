"""Contents in a room's server: whole or not there, sent once, held to their names, erased for good, little memory."""

from __future__ import annotations

import hashlib
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

from dispatch.log_interface import NotSaved
from dispatch.room import blobs as module
from dispatch.room.blob_line import BlobLine
from dispatch.room.blobs import PIECE_BYTES, BlobAltered, BlobErased, BlobMissing, NoBlobs, RoomBlobs
from dispatch.server_init import prepare
from tests.dispatch.room.blob_room import BlobRoom, content, open_room
from tests.servers import PostgresServer

MB = 1_000_000


@pytest.fixture(scope="module")
def room(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlobRoom]:
    made = open_room(postgres, tmp_path_factory.mktemp("keys"))
    yield made
    made.close()


@pytest.fixture
def blobs(room: BlobRoom) -> Iterator[RoomBlobs]:
    made = room.blobs()
    yield made
    made.close()


class Pulled(Exception):
    """Somebody cancelled."""


def after(share: float) -> Callable[[float], None]:
    def report(done: float) -> None:
        if done >= share:
            raise Pulled

    return report


@pytest.mark.parametrize("size_bytes", [1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES - 1])
def test_what_one_seat_puts_another_fetches_as_it_was(
    room: BlobRoom, blobs: RoomBlobs, tmp_path: Path, size_bytes: int
) -> None:
    file, name = content(tmp_path, size_bytes)
    shares: list[float] = []
    assert blobs.put(file, name, "video/mp4", report=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0
    other = room.blobs("cad-2")
    blob = other.fetch(name, tmp_path / "part")
    assert (tmp_path / "part").read_bytes() == file.read_bytes()
    assert (blob.media_type, blob.size_bytes, blob.seat) == ("video/mp4", size_bytes, "cad-1")
    assert other.is_intact(blob) and blob in other.all() and other.coming((name,)) == {}
    other.close()


def test_the_same_content_is_kept_once(room: BlobRoom, blobs: RoomBlobs, tmp_path: Path) -> None:
    file, name = content(tmp_path, 100)
    assert blobs.put(file, name, "image/jpeg")
    assert not room.blobs("cad-2").put(file, name, "image/jpeg")
    assert room.asks("SELECT seat FROM blobs WHERE sha256 = %s", (name,)) == [("cad-1",)]


def test_a_transfer_that_was_cut_shows_as_coming_and_goes_on_where_it_ended(
    room: BlobRoom, blobs: RoomBlobs, tmp_path: Path
) -> None:
    file, name = content(tmp_path, 8 * PIECE_BYTES)
    with pytest.raises(Pulled):
        blobs.put(file, name, "video/mp4", report=after(0.5))
    assert blobs.find((name,)) == {}
    with pytest.raises(BlobMissing):
        blobs.fetch(name, tmp_path / "part")
    assert (blobs.coming((name,))[name].seat, blobs.coming((name,))[name].share) == ("cad-1", 0.5)
    shares: list[float] = []
    assert room.blobs("cad-2").put(file, name, "video/mp4", report=shares.append)  # another that has it may end it
    assert shares[0] == 0.5 and blobs.coming((name,)) == {}
    with pytest.raises(Pulled):
        blobs.fetch(name, tmp_path / "part", report=after(0.5))
    assert 0 < (tmp_path / "part").stat().st_size < file.stat().st_size
    shares.clear()
    blobs.fetch(name, tmp_path / "part", report=shares.append)
    assert shares[0] > 0.5 and (tmp_path / "part").read_bytes() == file.read_bytes()


def test_a_piece_that_stands_otherwise_on_the_server_is_sent_again(
    room: BlobRoom, blobs: RoomBlobs, tmp_path: Path
) -> None:
    file, name = content(tmp_path, 4 * PIECE_BYTES)
    for number, body in ((1, b"of another"), (9, b"too many")):
        room.asks("INSERT INTO blob_pieces (sha256, number, body) VALUES (%s, %s, %s)", (name, number, body))
    assert blobs.put(file, name, "video/mp4")
    assert blobs.is_intact(blobs.find((name,))[name])


def test_a_small_content_goes_there_in_two_ways_and_over_what_stands_otherwise(
    room: BlobRoom, blobs: RoomBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, name = content(tmp_path, 3_000)
    for number, body in ((0, b"of another"), (9, b"too many")):
        room.asks("INSERT INTO blob_pieces (sha256, number, body) VALUES (%s, %s, %s)", (name, number, body))
    ways: list[str] = []

    def counted(way: str, went: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **how: Any) -> Any:
            ways.append(way)
            return went(*given, **how)

        return run

    for way in ("run", "run_together"):
        monkeypatch.setattr(BlobLine, way, counted(way, getattr(BlobLine, way)))
    assert blobs.put(file, name, "image/jpeg") and ways == ["run", "run_together"]
    assert blobs.is_intact(blobs.find((name,))[name])


@pytest.mark.parametrize("size_bytes", [600, PIECE_BYTES + 1])
def test_what_is_whole_is_durable_before_anybody_is_told(
    room: BlobRoom, blobs: RoomBlobs, tmp_path: Path, size_bytes: int
) -> None:
    refuse = "RAISE 'it might be lost with the server'"
    held = f"BEGIN IF current_setting('synchronous_commit') <> 'on' THEN {refuse}; END IF; RETURN NEW; END"
    room.spoils(f"CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$ {held} $$", ())
    room.spoils("CREATE TRIGGER aa_hold BEFORE INSERT ON blobs FOR EACH ROW EXECUTE FUNCTION hold()", ())
    try:
        assert blobs.put(*content(tmp_path, size_bytes), "image/jpeg")
    finally:
        room.spoils("DROP FUNCTION hold CASCADE", ())


def test_two_that_bring_one_small_content_at_once_never_wait_for_each_other(room: BlobRoom, tmp_path: Path) -> None:
    file, name = content(tmp_path, 700)
    made: list[bool] = []
    second = room.blobs("cad-2")
    thread = threading.Thread(target=lambda: made.append(second.put(file, name, "image/jpeg")))
    with psycopg.connect(room.address()) as first:
        first.execute("INSERT INTO blob_pieces (sha256, number, body) VALUES (%s, 0, %s)", (name, file.read_bytes()))
        thread.start()
        deadline_s = time.monotonic() + 60
        while not room.asks("SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('advisory', 'transactionid')"):
            assert time.monotonic() < deadline_s, "the second never came"
        values = (name, len(file.read_bytes()))
        first.execute("INSERT INTO blobs VALUES (%s, 'image/jpeg', %s, 1, 'cad-1')", values)
    thread.join()
    assert made == [False] and second.is_intact(second.find((name,))[name])


def test_what_happens_to_a_small_content_while_it_is_on_its_way_is_heard(
    room: BlobRoom, blobs: RoomBlobs, tmp_path: Path
) -> None:
    other, made = room.blobs("cad-2"), list[bool]()
    file, name = content(tmp_path, 400)
    assert not blobs.put(file, name, "image/jpeg", report=lambda _: made.append(other.put(file, name, "image/jpeg")))
    assert room.asks("SELECT seat FROM blobs WHERE sha256 = %s", (name,)) == [("cad-2",)]
    gone, gone_name = content(tmp_path, 500)
    room.orders(gone_name)
    with pytest.raises(BlobErased):
        blobs.put(gone, gone_name, "image/jpeg", report=lambda _: made.append(other.erase(gone_name)))
    assert room.asks("SELECT 1 FROM blob_pieces WHERE sha256 = %s", (gone_name,)) == []
    assert set(blobs.find((name, gone_name))) == {name}, "the line goes on"


@pytest.mark.parametrize(
    ("statements", "code"),
    [
        (("SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1"), "connection_lost"),
        (("SELECT 1", "SELECT 1 / 0", "SELECT 2"), "failed"),
        (("SELECT 1", "SELECT pg_terminate_backend(pg_backend_pid())"), "connection_lost"),
    ],
)
def test_what_fails_on_its_way_together_is_told_once(
    room: BlobRoom, caplog: pytest.LogCaptureFixture, statements: tuple[str, ...], code: str
) -> None:
    address = room.address()
    line = BlobLine(lambda: psycopg.connect(address, autocommit=True))
    with pytest.raises(NotSaved) as problem:
        line.run_together(*((text, ()) for text in statements))
    assert problem.value.code == code and not caplog.messages
    assert line.run_together(("SELECT 1", ()), ("SELECT 2", ())) == [[(1,)], [(2,)]], "the line goes on"
    line.stop()
    line.rest()


def test_what_the_server_does_not_keep_as_it_is_sent_is_not_whole(
    room: BlobRoom, blobs: RoomBlobs, tmp_path: Path
) -> None:
    file, name = content(tmp_path, 600)
    spoil = "BEGIN NEW.body := overlay(NEW.body placing '!!' from 9); RETURN NEW; END"
    room.spoils(f"CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$ {spoil} $$", ())
    room.spoils("CREATE TRIGGER aa_spoil BEFORE INSERT ON blob_pieces FOR EACH ROW EXECUTE FUNCTION spoil()", ())
    with pytest.raises(NotSaved, match="as it is sent"):
        blobs.put(file, name, "image/jpeg")
    assert blobs.find((name,)) == {}
    room.spoils("DROP FUNCTION spoil CASCADE", ())
    assert blobs.put(file, name, "image/jpeg") and blobs.is_intact(blobs.find((name,))[name])


def test_a_file_that_is_not_what_its_name_says_never_reaches_the_room(
    room: BlobRoom, blobs: RoomBlobs, tmp_path: Path
) -> None:
    file, name = content(tmp_path, 2 * PIECE_BYTES)
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(BlobAltered):
        blobs.put(file, name, "image/jpeg")
    assert room.asks("SELECT 1 FROM blob_pieces WHERE sha256 = %s", (name,)) == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE blob_pieces SET body = overlay(body placing '!' from 7) WHERE sha256 = %s AND number = 1",
        "DELETE FROM blob_pieces WHERE sha256 = %s AND number = 1",
    ],
)
def test_what_is_damaged_in_the_store_is_told_and_not_given(
    room: BlobRoom, blobs: RoomBlobs, tmp_path: Path, damage: str
) -> None:
    file, name = content(tmp_path, 3 * PIECE_BYTES)
    blobs.put(file, name, "image/jpeg")
    room.spoils(damage, (name,))
    with pytest.raises(BlobAltered):
        blobs.fetch(name, tmp_path / "part")
    assert not (tmp_path / "part").exists() and not blobs.is_intact(blobs.find((name,))[name])


def test_what_the_log_erases_goes_and_no_seat_brings_it_back(room: BlobRoom, blobs: RoomBlobs, tmp_path: Path) -> None:
    file, name = content(tmp_path, 2 * PIECE_BYTES)
    late, late_name = content(tmp_path, 3 * PIECE_BYTES)
    blobs.put(file, name, "image/jpeg")
    with pytest.raises(Pulled):
        blobs.put(late, late_name, "image/jpeg", report=after(0.6))
    with pytest.raises(LookupError, match="no entry"):
        blobs.erase(name)
    room.orders(name)
    room.orders(late_name)
    assert blobs.erase(name) and not blobs.erase(name)
    assert room.blobs("cad-2").erase(late_name)
    assert blobs.erased((name, late_name)) == {name, late_name} and blobs.find((name,)) == {}
    assert room.asks("SELECT 1 FROM blob_pieces WHERE sha256 IN (%s, %s)", (name, late_name)) == []
    for each, called in ((file, name), (late, late_name)):
        with pytest.raises(BlobErased):
            blobs.put(each, called, "image/jpeg")


def test_the_server_itself_takes_nothing_back_that_is_erased(room: BlobRoom, blobs: RoomBlobs) -> None:
    name = "c" * 64
    room.orders(name)
    blobs.erase(name)
    for text in (
        "INSERT INTO blob_pieces (sha256, number, body) VALUES (%s, 0, 'x')",
        "INSERT INTO blobs (sha256, media_type, size_bytes, pieces, seat) VALUES (%s, 'x/y', 1, 1, 's')",
    ):
        with pytest.raises(psycopg.Error, match="erased"):
            room.asks(text, (name,))


@pytest.mark.parametrize("kind", ["seat", "admin"])
def test_the_server_itself_keeps_what_nobody_may_remove(
    room: BlobRoom, blobs: RoomBlobs, tmp_path: Path, kind: str
) -> None:
    file, name = content(tmp_path, PIECE_BYTES + 5)
    blobs.put(file, name, "image/jpeg")
    for text in (
        "DELETE FROM blobs WHERE sha256 = %s",
        "DELETE FROM blob_pieces WHERE sha256 = %s",
        "UPDATE blobs SET size_bytes = 1 WHERE sha256 = %s",
        "INSERT INTO blobs_erased (sha256, sequence) VALUES (%s, 1)",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            room.asks(text, (name,), kind=kind)
    assert blobs.is_intact(blobs.find((name,))[name])


def test_the_server_takes_no_hole_for_a_whole(room: BlobRoom) -> None:
    for name, pieces, size in (("a" * 64, 2, 1), ("b" * 64, 1, 2)):
        room.asks("INSERT INTO blob_pieces (sha256, number, body) VALUES (%s, 0, 'x')", (name,))
        with pytest.raises(errors.CheckViolation):
            room.asks(
                "INSERT INTO blobs (sha256, media_type, size_bytes, pieces, seat) VALUES (%s, 'x/y', %s, %s, 's')",
                (name, size, pieces),
            )


@pytest.mark.parametrize("table", ["blobs", "blob_pieces", "blob_uploads", "blobs_erased"])
def test_a_reader_sees_no_content(room: BlobRoom, table: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        room.asks(f"SELECT * FROM {table}", kind="reader")


def test_two_seats_that_bring_the_same_at_once_agree(room: BlobRoom, tmp_path: Path) -> None:
    file, name = content(tmp_path, 6 * PIECE_BYTES)
    made: list[bool] = []

    def bring(seat: str) -> None:
        one = room.blobs(seat)
        made.append(one.put(file, name, "video/mp4"))
        one.close()

    threads = [threading.Thread(target=bring, args=(f"cad-{each}",)) for each in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(made) == [False, False, True]
    other = room.blobs()
    assert other.is_intact(other.find((name,))[name])
    other.close()


def test_a_long_recording_takes_no_more_memory_than_a_few_pieces(
    blobs: RoomBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, name = content(tmp_path, 24 * MB)
    blobs.find((name,))
    tracemalloc.start()
    try:
        blobs.put(file, name, "audio/ogg")
        blobs.fetch(name, tmp_path / "part")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12 * PIECE_BYTES
    assert hashlib.sha256((tmp_path / "part").read_bytes()).hexdigest() == name


def test_who_stops_is_heard_from_any_thread_and_nothing_is_asked_after_it(room: BlobRoom, tmp_path: Path) -> None:
    one = room.blobs()
    one.find(())
    file, name = content(tmp_path, 2 * PIECE_BYTES)
    with pytest.raises(NotSaved):
        one.put(file, name, "x/y", report=lambda share: one.stop())
    with pytest.raises(NotSaved):
        one.find((name,))


def test_a_database_of_an_older_program_says_what_would_make_room(postgres: PostgresServer, tmp_path: Path) -> None:
    made = open_room(postgres, tmp_path)
    for table in ("blob_pieces", "blob_uploads", "blobs_erased", "blobs"):
        made.spoils(f"DROP TABLE {table}", ())
    with pytest.raises(NoBlobs, match="--upgrade"):
        made.blobs().find(("a" * 64,))
    prepare(made.base, schema=made.schema, key_folder=tmp_path)
    assert made.blobs().find(("a" * 64,)) == {}
    made.close()


def test_pieces_stay_below_what_the_server_takes() -> None:
    assert module.PIECE_BYTES <= 1_048_576
