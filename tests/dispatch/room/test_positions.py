"""Positions through a real server: seen by every seat, by who joins late, after a crash, and never in the log."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import make_conninfo

from dispatch.events import LogKind
from dispatch.log_interface import LiveLog
from dispatch.log_memory import MemoryLog
from dispatch.log_postgres import PostgresLog
from dispatch.room import position_reader, position_writer
from dispatch.room.position_store import Frame, let_go_of_old, make_ready, write_frames, write_latest
from dispatch.room.positions import NotPractice, PositionsPicture, PositionsReader, PositionsWriter, PracticeLog
from dispatch.server_init import add_user, prepare
from dispatch.server_positions import MINUTES_KEPT
from resources import position_pace
from resources.fixes import Fixes, Verdict
from resources.position import Fix
from resources.position_frames import pack, unpack
from tests.dispatch.logs import fill, opened
from tests.dispatch.room.slow_proxy import SlowProxy
from tests.servers import PostgresServer

DEADLINE_S = 60.0


@dataclass
class Room:
    """A prepared schema with an opened log and a user of each kind."""

    base: str
    schema: str
    keys: Path
    users: dict[str, str]

    def log(self, kind: str = "seat", *, port: int | None = None) -> PostgresLog:
        address = make_conninfo(self.base, user=self.users[kind], **({"port": port} if port else {}))
        return PostgresLog(address, key_folder=self.keys)

    def asks(self, kind: str, text: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with psycopg.connect(make_conninfo(self.base, user=self.users[kind]), autocommit=True) as connection:
            cursor = connection.execute(text.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def clear(self) -> None:
        with psycopg.connect(self.base, autocommit=True) as connection:
            for table in ("position_frames", "position_tracks", "position_latest"):
                connection.execute(f"TRUNCATE {self.schema}.{table}".encode())


@pytest.fixture(scope="module")
def room(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    base, schema = postgres.address().partition("?")[0], f"room_{uuid.uuid4().hex[:12]}"
    keys = tmp_path_factory.mktemp("keys")
    prepare(base, schema=schema, key_folder=keys)
    users = {
        kind: add_user(base, f"{kind}-{schema}", kind=kind, schema=schema)[0] for kind in ("seat", "admin", "reader")
    }
    made = Room(base, schema, keys, users)
    log = made.log()
    log.append(opened())
    log.close()
    yield made


@pytest.fixture(autouse=True)
def empty(request: pytest.FixtureRequest) -> None:
    if "room" in request.fixturenames:
        request.getfixturevalue("room").clear()


@dataclass
class Seat:
    """A seat that follows positions: what it was told, and where it believes the units to be."""

    log: PostgresLog
    reader: PositionsReader = field(init=False)
    fixes: Fixes = field(default_factory=Fixes)
    lots: int = 0

    def __post_init__(self) -> None:
        self.reader = PositionsReader(self.log, self._take)

    def _take(self, fixes: list[Fix]) -> None:
        self.lots += 1
        self.fixes.take_all(fixes)

    def has(self, unit_id: str, lat: float) -> bool:
        fix = self.fixes.latest.get(unit_id)
        return fix is not None and abs(fix.lat - lat) < 1e-6


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def seat(stack: ExitStack, log: PostgresLog, *, but: str = "") -> Seat:
    made = Seat(log)
    if but:
        made.reader = PositionsReader(log, made._take, but=but)
    stack.callback(log.close)
    stack.callback(made.reader.stop)
    made.reader.start()
    return made


def writer(stack: ExitStack, log: PostgresLog, name: str = "gateway", *, patience_s: float = 8.0) -> PositionsWriter:
    made = PositionsWriter(LiveLog(log), name, every_s=0.05, patience_s=patience_s)
    stack.callback(log.close)
    stack.callback(made.stop)
    made.start()
    return made


def fix(unit_id: str, lat: float = 60.1, *, lon: float = 24.9, age_s: float = 0.0) -> Fix:
    at = datetime.now(UTC)
    return Fix(unit_id, lon, lat, at - timedelta(seconds=age_s), at, 10.0, 90.0, "gateway")


def until(holds: Callable[[], object], what: str = "") -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.01)


def test_two_writers_are_heard_by_all_seats_and_the_newest_of_a_unit_counts(room: Room, stack: ExitStack) -> None:
    seats = [seat(stack, room.log()) for _ in range(2)]
    first, second = writer(stack, room.log(), "gateway-1"), writer(stack, room.log(), "gateway-2")
    before = room.asks("seat", "SELECT count(*), max(sequence) FROM entries")
    first.give([fix("E1", 60.10, age_s=5), fix("E2", 60.20)])
    second.give([fix("E3", 60.30)])
    until(lambda: all(one.has("E1", 60.10) and one.has("E2", 60.20) and one.has("E3", 60.30) for one in seats))
    second.give([fix("E1", 60.1002)])
    until(lambda: all(one.has("E1", 60.1002) for one in seats))
    first.give([fix("E1", 60.1001, age_s=3)])  # late, by another way
    first.give([fix("E2", 60.2001)])
    until(lambda: all(one.has("E2", 60.2001) for one in seats))
    assert all(one.has("E1", 60.1002) and one.fixes.counts[Verdict.OUT_OF_ORDER] >= 1 for one in seats)
    assert all(one.fixes.latest["E1"].speed_mps == 10.0 and one.fixes.latest["E1"].source == "gateway" for one in seats)
    assert room.asks("seat", "SELECT count(*), max(sequence) FROM entries") == before


def test_who_joins_late_knows_every_unit_at_once(room: Room, stack: ExitStack) -> None:
    giver = writer(stack, room.log())
    giver.give([fix(f"U{number:04}", 60 + number / 1e5) for number in range(1_200)])
    until(lambda: room.asks("seat", "SELECT count(*) FROM position_latest") == [(1_200,)])
    room.asks("admin", "DELETE FROM position_frames")
    room.asks("admin", "DELETE FROM position_tracks")
    late = seat(stack, room.log())
    until(lambda: len(late.fixes.latest) == 1_200)
    assert late.has("U0777", 60.00777)
    assert late.fixes.latest["U0777"].fixed_at.utcoffset() == timedelta(0)


def test_what_is_saved_for_late_comers_holds_up_no_frame(
    room: Room, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, done = room.log(), list[tuple[str, int]]()
    stack.callback(log.close)

    def noted(name: str, write: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        def run(line: Any, lot: Any) -> None:
            done.append((name, len(lot)))
            write(line, lot)

        return run

    monkeypatch.setattr(position_writer, "write_latest", noted("latest", write_latest))
    monkeypatch.setattr(position_writer, "write_frames", noted("frames", write_frames))
    giver = PositionsWriter(LiveLog(log), "gateway")  # not begun: each turn is by hand
    stack.callback(giver._line.close)
    units = range(4 * position_writer.LEAST_LATEST)
    for turn in range(4):
        giver.give([fix(f"U{number:04}", 60 + number / 1e4 + turn / 1e6) for number in units])
        giver._turn()
    assert [each for each in done if each[0] == "latest"] == [("latest", position_writer.LEAST_LATEST)] * 4
    assert [name for name, _ in done] == ["frames", "latest"] * 4
    asked = "SELECT count(*), max(lat - 60 - substr(unit_id, 2)::int / 1e4) FROM position_latest"
    [(count, newest)] = room.asks("seat", asked)
    assert count == len(units) and newest == pytest.approx(3e-6, abs=1e-9), "the newest at its turn"
    giver.give([fix(f"U{number:04}", 60 + number / 1e4 + 9e-6) for number in units])
    giver.stop()
    giver._run()
    assert not giver._unsaved and done[-1][1] > position_writer.LEAST_LATEST, "the end waits for no turn"
    assert room.asks("seat", asked.replace("max", "min"))[0][1] == pytest.approx(9e-6, abs=1e-9)


def test_what_could_not_be_written_is_written_later_and_never_over_what_is_newer(
    room: Room, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, written = room.log(), list[Frame]()
    stack.callback(log.close)
    giver = PositionsWriter(LiveLog(log), "gateway")  # not begun: each turn is by hand
    stack.callback(giver._line.close)

    def fails(line: Any, frames: list[Frame]) -> None:
        giver.give([fix("E1", 60.1001)])  # it comes while the one before is on its way
        raise psycopg.OperationalError("the server is away")

    monkeypatch.setattr(position_writer, "write_frames", fails)
    giver.give([fix("E1", 60.1, age_s=5), fix("E2", 60.2)])
    giver._turn()
    assert (giver.counts.sent, giver.counts.failed_writes) == (0, 1)
    monkeypatch.setattr(position_writer, "write_frames", lambda line, frames: written.extend(frames))
    giver._line._next_s = 0.0
    giver._turn()
    fine = {one.unit_id: one.lat for frame in written if frame.level_s == 1 for one in unpack(frame.body)}
    assert fine == {"E1": 60.1001, "E2": 60.2} and giver.counts.sent == 2


def test_many_notices_make_no_more_than_a_few_readings(
    room: Room, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Seat(room.log())
    stack.callback(one.log.close)
    reader, waits, answers = one.reader, list[float](), [True, True, False]
    monkeypatch.setattr(reader._turns.ended, "wait", waits.append)
    monkeypatch.setattr(reader, "_read", lambda: answers.pop(0))
    monkeypatch.setattr(reader._line, "wait", lambda timeout_s, ended: None)  # there is a notice at once
    reader._follow()
    reader._line.close()
    assert waits[0] == 0.0 and all(0.0 < wait <= position_reader.APART_S for wait in waits[1:]) and len(waits) == 3


def test_the_newest_is_kept_whoever_writes_last_but_no_position_of_the_future_stands_in_the_way(room: Room) -> None:
    with room.log().connect("test") as connection:
        write_latest(connection, [fix("E1", 60.2, age_s=1), fix("E2", 60.2, age_s=-3_600)])
        write_latest(connection, [fix("E1", 60.1, age_s=9), fix("E2", 60.1)])
    assert room.asks("seat", "SELECT lat FROM position_latest ORDER BY unit_id") == [(60.2,), (60.1,)]


def test_a_seat_does_not_hear_its_own_writer_again(room: Room, stack: ExitStack) -> None:
    own = writer(stack, room.log(), "seat-1")
    deaf, other = seat(stack, room.log(), but=own.id), seat(stack, room.log())
    until(lambda: deaf.reader.picture.is_connected and other.reader.picture.is_connected)
    until(lambda: own.code == "")
    own.give([fix("E1", 60.1)])
    until(lambda: other.has("E1", 60.1))
    writer(stack, room.log(), "gateway").give([fix("E2", 60.2)])
    until(lambda: deaf.has("E2", 60.2))
    assert deaf.lots == 1 and "E1" not in deaf.fixes.latest


def test_a_server_that_dies_keeps_nobody_waiting_and_all_comes_back(
    mortal: PostgresServer, tmp_path: Path, stack: ExitStack
) -> None:
    address = mortal.address(f"log_{uuid.uuid4().hex}")
    log = PostgresLog(address, key_folder=tmp_path)
    log.append(opened())
    pictures: list[PositionsPicture] = []
    one = Seat(log)
    one.reader = PositionsReader(log, one._take, on_picture=pictures.append)
    stack.callback(log.close)
    stack.callback(one.reader.stop)
    one.reader.start()
    giver = writer(stack, PostgresLog(address, key_folder=tmp_path))
    giver.give([fix("E1", 60.1), fix("E9", 60.9)])
    until(lambda: one.has("E1", 60.1))
    mortal.crash()
    until(lambda: one.reader.picture.code, "the seat sees that it is lost")
    for number in range(50):
        giver.give([fix("E1", 60.1 + number / 1e5)])
    assert one.has("E1", 60.1) and one.fixes.newest_age_s(datetime.now(UTC)) is not None  # the last stays
    until(lambda: giver.code, "the gateway sees it too")
    assert giver.counts.overtaken > 0
    mortal.start()
    until(lambda: one.has("E1", 60.1 + 49 / 1e5), "the newest came, and only the newest waited")
    until(lambda: pictures[-1].is_connected, "the seat says that it is back")
    assert not all(each.is_connected for each in pictures)
    late = seat(stack, PostgresLog(address, key_folder=tmp_path))  # the crash emptied the store
    until(lambda: late.has("E9", 60.9) and late.has("E1", 60.1 + 49 / 1e5), "what was known before is written again")


def test_a_wire_that_passes_nothing_on_is_given_up_and_found_again(room: Room, postgres: PostgresServer) -> None:
    with ExitStack() as stack:
        wire = SlowProxy(postgres.port)
        stack.callback(wire.close)
        log = room.log(port=wire.port)
        one = Seat(log)
        one.reader = PositionsReader(log, one._take, patience_s=1.0)
        stack.callback(log.close)
        stack.callback(one.reader.stop)
        one.reader.start()
        giver = writer(stack, room.log())
        giver.give([fix("E1", 60.1)])
        until(lambda: one.has("E1", 60.1))
        wire.bytes_per_s = 0
        until(lambda: one.reader.picture.code, "the wire is dead")
        giver.give([fix("E1", 60.1003)])
        wire.bytes_per_s = None
        until(lambda: one.has("E1", 60.1003))


def test_a_slow_wire_gets_coarser_positions_and_a_mended_one_finer(
    room: Room, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(position_reader, "LOOK_EVERY_S", 0.5)
    monkeypatch.setattr(position_pace, "FIRST_WAIT_S", 1.0)
    monkeypatch.setattr(position_pace, "CALM_LOOKS", 1)
    with ExitStack() as stack:
        wire = SlowProxy(postgres.port)
        stack.callback(wire.close)
        far = seat(stack, room.log(port=wire.port))
        giver = writer(stack, room.log())
        began_s = time.monotonic()

        def drive() -> bool:
            north = (time.monotonic() - began_s) * 20 / 111_195
            giver.give([fix(f"U{number:03}", 60 + number / 1e4 + north) for number in range(400)])
            time.sleep(0.1)
            return True

        until(lambda: drive() and len(far.fixes.latest) == 400)
        until(lambda: drive() and far.reader.picture.level_s == 1 and not far.reader.picture.is_slow, "fine")
        wire.bytes_per_s = 12_000  # of 400 units ten times a second some 40 kB arise, on a slow machine half of that
        until(lambda: drive() and far.reader.picture.is_slow and far.reader.picture.level_s > 1, "coarser")
        newest = {unit_id: one.fixed_at for unit_id, one in far.fixes.latest.items()}
        until(
            lambda: drive() and all(far.fixes.latest[key].fixed_at > at for key, at in newest.items()), "all still come"
        )
        wire.bytes_per_s = None
        until(lambda: drive() and not far.reader.picture.is_slow, "finer again")


def test_a_wire_that_stood_still_once_is_not_a_slow_one(room: Room, stack: ExitStack) -> None:
    one = Seat(room.log()).reader  # not begun: what it reads is told by hand
    stack.callback(one._line._server.close)  # type: ignore[attr-defined]
    one._measure(6.0, 90_000)  # behind a wire that was cut for six seconds
    one._measure(0.1, 9_000)
    assert (one._read_s, one._size, one._questions) == (0.1, 9_000, 1)
    one._measure(4.0, 9_000)
    assert (one._read_s, one._size) == (0.0, 0)
    one._measure(4.0, 8_000)  # and again: that is the wire
    assert (one._read_s, one._size) == (4.0, 8_000)


def test_a_wire_that_was_cut_once_is_not_a_slow_one(room: Room, stack: ExitStack) -> None:
    one = Seat(room.log()).reader  # not begun: what it waits for is told by hand
    stack.callback(one._line._server.close)  # type: ignore[attr-defined]
    long_ago_s = time.monotonic() - one._line.patience_s
    one._was_too_slow(long_ago_s)
    assert one._pace.level_s == 1, "cut for ten minutes it gives one answer up"
    one._look_began_s -= 60.0
    one._look()  # the server answers, and a look found all well
    one._was_too_slow(long_ago_s)
    assert one._pace.level_s == 1
    one._was_too_slow(long_ago_s)
    assert one._pace.level_s > 1, "and again, before it was seen to carry anything: that is the wire"


def test_a_unit_that_fell_silent_while_the_wire_stood_still_is_not_passed_over(
    room: Room, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Seat(room.log())
    stack.callback(one.log.close)
    reader = one.reader
    with room.log().connect("test") as line:
        assert reader._begin() and reader._read()
        [body] = pack([fix("silent", 60.3)])
        write_frames(line, [Frame("w", level_s, 1, body) for level_s in MINUTES_KEPT])
    with psycopg.connect(room.base, autocommit=True) as owner:
        owner.execute(f"UPDATE {room.schema}.position_frames SET written_at = written_at - interval '6 s'".encode())
    reader._level_at_s -= 7.0  # the wire stood still since before it was written
    reader._look_began_s -= 60.0

    def go_coarser(*_: object) -> bool:
        reader._pace.level_s = 2
        return True

    monkeypatch.setattr(reader._pace, "take", go_coarser)
    reader._look()
    assert reader._read() and one.has("silent", 60.3)
    reader._line.close()


def test_what_is_past_its_time_goes_by_any_seat_and_nothing_else_does(room: Room) -> None:
    [frame] = pack([fix("E1")])
    with psycopg.connect(room.base, autocommit=True) as connection:
        connection.execute(f"SET search_path = {room.schema}".encode())
        make_ready(connection)
        write_frames(connection, [Frame("w", level_s, 1, frame) for level_s in MINUTES_KEPT])
        write_frames(connection, [Frame("w", level_s, 2, frame) for level_s in MINUTES_KEPT])
        write_latest(connection, [fix("E1"), fix("gone")])
        for table in ("position_frames", "position_tracks"):
            for level_s, minutes in MINUTES_KEPT.items():
                old = "UPDATE {} SET written_at = now() - make_interval(mins => %s) WHERE level = %s AND number = 1"
                connection.execute(old.format(table).encode(), (minutes + 1, level_s))
        connection.execute("UPDATE position_latest SET received_at = now() - interval '8 days' WHERE unit_id = 'gone'")
    with room.log().connect("test") as connection:
        assert let_go_of_old(connection) == len(MINUTES_KEPT) + 1
        assert let_go_of_old(connection) == 0
    left = room.asks(
        "seat", "SELECT level, number FROM position_frames UNION SELECT level, number FROM position_tracks"
    )
    assert sorted(left) == [(level_s, 2) for level_s in sorted(MINUTES_KEPT)]
    assert room.asks("seat", "SELECT unit_id FROM position_latest") == [("E1",)]


def test_what_is_too_much_goes_the_oldest_first(room: Room) -> None:
    with psycopg.connect(room.base, autocommit=True) as connection:
        connection.execute(f"SET search_path = {room.schema}".encode())
        connection.execute(
            "INSERT INTO position_frames (writer, level, number, size, body, written_at) "
            "SELECT 'w', 1, n, 100000000, '', now() - make_interval(secs => 100 - n) FROM generate_series(1, 9) n"
        )
        assert let_go_of_old(connection) == 4
    assert sorted(room.asks("seat", "SELECT number FROM position_frames")) == [(number,) for number in range(5, 10)]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("seat", "DELETE FROM position_frames"),
        ("seat", "DELETE FROM position_latest"),
        ("seat", "UPDATE position_frames SET body = ''"),
        ("seat", "UPDATE position_tracks SET written_at = now()"),
        ("seat", "TRUNCATE position_tracks"),
        ("seat", "ALTER TABLE position_frames SET LOGGED"),
        ("seat", "CREATE OR REPLACE FUNCTION positions_keep() RETURNS bigint LANGUAGE sql AS 'SELECT 1'"),
        ("admin", "INSERT INTO position_latest SELECT * FROM position_latest"),
        ("admin", "UPDATE position_latest SET lon = 0"),
        ("admin", "INSERT INTO position_frames VALUES ('w', 1, 1, now(), 1, '')"),
        ("reader", "SELECT * FROM position_frames"),
        ("reader", "SELECT * FROM position_tracks"),
        ("reader", "SELECT * FROM position_latest"),
        ("reader", "SELECT positions_keep()"),
        ("reader", "DROP VIEW unit_positions"),
    ],
)
def test_what_is_not_the_business_of_a_role_is_refused_by_the_server(room: Room, kind: str, text: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        room.asks(kind, text)


def test_others_read_the_newest_positions_in_a_view(room: Room, stack: ExitStack) -> None:
    giver = writer(stack, room.log())
    giver.give([fix("E1", 60.1, age_s=4.0)])
    asked = "SELECT unit_id, lon, lat, source, age_s FROM unit_positions"
    until(lambda: room.asks("reader", asked))
    [(unit_id, lon, lat, source, age_s)] = room.asks("reader", asked)
    assert (unit_id, lon, lat, source) == ("E1", 24.9, 60.1, "gateway") and 4.0 <= age_s < 4.0 + DEADLINE_S
    for kind in ("seat", "admin"):
        assert room.asks(kind, "SELECT count(*) FROM unit_positions") == [(1,)]


def test_with_postgis_the_view_has_points(postgres: PostgresServer, tmp_path: Path) -> None:
    address = postgres.address(f"log_{uuid.uuid4().hex}", database="gis")  # whose views have one column more
    with psycopg.connect(address, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'").fetchone():
            pytest.skip("PostGIS is not on this machine: install the package postgresql-postgis")
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public")
        where = prepare(address, key_folder=tmp_path).postgis
        write_latest(connection, [fix("E1", 60.25)])
        asked = f"SELECT {where}.ST_AsText(geom), {where}.ST_SRID(geom), status FROM unit_positions"
        assert connection.execute(asked.encode()).fetchall() == [("POINT(24.9 60.25)", 4326, None)]
        connection.execute(
            "INSERT INTO shared_units VALUES ('E1', 'engine', 'fire', 'north', 'en_route', now(), NULL, 24.9, 60.1)"
        )
        assert connection.execute("SELECT department, status FROM unit_positions").fetchall() == [("fire", "en_route")]


def test_who_may_not_hand_positions_out_is_told_so(room: Room, stack: ExitStack) -> None:
    giver = writer(stack, room.log("admin"))
    giver.give([fix("E1")])
    until(lambda: giver.code == "not_allowed")
    assert giver.counts.sent == 0


def test_a_frame_that_cannot_be_read_takes_no_other_with_it(room: Room, stack: ExitStack) -> None:
    one = seat(stack, room.log())
    until(lambda: one.reader.picture.is_connected)
    with room.log().connect("test") as connection:
        write_frames(connection, [Frame("hostile\x1b[2J", 1, 1, b"\x00\xff" * 50), Frame("w", 1, 1, b"")])
    writer(stack, room.log()).give([fix("E1", 60.1)])
    until(lambda: one.has("E1", 60.1))
    assert one.reader.spoilt_frames == 2


def test_what_has_no_proper_id_or_cannot_be_is_not_handed_out(room: Room, stack: ExitStack) -> None:
    one = seat(stack, room.log())
    giver = writer(stack, room.log())
    at = datetime.now(UTC)
    unfit = ["", "E1\n2026 forged", "\x1b[31mE1", "a\x00b", "x" * 65, "\ud800", "E\u202e1"]
    giver.give([fix(unit_id) for unit_id in unfit])
    giver.give([fix("E2", float("nan")), fix("E3", 91.0), fix("E4", 0.0, lon=0.0)])
    giver.give([Fix("E5", 24.9, 60.1, at + timedelta(hours=1), at), fix("E6", 60.1)])
    giver.give(
        [Fix("E6", 24.9, 63.1, at + timedelta(seconds=1), at), Fix("E7", 24.9, 60.7, at, at, source="a\ud800\x00" * 99)]
    )
    until(lambda: one.has("E7", 60.7))
    counts = giver.counts
    assert counts.unfit == len(unfit)
    assert counts.verdicts[Verdict.NO_PLACE] == 3
    assert counts.verdicts[Verdict.FUTURE] == counts.verdicts[Verdict.JUMP] == 1
    assert set(one.fixes.latest) == {"E6", "E7"} and set(one.fixes.latest["E7"].source) == {"a"}


def test_a_flood_is_bounded_and_the_newest_wins(room: Room, stack: ExitStack) -> None:
    log = room.log()
    stack.callback(log.close)
    giver = PositionsWriter(LiveLog(log), "gateway")  # it was not started: nothing is taken away
    at = datetime.now(UTC)
    for second in range(3):
        when = at + timedelta(seconds=second)
        giver.give(Fix(f"U{number}", 24.9, 60 + second / 1e4, when, when) for number in range(20_500))
    assert len(giver._pending) == 20_000
    assert giver.counts.verdicts[Verdict.FULL] == 3 * 500 and giver.counts.overtaken == 40_000
    assert {fix.lat for fix in giver._pending.values()} == {60 + 2 / 1e4}


def test_what_is_played_goes_to_no_live_log_and_the_other_way_round(room: Room, stack: ExitStack) -> None:
    live = room.log()
    stack.callback(live.close)
    with pytest.raises(NotPractice):
        PracticeLog(live)
    with pytest.raises(NotPractice):
        PracticeLog(MemoryLog())
    drill = MemoryLog()
    drill.append(opened(LogKind.DRILL))
    assert PracticeLog(drill).log is drill
    with pytest.raises(ValueError, match="not on a server"):
        PositionsWriter(PracticeLog(drill), "gateway")
    with pytest.raises(ValueError, match="not on a server"):
        PositionsReader(drill, lambda fixes: None)


def test_a_database_that_nobody_prepared_gets_its_tables_from_its_owner(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        address = postgres.address(f"log_{uuid.uuid4().hex}")
        log = PostgresLog(address, key_folder=tmp_path)
        fill(log, 1)
        one = seat(stack, log)
        writer(stack, PostgresLog(address, key_folder=tmp_path)).give([fix("E1", 60.1)])
        until(lambda: one.has("E1", 60.1))


def test_a_seat_on_a_database_of_an_older_program_is_told_what_to_do(
    postgres: PostgresServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    base, schema = postgres.address().partition("?")[0], f"old_{uuid.uuid4().hex[:12]}"
    prepare(base, schema=schema, key_folder=tmp_path)
    user, _ = add_user(base, f"seat-{schema}", schema=schema)
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f"DROP TABLE {schema}.position_latest CASCADE".encode())
    with ExitStack() as stack:
        log = PostgresLog(make_conninfo(base, user=user), key_folder=tmp_path)
        one = seat(stack, log)
        until(lambda: one.reader.picture.code == "not_prepared")
        assert "opsroom server init --upgrade" in caplog.text
