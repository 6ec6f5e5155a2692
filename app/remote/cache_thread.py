"""Keep and look up fetched tiles in a thread of their own: a slow disk never stops the window."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gis.tile_cache import MOST_BYTES, TileCache
from gis.web_tiles import WebTile

logger = logging.getLogger(__name__)

TOGETHER_S = 0.3  # tiles that come within are written in one step
MOST_TOGETHER = 32


@dataclass(frozen=True, slots=True)
class CacheFile:
    """Where a layer's tiles are kept, and what is said of them in the file."""

    layer: str
    file: Path
    about: Mapping[str, str] = field(compare=False)


class CacheThread(QObject):
    """Write and look up tiles. `found` carries a layer, what was asked and the ages; `kept` tells of new tiles."""

    found = Signal(str, object, object)
    kept = Signal(str)
    broken = Signal(str, str)

    def __init__(self, parent: QObject | None = None, *, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(parent)
        self._most_bytes = most_bytes
        self._jobs: queue.SimpleQueue[tuple[CacheFile, object] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def look_up(self, cache: CacheFile, tiles: Sequence[WebTile]) -> None:
        """Ask which tiles are there and how old they are; `found` answers."""
        self._give(cache, tuple(tiles))

    def keep(self, cache: CacheFile, tile: WebTile, data: bytes) -> None:
        """Write a tile; `kept` tells when it is there."""
        self._give(cache, (tile, data))

    def close(self) -> None:
        """Write what is waiting and end the thread."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join(10)
            self._thread = None

    def _give(self, cache: CacheFile, what: object) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="tile cache", daemon=True)
            self._thread.start()
        self._jobs.put((cache, what))

    def _run(self) -> None:
        open_caches: dict[CacheFile, TileCache] = {}
        waiting: dict[CacheFile, dict[WebTile, bytes]] = {}
        since = 0.0
        while True:
            try:
                timeout = max(0.0, since + TOGETHER_S - time.monotonic()) if waiting else None
                job = self._jobs.get(timeout=timeout)
            except queue.Empty:
                self._write(open_caches, waiting)
                continue
            if job is None:
                break
            cache, what = job
            if isinstance(what, tuple) and len(what) == 2 and isinstance(what[1], bytes):
                if not waiting:
                    since = time.monotonic()
                waiting.setdefault(cache, {})[what[0]] = what[1]
                if len(waiting[cache]) >= MOST_TOGETHER:
                    self._write(open_caches, waiting)
            else:
                self._answer(open_caches, cache, what)
        self._write(open_caches, waiting)
        for each in open_caches.values():
            each.close()

    def _opened(self, open_caches: dict[CacheFile, TileCache], cache: CacheFile) -> TileCache:
        held = open_caches.get(cache)
        if held is not None and cache.file.exists():
            return held
        if held is not None:  # its layer was taken away and came back
            held.close()
        open_caches[cache] = TileCache(cache.file, cache.about, most_bytes=self._most_bytes)
        return open_caches[cache]

    def _answer(self, open_caches: dict[CacheFile, TileCache], cache: CacheFile, tiles: object) -> None:
        ages: dict[WebTile, datetime] = {}
        try:
            ages = self._opened(open_caches, cache).ages(tiles)  # type: ignore[arg-type]
        except Exception as error:
            self._tell_broken(open_caches, cache, error)
        self.found.emit(cache.layer, tiles, ages)

    def _write(self, open_caches: dict[CacheFile, TileCache], waiting: dict[CacheFile, dict[WebTile, bytes]]) -> None:
        for cache, tiles in waiting.items():
            try:
                self._opened(open_caches, cache).put(tiles, datetime.now(UTC))
            except Exception as error:
                self._tell_broken(open_caches, cache, error)
            else:
                self.kept.emit(cache.layer)
        waiting.clear()

    def _tell_broken(self, open_caches: dict[CacheFile, TileCache], cache: CacheFile, error: Exception) -> None:
        held = open_caches.pop(cache, None)
        if held is not None:
            held.close()
        logger.warning("the pictures of the layer %s are not kept: %s", cache.layer, error)
        self.broken.emit(cache.layer, str(error))
