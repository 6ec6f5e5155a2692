"""Old years in a file of their own: still open, still proved, and the log goes on without them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from dispatch import old_entries
from dispatch.archive import CannotArchive, open_archive, refold, take_out, verify_joined, write_archive
from dispatch.commands import AddNote, AssignUnits, Choice, ReportIncident
from dispatch.engine import Engine
from dispatch.log import LogDamaged, NotSaved, open_log
from dispatch.log_backup import restore_backup, write_backup
from dispatch.log_table import TableLog
from dispatch.old_entries import Archive
from dispatch.seal import name_of
from dispatch.server_init import add_user, prepare
from dispatch.shown import Shown, keep
from dispatch.state import FOLD_VERSION, State, fold
from tests.dispatch import town
from tests.dispatch.logs import Place
from tests.servers import PostgresServer

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


class Old(NamedTuple):
    """A log of a year that is over and one that has begun, and the first year's archive."""

    place: Place
    log: TableLog
    file: Path
    archive: Archive
    state: State
    upto: int
    then: str
    now: str


def plan(sequence: int, at: datetime) -> Shown:
    content = json.dumps({"sequence": sequence, "at": at.isoformat(), "incident_id": 1}).encode()
    return keep("plan", name_of(content, ()), (), content)


def told(place: Place, folder: Path) -> Old:
    log = place.open()
    assert isinstance(log, TableLog)
    clock = [NEW_YEAR - timedelta(days=90)]
    engine = Engine(log, clock=lambda: clock[0])
    for command in town.opening():
        engine.do(command)
    engine.do(town.command(ReportIncident("structure_fire", town.crossing(1, 1))))
    for number in range(6):
        engine.do(town.command(AddNote(1, f"old word {number}")))
    upto = engine.state.sequence
    then = plan(1, clock[0])
    log.keep_shown(then)
    log.save_person("p1", "Änne", "112")
    clock[0] = NEW_YEAR + timedelta(days=9)
    for number in range(4):
        engine.do(town.command(AddNote(1, f"new word {number}")))
    now = plan(upto + 2, clock[0])
    log.keep_shown(now)
    made = write_archive(log, folder / "2025.db", before=NEW_YEAR, key_folder=place.keys)
    assert (made.archive.upto.sequence, made.answers) == (upto, 1)
    return Old(place, log, folder / "2025.db", made.archive, engine.state, upto, then.hash, now.hash)


@pytest.fixture
def old(place: Place, tmp_path: Path) -> Old:
    return told(place, tmp_path)


@pytest.fixture
def simple(tmp_path: Path) -> Old:
    return told(Place(str(tmp_path / "log.db"), tmp_path / "keys", is_shared=False), tmp_path)


def take(old: Old) -> int:
    return take_out(old.log, old.file, old.archive, key_folder=old.place.keys)


def at_hand(log: TableLog, old: Old) -> None:
    log.archive_folder.mkdir(exist_ok=True)
    shutil.copy(old.file, log.archive_folder)


def test_an_archive_opens_as_a_log_does_and_is_never_written_to(old: Old) -> None:
    before = old.file.read_bytes()
    archive = open_log(old.file, key_folder=old.place.keys)
    assert archive.is_read_only and archive.head == old.upto
    assert fold(State(), archive.read()).incidents[1].id == 1
    assert archive.person("p1") is None and archive.shown(old.then) is not None and archive.shown(old.now) is None
    found = archive.verify()
    assert found.is_intact
    assert any("hold it against its log" in what for what in found.unchecked)
    with pytest.raises(NotSaved, match="read-only"):
        archive.append(next(archive.read()))
    archive.close()
    assert old.file.read_bytes() == before and old.file.stat().st_mode & 0o777 == 0o400


def test_the_log_goes_on_without_what_was_taken_out(old: Old) -> None:
    size = len(old.place.look("SELECT sequence FROM entries"))
    assert take(old) == old.upto
    assert [row[0] for row in old.place.look("SELECT sequence FROM entries ORDER BY sequence")] == list(
        range(old.upto + 1, size + 1)
    )
    assert old.place.look("SELECT hash FROM shown") == [(old.now,)]
    state = old.state
    for keys in (old.place.keys, old.place.keys.with_name("another seat")):  # the second has no checkpoint of its own
        if not keys.exists():
            keys.mkdir()
            shutil.copy(next(old.place.keys.glob("*.key")), keys)
        old.place.close()
        for checkpoint in keys.glob("*.checkpoint"):
            checkpoint.unlink()
        log = old.place.open(keys=keys)
        assert isinstance(log, TableLog)
        engine = Engine(log)
        assert (engine.state.incidents, engine.state.answered) == (state.incidents, state.answered)
        assert log.kind is state.kind and log.person("p1") is not None
        engine.do(town.command(AddNote(1, f"word after, {keys.name}")))
        state = engine.state
        found = log.verify()
        assert found.is_intact and any("archived in 2025.db" in what for what in found.unchecked)
        archive = open_archive(old.file, key_folder=keys)
        joined = verify_joined(log, archive)
        assert joined.is_intact and not joined.unchecked
        archive.close()


def test_who_reads_from_the_beginning_needs_the_file_at_hand_and_is_told_where(old: Old) -> None:
    take(old)
    with pytest.raises(LogDamaged, match=r"entries 1 to \d+ are archived in 2025.db .* put that file into") as problem:
        next(old.log.read())
    assert problem.value.code == "archived"
    assert old.log.begins_behind == old.upto and next(old.log.read(old.log.begins_behind)).sequence == old.upto + 1
    at_hand(old.log, old)
    assert old.log.begins_behind == 0
    assert [entry.sequence for entry in old.log.read()] == list(range(1, old.log.head + 1))
    assert fold(State(), old.log.read()).incidents == old.state.incidents
    assert old.log.shown(old.then) is not None and len(old.log.shown_for(1)) == 2
    found = old.log.verify()
    assert found.is_intact and not found.unchecked and found.entries == old.log.head
    first = next(old.log.read())
    assert old.log.entry_of(first.command_id) == first


def test_a_seat_that_was_open_meanwhile_goes_on(postgres: PostgresServer, tmp_path: Path) -> None:
    old = told(Place(postgres.address("archive_follow"), tmp_path / "keys", is_shared=True), tmp_path)
    seat = Engine(old.place.open())
    late = old.place.open()
    take(old)
    Engine(old.log).do(town.command(AddNote(1, "word after")))
    assert seat.catch_up() == 1
    with pytest.raises(LogDamaged, match="are archived in"):
        list(late.read(after=3))
    assert seat.log.verify().is_intact
    old.place.close()


def test_a_program_whose_fold_is_another_one_needs_a_new_base(simple: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    take(simple)
    simple.place.close()
    for checkpoint in simple.place.keys.glob("*.checkpoint"):
        checkpoint.unlink()
    for module in ("dispatch.archive", "dispatch.engine"):
        monkeypatch.setattr(f"{module}.FOLD_VERSION", FOLD_VERSION + ".1")
    log = simple.place.open()
    assert isinstance(log, TableLog)
    with pytest.raises(LogDamaged, match="are archived in"):
        Engine(log)
    assert refold(log, simple.file, key_folder=simple.place.keys) == simple.upto
    assert Engine(log).state.incidents == simple.state.incidents
    simple.place.close()


def test_a_seat_that_was_away_since_before_takes_the_base_for_its_head(simple: Old) -> None:
    keys = simple.place.keys
    head_file = next(keys.glob("*.head"))
    now = head_file.read_bytes()
    simple.place.close()
    short = Place(simple.place.address + ".old", keys, is_shared=False)
    shutil.copy(simple.file, short.address)  # what it had seen then: entry N - 2
    log = simple.place.open()
    assert isinstance(log, TableLog) and log._key is not None
    mac = log.mac_of(simple.upto - 2)
    assert mac is not None
    take_out(log, simple.file, simple.archive, key_folder=keys)
    simple.place.close()
    line = f"{simple.upto - 2} {mac.hex()}"
    slot = f"{line} {log._key.seal(line.encode()).hex()[:32]}".encode().ljust(159) + b"\n"
    head_file.write_bytes(slot)
    log = simple.place.open()
    assert log.verify().is_intact and log.head == simple.state.sequence
    assert head_file.read_bytes() != slot and now
    simple.place.close()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ("UPDATE entries SET mac = x'00' WHERE sequence = 11", "altered"),
        ("UPDATE entries SET actor = 'another' WHERE sequence = 11", "columns"),
        ("DELETE FROM entries WHERE sequence = 11", "gap"),
        ("UPDATE archives SET seal = x'00'", "altered"),
        ("UPDATE archives SET body = x'80'", "altered"),
        ("DELETE FROM archives", "gap"),
    ],
)
def test_tampering_at_the_joint_is_found(simple: Old, spoil: str, told: str) -> None:
    take(simple)
    assert simple.upto == 10
    simple.place.tamper(spoil)
    archive = open_archive(simple.file, key_folder=simple.place.keys)
    try:
        log = simple.place.open(read_only=True)
        assert isinstance(log, TableLog)
        codes = [each.code for each in verify_joined(log, archive).problems]
    except LogDamaged as problem:
        codes = [problem.code]
    archive.close()
    assert told in codes
    simple.place.close()


def test_an_archive_that_was_changed_or_cut_is_found(simple: Old) -> None:
    take(simple)
    simple.file.chmod(0o600)
    for spoil, code in (
        ("DELETE FROM entries WHERE sequence = (SELECT max(sequence) FROM entries)", "gap"),
        ("UPDATE entries SET mac = x'00' WHERE sequence = (SELECT max(sequence) FROM entries)", "altered"),
        ("UPDATE entries SET actor = 'another' WHERE sequence = 3", "columns"),
    ):
        file = simple.file.with_name("spoilt.db")
        shutil.copy(simple.file, file)
        with sqlite3.connect(file) as connection:
            connection.execute(spoil)
        connection.close()
        archive = open_archive(file, key_folder=simple.place.keys)
        assert code in [each.code for each in verify_joined(simple.log, archive).problems], spoil
        archive.close()
        with pytest.raises((CannotArchive, LogDamaged)):
            refold(simple.log, file, key_folder=simple.place.keys)
            if code == "columns":
                raise CannotArchive("its entries are as they were: the columns alone were changed")
    simple.place.close()


def test_nothing_is_taken_out_unless_the_archive_holds_it(simple: Old) -> None:
    before = simple.place.look("SELECT count(*) FROM entries")
    simple.file.chmod(0o600)
    with simple.file.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(CannotArchive, match="is not the file that was proved"):
        take(simple)
    simple.file.unlink()
    with pytest.raises(CannotArchive, match="there is no file"):
        take(simple)
    assert simple.place.look("SELECT count(*) FROM entries") == before
    simple.place.close()


def test_a_failure_half_way_takes_out_nothing(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> list[str]:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="No space"):
        patched.setattr("dispatch.archive._answers_of", fails)
        take(old)
    assert old.log.archived is None and next(old.log.read()).sequence == 1
    assert old.log.verify().is_intact
    assert take(old) == old.upto


def test_only_the_owner_takes_out_and_only_what_is_archived(postgres: PostgresServer, tmp_path: Path) -> None:
    address = postgres.address("archive_guard")
    prepare(address, key_folder=tmp_path / "keys")
    old = told(Place(address, tmp_path / "keys", is_shared=True), tmp_path)
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute("SET opsroom.archiving = 'on'")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("DELETE FROM entries WHERE sequence = 1")
    user, _ = add_user(address, "desk")
    seat = open_log(address.replace("opsroom@", f"{user}@"), key_folder=tmp_path / "keys")
    assert isinstance(seat, TableLog)
    with pytest.raises(NotSaved, match="permission denied"):
        take_out(seat, old.file, old.archive, key_folder=tmp_path / "keys")
    assert take(old) == old.upto
    Engine(seat).do(town.command(AddNote(1, "word after")))
    assert seat.verify().is_intact
    seat.close()
    with psycopg.connect(address, autocommit=True) as owner:
        for statement in ("DELETE FROM entries", "UPDATE entries SET actor = 'x'", "TRUNCATE entries"):
            owner.execute("SET opsroom.archiving = 'on'")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute(statement.encode())
    old.place.close()


def test_the_next_year_joins_the_same_archive(simple: Old) -> None:
    take(simple)
    with pytest.raises(CannotArchive, match="archived already"):
        at_hand(simple.log, simple)
        write_archive(simple.log, simple.file.with_name("again.db"), before=NEW_YEAR, key_folder=simple.place.keys)
    shutil.rmtree(simple.log.archive_folder)
    simple.place.close()
    log = simple.place.open()
    assert isinstance(log, TableLog)
    year = datetime(2027, 1, 1, tzinfo=UTC)
    file = simple.file.with_name("2026.db")
    with pytest.raises(LogDamaged, match=r"2025\.db"):
        write_archive(log, file, before=year, key_folder=simple.place.keys)
    at_hand(log, simple)
    Engine(log, clock=lambda: year + timedelta(days=1)).do(town.command(AddNote(1, "another year")))
    made = write_archive(log, file, before=year, key_folder=simple.place.keys)
    assert take_out(log, file, made.archive, key_folder=simple.place.keys) == 4
    assert log.archived is not None and log.archived.file == "2026.db"
    joined = open_archive(file, key_folder=simple.place.keys)
    assert joined.head == simple.upto + 4 and verify_joined(log, joined).is_intact
    joined.close()
    assert len(simple.place.look("SELECT DISTINCT upto FROM bases")) == 1
    simple.place.close()


def test_what_is_left_is_backed_up_and_restored_as_it_is(
    old: Old, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_entries, "PIECE_BYTES", 1_000)  # so that there are several
    take(old)
    made = write_backup(old.log, tmp_path / "b.gz", key_folder=old.place.keys, made_at=NEW_YEAR)
    assert made.header.base == str(old.archive.upto) and made.end.counts["bases"] > 3
    restored = restore_backup(tmp_path / "b.gz", str(tmp_path / "new.db"), key_folder=old.place.keys)
    assert restored.behind == 0
    log = open_log(tmp_path / "new.db", key_folder=old.place.keys)
    assert isinstance(log, TableLog)
    for checkpoint in old.place.keys.glob("*.checkpoint"):
        checkpoint.unlink()
    assert Engine(log).state.incidents == old.state.incidents
    assert log.verify().is_intact
    log.close()


def test_what_is_not_old_or_not_an_archive_is_said(simple: Old, tmp_path: Path) -> None:
    with pytest.raises(CannotArchive, match="no entry from before 2020"):
        write_archive(
            simple.log, tmp_path / "n.db", before=datetime(2020, 1, 1, tzinfo=UTC), key_folder=simple.place.keys
        )
    with pytest.raises(CannotArchive, match="the key of"):
        write_archive(simple.log, tmp_path / "n.db", before=NEW_YEAR, key_folder=tmp_path)
    with pytest.raises(NotSaved, match="there already"):
        write_archive(simple.log, simple.file, before=NEW_YEAR, key_folder=simple.place.keys)
    with pytest.raises(CannotArchive, match="is no archive"):
        open_archive(tmp_path / "log.db", key_folder=simple.place.keys)
    with pytest.raises(CannotArchive, match="needs no archive"):
        refold(simple.log, simple.file, key_folder=simple.place.keys)
    assert not (tmp_path / "n.db").exists()
    simple.place.close()


def test_an_answer_from_before_that_units_were_sent_by_after_stays(simple: Old) -> None:
    late = plan(2, NEW_YEAR - timedelta(days=1))
    simple.log.keep_shown(late)
    Engine(simple.log).do(town.command(AssignUnits(1, (Choice("E1"),), recommendation=late.hash)))
    take(simple)
    assert {row[0] for row in simple.place.look("SELECT hash FROM shown")} == {late.hash, simple.now}
    assert not any("answer" in what for what in simple.log.verify().unchecked)
    simple.place.close()


def test_the_archive_of_another_history_is_known_for_one(simple: Old, tmp_path: Path) -> None:
    """Somebody wrote on in a copy of the log: its chain is whole, and it is not the one that this log goes on from."""
    simple.place.close()
    other = Place(str(tmp_path / "copy.db"), tmp_path / "copied keys", is_shared=False)
    shutil.copy(simple.place.address, other.address)
    other.keys.mkdir()
    shutil.copy(next(simple.place.keys.glob("*.key")), other.keys)
    other.tamper(f"DELETE FROM entries WHERE sequence >= {simple.upto}")
    copy = other.open()
    assert isinstance(copy, TableLog)
    Engine(copy, clock=lambda: NEW_YEAR - timedelta(days=9)).do(town.command(AddNote(1, "another history")))
    file = tmp_path / "other" / simple.file.name
    forged = write_archive(copy, file, before=NEW_YEAR, key_folder=other.keys).archive
    assert forged.upto.sequence == simple.upto and forged.upto.mac != simple.archive.upto.mac
    log = simple.place.open()
    assert isinstance(log, TableLog)
    archive = open_archive(file, key_folder=simple.place.keys)
    assert archive.verify().is_intact
    assert [each.code for each in verify_joined(log, archive).problems] == ["altered"]
    with pytest.raises(CannotArchive, match="nothing was taken out"):
        take_out(log, file, forged, key_folder=simple.place.keys)
    assert log.archived is None and log.verify().is_intact
    take_out(log, simple.file, simple.archive, key_folder=simple.place.keys)
    assert [each.code for each in verify_joined(log, archive).problems] == ["altered"]
    log.archive_folder.mkdir()
    shutil.copy(file, log.archive_folder)
    with pytest.raises(LogDamaged, match="ends with another entry"):
        list(log.read())
    archive.close()
    other.close()
    simple.place.close()
