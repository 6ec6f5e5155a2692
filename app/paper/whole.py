"""Writes files whole or not at all: what was there stays until the new one is."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

DATABASE = b"SQLite format 3\0"  # how a log begins, and nothing that is written here


def replace_file(file: Path, write: Callable[[Path], object]) -> Path:
    """Write beside a file and put that in its place: whole or not at all. Return the file.

    Raises OSError, also where a folder or a database stands there: a log is never written over.
    """
    stand_clear(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.part")
    try:
        write(beside)
        if not beside.is_file() or beside.stat().st_size == 0:
            raise OSError(f"nothing was written to {beside}")
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    return file


def stand_clear(file: Path) -> None:
    """Raise OSError where a folder or a database has the name of a file that is to be written."""
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    if not file.is_file():
        return
    with file.open("rb") as there:
        if there.read(len(DATABASE)) == DATABASE:
            raise FileExistsError(errno.EEXIST, "a database, as a log is, stands there; choose another name", str(file))


def write_table(file: Path, write: Callable[[TextIO], int]) -> int:
    """Write a table whole or not at all, as a spreadsheet knows UTF-8: by its mark. Return what `write` does.

    Raises OSError, also where there is no such folder: one that is written wrong is not made.
    """
    if not file.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    rows: list[int] = []

    def fill(beside: Path) -> None:
        with beside.open("w", encoding="utf-8-sig", newline="") as out:
            rows.append(write(out))

    replace_file(file, fill)
    return rows[0]
