"""Bring a content to a room's server: a small one in one way there and back, a long one piece by piece.

What is brought is held against what the server has of it, and then becomes whole in one transaction, durably.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dispatch.log_interface import NotSaved
from dispatch.room.blob_line import BlobAltered, BlobErased, BlobLine, BlobWhole

PIECE_BYTES = 512 * 1024
COMPARED = 32  # pieces whose hashes the server makes in one statement

Report = Callable[[float], None]
"""Hear how far a transfer is (0 to 1). It is called between two pieces; what it raises ends the transfer there."""

_STANDS = "SELECT EXISTS (SELECT 1 FROM blobs WHERE sha256 = %s), EXISTS (SELECT 1 FROM blobs_erased WHERE sha256 = %s)"
_DURABLY = "SET LOCAL synchronous_commit = on"
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"  # the triggers' own: taken later, two would deadlock
_ADD_PIECE = (
    "INSERT INTO blob_pieces (sha256, number, body) VALUES (%s, %s, %s) ON CONFLICT (sha256, number) DO NOTHING"
)
_ADD_WHOLE = "INSERT INTO blobs (sha256, media_type, size_bytes, pieces, seat) SELECT %s, %s, %s::bigint, %s::int, %s"
_IF_ALIKE = "WHERE (SELECT sha256(body) FROM blob_pieces WHERE sha256 = %s AND number = 0) = %s RETURNING 1"
_CLEAR_UNLIKE = (
    "DELETE FROM blob_pieces WHERE sha256 = %s AND (number > 0 OR sha256(body) <> %s) "
    "AND NOT EXISTS (SELECT 1 FROM blobs WHERE sha256 = %s)"
)


def nobody_listens(share: float) -> None:
    """Take a report and do nothing."""


def bring(line: BlobLine, file: Path, sha256: str, media_type: str, *, seat: str, report: Report) -> bool:
    """Bring a file's content; tell whether it was not there before. What came of it earlier is not sent again.

    Raises BlobAltered where the file is not what its name says, BlobErased, NotSaved, OSError.
    """
    [(is_whole, is_erased)] = line.run(_STANDS, (sha256, sha256))
    if is_whole:
        return False
    if is_erased:
        raise BlobErased(f"the log says that {sha256[:12]} is erased")
    digests = _digests_of(file, sha256)
    values = sha256, media_type, file.stat().st_size, len(digests), seat
    try:
        if len(digests) == 1:
            report(0.0)
            made = _bring_at_once(line, file.read_bytes(), digests[0], values)
        else:
            _bring_pieces(line, file, digests, values, report)
            _, made = line.run_together((_DURABLY, ()), (f"{_ADD_WHOLE} ON CONFLICT DO NOTHING RETURNING 1", values))
    except BlobWhole:
        return False  # another seat brought the same meanwhile
    report(1.0)
    return bool(made)


def _bring_at_once(line: BlobLine, body: bytes, digest: bytes, values: Sequence[Any]) -> Sequence[Any]:
    """Bring a content of one piece, which becomes whole only where the server has it as it is."""
    name = values[0]
    *_, made = line.run_together(
        (_DURABLY, ()),
        (_ALONE, (name,)),
        (_CLEAR_UNLIKE, (name, digest, name)),
        (_ADD_PIECE, (name, 0, body)),
        (f"{_ADD_WHOLE} {_IF_ALIKE}", (*values, name, digest)),
    )
    if not made:
        raise NotSaved("failed", f"the room's store does not keep {name[:12]} as it is sent")
    return made


def _bring_pieces(line: BlobLine, file: Path, digests: Sequence[bytes], values: Sequence[Any], report: Report) -> None:
    """Bring what the room lacks of a content, until the server has all of it as it is."""
    name, _, _, count, seat = values
    *_, rows = line.run_together(
        (
            "INSERT INTO blob_uploads (sha256, seat, pieces) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (name, seat, count),
        ),
        ("DELETE FROM blob_pieces WHERE sha256 = %s AND number >= %s", (name, count)),
        ("SELECT number FROM blob_pieces WHERE sha256 = %s", (name,)),
    )
    had = {row[0] for row in rows}
    wrong: Sequence[int] = [number for number in range(count) if number not in had]
    for _ in range(3):
        _send(line, file, name, wrong, count, report)
        wrong = _unlike(line, name, digests)
        if not wrong:
            return
    raise NotSaved("failed", f"the room's store does not keep {name[:12]} as it is sent")


def _send(line: BlobLine, file: Path, name: str, numbers: Sequence[int], of: int, report: Report) -> None:
    with file.open("rb") as source:
        for done, number in enumerate(numbers, of - len(numbers)):
            report(done / of)
            source.seek(number * PIECE_BYTES)
            body = source.read(PIECE_BYTES)
            if not body:
                raise BlobAltered(f"{file.name[:12]} became shorter while it was sent")
            line.run(_ADD_PIECE, (name, number, body))


def _unlike(line: BlobLine, name: str, digests: Sequence[bytes]) -> list[int]:
    """Return the numbers of pieces that the server has otherwise or not, having removed those that it has."""
    wrong: list[int] = []
    for start in range(0, len(digests), COMPARED):
        text = "SELECT number, sha256(body) FROM blob_pieces WHERE sha256 = %s AND number >= %s AND number < %s"
        had = {row[0]: bytes(row[1]) for row in line.run(text, (name, start, start + COMPARED))}
        there = range(start, min(start + COMPARED, len(digests)))
        wrong += [number for number in there if had.get(number) != digests[number]]
    if wrong:
        line.run("DELETE FROM blob_pieces WHERE sha256 = %s AND number = ANY(%s)", (name, wrong))
    return wrong


def _digests_of(file: Path, sha256: str) -> list[bytes]:
    """Return the SHA-256 of each piece of a file. Raises BlobAltered unless it is what its name says."""
    whole, digests = hashlib.sha256(), list[bytes]()
    with file.open("rb") as source:
        while body := source.read(PIECE_BYTES):
            whole.update(body)
            digests.append(hashlib.sha256(body).digest())
    if whole.hexdigest() != sha256:
        raise BlobAltered(f"{file.name[:12]} is not what its name says: it is not brought to the room")
    return digests
