"""A log as a record: it can be read and nothing else, so that what is played back never reaches the log itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dispatch.events import Entry, LogKind
from dispatch.log import Log, open_log
from dispatch.shown import Shown
from dispatch.state import FOLD_VERSION, State

if TYPE_CHECKING:
    from dispatch.log_lock import Holder
    from dispatch.people import Person
    from resources.position import Fix


class NotReadOnly(ValueError):
    """A log that could be written was offered to be played back."""


class Record:
    """Read a log that was opened read-only. There is no way to write here, nor to the log behind.

    Raises NotReadOnly for a log that could be written. Calls may wait for the store: not for the window's thread.
    """

    is_read_only = True
    is_island = False
    held_by: Holder | None = None

    def __init__(self, log: Log) -> None:
        if not log.is_read_only:
            raise NotReadOnly(f"{log.name} could be written: what is played back is opened read-only")
        self.name = log.name
        self.__log = log

    @property
    def kind(self) -> LogKind | None:
        """Return what the log is for, None while it is empty."""
        return self.__log.kind

    @property
    def head(self) -> int:
        """Return the last entry's number now. Raises NotSaved."""
        return self.__log.head

    @property
    def begins_behind(self) -> int:
        """Return behind which entry `read` may begin: 0, unless older ones are archived and not at hand."""
        return self.__log.begins_behind

    def read(self, after: int = 0) -> Iterator[Entry]:
        """Yield the entries behind `after` in order. Raises LogDamaged, NotSaved."""
        return self.__log.read(after)

    def checkpoint(self) -> State | None:
        """Return the state of the last checkpoint, None where none fits."""
        return self.__log.load_checkpoint(FOLD_VERSION)

    def shown(self, name: str) -> Shown | None:
        """Return the answer that was shown under a hash, unchecked. Raises NotSaved."""
        return self.__log.shown(name)

    def shown_for(self, incident_id: int) -> tuple[Shown, ...]:
        """Return the answers that were shown for an incident, unchecked, the oldest first. Raises NotSaved."""
        return self.__log.shown_for(incident_id)

    def person(self, person_id: str) -> Person | None:
        """Return a caller's personal data, None where there is none or it was erased."""
        return self.__log.person(person_id)

    def positions(self, since: datetime, until: datetime) -> list[Fix]:
        """Return the positions that the log's room still keeps of a span, the oldest first; none without a room.

        Raises NotSaved.
        """
        if not self.name.startswith("postgres"):
            return []
        from dispatch.replay.tracks import read_tracks  # psycopg takes 70 ms to import

        return read_tracks(self.__log, since, until)

    def close(self) -> None:
        """Let the store go."""
        self.__log.close()


def open_record(place: str | Path, *, key_folder: Path) -> Record:
    """Open the log at `place` as a record. Raises LogDamaged and NotSaved as `open_log` does."""
    return Record(open_log(place, key_folder=key_folder, read_only=True))
