"""Writes small files that are kept beside a log or a desk: whole or not at all, durably, for one person."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(file: Path, content: bytes) -> None:
    """Write a file in place of what is there. Raises OSError."""
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        with open(beside, "wb", opener=for_one) as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def for_one(name: str, flags: int) -> int:
    """Open a file that only its owner reads: an `opener` for `open`."""
    return os.open(name, flags, 0o600)
