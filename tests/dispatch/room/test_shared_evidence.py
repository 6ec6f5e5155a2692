"""Photographs of a room's seats: shown at the other seat, brought after a loss and a restart, erased everywhere."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dispatch.chain import sync_each
from dispatch.evidence_store import EvidenceAltered, EvidenceMissing, EvidenceStore
from dispatch.log_interface import NotSaved
from dispatch.room import blob_courier, blob_desk, shared_evidence
from dispatch.room.blob_cache import BlobCache
from dispatch.room.blob_courier import lots
from dispatch.room.blobs import PIECE_BYTES, Blob, RoomBlobs
from dispatch.room.shared_evidence import EvidenceAway, SharedEvidence, Where
from tests import photographs as p
from tests.dispatch.room.blob_room import BlobRoom, content, open_room
from tests.servers import PostgresServer

PATIENCE_S = 60.0
Seat = Callable[..., SharedEvidence]


@pytest.fixture(scope="module")
def room(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlobRoom]:
    made = open_room(postgres, tmp_path_factory.mktemp("keys"))
    yield made
    made.close()


@pytest.fixture
def seat(room: BlobRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seat]:
    """Open a seat by its name; the same name again is the same folder."""
    monkeypatch.setattr(blob_courier, "POLL_S", 0.05)
    opened: list[SharedEvidence] = []

    def open_seat(
        name: str, *, blobs: RoomBlobs | None = None, is_begun: bool = True, **more: object
    ) -> SharedEvidence:
        made = SharedEvidence(tmp_path / name, blobs or room.blobs(name), **more)  # type: ignore[arg-type]
        opened.append(made)
        if is_begun:
            made.start()
        return made

    yield open_seat
    for each in opened:
        each.close()


def until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


def is_here(store: SharedEvidence, name: str) -> bool:
    try:
        store.read(name)
    except EvidenceAway:
        return False
    return True


def where(store: SharedEvidence, name: str) -> Where:
    return store.standing(name).where


def taken(store: SharedEvidence, width: int, seat: str = "") -> str:
    """Take a photograph in and have an entry name it."""
    name = store.add_bytes(p.jpeg(width)).file.id
    store.name((name,), seat)
    return name


def test_what_one_seat_takes_in_the_other_shows(seat: Seat) -> None:
    here, there = seat("a"), seat("b")
    heard: list[str] = []
    there.subscribe(heard.append)
    name = here.add_bytes(p.jpeg(41)).file.id
    assert where(here, name) is Where.ONLY_HERE
    with pytest.raises(EvidenceAway) as away:
        there.read(name)
    assert away.value.standing.where is Where.ASKED
    until(lambda: where(there, name) is Where.AWAITED)
    there.name((name,), "a")  # the entry reaches the other seat before the photograph
    assert (where(there, name), there.standing(name).seat) == (Where.AWAITED, "a")
    here.name((name,), "a")
    until(lambda: is_here(there, name))
    assert there.read(name) == here.read(name) and name in heard
    until(lambda: where(here, name) is where(there, name) is Where.HERE)
    assert here.waiting() == 0
    assert here._cache.is_sent(name) and there._cache.is_sent(name), "either may let it go, and fetch it again"


def test_nothing_is_marked_as_sent_before_the_room_has_it(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    put, marks = RoomBlobs.put, list[bool]()

    def watched(blobs: RoomBlobs, file: Path, *given: Any, **how: Any) -> bool:
        marks.append(file.with_name(f"{file.name}.sent").exists() or where(here, file.name) is Where.HERE)
        return put(blobs, file, *given, **how)

    monkeypatch.setattr(RoomBlobs, "put", watched)
    here = seat("a")
    name = taken(here, 61)
    until(lambda: where(here, name) is Where.HERE)
    assert marks == [False]


def test_what_the_room_does_not_take_holds_up_no_other(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blob_courier, "LONGEST_PAUSE_S", 0.01)
    put, here = RoomBlobs.put, seat("a", is_begun=False)
    bad, good = taken(here, 62), taken(here, 63)

    def refuses(blobs: RoomBlobs, file: Path, *given: Any, **how: Any) -> bool:
        if file.name == bad:
            raise NotSaved("failed", "not that one")
        return put(blobs, file, *given, **how)

    monkeypatch.setattr(RoomBlobs, "put", refuses)
    here.start()
    until(lambda: where(here, good) is Where.HERE)
    assert where(here, bad) is Where.ONLY_HERE and here.waiting() == 1
    monkeypatch.undo()
    until(lambda: where(here, bad) is Where.HERE)


def test_what_is_fetched_is_durable_before_it_has_its_name(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = seat("a"), seat("b")
    name = taken(here, 64)
    until(lambda: where(here, name) is Where.HERE)
    done = list[tuple[str, bool]]()

    def noted(paths: Iterable[Path], sync: Callable[[Path], None]) -> None:
        done.append((sync.__name__, EvidenceStore(there.folder).holds(name)))
        sync_each(list(paths), sync)

    monkeypatch.setattr(shared_evidence, "sync_each", noted)
    until(lambda: is_here(there, name))
    assert done == [("sync_file", False), ("sync_folder", True)]


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_erased_while_it_comes_does_not_stay(
    seat: Seat, room: BlobRoom, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    here, there = seat("a"), seat("b", is_begun=False)
    names = [taken(here, 65 + 2 * count + number) for number in range(count)]
    until(lambda: here.waiting() == 0)
    room.orders(names[0])
    way = "together" if count > 1 else "fetch"
    comes = getattr(RoomBlobs, way)

    def erased_meanwhile(*given: Any, **how: Any) -> Any:
        found = comes(*given, **how)
        there.erase(names[0])
        return found

    monkeypatch.setattr(RoomBlobs, way, erased_meanwhile)
    for name in names:
        assert not is_here(there, name)
    there.start(names)
    blobs = room.blobs()
    until(lambda: blobs.erased(names) and not there._desk.to_erase())
    until(lambda: all(where(there, name) is Where.HERE for name in names[1:]))
    assert not list(there.folder.rglob(f"{names[0][:12]}*"))
    blobs.close()


def test_what_no_entry_names_never_leaves_the_seat(seat: Seat, room: BlobRoom) -> None:
    here = seat("a")
    draft, sent = here.add_bytes(p.jpeg(42)).file.id, taken(here, 43)
    until(lambda: where(here, sent) is Where.HERE)
    blobs = room.blobs()
    assert set(blobs.find((draft, sent))) == {sent} and where(here, draft) is Where.ONLY_HERE
    blobs.close()


def test_the_outbox_goes_on_after_a_restart(seat: Seat, room: BlobRoom) -> None:
    first = seat("a", is_begun=False)
    names = [taken(first, width) for width in (44, 45)]
    assert first.waiting() == 2
    again = seat("a", is_begun=False)
    again.start(names)
    until(lambda: all(where(again, name) is Where.HERE for name in names))
    assert again.waiting() == 0
    blobs = room.blobs()
    assert set(blobs.find(names)) == set(names)
    blobs.close()
    third = seat("a")
    until(lambda: where(third, names[0]) is Where.HERE)


def test_many_small_photographs_come_together(seat: Seat, room: BlobRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = seat("a"), seat("b", is_begun=False)
    names = [taken(here, width) for width in range(100, 140)]
    spoilt = names[7]
    until(lambda: here.waiting() == 0)
    room.spoils("UPDATE blob_pieces SET body = overlay(body placing '!' from 9) WHERE sha256 = %s", (spoilt,))
    asked: list[int] = []
    together, alone = RoomBlobs.together, RoomBlobs.fetch

    def many(blobs: RoomBlobs, lot: Sequence[Blob]) -> dict[str, bytes]:
        asked.append(len(lot))
        return together(blobs, lot)

    def one(*given: Any, **how: Any) -> None:
        asked.append(1)
        alone(*given, **how)

    monkeypatch.setattr(RoomBlobs, "together", many)
    monkeypatch.setattr(RoomBlobs, "fetch", one)
    for name in names:
        assert not is_here(there, name)
    there.start(names)
    until(lambda: all(where(there, name) in (Where.HERE, Where.SPOILT) for name in names))
    assert asked == [len(names), 1, 1], "one answer for all, and a second look at the one that is spoilt"
    assert [name for name in names if where(there, name) is Where.SPOILT] == [spoilt]
    assert all(there.read(name) == here.read(name) for name in names if name != spoilt)
    assert all(there._cache.is_sent(name) for name in names if name != spoilt)
    assert not list(there.folder.rglob("*.part"))
    assert {path.stat().st_mode & 0o077 for path in there.folder.rglob("*") if path.is_file()} == {0}


def test_contents_are_fetched_in_lots_of_a_piece_and_large_ones_last() -> None:
    def blob(name: str, size_bytes: int, pieces: int = 1) -> Blob:
        return Blob(name, "image/jpeg", size_bytes, pieces, "a", datetime(2026, 3, 2, tzinfo=UTC))

    half = PIECE_BYTES // 2
    found = lots([blob("a", half), blob("long", 9 * half, 5), blob("b", half), blob("c", 1), blob("d", PIECE_BYTES)])
    assert [[each.sha256 for each in lot] for lot in found] == [["a", "b"], ["c"], ["d"], ["long"]]


class Line:
    """A way to the server that can be cut."""

    def __init__(self, room: BlobRoom) -> None:
        self.room, self.is_cut = room, False
        self.current: Any = None

    def __call__(self) -> Any:
        if self.is_cut:
            raise NotSaved("connection_lost", "cut")
        self.current = psycopg.connect(self.room.address(), autocommit=True)
        return self.current

    def cut(self) -> None:
        self.is_cut = True
        if self.current is not None:
            self.current.close()


def test_while_the_server_is_away_both_seats_say_so_and_it_comes_by_itself(seat: Seat, room: BlobRoom) -> None:
    lines = Line(room), Line(room)
    here, there = (seat(name, blobs=RoomBlobs(line, seat=name)) for name, line in zip("ab", lines, strict=True))
    for line in lines:
        line.cut()
    name = taken(here, 46)  # taken in and named as ever
    assert here.read(name) and where(here, name) is Where.ONLY_HERE and here.waiting() == 1
    there.name((name,), "a")
    assert not is_here(there, name)
    until(lambda: where(there, name) is Where.CUT_OFF)
    assert there.standing(name).seat == "a"
    for line in lines:
        line.is_cut = False
    until(lambda: is_here(there, name))
    until(lambda: where(here, name) is Where.HERE)


def test_a_long_recording_on_its_way_out_holds_up_no_photograph(
    seat: Seat, room: BlobRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blob_courier, "TOLD_EVERY_S", 0.0)
    other = seat("b")
    wanted = taken(other, 47)
    until(lambda: where(other, wanted) is Where.HERE)
    here = seat("a", is_begun=False)
    _, long = content(tmp_path, 6 * PIECE_BYTES)
    place = tmp_path / "a" / long[:2] / long
    place.parent.mkdir(parents=True)
    (tmp_path / long).rename(place)
    order: list[str] = []

    def listen(name: str) -> None:
        order.append(f"{'long' if name == long else 'wanted'} {where(here, name)}")
        if name == long and len(order) == 1:
            assert not is_here(here, wanted)

    here.subscribe(listen)
    here.start((long,))
    until(lambda: where(here, long) is Where.HERE)
    assert order.index("wanted here") < order.index("long here") and "long sending" in order
    watcher = seat("c")
    assert room.blobs().find((long,))[long].media_type == "application/octet-stream"
    assert not is_here(watcher, long)


def test_what_is_cut_on_its_way_here_goes_on_where_it_ended(
    seat: Seat, room: BlobRoom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blob_courier, "TOLD_EVERY_S", 0.0)
    file, long = content(tmp_path, 6 * PIECE_BYTES)
    blobs, line = room.blobs(), Line(room)
    blobs.put(file, long, "audio/ogg")
    there = seat("b", blobs=RoomBlobs(line, seat="b"), is_begun=False)
    shares: list[float] = []

    def listen(name: str) -> None:
        standing = there.standing(name)
        if standing.where is Where.FETCHING:
            shares.append(standing.share)
            if standing.share > 0.4 and not line.is_cut:
                line.cut()
        elif standing.where is Where.CUT_OFF:
            shares.clear()
            line.is_cut = False

    there.subscribe(listen)
    there.start()
    assert not is_here(there, long)
    until(lambda: where(there, long) is Where.HERE)
    assert there.read(long) == file.read_bytes()
    assert shares[1] > 0.4  # none of what had come was sent again
    assert not list(there.folder.rglob("*.part"))
    blobs.close()


def test_a_disk_that_is_full_here_is_told_and_tried_again_later(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = seat("a"), seat("b")
    name = taken(here, 60)
    until(lambda: where(here, name) is Where.HERE)

    def full(parts: Mapping[str, Path]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(there._courier, "_lay", full)
    assert not is_here(there, name)
    until(lambda: where(there, name) is Where.FAILED)
    assert "No space" in there.standing(name).reason
    monkeypatch.undo()
    monkeypatch.setattr(blob_desk, "AGAIN_AFTER_S", 0.0)
    until(lambda: is_here(there, name))


def test_what_is_spoilt_in_the_room_is_told_and_not_shown(
    seat: Seat, room: BlobRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = seat("a"), seat("b")
    name = taken(here, 48)
    until(lambda: where(here, name) is Where.HERE)
    room.spoils("UPDATE blob_pieces SET body = overlay(body placing '!' from 9) WHERE sha256 = %s", (name,))
    assert not is_here(there, name)
    until(lambda: where(there, name) is Where.SPOILT)
    assert not is_here(there, name) and where(there, name) is Where.SPOILT
    assert not [path for path in there.folder.rglob("*") if path.is_file()]
    monkeypatch.setattr(blob_desk, "AGAIN_AFTER_S", 0.0)
    room.spoils("DELETE FROM blob_pieces WHERE sha256 = %s", (name,))
    room.spoils("DELETE FROM blobs WHERE sha256 = %s", (name,))
    seat("a")._desk.name((name,))  # a seat that has it sees at its next start that the room has not
    until(lambda: is_here(there, name))


def test_what_is_spoilt_here_is_fetched_anew_and_never_brought(seat: Seat, tmp_path: Path) -> None:
    here = seat("a")
    name, never = taken(here, 49), here.add_bytes(p.jpeg(50)).file.id
    until(lambda: where(here, name) is Where.HERE)
    for each in (name, never):
        (here.folder / each[:2] / each).write_bytes(b"another thing")
    assert not is_here(here, name)
    until(lambda: is_here(here, name))
    with pytest.raises(EvidenceAltered):
        here.read(never)
    here.name((never,))
    until(lambda: here.waiting() == 0)
    there = seat("b")
    assert not is_here(there, never)
    until(lambda: where(there, never) is Where.AWAITED)


def test_what_the_log_erases_goes_from_the_room_and_every_seat(seat: Seat, room: BlobRoom) -> None:
    here, there = seat("a"), seat("b")
    name = taken(here, 51)
    until(lambda: is_here(there, name))
    late = seat("late", is_begun=False)  # away while it is erased, with the same photograph in its outbox
    assert taken(late, 51) == name
    room.orders(name)
    assert here.erase(name) and there.erase(name)
    blobs = room.blobs()
    until(lambda: blobs.erased((name,)) and not blobs.find((name,)))
    late.start((name,))
    until(lambda: not EvidenceStore(late.folder).holds(name))
    for store in (here, there, late):
        assert not EvidenceStore(store.folder).holds(name)
    blobs.close()


def test_a_room_that_was_brought_back_from_an_older_copy_gets_again_what_it_lost(seat: Seat, room: BlobRoom) -> None:
    first = seat("a")
    name = taken(first, 52)
    until(lambda: where(first, name) is Where.HERE)
    first.close()
    for table in ("blobs", "blob_pieces"):
        room.spoils(f"DELETE FROM {table} WHERE sha256 = %s", (name,))
    seat("a", is_begun=False).start((name,))
    blobs = room.blobs()
    until(lambda: blobs.find((name,)))
    blobs.close()


def test_what_the_room_has_lost_is_not_let_go_here_before_it_has_it_again(
    seat: Seat, room: BlobRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = seat("a")
    name = taken(first, 74)
    until(lambda: where(first, name) is Where.HERE)
    first.close()
    for table in ("blobs", "blob_pieces"):
        room.spoils(f"DELETE FROM {table} WHERE sha256 = %s", (name,))

    def takes_nothing(*given: object, **how: object) -> bool:
        raise NotSaved("disk_full", "no room there")

    monkeypatch.setattr(RoomBlobs, "put", takes_nothing)
    again = seat("a", is_begun=False)
    again.start((name,))
    until(lambda: where(again, name) is Where.ONLY_HERE)
    assert BlobCache(again, most_bytes=0).trim() == [] and EvidenceStore(again.folder).holds(name)


def test_what_an_entry_named_before_it_came_here_is_brought(seat: Seat) -> None:
    here = seat("a")
    name = seat("b", is_begun=False).add_bytes(p.jpeg(73)).file.id
    here.name((name,), "b")
    assert here.add_bytes(p.jpeg(73)).file.id == name
    until(lambda: where(here, name) is Where.HERE)


def test_a_room_that_lost_what_it_had_while_a_seat_was_cut_off_gets_it_again(seat: Seat, room: BlobRoom) -> None:
    line = Line(room)
    here = seat("a", blobs=RoomBlobs(line, seat="a"))
    name = taken(here, 71)
    until(lambda: where(here, name) is Where.HERE)
    line.cut()
    for table in ("blobs", "blob_pieces"):
        room.spoils(f"DELETE FROM {table} WHERE sha256 = %s", (name,))
    other = taken(here, 72)
    until(lambda: not here._courier._is_reconciled)
    line.is_cut = False
    blobs = room.blobs()
    until(lambda: set(blobs.find((name, other))) == {name, other})
    blobs.close()


def test_the_cache_keeps_to_its_bound_and_never_lets_go_of_what_the_room_lacks(seat: Seat, tmp_path: Path) -> None:
    here = seat("a")
    names = [taken(here, width) for width in (53, 54, 55)]
    unsent = here.add_bytes(p.jpeg(56)).file.id
    until(lambda: here.waiting() == 0)
    sizes = [(here.folder / name[:2] / name).stat().st_size for name in names]
    for age, name in enumerate((names[1], names[0], names[2])):  # the second was looked at last
        mark = here.folder / name[:2] / f"{name}.sent"
        old_s = time.time() - 1000 * (age + 1)
        os.utime(mark, (old_s, old_s))
    assert BlobCache(here, most_bytes=sizes[1]).trim() == [names[2], names[0]]
    assert EvidenceStore(here.folder).holds(names[1]) and EvidenceStore(here.folder).holds(unsent)
    assert BlobCache(here, most_bytes=0).trim() == [names[1]]
    assert here.read(unsent)
    assert not is_here(here, names[0])
    until(lambda: is_here(here, names[0]))


def test_a_seat_that_only_looks_fetches_and_brings_nothing(seat: Seat, room: BlobRoom) -> None:
    here, looker = seat("a"), seat("b", only_looks=True)
    name, own = taken(here, 57), taken(looker, 58)
    until(lambda: is_here(looker, name))
    assert looker.waiting() == 0
    blobs = room.blobs()
    assert not blobs.find((own,))
    blobs.close()


def test_a_name_that_is_none_is_asked_of_nobody(seat: Seat) -> None:
    here = seat("a")
    with pytest.raises(EvidenceMissing) as missing:
        here.read("../x")
    assert not isinstance(missing.value, EvidenceAway)


def test_marks_are_no_strangers_to_a_check(seat: Seat) -> None:
    here = seat("a")
    name = taken(here, 59)
    until(lambda: where(here, name) is Where.HERE)
    assert EvidenceStore(here.folder).check((name,)).strangers == ()
