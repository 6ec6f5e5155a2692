"""A seat's folder of contents in a room: its outbox until the room has them, then a cache of a bounded size.

Beside a content that the room has lies an empty file `….sent`, whose time says when it was last looked at. What has
none is never let go. A cut between the two leaves a content that is offered once more, and never one that is lost.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from dispatch.evidence_store import PART, SENT, EvidenceStore

COMING = f".coming{PART}"
LEFT_AFTER_S = 60.0
TOUCHED_AFTER_S = 60.0


class BlobCache:
    """Keep the marks of a store's folder and let its oldest sent contents go. Threads may share it."""

    def __init__(self, store: EvidenceStore, *, most_bytes: int) -> None:
        self._store, self._most_bytes = store, most_bytes
        self._own = secrets.token_hex(4)
        self._added_bytes = 0

    def place(self, name: str) -> Path:
        """Return where a content lies, or would."""
        return self._store.folder / name[:2] / name

    def sweep(self) -> int:
        """Remove what cut writes have left long ago. Raises OSError."""
        return self._store.sweep()

    def part(self, name: str) -> Path:
        """Return where a content is gathered while it comes; what a program left in the middle goes on there.

        Two programs may share the folder: each gathers by itself, and takes over only what nobody writes any more.
        """
        place = self.place(name)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        own = place.with_name(f"{name[:12]}.{self._own}{COMING}")
        if not own.exists():
            for left in place.parent.glob(f"{name[:12]}.*{COMING}"):
                with contextlib.suppress(OSError):
                    if time.time() - left.stat().st_mtime > LEFT_AFTER_S:
                        left.rename(own)
                        break
        return own

    def gather(self, name: str, content: bytes) -> Path:
        """Write all of a content to where it is gathered, and return that. Raises OSError."""
        part = self.part(name)
        with os.fdopen(
            os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600), "wb"
        ) as out:
            out.write(content)
        return part

    def is_sent(self, name: str) -> bool:
        """Tell whether the room is known to have a content."""
        return self._mark(name).exists()

    def set_sent(self, name: str) -> None:
        """Note that the room has a content. Raises OSError."""
        mark = self._mark(name)
        os.close(os.open(mark, os.O_CREAT | os.O_WRONLY, 0o600))
        os.utime(mark)

    def set_unsent(self, names: Iterable[str]) -> None:
        """Note that the room lacks contents that it had. Raises OSError."""
        for name in names:
            self._mark(name).unlink(missing_ok=True)

    def touch(self, name: str) -> None:
        """Note that a content was looked at, so that it stays longer than others."""
        mark = self._mark(name)
        try:
            if time.time() - mark.stat().st_mtime > TOUCHED_AFTER_S:
                os.utime(mark)
        except OSError:  # it is not sent, or just let go
            return

    def names(self) -> tuple[list[str], list[str]]:
        """Return the contents that lie here: those that the room has, and the others. Raises OSError."""
        sent, unsent = list[str](), list[str]()
        for name, is_sent, _, _ in self._walk():
            (sent if is_sent else unsent).append(name)
        return sent, unsent

    def trim_soon(self, name: str) -> list[str]:
        """Count what was added, and trim once that is worth the walk; return what went."""
        with contextlib.suppress(OSError):
            self._added_bytes += self.place(name).stat().st_size
        if self._added_bytes < self._most_bytes / 20:
            return []
        return self.trim()

    def trim(self) -> list[str]:
        """Let the sent contents go that were not looked at for longest, down to the bound; return which."""
        self._added_bytes = 0
        kept = [(used_s, size, name) for name, is_sent, size, used_s in self._walk() if is_sent]
        total, gone = sum(size for _, size, _ in kept), list[str]()
        for _, size, name in sorted(kept):
            if total <= self._most_bytes:
                break
            try:
                self.place(name).unlink(missing_ok=True)
                self._mark(name).unlink(missing_ok=True)
            except OSError:  # somebody reads it at this moment, where that keeps a file in place
                continue
            total -= size
            gone.append(name)
        return gone

    def _mark(self, name: str) -> Path:
        return self.place(name).with_name(name + SENT)

    def _walk(self) -> Iterable[tuple[str, bool, int, float]]:
        for root, _, files in os.walk(self._store.folder):
            marks = {file for file in files if file.endswith(SENT)}
            for file in files:
                if len(file) != 64:
                    continue
                is_sent = file + SENT in marks
                try:
                    size = Path(root, file).stat().st_size
                    used_s = Path(root, file + SENT).stat().st_mtime if is_sent else 0.0
                except OSError:
                    continue
                yield file, is_sent, size, used_s
