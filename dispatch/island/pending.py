"""Find islands on this machine that were not merged yet, also after the program was ended or killed."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dispatch.island_base import ALONE, ISLAND_FORMAT, Base


@dataclass(frozen=True, slots=True)
class PendingIsland:
    """Say what lies in one island's file. `is_read` is False for one that this program cannot read: it says why."""

    path: Path
    base: Base | None
    entries: int = 0
    problem: str = ""

    @property
    def is_read(self) -> bool:
        """Tell whether it can be merged."""
        return self.base is not None


def pending(folder: Path, *, room_id: str = "", room_name: str = "") -> tuple[PendingIsland, ...]:
    """Return the islands that lie in a folder, the oldest first; only those of one room where its id or name is given.

    A file that was begun and never finished (the program was killed while making it) is no island. Changes nothing.
    """
    return tuple(
        each
        for each in _all(folder)
        if each.base is None
        or (room_id in ("", each.base.room_id) and (room_id or room_name in ("", each.base.room_name)))
    )


def _all(folder: Path) -> Iterator[PendingIsland]:
    for path in sorted(folder.glob(f"*{ALONE}")):
        try:
            found = _look(path)
        except (sqlite3.Error, KeyError, ValueError, OSError) as error:
            found = PendingIsland(path, None, problem=str(error) or type(error).__name__)
        if found is not None:
            yield found


def _look(path: Path) -> PendingIsland | None:
    if not path.stat().st_size:
        return None
    address = f"{path.resolve().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(address, uri=True, timeout=1.0)) as file:
        if not file.execute("SELECT 1 FROM sqlite_schema WHERE name = 'meta'").fetchone():
            return None
        meta = {str(name): str(value) for name, value in file.execute("SELECT name, value FROM meta")}
        if not meta:
            return None
        if meta["format"] != f"island {ISLAND_FORMAT}":
            return PendingIsland(path, None, problem=f"it was made by a newer program ({meta['format']})")
        entries = int(file.execute("SELECT count(*) FROM entries").fetchone()[0])
    return PendingIsland(path, Base.read(meta), entries)
