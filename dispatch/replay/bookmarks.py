"""Named moments of a log, in a file beside it: the log itself stays as it is."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dispatch.whole_file import write_whole

ENDING = ".bookmarks.json"
VERSION = 1
LONGEST_NAME = 80
MOST = 2_000
LARGEST_BYTES = 2_000_000


class BadBookmarks(ValueError):
    """The file is there and cannot be read as bookmarks; it is left as it is."""


@dataclass(frozen=True, slots=True, order=True)
class Bookmark:
    """Name a moment: when it was (aware UTC), and after which entry; `sequence` settles what was at one instant."""

    at: datetime
    sequence: int
    name: str


def bookmarks_file(log_name: str, otherwise_in: Path) -> Path:
    """Return where the bookmarks of a log are kept: beside its file, or in a folder for one on a server."""
    if "://" not in log_name:
        path = Path(log_name)
        return path.with_name(path.name + ENDING)
    who, _, where = log_name.partition("://")[2].rpartition("@")
    del who  # seats of one room share the name, whoever they are
    return otherwise_in / f"{hashlib.sha256(where.encode()).hexdigest()[:24]}{ENDING}"


def read_bookmarks(file: Path) -> tuple[Bookmark, ...]:
    """Return what a file holds, in order of time; nothing where there is none. Raises BadBookmarks, OSError."""
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise BadBookmarks(f"{file}: too large for a file of bookmarks")
        kept = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except (ValueError, RecursionError) as error:
        if isinstance(error, BadBookmarks):
            raise
        raise BadBookmarks(f"{file}: no bookmarks can be read there ({error})") from error
    if not isinstance(kept, dict) or kept.get("version") != VERSION or not isinstance(kept.get("bookmarks"), list):
        raise BadBookmarks(f"{file}: not bookmarks as this program writes them")
    found = []
    for number, one in enumerate(kept["bookmarks"], start=1):
        try:
            found.append(_bookmark(one))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise BadBookmarks(f"{file}: bookmark {number} cannot be read ({error!r})") from error
    return tuple(sorted(found))


def write_bookmarks(file: Path, bookmarks: tuple[Bookmark, ...]) -> None:
    """Write all bookmarks, whole or not at all. Raises OSError."""
    rows = [{"at": one.at.isoformat(), "sequence": one.sequence, "name": one.name} for one in sorted(bookmarks)]
    content = json.dumps({"version": VERSION, "bookmarks": rows}, ensure_ascii=True, indent=1)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, content.encode())


def named(name: str) -> str:
    """Return a name on one line, without signs that nobody sees, and not too long; empty where nothing is left."""
    seen = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(seen.split())[:LONGEST_NAME].strip()


def _bookmark(row: Any) -> Bookmark:
    at, sequence, name = datetime.fromisoformat(row["at"]), row["sequence"], named(str(row["name"]))
    if at.tzinfo is None or type(sequence) is not int or not 0 <= sequence < 2**63:
        raise ValueError("no instant with a time zone, or no number of an entry")
    return Bookmark(at.astimezone(UTC), sequence, name or at.isoformat(timespec="seconds"))
