"""Walk through a JPEG (ITU-T T.81) from marker to marker, without decoding it."""

from __future__ import annotations

import re

from dispatch.photograph_behind import check_behind
from dispatch.photograph_walk import Walked, check_beside, check_pixels
from dispatch.refused import Refused

MOST_SCANS = 64  # progressive files have about ten; each one more is a pass over the whole picture
_BASELINE, _EXTENDED, _PROGRESSIVE = 0xC0, 0xC1, 0xC2
_OTHER_FRAMES = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_SOI, _EOI, _SOS, _APP1 = 0xD8, 0xD9, 0xDA, 0xE1
_LONELY = frozenset({0x01, *range(0xD0, 0xD8)})  # markers that carry nothing
_EXIF = b"Exif\0\0"
_MARKER = re.compile(rb"\xff+([\x02-\xcf\xd8-\xfe])")  # neither a stuffed byte nor a restart, which belong to a scan


def walk_jpeg(data: bytes) -> Walked:
    """Return what a whole JPEG holds; behind its end only what telephones put there. Raises Refused."""
    walk = _Walk(data)
    end = walk.picture(0)
    check_behind(data, end, lambda start: _Walk(data).picture(start))
    return Walked(walk.width_px, walk.height_px, walk.exif)


class _Walk:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self.width_px = self.height_px = 0
        self.exif = b""
        self._is_progressive = False
        self._parts = self._beside = self._scans = self._scan_bytes = 0

    def picture(self, start: int) -> int:
        """Walk from a start of image to behind its end, and return where that is."""
        data, at = self._data, start + 2
        while True:
            marker, at = self._marker(at)
            if marker == _EOI:
                self._check_scans()
                return at
            if marker == _SOI:
                raise Refused("evidence_damaged", photograph_part="marker")
            if marker in _LONELY:
                continue
            length = int.from_bytes(data[at : at + 2])
            content = data[at + 2 : at + length]
            if at + 2 > len(data) or at + length > len(data):
                raise Refused("evidence_truncated")
            if length < 2:
                raise Refused("evidence_damaged", photograph_part="marker")
            self._segment(marker, content)
            at += length
            if marker == _SOS:
                at = self._scan(at)

    def _marker(self, at: int) -> tuple[int, int]:
        data, first = self._data, at
        while at < len(data) and data[at] == 0xFF:
            at += 1
        if at >= len(data):
            raise Refused("evidence_truncated")
        if at == first or data[at] == 0:
            raise Refused("evidence_damaged", photograph_part="marker")
        return data[at], at + 1

    def _segment(self, marker: int, content: bytes) -> None:
        if marker in (_BASELINE, _EXTENDED, _PROGRESSIVE):
            self._frame(marker, content)
        elif marker in _OTHER_FRAMES:
            raise Refused("evidence_unsupported", photograph_part="coding")
        elif marker == _SOS:
            if not self.width_px:
                raise Refused("evidence_damaged", photograph_part="marker")
            self._scans += 1
            if self._scans > MOST_SCANS:
                raise Refused("evidence_bomb")
        else:
            self._parts += 1
            self._beside += len(content)
            check_beside(self._parts, self._beside)
            if marker == _APP1 and content.startswith(_EXIF) and not self.exif:
                self.exif = content[len(_EXIF) :]

    def _frame(self, marker: int, content: bytes) -> None:
        if self.width_px or len(content) < 6 or len(content) != 6 + 3 * content[5]:
            raise Refused("evidence_damaged", photograph_part="frame")
        height_px, width_px = int.from_bytes(content[1:3]), int.from_bytes(content[3:5])
        check_pixels(width_px, height_px)
        if content[0] != 8:
            raise Refused("evidence_unsupported", photograph_part="depth")
        if content[5] not in (1, 3):
            raise Refused("evidence_unsupported", photograph_part="colours")
        if any(not (1 <= each >> 4 <= 4 and 1 <= each & 15 <= 4) for each in content[7::3]):
            raise Refused("evidence_damaged", photograph_part="frame")
        self.width_px, self.height_px = width_px, height_px
        self._is_progressive = marker == _PROGRESSIVE

    def _scan(self, at: int) -> int:
        """Return where the next marker that is no restart stands."""
        found = _MARKER.search(self._data, at)
        if found is None:
            raise Refused("evidence_truncated")
        self._scan_bytes += found.start() - at
        return found.start()

    def _check_scans(self) -> None:
        """Hold the coded bytes against the least that so many pixels need.

        A block of 8 × 8 takes at least two codes of one bit, in a progressive file's first scan one; so a picture of
        100 megapixels in a kilobyte is told without decoding it.
        """
        if not self._scans:
            raise Refused("evidence_truncated")
        blocks = -(-self.width_px // 8) * -(-self.height_px // 8)
        if self._scan_bytes * (8 if self._is_progressive else 4) < blocks:
            raise Refused("evidence_truncated")
