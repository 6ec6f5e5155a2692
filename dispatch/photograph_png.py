"""Walk through a PNG (ISO/IEC 15948) from chunk to chunk, and count what it unpacks to without keeping it."""

from __future__ import annotations

import struct
import zlib

from dispatch.photograph_walk import Walked, check_beside, check_pixels
from dispatch.refused import Refused

MOST_CHUNKS = 50_000  # of picture data: 40 MB in pieces of a kilobyte
MOST_UNPACKED_BYTES = 900_000_000  # 110 megapixels, four channels, 16 bits
MOST_UNPACKED_BESIDE_BYTES = 4_000_000
_STEP_BYTES = 1 << 20
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))  # Adam7


def walk_png(data: bytes) -> Walked:
    """Return what a whole PNG of one picture holds. Raises Refused."""
    walk = _Walk()
    at = 8
    while not walk.is_ended:
        if at + 12 > len(data):
            raise Refused("evidence_truncated")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            raise Refused("evidence_truncated")
        content = memoryview(data)[at + 8 : end]
        if zlib.crc32(content, zlib.crc32(kind)) != struct.unpack_from(">I", data, end)[0]:
            raise Refused("evidence_damaged", photograph_part="checksum")
        walk.chunk(kind, content)
        at = end + 4
    if at != len(data):
        raise Refused("evidence_more_behind", bytes=len(data) - at)
    return Walked(walk.width_px, walk.height_px, walk.exif)


class _Walk:
    def __init__(self) -> None:
        self.width_px = self.height_px = 0
        self.exif = b""
        self.is_ended = False
        self._opener = zlib.decompressobj()
        self._expected = self._unpacked = 0
        self._pictures = self._parts = self._beside = 0
        self._before = b""

    def chunk(self, kind: bytes, content: memoryview) -> None:
        """Take the next chunk."""
        if (kind == b"IHDR") != (self._before == b""):
            raise Refused("evidence_damaged", photograph_part="order")
        if kind == b"IHDR":
            self._header(content)
        elif kind == b"IDAT":
            if self._pictures and self._before != b"IDAT":
                raise Refused("evidence_damaged", photograph_part="order")
            self._pictures += 1
            if self._pictures > MOST_CHUNKS:
                raise Refused("evidence_bomb")
            self._unpack(content)
        elif kind == b"IEND":
            self._end()
        elif kind in (b"acTL", b"fcTL", b"fdAT"):
            raise Refused("evidence_animated")
        elif not kind.isalpha() or (kind[0] < 0x61 and kind != b"PLTE"):  # a critical chunk that nobody knows
            raise Refused("evidence_damaged", photograph_part="chunk")
        else:
            self._other(kind, content)
        self._before = kind

    def _header(self, content: memoryview) -> None:
        if len(content) != 13:
            raise Refused("evidence_damaged", photograph_part="frame")
        width_px, height_px, depth, colour, packing, filtering, interlace = struct.unpack(">IIBBBBB", content)
        if depth not in _DEPTHS.get(colour, ()) or packing or filtering or interlace > 1:
            raise Refused("evidence_damaged", photograph_part="frame")
        check_pixels(width_px, height_px)
        self.width_px, self.height_px = width_px, height_px
        bits = depth * _CHANNELS[colour]
        for left, top, across, down in _PASSES if interlace else ((0, 0, 1, 1),):
            columns, rows = -((left - width_px) // across), -((top - height_px) // down)
            if columns > 0 and rows > 0:
                self._expected += rows * (1 + (columns * bits + 7) // 8)
        if self._expected > MOST_UNPACKED_BYTES:
            raise Refused("evidence_bomb")

    def _unpack(self, content: memoryview) -> None:
        rest: bytes | memoryview = content
        try:
            while len(rest) and not self._opener.eof:
                self._unpacked += len(self._opener.decompress(rest, _STEP_BYTES))
                rest = self._opener.unconsumed_tail
                if self._unpacked > self._expected:
                    raise Refused("evidence_bomb")
        except zlib.error:
            raise Refused("evidence_damaged", photograph_part="packing") from None
        if self._opener.unused_data:
            raise Refused("evidence_more_behind", bytes=len(self._opener.unused_data))

    def _end(self) -> None:
        if not self._pictures:
            raise Refused("evidence_damaged", photograph_part="order")
        if not self._opener.eof or self._unpacked != self._expected:
            raise Refused("evidence_truncated")
        self.is_ended = True

    def _other(self, kind: bytes, content: memoryview) -> None:
        self._parts += 1
        self._beside += len(content)
        check_beside(self._parts, self._beside)
        if kind in (b"zTXt", b"iCCP", b"iTXt"):
            self._check_packed(kind, bytes(content))
        elif kind == b"eXIf" and not self.exif:
            self.exif = bytes(content)

    def _check_packed(self, kind: bytes, content: bytes) -> None:
        rest = content.partition(b"\0")[2]
        if kind == b"iTXt":
            if rest[:1] != b"\1":
                return
            rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
        else:
            rest = rest[1:]
        try:
            opener = zlib.decompressobj()
            opener.decompress(rest, MOST_UNPACKED_BESIDE_BYTES)
        except zlib.error:
            raise Refused("evidence_damaged", photograph_part="packing") from None
        if opener.unconsumed_tail or not opener.eof:
            raise Refused("evidence_bomb")
