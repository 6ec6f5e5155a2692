"""An island's file: chained to the room's, whole after a kill, proved, and put away where it can still be read."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from dispatch import commands as c
from dispatch.account_secrets import Secret, name_of
from dispatch.commands import Command
from dispatch.engine import Engine
from dispatch.island.pending import pending
from dispatch.island_commands import BeginIsland
from dispatch.log import LiveLog, LogDamaged, NotLive, NotSaved, open_log
from dispatch.log_island import IslandLog
from dispatch.log_sqlite import SqliteLog
from dispatch.state import State
from tests.dispatch.island.parted import Parted
from tests.dispatch.town import OPERATOR, crossing

LAST = "(SELECT max(sequence) FROM entries)"


def island_of(parted: Parted) -> IslandLog:
    island = parted.islands.island
    assert island is not None
    return island


def tamper(path: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute(sql, values)


def test_it_goes_on_where_the_rooms_chain_was(parted: Parted) -> None:
    parted.go()
    parted.fire_alone("E1")
    island = island_of(parted)
    assert island.base.head == parted.log.chain_head() and island.head == parted.base + 3
    assert (island.kind, island.base.seat, island.base.actor) == (parted.log.kind, "seat-1", "anna")
    found = island.verify()
    assert found.is_intact and found.entries == 3 and found.unchecked == ()
    with pytest.raises(NotLive):  # a drill's island is a drill
        LiveLog(island)
    with pytest.raises(NotSaved) as away:
        list(island.read())
    assert away.value.code == "connection_lost"


def test_what_was_asked_stands_beside_what_was_answered(parted: Parted) -> None:
    parted.go()
    parted.fire_alone("E1")
    asked = list(island_of(parted).asked())
    assert [entry.sequence for entry, _ in asked] == [parted.base + each for each in (1, 2, 3)]
    assert [type(command.body) for _, command in asked if command is not None] == [
        BeginIsland,
        c.ReportIncident,
        c.AssignUnits,
    ]
    assert all(command is not None and command.id == entry.command_id for entry, command in asked)


@pytest.mark.parametrize(
    "sql",
    [
        f"UPDATE commands SET body = replace(CAST(body AS TEXT), 'E1', 'E2') WHERE sequence = {LAST}",
        f"UPDATE commands SET (body, seal) = (SELECT body, seal FROM commands LIMIT 1) WHERE sequence = {LAST}",
        f"DELETE FROM commands WHERE sequence = {LAST}",
        "UPDATE entries SET body = replace(CAST(body AS TEXT), 'E1', 'E2')",
        f"DELETE FROM entries WHERE sequence = {LAST}",
        "UPDATE meta SET value = substr(value, 1, 4) || substr(value, 3, length(value) - 4) WHERE name = 'base'",
    ],
    ids=["another command", "a command of another entry", "no command", "another entry", "cut", "another base"],
)
def test_what_was_altered_in_it_is_not_merged(parted: Parted, sql: str) -> None:
    parted.go()
    parted.fire_alone("E1")
    island = island_of(parted)
    island.close()
    tamper(island.path, sql)
    with pytest.raises(LogDamaged):
        log = IslandLog(island.path, key_folder=parted.folder / "keys")
        try:
            list(log.asked())
        finally:
            log.close()
    with closing(IslandLog(island.path, key_folder=parted.folder / "keys", read_only=True)) as log:
        assert not log.verify().is_intact


def test_an_ordinary_log_is_not_opened_as_one_nor_it_as_an_ordinary_log(parted: Parted) -> None:
    parted.go()
    island = island_of(parted)
    island.close()
    for opening in (
        lambda: SqliteLog(island.path, key_folder=parted.folder / "keys"),
        lambda: IslandLog(parted.folder / "room.db", key_folder=parted.folder / "keys", read_only=True),
    ):
        with pytest.raises(LogDamaged) as refused:
            opening()
        assert refused.value.code == "not_a_log"
    with pytest.raises(NotSaved):
        IslandLog(parted.folder / "none.island.db", key_folder=parted.folder / "keys")


def test_a_seat_that_starts_again_goes_on_as_the_island(parted: Parted) -> None:
    parted.go()
    parted.fire_alone("E1")
    state, path = parted.seat.state, island_of(parted).path
    parted.seat.log.close()
    log = open_log(path, key_folder=parted.folder / "keys")
    again = Engine(log, clock=parted.clock)
    assert again.state == state and log.is_island
    again.do(parted.command(c.ReportIncident("stray_dog", crossing(1, 1)), OPERATOR))
    parted.seat = again
    parted.islands = parted.islands_of(again)
    assert parted.islands.is_island and parted.islands.pending() == ()
    with pytest.raises(NotSaved):
        parted.islands.come_back()  # nobody told it where the room is
    parted.islands._open_room = lambda: parted.log
    parted.fire_in_room("E2")
    merge, report = parted.merged()
    assert report.taken == 4 and report.is_over and merge.finish()
    assert len(parted.state.incidents) == 3


def test_an_island_whose_state_is_lost_can_still_be_merged(parted: Parted) -> None:
    parted.go()
    parted.fire_alone("E1")
    island = island_of(parted)
    island.close()
    (parted.folder / "keys" / f"{island.base.island_id}.checkpoint").unlink()
    with closing(open_log(island.path, key_folder=parted.folder / "keys")) as log, pytest.raises(NotSaved):
        Engine(log)
    parted.islands = parted.islands_of(parted.other)
    [found] = parted.islands.pending()
    assert (found.entries, found.is_read) == (3, True)
    assert parted.islands.take_up(found).run().is_over
    parted.seat = parted.other


def test_it_is_put_away_as_a_file_that_can_still_be_read(parted: Parted) -> None:
    parted.go()
    parted.fire_alone("E1")
    parted.seat.log.save_person("caller-1", "Ilse", "555 0199")
    merge, _ = parted.merged()
    assert parted.log.person("caller-1") is not None
    assert merge.finish()
    folder = parted.folder / "islands"
    [kept] = folder.iterdir()
    assert kept.name.endswith(".merged.db") and not kept.stat().st_mode & 0o222
    assert parted.islands.pending() == () and b"Ilse" not in kept.read_bytes()
    with closing(open_log(kept, key_folder=parted.folder / "keys", read_only=True)) as log:
        assert log.verify().is_intact and len(list(log.rows())) == 3
        assert log.person("caller-1") is None


def test_whoever_signed_in_here_can_do_so_alone_and_no_hash_stays_behind(parted: Parted) -> None:
    secret = Secret(name_of("hash of anna's"), "anna", "hash of anna's", "2026")
    parted.log.save_secret(secret)
    parted.log.save_secret(Secret(name_of("hash of bela's"), "bela", "hash of bela's", "2026"))
    assert parted.seat.log.secret(secret.id) == secret
    parted.go()
    assert parted.seat.log.secret(secret.id) == secret
    assert parted.seat.log.secret(name_of("hash of bela's")) is None
    parted.log.erase_secret(secret.id)  # changed in the room meanwhile
    merge, _ = parted.merged()
    assert parted.log.secret(secret.id) is None and merge.finish()
    [kept] = (parted.folder / "islands").iterdir()
    assert b"hash of anna's" not in kept.read_bytes()


def test_what_was_never_begun_is_no_island(parted: Parted) -> None:
    folder = parted.folder / "islands"
    folder.mkdir()
    (folder / "empty.island.db").touch()
    tamper(folder / "half.island.db", "CREATE TABLE x (y)")
    (folder / "noise.island.db").write_bytes(b"noise" * 400)
    [noise] = pending(folder)
    assert (noise.path.name, noise.is_read) == ("noise.island.db", False) and noise.problem


def test_a_disk_that_is_full_leaves_the_seat_where_it_was(parted: Parted, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise NotSaved("disk_full", "the disk is full")

    monkeypatch.setattr(IslandLog, "append_for", full)
    with pytest.raises(NotSaved):
        parted.islands.go(OPERATOR)
    assert not parted.islands.is_island and list((parted.folder / "islands").iterdir()) == []
    parted.fire_in_room("E1")
    assert parted.seat.catch_up() == 2


def test_a_failed_commit_leaves_neither_entry_nor_command(parted: Parted, monkeypatch: pytest.MonkeyPatch) -> None:
    parted.go()
    island, run = island_of(parted), SqliteLog._run

    def failing(self: SqliteLog, sql: str, values: object = ()) -> object:
        if sql == "COMMIT":
            raise NotSaved("disk_full", "the disk is full")
        return run(self, sql, values)  # type: ignore[arg-type]

    asked = parted.command(c.ReportIncident("stray_dog", crossing(1, 1)), OPERATOR)
    with monkeypatch.context() as patch:
        patch.setattr(SqliteLog, "_run", failing)
        with pytest.raises(NotSaved):
            parted.seat.do(asked)
    assert parted.seat.state.sequence == island.head == parted.base + 1 and not parted.seat.is_saved
    island.close()
    parted.seat = Engine(open_log(island.path, key_folder=parted.folder / "keys"))  # its head was kept no further
    assert parted.seat.do(asked) is not None and parted.seat.log.verify().is_intact


WRITER = """
import sys
from pathlib import Path
from dispatch.commands import Command, ReportIncident, Who
from dispatch.engine import Engine
from dispatch.log import open_log
from tests.dispatch.town import START, OPERATOR, crossing
engine = Engine(open_log(sys.argv[1], key_folder=Path(sys.argv[2])))
print("ready", flush=True)
for number in range(10_000):
    engine.do(Command(f"killed-{number}", START, OPERATOR, ReportIncident("stray_dog", crossing(1, 1))))
    print(number, flush=True)
"""


def test_what_a_killed_seat_had_acknowledged_is_merged(parted: Parted) -> None:
    parted.go()
    path = island_of(parted).path
    parted.seat.log.close()
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(parted.folder / "keys")], stdout=subprocess.PIPE, cwd=root
    ) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == b"ready\n"
        told = [int(writer.stdout.readline()) for _ in range(25)]
        writer.send_signal(signal.SIGKILL)
        told += [int(line) for line in writer.stdout if line.endswith(b"\n")]
    parted.seat = parted.other
    parted.islands = parted.islands_of(parted.other)
    [found] = parted.islands.pending()
    report = parted.islands.take_up(found).run()
    answered = parted.state.answered
    assert [number for number in told if f"killed-{number}" not in answered] == []
    assert report.conflicts == report.waiting == 0 and parted.log.verify().is_intact


def test_a_command_is_kept_as_it_was_answered(parted: Parted) -> None:
    parted.go()
    entry = parted.alone(c.RecordCall("call-1", text="lone \ud800"))
    [*_, (kept, asked)] = island_of(parted).asked()
    assert kept == entry and isinstance(asked, Command) and asked.at == entry.occurred_at
    assert isinstance(asked.body, c.RecordCall) and asked.body.text == "lone �"
    assert parted.seat.state != State()
