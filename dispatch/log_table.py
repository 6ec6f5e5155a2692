"""The log as one table, whatever database keeps it: what SQLite and PostgreSQL have in common."""

from __future__ import annotations

import contextlib
import secrets
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from dispatch.chain import Head, HeadFile, Key, key_file, make_key, read_key
from dispatch.checkpoint import keep_checkpoint, open_checkpoint, read_checkpoint, seal_checkpoint
from dispatch.log_entries import EntriesTable
from dispatch.log_interface import LogDamaged, NotSaved, Verification
from dispatch.log_schema import FORMAT
from dispatch.log_verify import verify_rows
from dispatch.old_entries import Run
from dispatch.state import State


class TableLog(EntriesTable):
    """Open a log in its table with its key, keep checkpoints of it and verify it.

    The subclass connects, runs statements and says in our words what went wrong.
    """

    def __init__(self, name: str, *, key_folder: Path, read_only: bool) -> None:
        super().__init__(name, read_only=read_only)
        self._key_folder = key_folder
        self._misfit: Key | None = None

    @abstractmethod
    def _read_meta(self) -> dict[str, str] | None:
        """Return the table of names and values, None where the store is empty."""

    @abstractmethod
    def _create(self) -> None:
        """Make the tables and fill `meta` by `_new_meta`, all or nothing, unless another seat was first."""

    @abstractmethod
    def changing(self) -> contextlib.AbstractContextManager[Run]:
        """Give what runs statements (marks `?`) as one change, all or nothing, with an owner's rights.

        For taking out what was archived and nothing else. Raises NotSaved.
        """

    @abstractmethod
    def _disconnect(self) -> None: ...

    def _new_meta(self) -> dict[str, str]:
        log_id = secrets.token_hex(16)
        try:
            key = make_key(self._key_folder, log_id)
        except OSError as error:
            raise NotSaved("no_key", f"no key can be kept in {self._key_folder}: {error}") from error
        return {"format": str(FORMAT), "log_id": log_id, "key_id": key.id}

    def _open(self) -> None:
        """Take the log in hand: its format, its key, and whether it reaches as far as the kept head."""
        meta = self._read_meta()
        if meta is None:
            if self._read_only:
                raise NotSaved("cannot_open", f"{self.name} holds no log")
            self._create()
            meta = self._read_meta() or {}
        found = meta.get("format", "")
        if not found.isdigit() or not meta.get("log_id", "").isalnum():
            raise LogDamaged("not_a_log", f"{self.name} is not a log of this program")
        if int(found) > FORMAT:
            raise LogDamaged(
                "newer_format",
                f"{self.name} was made by a newer program (format {found}, this one knows {FORMAT}): "
                "update this program; nothing was changed",
            )
        self._log_id = meta["log_id"]
        try:
            key = read_key(self._key_folder, self._key_name(meta))
        except (OSError, ValueError) as error:
            raise NotSaved("no_key", f"the key of {self.name} cannot be read: {error}") from error
        if key is not None and key.id == meta.get("key_id"):
            self._key = key
            if self._head_file is not None:  # it is opened again
                self._head_file.close()
            self._head_file = HeadFile(self._key_folder, self._log_id, key)
        else:
            self._misfit = key
        self.see_archived()
        if self._read_only:
            return
        if self._key is None:
            where = key_file(self._key_folder, self._key_name(meta))
            what = "is not the key of this log" if self._misfit is not None else "is missing"
            raise NotSaved(
                "no_key",
                f"{where} {what}: copy it from the seat that made {self.name}, or open the log read-only",
            )
        self._check_end()

    def _key_name(self, meta: Mapping[str, str]) -> str:
        """Return the id of the log whose key this one is written with."""
        return meta["log_id"]

    @property
    def archive_folder(self) -> Path:
        """Return where archives of this log are looked for."""
        return self._key_folder / f"{self._log_id}.archives"

    @property
    def log_id(self) -> str:
        """Return the id under which the log's key is kept."""
        return self._log_id

    def _check_end(self) -> None:
        """Hold the end of the log against the kept head, and follow the chain from there."""
        assert self._head_file is not None
        kept = self._head_file.read()
        if kept is None:
            return
        if self._old is not None and self.archived is not None and kept.sequence < self._old.upto:
            kept = self.archived.upto  # this seat was away since before
        if self._mac_at(kept.sequence) != kept.mac:
            end = self.head
            if end >= kept.sequence:
                raise LogDamaged("altered", f"{self.name}: entry {kept.sequence} was altered", kept.sequence)
            raise LogDamaged(
                "shorter_than_head",
                f"{self.name} ends with entry {end}, but had come to {kept.sequence}: it was cut, or is an older copy. "
                f"If a copy was brought back on purpose, move {self._head_file.path} away and open it again",
                end + 1,
            )
        self._last = kept
        for _ in self._rows(kept.sequence):
            pass

    def save_checkpoint(self, state: State, fold_version: str) -> None:
        if self._key is None or self._read_only:
            return
        mac = self._mac_at(state.sequence)
        if mac is None:
            raise ValueError(f"the log holds no entry {state.sequence}")
        content = seal_checkpoint(self._key, Head(state.sequence, mac), fold_version, state)
        keep_checkpoint(self._checkpoint_file, content)
        self._share_checkpoint(fold_version, state.sequence, content)

    def load_checkpoint(self, fold_version: str) -> State | None:
        if self._key is None:
            return None
        own = self._fitting(read_checkpoint(self._checkpoint_file, self._key, fold_version))
        for content in self._shared_checkpoints(fold_version, own.sequence if own is not None else 0):
            shared = self._fitting(open_checkpoint(content, self._key, fold_version))
            if shared is not None:
                if not self._read_only:
                    with contextlib.suppress(OSError):
                        keep_checkpoint(self._checkpoint_file, content)
                return shared
        if own is not None:
            return own
        self.see_archived()
        if self._old is not None:
            return self._old.state(fold_version, None if self._read_only else self._checkpoint_file)
        return None

    def _fitting(self, found: tuple[Head, State] | None) -> State | None:
        """Return the state of a checkpoint that is one of this log, as far as this log goes."""
        return found[1] if found is not None and self._mac_at(found[0].sequence) == found[0].mac else None

    def _share_checkpoint(self, fold_version: str, sequence: int, content: bytes) -> None:
        """Offer a checkpoint to other seats, where there are any."""

    def _shared_checkpoints(self, fold_version: str, than: int) -> Iterator[bytes]:
        """Yield what other seats offer that is newer than the entry `than`, newest first; nothing of it is checked."""
        return iter(())

    def kept_meta(self) -> dict[str, str]:
        """Return what the log says of itself: its format, its id, its key's id. Raises NotSaved."""
        with self._lock:
            return self._read_meta() or {}

    def verify(self) -> Verification:
        head = self._head_file.read() if self._head_file is not None else None
        self.see_archived()
        archive, base = self._archive(), self.archived
        answers = chain(archive._all_shown(), self._all_shown()) if archive is not None else self._all_shown()
        found = verify_rows(
            self.rows(),
            answers,
            key=self._key or self._misfit,
            kept=head,
            base=base.upto if base is not None and archive is None else None,
        )
        if self._old is not None and archive is None:
            return replace(found, unchecked=(*found.unchecked, self._old.told()))
        return found

    def close(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed = True
                if self._head_file is not None:
                    self._head_file.close()
                if self._old is not None:
                    self._old.close()
                self._disconnect()

    @property
    def _checkpoint_file(self) -> Path:
        return self._key_folder / f"{self._log_id}.checkpoint"
