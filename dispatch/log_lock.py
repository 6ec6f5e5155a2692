"""One writer a log file: an advisory lock that the system drops when its holder dies, and who holds it."""

from __future__ import annotations

import contextlib
import errno
import getpass
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

# Windows locks bytes against reading too: lock one far behind the text that says who holds the lock.
_LOCKED_BYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Holder:
    """Say which program writes a log: process, machine, user, and since when (ISO 8601, UTC). Empty if not known."""

    pid: int = 0
    host: str = ""
    user: str = ""
    since: str = ""

    def __str__(self) -> str:
        if not self.pid:
            return "another program"
        return f"process {self.pid} of {self.user or 'unknown'} on {self.host or 'this machine'} since {self.since}"


class Held(OSError):
    """The lock is held; `holder` says by whom."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(errno.EAGAIN, str(holder))
        self.holder = holder


class WriterLock:
    """Hold the lock of one log file from construction until `release`.

    Raises Held where somebody else does (in this program too), OSError where the folder cannot keep a lock file.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            _lock(self._descriptor)
        except OSError as error:
            content = b""
            with contextlib.suppress(OSError):
                content = os.read(self._descriptor, 4096)
            os.close(self._descriptor)
            if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                raise Held(_holder(content)) from error
            raise
        holder = Holder(os.getpid(), socket.gethostname(), _user(), datetime.now(UTC).isoformat(timespec="seconds"))
        with contextlib.suppress(OSError):  # a full disk: the lock holds, only its label is missing
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, json.dumps(asdict(holder)).encode())

    def release(self) -> None:
        """Give the lock back. The file stays: deleting it would let two programs lock two files of one name."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _holder(content: bytes) -> Holder:
    try:
        return Holder(**json.loads(content))
    except (ValueError, TypeError):
        return Holder()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
