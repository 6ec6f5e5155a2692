"""Take photographs in, show them small, and hand copies out: what a panel calls, in a job and never in its thread."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path

from app.evidence.pictures_apart import PicturesApart
from dispatch.evidence import is_evidence_id
from dispatch.evidence_standing import Standing
from dispatch.evidence_store import EvidenceStore, Kept, write_durably
from dispatch.exif import read_exif
from dispatch.photograph import EXTENSIONS, Photograph, inspect
from dispatch.refused import Refused

logger = logging.getLogger(__name__)

MOST_THUMBNAILS = 20_000  # of some 20 kB; two months of a large city
_TRIM_EVERY = 500


def thumbnail_folder() -> Path:
    """Return where this user's thumbnails are kept, whether it exists or not."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("opsroom", appauthor=False)) / "thumbnails"


class Album:
    """Join the store, the child that decodes, and thumbnails kept by hash. Threads may share it; `close` ends it.

    Thumbnails show faces as the photographs do: they lie in a folder for their owner's eyes, and `forget` removes one.
    """

    def __init__(self, store: EvidenceStore, thumbnails: Path, *, pictures: PicturesApart | None = None) -> None:
        self.store = store
        self._thumbnails = thumbnails
        self._pictures = pictures or PicturesApart()
        self._written = 0

    def take(self, source: Path, *, zone: tzinfo = UTC) -> Kept:
        """Keep a photograph once a decoder has made a whole picture of it. Raises Refused, OSError."""
        made: list[bytes] = []

        def prove(data: bytes, photograph: Photograph, orientation: int) -> None:
            made.append(self._pictures.thumbnail(data, photograph, orientation))

        kept = self.store.add(source, zone=zone, prove=prove)
        self._remember(kept.file.id, made[0])
        return kept

    def take_again(self, evidence_id: str, *, zone: tzinfo = UTC) -> Kept:
        """Return what is known of a photograph that was taken in before. Raises as `thumbnail` does."""
        return self.store.add_bytes(self.store.read(evidence_id), zone=zone)

    def thumbnail(self, evidence_id: str) -> bytes:
        """Return a small JPEG, upright, made of bytes that fit their hash, and kept.

        Raises Refused, EvidenceMissing, EvidenceAltered, OSError.
        """
        kept = self._kept(evidence_id)
        if kept is not None:
            return kept
        data, photograph, orientation = self._read(evidence_id)
        made = self._pictures.thumbnail(data, photograph, orientation)
        self._remember(evidence_id, made)
        return made

    def look_at(self, evidence_id: str) -> bytes:
        """Return the whole picture, upright, as the child wrote it anew: pixels alone. Raises as `thumbnail` does."""
        data, photograph, orientation = self._read(evidence_id)
        return self._pictures.copy(data, photograph, orientation)

    def export_copy(self, evidence_id: str, folder: Path, *, name: str = "") -> Path:
        """Write a copy of pixels alone into `folder` and return its path: no EXIF, no text, no profile, upright.

        Never writes over a file. What the picture shows, faces among it, is still there. Raises as `thumbnail` does.
        """
        data, photograph, orientation = self._read(evidence_id)
        made = self._pictures.copy(data, photograph, orientation)
        path = folder / f"{name or evidence_id[:12]}{EXTENSIONS[photograph.media_type][0]}"
        write_durably(path, made)
        return path

    def forget(self, evidence_id: str) -> None:
        """Remove the thumbnail of a photograph, where one is kept. Raises OSError."""
        self._file(evidence_id).unlink(missing_ok=True)

    def erase(self, evidence_id: str) -> bool:
        """Erase a photograph and its thumbnail for good; tell whether it was there. Raises OSError."""
        self.forget(evidence_id)
        return self.store.erase(evidence_id)

    def standing(self, evidence_id: str) -> Standing | None:
        """Say where a photograph is, where a room of seats shares them; looks at no file."""
        return self.store.standing(evidence_id)

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Have `listener` told, on any thread, whose standing changes; return what ends that."""
        return self.store.subscribe(listener)

    def close(self) -> None:
        """End the child that decodes, and what brings photographs to other seats."""
        self.store.close()
        self._pictures.close()

    def _read(self, evidence_id: str) -> tuple[bytes, Photograph, int]:
        data = self.store.read(evidence_id)
        photograph = inspect(data)
        return data, photograph, read_exif(photograph.exif).orientation

    def _file(self, evidence_id: str) -> Path:
        return self._thumbnails / f"{evidence_id}.jpg"

    def _kept(self, evidence_id: str) -> bytes | None:
        if not is_evidence_id(evidence_id):
            return None
        try:
            data = self._file(evidence_id).read_bytes()
            inspect(data)
        except (OSError, Refused):
            return None
        return data

    def _remember(self, evidence_id: str, made: bytes) -> None:
        """Keep a thumbnail; a cache that is full or gone stops nobody."""
        part = self._thumbnails / f"{evidence_id}.{secrets.token_hex(4)}.part"
        try:
            self._thumbnails.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                part.write_bytes(made)
                part.replace(self._file(evidence_id))
            finally:
                part.unlink(missing_ok=True)
            if self._written % _TRIM_EVERY == 0:
                self._trim()
            self._written += 1
        except OSError as error:
            logger.warning("a thumbnail cannot be kept: %s", error)

    def _trim(self) -> None:
        with os.scandir(self._thumbnails) as entries:
            found = sorted((entry.stat(follow_symlinks=False).st_mtime, entry.path) for entry in entries)
        for _, path in found[: max(0, len(found) - MOST_THUMBNAILS)]:
            Path(path).unlink(missing_ok=True)
