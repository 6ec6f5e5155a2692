"""Tell whether a file that is a photograph is something else beside: an archive, a document, a tail of anything."""

from __future__ import annotations

import re
from collections.abc import Callable

from dispatch.refused import Refused

MOST_PARTS = 16
_ARCHIVE_TAIL = 65_557  # the end of a ZIP's directory with its longest comment
_ARCHIVE_END = re.compile(rb"PK\x05\x06")
_JPEG = b"\xff\xd8\xff"


def check_nothing_else(data: bytes) -> None:
    """Refuse a photograph that a reader of documents (from the front) or archives (from the back) would open too."""
    if b"%PDF-" in data[:1024]:
        raise Refused("evidence_two_things", photograph_found="pdf")
    first = max(0, len(data) - _ARCHIVE_TAIL)
    for found in _ARCHIVE_END.finditer(data, first):
        directory = int.from_bytes(data[found.start() + 12 : found.start() + 16], "little")
        begins = found.start() - directory
        if directory and begins >= 0 and data.startswith(b"PK\x01\x02", begins):
            raise Refused("evidence_two_things", photograph_found="zip")


def check_behind(data: bytes, end: int, walk: Callable[[int], int]) -> None:
    """Refuse what stands behind a JPEG's end, but for what telephones put there themselves.

    That is more JPEGs (CIPA DC-007: previews, depth, gain maps), the film of a moving photograph (ISO/IEC 14496-12),
    Samsung's directory, and padding. `walk` returns where a JPEG that begins at a place ends. Raises Refused.
    """
    at = end
    for _ in range(MOST_PARTS):
        begin, at = at, _padded(data, at)
        if at == len(data):
            return
        if data.startswith(_JPEG, at):
            at = walk(at)
        elif any(_is_film(data, each) or _is_directory(data, each) for each in range(max(begin, at - 3), at + 1)):
            return  # their own first bytes may be noughts
        else:
            break
    raise Refused("evidence_more_behind", bytes=len(data) - at)


_PADDING = re.compile(rb"\x00*")


def _padded(data: bytes, at: int) -> int:
    found = _PADDING.match(data, at)
    return found.end() if found is not None else at


def _is_film(data: bytes, at: int) -> bool:
    """Tell whether boxes of a film follow one another exactly to the end."""
    if data[at + 4 : at + 8] != b"ftyp":
        return False
    while at < len(data):
        head = data[at : at + 16]
        size = int.from_bytes(head[:4])
        if size == 1:
            size = int.from_bytes(head[8:16])
        if not head[4:8].isascii() or size < 8 or at + size > len(data):
            return False
        at += size
    return True


def _is_directory(data: bytes, at: int) -> bool:
    """Tell whether blocks and their directory (`SEFH` … `SEFT`) fill the file from here to its end."""
    if not data.endswith(b"SEFT"):
        return False
    head = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    if head < at or data[head : head + 4] != b"SEFH":
        return False
    count = int.from_bytes(data[head + 8 : head + 12], "little")
    entries = [data[each : each + 12] for each in range(head + 12, min(head + 12 + 12 * count, len(data) - 8), 12)]
    if len(entries) != count or not entries:
        return False
    return max(int.from_bytes(entry[4:8], "little") for entry in entries) == head - at
