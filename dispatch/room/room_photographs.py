"""The contents of a room as one store, for whoever checks all of them or hands one out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import psycopg

from dispatch.evidence_store import EvidenceAltered, EvidenceCheck, EvidenceMissing
from dispatch.log_interface import NotSaved
from dispatch.room.blobs import Blob, BlobAltered, RoomBlobs
from dispatch.server_settings import complete, tls_advice


class RoomPhotographs:
    """Check and hand out the contents of the room at a `postgresql://` address; `blobs` are they themselves.

    It belongs to one thread. Calls raise NotSaved and NoBlobs. `close` ends it.
    """

    def __init__(self, address: str, *, seat: str = "") -> None:
        _, self._address = complete(address, defaults={"connect_timeout": "5", "application_name": "opsroom evidence"})
        self.blobs = RoomBlobs(self._connect, seat=seat)

    def holds(self, evidence_id: str) -> bool:
        """Tell whether the room keeps a content, whole or not."""
        return bool(self.blobs.find((evidence_id,)) or self.blobs.coming((evidence_id,)))

    def check(self, named: Iterable[str]) -> EvidenceCheck:
        """Read every content that is named, however large, and list those that nobody named."""
        wanted, there = sorted(set(named)), {blob.sha256: blob for blob in self.blobs.all()}
        missing = tuple(name for name in wanted if name not in there)
        intact = tuple(name for name in wanted if name in there and self.blobs.is_intact(there[name]))
        altered = tuple(name for name in wanted if name in there and name not in set(intact))
        strangers = tuple(sorted(there.keys() - set(wanted)))
        return EvidenceCheck(intact, missing, altered, strangers)

    def save(self, evidence_id: str, file: Path) -> Blob:
        """Write a content of any size into a new file, held against its name.

        Raises EvidenceMissing, EvidenceAltered, FileExistsError and other OSError.
        """
        if not self.blobs.find((evidence_id,)):
            raise EvidenceMissing(f"the room does not hold {evidence_id[:12]}")
        if file.exists():
            raise FileExistsError(f"{file} is there already")
        part = file.with_name(f"{file.name}.part")
        part.unlink(missing_ok=True)
        try:
            blob = self.blobs.fetch(evidence_id, part)
            part.rename(file)
        except BlobAltered as problem:
            raise EvidenceAltered(str(problem)) from None
        finally:
            part.unlink(missing_ok=True)
        return blob

    def close(self) -> None:
        """Let the connection go."""
        self.blobs.close()

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        try:
            return psycopg.connect(self._address, autocommit=True)
        except psycopg.Error as error:
            words = (str(error).strip().splitlines() or ["failed"])[0]
            raise NotSaved("connection_lost", f"{words}{tls_advice(str(error))}") from None
