"""Of which city a log of history is, and from when to when it goes; it is only read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.bootstrap import state_folder
from dispatch.events import LogOpened
from dispatch.log import open_log


@dataclass(frozen=True, slots=True)
class Span:
    """Say of which kind and city a log is, and when its first and last entries were so."""

    kind: str
    city: str
    first_at: datetime
    last_at: datetime


def span_of(file: Path) -> Span:
    """Read a log's first and last instants. Raises NotSaved, LogDamaged, OSError; ValueError where it is empty."""
    if not file.is_file():
        raise FileNotFoundError(f"there is no file {file.name}")
    log = open_log(file, key_folder=state_folder() / "keys", read_only=True)
    try:
        first = next(iter(log.read()), None)
        last = next(iter(log.read(after=log.head - 1)), None)
        if first is None or last is None:
            raise ValueError(f"{file.name} is empty")
        second = next(iter(log.read(after=min(log.head - 1, 3))), first)  # the first ones load rosters, not incidents
        opened = first.events[0]
        return Span(
            log.kind.value if log.kind is not None else "",
            opened.city if isinstance(opened, LogOpened) else "",
            min(second.occurred_at, last.occurred_at),
            last.occurred_at,
        )
    finally:
        log.close()
