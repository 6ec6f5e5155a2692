"""What an SQLite log must survive: killed writers, copies, full and read-only disks, other programs, bad files."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.engine import Engine
from dispatch.log import LogDamaged, NotSaved, open_log
from dispatch.log_lock import Holder
from dispatch.log_sqlite import SqliteLog
from tests.dispatch.logs import fill, note, opened

ROOT = Path(__file__).resolve().parent.parent.parent
KILLS = int(os.environ.get("OPSROOM_KILLS", "20"))


@contextlib.contextmanager
def writer(folder: Path, count: int | str, *more: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.dispatch.log_writer", folder / "log.db", folder / "keys", str(count), *more],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def killed_writers(folder: Path, after_s: list[float]) -> Iterator[list[str]]:
    """Yield what each of several writers said until it was killed, so long after it had opened the log."""
    with contextlib.ExitStack() as stack:
        parent = stack.enter_context(writer(folder, "again")) if hasattr(os, "fork") else None
        for span_s in after_s:
            process = parent or stack.enter_context(writer(folder, "100000"))
            assert process.stdin is not None and process.stdout is not None
            if parent is not None:
                process.stdin.write("\n")
                process.stdin.flush()
            word, pid = process.stdout.readline().split()
            assert word == "opened"
            time.sleep(span_s)
            os.kill(int(pid), signal.SIGKILL if parent is not None else signal.SIGTERM)
            yield list(iter(lambda told=process.stdout: told.readline().strip(), "over" if parent is not None else ""))


def test_no_acknowledged_entry_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    """OPSROOM_KILLS sets how many times (20)."""
    dice = random.Random(7)
    acknowledged = before = 0
    for said in killed_writers(tmp_path, [dice.uniform(0, 0.05) for _ in range(KILLS)]):
        acknowledged = int(said[-1]) if said else acknowledged
        log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
        assert acknowledged <= log.head <= acknowledged + 1
        assert [entry.sequence for entry in log.read(after=before)] == list(range(before + 1, log.head + 1))
        acknowledged = before = log.head
        log.close()
    found = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys", read_only=True).verify()
    assert found.is_intact
    assert not found.unchecked
    assert found.entries > 1


def test_a_writer_killed_while_it_makes_the_log_leaves_a_place_that_opens(tmp_path: Path) -> None:
    dice = random.Random(11)
    for attempt in range(5):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with writer(folder, 1) as process:
            time.sleep(dice.uniform(0.08, 0.16))
            process.kill()
            process.communicate()
        log = open_log(folder / "log.db", key_folder=folder / "keys")
        fill(log, 2)
        assert log.verify().is_intact
        log.close()


def test_a_power_cut_at_any_byte_loses_only_what_was_not_acknowledged(tmp_path: Path) -> None:
    """The write-ahead log is cut in the middle of a write; sometimes the disk has left rubbish behind the cut."""
    dice = random.Random(3)
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    wal = tmp_path / "log.db-wal"
    fill(log, 1)
    sizes = [0, wal.stat().st_size]  # of the write-ahead log when entry n was acknowledged
    for sequence in range(2, 40):
        log.append(note(sequence, "x" * (sequence * 377 % 9000)))
        sizes.append(wal.stat().st_size)
    for number in range(25):
        copy = shutil.copytree(tmp_path, tmp_path.parent / f"{tmp_path.name}-{number}")
        cut = dice.randrange(sizes[1], sizes[-1])
        content = wal.read_bytes()[:cut] + (dice.randbytes(5000) if number % 2 else b"")
        (copy / "log.db-wal").write_bytes(content)
        (copy / "log.db-shm").unlink()
        (copy / "keys" / next(tmp_path.glob("keys/*.head")).name).unlink()  # it is of later
        found = open_log(copy / "log.db", key_folder=copy / "keys", read_only=number % 5 == 0)
        entries = [entry.sequence for entry in found.read()]
        acknowledged = sum(1 for size in sizes[1:] if size <= cut)
        assert entries == list(range(1, acknowledged + 1))
        found.close()
        shutil.rmtree(copy)
    log.close()


def test_a_power_cut_during_a_checkpoint_loses_nothing(tmp_path: Path) -> None:
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    fill(log, 60)
    before = shutil.copytree(tmp_path, tmp_path.parent / f"{tmp_path.name}-before")
    log.close()  # moves the write-ahead log into the file
    old, new = (before / "log.db").read_bytes(), (tmp_path / "log.db").read_bytes()
    assert len(new) > len(old)
    for pages in range(0, len(new) // 4096, 3):
        copy = shutil.copytree(before, tmp_path.parent / f"{tmp_path.name}-{pages}")
        (copy / "log.db").write_bytes(new[: pages * 4096] + old[pages * 4096 :])
        (copy / "log.db-shm").unlink()
        found = open_log(copy / "log.db", key_folder=copy / "keys")
        assert found.verify().is_intact
        assert found.head == 60
        found.close()
        shutil.rmtree(copy)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode != 0:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_told_and_writing_goes_on_when_there_is_room(tmp_path: Path, small_disk: Path) -> None:
    log = open_log(small_disk / "log.db", key_folder=tmp_path / "keys")
    fill(log, 5)
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)
    sequence = 5
    with pytest.raises(NotSaved, match="disk is full") as refused:
        while True:
            log.append(note(sequence + 1, "y" * 2000))
            sequence += 1
    assert refused.value.code == "disk_full"
    assert len(list(log.read())) == log.head == sequence
    with pytest.raises(NotSaved):
        log.append(note(sequence + 1, "y" * 2000))
    ballast.unlink()
    log.append(note(sequence + 1, "y" * 2000))
    assert log.verify().is_intact
    log.close()


def test_after_an_error_of_the_disk_nothing_is_written_until_it_is_opened_again(tmp_path: Path) -> None:
    with writer(tmp_path, 1000, str(64 * 1024)) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line.strip())
            if not said[-1].isdigit() and not said[-1].startswith("opened"):
                break
    assert said[-1] in ("io_error", "disk_full")
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    assert log.head == int(said[-2])
    fill(log, log.head + 1)
    assert log.verify().is_intact
    log.close()


class FailingDisk:
    """Stand before a connection and fail one statement as a disk would that cannot sync."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: object = ()) -> sqlite3.Cursor:
        if sql.startswith("INSERT INTO entries"):
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
            error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
            raise error
        return self._connection.execute(sql, values)  # type: ignore[arg-type]

    def close(self) -> None:
        self._connection.close()


def test_a_failed_sync_is_never_retried_silently(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db", key_folder=tmp_path / "keys")
    fill(log, 2)
    real = log._connection
    assert real is not None
    log._connection = FailingDisk(real)  # type: ignore[assignment]
    with pytest.raises(NotSaved) as refused:
        log.append(note(3))
    assert refused.value.code == "io_error"
    log._connection = real
    with pytest.raises(NotSaved, match="opened again") as refused:
        log.append(note(3))
    assert refused.value.code == "stopped"
    assert len(list(log.read())) == 2
    log.close()
    again = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    again.append(note(3))
    again.close()


def test_a_log_that_stopped_is_opened_again_and_goes_on(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db", key_folder=tmp_path / "keys")
    engine = Engine(log)
    fill(log, 2)
    engine.catch_up()
    real = log._connection
    assert real is not None
    log._connection = FailingDisk(real)  # type: ignore[assignment]
    with pytest.raises(NotSaved):
        log.append(note(3))
    assert engine.reopen() == 0
    log.append(note(3))
    assert engine.catch_up() == 1
    assert engine.state.sequence == 3
    second = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    assert second.is_read_only  # the writer's lock was kept all the while
    second.close()
    (tmp_path / "log.db").rename(tmp_path / "moved.db")
    with pytest.raises(NotSaved) as refused:
        engine.reopen()
    assert refused.value.code == "cannot_open"
    assert not (tmp_path / "log.db").exists()  # no new log in the place of the old
    with pytest.raises(NotSaved):
        log.append(note(4))
    log.close()


def test_a_second_program_reads_and_says_who_writes(tmp_path: Path) -> None:
    with writer(tmp_path, 3) as process:
        assert process.stdout is not None
        while process.stdout.readline() != "3\n":
            pass
        log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
        assert log.is_read_only
        assert log.held_by is not None
        assert log.held_by.pid == process.pid
        assert str(process.pid) in str(log.held_by)
        assert log.head == 3
        with pytest.raises(NotSaved, match=f"process {process.pid}"):
            log.append(note(4))
        log.close()
        process.kill()
        process.communicate()
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")  # the lock died with its holder
    assert not log.is_read_only
    fill(log, 4)
    log.close()


def test_the_same_program_cannot_write_a_log_twice(tmp_path: Path) -> None:
    first = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    (tmp_path / "link.db").symlink_to(tmp_path / "log.db")
    second = open_log(tmp_path / "link.db", key_folder=tmp_path / "keys", read_only=False)
    assert not first.is_read_only
    assert second.is_read_only
    second.close()
    first.close()


def test_a_lock_without_a_label_is_still_a_lock(tmp_path: Path) -> None:
    first = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    (tmp_path / "log.db.lock").write_text("?")
    second = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    assert second.held_by == Holder()
    assert str(second.held_by) == "another program"
    second.close()
    first.close()


def test_a_file_locked_by_a_stranger_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatch.log_sqlite.BUSY_TIMEOUT_S", 0.05)
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    fill(log, 2)
    stranger = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotSaved, match="locked") as refused:
        log.append(note(3))
    assert refused.value.code == "locked"
    assert len(list(log.read())) == 2
    stranger.execute("ROLLBACK")
    stranger.close()
    log.append(note(3))
    log.close()


def test_a_read_only_disk_is_told_and_can_be_read(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    log = open_log(disk / "log.db", key_folder=tmp_path / "keys")
    fill(log, 3)
    log.close()
    bound = subprocess.run(["mount", "--bind", disk, disk], capture_output=True, check=False)
    if bound.returncode != 0:
        pytest.skip("mounting needs root")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", disk], check=True)
        with pytest.raises(NotSaved) as refused:
            open_log(disk / "log.db", key_folder=tmp_path / "keys")
        assert refused.value.code == "read_only"
        reader = open_log(disk / "log.db", key_folder=tmp_path / "keys", read_only=True)
        assert len(list(reader.read())) == 3
        assert reader.verify().is_intact
        reader.close()
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.parametrize("spoil", ["text", "header", "middle", "cut", "one byte"])
def test_a_damaged_file_is_refused_in_words_and_left_alone(tmp_path: Path, spoil: str) -> None:
    path = tmp_path / "log.db"
    log = open_log(path, key_folder=tmp_path / "keys")
    fill(log, 300)
    log.close()
    content = path.read_bytes()
    path.write_bytes(
        {
            "text": b"this is a shopping list\n" * 400,
            "header": b"\0" * 100 + content[100:],
            "middle": content[: len(content) // 2] + b"\xff" * 8192 + content[len(content) // 2 + 8192 :],
            "cut": content[: len(content) // 2],
            "one byte": content.replace(b"word 150", b"word 151", 1),
        }[spoil]
    )
    before = path.read_bytes()
    with pytest.raises(LogDamaged) as refused:
        log = open_log(path, key_folder=tmp_path / "keys")
        list(log.read())
    assert str(path) in str(refused.value)
    if spoil in ("middle", "one byte"):
        assert refused.value.sequence is not None
    log.close()
    assert path.read_bytes() == before
    if spoil in ("middle", "cut", "one byte"):
        with contextlib.suppress(LogDamaged):
            reader = open_log(path, key_folder=tmp_path / "keys", read_only=True)
            assert not reader.verify().is_intact
            reader.close()


def test_a_spoilt_index_shows_although_every_entry_reads_well(tmp_path: Path) -> None:
    """The index of command ids is what keeps one command from being written twice."""
    path = tmp_path / "log.db"
    log = open_log(path, key_folder=tmp_path / "keys")
    fill(log, 300)
    log.close()
    with sqlite3.connect(path) as connection:
        [[page]] = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_entries_1'")
        [[size]] = connection.execute("PRAGMA page_size")
    connection.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size + size // 2 : page * size] = b"\xff" * (size // 2)
    path.write_bytes(content)
    reader = open_log(path, key_folder=tmp_path / "keys", read_only=True)
    assert len(list(reader.read())) == 300
    found = reader.verify()
    reader.close()
    assert (found.entries, {problem.code for problem in found.problems}) == (300, {"corrupt"})


def test_a_strangers_trigger_shows_and_is_not_written_under(tmp_path: Path) -> None:
    """It could remove an entry in the same breath in which it is acknowledged."""
    path = tmp_path / "log.db"
    log = open_log(path, key_folder=tmp_path / "keys")
    fill(log, 3)
    log.close()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER swallow AFTER INSERT ON entries BEGIN DELETE FROM entries; END")
    connection.close()
    with pytest.raises(LogDamaged, match="swallow"):
        open_log(path, key_folder=tmp_path / "keys")
    reader = open_log(path, key_folder=tmp_path / "keys", read_only=True)
    assert [problem.code for problem in reader.verify().problems] == ["strange_code"]
    reader.close()


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "log.db")
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.commit()
    other.close()
    with pytest.raises(LogDamaged, match="not a log"):
        open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")


@pytest.mark.parametrize("table", ["meta", "entries"])
def test_a_log_without_one_of_its_tables_is_refused(tmp_path: Path, table: str) -> None:
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    fill(log, 2)
    log.close()
    with sqlite3.connect(tmp_path / "log.db") as connection:
        connection.execute(f"DROP TABLE {table}")
    connection.close()
    with pytest.raises(LogDamaged) as refused:
        open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    assert refused.value.code == "not_a_log"


def test_another_kind_of_address_is_refused_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(NotSaved, match="mysql://") as refused:
        open_log("mysql://anna:secret@server/log", key_folder=tmp_path / "keys")
    assert "secret" not in str(refused.value)


def test_an_empty_file_becomes_a_log(tmp_path: Path) -> None:
    (tmp_path / "log.db").touch()
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    assert log.append(opened()).sequence == 1
    log.close()


def test_what_was_erased_is_nowhere_in_the_files(tmp_path: Path) -> None:
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    fill(log, 1)
    log.save_person("p1", "Aino Erased-Name", "+358401234567")
    assert any(b"Erased-Name" in path.read_bytes() for path in tmp_path.glob("log.db*"))
    log.erase_person("p1")
    assert not any(b"Erased-Name" in path.read_bytes() for path in tmp_path.glob("log.db*"))
    log.close()


@pytest.mark.skipif(os.name != "posix", reason="the modes of files are POSIX's")
def test_only_the_owner_reads_the_log_and_its_key(tmp_path: Path) -> None:
    log = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys")
    fill(log, 2)
    found = [*tmp_path.glob("log.db*"), *(tmp_path / "keys").iterdir()]
    assert {path.suffix for path in found} >= {".db", ".lock", ".key", ".head"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    log.close()


def test_a_folder_with_strange_letters_holds_a_log(tmp_path: Path) -> None:
    path = tmp_path / "naïve % 100?#消防" / "log & co.db"
    log = open_log(path, key_folder=tmp_path / "keys")
    fill(log, 2)
    log.close()
    assert path.is_file()
    assert len(list(open_log(path, key_folder=tmp_path / "keys", read_only=True).read())) == 2


def test_a_log_in_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotSaved) as refused:
        open_log(tmp_path / "file" / "log.db", key_folder=tmp_path / "keys")
    assert refused.value.code == "read_only"


def test_what_was_written_in_a_hurry_stands_whole_in_one_file_once_it_is_settled(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db", key_folder=tmp_path / "keys")
    log.hurry()
    fill(log, 50)
    log.settle()
    moved = tmp_path / "moved.db"
    shutil.copy(tmp_path / "log.db", moved)  # without its write-ahead log
    fill(log, 51)
    log.close()
    again = open_log(tmp_path / "log.db", key_folder=tmp_path / "keys", read_only=True)
    assert again.verify().is_intact and again.head == 51
    again.close()
    with contextlib.closing(sqlite3.connect(moved)) as copy:
        assert copy.execute("SELECT count(*) FROM entries").fetchone() == (50,)
