"""Keep photographs in a folder beside the log: one file a content, never written over, held to its name when read.

A file lies under its SHA-256, `ab/abcd…`, without an extension, so that nothing runs or opens it by a double click.
It is written whole beside its place, made durable, and then linked there: a cut leaves a part, never half a photograph.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path

from dispatch.chain import sync_folder
from dispatch.evidence import EvidenceFile, is_evidence_id
from dispatch.evidence_standing import Standing
from dispatch.exif import Exif, read_exif
from dispatch.photograph import Photograph, check_size, inspect
from dispatch.photograph_walk import MOST_BYTES
from dispatch.refused import Refused

PART, SPOILT = ".part", ".spoilt"
SENT = ".sent"  # an empty file beside what a room of seats has too (see `dispatch.room.blob_cache`)
PARTS_KEPT_S = 86_400.0
_SIDEWAYS = frozenset({5, 6, 7, 8})  # orientations that swap width and height

Prove = Callable[[bytes, Photograph, int], object]
"""Decode a photograph (its bytes, what the walk found, its orientation) or raise Refused."""


class EvidenceMissing(LookupError):
    """No photograph of that name is kept here."""


class EvidenceAway(EvidenceMissing):
    """It is not kept here now; `standing` says where it is. Whoever subscribed hears when that changes."""

    def __init__(self, evidence_id: str, standing: Standing) -> None:
        super().__init__(f"{evidence_id[:12]} is not here: {standing.where.value}")
        self.standing = standing


class EvidenceAltered(ValueError):
    """What lies under a name is not what was kept under it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Answer for a photograph that was taken in: what the log may know, and the EXIF, which is for the moment only.

    `is_new` is false where the same bytes were kept before.
    """

    file: EvidenceFile
    exif: Exif
    is_new: bool


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """Say what a check of the store found: names that are whole, gone or changed; and files that nobody named."""

    intact: tuple[str, ...]
    missing: tuple[str, ...]
    altered: tuple[str, ...]
    strangers: tuple[str, ...]

    @property
    def is_intact(self) -> bool:
        """Tell whether every photograph that was named is there and as it was kept."""
        return not self.missing and not self.altered


def evidence_folder(log: str | Path) -> Path:
    """Return the folder of a log's photographs: beside its file. Raises ValueError for a log on a server."""
    if "://" in str(log):
        raise ValueError("a log on a server has no folder beside it: name the folder of its photographs")
    return Path(f"{log}.evidence")


class EvidenceStore:
    """Keep photographs in `folder`, made when the first one is. Threads and seats may share it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, source: Path, *, zone: tzinfo = UTC, prove: Prove | None = None) -> Kept:
        """Keep the photograph in the file `source`, which stays where it is. See `add_bytes`."""
        return self.add_bytes(read_source(source), source.name, zone=zone, prove=prove)

    def add_bytes(self, data: bytes, name: str = "", *, zone: tzinfo = UTC, prove: Prove | None = None) -> Kept:
        """Keep a photograph once it was walked and, with `prove`, decoded; `name` is what its file was called.

        Raises Refused for what is no good photograph, OSError where it cannot be kept; nothing is left then.
        """
        photograph = inspect(data, name)
        exif = read_exif(photograph.exif, zone=zone)
        if prove is not None:
            prove(data, photograph, exif.orientation)
        size = photograph.width_px, photograph.height_px
        width_px, height_px = size[::-1] if exif.orientation in _SIDEWAYS else size
        file = EvidenceFile(
            hashlib.sha256(data).hexdigest(), photograph.media_type, len(data), width_px, height_px,
            exif.taken_at, exif.taken_by,
        )  # fmt: skip
        return Kept(file, exif, self._keep(file.id, data))

    def names(self) -> Iterator[str]:
        """Yield the names of all that lies here as a photograph, whole or not. Raises OSError."""
        for path in self._files():
            if is_evidence_id(path.name) and path == self._place(path.name):
                yield path.name

    def put_back(self, evidence_id: str, data: bytes) -> bool:
        """Keep a photograph that was kept before, from a backup; tell whether it is new here.

        Raises EvidenceAltered unless the bytes are those of the name, OSError.
        """
        if hashlib.sha256(data).hexdigest() != evidence_id:
            raise EvidenceAltered(f"this is not the photograph {evidence_id[:12]}: its hash does not fit")
        return self._keep(evidence_id, data)

    def read(self, evidence_id: str) -> bytes:
        """Return a photograph's bytes, held against their name. Raises EvidenceMissing, EvidenceAltered, OSError."""
        place = self._place(evidence_id)
        try:
            data = _read_file(place, follow=False)
        except FileNotFoundError:
            raise EvidenceMissing(f"the photograph {evidence_id[:12]} is not kept here") from None
        except Refused:
            raise EvidenceAltered(f"what lies as the photograph {evidence_id[:12]} was never kept as one") from None
        if hashlib.sha256(data).hexdigest() != evidence_id:
            raise EvidenceAltered(f"the photograph {evidence_id[:12]} is not what was kept: its hash does not fit")
        return data

    def check(self, named: Iterable[str]) -> EvidenceCheck:
        """Read every photograph that is named, and list the files that are not. Raises OSError."""
        wanted = sorted(set(named))
        found: dict[str, list[str]] = {"intact": [], "missing": [], "altered": []}
        for name in wanted:
            try:
                self.read(name)
            except EvidenceMissing:
                found["missing"].append(name)
            except EvidenceAltered:
                found["altered"].append(name)
            else:
                found["intact"].append(name)
        known = {self._place(name) for name in wanted}
        strangers = tuple(
            path.relative_to(self.folder).as_posix()
            for path in self._files()
            if path not in known and not path.name.endswith((PART, SENT))
        )
        return EvidenceCheck(tuple(found["intact"]), tuple(found["missing"]), tuple(found["altered"]), strangers)

    def erase(self, evidence_id: str) -> bool:
        """Erase a photograph, and what was set aside of it, for good; tell whether there was any. Raises OSError.

        The log goes on naming it, and says who had it erased and why.
        """
        place = self._place(evidence_id)
        found = [path for path in place.parent.glob(f"{evidence_id[:12]}*") if self._is_of(path, evidence_id)]
        for path in found:
            path.unlink(missing_ok=True)
        if found:
            sync_folder(place.parent)
        return bool(found)

    def holds(self, evidence_id: str) -> bool:
        """Tell whether anything lies under a photograph's name, whole or not. Raises OSError."""
        return os.path.lexists(self._place(evidence_id))

    def _is_of(self, path: Path, evidence_id: str) -> bool:
        """Tell whether a file is a photograph's: itself, spoilt, or a part of it that was being written."""
        return path.name == evidence_id or path.name.endswith(PART) or path.name.startswith(f"{evidence_id}.")

    def standing(self, evidence_id: str) -> Standing | None:
        """Say where a photograph is, where other seats share them; None for a store of one seat. Looks at no file."""
        return None

    def subscribe(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Have `listener` told, on any thread, whose standing changes; return what ends that. Here nothing does."""
        return lambda: None

    def close(self) -> None:
        """End what goes on behind it; nothing does in a store of one seat."""

    def sweep(self) -> int:
        """Remove what writes that were cut have left, a day old or more; return how many. Raises OSError."""
        before = time.time() - PARTS_KEPT_S
        old = [path for path in self._files() if path.name.endswith(PART) and path.lstat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _place(self, evidence_id: str) -> Path:
        if not is_evidence_id(evidence_id):
            raise EvidenceMissing("that is no name of a photograph")
        return self.folder / evidence_id[:2] / evidence_id

    def _files(self) -> Iterator[Path]:
        for root, folders, names in os.walk(self.folder):  # does not follow links
            folders.sort()
            yield from (Path(root, name) for name in sorted(names))

    def _keep(self, evidence_id: str, data: bytes) -> bool:
        place = self._place(evidence_id)
        is_new = not self._is_kept(evidence_id)
        if is_new:
            for folder in (self.folder, place.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part = place.with_name(f"{evidence_id[:12]}.{secrets.token_hex(6)}{PART}")
            try:
                write_durably(part, data)
                self._lay(part, place)
            finally:
                part.unlink(missing_ok=True)
        for folder in (place.parent, self.folder, self.folder.parent):  # also where another seat has just kept it
            sync_folder(folder)
        return is_new

    def _is_kept(self, evidence_id: str) -> bool:
        try:
            self.read(evidence_id)
        except (EvidenceMissing, EvidenceAltered):
            return False
        return True

    def _lay(self, part: Path, place: Path) -> None:
        """Give a whole part its name; what lies there spoilt is set aside, not removed."""
        for _ in range(3):
            try:
                os.link(part, place)
            except FileExistsError:
                try:
                    self.read(place.name)
                except EvidenceAltered:
                    place.rename(place.with_name(f"{place.name}.{secrets.token_hex(3)}{SPOILT}"))
                except EvidenceMissing:
                    continue
                else:
                    return  # another seat kept the same bytes meanwhile
            except OSError:  # a store without links, as FAT and some shares
                if not os.path.lexists(place):
                    part.rename(place)
                    return
                raise
            else:
                return
        raise OSError(f"{place} cannot be kept: somebody else changes it again and again")


def read_source(path: Path) -> bytes:
    """Return the bytes of a file that somebody chose. Raises Refused: no file, not readable, too much, nothing."""
    try:
        return _read_file(path, follow=True)
    except OSError as error:
        raise Refused("evidence_cannot_read", name=path.name, why=error.strerror or str(error)) from error
    except ValueError:  # a nought in its name
        raise Refused("evidence_no_file", name=path.name) from None


def write_durably(path: Path, data: bytes) -> None:
    """Write a new file for its owner's eyes only, and have it on the disk. Raises OSError, also where one is there."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def _read_file(path: Path, *, follow: bool) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe would never answer
    if not follow:
        if path.is_symlink():
            raise Refused("evidence_no_file", name=path.name)
        flags |= getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Refused("evidence_no_file", name=path.name)
        check_size(status.st_size)
        data = file.read(MOST_BYTES + 1)
    check_size(len(data))  # it may have grown meanwhile
    return data
