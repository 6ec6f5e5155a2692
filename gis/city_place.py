"""Put a built city folder in its place: whole or not at all, with checksums, and what people wrote kept."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from gis.city import CHECKSUM_FILE, checksum

# Files that people write: a rebuilt city keeps those of the city that it replaces.
KEPT_FILES = ("profiles.toml", "roster.toml", "runcards.toml", "opening.toml", "layers.toml")


def write_checksums(folder: Path) -> None:
    """Write the checksum of every file that people do not edit, in the format of the command sha256sum."""
    lines = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        if name not in (*KEPT_FILES, CHECKSUM_FILE):
            lines.append(f"{checksum(file)}  {name}\n")
    (folder / CHECKSUM_FILE).write_text("".join(lines), "utf-8", newline="\n")


def put_in_place(beside: Path, out: Path, *, kept: Sequence[str] = KEPT_FILES) -> None:
    """Rename the built folder into its place; a city that stood there is kept until that has happened.

    kept: files of that city that stay, because people wrote them.
    """
    old = None
    if out.exists():
        for file in kept:
            if (out / file).is_file():
                shutil.copy2(out / file, beside / file)
        old = out.parent / f".{out.name}.{secrets.token_hex(4)}.old"
        out.rename(old)
    try:
        beside.rename(out)
    except OSError:
        if old is not None:
            old.rename(out)
        raise
    if old is not None:
        shutil.rmtree(old, ignore_errors=True)
