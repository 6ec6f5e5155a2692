"""`opsroom evidence keep` and `export`: a photograph or a recording of a room, taken in from a file and handed out."""

from __future__ import annotations

import argparse
import hashlib
import mimetypes
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dispatch.room.room_photographs import RoomPhotographs

DONE, REFUSED, CANNOT = 0, 1, 2
READ_BYTES = 1 << 20
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")


def add_commands(evidence: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `keep` and `export`; each sets `run`, which takes the arguments and returns the exit code."""
    codes = "Exit code 0: done. 1: it is not there, erased or not as it was kept. 2: it cannot be done here."
    keep = evidence.add_parser(
        "keep",
        help="bring a recording or a photograph to the room's server, under its SHA-256",
        description="Every seat reaches it then by that name, which is printed: put it where the incident speaks of "
        f"the recording. A file of any size goes on where it was cut. {codes}",
    )
    keep.add_argument("log", metavar="LOG", help="the postgresql:// address of a room")
    keep.add_argument("file", type=Path, metavar="FILE")
    keep.add_argument("--type", default="", metavar="TYPE", help="its media type, as audio/ogg (default: by its name)")
    keep.set_defaults(run=run_keep)
    export = evidence.add_parser(
        "export",
        help="write a photograph or a recording out as it was kept",
        description="The file is the evidence itself, byte for byte, with the place and the time that a camera wrote "
        f"into it: the copy for others, without them, is written on the case. {codes}",
    )
    export.add_argument("log", metavar="LOG", help="an SQLite file or the postgresql:// address of a room")
    export.add_argument("name", metavar="SHA256", help="its name: 64 letters, or the first of them that are its own")
    export.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write, which is not there")
    export.add_argument("--keys", type=Path, metavar="FOLDER", help="where the keys of logs are (your state folder)")
    export.set_defaults(run=run_export)


def run_keep(args: argparse.Namespace) -> int:
    """Bring a file to the room."""
    from app.cli.progress import Progress

    def work() -> int:
        if "://" not in args.log:
            raise ValueError("only a room keeps recordings: give its postgresql:// address")
        media_type = (args.type or mimetypes.guess_type(args.file.name)[0] or "application/octet-stream").lower()
        if not _MEDIA_TYPE.fullmatch(media_type):
            raise ValueError(f"{args.type!r} is no media type: write it as audio/ogg")
        if args.file.stat().st_size == 0:
            raise ValueError(f"{args.file} is empty")
        with args.file.open("rb") as source:
            found = hashlib.sha256()
            while data := source.read(READ_BYTES):
                found.update(data)
        name, room, progress = found.hexdigest(), room_of(args.log), Progress(quiet=False)
        try:
            is_new = room.blobs.put(args.file, name, media_type, report=lambda share: progress(share, args.file.name))
        finally:
            progress.end()
            room.close()
        print(name)
        if not is_new:
            print("The room has had it before.", file=sys.stderr)
        return DONE

    return _guarded(work)


def run_export(args: argparse.Namespace) -> int:
    """Write a content out, and have the log say so."""
    from app.cli.recorded import record_export
    from dispatch.evidence_store import EvidenceMissing, EvidenceStore, evidence_folder, write_durably

    def work() -> int:
        if not re.fullmatch("[0-9a-f]{8,64}", args.name):
            raise ValueError(f"{args.name!r} is no name of a photograph: at least 8 of its 64 letters")
        if "://" in args.log:
            room = room_of(args.log)
            try:
                name = _whole_name(args.name, [blob.sha256 for blob in room.blobs.all()])
                room.save(name, args.out)
            finally:
                room.close()
        else:
            store = EvidenceStore(evidence_folder(args.log))
            name = _whole_name(args.name, list(store.names()))
            write_durably(args.out, store.read(name))
        print(f"{args.out}: {name}")
        record_export(args.log, "photograph", f"{name}, as it was kept", keys=args.keys)
        return DONE

    def _whole_name(beginning: str, names: list[str]) -> str:
        fitting = [name for name in names if name.startswith(beginning)]
        if len(fitting) > 1:
            raise ValueError(f"{beginning} begins {len(fitting)} names: give more of it")
        if not fitting:
            raise EvidenceMissing(f"nothing is kept here as {beginning}")
        return fitting[0]

    return _guarded(work)


def room_of(log: str) -> RoomPhotographs:
    """Return what the room of a `postgresql://` address keeps."""
    from dispatch.room.room_photographs import RoomPhotographs

    return RoomPhotographs(log)


def _guarded(work: Callable[[], int]) -> int:
    """Do it, and say in one line what was wrong."""
    from dispatch.evidence_store import EvidenceAltered
    from dispatch.log import NotSaved

    try:
        return work()
    except (EvidenceAltered, LookupError) as problem:
        print(f"opsroom evidence: {problem}", file=sys.stderr)
        return REFUSED
    except (NotSaved, ValueError) as problem:
        print(f"opsroom evidence: {problem}", file=sys.stderr)
        return CANNOT
    except OSError as problem:
        place = f"{problem.filename}: " if problem.filename else ""
        print(f"opsroom evidence: {place}{problem.strerror or problem}", file=sys.stderr)
        return CANNOT
