"""A backup: everything comes back as it was, in either database, and whatever is wrong with it is found first."""

from __future__ import annotations

import gzip
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.account_secrets import Secret, name_of
from dispatch.log import LogDamaged, NotSaved, open_log
from dispatch.log_backup import BackupBad, check_backup, restore_backup, write_backup
from dispatch.log_table import TableLog
from dispatch.server_init import prepare
from tests.dispatch.logs import Place, fill, note
from tests.servers import PostgresServer

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HASHED = "$argon2id$v=19$anything"


def opened(place: Place) -> TableLog:
    log = place.open()
    assert isinstance(log, TableLog)
    return log


def backed_up(place: Place, out: Path, entries: int = 120) -> Path:
    log = opened(place)
    fill(log, entries)
    for number in range(70):
        log.save_person(f"p{number}", f"Änne {number}", f"555 {number}")
    log.save_secret(Secret(name_of(HASHED), "anna", HASHED, "2026-03-02T08:00:00+00:00"))
    made = write_backup(log, out, key_folder=place.keys, made_at=AT)
    assert (made.found.entries, made.end.counts["people"], made.end.counts["secrets"]) == (entries, 70, 1)
    place.close()
    return out


@pytest.fixture
def target(place: Place, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty place in the other database than the log is in."""
    if not place.is_shared:
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.address(f"log_{uuid.uuid4().hex}")
    return str(tmp_path / "restored" / "log.db")


def test_all_comes_back_in_the_other_database_and_work_goes_on(place: Place, target: str, tmp_path: Path) -> None:
    file = backed_up(place, tmp_path / "backup.gz")
    assert file.stat().st_mode & 0o777 == 0o600
    before = list(place.open(read_only=True).rows())
    place.close()
    assert restore_backup(file, target, key_folder=place.keys).behind == 0
    log = open_log(target, key_folder=place.keys)
    assert list(log.rows()) == before
    assert log.verify().is_intact
    person, secret = log.person("p69"), log.secret(name_of(HASHED))
    assert person is not None and (person.name, person.number) == ("Änne 69", "555 69")
    assert secret is not None and secret.is_whole()
    log.append(note(121))
    assert log.verify().is_intact
    log.close()


def test_a_place_that_holds_something_is_left_alone(place: Place, tmp_path: Path) -> None:
    file = backed_up(place, tmp_path / "backup.gz", 5)
    with pytest.raises(NotSaved, match="nothing was written"):
        restore_backup(file, place.address, key_folder=place.keys)
    assert place.open().head == 5
    place.close()
    with pytest.raises(BackupBad, match="there already"):
        write_backup(opened(place), file, key_folder=place.keys, made_at=AT)


def test_a_prepared_database_may_be_restored_into(postgres: PostgresServer, tmp_path: Path) -> None:
    place = Place(str(tmp_path / "log.db"), tmp_path / "keys", is_shared=False)
    file = backed_up(place, tmp_path / "backup.gz", 5)
    address = postgres.address(f"log_{uuid.uuid4().hex}")
    prepare(address, key_folder=tmp_path / "keys")
    restore_backup(file, address, key_folder=place.keys)
    assert prepare(address, key_folder=place.keys).was_there
    log = open_log(address, key_folder=place.keys)
    assert log.head == 5 and log.verify().is_intact
    log.close()


def flipped(content: bytes) -> bytes:
    """Change one letter of an entry, and pack it again as somebody would who knows the format."""
    return gzip.compress(gzip.decompress(content).replace(b"word 3", b"word 7", 1))


@pytest.mark.parametrize(
    "spoil",
    [
        flipped,
        lambda content: content[: len(content) // 2],
        lambda content: gzip.compress(gzip.decompress(content)[:-200]),
        lambda content: content[:200] + bytes([content[200] ^ 1]) + content[201:],
        lambda content: content[:60] + bytes(byte ^ 0x55 for byte in content[60:300]) + content[300:],
        lambda content: b"",
        lambda content: b"not gzip at all",
        lambda content: gzip.compress(b"\xff\xff\xff\xff" + b"x" * 100),
        lambda content: gzip.compress((20).to_bytes(4, "big") + b"\xff" * 20),
    ],
)
def test_a_backup_that_was_changed_or_cut_is_refused_and_nothing_written(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    place = Place(str(tmp_path / "log.db"), tmp_path / "keys", is_shared=False)
    file = backed_up(place, tmp_path / "backup.gz", 8)
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(BackupBad):
        restore_backup(file, str(tmp_path / "new.db"), key_folder=place.keys)
    assert not list(tmp_path.glob("new.db*"))


def test_without_the_key_nothing_is_restored(tmp_path: Path) -> None:
    place = Place(str(tmp_path / "log.db"), tmp_path / "keys", is_shared=False)
    file = backed_up(place, tmp_path / "backup.gz", 3)
    with pytest.raises(BackupBad, match=r"key .* is missing"):
        check_backup(file, key_folder=tmp_path / "none")


def test_a_log_that_is_bad_makes_no_backup(tmp_path: Path) -> None:
    place = Place(str(tmp_path / "log.db"), tmp_path / "keys", is_shared=False)
    fill(place.open(), 9)
    place.tamper("UPDATE entries SET actor = 'another' WHERE sequence = 4")
    log = place.open(read_only=True)
    assert isinstance(log, TableLog)
    with pytest.raises(BackupBad, match="entry 4"):
        write_backup(log, tmp_path / "backup.gz", key_folder=place.keys, made_at=AT)
    assert not list(tmp_path.glob("backup*"))
    place.close()


def test_an_older_copy_is_said_to_be_behind_and_takes_no_entry_by_mistake(tmp_path: Path) -> None:
    place = Place(str(tmp_path / "log.db"), tmp_path / "keys", is_shared=False)
    file = backed_up(place, tmp_path / "backup.gz", 5)
    fill(place.open(), 9)
    place.close()
    new = str(tmp_path / "new.db")
    assert restore_backup(file, new, key_folder=place.keys).behind == 4
    with pytest.raises(LogDamaged, match="on purpose, move"):
        open_log(new, key_folder=place.keys)
    next(place.keys.glob("*.head")).unlink()
    log = open_log(new, key_folder=place.keys)
    log.append(note(6))
    log.close()


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(str(tmp_path / "log.db"), tmp_path / "keys", is_shared=False)
    file = backed_up(place, tmp_path / "backup.gz", 5)

    def full(self: object, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    log = place.open(read_only=True)
    assert isinstance(log, TableLog)
    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space"):
        patched.setattr(gzip.GzipFile, "write", full)
        write_backup(log, tmp_path / "second.gz", key_folder=place.keys, made_at=AT)
    assert not list(tmp_path.glob("second*"))
    assert file.exists()
    place.close()
