"""Seal a stream of bytes so that only chosen keys open it: the age format, version 1 (age-encryption.org/v1).

Whoever seals needs recipients (`age1…`) only, so that the machine that makes backups cannot read the old ones. With a
passphrase a key is made for the one file and stands before it, itself sealed by the passphrase. An age file says
nothing of who made it: what it holds has to be proved by other means.

Both ways are streams: neither holds more than some blocks of what passes.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import pyrage
from pyrage import passphrase as by_passphrase
from pyrage import x25519

SEALED = b"age-encryption.org/v1\n"
BY_PASSPHRASE = b"opsroom passphrase 1\n"
SHORTEST_PASSPHRASE = 12
_LONGEST_KEY = 10_000
_SECRET = "AGE-SECRET-KEY-"


class CannotSeal(ValueError):
    """A key, a recipient or a passphrase cannot be used; the message says which, and why."""


class CannotOpen(ValueError):
    """What is sealed cannot be opened: another key, a part missing, or another byte than was written."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Say for whom something is sealed: recipients (`age1…`), or whoever knows a passphrase."""

    recipients: tuple[str, ...] = ()
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Opener:
    """Hold what may open something: identities (`AGE-SECRET-KEY-…`), or a passphrase."""

    identities: tuple[str, ...] = field(default=(), repr=False)
    passphrase: str = field(default="", repr=False)


def make_identity() -> tuple[str, str]:
    """Make a key: the identity, which opens and is secret, and its recipient, which seals and may be known."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def write_identity(file: Path, *, made_at: datetime) -> str:
    """Write a new identity to a new file (mode 0600), as age's own tools read it; return its recipient.

    Raises OSError, also where the file is there.
    """
    secret, recipient = make_identity()
    descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(f"# created: {made_at.isoformat(timespec='seconds')}\n# public key: {recipient}\n{secret}\n")
        out.flush()
        os.fsync(out.fileno())
    return recipient


def read_identities(file: Path) -> tuple[str, ...]:
    """Read the identities of a private file. Raises CannotSeal where it holds none or others can read it; OSError."""
    found = [line for line in _private_lines(file) if line and not line.startswith("#")]
    try:
        for line in found:
            x25519.Identity.from_str(line)
    except pyrage.IdentityError:
        raise CannotSeal(f"{file} is no file of keys: a line of it is no {_SECRET}…") from None
    if not found:
        raise CannotSeal(f"{file} holds no key")
    return tuple(found)


def read_passphrase(file: Path) -> str:
    """Read the first line of a private file. Raises CannotSeal where it is empty or others can read it; OSError."""
    lines = _private_lines(file)
    if not lines or not lines[0]:
        raise CannotSeal(f"{file} holds no passphrase")
    return lines[0]


def read_recipients(file: Path) -> tuple[str, ...]:
    """Read recipients, one a line, `#` before words. Raises CannotSeal where it holds none; OSError."""
    lines = [line.strip() for line in file.read_text(encoding="utf-8", errors="replace").splitlines()]
    found = tuple(line for line in lines if line and not line.startswith("#"))
    if not found:
        raise CannotSeal(f"{file} names no recipient")
    return found


def seal(chunks: Iterable[bytes], out: BinaryIO, how: Seal) -> Opener:
    """Write `chunks` to `out`, sealed; return what opens this one file, for reading it back and no longer.

    The key that reads back is made for this file and kept nowhere, so that a machine without any secret can prove what
    it has written. Raises CannotSeal, and whatever `chunks` or `out` raise.
    """
    secret, own = make_identity()
    recipients = [_recipient(text) for text in (*how.recipients, own)]
    if how.passphrase:
        if len(how.passphrase) < SHORTEST_PASSPHRASE:
            raise CannotSeal(f"the passphrase is too short: {SHORTEST_PASSPHRASE} characters at least")
        locked = by_passphrase.encrypt(secret.encode(), how.passphrase)
        out.write(BY_PASSPHRASE + len(locked).to_bytes(4, "big") + locked)
    elif not how.recipients:
        raise CannotSeal("nobody is named who may open it")
    reader, writer = _Reader(chunks), _Writer(out)
    try:
        pyrage.encrypt_io(reader, writer, recipients)
    except (pyrage.EncryptError, OSError) as error:  # it tells what our own sides raised as text only
        raise (reader.error or writer.error or error) from None
    if writer.error is not None:  # and what failed in its last block not at all
        raise writer.error
    return Opener(identities=(secret,))


@contextlib.contextmanager
def opened(raw: BinaryIO, opener: Opener) -> Iterator[Unsealed]:
    """Open what `seal` wrote, from where `raw` stands; `read` of what is given raises CannotOpen."""
    unsealed = Unsealed(raw, _identities(raw, opener))
    try:
        yield unsealed
    finally:
        unsealed.close()


class Unsealed:
    """Read what is sealed as it is opened, by a thread that is never more than a pipe ahead."""

    def __init__(self, raw: BinaryIO, identities: Sequence[x25519.Identity]) -> None:
        reading, writing = os.pipe()
        self._reading = os.fdopen(reading, "rb")
        self._error: BaseException | None = None
        self._thread = threading.Thread(
            target=self._open, args=(raw, os.fdopen(writing, "wb"), identities), name="unseal", daemon=True
        )
        self._thread.start()

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes; fewer at the end only. Raises CannotOpen where what follows is not as written."""
        content = self._reading.read(size)
        if len(content) < size or size < 0:
            self._thread.join()
            if self._error is not None:
                raise self._error
        return content

    def close(self) -> None:
        """Stop; what was not read is given up."""
        self._reading.close()
        self._thread.join()

    def _open(self, raw: BinaryIO, out: BinaryIO, identities: Sequence[x25519.Identity]) -> None:
        writer = _Writer(out)
        try:
            pyrage.decrypt_io(raw, writer, identities)
        except (pyrage.DecryptError, OSError) as error:
            if writer.error is None:  # else nobody reads on
                self._error = CannotOpen(_why(error))
        finally:
            with contextlib.suppress(OSError):
                out.close()


class _Reader:
    """Give what an iterator yields to a reader of blocks, and remember what it raised."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")
        self.error: BaseException | None = None

    def read(self, size: int) -> bytes:
        try:
            while not self._rest:
                chunk = next(self._chunks, None)
                if chunk is None:
                    return b""
                self._rest = memoryview(chunk)
        except BaseException as error:
            self.error = error
            raise
        found, self._rest = self._rest[:size], self._rest[size:]
        return bytes(found)


class _Writer:
    """Write on, and remember what went wrong."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self.error: BaseException | None = None

    def write(self, content: bytes) -> int:
        try:
            return self._out.write(content)
        except BaseException as error:
            self.error = error
            raise

    def flush(self) -> None:
        try:
            self._out.flush()
        except BaseException as error:
            self.error = error
            raise


def _identities(raw: BinaryIO, opener: Opener) -> list[x25519.Identity]:
    """Return what opens the file, and leave `raw` where the sealed stream begins. Raises CannotOpen."""
    start = raw.tell()
    if raw.read(len(BY_PASSPHRASE)) != BY_PASSPHRASE:
        raw.seek(start)
        if not opener.identities:
            raise CannotOpen("it is sealed for a key: name the file of that key")
        return [x25519.Identity.from_str(text) for text in opener.identities]
    locked = raw.read(min(int.from_bytes(raw.read(4), "big"), _LONGEST_KEY))
    if opener.identities:  # of whoever has just written it
        return [x25519.Identity.from_str(text) for text in opener.identities]
    if not opener.passphrase:
        raise CannotOpen("it is sealed by a passphrase: name the file that holds it")
    try:
        return [x25519.Identity.from_str(by_passphrase.decrypt(locked, opener.passphrase).decode("ascii"))]
    except (pyrage.DecryptError, pyrage.IdentityError, ValueError):
        raise CannotOpen("the passphrase does not open it, or its beginning was altered") from None


def _recipient(text: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError:
        hint = "that is a secret key, not a recipient" if text.upper().startswith(_SECRET) else f"{text[:80]!r}"
        raise CannotSeal(f"no recipient (age1…): {hint}") from None


def _why(error: BaseException) -> str:
    if "No matching keys" in str(error):
        return "it is sealed for another key"
    if isinstance(error, pyrage.DecryptError):
        return f"its seal is cut or altered ({error})"
    return "it is cut or altered: the seal of a part does not fit"


def _private_lines(file: Path) -> list[str]:
    if os.name == "posix" and stat.S_ISREG(mode := file.stat().st_mode) and mode & 0o077:
        raise CannotSeal(f"{file} is a secret that others can read (mode {stat.S_IMODE(mode):04o}): chmod 600 it")
    return [line.strip() for line in file.read_text(encoding="utf-8", errors="replace").splitlines()]
