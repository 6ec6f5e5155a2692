"""Records packed away: compressed msgpack in drawers, each opened as a whole when somebody asks for what lies in it.

A log of years is mostly what nobody will touch again. In drawers it takes a tenth of the memory that records take, and
opening a log need not read it at all. A cabinet never changes; what was read from it stays the same object.
"""

from __future__ import annotations

import threading
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from struct import Struct
from typing import Any, Generic, TypeVar

import msgspec

K = TypeVar("K")
V = TypeVar("V")

DRAWER_BYTES = 48 << 10  # before it is compressed: some thirty cases, half a millisecond to open
_LEVEL = 1
_halves = Struct("<qq").unpack
_LIST = b"\xdd"  # msgpack: a list whose length follows in four bytes


class Packed(msgspec.Struct, array_like=True):
    """Hold a cabinet as it is stored. Numbers are little-endian: places uint32, keys int64.

    `stored` counts what lies in each drawer, `live` what of it is still so. The index is sorted by `high`: a number
    itself, or the halves of a BLAKE2b of a text, which nobody finds a second text for.
    """

    drawers: list[memoryview]
    stored: memoryview
    live: memoryview
    high: memoryview
    low: memoryview
    places: memoryview


class Cabinet(Generic[K, V]):
    """Find records by their key, a number or a text. May be used from any thread."""

    __slots__ = ("_decoder", "_high", "_live", "_lock", "_low", "_open", "_places", "packed")

    def __init__(self, packed: Packed, decoder: msgspec.msgpack.Decoder[list[tuple[K, V]]]) -> None:
        self.packed = packed
        self._decoder = decoder
        self._high, self._low = packed.high.cast("q"), packed.low.cast("q")
        self._places, self._live = packed.places.cast("I"), packed.live.cast("I")
        self._open: list[dict[K, V] | None] = [None] * len(packed.drawers)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._high)

    def __contains__(self, key: object) -> bool:
        return self.at(key) is not None

    def at(self, key: object) -> int | None:
        """Return where a key stands in the index, None where it does not."""
        if isinstance(key, str):
            high, low = _halves(print_of(key))
        elif isinstance(key, int):
            high, low = key, 0
        else:
            return None
        index, lows = self._high, self._low
        at = bisect_left(index, high)
        while at < len(index) and index[at] == high:
            if not lows or lows[at] == low:
                return at
            at += 1
        return None

    def place(self, key: object) -> int | None:
        """Return the drawer in which a key lies."""
        at = self.at(key)
        return None if at is None else self._places[at]

    def get(self, key: K, default: Any = None) -> Any:
        """Return what lies under a key."""
        place = self.place(key)
        return default if place is None else self.drawer(place)[key]

    def drawer(self, place: int) -> dict[K, V]:
        """Return what lies in a drawer. Nobody may change it."""
        held = self._open[place]
        if held is None:
            with self._lock:
                held = self._open[place]
                if held is None:
                    held = dict(self._decoder.decode(zlib.decompress(self.packed.drawers[place])))
                    if self._live[place] < len(held):  # some lies in a later drawer by now
                        held = {key: value for key, value in held.items() if self.place(key) == place}
                    self._open[place] = held
        return held

    def drawers(self) -> Iterator[dict[K, V]]:
        """Yield all drawers, opening them as they come."""
        return map(self.drawer, range(len(self._open)))

    def numbers(self) -> memoryview | None:
        """Return all keys where they are numbers, without opening a drawer; None where they are texts."""
        return None if self._low else self._high


def print_of(text: str) -> bytes:
    """Return the 16 bytes that stand for a text in an index."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def pack(pairs: Iterable[tuple[Any, Any]], before: Cabinet[Any, Any] | None = None, gone: Iterable[Any] = ()) -> Packed:
    """Pack records away beside those of a cabinet, of which the keys in `gone` are left out.

    Drawers that hold more of what is gone than of what is not are packed anew; the others stay as they are.
    """
    import numpy as np  # only who packs needs it: a program that starts does not

    drawers: list[memoryview] = []
    stored, high, low, places = (np.zeros(0, kind) for kind in ("<u4", "<i8", "<i8", "<u4"))
    still: list[tuple[Any, Any]] = []
    if before is not None:
        packed = before.packed
        drawers, stored = packed.drawers, np.frombuffer(packed.stored, "<u4")
        high, low, places = (np.frombuffer(getattr(packed, name), kind) for name, kind in _INDEX)
        kept = np.ones(len(high), bool)
        kept[[at for at in map(before.at, gone) if at is not None]] = False
        live = np.bincount(places[kept], minlength=len(drawers))
        worn = np.flatnonzero(live * 2 < stored)
        if len(worn):
            lies_in = {int(place) for place in worn}
            still = [pair for place in lies_in for pair in _still(before, place, kept)]
            kept &= ~np.isin(places, worn)
            renumbered = np.cumsum(np.isin(np.arange(len(drawers)), worn, invert=True)) - 1
            drawers = [drawer for place, drawer in enumerate(drawers) if place not in lies_in]
            stored, places = np.delete(stored, worn), renumbered[places]
        high, places = high[kept], places[kept]
        low = low[kept] if len(low) else low
    keys: list[Any] = []
    added: list[memoryview] = []
    counts: list[int] = []
    for content, own in _filled(pairs, still):
        added.append(memoryview(zlib.compress(content, _LEVEL)))
        counts.append(len(own))
        keys += own
    is_text = bool(keys) and isinstance(keys[0], str)
    if is_text:
        index = np.frombuffer(b"".join(map(print_of, keys)), "<i8").reshape(-1, 2)
    else:
        index = np.column_stack((np.array(keys, "<i8"), np.zeros(len(keys), "<i8")))
    new_places = np.repeat(np.arange(len(counts)) + len(drawers), counts)
    high, places = np.concatenate((high, index[:, 0])), np.concatenate((places, new_places))
    low = np.concatenate((low, index[:, 1])) if is_text or len(low) else low
    order = np.argsort(high, kind="stable")
    all_drawers = [*drawers, *added]

    def kept_as(values: Any, kind: str) -> memoryview:
        return memoryview(np.ascontiguousarray(values, kind).tobytes())

    return Packed(
        all_drawers,
        kept_as(np.concatenate((stored, counts)), "<u4"),
        kept_as(np.bincount(places, minlength=len(all_drawers)), "<u4"),
        kept_as(high[order], "<i8"),
        kept_as(low[order] if len(low) else low, "<i8"),
        kept_as(places[order], "<u4"),
    )


_INDEX = (("high", "<i8"), ("low", "<i8"), ("places", "<u4"))
_raw = msgspec.msgpack.Decoder(list[tuple[Any, msgspec.Raw]])


def _still(cabinet: Cabinet[Any, Any], place: int, kept: Any) -> Iterator[tuple[Any, Any]]:
    """Yield what is still so in a drawer, its values as they are stored."""
    for key, value in _raw.decode(zlib.decompress(cabinet.packed.drawers[place])):
        at = cabinet.at(key)
        if at is not None and kept[at] and cabinet.place(key) == place:
            yield key, value


def _filled(*streams: Iterable[tuple[Any, Any]]) -> Iterator[tuple[bytes, list[Any]]]:
    """Yield the content of drawer after drawer, and which keys lie in each."""
    encoder, content, keys = msgspec.msgpack.Encoder(), bytearray(), list[Any]()
    for stream in streams:
        for key, value in stream:
            encoder.encode_into((key, value), content, -1)
            keys.append(key)
            if len(content) >= DRAWER_BYTES:
                yield _LIST + len(keys).to_bytes(4, "big") + content, keys
                content, keys = bytearray(), []
    if keys:
        yield _LIST + len(keys).to_bytes(4, "big") + content, keys
