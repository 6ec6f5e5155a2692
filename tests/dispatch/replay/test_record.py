"""What is played back can only be read: by type, and at the store (hazard 45)."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from dispatch.events import LogKind
from dispatch.log import LiveLog, Log, NotSaved
from dispatch.log_memory import MemoryLog
from dispatch.replay.record import NotReadOnly, Record, open_record
from dispatch.room.position_writer import PracticeLog
from tests.dispatch.logs import Place, note
from tests.dispatch.replay.told import Day

WRITES = {
    *("append", "append_for", "save_person", "erase_person", "save_secret", "erase_secret", "keep_shown"),
    *("save_checkpoint", "reopen", "hurry", "settle", "changing", "shrink", "connect"),
}


def test_a_log_that_could_be_written_is_no_record() -> None:
    with pytest.raises(NotReadOnly):
        Record(MemoryLog())


def test_there_is_no_way_from_a_record_to_a_writing() -> None:
    names = {name for name, _ in inspect.getmembers(Record)}
    assert not names & WRITES
    assert {name for name, _ in inspect.getmembers(Log) if name in WRITES}  # they are what a log writes by
    assert not issubclass(Record, Log)


def test_a_record_is_taken_by_nothing_that_leaves_the_building(tmp_path: Path) -> None:
    day = Day(_written(tmp_path), kind=LogKind.LIVE)
    record = open_record(tmp_path / "log.db", key_folder=tmp_path / "keys")
    assert record.kind is LogKind.LIVE
    for proof in (LiveLog, PracticeLog):  # a record is no log: mypy says so, and so does the machine
        with pytest.raises((ValueError, AttributeError, AssertionError, TypeError)):
            _write_through(proof(record))  # type: ignore[arg-type]
    record.close()
    day.log.close()


def _write_through(proof) -> None:
    proof.log.append(note(proof.log.head + 1))


def test_the_store_behind_a_record_refuses_too(place: Place) -> None:
    day = Day(place.open(), kind=LogKind.LIVE)
    log = place.open(read_only=True)
    record = Record(log)
    before = log.head
    with pytest.raises(NotSaved, match="read-only"):
        log.append(note(before + 1))
    day.go_on(10)
    assert record.head > before  # beside whoever writes it
    assert [entry.sequence for entry in record.read(after=before)] == list(range(before + 1, record.head + 1))


def test_a_file_log_keeps_no_positions(tmp_path: Path) -> None:
    day = Day(_written(tmp_path))
    record = open_record(tmp_path / "log.db", key_folder=tmp_path / "keys")
    assert record.positions(day.at, day.at) == []
    record.close()
    day.log.close()


def _written(folder: Path) -> Log:
    from dispatch.log import open_log

    return open_log(folder / "log.db", key_folder=folder / "keys")
