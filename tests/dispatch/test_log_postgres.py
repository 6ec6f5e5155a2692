"""What a room of seats on one PostgreSQL must survive: races, lost connections, a server killed and restarted."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dispatch.commands import AddNote, AssignUnits, Choice, ReportIncident
from dispatch.engine import Engine
from dispatch.log import CommandAnswered, LogDamaged, NotSaved, open_log
from dispatch.log_postgres import PostgresLog
from dispatch.refused import Refused
from tests.dispatch import town
from tests.dispatch.logs import fill, note, opened
from tests.dispatch.room.slow_proxy import SlowProxy
from tests.servers import PostgresServer

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def address(postgres: PostgresServer) -> str:
    return postgres.address(f"log_{uuid.uuid4().hex}")


@pytest.fixture
def log(address: str, tmp_path: Path) -> Iterator[PostgresLog]:
    made = PostgresLog(address, key_folder=tmp_path / "keys")
    yield made
    made.close()


def begin(address: str, keys: Path, incidents: int) -> None:
    """Write the town's log with some incidents."""
    log = open_log(address, key_folder=keys)
    engine = Engine(log)
    for command in town.opening():
        engine.do(command)
    for number in range(incidents):
        engine.do(town.command(ReportIncident("structure_fire", town.crossing(number % 3, 1))))
    log.close()


def test_of_two_seats_that_send_one_unit_one_wins_and_the_other_hears_who(address: str, tmp_path: Path) -> None:
    """Two programs, each with a copy of the key, ten units, both told in the same instant."""
    begin(address, tmp_path / "seat-1", 2)
    shutil.copytree(tmp_path / "seat-1", tmp_path / "seat-2")
    seats = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.dispatch.log_racer", address, tmp_path / seat, seat],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        for seat in ("seat-1", "seat-2")
    ]
    try:
        for seat in seats:
            assert seat.stdout is not None
            assert seat.stdout.readline() == "ready\n"
        for unit in (unit.id for unit in town.UNITS if " " not in unit.id):
            for incident, seat in enumerate(seats, 1):
                assert seat.stdin is not None
                seat.stdin.write(f"{unit} {incident}\n")
            said = [seat.stdout.readline().strip() for seat in seats if seat.stdout is not None]
            assert said.count("won") == 1, said
            loser = said[1 - said.index("won")]
            assert unit in loser
            assert f"seat-{said.index('won') + 1}" in loser  # who was quicker
    finally:
        for seat in seats:
            seat.kill()
            seat.communicate()
    log = open_log(address, key_folder=tmp_path / "seat-1", read_only=True)
    state = Engine(log).state
    bound = [state.assignments[key].unit_id for key in state.open_assignments]
    assert sorted(bound) == sorted(unit.id for unit in town.UNITS if " " not in unit.id)
    assert log.verify().is_intact
    log.close()


def test_engines_that_race_lose_no_command(address: str, tmp_path: Path) -> None:
    begin(address, tmp_path / "keys", 1)
    engines = [Engine(open_log(address, key_folder=tmp_path / "keys")) for _ in range(4)]

    def work(engine: Engine) -> None:
        for number in range(12):
            engine.do(town.command(AddNote(1, f"word {number}")))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, engines))
    for engine in engines:
        engine.catch_up()
        assert engine.state == engines[0].state
    assert len(engines[0].state.incidents[1].notes) == 48
    assert engines[0].log.verify().is_intact
    for engine in engines:
        engine.log.close()


def test_the_loser_of_a_race_decides_again_on_what_the_winner_wrote(address: str, tmp_path: Path) -> None:
    begin(address, tmp_path / "keys", 2)
    first, second = (Engine(open_log(address, key_folder=tmp_path / "keys")) for _ in range(2))
    seen = second.state.sequence
    first.do(town.command(AssignUnits(1, (Choice("E1"),)), based_on=seen))
    with pytest.raises(Refused) as refused:
        second.do(town.command(AssignUnits(2, (Choice("E1"),)), who=town.OTHER_OPERATOR, based_on=seen))
    assert "E1" in str(refused.value)
    assert second.state.sequence == first.state.sequence
    second.do(town.command(AssignUnits(2, (Choice("E2"),)), who=town.OTHER_OPERATOR, based_on=seen))
    for engine in (first, second):
        engine.log.close()


def test_entries_come_over_the_wire_in_as_many_bytes_as_they_have(
    postgres: PostgresServer, address: str, log: PostgresLog, tmp_path: Path
) -> None:
    fill(log, 100)
    wire = SlowProxy(postgres.port)
    far = address.replace(f":{postgres.port}/", f":{wire.port}/")
    other = PostgresLog(far, key_folder=tmp_path / "keys", read_only=True)
    before = wire.passed
    rows = list(other.rows())
    assert len(rows) == 100
    assert wire.passed - before < 1.5 * sum(len(row.body) + 200 for row in rows)  # as text, bytes come twice
    other.close()
    wire.close()


def test_two_seats_that_make_the_log_at_once_make_one(address: str, tmp_path: Path) -> None:
    start = threading.Barrier(3)

    def make(_: int) -> str:
        start.wait()
        log = PostgresLog(address, key_folder=tmp_path / "keys")
        found = log._log_id
        log.close()
        return found

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(make, range(3)))) == 1


def test_another_seat_hears_that_something_was_written(address: str, log: PostgresLog, tmp_path: Path) -> None:
    fill(log, 1)
    other = PostgresLog(address, key_folder=tmp_path / "keys", read_only=True)
    assert other.wait(0)  # it begins to listen: what came before is not known
    assert not other.wait(0.01)
    threading.Timer(0.05, lambda: log.append(note(2))).start()
    assert other.wait(60)  # False where no notice comes
    assert [entry.sequence for entry in other.read(after=1)] == [2]
    other.close()
    with pytest.raises(NotSaved):
        other.wait(0)


def test_a_seat_whose_connection_was_lost_listens_anew_and_takes_nothing_for_known(log: PostgresLog) -> None:
    fill(log, 1)
    assert log.wait(0) and not log.wait(0.01)
    ear = log._ear._connection
    log._drop()  # the ear's own connection may be as dead, and look whole for minutes
    assert log.wait(0) and log._ear._connection is not ear
    assert not log.wait(0.01)


def test_what_a_seat_writes_is_durable_before_it_is_acknowledged_whatever_the_server_was_told(
    address: str, tmp_path: Path
) -> None:
    options = f"{conninfo_to_dict(address).get('options') or ''} -csynchronous_commit=off"
    hasty = make_conninfo(address, options=options.strip())
    log = PostgresLog(hasty, key_folder=tmp_path / "keys")
    with log.connect("beside") as beside:
        assert beside.execute("SHOW synchronous_commit").fetchall() == [("off",)]
    assert log._run("SHOW synchronous_commit") == [("on",)]
    log.close()


def test_a_cut_connection_is_made_again(postgres: PostgresServer, log: PostgresLog) -> None:
    fill(log, 2)
    assert log._connection is not None
    pid = log._connection.info.backend_pid
    with psycopg.connect(postgres.address(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (pid,))
    log.append(note(3))
    assert log.head == 3


def test_an_answer_that_was_lost_on_the_way_is_found_by_its_command(log: PostgresLog) -> None:
    """The server commits, the connection dies before it says so: nothing may be written twice."""
    fill(log, 2)
    real = log._connection
    assert real is not None

    class DiesAfterCommit:
        closed = False

        def execute(self, *args: object, **how: object) -> object:
            assert real is not None
            real.execute(*args, **how)  # type: ignore[call-overload]
            real.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

        def close(self) -> None:
            pass

    log._connection = DiesAfterCommit()  # type: ignore[assignment]
    with pytest.raises(CommandAnswered) as answered:
        log.append(note(3))
    assert answered.value.sequence == 3
    assert [entry.sequence for entry in log.read()] == [1, 2, 3]


@pytest.mark.parametrize(
    ("state", "code"),
    [("40001", "conflict"), ("40P01", "conflict"), ("53100", "disk_full"), ("42501", "read_only"), ("XX000", "failed")],
)
def test_what_the_server_says_is_told_in_our_words(address: str, log: PostgresLog, state: str, code: str) -> None:
    fill(log, 2)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$".encode()
        )
        other.execute("CREATE TRIGGER fail BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION fail()")
        with pytest.raises(NotSaved) as refused:
            log.append(note(3))
        assert refused.value.code == code
        other.execute("DROP TRIGGER fail ON entries")
    log.append(note(3))
    assert log.verify().is_intact


def test_a_serialization_failure_that_passes_is_tried_again(address: str, log: PostgresLog) -> None:
    fill(log, 2)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("CREATE SEQUENCE tries")
        other.execute(
            "CREATE FUNCTION fail_twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF nextval('tries') < 3 THEN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END IF; RETURN NEW; END $$"
        )
        other.execute("CREATE TRIGGER fail_twice BEFORE INSERT ON entries FOR EACH ROW EXECUTE FUNCTION fail_twice()")
    log.append(note(3))
    assert log.head == 3


def test_a_table_that_somebody_holds_is_told_and_not_waited_for(address: str, log: PostgresLog) -> None:
    fill(log, 2)
    assert log._connection is not None
    log._connection.execute("SET statement_timeout = '50ms'")
    with psycopg.connect(address) as other:
        other.execute("LOCK TABLE entries IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(NotSaved) as refused:
            log.append(note(3))
        assert refused.value.code == "timeout"
    log.append(note(3))


def test_a_database_that_is_not_there_is_told_without_the_password(tmp_path: Path, postgres: PostgresServer) -> None:
    for address in (
        f"postgresql://opsroom:secret@127.0.0.1:{postgres.port}/nowhere",
        "postgresql://opsroom:secret@127.0.0.1:1/postgres",
        "postgresql://opsroom:secret@[/x",
    ):
        with pytest.raises(NotSaved) as refused:
            open_log(address, key_folder=tmp_path / "keys")
        assert refused.value.code in ("connection_lost", "cannot_open")
        assert "secret" not in str(refused.value)


def test_a_table_dropped_underneath_is_told(address: str, log: PostgresLog) -> None:
    fill(log, 2)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("DROP TABLE entries")
    with pytest.raises(LogDamaged):
        log.append(note(3))


def test_a_server_killed_while_it_writes_loses_nothing_acknowledged(mortal: PostgresServer, tmp_path: Path) -> None:
    address = mortal.address(f"log_{uuid.uuid4().hex}")
    log = open_log(address, key_folder=tmp_path / "keys")
    acknowledged = 0
    for _ in range(3):
        stop = threading.Timer(0.15, mortal.crash)
        stop.start()
        sequence = log.head
        with pytest.raises(NotSaved) as refused:
            while True:
                sequence += 1
                log.append(opened() if sequence == 1 else note(sequence))
                acknowledged = sequence
        stop.join()
        assert refused.value.code == "connection_lost"
        with pytest.raises(NotSaved):
            log.append(note(sequence))
        mortal.start()
        assert acknowledged <= log.head <= acknowledged + 1
        try:  # the same command again, as the desk does
            log.append(note(sequence))
        except CommandAnswered as answered:
            assert answered.sequence == sequence
        acknowledged = sequence
        assert [entry.sequence for entry in log.read()] == list(range(1, sequence + 1))
    assert log.verify().is_intact
    assert acknowledged > 3
    log.close()


def test_an_engine_goes_on_when_its_server_is_back(mortal: PostgresServer, tmp_path: Path) -> None:
    address = mortal.address(f"log_{uuid.uuid4().hex}")
    begin(address, tmp_path / "keys", 1)
    engine = Engine(open_log(address, key_folder=tmp_path / "keys"))
    before = engine.state
    mortal.crash()
    command = town.command(AddNote(1, "said while the server was away"))
    with pytest.raises(NotSaved):
        engine.do(command)
    assert not engine.is_saved
    assert engine.state is before
    mortal.start()
    entry = engine.do(command)
    assert entry is not None
    assert engine.is_saved
    assert engine.do(command) == entry
    assert len(engine.state.incidents[1].notes) == 1
    engine.log.close()
