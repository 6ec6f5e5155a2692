"""The worker process that paints tiles: reads jobs as JSON lines, paints into a mapped file, answers as JSON lines.

Run as `python -m maps.tile_worker SLOT`. Imports numpy and QtGui only (pyarrow when a layer's names are read).
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from PySide6.QtGui import QImage, QPainter

from maps.kept_ground import KeptGround
from maps.label import Label
from maps.listing import read_elsewhere
from maps.names import labels_in, labels_laid_over
from maps.painter import paint_base
from maps.style import THEMES
from maps.tiles import TILE_PX, LayerFolder, TileKey, tile_view
from maps.view import View

NICENESS = 15
SLOT_BYTES = TILE_PX * TILE_PX * 4


def paint_tile(
    layers: LayerFolder,
    theme: str,
    key: TileKey,
    device_pixel_ratio: float,
    into: memoryview | mmap.mmap | None = None,
    *,
    find_labels: Callable[[LayerFolder, View], list[Label]] = labels_in,
    kept: KeptGround | None = None,
) -> tuple[QImage, list[Label]]:
    """Paint one tile, in memory of one's own or `into` a buffer of `SLOT_BYTES`; answers it with its labels."""
    view = tile_view(key, device_pixel_ratio)
    if into is None:
        image = QImage(TILE_PX, TILE_PX, QImage.Format.Format_RGB32)
    else:
        image = QImage(into, TILE_PX, TILE_PX, TILE_PX * 4, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    try:
        paint_base(painter, layers, view, THEMES[theme], kept=kept)
    finally:
        painter.end()
    return image, find_labels(layers, view)


def serve(jobs: Iterable[str], answers: IO[str], slot: Path) -> None:
    """Paint jobs until there are no more. A job that fails is answered with its error; the worker goes on."""
    folder: LayerFolder | None = None
    kept = KeptGround()
    opened: tuple[str, int] | None = None
    with slot.open("r+b") as file, mmap.mmap(file.fileno(), SLOT_BYTES) as shared:
        with contextlib.suppress(OSError):  # where a mapped file may go by name already, a crash leaves nothing behind
            slot.unlink()
        for line in jobs:
            job = json.loads(line)
            answer: dict[str, object] = {"job": job["job"]}
            try:
                listing = job.get("listing")
                read_elsewhere(Path(job["layers"]).parent, Path(listing) if listing else None)
                source = (job["layers"], job["version"])
                if folder is None or source != opened:
                    folder, opened = LayerFolder(Path(job["layers"]), folder), source
                    kept.follow((job["layers"], folder.unstyled_layers()))
                key = TileKey(job["level"], job["column"], job["row"])
                find_labels = labels_laid_over if job["knows_own_labels"] else labels_in
                image, labels = paint_tile(
                    folder, job["theme"], key, job["ratio"], shared, find_labels=find_labels, kept=kept
                )
                del image  # lets go of the mapped file
                answer["labels"] = labels
            except Exception as error:
                answer["error"] = f"{type(error).__name__}: {error}"
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


def main() -> None:
    """Serve the jobs of standard input, out of the way of the window: a frame must not wait for a core."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    try:
        serve(sys.stdin, sys.stdout, Path(sys.argv[1]))
    except BrokenPipeError:  # the window was killed: nobody waits for the tile
        os._exit(0)


if __name__ == "__main__":
    main()
