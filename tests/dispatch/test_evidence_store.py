"""A photograph is kept whole or not at all, once, and never again read as anything else."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dispatch import evidence_store as kept
from dispatch.evidence import position_check
from dispatch.evidence_store import EvidenceAltered, EvidenceMissing, EvidenceStore, evidence_folder
from dispatch.photograph import Photograph
from dispatch.photograph_walk import MOST_BYTES
from dispatch.refused import Refused
from tests.photographs import exif_block, jpeg, png

PLACE = (24.9384, 60.1699)


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "log.db.evidence")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_0001.JPG"
    exif = exif_block(taken="2026:03:02 10:00:05", position=PLACE, orientation=6)
    path.write_bytes(jpeg(80, 60, exif=exif))
    return path


def files(store: EvidenceStore) -> list[Path]:
    return sorted(path for path in store.folder.rglob("*") if not path.is_dir()) if store.folder.exists() else []


def test_a_photograph_is_kept_under_its_hash(store: EvidenceStore, photo: Path) -> None:
    found = store.add(photo, zone=ZoneInfo("Europe/Helsinki"))
    file = found.file
    assert file.id == hashlib.sha256(photo.read_bytes()).hexdigest()
    assert (file.media_type, file.width_px, file.height_px) == ("image/jpeg", 60, 80), "it is looked at upright"
    assert (str(file.taken_at), file.taken_by) == ("2026-03-02 08:00:05+00:00", "zone")
    assert position_check(found.exif, PLACE).answer == "near"
    assert found.is_new
    assert store.read(file.id) == photo.read_bytes()
    assert files(store) == [store.folder / file.id[:2] / file.id]


def test_what_may_go_into_the_log_holds_no_position(store: EvidenceStore, photo: Path) -> None:
    file = store.add(photo).file
    told = [getattr(file, name) for name in file.__slots__]
    assert not any(isinstance(value, float | tuple) for value in told)
    assert photo.name not in told


def test_the_same_bytes_are_kept_once(store: EvidenceStore, photo: Path) -> None:
    first = store.add(photo)
    before = files(store)[0].stat()
    again = store.add_bytes(photo.read_bytes(), "copy.jpg")
    after = files(store)[0].stat()
    assert (again.is_new, again.file.id) == (False, first.file.id)
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.skipif(os.name != "posix", reason="the modes of files are POSIX's")
def test_only_its_owner_reads_what_is_kept(store: EvidenceStore, photo: Path) -> None:
    store.add(photo)
    assert stat.S_IMODE(files(store)[0].stat().st_mode) == 0o600
    assert {stat.S_IMODE(path.stat().st_mode) for path in (store.folder, files(store)[0].parent)} == {0o700}


def test_what_was_changed_is_never_shown(store: EvidenceStore, photo: Path) -> None:
    name = store.add(photo).file.id
    content = bytearray(files(store)[0].read_bytes())
    content[-40] ^= 1
    files(store)[0].write_bytes(content)
    with pytest.raises(EvidenceAltered, match=name[:12]):
        store.read(name)


@pytest.mark.parametrize("content", [b"", b"x", bytes(MOST_BYTES + 1)], ids=["nothing", "something", "too much"])
def test_a_spoilt_file_is_set_aside_and_the_true_one_laid(store: EvidenceStore, photo: Path, content: bytes) -> None:
    name = store.add(photo).file.id
    files(store)[0].write_bytes(content)
    assert store.check([name]).altered == (name,)
    assert store.add(photo).is_new
    assert store.read(name) == photo.read_bytes()
    found = store.check([name])
    assert (found.is_intact, len(found.strangers)) == (True, 1)
    assert (store.folder / found.strangers[0]).read_bytes() == content


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes by name are POSIX's")
def test_links_and_pipes_in_the_store_are_no_photographs(store: EvidenceStore, photo: Path, tmp_path: Path) -> None:
    name = store.add(photo).file.id
    files(store)[0].unlink()
    (store.folder / name[:2] / name).symlink_to(photo)  # the same content, but anybody can change it there
    with pytest.raises(EvidenceAltered):
        store.read(name)
    (store.folder / name[:2] / name).unlink()
    os.mkfifo(store.folder / name[:2] / name)
    with pytest.raises(EvidenceAltered):
        store.read(name)
    os.mkfifo(tmp_path / "pipe.jpg")
    for what in (tmp_path / "pipe.jpg", tmp_path, Path("/dev/zero")):
        with pytest.raises(Refused, match=r"evidence_no_file|evidence_cannot_read"):
            store.add(what)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "1" * 63, "1" * 64])
def test_a_name_that_is_none_opens_nothing(store: EvidenceStore, name: str) -> None:
    with pytest.raises(EvidenceMissing):
        store.read(name)


@pytest.mark.parametrize("name", ["not there.jpg", "a\0b.jpg"])
def test_a_file_that_cannot_be_read_is_told_by_its_name(store: EvidenceStore, tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused) as caught:
        store.add(tmp_path / name)
    assert caught.value.parameters["name"] == name


def test_a_file_larger_than_allowed_is_not_read(
    store: EvidenceStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "big.jpg").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(Refused) as caught:
        store.add(tmp_path / "big.jpg")
    assert caught.value.code == "evidence_too_large"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", jpeg()[:-20], png() + b"x"])
def test_what_is_refused_leaves_nothing(store: EvidenceStore, data: bytes) -> None:
    with pytest.raises(Refused):
        store.add_bytes(data)
    assert not store.folder.exists()


def test_what_no_decoder_can_open_leaves_nothing(store: EvidenceStore, photo: Path) -> None:
    asked = []

    def prove(data: bytes, photograph: Photograph, orientation: int) -> None:
        asked.append((data, photograph.width_px, orientation))
        raise Refused("evidence_undecodable", photograph_why="breaks_off")

    with pytest.raises(Refused):
        store.add(photo, prove=prove)
    assert asked == [(photo.read_bytes(), 80, 6)]
    assert not store.folder.exists()


@pytest.mark.parametrize("fails", ["fsync", "link"])
def test_a_write_that_fails_leaves_nothing_under_the_name(
    store: EvidenceStore, photo: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    store.add_bytes(png())  # the folder is there
    monkeypatch.setattr(os, fails, full)
    if fails == "link":
        monkeypatch.setattr(Path, "rename", full)
    before = files(store)
    with pytest.raises(OSError, match="No space"):
        store.add(photo)
    assert files(store) == before


def test_it_is_durable_before_it_has_its_name(
    store: EvidenceStore, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    real: dict[str, Callable[..., None]] = {"fsync": os.fsync, "link": os.link}
    for name in real:
        monkeypatch.setattr(os, name, lambda *a, name=name: (told.append(name), real[name](*a))[1])
    store.add(photo)
    assert told[:2] == ["fsync", "link"]
    assert set(told[2:]) == {"fsync"}, "the folders follow"


def test_a_store_without_links_keeps_them_too(
    store: EvidenceStore, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    name = store.add(photo).file.id
    assert store.read(name) == photo.read_bytes()
    assert len(files(store)) == 1


def test_two_seats_that_keep_the_same_photograph_agree(store: EvidenceStore, photo: Path) -> None:
    ready, found = threading.Barrier(4), []

    def keep() -> None:
        ready.wait()
        found.append(EvidenceStore(store.folder).add(photo))

    threads = [threading.Thread(target=keep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({each.file.id for each in found}) == 1 and len(found) == 4
    assert len(files(store)) == 1


def test_a_check_names_what_is_gone_changed_and_strange(store: EvidenceStore, photo: Path) -> None:
    whole, changed = store.add(photo).file.id, store.add_bytes(png()).file.id
    stranger = store.add_bytes(jpeg(20, 20)).file.id
    (store.folder / changed[:2] / changed).write_bytes(b"x")
    (store.folder / "note.txt").write_text("hello")
    found = store.check([whole, changed, "f" * 64, whole])
    assert (found.intact, found.altered, found.missing) == ((whole,), (changed,), ("f" * 64,))
    assert sorted(found.strangers) == sorted([f"{stranger[:2]}/{stranger}", "note.txt"])
    assert not found.is_intact


def test_only_old_parts_are_swept(store: EvidenceStore, photo: Path) -> None:
    name = store.add(photo).file.id
    old, new = (store.folder / name[:2] / f"{which}{kept.PART}" for which in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half a")
    os.utime(old, (1, 1))
    os.utime(store.folder / name[:2] / name, (1, 1))
    assert store.sweep() == 1
    assert (old.exists(), new.exists()) == (False, True)
    assert store.check([name]).is_intact


def test_a_store_lies_beside_the_file_of_its_log(tmp_path: Path) -> None:
    assert evidence_folder(tmp_path / "log.db") == tmp_path / "log.db.evidence"
    with pytest.raises(ValueError, match="on a server"):
        evidence_folder("postgresql://desk@room/log")
