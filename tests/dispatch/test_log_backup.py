"""A backup: everything comes back as it was, in either database, and whatever is wrong with it is found first."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.account_secrets import Secret, name_of
from dispatch.backup_contents import FolderContents, RoomContents
from dispatch.backup_file import BackupBad, is_sealed
from dispatch.case import Evidence
from dispatch.case_events import EvidenceAdded, PhotographErased
from dispatch.evidence_store import EvidenceStore
from dispatch.log import LogDamaged, NotSaved, open_log
from dispatch.log_backup import check_backup, restore_backup, write_backup
from dispatch.log_table import TableLog
from dispatch.sealing import Opener, Seal, make_identity
from dispatch.server_init import prepare
from tests.dispatch.logs import Place, _entry, fill, note
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


@pytest.mark.skipif(os.name != "posix", reason="a limit of the size of files stands for a full disk")
@pytest.mark.parametrize("how", [None, Seal((make_identity()[1],))], ids=["plain", "sealed"])
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, how: Seal | None) -> None:
    import resource

    place = Place(str(tmp_path / "log.db"), tmp_path / "keys", is_shared=False)
    file = backed_up(place, tmp_path / "backup.gz", 5)
    log = place.open(read_only=True)
    assert isinstance(log, TableLog)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_backup(log, tmp_path / "second.gz", key_folder=place.keys, made_at=AT, how=how)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(tmp_path.glob("second*"))
    assert file.exists()
    place.close()


class Sealed:
    """A sealed backup of a log with photographs, one of which was erased and one of which is gone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = Place(str(folder / "log.db"), folder / "keys", is_shared=False)
        self.store = EvidenceStore(folder / "log.db.evidence")
        self.photographs = {hashlib.sha256(data).hexdigest(): data for data in (b"one" * 9_000, b"two", b"three", b"4")}
        self.kept, self.second, self.erased, self.gone = self.photographs
        secret, recipient = make_identity()
        self.opener = Opener((secret,))
        log = opened(self.place)
        fill(log, 9)
        for number, (name, data) in enumerate(self.photographs.items()):
            log.append(_entry(10 + number, f"add-{number}", EvidenceAdded(1, (Evidence(name),))))
            self.store.put_back(name, data)
        self.stranger = hashlib.sha256(b"not yet named").hexdigest()
        self.store.put_back(self.stranger, b"not yet named")
        log.append(_entry(14, "erase", PhotographErased(self.erased, "asked for", ())))
        for name in (self.erased, self.gone):
            self.store.erase(name)
        self.file = folder / "backup.age"
        how, contents = Seal((recipient,)), FolderContents(self.store)
        self.made = write_backup(log, self.file, key_folder=self.place.keys, made_at=AT, how=how, contents=contents)
        self.place.close()


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    return Sealed(tmp_path_factory.mktemp("sealed"))


def test_when_every_machine_is_lost_the_sealed_file_and_its_key_bring_all_back(sealed: Sealed, tmp_path: Path) -> None:
    assert is_sealed(sealed.file) and sealed.made.missing == (sealed.gone,)
    content = sealed.file.read_bytes()
    assert b"word 3" not in content and sealed.made.header.key.encode() not in content
    new, keys = EvidenceStore(tmp_path / "evidence"), tmp_path / "keys"
    done = restore_backup(
        sealed.file, str(tmp_path / "new.db"), key_folder=keys, opener=sealed.opener, contents=FolderContents(new)
    )
    assert (done.backup.found.entries, done.backup.is_own_key, done.backup.missing) == (14, False, (sealed.gone,))
    log = open_log(tmp_path / "new.db", key_folder=keys)
    assert log.verify().is_intact
    log.append(note(15))
    log.close()
    assert new.read(sealed.kept) == sealed.photographs[sealed.kept]
    assert [path.name for path in sorted(new.folder.rglob("*")) if path.is_file()] == sorted(
        [sealed.kept, sealed.second, sealed.stranger]
    )


def test_a_sealed_backup_is_opened_by_its_key_alone_and_whole(sealed: Sealed, tmp_path: Path) -> None:
    assert check_backup(sealed.file, key_folder=sealed.place.keys, opener=sealed.opener).is_own_key
    content = sealed.file.read_bytes()
    file = tmp_path / "backup.age"
    for spoilt, opener, told in (
        (content, Opener(), "sealed for a key"),
        (content, Opener((make_identity()[0],)), "another key"),
        (content[:-40], sealed.opener, "cut or altered"),
        (content[:900] + bytes([content[900] ^ 1]) + content[901:], sealed.opener, "cut or altered"),
        (content[:50], sealed.opener, "cut or altered"),
    ):
        file.write_bytes(spoilt)
        with pytest.raises(BackupBad, match=told) as problem:
            restore_backup(file, str(tmp_path / "new.db"), key_folder=tmp_path / "keys", opener=opener)
        assert "\n" not in str(problem.value)
    assert list(tmp_path.iterdir()) == [file]


def test_the_key_of_another_log_does_not_prove_it(sealed: Sealed, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    shutil.copytree(sealed.place.keys, keys)
    key = next(keys.glob("*.key"))
    key.write_text("ab" * 32)
    with pytest.raises(BackupBad, match="is not the key of that log"):
        restore_backup(sealed.file, str(tmp_path / "new.db"), key_folder=keys, opener=sealed.opener)


def test_what_a_failed_restore_brought_is_taken_away_again(
    sealed: Sealed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = EvidenceStore(tmp_path / "evidence")
    new.put_back(sealed.second, sealed.photographs[sealed.second])
    place = tmp_path / "new.db"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space"):
        patched.setattr("dispatch.log_backup.take_key", full)
        restore_backup(
            sealed.file, str(place), key_folder=tmp_path / "keys", opener=sealed.opener, contents=FolderContents(new)
        )
    assert not list(tmp_path.glob("new.db*")) and not list(tmp_path.glob("keys/*"))
    assert [path.name for path in new.folder.rglob("*") if path.is_file()] == [sealed.second]


def test_the_key_may_be_left_out(sealed: Sealed, tmp_path: Path) -> None:
    log = opened(sealed.place)
    secret, recipient = make_identity()
    file = tmp_path / "backup.age"
    write_backup(log, file, key_folder=sealed.place.keys, made_at=AT, how=Seal((recipient,)), with_key=False)
    sealed.place.close()
    with pytest.raises(BackupBad, match="is missing"):
        check_backup(file, key_folder=tmp_path / "none", opener=Opener((secret,)))
    found = check_backup(file, key_folder=sealed.place.keys, opener=Opener((secret,)))
    assert found.missing == () and "photographs" not in found.end.counts


def test_what_a_room_shares_goes_along_and_comes_back_into_another_room(
    sealed: Sealed, postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.backup_contents.PIECE_BYTES", 1_000)
    rooms = [postgres.address(f"log_{uuid.uuid4().hex}") for _ in "ab"]
    for room in rooms:
        prepare(room, key_folder=tmp_path / "other keys")
    restore_backup(
        sealed.file,
        rooms[0],
        key_folder=sealed.place.keys,
        opener=sealed.opener,
        contents=RoomContents(rooms[0]),
    )
    log = open_log(rooms[0], key_folder=sealed.place.keys)
    assert isinstance(log, TableLog)
    file = tmp_path / "second.gz"
    made = write_backup(log, file, key_folder=sealed.place.keys, made_at=AT, contents=RoomContents(rooms[0]))
    log.close()
    assert made.end.counts["photographs"] == 3 and made.missing == (sealed.gone,)
    for _ in range(2):  # what is there already does not hinder
        new = RoomContents(rooms[1])
        with contextlib.suppress(NotSaved):
            restore_backup(file, rooms[1], key_folder=sealed.place.keys, contents=new)
    found = RoomContents(rooms[1])
    assert b"".join(found.pieces(sealed.kept)) == sealed.photographs[sealed.kept]
    assert list(found.names()) == sorted([sealed.kept, sealed.second, sealed.stranger])


def test_a_photograph_that_was_spoilt_in_its_store_is_said_and_spoils_no_backup(sealed: Sealed, tmp_path: Path) -> None:
    class Spoilt(FolderContents):
        def pieces(self, name: str) -> Iterator[bytes]:
            yield from (piece[::-1] + b"!" for piece in super().pieces(name))

    log = opened(sealed.place)
    file = tmp_path / "backup.gz"
    made = write_backup(log, file, key_folder=sealed.place.keys, made_at=AT, contents=Spoilt(sealed.store))
    sealed.place.close()
    assert made.missing == tuple(sorted((sealed.kept, sealed.second, sealed.gone)))
    new = FolderContents(EvidenceStore(tmp_path / "evidence"))
    restore_backup(file, str(tmp_path / "new.db"), key_folder=sealed.place.keys, contents=new)
    assert list(new.names()) == []
