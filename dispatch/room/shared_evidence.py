"""The photographs and recordings of one seat in a room: taken in here at once, brought to the room, fetched from it.

The folder of this seat is both outbox and cache. What is taken in is durable here before anybody is told; once an
entry of the log names it, a thread brings it to the room's server, and again after a loss or a restart until it is
there. What another seat took in is fetched when somebody wants to see it; nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from dispatch.chain import sync_each, sync_file, sync_folder
from dispatch.evidence_standing import Standing, Where
from dispatch.evidence_store import EvidenceAltered, EvidenceAway, EvidenceMissing, EvidenceStore
from dispatch.room.blob_cache import BlobCache
from dispatch.room.blob_courier import BlobCourier
from dispatch.room.blobs import RoomBlobs

CACHE_BYTES = 10_000_000_000


class SharedEvidence(EvidenceStore):
    """Keep photographs as `EvidenceStore` does, and share them with the seats of a room through `blobs`.

    `read` of what is not here raises EvidenceAway at once and has it fetched; `subscribe` hears of each change, on the
    thread of the transfers. Nothing leaves this seat before `name` was called for it. With `only_looks` nothing is
    brought and nothing erased in the room. `close` ends the thread; what is left goes on at the next start.
    """

    def __init__(
        self, folder: Path, blobs: RoomBlobs, *, cache_bytes: int = CACHE_BYTES, only_looks: bool = False
    ) -> None:
        super().__init__(folder)
        self._cache = BlobCache(self, most_bytes=cache_bytes)
        self._courier = BlobCourier(self._cache, blobs, lay=self._lay_fetched, drop=self._drop, only_looks=only_looks)
        self._desk = self._courier.desk

    def start(self, named: Iterable[str] = ()) -> None:
        """Begin to bring what entries have named and the room lacks."""
        self._desk.name(named)
        self._courier.start()

    def close(self) -> None:
        """End the transfers where they are."""
        self._courier.stop()

    def name(self, names: Iterable[str], seat: str = "") -> None:
        """Note that an entry of the log names contents, and from which seat it came."""
        self._desk.name(names, seat)

    def standing(self, evidence_id: str) -> Standing:
        """Say where a content is, without a look at any file or server."""
        return self._desk.standing(evidence_id)

    def waiting(self) -> int:
        """Return how many contents that entries name are not in the room yet."""
        return self._desk.waiting()

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Have `listener` told of every content whose standing changes; return what ends that."""
        return self._desk.subscribe(listener)

    def read(self, evidence_id: str) -> bytes:
        """Return a photograph's bytes, held against their name; what is not here is asked of the room.

        Raises EvidenceAway, EvidenceAltered for what is spoilt here and was never in the room, OSError.
        """
        try:
            data = super().read(evidence_id)
        except EvidenceMissing:
            self._place(evidence_id)  # that is no name of a photograph
            raise EvidenceAway(evidence_id, self._desk.want(evidence_id)) from None
        except EvidenceAltered:
            if not self._cache.is_sent(evidence_id):
                raise
            raise EvidenceAway(evidence_id, self._desk.want(evidence_id)) from None
        self._cache.touch(evidence_id)
        return data

    def erase(self, evidence_id: str) -> bool:
        """Erase a photograph here, now, and in the room as soon as it answers. Raises OSError."""
        was_here = super().erase(evidence_id)
        self._desk.erase(evidence_id)
        return was_here

    def _keep(self, evidence_id: str, data: bytes) -> bool:
        is_new = super()._keep(evidence_id, data)
        self._desk.take(evidence_id, is_sent=self._cache.is_sent(evidence_id))
        return is_new

    def _lay_fetched(self, parts: Mapping[str, Path]) -> None:
        """Give what was fetched, and fits its name, that name, durably; what lay there was spoilt, or is the same."""
        sync_each(parts.values(), sync_file)
        for name, part in parts.items():
            part.replace(self._place(name))
        sync_each({self._place(name).parent for name in parts}, sync_folder)

    def _drop(self, name: str) -> None:
        super().erase(name)


__all__ = ["CACHE_BYTES", "EvidenceAway", "SharedEvidence", "Standing", "Where"]
