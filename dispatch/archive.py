"""The old years of a log in a file of their own: entries 1 to N as they stand, proved, and opened as any log is.

An archive is an SQLite log that nothing writes to. It holds all entries from the first on, and the answers shown until
then; names and numbers of callers, passwords and photographs stay with the log, where they can be erased. That it ends
where it should is proved against the log, in which the chain goes on.

First it is written and proved. Only then, and only if asked, the same entries are taken out of the log, in whose place
it keeps a sealed record and the state there (`dispatch.old_entries`). No seat can do that: on a server it takes the
owner of the database, in a file whoever holds it alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dispatch.chain import Head, Key, read_key
from dispatch.events import UnitAssigned
from dispatch.log_interface import LogDamaged, Problem, StoredRow, Verification
from dispatch.log_refill import refill
from dispatch.log_sqlite import ARCHIVE_ID, SqliteLog, is_archive
from dispatch.log_table import TableLog
from dispatch.log_verify import verify_rows
from dispatch.old_entries import Archive, Run, archive_tables, keep_record, keep_state
from dispatch.server_roles import ADMIN, SEAT
from dispatch.state import FOLD_VERSION, State, fold

_META = ("format", "log_id", "key_id")
_RECORDED_AT, _SHOWN_SEQUENCE = 3, 3  # of the columns of entries, of answers


class CannotArchive(ValueError):
    """Nothing can be archived as asked; the message says why, and what would help."""


@dataclass(frozen=True, slots=True)
class Written:
    """Say what an archive holds: how far it reaches, and how many answers that were shown."""

    archive: Archive
    answers: int


def write_archive(log: TableLog, out: Path, *, before: datetime, key_folder: Path) -> Written:
    """Write what was recorded before an instant to a new file, prove it there, and only then give it its name.

    Raises CannotArchive, LogDamaged where the log itself is bad, NotSaved, OSError; nothing is left at `out` then.
    """
    meta, key = log.kept_meta(), _key_of(log, key_folder)
    next(log.read(), None)  # says what is needed where the first entries are not at hand
    upto, recorded_at = _last_before(log, before)
    kind = log.kind
    if kind is None or upto.sequence == (log.archived.upto.sequence if log.archived else 0):
        raise CannotArchive(f"{log.name}: what is from before {before:%Y-%m-%d} is archived already")
    counts = {"entries": upto.sequence, "shown": 0}

    def rows() -> Iterator[tuple[str, tuple[Any, ...]]]:
        for row in log.rows():
            if row.sequence > upto.sequence:
                break
            yield "entries", (*row.columns, row.body, row.mac)
        for shown in log.kept_beside("shown"):
            if shown[_SHOWN_SEQUENCE] <= upto.sequence:
                counts["shown"] += 1
                yield "shown", tuple(shown)

    def check(stored: Iterable[StoredRow], found: Mapping[str, int]) -> None:
        verified = verify_rows(stored, (), key=key, kept=upto)
        if verified.problems:
            problem = verified.problems[0]
            raise LogDamaged(problem.code, f"{log.name}: {problem.text}", problem.sequence)
        if verified.head != upto or any(found[name] != number for name, number in counts.items()):
            raise CannotArchive(f"what was written of {log.name} is not what it holds: nothing of it was kept")

    refill(str(out), {name: meta[name] for name in _META}, rows(), check=check, application_id=ARCHIVE_ID)
    out.chmod(0o400)
    with out.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Written(Archive(upto, kind, recorded_at, out.name, digest), counts["shown"])


def open_archive(file: Path, *, key_folder: Path) -> SqliteLog:
    """Open an archive. Raises CannotArchive for what is none, and as opening a log does."""
    if not is_archive(file):
        raise CannotArchive(f"{file} is no archive of a log" if file.is_file() else f"there is no file {file}")
    return SqliteLog(file, key_folder=key_folder, read_only=True)


def take_out(log: TableLog, file: Path, archive: Archive, *, key_folder: Path) -> int:
    """Take what an archive holds out of its log, all or nothing; return how many entries that were.

    The archive is read and proved once more, and the state at its end is made from it. Raises CannotArchive,
    LogDamaged, NotSaved, OSError: nothing was taken out then.
    """
    key = _key_of(log, key_folder)
    before = log.archived.upto.sequence if log.archived is not None else 0
    state = _state_of(log, file, archive.upto, key_folder)
    with file.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != archive.digest:
            raise CannotArchive(f"{file} is not the file that was proved")
    still_named = _answers_named(log, archive.upto.sequence)
    upto = archive.upto.sequence
    is_shared = "://" in log.name
    with log.changing() as run:
        _make_tables(run, log, is_shared=is_shared)
        if is_shared:
            run("SELECT set_config('opsroom.archiving', 'on', true)", ())
        [[count, mac]] = run(
            "SELECT count(*), (SELECT mac FROM entries WHERE sequence = ?) FROM entries WHERE sequence <= ?",
            (upto, upto),
        )
        if count != upto - before or mac is None or bytes(mac) != archive.upto.mac:
            raise CannotArchive(f"{log.name} is not what {file} was made from: nothing was taken out")
        keep_record(run, key, archive)
        keep_state(run, key, archive.upto, FOLD_VERSION, state)
        run("DELETE FROM bases WHERE upto < ?", (upto,))
        run("DELETE FROM entries WHERE sequence <= ?", (upto,))
        for name in _answers_of(run, upto):
            if name not in still_named:
                run("DELETE FROM shown WHERE hash = ?", (name,))
    log.see_archived()
    if isinstance(log, SqliteLog):
        log.shrink()
    return int(count)


def refold(log: TableLog, file: Path, *, key_folder: Path) -> int:
    """Make the state at a log's base anew from its archive, for this program's fold; return the base's number.

    Raises CannotArchive, LogDamaged, NotSaved.
    """
    if log.archived is None:
        raise CannotArchive(f"nothing was taken out of {log.name}: it needs no archive")
    upto = log.archived.upto
    state = _state_of(log, file, upto, key_folder)
    with log.changing() as run:
        keep_state(run, _key_of(log, key_folder), upto, FOLD_VERSION, state)
    return upto.sequence


def verify_joined(log: TableLog, archive: SqliteLog) -> Verification:
    """Check a log and an archive of it as the one chain that they are: both, and where they meet. Raises NotSaved."""
    old, own = archive.verify(), log.verify()
    problems = [replace(each, text=f"{archive.name}: {each.text}") for each in old.problems]
    joint = archive.chain_head()
    if log.log_id != archive.log_id or joint is None:
        problems.append(Problem(None, "altered", f"{archive.name} is an archive of another log"))
    elif log.archived is not None and joint.sequence < log.archived.upto.sequence:
        text = (
            f"{archive.name} ends with entry {joint.sequence}, and the log begins behind {log.archived.upto.sequence}"
        )
        problems.append(Problem(joint.sequence + 1, "gap", text))
    elif log.mac_of(joint.sequence) != joint.mac:
        text = f"entry {joint.sequence}, with which {archive.name} ends, is not the one that the log goes on from"
        problems.append(Problem(joint.sequence, "altered", text))
    told = tuple(what for what in own.unchecked if log.archived is None or "are archived in" not in what)
    return replace(own, problems=(*problems, *own.problems), unchecked=told)


def _last_before(log: TableLog, before: datetime) -> tuple[Head, datetime]:
    found: tuple[Head, datetime] | None = None
    for row in log.rows():
        recorded_at = datetime.fromisoformat(str(row.columns[_RECORDED_AT])).astimezone(UTC)
        if recorded_at >= before:
            break
        found = Head(row.sequence, row.mac), recorded_at
    if found is None:
        raise CannotArchive(f"{log.name} holds no entry from before {before:%Y-%m-%d}")
    return found


def _state_of(log: TableLog, file: Path, upto: Head, key_folder: Path) -> State:
    """Return the state at the end of an archive, every entry of which is proved on the way."""
    archive = open_archive(file, key_folder=key_folder)
    try:
        if archive.log_id != log.log_id or archive.chain_head() != upto:
            raise CannotArchive(f"{file} is not the archive that {log.name} goes on from")
        return fold(State(), archive.read())
    finally:
        archive.close()


def _answers_named(log: TableLog, upto: int) -> set[str]:
    """Return the answers that entries behind `upto` say units were sent by."""
    return {
        event.recommendation
        for entry in log.read(after=upto)
        for event in entry.events
        if isinstance(event, UnitAssigned) and event.recommendation
    }


def _answers_of(run: Run, upto: int) -> list[str]:
    return [str(row[0]) for row in run("SELECT hash FROM shown WHERE sequence <= ?", (upto,))]


def _make_tables(run: Run, log: TableLog, *, is_shared: bool) -> None:
    words = {"integer": "BIGINT", "blob": "BYTEA"} if is_shared else {"integer": "INTEGER", "blob": "BLOB"}
    for statement in archive_tables(**words):
        run(statement, ())
    if is_shared and "server_version" in log.kept_meta():  # made by an older `server init`
        run(f"GRANT SELECT ON archives, bases TO {SEAT}, {ADMIN}", ())


def _key_of(log: TableLog, key_folder: Path) -> Key:
    meta = log.kept_meta()
    key = read_key(key_folder, meta["log_id"])
    if key is None or key.id != meta["key_id"]:
        raise CannotArchive(f"the key of {log.name} is not here: an archive that nobody can prove is none")
    return key
