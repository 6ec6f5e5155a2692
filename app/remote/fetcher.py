"""Fetch the tiles that maps look at: a few a host at a time, patient with hosts that are busy or away."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QNetworkAccessManager

from app.remote.download import Download, Trouble
from gis.tile_decoding import MOST_TILE_BYTES, picture_format
from gis.web_tiles import WebTile

MOST_A_HOST = 6
FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 120.0
FORGET_FAILURE_S = 300.0
_Wanted = tuple[str, WebTile]  # the layer's name


@dataclass(slots=True)
class _Host:
    running: int = 0
    failures: int = 0
    held_until_s: float = 0.0  # of time.monotonic


class TileFetcher(QObject):
    """Fetch tiles by their addresses. `fetched` carries the layer, the tile and its bytes; `failed` a Trouble."""

    fetched = Signal(str, object, bytes)
    failed = Signal(str, object, object)
    idle = Signal()

    def __init__(self, parent: QObject | None = None, *, first_wait_s: float = FIRST_WAIT_S) -> None:
        super().__init__(parent)
        self.network = QNetworkAccessManager(self)
        self._first_wait_s = first_wait_s
        self._queue: dict[_Wanted, str] = {}
        self._running: dict[_Wanted, tuple[Download, _Host]] = {}
        self._hosts: dict[str, _Host] = {}
        self._failed_until_s: dict[_Wanted, float] = {}
        self._dice = random.Random()
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._start_some)

    def want(self, layer: str, tiles: Sequence[tuple[WebTile, str]]) -> None:
        """Fetch these tiles of a layer, first things first, and no others of it: what left the view is cancelled."""
        wanted = {(layer, tile): address for tile, address in tiles}
        for key in [key for key in self._running if key[0] == layer and key not in wanted]:
            download, host = self._running.pop(key)
            host.running -= 1
            download.cancel()
            download.deleteLater()
        now = time.monotonic()
        self._failed_until_s = {key: until for key, until in self._failed_until_s.items() if until > now}
        others = {key: address for key, address in self._queue.items() if key[0] != layer}
        fresh = {
            key: address
            for key, address in wanted.items()
            if key not in self._running and key not in self._failed_until_s
        }
        self._queue = {**others, **fresh}
        self._start_some()

    def is_busy(self, layer: str) -> bool:
        """Tell whether tiles of a layer are being fetched or wait for it."""
        return any(key[0] == layer for key in self._running) or any(key[0] == layer for key in self._queue)

    def close(self) -> None:
        """Give everything up."""
        self._queue.clear()
        self._later.stop()
        for download, _ in self._running.values():
            download.cancel()
        self._running.clear()

    def _start_some(self) -> None:
        now = time.monotonic()
        next_s = float("inf")
        for key, address in list(self._queue.items()):
            host = self._hosts.setdefault(urlsplit(address).netloc.casefold(), _Host())
            if host.held_until_s > now:
                next_s = min(next_s, host.held_until_s - now)
            elif host.running < (1 if host.failures else MOST_A_HOST):  # one asks whether a host is back
                del self._queue[key]
                self._start(key, address, host)
        if next_s < float("inf"):
            self._later.start(max(10, round(next_s * 1000)))
        elif not self._queue and not self._running:
            self.idle.emit()

    def _start(self, key: _Wanted, address: str, host: _Host) -> None:
        download = Download(self.network, address, most_bytes=MOST_TILE_BYTES, parent=self)
        host.running += 1
        self._running[key] = (download, host)
        download.done.connect(lambda data: self._on_done(key, data))
        download.failed.connect(lambda trouble: self._on_failed(key, address, trouble))
        download.start()

    def _leave(self, key: _Wanted) -> _Host | None:
        found = self._running.pop(key, None)
        if found is None:
            return None
        download, host = found
        host.running -= 1
        download.deleteLater()
        return host

    def _on_done(self, key: _Wanted, data: bytes) -> None:
        host = self._leave(key)
        if host is None:
            return
        host.failures = 0
        if not data:
            self._give_up(key, Trouble("remote_no_tile"))
        elif not picture_format(data):
            self._give_up(key, Trouble("remote_no_picture"))
        else:
            self.fetched.emit(*key, data)
        QTimer.singleShot(0, self, self._start_some)

    def _on_failed(self, key: _Wanted, address: str, trouble: Trouble) -> None:
        host = self._leave(key)
        if host is None:
            return
        if trouble.is_away or trouble.is_busy:
            now = time.monotonic()
            if host.held_until_s <= now:  # six that fail together are one failure
                host.failures += 1
                wait_s = min(self._first_wait_s * 2.0 ** min(host.failures - 1, 20), LONGEST_WAIT_S)
                wait_s *= self._dice.uniform(0.75, 1.25)
                host.held_until_s = now + (wait_s if trouble.wait_s is None else max(trouble.wait_s, 0.1))
            self._queue[key] = address
            self.failed.emit(*key, trouble)
        else:
            self._give_up(key, trouble)
        QTimer.singleShot(0, self, self._start_some)

    def _give_up(self, key: _Wanted, trouble: Trouble) -> None:
        self._failed_until_s[key] = time.monotonic() + FORGET_FAILURE_S
        self.failed.emit(*key, trouble)
