"""One suite for the log, whatever database keeps it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.codec import CannotEncode, encode
from dispatch.events import Entry, LogKind, LogOpened, SignalRaised
from dispatch.log import CommandAnswered, LiveLog, Log, LogDamaged, NotLive, NotSaved, SequenceTaken
from dispatch.log_memory import MemoryLog
from resources.status import Signal
from tests.dispatch.logs import Place, fill, note, opened


def test_a_second_opening_reads_what_was_written(place: Place) -> None:
    log = place.open()
    assert (log.head, log.kind, list(log.read())) == (0, None, [])
    written = [log.append(opened()), log.append(note(2)), log.append(note(3))]
    log.close()
    again = place.open()
    assert list(again.read()) == written
    assert (again.head, again.kind) == (3, LogKind.LIVE)
    assert [entry.sequence for entry in again.read(after=2)] == [3]
    assert list(again.read(after=3)) == []
    assert again.append(note(4)).sequence == again.head == 4


def test_the_head_of_the_chain_can_be_printed(place: Place) -> None:
    log = place.open()
    assert log.chain_head() is None
    fill(log, 3)
    head = log.chain_head()
    assert head is not None
    assert head == log.verify().head
    assert str(head) == f"3:{head.mac.hex()}"
    assert len(head.mac) == 32


def test_a_log_longer_than_a_batch_is_read_whole(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dispatch.log_entries.BATCH", 4)
    log = place.open()
    fill(log, 8)
    assert [entry.sequence for entry in log.read()] == list(range(1, 9))
    assert [entry.sequence for entry in log.read(after=3)] == [4, 5, 6, 7, 8]
    assert log.verify().entries == 8


def test_the_log_opens_once_and_first(place: Place) -> None:
    log = place.open()
    with pytest.raises(ValueError, match="LogOpened"):
        log.append(note(1))
    log.append(opened())
    with pytest.raises(ValueError, match="opened once"):
        log.append(replace(opened(), sequence=2, command_id="again"))
    with pytest.raises(ValueError, match="no events"):
        log.append(replace(note(2), events=()))
    with pytest.raises(ValueError, match="gap"):
        log.append(note(3))
    assert log.head == 1


def test_a_command_is_answered_once(place: Place) -> None:
    log = place.open()
    fill(log, 3)
    with pytest.raises(CommandAnswered) as same:
        log.append(note(2))
    with pytest.raises(CommandAnswered) as later:
        log.append(note(4, command_id="note-2"))
    assert same.value.sequence == later.value.sequence == 2
    assert log.head == 3
    found = log.entry_of("note-2")
    assert found is not None
    assert found.sequence == 2
    assert log.entry_of("never asked") is None


def test_a_number_is_given_once(place: Place) -> None:
    log = place.open()
    fill(log, 3)
    with pytest.raises(SequenceTaken) as taken:
        log.append(note(3, command_id="other"))
    assert taken.value.sequence == 3
    assert log.entry_of("other") is None


def test_seats_that_race_write_every_command_once_in_one_order(place: Place) -> None:
    fill(place.open(), 1)
    place.close()
    # One process writes an SQLite log: there its threads race on one object.
    seats = [place.open() for _ in range(4)] if place.is_shared else [place.open()] * 4
    lost: list[str] = []
    all_have_read = threading.Barrier(4)

    def work(seat: int, log: Log) -> None:
        for number in range(15):
            command_id, is_written = f"{seat}/{number}", False
            while not is_written:
                known = 1 + sum(1 for _ in log.read(after=1))
                if known == 1:
                    all_have_read.wait()
                try:
                    log.append(note(known + 1, command_id=command_id))
                    is_written = True
                except SequenceTaken:
                    lost.append(command_id)

    threads = [threading.Thread(target=work, args=(seat, log)) for seat, log in enumerate(seats)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = list(seats[0].read())
    assert [entry.sequence for entry in entries] == list(range(1, 62))
    assert {entry.command_id for entry in entries[1:]} == {f"{seat}/{n}" for seat in range(4) for n in range(15)}
    assert len(lost) >= 3
    assert seats[1].verify().is_intact


@pytest.mark.parametrize("last", [99_999, 2**31 - 1, 2**53])
def test_numbers_go_on_past_every_limit(place: Place, last: int) -> None:
    log = place.open()
    fill(log, 2)
    place.tamper("UPDATE entries SET sequence = ?, body = ? WHERE sequence = 2", (last, encode(note(last))))
    (place.keys / next(place.keys.glob("*.head")).name).unlink()
    log = place.open()
    log.append(note(last + 1))
    assert log.head == last + 1
    assert next(log.read(after=last)).sequence == last + 1
    found = log.entry_of(f"note-{last + 1}")
    assert found is not None
    assert found.sequence == last + 1


@pytest.mark.parametrize(
    "text",
    [
        "\ud800 half a sign",
        "cut\0off",
        "\u202egnp.exe",
        "line\nbreak\r\u2028\x1b[31m red",
        "消防栓 🚒",
        "'; DROP TABLE entries --",
    ],
)
def test_text_from_outside_is_kept_or_mended_but_never_stops_the_log(place: Place, text: str) -> None:
    log = place.open()
    fill(log, 1)
    wanted = replace(note(2, text, command_id=f"id {text}"), actor=text, seat=text)
    kept = log.append(wanted)
    assert list(log.read(after=1)) == [kept]
    assert log.entry_of(f"id {text}") == kept
    assert kept.actor == text.replace("\ud800", "\ufffd").replace("\0", "\ufffd")
    assert log.verify().is_intact


def test_what_is_answered_is_what_the_next_start_reads(place: Place) -> None:
    log = place.open()
    fill(log, 1)
    kept = log.append(replace(note(2), events=(SignalRaised("E3", Signal.DISTRESS, lon=25, lat=60),)))
    (read,) = log.read(after=1)
    assert repr(kept) == repr(read)
    assert "lon=25.0" in repr(kept)
    memory = MemoryLog()
    memory.append(opened())
    assert repr(memory.append(replace(kept, events=(SignalRaised("E3", Signal.DISTRESS, lon=25, lat=60),)))) == repr(
        kept
    )


def test_a_very_long_text_is_kept(place: Place) -> None:
    log = place.open()
    fill(log, 1)
    entry = log.append(note(2, "ä" * 5_000_000))
    assert list(log.read(after=1)) == [entry]


def test_what_would_not_come_back_is_refused(place: Place) -> None:
    log = place.open()
    fill(log, 1)
    with pytest.raises(CannotEncode):
        log.append(replace(note(2), events=(SignalRaised("E3", Signal.DISTRESS, lon=float("nan"), lat=60.0),)))
    with pytest.raises(CannotEncode):
        log.append(replace(note(2), recorded_at=note(2).recorded_at.replace(tzinfo=None)))
    assert log.head == 1


def test_callers_can_be_forgotten(place: Place) -> None:
    log = place.open()
    fill(log, 2)
    log.save_person("p1", "Aino", "+358 40 1234567")
    log.save_person("p1", "Aino K.", "+358 40 1234567")
    log.save_person("p2", "Eve\0", "\ud800")
    found = log.person("p1")
    assert found is not None
    assert (found.id, found.name, found.number) == ("p1", "Aino K.", "+358 40 1234567")
    assert log.erase_person("p1") is True
    assert log.erase_person("p1") is False
    assert log.person("p1") is None
    assert log.person("p2") is not None
    assert log.verify().is_intact


def test_a_reader_cannot_write(place: Place) -> None:
    fill(place.open(), 2)
    place.close()
    reader = place.open(read_only=True)
    assert reader.is_read_only
    assert len(list(reader.read())) == 2
    for forbidden in (lambda: reader.append(note(3)), lambda: reader.save_person("p", "n", "1")):
        with pytest.raises(NotSaved) as refused:
            forbidden()
        assert refused.value.code == "read_only"


def test_a_reader_makes_nothing(place: Place) -> None:
    with pytest.raises(NotSaved) as refused:
        place.open(read_only=True)
    assert refused.value.code == "cannot_open"
    assert not place.keys.exists()


def test_a_reader_follows_the_writer(place: Place) -> None:
    writer = place.open()
    fill(writer, 2)
    reader = place.open(read_only=True)
    assert reader.head == 2
    fill(writer, 4)
    assert [entry.sequence for entry in reader.read(after=2)] == [3, 4]


def test_a_closed_log_says_so(place: Place) -> None:
    log = place.open()
    fill(log, 1)
    log.close()
    log.close()
    for use in (lambda: log.append(note(2)), lambda: log.head, lambda: log.entry_of("open")):
        with pytest.raises(NotSaved) as refused:
            use()
        assert refused.value.code == "closed"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts the open files that Linux lists")
def test_opening_and_closing_leaves_no_file_open(place: Place, tmp_path: Path) -> None:
    def files() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    fill(place.open(), 1)
    place.close()
    before = files()
    for sequence in range(2, 12):
        fill(place.open(), sequence)
        assert place.open(read_only=True).verify().is_intact
        place.close()
        with pytest.raises(NotSaved):
            place.open(keys=tmp_path / "elsewhere")
    assert files() <= before


def test_without_its_key_a_log_is_only_read(place: Place, tmp_path: Path) -> None:
    fill(place.open(), 2)
    place.close()
    with pytest.raises(NotSaved) as refused:
        place.open(keys=tmp_path / "elsewhere")
    assert refused.value.code == "no_key"
    assert len(list(place.open(read_only=True, keys=tmp_path / "elsewhere").read())) == 2
    key = next(place.keys.glob("*.key"))
    key.write_text("00" * 32)
    with pytest.raises(NotSaved, match="is not the key"):
        place.open()
    key.write_text("no key at all")
    with pytest.raises(NotSaved, match="cannot be read"):
        place.open()


def test_a_newer_format_is_refused_and_left_alone(place: Place) -> None:
    fill(place.open(), 2)
    place.tamper("UPDATE meta SET value = '2' WHERE name = 'format'")
    if not place.is_shared:
        place.tamper("PRAGMA user_version = 2")
    before = place.look("SELECT * FROM entries")
    for read_only in (False, True):
        with pytest.raises(LogDamaged, match="newer program") as refused:
            place.open(read_only=read_only)
        assert refused.value.code == "newer_format"
    assert place.look("SELECT * FROM entries") == before


def test_somebody_elses_tables_are_no_log(place: Place) -> None:
    with place._connected() as connection:
        connection.execute("CREATE TABLE entries (id INTEGER)")
    with pytest.raises(LogDamaged) as refused:
        place.open()
    assert refused.value.code == "not_a_log"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"type":"NoteAdded"', '"type":"PigFlown"', "unknown_event"),
        ('"schema_version":1', '"schema_version":99', "newer_schema"),
        ('"incident_id":1', '"incident_id":"x"', "damaged"),
        ('{"sequence"', "[", "damaged"),
    ],
)
def test_an_entry_that_cannot_be_read_is_named(place: Place, tmp_path: Path, old: str, new: str, code: str) -> None:
    fill(place.open(), 3)
    body = encode(note(2)).decode().replace(old, new).encode()
    place.tamper("UPDATE entries SET body = ? WHERE sequence = 2", (body,))
    log = place.open(read_only=True, keys=tmp_path / "none")  # with the key, the chain refuses it before
    with pytest.raises(LogDamaged) as refused:
        list(log.read())
    assert (refused.value.code, refused.value.sequence) == (code, 2)


def test_only_a_live_log_passes_for_one(place: Place) -> None:
    log = place.open()
    with pytest.raises(NotLive):
        LiveLog(log)
    log.append(opened())
    assert LiveLog(log).log is log


@pytest.mark.parametrize("kind", [kind for kind in LogKind if kind is not LogKind.LIVE])
def test_a_drill_is_not_live(kind: LogKind) -> None:
    log = MemoryLog()
    log.append(opened(kind))
    with pytest.raises(NotLive):
        LiveLog(log)


def test_a_log_in_memory_keeps_the_same_rules() -> None:
    log = MemoryLog()
    with pytest.raises(ValueError, match="LogOpened"):
        log.append(note(1))
    fill(log, 3)
    assert [entry.sequence for entry in log.read(after=1)] == [2, 3]
    with pytest.raises(CommandAnswered):
        log.append(note(4, command_id="note-2"))
    with pytest.raises(SequenceTaken):
        log.append(note(2, command_id="other"))
    with pytest.raises(ValueError, match="gap"):
        log.append(note(9))
    assert log.append(note(4, "a\0")).events == note(4, "a\ufffd").events
    assert (log.head, log.kind) == (4, LogKind.LIVE)
    found: Entry | None = log.entry_of("open")
    assert found is not None
    assert isinstance(found.events[0], LogOpened)
    log.save_person("p", "Aino", "1")
    assert log.person("p") is not None
    assert log.erase_person("p")
    assert log.person("p") is None
    assert [row.sequence for row in log.rows()] == [1, 2, 3, 4]
