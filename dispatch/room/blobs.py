"""Contents of a room by their SHA-256 in its PostgreSQL: photographs and recordings, in pieces, of any size.

What is put there is sent piece by piece, goes on where it was cut, is held against what the server has of it, and then
becomes whole in one transaction. What is fetched is held to its name. Memory stays at a piece or two.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dispatch.room.blob_line import SEARCH_S, BlobAltered, BlobErased, BlobLine, Connect, NoBlobs
from dispatch.room.bring_blob import PIECE_BYTES, Report, bring, nobody_listens
from dispatch.server_blobs import ORDER_SQL

__all__ = ["PIECE_BYTES", "Blob", "BlobAltered", "BlobErased", "BlobMissing", "Coming", "NoBlobs", "RoomBlobs"]

ASKED = 1000  # names in one statement


class BlobMissing(LookupError):
    """The room's store does not hold that content, or not all of it yet."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Describe one content that is whole in the room: its name, what it is, and which seat brought it (aware UTC)."""

    sha256: str
    media_type: str
    size_bytes: int
    pieces: int
    seat: str
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Coming:
    """Say which seat has begun to bring a content, and how much of it has come (0 to 1)."""

    seat: str
    share: float


class RoomBlobs:
    """Put and fetch contents over a connection of its own, made when it is needed. It belongs to one thread.

    `stop`, from any thread, ends what is under way and whatever comes after. Every call raises NotSaved where the
    server cannot be reached, and NoBlobs where it keeps no contents.
    """

    def __init__(self, connect: Connect, *, seat: str = "") -> None:
        self._line, self._seat = BlobLine(connect), seat

    def find(self, names: Iterable[str]) -> dict[str, Blob]:
        """Return those of these contents that are whole in the room."""
        rows = self._asked(f"SELECT {_COLUMNS} FROM blobs WHERE sha256 = ANY(%s)", names)
        return {row[0]: Blob(*row) for row in rows}

    def erased(self, names: Iterable[str]) -> set[str]:
        """Return those of these contents that were erased here, as the log says."""
        return {row[0] for row in self._asked("SELECT sha256 FROM blobs_erased WHERE sha256 = ANY(%s)", names)}

    def coming(self, names: Iterable[str]) -> dict[str, Coming]:
        """Return those of these contents that a seat has begun to bring."""
        text = (
            "SELECT u.sha256, u.seat, u.pieces, (SELECT count(*) FROM blob_pieces p WHERE p.sha256 = u.sha256) "
            "FROM blob_uploads u WHERE u.sha256 = ANY(%s)"
        )
        return {name: Coming(seat, min(1.0, had / pieces)) for name, seat, pieces, had in self._asked(text, names)}

    def all(self) -> list[Blob]:
        """Return every content that is whole, in the order of their names."""
        return [Blob(*row) for row in self._line.run(f"SELECT {_COLUMNS} FROM blobs ORDER BY sha256", most_s=SEARCH_S)]

    def put(self, file: Path, sha256: str, media_type: str, *, report: Report = nobody_listens) -> bool:
        """Bring a file's content to the room; tell whether it was not there before.

        What came of it earlier is not sent again. Raises BlobAltered where the file is not what its name says,
        BlobErased, OSError; what `report` raises leaves what came, for the next time.
        """
        return bring(self._line, file, sha256, media_type, seat=self._seat, report=report)

    def together(self, blobs: Sequence[Blob]) -> dict[str, bytes]:
        """Return contents of one piece each in one answer, unchecked; what is missing is left out."""
        names = [blob.sha256 for blob in blobs]
        text = "SELECT sha256, body FROM blob_pieces WHERE sha256 = ANY(%s) AND number = 0"
        return {name: bytes(body) for name, body in self._line.run(text, (names,))}

    def fetch(self, sha256: str, part: Path, *, blob: Blob | None = None, report: Report = nobody_listens) -> Blob:
        """Write a content into the file `part`, durably; one that was cut goes on where it ended.

        `blob` is what `find` said of it just now.

        Raises BlobMissing; BlobAltered for what is not what its name says, and then leaves no file; OSError.
        """
        blob = blob or self.find((sha256,)).get(sha256)
        if blob is None:
            raise BlobMissing(f"the room does not hold {sha256[:12]}")
        try:
            with os.fdopen(os.open(part, os.O_CREAT | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600), "r+b") as out:
                found, first = self._go_on(blob, out)
                for number, body in enumerate(self.pieces(blob, first=first), first):
                    out.write(body)
                    found.update(body)
                    report((number + 1) / blob.pieces)
                out.flush()
                os.fsync(out.fileno())
            if found.hexdigest() != sha256:
                raise BlobAltered(
                    f"what the room keeps as {sha256[:12]} is not what was brought: its hash does not fit"
                )
        except BlobAltered:
            part.unlink(missing_ok=True)
            raise
        return blob

    def pieces(self, blob: Blob, *, first: int = 0) -> Iterator[bytes]:
        """Yield a content's pieces, from one of them on. Raises BlobAltered where one is missing."""
        for number in range(first, blob.pieces):
            rows = self._line.run(
                "SELECT body FROM blob_pieces WHERE sha256 = %s AND number = %s", (blob.sha256, number)
            )
            if not rows:
                raise BlobAltered(f"a piece of {blob.sha256[:12]} is missing from the room's store")
            yield bytes(rows[0][0])

    def is_intact(self, blob: Blob) -> bool:
        """Read a whole content and tell whether it is what its name says."""
        found = hashlib.sha256()
        try:
            for body in self.pieces(blob):
                found.update(body)
        except BlobAltered:
            return False
        return found.hexdigest() == blob.sha256

    def erase(self, sha256: str) -> bool:
        """Erase a content for good, by the entry of the log that says so; tell whether any of it was there.

        Raises LookupError where no entry does.
        """
        if self.erased((sha256,)):
            return False
        rows = self._line.run(ORDER_SQL, (sha256,), most_s=SEARCH_S)
        if not rows:
            raise LookupError(f"no entry of the log says that {sha256[:12]} is erased")
        with self._line.transaction():
            self._line.run(
                "INSERT INTO blobs_erased (sha256, sequence) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (sha256, rows[0][0]),
            )
            self._line.run("DELETE FROM blob_uploads WHERE sha256 = %s", (sha256,))
            whole = self._line.run("DELETE FROM blobs WHERE sha256 = %s RETURNING 1", (sha256,))
            some = self._line.run("DELETE FROM blob_pieces WHERE sha256 = %s RETURNING 1", (sha256,), most_s=SEARCH_S)
        return bool(whole or some)

    def rest(self) -> None:
        """Let the connection go until it is needed again."""
        self._line.rest()

    def stop(self) -> None:
        """End what is under way, from any thread; every later call raises NotSaved. The connection is the caller's."""
        self._line.stop()

    def close(self) -> None:
        """Let the connection go for good, from the thread that uses it."""
        self._line.rest()
        self._line.stop()

    def _go_on(self, blob: Blob, out: Any) -> tuple[Any, int]:
        """Return the hash of what a cut file holds in whole pieces, and the number of the next; it stands behind it."""
        if not os.fstat(out.fileno()).st_size:
            return hashlib.sha256(), 0
        size = self._line.run(
            "SELECT octet_length(body) FROM blob_pieces WHERE sha256 = %s AND number = 0", (blob.sha256,)
        )
        piece_bytes = size[0][0] if size else PIECE_BYTES
        had = os.fstat(out.fileno()).st_size
        first = min(had // piece_bytes, blob.pieces - 1)
        found = hashlib.sha256()
        for _ in range(first):
            found.update(out.read(piece_bytes))
        out.seek(first * piece_bytes)
        out.truncate()
        return found, first

    def _asked(self, text: str, names: Iterable[str]) -> Iterator[Sequence[Any]]:
        wanted = list(dict.fromkeys(names))
        for start in range(0, len(wanted), ASKED):
            yield from self._line.run(text, (wanted[start : start + ASKED],))


_COLUMNS = "sha256, media_type, size_bytes, pieces, seat, stored_at"
