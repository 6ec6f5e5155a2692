"""The file of a backup: records in a packed stream, sealed or plain, with an end that proves all before it.

A record is a 4-byte length (big-endian) and msgpack of its kind and its body: a header, rows, photographs, an end with
counts, the log's head, and the SHA-256 of every record before. The stream is gzip: rows packed, photographs, which
nothing makes smaller, as they are. A sealed file is that stream in the age format (see `dispatch.sealing`).
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import zlib
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from dispatch.sealing import BY_PASSPHRASE, SEALED, CannotOpen, Opener, Seal, opened, seal

MAGIC = "opsroom backup"
FORMAT = 2
AS_THEY_ARE = frozenset({"photographs", "pieces"})  # kinds that nothing makes smaller
LONGEST_RECORD = 300_000_000
_COMPRESSION = 3
_GZIP = b"\x1f\x8b"
_WINDOW = 31  # of zlib: gzip's own head and tail


class BackupBad(ValueError):
    """A backup cannot be made, or is not what was written; the message says what, and what would help."""


class Header(msgspec.Struct):
    """Begin a backup: which log it is of, and when it was made (aware UTC).

    `key` is the log's key (hexadecimal), in sealed files only; `photographs` tells whether they were to be in it.
    `base` is the last entry that was taken out into an archive (`sequence:mac`), empty where none was.
    """

    magic: str
    format: int
    made_at: datetime
    meta: dict[str, str]
    key: str = ""
    photographs: bool = False
    base: str = ""


class End(msgspec.Struct):
    """End a backup: how many rows of each kind came before, the log's head, and the SHA-256 of every record."""

    counts: dict[str, int]
    head: str
    digest: bytes


Record = Header | tuple[str, tuple[Any, ...]] | End


def write_file(records: Iterable[tuple[str, object]], part: Path, how: Seal | None) -> Opener:
    """Write records into `part` (mode 0600), durably; return what opens it for reading it back. Raises OSError.

    The last record is `end` with the log's head as text: its counts and its digest are made here.
    """
    descriptor = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    opener = Opener()
    with os.fdopen(descriptor, "wb") as out:
        if how is not None:
            opener = seal(_packed(_framed(records)), out, how)
        else:
            for chunk in _packed(_framed(records)):
                out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return opener


def read_backup(file: Path, opener: Opener | None = None) -> Generator[Record, None, None]:
    """Yield a backup's header, its rows with their table's name, and its end. Raises BackupBad, where it is cut too."""
    digest, counts = hashlib.sha256(), Counter[str]()
    try:
        with file.open("rb") as raw, _unsealed(file, raw, opener or Opener()) as stream:
            packed = gzip.GzipFile(fileobj=stream, mode="rb")
            for number, content in enumerate(_records(packed)):
                kind, body = msgspec.msgpack.decode(content, type=tuple[str, msgspec.Raw])
                if number == 0:
                    header = msgspec.msgpack.decode(body, type=Header)
                    if kind != "header" or header.magic != MAGIC:
                        raise BackupBad(f"{file} is no backup of a log")
                    if header.format > FORMAT:
                        raise BackupBad(f"{file} was made by a newer program: update this one")
                    yield header
                elif kind == "end":
                    end = msgspec.msgpack.decode(body, type=End)
                    if end.digest != digest.digest() or end.counts != counts or packed.read(1):
                        raise BackupBad(f"{file} is not what was written: its digest or its counts do not fit")
                    yield end
                    return
                else:
                    counts[kind] += 1
                    yield kind, tuple(msgspec.msgpack.decode(body, type=list[Any]))
                digest.update(content)
    except BackupBad:
        raise
    except CannotOpen as error:
        raise BackupBad(f"{file}: {error}") from None
    except (OSError, EOFError, ValueError, zlib.error, msgspec.MsgspecError) as error:
        if isinstance(error, FileNotFoundError):
            raise BackupBad(f"there is no file {file}") from None
        raise BackupBad(f"{file} is damaged or no backup: {error}") from error
    raise BackupBad(f"{file} was cut: it has no end")


def is_sealed(file: Path) -> bool:
    """Tell whether a file is sealed. Raises OSError."""
    with file.open("rb") as raw:
        return raw.read(len(SEALED)).startswith((SEALED, BY_PASSPHRASE))


@contextlib.contextmanager
def _unsealed(file: Path, raw: BinaryIO, opener: Opener) -> Iterator[Any]:
    """Give the packed stream of a file, whichever kind it is. Raises BackupBad, CannotOpen."""
    start = raw.read(len(SEALED))
    raw.seek(0)
    if start.startswith((SEALED, BY_PASSPHRASE)):
        with opened(raw, opener) as stream:
            yield stream
    elif start.startswith(_GZIP):
        yield raw
    else:
        raise BackupBad(f"{file} is no backup of a log" if start else f"{file} is empty")


def _framed(records: Iterable[tuple[str, object]]) -> Iterator[tuple[str, bytes]]:
    digest, counts = hashlib.sha256(), Counter[str]()
    for kind, body in records:
        if kind == "end":
            body = End(dict(counts), str(body), digest.digest())
        elif kind != "header":
            counts[kind] += 1
        content = msgspec.msgpack.encode((kind, body))
        digest.update(content)
        yield kind, len(content).to_bytes(4, "big")
        yield kind, content


def _packed(frames: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield a gzip stream of several members: what is packed, and what would not become smaller."""
    level = _COMPRESSION
    packer = zlib.compressobj(level, zlib.DEFLATED, _WINDOW)
    for kind, content in frames:
        wanted = 0 if kind in AS_THEY_ARE else _COMPRESSION
        if wanted != level:
            yield packer.flush()
            level = wanted
            packer = zlib.compressobj(level, zlib.DEFLATED, _WINDOW)
        if packed := packer.compress(content):
            yield packed
    yield packer.flush()


def _records(packed: gzip.GzipFile) -> Iterator[bytes]:
    while length := packed.read(4):
        size = int.from_bytes(length, "big")
        if len(length) < 4 or size > LONGEST_RECORD:
            raise ValueError("a record is cut, or too long to be one")
        content = packed.read(size)
        if len(content) < size:
            raise ValueError("a record is cut")
        yield content
