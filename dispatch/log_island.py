"""The log of a seat that goes on alone: a file that continues the room's chain, with what was asked beside each entry.

It begins behind an entry of the room's log, its base: the first of its own entries is chained to that one's MAC, under
the same key. So whoever has the room's key can prove what the seat did alone, and from where. The room's entries
themselves are not in it; the state at the base is, as a checkpoint, so that a seat that starts again goes on from it.
"""

from __future__ import annotations

import contextlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from dispatch.chain import Head, read_key, sync_folder
from dispatch.codec import CannotDecode
from dispatch.command_codec import decode_command, encode_command
from dispatch.commands import Command
from dispatch.events import Entry, LogKind
from dispatch.island_base import ALONE, ISLAND_FORMAT, MERGED, Base, file_name
from dispatch.island_keeping import COMMANDS, OUTCOMES, as_kept, keep_state, seal_of
from dispatch.log_interface import LogDamaged, NotSaved, Problem, Verification
from dispatch.log_schema import FORMAT, Row, bytes_of
from dispatch.log_sqlite import SqliteLog
from dispatch.log_table import TableLog
from dispatch.log_verify import verify_rows
from dispatch.permission import REFUSED_ID
from dispatch.state import State


class IslandLog(SqliteLog):
    """Keep what one seat does alone. Entries up to the base stand in the room's log, and are not here.

    Open one that is there with its path; `begin` makes one. What was asked is kept with the entry that answered it,
    both or neither.
    """

    is_island = True
    own_tables = (COMMANDS, OUTCOMES)

    def __init__(self, path: Path, *, key_folder: Path, read_only: bool = False, base: Base | None = None) -> None:
        self._base = base
        self._is_writing = False
        self._held_back: Head | None = None
        super().__init__(path, key_folder=key_folder, read_only=read_only)

    @classmethod
    def begin(
        cls,
        folder: Path,
        room: TableLog,
        state: State,
        *,
        key_folder: Path,
        island_id: str,
        seat: str,
        actor: str,
        at: datetime,
    ) -> IslandLog:
        """Make the log of an island that goes on from `state`, as this seat has it from `room`; asks the store nothing.

        `room` must have been opened with `key_folder`. Raises NotSaved where nothing can be kept here, or where it is
        not known which entry of the room the state stands at.
        """
        head, kind = room.head_at(state.sequence), state.kind
        try:
            key = read_key(key_folder, room.log_id)
        except (OSError, ValueError) as error:
            raise NotSaved("no_key", f"the key of {room.name} cannot be read: {error}") from error
        if key is None:
            raise NotSaved("no_key", f"the key of {room.name} is not on this machine")
        if head is None or kind is None:
            raise NotSaved("failed", f"this seat has not seen how {room.name} ended at entry {state.sequence}")
        base = Base(island_id, room.log_id, room.name, key.id, kind, head, seat, actor, at)
        path = folder / file_name(base)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            keep_state(key_folder / f"{island_id}.checkpoint", key, head, state)
        except OSError as error:
            raise NotSaved("cannot_open", f"nothing can be kept in {folder}: {error}") from error
        log = cls(path, key_folder=key_folder, base=base)
        try:
            for secret in room.secrets_seen:  # who has signed in here can go on doing so
                log.save_secret(secret)
        except BaseException:
            log.discard()
            raise
        return log

    @property
    def base(self) -> Base:
        """Return from where it goes on."""
        assert self._base is not None
        return self._base

    @property
    def path(self) -> Path:
        """Return the file."""
        return self._path

    @property
    def head(self) -> int:
        return max(super().head, self.base.head.sequence)

    def chain_head(self) -> Head | None:
        return super().chain_head() or self.base.head

    @property
    def kind(self) -> LogKind | None:
        return self.base.kind

    @property
    def begins_behind(self) -> int:
        return self.base.head.sequence

    def append_for(self, entry: Entry, command: Command) -> Entry:
        content = encode_command(as_kept(command, entry))
        with self._lock:
            self._check_writable()
            assert self._key is not None
            seal = seal_of(self._key, self.base.island_id, entry.sequence, content)
            self._run("BEGIN IMMEDIATE")
            self._is_writing, self._held_back = True, None
            try:
                kept = self.append(entry)
                self._run("INSERT OR REPLACE INTO commands VALUES (?, ?, ?)", (entry.sequence, content, seal))
                self._run("COMMIT")
            except BaseException:
                with contextlib.suppress(NotSaved, LogDamaged):  # a failed commit may have rolled back already
                    self._run("ROLLBACK")
                raise
            finally:
                self._is_writing, head = False, self._held_back
            if head is not None:
                self._remember(head)
        return kept

    def read(self, after: int = 0) -> Iterator[Entry]:
        if after < self.base.head.sequence:
            raise NotSaved(
                "connection_lost",
                f"entries up to {self.base.head.sequence} stand in {self.base.room_name}, which cannot be reached",
            )
        return super().read(after)

    def asked(self) -> Iterator[tuple[Entry, Command | None]]:
        """Yield its own entries with what was asked, None where something was refused. Raises LogDamaged."""
        for entry in self.read(self.base.head.sequence):
            with self._lock:
                rows = self._run("SELECT body, seal FROM commands WHERE sequence = ?", (entry.sequence,))
            if rows:
                yield entry, self._command(entry, bytes_of(rows[0][0]), bytes_of(rows[0][1]))
            elif entry.command_id.startswith(REFUSED_ID):
                yield entry, None
            else:
                raise LogDamaged(
                    "altered", f"{self.name}: what was asked for entry {entry.sequence} is gone", entry.sequence
                )

    def _command(self, entry: Entry, content: bytes, seal: bytes) -> Command:
        if self._key is not None:
            wanted = seal_of(self._key, self.base.island_id, entry.sequence, content)
            if not hmac.compare_digest(wanted, seal):
                raise LogDamaged(
                    "altered", f"{self.name}: what was asked for entry {entry.sequence} was altered", entry.sequence
                )
        try:
            command = decode_command(content)
        except CannotDecode as error:
            raise LogDamaged(error.code, f"{self.name}: entry {entry.sequence}: {error}", entry.sequence) from error
        if command.id != entry.command_id:
            raise LogDamaged("altered", f"{self.name}: entry {entry.sequence} answers another command", entry.sequence)
        return command

    def verify(self) -> Verification:
        kept = self._head_file.read() if self._head_file is not None else None
        found = verify_rows(
            self.rows(), self._all_shown(), key=self._key or self._misfit, kept=kept, base=self.base.head
        )
        problems = list(found.problems)
        with contextlib.suppress(NotSaved):
            try:
                for _ in self.asked():
                    pass
            except LogDamaged as error:
                if error.sequence is None or error.sequence not in {each.sequence for each in problems}:
                    problems.append(Problem(error.sequence, error.code, str(error)))
        return replace(found, head=found.head or self.base.head, problems=(*problems, *self._strange_code()))

    def keep_outcomes(self, outcomes: Mapping[int, bytes]) -> None:
        """Keep what became of entries in a merge, together. Raises NotSaved."""
        with self._lock:
            self._check_writable()
            self._run("BEGIN IMMEDIATE")
            try:
                for sequence, body in outcomes.items():
                    self._run("INSERT OR REPLACE INTO outcomes VALUES (?, ?)", (sequence, body))
                self._run("COMMIT")
            except BaseException:
                with contextlib.suppress(NotSaved, LogDamaged):
                    self._run("ROLLBACK")
                raise

    def outcomes(self) -> dict[int, bytes]:
        """Return what became of entries so far, by their numbers here."""
        with self._lock:
            rows = self._run("SELECT sequence, body FROM outcomes ORDER BY sequence")
        return {int(sequence): bytes_of(body) for sequence, body in rows}

    def note(self, name: str, value: str) -> None:
        """Keep a word about the merge under a name. Raises NotSaved."""
        with self._lock:
            self._check_writable()
            self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"merge_{name}", value))

    def noted(self, name: str) -> str:
        """Return the word under a name, empty where there is none."""
        return self.kept_meta().get(f"merge_{name}", "")

    def put_away(self) -> Path:
        """Close it after its merge: kept as a file that is only read, without personal data and passwords' hashes.

        Return where it lies. Raises NotSaved, OSError; may be repeated.
        """
        with self._lock:
            self._check_writable()
            for table in ("people", "secrets"):  # the room holds them, and erases them when they must be
                self._run(f"DELETE FROM {table}")
            self._run("PRAGMA wal_checkpoint(TRUNCATE)")
            self._run("PRAGMA journal_mode = DELETE")  # one file, that opens on a read-only disk too
        self.close()
        merged = self._path.with_name(self._path.name.removesuffix(ALONE) + MERGED)
        if self._path != merged:
            self._path.replace(merged)
        merged.chmod(0o400)
        self._checkpoint_file.unlink(missing_ok=True)
        for end in (".lock", "-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)
        sync_folder(merged.parent)
        return merged

    def discard(self) -> None:
        """Close and remove it: nothing was done on this island."""
        self.close()
        head = self._head_file.path if self._head_file is not None else None
        for path in (*(self._path.with_name(self._path.name + end) for end in ("", ".lock", "-wal", "-shm")), head):
            if path is not None:
                path.unlink(missing_ok=True)
        self._checkpoint_file.unlink(missing_ok=True)

    def _key_name(self, meta: Mapping[str, str]) -> str:
        return meta["room_id"]

    def _new_meta(self) -> dict[str, str]:
        if self._base is None:
            raise NotSaved("cannot_open", f"{self.name} holds no island: it was never begun")
        return self._base.meta()

    def _read_meta(self) -> dict[str, str] | None:
        meta = super()._read_meta()
        if not meta or "format" not in meta or meta.get("log_id") == "newer":
            return meta
        word, _, version = meta["format"].partition(" ")
        if word != "island" or not version.isdigit():
            raise LogDamaged("not_a_log", f"{self.name} is not the log of an island")
        if int(version) > ISLAND_FORMAT:
            return meta | {"format": str(FORMAT + 1)}
        try:
            self._base = Base.read(meta)
        except (KeyError, ValueError) as error:
            raise LogDamaged("not_a_log", f"{self.name} is not the log of an island: {error}") from error
        return meta | {"format": str(FORMAT)}

    def _create(self) -> None:
        super()._create()
        sync_folder(self._path.parent)

    def _mac_at(self, sequence: int) -> bytes | None:
        base = self.base.head
        return base.mac if sequence == base.sequence else super()._mac_at(sequence)

    def _insert(self, row: Row, guard: tuple[int, int, bytes]) -> list[Row]:
        if guard[1] == self.base.head.sequence:  # the entry before stands in the room's log
            guard = (1, *guard[1:])
        return super()._insert(row, guard)

    def _remember(self, head: Head) -> None:
        if self._is_writing:
            self._held_back = head  # it is not durable yet, and the head never leads
        else:
            super()._remember(head)
