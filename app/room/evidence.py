"""The photographs of a desk in a room of seats: kept here, shared through the server, and told as entries name them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject

from app.desk import Desk
from app.evidence.album import Album
from dispatch.events import Entry
from dispatch.log import Log
from dispatch.log_postgres import PostgresLog
from dispatch.room.blobs import RoomBlobs
from dispatch.room.shared_evidence import SharedEvidence
from dispatch.state import State


def share_photographs(log: Log, desk: Desk, folder: Path, thumbnails: Path) -> Album:
    """Return an album of the log in `folder` whose photographs reach the other seats, and begin to carry them."""
    assert isinstance(log, PostgresLog)
    return Album(_shared(log, desk, _own_folder(log, folder)), thumbnails)


def photographs_alone(log: Log, folder: Path, thumbnails: Path) -> Album:
    """Return an album for a desk that was started on an island: in the folder of its room, from where they go later."""
    from dispatch.evidence_store import EvidenceStore
    from dispatch.log_island import IslandLog

    assert isinstance(log, IslandLog)
    return Album(EvidenceStore(folder / log.base.room_id), thumbnails)


def join_photographs(album: Album, log: Log, desk: Desk) -> None:
    """Begin to share the photographs of a desk that was started on an island, once it is in its room."""
    assert isinstance(log, PostgresLog)
    album.store = _shared(log, desk, album.store.folder)


def _shared(log: PostgresLog, desk: Desk, folder: Path) -> SharedEvidence:
    blobs = RoomBlobs(lambda: log.connect("photographs"), seat=desk.who.seat)
    store = SharedEvidence(folder, blobs, only_looks=log.is_read_only)
    NamedPhotographs(desk, store)
    store.start(desk.state.cases_of_evidence)
    return store


def _own_folder(log: PostgresLog, folder: Path) -> Path:
    """Return where the photographs of a log lie; those of earlier versions, which went by its address, move there."""
    own = folder / log.log_id
    earlier = folder / hashlib.sha256(log.name.encode()).hexdigest()[:16]
    if earlier.is_dir() and not own.exists():
        earlier.rename(own)
    return own


class NamedPhotographs(QObject):
    """Tell the store which photographs the log names, and from which seat: those and no others leave this seat."""

    def __init__(self, desk: Desk, store: SharedEvidence) -> None:
        super().__init__(desk)
        self._store = store
        desk.state_changed.connect(self._on_state)

    def _on_state(self, entry: Entry | None, state: State) -> None:
        if entry is None:
            self._store.name(state.cases_of_evidence)
            return
        named = [each.id for event in entry.events for each in getattr(event, "evidence", ())]
        if named:
            self._store.name(named, entry.seat)
