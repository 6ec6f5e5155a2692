"""Entries kept small and found by their number: a week of a large city takes some megabytes."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from threading import Lock

import msgspec

from dispatch.codec import decode, encode
from dispatch.events import Entry

CHUNK = 64
_OPENED = 24
_LEVEL = 1
_bodies = msgspec.msgpack.Decoder(list[bytes])


class Reel:
    """Keep entries behind `after` in order, CHUNK by CHUNK compressed. One thread adds, any may read."""

    def __init__(self, after: int = 0) -> None:
        self.after = after
        self._packed: list[bytes] = []
        self._open: list[bytes] = []
        self._opened: OrderedDict[int, list[bytes]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._packed) * CHUNK + len(self._open)

    def add(self, entries: Iterable[Entry]) -> None:
        """Take the next entries."""
        for entry in entries:
            body = encode(entry)
            with self._lock:
                self._open.append(body)
                if len(self._open) == CHUNK:
                    self._packed.append(zlib.compress(msgspec.msgpack.encode(self._open), _LEVEL))
                    self._open = []

    def entry(self, sequence: int) -> Entry:
        """Return one entry. Raises IndexError where it is not kept."""
        return decode(self._body(sequence - self.after - 1))

    def entries(self, after: int, upto: int) -> Iterator[Entry]:
        """Yield the entries behind `after` up to `upto`. Raises IndexError where they are not kept."""
        for place in range(after - self.after, upto - self.after):
            yield decode(self._body(place))

    def _body(self, place: int) -> bytes:
        if place < 0:
            raise IndexError(f"entry {place + self.after + 1} is not kept: entries begin behind {self.after}")
        chunk, within = divmod(place, CHUNK)
        with self._lock:
            if chunk == len(self._packed):
                return self._open[within]
            held = self._opened.get(chunk)
            if held is None:
                held = self._opened[chunk] = _bodies.decode(zlib.decompress(self._packed[chunk]))
                while len(self._opened) > _OPENED:
                    self._opened.popitem(last=False)
            else:
                self._opened.move_to_end(chunk)
        return held[within]
