"""The photographs and recordings that a backup takes along: from a folder beside a log, or from a room's store."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from dispatch.evidence_store import EvidenceAltered, EvidenceMissing, EvidenceStore
from dispatch.log_interface import NotSaved
from dispatch.room.blob_courier import media_type_of
from dispatch.room.blobs import BlobAltered, BlobMissing, RoomBlobs

PIECE_BYTES = 1 << 20
CONTENT, PIECE = "photographs", "pieces"


class Contents(Protocol):
    """Where the contents of a log are kept, by their SHA-256."""

    def names(self) -> Iterable[str]:
        """Name all that is kept."""

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a content in pieces. Raises LookupError where it is gone; one that is spoilt may come as it is."""

    def put_back(self, name: str, file: Path) -> bool:
        """Keep a content that was proved, from a file; tell whether it is new here."""

    def take_back(self, name: str) -> None:
        """Undo `put_back`, where the place can do that."""

    def close(self) -> None:
        """Let go of what was opened for it."""


class FolderContents:
    """Take from, and put back into, the folder beside a log's file."""

    def __init__(self, store: EvidenceStore) -> None:
        self._store = store

    def names(self) -> Iterable[str]:
        return sorted(self._store.names())

    def pieces(self, name: str) -> Iterator[bytes]:
        try:
            data = self._store.read(name)
        except EvidenceAltered as error:
            raise EvidenceMissing(str(error)) from error
        yield from (data[at : at + PIECE_BYTES] for at in range(0, len(data), PIECE_BYTES))

    def put_back(self, name: str, file: Path) -> bool:
        return self._store.put_back(name, file.read_bytes())

    def take_back(self, name: str) -> None:
        with contextlib.suppress(OSError):
            self._store.erase(name)

    def close(self) -> None:
        """Do nothing: files are opened one by one."""


class RoomContents:
    """Take from, and put back into, the store of a room. What was put back is not taken away again: it does no harm."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._blobs = RoomBlobs(self._connect, seat="backup")
        try:
            self._all = {blob.sha256: blob for blob in self._blobs.all()}  # NoBlobs where it keeps none
        except BaseException:
            self._blobs.close()
            raise

    def names(self) -> Iterable[str]:
        return sorted(self._all)

    def pieces(self, name: str) -> Iterator[bytes]:
        try:
            yield from self._blobs.pieces(self._all[name])
        except BlobAltered as error:  # perhaps erased meanwhile
            raise BlobMissing(str(error)) from error

    def put_back(self, name: str, file: Path) -> bool:
        return self._blobs.put(file, name, media_type_of(file))

    def take_back(self, name: str) -> None:
        """Leave it: the server lets nothing go that no entry says is erased."""

    def close(self) -> None:
        self._blobs.close()

    def _connect(self) -> Any:
        import psycopg

        from dispatch.server_settings import complete

        _, whole = complete(self._address, defaults={"connect_timeout": "5", "application_name": "opsroom backup"})
        try:
            return psycopg.connect(whole, autocommit=True)
        except psycopg.Error as error:
            raise NotSaved(
                "connection_lost", (str(error).splitlines() or ["the server cannot be reached"])[0]
            ) from None


def records_of(contents: Contents) -> Iterator[tuple[str, object]]:
    """Yield the records of all contents: each its name, then its pieces. One that is gone or cut is left out or cut."""
    for name in contents.names():
        is_begun = False
        with contextlib.suppress(LookupError):  # said as missing by whoever reads it back
            for piece in contents.pieces(name):
                if not is_begun:
                    yield CONTENT, (name,)
                    is_begun = True
                yield PIECE, (piece,)


class Gathered:
    """Put the pieces of contents together in a file, one content at a time; `with` it, so that the file goes away."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="opsroom-restore-")
        self._file = Path(self._folder.name, "content")
        self._hash = hashlib.sha256()
        self._name = ""

    def __enter__(self) -> Gathered:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def take(self, record: tuple[str, tuple[Any, ...]], *, keep: bool = True) -> None:
        """Take a record of a content; with `keep` its bytes go into the file."""
        kind, (value,) = record
        if kind == CONTENT:
            self._name, self._hash = str(value), hashlib.sha256()
            if keep:
                self._file.write_bytes(b"")
            return
        self._hash.update(value)
        if keep:
            with self._file.open("ab") as out:
                out.write(value)

    def whole(self) -> tuple[str, Path] | None:
        """Return the content that has come, None unless it is what its name says."""
        name, self._name = self._name, ""
        return (name, self._file) if name and self._hash.hexdigest() == name else None
