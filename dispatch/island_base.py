"""From where a seat goes on alone, and how the files are called in which it keeps what it does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dispatch.chain import Head
from dispatch.events import LogKind

ISLAND_FORMAT = 1
ISLAND_ENDS = ALONE, MERGED = ".island.db", ".merged.db"
_NO_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Base:
    """Say from where an island goes on: the room's log, its last entry that was seen, and who went on alone."""

    island_id: str
    room_id: str
    room_name: str
    key_id: str
    kind: LogKind
    head: Head
    seat: str
    actor: str
    began_at: datetime

    def meta(self) -> dict[str, str]:
        """Return it as the names and values that the file keeps."""
        return {
            "format": f"island {ISLAND_FORMAT}",  # an ordinary log must not be opened here, nor an older program write
            "log_id": self.island_id,
            "key_id": self.key_id,
            "room_id": self.room_id,
            "room_name": self.room_name,
            "kind": self.kind.value,
            "base": str(self.head),
            "seat": self.seat,
            "actor": self.actor,
            "began_at": self.began_at.isoformat(),
        }

    @classmethod
    def read(cls, meta: Mapping[str, str]) -> Base:
        """Return what `meta` wrote. Raises KeyError, ValueError."""
        sequence, _, mac = meta["base"].partition(":")
        return cls(
            meta["log_id"],
            meta["room_id"],
            meta["room_name"],
            meta["key_id"],
            LogKind(meta["kind"]),
            Head(int(sequence), bytes.fromhex(mac)),
            meta["seat"],
            meta["actor"],
            datetime.fromisoformat(meta["began_at"]),
        )


def file_name(base: Base) -> str:
    """Return the name of an island's file: safe on every system, and told apart by eye."""
    seat = _NO_WORD.sub("-", base.seat.casefold()).strip("-")[:40] or "seat"
    return f"{base.began_at:%Y%m%d-%H%M%S}-at-{seat}-{base.island_id[:8]}{ALONE}"
