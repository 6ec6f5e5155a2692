"""The chain of MACs over the log, its key, and the head that is remembered apart from the log.

The MAC of an entry is HMAC-SHA-256 (RFC 2104) over the previous entry's MAC and the entry's bytes; before entry 1
stands a MAC over the log's id. The key and the head lie in the user's state folder (mode 0600), never beside the log:
who can write to the log but not there cannot change, drop, reorder or replace entries unseen.

One key belongs to one log, whichever seat writes. The seat that makes the log makes the key; every further seat of
a room is given a copy of the key file. Each seat remembers the head that it has seen itself.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from platformdirs import user_state_path

MAC_BYTES = 32
_SLOT_BYTES = 160
_SYNCS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Head:
    """Say how far a log had come: the last sequence and its MAC."""

    sequence: int
    mac: bytes

    def __str__(self) -> str:
        return f"{self.sequence}:{self.mac.hex()}"


class Key:
    """Hold the secret of one log and make MACs with it."""

    def __init__(self, log_id: str, secret: bytes) -> None:
        self._secret = secret
        self.id = hashlib.sha256(b"opsroom key " + secret).hexdigest()[:16]
        self.first = hmac.digest(secret, b"opsroom log " + log_id.encode(), "sha256")

    def mac(self, previous: bytes, body: bytes) -> bytes:
        """Return the MAC of an entry's bytes, given the MAC of the entry before (32 bytes)."""
        return hmac.digest(self._secret, previous + body, "sha256")

    def seal(self, content: bytes | memoryview) -> bytes:
        """Return a MAC for something kept beside the chain: the head, a checkpoint."""
        return hmac.digest(self._secret, b"opsroom seal " + content, "sha256")


def default_key_folder() -> Path:
    """Return where keys, heads and checkpoints of logs are kept: the user's state folder (platformdirs)."""
    return user_state_path("opsroom", appauthor=False) / "keys"


def key_file(folder: Path, log_id: str) -> Path:
    """Return where the key of a log lies, whether it exists or not."""
    return folder / f"{log_id}.key"


def make_key(folder: Path, log_id: str) -> Key:
    """Make and store the key of a new log, durably and readable by its owner only. Raises OSError."""
    return _store_key(folder, log_id, secrets.token_bytes(32))


def _store_key(folder: Path, log_id: str, secret: bytes) -> Key:
    _make_private(folder)
    descriptor = os.open(key_file(folder, log_id), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret.hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    return Key(log_id, secret)


def read_key(folder: Path, log_id: str) -> Key | None:
    """Return the key of a log, or None where this folder has none. Raises ValueError for a spoilt file."""
    try:
        text = key_file(folder, log_id).read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    try:
        return key_of(log_id, text)
    except ValueError:
        raise ValueError(f"{key_file(folder, log_id)} holds no key") from None


def key_of(log_id: str, text: str) -> Key:
    """Return the key of a log as its file says it. Raises ValueError."""
    secret = bytes.fromhex(text.strip())
    if len(secret) != 32 or not log_id.isalnum():
        raise ValueError("this is no key of a log")
    return Key(log_id, secret)


def take_key(folder: Path, log_id: str, text: str) -> Key:
    """Keep the key of a log that another seat made, as its file says it. Raises ValueError, OSError.

    A key that is here already must be the same one: what was written under it could not be checked any more.
    """
    key = key_of(log_id, text)
    held = read_key(folder, log_id)
    if held is not None:
        if held.id != key.id:
            raise ValueError(f"{key_file(folder, log_id)} is another key: move it away first")
        return held
    return _store_key(folder, log_id, bytes.fromhex(text.strip()))


class HeadFile:
    """Remember the head of one log in two slots of a small file, written in turn.

    A write is one system call without fsync, after the entry is durable: the head may lag behind the log (a killed
    process, a power cut) but never leads it, and a torn write leaves the slot before. `close` makes it durable.
    """

    def __init__(self, folder: Path, log_id: str, key: Key) -> None:
        self.path = folder / f"{log_id}.head"
        self._key = key
        self._file: BinaryIO | None = None

    def read(self) -> Head | None:
        """Return the latest head that was kept whole, None where there is none."""
        try:
            content = self.path.read_bytes()
        except OSError:
            return None
        slots = (self._parse(content[start : start + _SLOT_BYTES]) for start in (0, _SLOT_BYTES))
        return max((head for head in slots if head is not None), key=lambda head: head.sequence, default=None)

    def write(self, head: Head) -> None:
        """Keep `head`. A state folder that is full or gone does not stop the desk: the head then lags."""
        line = f"{head.sequence} {head.mac.hex()}"
        slot = f"{line} {self._key.seal(line.encode()).hex()[:32]}".encode().ljust(_SLOT_BYTES - 1) + b"\n"
        with contextlib.suppress(OSError):
            if self._file is None:
                _make_private(self.path.parent)
                descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600)
                self._file = os.fdopen(descriptor, "r+b", buffering=0)
            self._file.seek((head.sequence % 2) * _SLOT_BYTES)
            self._file.write(slot)

    def close(self) -> None:
        """Make the head durable and let the file go."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _parse(self, slot: bytes) -> Head | None:
        parts = slot.split()
        if len(parts) != 3 or not parts[0].isdigit():
            return None
        if not hmac.compare_digest(self._key.seal(b" ".join(parts[:2])).hex()[:32].encode(), parts[2]):
            return None
        return Head(int(parts[0]), bytes.fromhex(parts[1].decode()))


def sync_file(file: Path) -> None:
    """Make what was written into a file durable."""
    with file.open("r+b") as written:
        os.fsync(written.fileno())


def sync_folder(folder: Path) -> None:
    """Make a folder's list of files durable, where the system can."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def sync_each(places: Collection[Path], sync: Callable[[Path], None]) -> None:
    """Make many files or folders durable at once: one after the other, each would wait for the disk by itself.

    Raises the first OSError.
    """
    with ThreadPoolExecutor(max(1, min(_SYNCS_AT_ONCE, len(places)))) as pool:
        list(pool.map(sync, places))


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
